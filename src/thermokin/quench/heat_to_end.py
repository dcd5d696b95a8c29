"""The heat that a quench takes in until the end of time, where there is such a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.model.current import heat
from thermokin.numerics.level_sums import over_levels, sum_over_levels

if TYPE_CHECKING:
    from thermokin.quench.branch import Branch

__all__ = ["exchanges_heat", "heat_to_end", "summed"]

SETTLED = (
    1e-9  # of the heat until then: the heat that flows within a decay time once all has decayed, if it is rounding
)


def exchanges_heat(branch: Branch) -> bool:
    """Whether any jump of the model takes heat from a bath.

    Args:
        branch: the quench.

    Returns:
        False without a bath, or where no jump changes its energy.
    """
    return bool(heat(branch.evolution.model).weights.any())


def heat_to_end(branch: Branch) -> FloatArray:
    """The mean heat from all baths together, from time 0 to the end.

    Args:
        branch: the quench.

    Returns:
        (...) [energy]; nan where heat flows on at rest, since work, particles or jumps without a bath pay for it.

    Raises:
        HypothesisError: if no jump exchanges heat with a bath.

    Cost:
        None where the heat is the change of a number that each level has; else that of `ledger.heat` at one time.
    """
    if not exchanges_heat(branch):
        raise HypothesisError(f"the model of {branch.quench.name!r} exchanges no heat with a bath.")
    evolution = branch.evolution
    levels = evolution.liouvillian.heat_levels
    if levels is not None:
        # Only differences of the levels count: far from zero the levels themselves have fewer digits.
        above = levels - over_levels(np.minimum, levels)[..., None]
        away = evolution.away
        gained = branch.final_populations - evolution.initial.populations if away is None else -away
        return sum_over_levels(gained * above)
    end = branch.latest
    late = branch.at(np.stack([end, 2.0 * end], axis=-1))
    amounts = summed(late.ledger.heat, late)
    still = np.abs(amounts[..., 1] - amounts[..., 0]) <= SETTLED * np.abs(amounts).max(axis=-1)
    return np.where(still, amounts[..., 1], np.nan)


def summed(by_bath: Mapping[str, FloatArray], branch: Branch) -> FloatArray:
    """The sum over baths, zeros where there is none.

    Args:
        by_bath: amounts (..., t) by bath.
        branch: whose they are.

    Returns:
        (..., t).
    """
    nothing = np.zeros(branch.evolution.populations.shape[:-1])
    return np.asarray(sum(by_bath.values(), start=nothing))
