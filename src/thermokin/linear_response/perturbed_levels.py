"""How energies and eigenstates move with the Hamiltonian, to first order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray
from thermokin.linear_response.contact_entries import SPLIT, Matrix

__all__ = ["Turned", "blurred", "perturbed"]

EPSILON = float(np.finfo(np.float64).eps)
DECOMPOSED = 4.0 * EPSILON  # of the spread of the levels: rounding of an eigendecomposition


@dataclass(frozen=True, eq=False)
class Turned:
    """How energies and eigenstates move.

    Args:
        shift: of the energies (d,).
        turning: U^+ dU (d, d); None if the Hamiltonian stays.
        error: of the turning, as a part of its largest element.
        scale: the largest element of the change of the Hamiltonian, beside which shifts may be rounding.
    """

    shift: FloatArray
    turning: Matrix | None
    error: float
    scale: float = 0.0


def perturbed(levels: FloatArray, change: Matrix, together: BoolArray, name: str, *, exact: bool) -> Turned:
    """First-order perturbation theory. Inside a level of several states the eigenstates stay: that is a choice of them.

    Args:
        levels: energies (d,) [energy].
        change: of the Hamiltonian, between its eigenstates (d, d).
        together: (d, d) which levels have one energy.
        name: of the parameter, for errors.
        exact: whether the Hamiltonian was given between its eigenstates, so that energies have no rounding.

    Returns:
        The changes.

    Raises:
        ArgumentError: if the change joins states of one energy, so that others are eigenstates beside the point.

    Reference:
        kato1995.
    """
    shift = np.diagonal(change).real.copy()
    inside = np.abs(change) * together
    np.fill_diagonal(inside, 0.0)
    scale = float(np.abs(change).max())
    if inside.max() > SPLIT * scale:
        one, two = (int(place) for place in np.unravel_index(np.argmax(inside), inside.shape))
        raise ArgumentError(
            f"`parameters` hold {name!r}, which mixes levels {one} and {two} of one energy: the eigenstates next to "
            "the point are others than at it, so that the jumps change at once; choose a point at which the levels are "
            "apart, or write the Hamiltonian in the basis in which they part.",
            "parameters",
        )
    gap = levels[None, :] - levels[:, None]
    turning = np.where(together, 0.0, change / np.where(together, 1.0, gap))
    # The difference of two energies is known to some roundings of the largest.
    rounding = 0.0 if exact else EPSILON * float(np.abs(levels - levels[0]).max())
    largest = float(np.abs(turning).max())
    blurred = np.abs(turning) * (rounding / np.where(together, np.inf, np.abs(gap)))
    return Turned(shift, turning, float(blurred.max()) / largest if largest > 0.0 else 0.0, scale)


def blurred(couplings: Sequence[Matrix], levels: FloatArray, together: BoolArray) -> float:
    """How far rounding of the eigenstates may have moved couplings: it mixes levels over their distance.

    Args:
        couplings: between the eigenstates (d, d).
        levels: energies (d,) [energy].
        together: (d, d) which levels have one energy.

    Returns:
        Twice the largest change of a coupling, relative to its size.
    """
    gap = np.abs(levels[None, :] - levels[:, None])
    scale = DECOMPOSED * float(np.abs(levels - levels[0]).max())
    mixed = np.where(together, 0.0, scale / np.where(together, 1.0, gap)).astype(np.float32)
    sizes = [np.abs(coupling).astype(np.float32) for coupling in couplings]
    return max(2.0 * float(np.linalg.norm(size @ mixed) / np.linalg.norm(size)) for size in sizes)
