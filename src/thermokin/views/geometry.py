"""What the motion of a state among states looks like."""

from __future__ import annotations

from thermokin.geometry.kinematics import Kinematics
from thermokin.model.parameter import Known
from thermokin.views.motion import TIME, span, start_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["KinematicsView"]


class KinematicsView(View[Kinematics], of=Kinematics):
    """Velocity, length and completion; all of them on demand."""

    coordinates = (TIME,)
    variables = (
        Variable("completion", "fraction of the statistical length", "1", ("time",), shown=False),
        Variable("velocity", "statistical velocity", "1/time", ("time",), shown=False),
        Variable(
            *("length", "statistical length since time 0", "1", ("time",), None),
            lambda r: r.length_error,
            shown=False,
        ),
        Variable("total_length", "statistical length to the end", "1", shown=False),
    )

    def title(self, result: Kinematics) -> str:
        """Whose it is."""
        return f"Kinematics of {result.evolution.model.dimension} levels {span(result.times)}"

    def parameters(self, result: Kinematics) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result.evolution)
