"""What the heat of an exactly solved quench looks like."""

from __future__ import annotations

from thermokin.exact.thermal_quench import HeatDistribution
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["HeatDistributionView"]


class HeatDistributionView(View[HeatDistribution], of=HeatDistribution):
    """Probabilities of the values that the heat can take."""

    coordinates = (Variable("heat", "heat since time 0", "energy", ("heat",), lambda r: r.values),)
    variables = (
        Variable("probability", "probability of the heat", "1", ("time", "heat"), lambda r: r.probabilities),
        Variable("mean", "mean heat", "energy", ("time",)),
        Variable("variance", "variance of the heat", "energy^2", ("time",)),
    )
