"""The three-level maser: a heat engine of three levels between two baths and a drive."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.bohr import DEFAULT_TOLERANCE
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.model.secular_parts import secular_parts
from thermokin.model.spectrum import Flat
from thermokin.operators.numbers import common_axes

__all__ = ["three_level_maser"]


def three_level_maser(
    drive: ArrayLike,
    hot: ArrayLike,
    cold: ArrayLike = 1.0,
    gaps: ArrayLike = (1.0, 2.5),
    rates: ArrayLike = (0.01, 0.01),
    detuning: ArrayLike = 0.0,
) -> Model:
    """The three-level maser in the frame that rotates with its drive.

    The cold bath links levels 0 and 1, the hot bath 0 and 2; a field drives 1-2. In the rotating frame
    H = drive (|1><2| + |2><1|) + detuning |2><2|; energy is counted with the bare levels 0, w_cold, w_hot, so that a
    quantum of heat is a whole gap and what the drive takes is the difference.

    Args:
        drive: half the Rabi frequency (...) [energy], much smaller than the gaps.
        hot: temperature of the bath "hot" (...) [energy].
        cold: temperature of the bath "cold" (...) [energy].
        gaps: w_cold and w_hot (..., 2) [energy], 0 < w_cold < w_hot.
        rates: zero-temperature emission rates into the cold and the hot bath (..., 2) [1/time].
        detuning: of the levels from the drive, w_hot - w_cold less its frequency (...) [energy].

    Returns:
        The model of dimension 3.

    Raises:
        ValueError: if a shape is wrong, the gaps do not ascend, or as `Bath` and `Flat`.
        TypeError: if an argument does not hold real numbers.

    Reference:
        scovil1959.
    """
    given = {name: finite_numbers(value, name) for name, value in (("gaps", gaps), ("rates", rates))}
    for name, value in given.items():
        if value.shape[-1:] != (2,):
            raise ValueError(f"`{name}` must have shape (..., 2), cold and hot, got {value.shape}.")
    splittings = given["gaps"]
    if not ((splittings[..., 0] > 0.0) & (splittings[..., 1] > splittings[..., 0])).all():
        raise ValueError("`gaps` must ascend from above 0: the cold gap, then the hot one.")
    field, offset = finite_numbers(drive, "drive"), finite_numbers(detuning, "detuning")
    lead = common_axes({"drive": field.shape, "detuning": offset.shape, "gaps": splittings.shape[:-1]})
    bare = np.zeros((*splittings.shape[:-1], 3, 3))
    bare[..., 1, 1], bare[..., 2, 2] = splittings[..., 0], splittings[..., 1]
    contacts = [
        Contact(Bath(name, temperature), _flip(level), Flat(given["rates"][..., position]))
        for position, (name, temperature, level) in enumerate((("cold", cold, 1), ("hot", hot, 2)))
    ]
    parts = secular_parts(bare.astype(np.complex128), contacts, None, DEFAULT_TOLERANCE)
    turning = np.zeros((*lead, 3, 3), dtype=np.complex128)
    turning[..., 1, 2] = turning[..., 2, 1] = field
    turning[..., 2, 2] = offset
    generator = FrameOperator.from_matrix(turning)
    validity = [_weak_drive(field, splittings), parts.assumption]
    return Model.from_table(generator, parts.energy, parts.table, parts.baths, validity=validity)


def _weak_drive(drive: FloatArray, gaps: FloatArray) -> Assumption:
    """The rotating-wave and local assumption: the smallest gap over the drive."""
    smallest = np.minimum(gaps[..., 0], gaps[..., 1] - gaps[..., 0])
    with np.errstate(divide="ignore"):
        ratio = smallest / np.abs(drive)
    return Assumption(name="local", statement="the smallest gap over the drive,", ratio=np.asarray(ratio))


def _flip(level: int) -> FloatArray:
    operator = np.zeros((3, 3))
    operator[0, level] = operator[level, 0] = 1.0
    return operator
