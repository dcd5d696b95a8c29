"""What devices of heat look like: rectifiers and transistors."""

from __future__ import annotations

from thermokin.linear_response.amplification import Amplification
from thermokin.machines.rectification import Rectification
from thermokin.model.parameter import Known
from thermokin.views.sweep_axes import family_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["AmplificationView", "RectificationView"]


class RectificationView(View[Rectification], of=Rectification):
    """The factor first, then the two heats."""

    variables = (
        Variable("factor", "rectification factor", "1", (), None, lambda r: r.factor_error),
        Variable("forward", "heat with the first bath hot", "energy/time", (), None, lambda r: r.forward_error),
        Variable("backward", "heat with the second bath hot", "energy/time", (), None, lambda r: r.backward_error),
        Variable("ratio", "forward over backward", "1"),
    )

    def title(self, result: Rectification) -> str:
        """Between which baths."""
        return f"Rectification of heat between {' and '.join(result.baths)}"


class AmplificationView(View[Amplification], of=Amplification):
    """The factor first, then the two derivatives."""

    variables = (
        Variable("factor", "amplification factor", "1", (), None, lambda r: r.factor_error),
        Variable("of_steered", "derivative of the steered heat", "1/time"),
        Variable("of_control", "derivative of the heat that steers", "1/time"),
    )

    def title(self, result: Amplification) -> str:
        """Which bath steers which."""
        return f"Amplification: heat from {result.steered} per heat from {result.control}"

    def parameters(self, result: Amplification) -> dict[str, Known]:
        """The numbers of the family that vary along a sweep."""
        return family_parameters(result.response.family, result.response.given)
