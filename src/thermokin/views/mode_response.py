"""What derivatives of a mode of relaxation look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thermokin.linear_response.mode_response import ModeResponse
from thermokin.model.parameter import Known
from thermokin.views.sweep_axes import family_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ModeResponseView"]

ROW, COLUMN = "level", "other_level"


def _part(name: str, part: str) -> Callable[[ModeResponse], ArrayLike]:
    """Reads the real or imaginary part of an operator."""
    return lambda result: np.asarray(getattr(getattr(result, name), part))


class ModeResponseView(View[ModeResponse], of=ModeResponse):
    """A mode with its eigenvalue, and how both move."""

    coordinates = (
        Variable("parameter", "parameter", "1", ("parameter",), lambda r: list(r.parameters), shown=False),
        Variable(ROW, "row in the user's basis", "1", (ROW,), lambda r: np.arange(r.right.shape[-1]), shown=False),
        Variable(COLUMN, "column", "1", (COLUMN,), lambda r: np.arange(r.right.shape[-1]), shown=False),
    )
    variables = (
        Variable("decay_rate", "decay rate", "1/time", (), lambda r: -r.value.real),
        Variable("frequency", "imaginary part of the eigenvalue", "1/time", (), lambda r: r.value.imag),
        Variable(
            "decay_rate_change",
            "derivative of the decay rate",
            "1/time/parameter",
            ("parameter",),
            lambda r: -r.value_change.real,
            lambda r: r.value_error,
        ),
        Variable(
            "frequency_change",
            "derivative of the imaginary part",
            "1/time/parameter",
            ("parameter",),
            lambda r: r.value_change.imag,
            lambda r: r.value_error,
        ),
        *(
            Variable(
                f"{side}{which}_{part}",
                f"{part} part of {what}the {side} mode",
                "1/parameter" if which else "1",
                (*(("parameter",) if which else ()), ROW, COLUMN),
                _part(f"{side}{which}", part[:4]),
                shown=False,
            )
            for side in ("right", "left")
            for which, what in (("", ""), ("_change", "the derivative of "))
            for part in ("real", "imaginary")
        ),
        Variable("at", "value of the parameter", "its own", ("parameter",), shown=False),
    )

    def title(self, result: ModeResponse) -> str:
        """Which mode, and by how many parameters."""
        count = len(result.parameters)
        return f"Response of mode {result.number} to {count} parameter{'' if count == 1 else 's'}"

    def parameters(self, result: ModeResponse) -> dict[str, Known]:
        """The numbers of the family that vary along a sweep."""
        return family_parameters(result.family, result.given)

    def draw(self, result: ModeResponse, axes: list[Axes]) -> None:
        """How much of itself the decay rate gains for each parameter, and how far the mode turns."""
        from thermokin.report.style import legend
        from thermokin.views.lines import COLOURS, require_one_point

        require_one_point(result.value.shape, "response")
        ax, places = axes[0], np.arange(len(result.parameters))
        size = np.abs(result.at)
        turns = np.linalg.norm(result.right_change, axis=(-2, -1)) * size
        rates = result.value_change.real * size / result.value.real
        for number, (heights, label) in enumerate(((rates, "decay rate"), (turns, "length by which the mode turns"))):
            ax.bar(places + 0.4 * number - 0.2, heights, 0.4, color=COLOURS[number], linewidth=0.0, label=label)
        ax.axhline(0.0, color="black", linewidth=0.6)
        ax.set_xticks(places, result.parameters, rotation=30, ha="right")
        ax.set_ylabel("for the parameter as a whole")
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.2 * (high - low))
        legend(ax, place="upper left", columns=2)
