"""What bounds on a current in the steady state look like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.bounds.bound import BoundAtRest, BoundsAtRest
from thermokin.bounds.theorem import VARIANCE
from thermokin.model.parameter import Known
from thermokin.views.bound_words import part_of, parts_of, present_in, shows_error, title_of
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BoundAtRestView", "BoundsAtRestView"]


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


def _along_names(name: str, bounds: BoundsAtRest) -> Any:
    """A number of each bound (..., bound)."""
    read = part_of(name) if name in {"cost", "response"} else lambda one: getattr(one, name)
    return np.stack(np.broadcast_arrays(*(read(one) for one in bounds)), axis=-1)


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

    coordinates = (
        Variable("bound", "name of the bound", "1", ("bound",), lambda r: [one.name for one in r], shown=False),
    )
    variables = (
        *(
            Variable(name, *said, ("bound",), partial(_along_names, name), shown=False)
            for name, said in _NUMBERS.items()
        ),
    )

    def title(self, result: BoundsAtRest) -> str:
        """How many, and the tightest."""
        hold = sum(one.applies for one in result)
        on_noise = any(one.applies and one.theorem.bounded is VARIANCE for one in result)
        closest = f"; the tightest on the noise: {result.tightest.name}" if on_noise else ""
        return f"Bounds at rest, {len(result)} of them, of which {hold} are theorems here{closest}"

    def parameters(self, result: BoundsAtRest) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result[0].steady_state.model) if result else {}

    def rows(self, result: BoundsAtRest) -> list[tuple[str, str, str]]:
        """A line for each bound: how close it is, and what it is made of."""
        return [(one.name, _line(one), "") for one in result]

    def latex(self, result: BoundsAtRest) -> str:
        """Value over limit and the parts of each limit, a column each."""
        from thermokin.views.latex import tabular

        rows = []
        for one in result:
            parts = ("" if part is None else _range(part.values) for part in (one.response, one.cost))
            rows.append((one.name, _range(one.ratio), _range(one.limit), *parts, "yes" if one.applies else "no"))
        return tabular(("bound", "value/limit", "limit", "response", "cost", "theorem here"), rows)

    def draw(self, result: BoundsAtRest, axes: list[Axes]) -> None:
        """Value over limit of each: marks for one point, lines against the parameter of a sweep."""
        from thermokin.views.bound_ratios import draw_ratios

        draw_ratios(axes[0], result)


def _line(bound: BoundAtRest) -> str:
    """Value over limit, the limit as its parts, and whether it is a theorem."""
    over = "limit/value" if bound.theorem.bounded.above else "value/limit"
    said = [f"{over} {_range(bound.ratio)}"]
    if shows_error(bound):
        said.append(f"limit {_range(bound.limit)} +- {_range(bound.error)}")
    if bound.response is not None and bound.cost is not None:
        symbol = f", {bound.response.symbol} {_range(bound.correction)}" if bound.response.symbol else ""
        said.append(f"({_range(bound.response.values)})^2 over {_range(bound.cost.values)}{symbol}")
    return "; ".join(said if bound.applies else [*said, "no theorem here"])


def _range(numbers: Any) -> str:
    values = np.asarray(numbers, dtype=np.float64).ravel()
    usable = values[np.isfinite(values)]
    if values.size == 1 or not usable.size:
        return f"{values[0]:.4g}"
    return f"{usable.min():.4g} ... {usable.max():.4g}"
