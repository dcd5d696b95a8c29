"""The heat that a quench takes in until the end of time, where there is such a number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.current import heat
from thermokin.motion.evolution import Evolution
from thermokin.numerics.level_sums import over_levels, sum_over_levels
from thermokin.thermo.ledger import Ledger

__all__ = ["exchanges_heat", "heat_by", "heat_from_levels", "summed"]

SETTLED = (
    1e-9  # of the heat until then: the heat that flows within a decay time once all has decayed, if it is rounding
)


def exchanges_heat(evolution: Evolution) -> bool:
    """Whether any jump of the model takes heat from a bath.

    Args:
        evolution: the evolution.

    Returns:
        False without a bath, or where no jump changes its energy.
    """
    return bool(heat(evolution.model).weights.any())


def heat_from_levels(evolution: Evolution, final: FloatArray) -> FloatArray | None:
    """The mean heat to the end where it is the change of a number that each level has.

    Args:
        evolution: the evolution.
        final: where the populations end (..., d).

    Returns:
        (...) [energy]; None where levels have no such number.
    """
    levels = evolution.liouvillian.heat_levels
    if levels is None:
        return None
    # Only differences of the levels count: far from zero the levels themselves have fewer digits.
    above = levels - over_levels(np.minimum, levels)[..., None]
    away = evolution.away
    gained = final - evolution.initial.populations if away is None else -away
    return sum_over_levels(gained * above)


def heat_by(evolution: Evolution, end: FloatArray) -> FloatArray:
    """The mean heat from all baths together until everything has decayed.

    Args:
        evolution: the evolution.
        end: a time by which it has (...) [time].

    Returns:
        (...) [energy]; nan where heat flows on at rest, since work, particles or jumps without a bath pay for it.

    Cost:
        That of `ledger.heat` at two times.
    """
    late = evolution.at(np.stack([end, 2.0 * end], axis=-1))
    amounts = summed(Ledger(late).heat, late)
    still = np.abs(amounts[..., 1] - amounts[..., 0]) <= SETTLED * np.abs(amounts).max(axis=-1)
    return np.where(still, amounts[..., 1], np.nan)


def summed(by_bath: Mapping[str, FloatArray], evolution: Evolution) -> FloatArray:
    """The sum over baths, zeros where there is none.

    Args:
        by_bath: amounts (..., t) by bath.
        evolution: whose they are.

    Returns:
        (..., t).
    """
    amounts = list(by_bath.values()) or [np.zeros(evolution.populations.shape[:-1])]
    return np.asarray(sum(amounts[1:], start=amounts[0]))
