"""What a rotating frame takes off the energies of levels, told apart from a coupling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.declared import TURNED

__all__ = ["without_turning"]

ROUNDING = 1e-12  # of the largest level: shifts below it are none


def without_turning(
    coupling: ComplexArray, levels: FloatArray, operators: Sequence[ComplexArray]
) -> tuple[ComplexArray, BoolArray]:
    """A coupling without the energies that a rotating frame has taken off.

    H - H_bare of a frame that rotates with a drive holds - omega N, which turns phases and mixes no levels. It is known
    by what it leaves of the quanta: of every one that a bath sees less than a quarter, or all.

    Args:
        coupling: H - H_bare (..., d, d) in the frame of the bare levels [energy].
        levels: the bare levels (..., d) [energy].
        operators: what baths touch (..., d, d), in that frame.

    Returns:
        The coupling (..., d, d), as it is at points that are in no such frame; which are in one (...).
    """
    shifts = np.real(np.diagonal(coupling, axis1=-2, axis2=-1))
    gaps, shifted = (one[..., :, None] - one[..., None, :] for one in (levels, shifts))
    small = ROUNDING * np.abs(levels).max(axis=-1)[..., None, None]
    kept, taken = np.abs(shifted) <= small, np.abs(gaps + shifted) < TURNED * np.abs(gaps)
    turned: BoolArray = np.zeros(shifts.shape[:-1], dtype=np.bool_)
    sound: BoolArray = np.ones(shifts.shape[:-1], dtype=np.bool_)
    for operator in operators:
        seen = (np.abs(operator) > ROUNDING * np.abs(operator).max()) & (np.abs(gaps) > small)
        turned = turned | (seen & taken & ~kept).any(axis=(-2, -1))
        sound = sound & (~seen | taken | kept).all(axis=(-2, -1))
    rotates = turned & sound
    frame = np.where(rotates[..., None], shifts, 0.0)
    return np.asarray(coupling - frame[..., None] * np.eye(coupling.shape[-1])), rotates
