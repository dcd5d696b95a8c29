"""Numbers of states, which have times along an evolution and none at rest: lines, labelled data, curves or bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from thermokin.lab_units.asked import asked_units
from thermokin.model.parameter import Known
from thermokin.views.data_in_units import data_in_units
from thermokin.views.in_units import with_unit_shown
from thermokin.views.motion import TIME, span
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["StatesView", "entry"]

R = TypeVar("R")
FEW = 40  # times up to which each is a dot
SHORT = 29  # letters of a label, of which two stand side by side below a figure


def entry(name: str, meaning: str, unit: str, axes: tuple[str, ...] = (), **named: Any) -> Variable[Any]:
    """A number of a state, whose axis of time is put in where there is one.

    Args:
        name: of the result's attribute.
        meaning: in words.
        unit: in words.
        axes: its own, after that of time.
        **named: as `Variable` takes them.

    Returns:
        The variable.
    """
    return Variable(name, meaning, unit, ("time", *axes), **named)


class StatesView(View[R]):
    """Of a result with `times`, None where there are none, and `parameters`.

    Attributes:
        drawn: names of the variables that share a figure, each with one axis at most.
    """

    coordinates: ClassVar[tuple[Variable[Any], ...]] = (TIME,)
    drawn: ClassVar[tuple[str, ...]] = ()

    def coordinates_of(self, result: R) -> tuple[Variable[Any], ...]:
        """Without times where there are none."""
        if self._timed(result):
            return self.coordinates
        return tuple(one for one in self.coordinates if one.axes != ("time",))

    def defined(self, result: R) -> tuple[Variable[Any], ...]:
        """The variables, without an axis of time where there are no times."""
        return self.placed(result, self.variables)

    def placed(self, result: R, variables: tuple[Variable[Any], ...]) -> tuple[Variable[Any], ...]:
        """Variables with the axes that this result has.

        Args:
            result: the result.
            variables: as for a result with times.

        Returns:
            The variables.
        """
        if self._timed(result):
            return variables
        return tuple(
            Variable(
                one.name,
                one.meaning,
                one.unit,
                tuple(axis for axis in one.axes if axis != "time"),
                one.read,
                one.error,
                one.shown,
            )
            for one in variables
        )

    def title(self, result: R) -> str:
        """What it is, and when."""
        return f"{type(result).__name__}{self.when(result)}"

    def when(self, result: R) -> str:
        """At which times it holds, with a space before the words; none of states alone."""
        times = getattr(result, "times", None)
        return "" if times is None else f" {span(times)}"

    def parameters(self, result: R) -> Mapping[str, Known]:
        """Those of the states."""
        return dict(getattr(result, "parameters", {}))

    def draw(self, result: R, axes: list[Axes]) -> None:
        """Curves of the drawn variables over time, bars of one state; of a sweep the first variable alone."""
        from thermokin.report.style import MANY, legend, legend_below
        from thermokin.views.lines import draw_lines

        data = data_in_units(self.dataset(result), asked_units())
        names = [name for name in self.drawn if name in data]
        first = self.defined(result)[0]
        if any(data[name].ndim > self._timed(result) for name in names) or not names:
            draw_lines(axes[0], data, first.name, first.axes)
            return
        unit = data[names[0]].attrs["units"]
        if not self._timed(result):
            axes[0].bar(range(len(names)), [float(data[name]) for name in names], 0.6, color=MANY[0])
            axes[0].set_xticks(range(len(names)), [name.replace("_", "\n") for name in names])
            axes[0].set_ylabel(f"[{unit}]" if unit != "1" else "")
            return
        for name, colour in zip(names, MANY, strict=False):
            style = ".-" if data.sizes["time"] <= FEW else "-"
            axes[0].plot(np.asarray(data["time"]), data[name], style, color=colour, label=data[name].attrs["long_name"])
        axes[0].set_xlabel(with_unit_shown("time", "time"))
        axes[0].set_ylabel(f"[{unit}]" if unit != "1" else "")
        # Swings reach every corner; below the axes two columns have room for short words alone.
        short = max(len(data[name].attrs["long_name"]) for name in names) <= SHORT
        (legend_below if short else legend)(axes[0])

    @staticmethod
    def _timed(result: Any) -> bool:
        return getattr(result, "times", None) is not None
