"""What one side of a comparison looks like: everything that is followed of a quench."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from thermokin.model.parameter import Known
from thermokin.quench.branch import Branch
from thermokin.views.motion import LEVEL, TIME, span, start_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["BRANCH", "BranchView"]


def _over_time(name: str, meaning: str, unit: str, read: Any) -> Variable[Branch]:
    return Variable(name, meaning, unit, ("time",), read, shown=False)


BRANCH: tuple[Variable[Branch], ...] = (
    _over_time("energy", "mean energy", "energy", lambda side: side.ledger.energy),
    _over_time("entropy", "von Neumann entropy", "nats", lambda side: side.ledger.entropy),
    _over_time("heat_rate", "heat current into the system", "energy/time", lambda side: side.heat_rate),
    _over_time(
        *("entropy_production_rate", "entropy production rate", "nats/time"),
        lambda side: side.ledger.entropy_production_rate,
    ),
    _over_time(
        "entropy_production", "entropy produced since time 0", "nats", lambda side: side.ledger.entropy_production
    ),
    _over_time("activity_rate", "jumps per time", "1/time", lambda side: side.ledger.total_activity_rate),
    _over_time("activity", "jumps since time 0", "1", lambda side: side.ledger.total_activity),
    _over_time("heat_mean", "mean heat into the system since time 0", "energy", lambda side: side.heat.mean),
    _over_time("heat_variance", "variance of the heat since time 0", "energy^2", lambda side: side.heat.variance),
    _over_time("velocity", "statistical velocity", "1/time", lambda side: side.kinematics.velocity),
    _over_time("length", "statistical length since time 0", "1", lambda side: side.kinematics.length),
    _over_time("completion", "fraction of the statistical length", "1", lambda side: side.kinematics.completion),
    Variable("gap", "decay rate of the slowest mode", "1/time", (), lambda side: side.modes.gap, shown=False),
    Variable(
        *("total_length", "statistical length to the end", "1", ()),
        lambda side: side.kinematics.total_length,
        shown=False,
    ),
    Variable("total_heat", "mean heat to the end", "energy", shown=False),
    Variable(
        *("total_entropy_production", "entropy produced to the end", "nats", ()),
        lambda side: side.ledger.total_entropy_production,
        shown=False,
    ),
    Variable(
        *("populations", "populations in the eigenbasis", "1", ("time", "level")),
        lambda side: side.evolution.populations,
    ),
)
"""What a comparison holds of each side, in the order of its data; a total may not be defined."""


class BranchView(View[Branch], of=Branch):
    """A quench over time."""

    coordinates = (TIME, replace(LEVEL, read=lambda side: np.arange(side.evolution.model.dimension)))
    variables = BRANCH

    def title(self, result: Branch) -> str:
        """Which."""
        return f"Branch {result.quench.name!r} of {result.evolution.model.dimension} levels {span(result.times)}"

    def parameters(self, result: Branch) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result.evolution)
