"""What bounds beside the numbers they bound look like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.bounds.bound import Bound, Bounds
from thermokin.bounds.relative_entropy import TwoStates
from thermokin.bounds.theorem import VARIANCE
from thermokin.lab_units.asked import asked_units, in_asked_units
from thermokin.model.parameter import Known
from thermokin.views.bound_words import (
    NAMED,
    along_names,
    demands_nothing,
    of_all,
    part_of,
    parts_of,
    present_in,
    standing,
    tabulated,
    title_of,
)
from thermokin.views.bounds_at_rest import BoundAtRestView, BoundsAtRestView
from thermokin.views.bounds_in_transport import BoundInTransportView, BoundsInTransportView
from thermokin.views.data_in_units import data_in_units
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.motion import start_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "BoundAtRestView",
    "BoundInTransportView",
    "BoundView",
    "BoundsAtRestView",
    "BoundsInTransportView",
    "BoundsView",
    "TwoStatesView",
]

MOST = 5  # theorems in a figure: those that come closest
_TIME: Variable[Any] = Variable("time", "time", "time", ("time",), lambda r: r.times, shown=False)


class BoundView(View[Bound], of=Bound):
    """Value and limit over time."""

    coordinates = (_TIME,)
    variables = (
        Variable("value", "variance of the amount", "amount^2", ("time",)),
        Variable("limit", "what it cannot fall below", "amount^2", ("time",), None, lambda r: r.error),
        Variable("mean", "mean amount", "amount", ("time",)),
        Variable("cost", "what the limit divides by", "1", ("time",), part_of("cost"), shown=False),
        Variable("response", "what the limit squares", "amount", ("time",), part_of("response"), shown=False),
    )

    def title(self, result: Bound) -> str:
        """The inequality, and whether it is a theorem here."""
        return title_of(result)

    def defined(self, result: Bound) -> tuple[Variable[Any], ...]:
        """All but parts that the limit does not have."""
        return present_in(result, self.variables, result.theorem.bounded.unit)

    def parameters(self, result: Bound) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result.evolution)

    def attributes(self, result: Bound) -> dict[str, str]:
        """The statement and its sources too."""
        return {**super().attributes(result), **parts_of(result)}

    def draw(self, result: Bound, axes: list[Axes]) -> None:
        """The value above its limit, or value over limit at the last time against the parameter of a sweep."""
        draw_bounds(axes[0], Bounds([result]))


_NUMBERS = {
    "ratio": ("value over limit", "1"),
    "limit": ("what the value cannot fall below", "amount^2"),
    "value": ("the number that is bounded", "amount^2"),
    "slack": ("value less limit", "amount^2"),
    "cost": ("what the limit divides by", "1"),
    "response": ("what the limit squares", "amount"),
    "error": ("numerical error of value - limit", "amount^2"),
}


class BoundsView(View[Bounds], of=Bounds):
    """All bounds on one amount, along an axis of their names."""

    height = 72.0  # with a legend below
    coordinates = (
        _TIME,
        *NAMED,
    )
    variables = (
        *(
            Variable(name, *said, ("bound", "time"), partial(along_names, name=name, axis=-2), shown=False)
            for name, said in _NUMBERS.items()
        ),
        Variable(
            *("applies", "whether all hypotheses hold", "1", ("bound",)),
            partial(along_names, name="applies", axis=-1),
            shown=False,
        ),
    )

    def title(self, result: Bounds) -> str:
        """How many, and the tightest."""
        return f"Bounds, {of_all(result, 'the tightest on the variance at some time')}"

    def parameters(self, result: Bounds) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result[0].evolution) if result else {}

    def rows(self, result: Bounds) -> list[tuple[str, str, str]]:
        """A line for each bound: how close it is at best."""
        return [(one.name, _closest(one), "") for one in result]

    def latex(self, result: Bounds) -> str:
        """Value over limit and the parts of each limit, a column each."""
        return tabulated(result)

    def draw(self, result: Bounds, axes: list[Axes]) -> None:
        """The value above its limits; value over limit at the last time against the parameter of a sweep."""
        draw_bounds(axes[0], result)


class TwoStatesView(View[TwoStates], of=TwoStates):
    """Both sides of the relation between two states, and what they are made of."""

    coordinates = (
        Variable("state", "which of the two states", "1", ("state",), lambda r: ["first", "second"], shown=False),
    )
    variables = (
        Variable("ratio", "value over limit", "1"),
        Variable("value", "sum of both variances over half the squared difference of the means", "1"),
        Variable("limit", "what it cannot fall below", "1"),
        Variable("entropy", "mean of both relative entropies", "nats"),
        Variable("means", "mean of the observable", "observable", ("state",)),
        Variable("variances", "variance of the observable", "observable^2", ("state",)),
    )

    def title(self, result: TwoStates) -> str:
        """What it is."""
        return "Relative-entropy relation of two states"


def _closest(bound: Bound) -> str:
    """How much of what is bounded the limit accounts for at best; what is left where the two have no ratio."""
    what = "variance" if bound.theorem.bounded is VARIANCE else "value"
    with np.errstate(all="ignore"):
        share = 1.0 / bound.ratio
    if np.isnan(share).any() and not np.isfinite(bound.ratio).any():
        unit = bound.theorem.bounded.unit
        said = f"{what} less limit from {np.nanmin(in_asked_units(bound.slack, unit)):.4g}{noted(unit)}"
    elif demands_nothing(bound):
        said = "demands nothing: its limit is 0"
    else:
        said = f"limit/{what} up to {np.nanmax(share, initial=0.0):.4g}"
    return ", ".join(filter(None, (said, standing(bound))))


def draw_bounds(ax: Axes, bounds: Bounds) -> None:
    """The variance and its lower limits against time, on a logarithmic axis; or what else the first of them bounds.

    Args:
        ax: axes to draw in.
        bounds: on one amount; of a sweep value over limit at the last time is drawn.

    Raises:
        ValueError: if there is more than one axis of a sweep.
    """
    from thermokin.report.limits import limits
    from thermokin.report.style import legend_below
    from thermokin.views.bound_ratios import draw_along, say_hidden
    from thermokin.views.bound_styles import bound_styles

    times = bounds.times
    if any(one.points for one in bounds):
        last = in_asked_units(times[..., -1], "time")
        when = f" at time {last.flat[0]:.4g}{noted('time')}" if (last == last.flat[0]).all() else " at the last time"
        draw_along(ax, bounds, data_in_units(bounds.to_xarray(), asked_units()).isel(time=-1), when)
        return
    later = times > 0.0
    first = next((one for one in bounds if one.theorem.bounded is VARIANCE), bounds[0])
    what = first.theorem.bounded
    alike = [one for one in bounds if one.theorem.bounded is what]
    hold = [one for one in alike if one.applies_everywhere]
    if len(hold) > MOST:
        closest = sorted(hold, key=lambda one: float(np.nanmin(one.ratio, initial=np.inf)))[:MOST]
        alike = [one for one in alike if one in closest or not one.applies_everywhere]
    rows = [
        {one.name: in_asked_units(one.limit[later], what.unit) for one in alike if one.applies_everywhere is kind}
        for kind in (True, False)
    ]
    label = "variance" if what is VARIANCE else what.name
    grid, values = in_asked_units(times[later], "time"), in_asked_units(first.value[later], what.unit)
    limits(ax, grid, values, rows[0], inapplicable=rows[1], styles=bound_styles(rows[0]), label=label)
    ax.set_xlabel(with_unit_shown("time", "time"))
    ax.set_ylabel(with_unit_shown(what.name, what.unit))
    say_hidden(legend_below(ax), len(bounds) - len(alike), ax)
