"""What bounds on a current in the steady state look like."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.bound import BoundAtRest, BoundsAtRest
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.parameter import Known
from thermokin.views.bound_words import (
    NAMED,
    along_names,
    demands_nothing,
    of_all,
    part_of,
    parts_of,
    present_in,
    range_of,
    shows_error,
    standing,
    tabulated,
    title_of,
    unmet_by,
)
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block, Cell, Table
    from thermokin.views.report_folder import Drawn

__all__ = ["BoundAtRestView", "BoundsAtRestView", "table_at_rest"]

NOISE = "amount^2/time"


class BoundAtRestView(View[BoundAtRest], of=BoundAtRest):
    """Value, limit and its parts."""

    variables = (
        Variable("ratio", "value over limit", "1"),
        Variable("value", "the number that is bounded", "amount^2/time"),
        Variable("limit", "what it cannot fall below", "amount^2/time", (), None, lambda r: r.error),
        Variable("mean", "current", "amount/time"),
        Variable("cost", "what the limit divides by", "1/time", (), part_of("cost")),
        Variable("response", "what the limit squares", "amount/time", (), part_of("response")),
    )

    def title(self, result: BoundAtRest) -> str:
        """The inequality, and whether it is a theorem here."""
        return title_of(result)

    def defined(self, result: BoundAtRest) -> tuple[Variable[Any], ...]:
        """All but parts that the limit does not have."""
        return present_in(result, self.variables, result.theorem.bounded.unit_at_rest)

    def parameters(self, result: BoundAtRest) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)

    def attributes(self, result: BoundAtRest) -> dict[str, str]:
        """The statement, its sources and what its parts are."""
        return {**super().attributes(result), **parts_of(result)}

    def draw(self, result: BoundAtRest, axes: list[Axes]) -> None:
        """Value over limit: a mark for one point, a line against the parameter of a sweep."""
        from thermokin.views.bound_ratios import draw_ratios

        draw_ratios(axes[0], BoundsAtRest([result]))


_NUMBERS = {
    "ratio": ("value over limit, or limit over value where the limit lies above", "1"),
    "limit": ("what the value cannot fall below, or rise above", "amount^2/time"),
    "value": ("the number that is bounded", "amount^2/time"),
    "cost": ("what the limit divides by", "1/time"),
    "response": ("what the limit squares", "amount/time"),
    "error": ("numerical error of value - limit", "amount^2/time"),
    "applies": ("whether all hypotheses hold", "1"),
}


class BoundsAtRestView(View[BoundsAtRest], of=BoundsAtRest):
    """All bounds on one current in the steady state, along an axis of their names."""

    coordinates = NAMED
    height = 80.0  # sixteen names, or as many lines with a legend below
    variables = (
        *(
            Variable(name, *said, ("bound",), partial(along_names, name=name, axis=-1), shown=False)
            for name, said in _NUMBERS.items()
        ),
    )

    def title(self, result: BoundsAtRest) -> str:
        """How many, and the tightest."""
        return f"Bounds at rest, {of_all(result, 'the tightest on the noise')}"

    def parameters(self, result: BoundsAtRest) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result[0].steady_state.model) if result else {}

    def rows(self, result: BoundsAtRest) -> list[tuple[str, str, str]]:
        """A line for each bound: how close it is, and what it is made of."""
        return [(one.name, _line(one), "") for one in result]

    def latex(self, result: BoundsAtRest) -> str:
        """Value over limit and the parts of each limit, a column each."""
        return tabulated(result)

    def blocks(self, result: BoundsAtRest, drawn: Drawn) -> Sequence[Block]:
        """A table with a row for each bound, and the figure."""
        from thermokin.report.blocks import FigureBlock

        table = [table_at_rest(result, "Bounds")] if result else []
        return [*table, *(FigureBlock(svg, caption) for svg, caption in drawn.values())]

    def draw(self, result: BoundsAtRest, axes: list[Axes]) -> None:
        """Value over limit of each: marks for one point, lines against the parameter of a sweep."""
        from thermokin.views.bound_ratios import draw_ratios

        draw_ratios(axes[0], result)


def table_at_rest(bounds: Sequence[BoundAtRest], title: str) -> Table:
    """Bounds on the noise of one current, a row for each: value over limit, and what the limit is made of.

    Args:
        bounds: at least one.
        title: the caption begins with it, "Bounds on heat from hot".

    Returns:
        The table; of a sweep the smallest and the largest numbers.
    """
    from thermokin.report.blocks import Table

    heads = (
        "bound",
        "value/limit",
        with_unit_shown("limit", NOISE),
        with_unit_shown("response", "amount/time"),
        with_unit_shown("cost", "1/time"),
        "theorem here",
    )
    rows: list[tuple[Cell, ...]] = []
    for bound in bounds:
        parts = _part(bound, "response", "amount/time"), _part(bound, "cost", "1/time")
        limit = _number(in_asked_units(bound.limit, bound.theorem.bounded.unit_at_rest))
        rows.append((bound.name, _number(bound.ratio), limit, *parts, _said(bound)))
    mean, noise = in_asked_units(bounds[0].mean, "amount/time"), in_asked_units(bounds[0].value, NOISE)
    of = f"of mean {_shown(mean)}{noted('amount/time')} and noise {_shown(noise)}{noted(NOISE)}"
    caption = f"{title} at rest, {of}; a limit is a squared response over a cost, where it is such a quotient."
    return Table(heads, tuple(rows), caption, digits=4)


def _part(bound: BoundAtRest, name: str, unit: str) -> Cell:
    part = getattr(bound, name)
    return "" if part is None else _number(in_asked_units(part.values, unit))


def _number(value: FloatArray) -> Cell:
    """A number, or that there is none; of a sweep the smallest and the largest."""
    if np.isnan(value).all():
        return "not known"
    return float(np.ravel(value)[0]) if np.size(value) == 1 else range_of(value)


def _shown(value: FloatArray) -> str:
    return f"{float(np.ravel(value)[0]):.6g}" if np.size(value) == 1 else range_of(value)


def _said(bound: BoundAtRest) -> str:
    if bound.points:
        return standing(bound) or "yes"
    unmet = unmet_by(bound)
    if unmet:
        return f"no: {unmet}"
    return f"yes; limit known to {float(bound.error):.1e}" if shows_error(bound) else "yes"


def _line(bound: BoundAtRest) -> str:
    """Value over limit, the limit as its parts, and whether it is a theorem."""
    if demands_nothing(bound):
        return "; ".join(
            filter(None, [f"demands nothing: its limit is 0 within {range_of(bound.error)}", standing(bound)])
        )
    over = "limit/value" if bound.theorem.bounded.above else "value/limit"
    said = [f"{over} {range_of(bound.ratio)}"]
    if shows_error(bound):
        unit = bound.theorem.bounded.unit_at_rest
        limit, error = (range_of(in_asked_units(values, unit)) for values in (bound.limit, bound.error))
        said.append(f"limit {limit} +- {error}{noted(unit)}")
    if bound.response is not None and bound.cost is not None:
        symbol = f", {bound.response.symbol} {range_of(bound.correction)}" if bound.response.symbol else ""
        response = f"{range_of(in_asked_units(bound.response.values, 'amount/time'))}{noted('amount/time')}"
        cost = f"{range_of(in_asked_units(bound.cost.values, '1/time'))}{noted('1/time')}"
        said.append(f"({response})^2 over {cost}{symbol}")
    return "; ".join(filter(None, [*said, standing(bound), _broken(bound)]))


def _broken(bound: BoundAtRest) -> str:
    """At how many points of a sweep the value lies beyond the limit; "" for one point, whose ratio says it."""
    below = bound.ratio < 1.0
    beyond = below & ~np.asarray(bound.holds)
    return f"broken at {beyond.sum()} of {beyond.size} points" if beyond.ndim and beyond.any() else ""
