"""The smallest subspace that holds the likely part of a steady state and that the motion never leaves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin._typing import ComplexArray

__all__ = ["grown_support"]

NOISE = 1e-12  # what likely states hold of others by rounding
CLEAR = 1e3  # times the noise: a part outside of the subspace that is surely none of it
TOGETHER = 0.1  # of the largest part outside: parts down to that are taken in one step, smaller ones later
STILL = 2  # random operators in a row that must leave the subspace as it is


def grown_support(likely: ComplexArray, moves: Callable[[], ComplexArray]) -> ComplexArray:
    """Rare states belong to the support however small their weight: they are those that the likely ones lead to.

    A steady state that is the only one has no smaller subspace in its support that the motion never leaves, so that
    any vector of the support leads to all of it.

    Args:
        likely: (d, r) orthonormal, states of the support that are surely populated.
        moves: gives a random combination (d, d) of the jumps and of the effective Hamiltonian at each call.

    Returns:
        (d, s) orthonormal, s >= r.

    Cost:
        O(d^3) for each step that jumps take away from the likely states.

    Reference:
        baumgartner2008.
    """
    basis, still, noise = likely, 0, NOISE
    while still < STILL and basis.shape[1] < basis.shape[0]:
        moved = moves() @ basis
        outside = moved - basis @ (basis.conj().T @ moved)
        outside -= basis @ (basis.conj().T @ outside)
        directions, sizes, _ = np.linalg.svd(outside, full_matrices=False)
        share = sizes / np.linalg.norm(moved, ord=2)
        new = share > max(CLEAR * noise, TOGETHER * float(share[0]))
        still = 0 if new.any() else still + 1
        if new.any():
            basis, noise = np.concatenate([basis, directions[:, new]], axis=1), noise / float(share[new][-1])
    return basis
