"""The survival bound: what happens to nobody while nothing happens."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from thermokin._typing import FloatArray
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.theorem import Limit, Part, Theorem

__all__ = ["SURVIVAL", "no_jump_probability"]

DENSE_UP_TO = 256  # levels: an exponential of the effective Hamiltonian for every time


def no_jump_probability(case: RelaxationCase) -> FloatArray | None:
    """The probability that no jump of any channel has happened (..., t).

    Args:
        case: the case.

    Returns:
        It; None for many levels with coherences.
    """
    evolution, liouvillian = case.evolution, case.evolution.liouvillian
    start, times = evolution.initial, evolution.times
    if liouvillian.diagonal_motion:
        out = liouvillian.decay.diagonal[..., None, :]
        return np.asarray((start.populations[..., None, :] * np.exp(-out * times[..., None])).sum(axis=-1))
    if liouvillian.dimension > DENSE_UP_TO:
        return None
    diagonal = start.populations[..., None] * np.eye(liouvillian.dimension, dtype=np.complex128)
    state = diagonal if start.matrix is None else start.matrix
    moved = expm(-1j * liouvillian.effective_hamiltonian[..., None, :, :] * times[..., None, None])
    return np.asarray(np.einsum("...ij,...jk,...ik->...", moved, state[..., None, :, :], moved.conj()).real)


def _limit(case: RelaxationCase) -> Limit | None:
    survival = no_jump_probability(case)
    if survival is None:
        return None
    mean = case.exchanged.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.where(survival >= 1.0, np.inf, (1.0 - survival) / survival)
        limit = np.where(survival >= 1.0, 0.0, mean**2 / cost)
        # What is left of 1 - P0 at early times has lost digits.
        error = np.where(survival >= 1.0, 0.0, limit * np.finfo(float).eps * 8.0 / np.abs(1.0 - survival))
    return Limit(limit, (), error, Part("odds of a jump", cost), Part("mean", mean))


SURVIVAL = Theorem(
    "survival",
    "Var J / <J>^2 >= P_0 / (1 - P_0), P_0 the probability of no jump",
    "anything that is 0 where no jump has happened, from any initial state",
    "a count that is 1 after any jump",
    "hasegawa2021",
    _limit,
)
