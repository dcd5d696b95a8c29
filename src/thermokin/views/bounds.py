"""What bounds beside the numbers they bound look like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.bounds.bound import Bound, BoundAtRest, Bounds, BoundsAtRest, Statement
from thermokin.model.parameter import Known
from thermokin.views.motion import start_parameters
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BoundAtRestView", "BoundView", "BoundsAtRestView", "BoundsView"]

_TIME: Variable[Any] = Variable("time", "time", "time", ("time",), lambda r: r.times, shown=False)


def _title(bound: Statement) -> str:
    unmet = "; ".join(str(hypothesis) for hypothesis in bound.hypotheses if not hypothesis.holds)
    return f"Bound {bound.name!r}: {f'no theorem here ({unmet})' if unmet else 'a theorem here'}"


def _part(which: str) -> Any:
    """Reads a part of the limit of one bound; NaN where it has none."""

    def read(bound: Statement) -> Any:
        part = getattr(bound, which)
        return np.full(bound.limit.shape, np.nan) if part is None else np.broadcast_to(part.values, bound.limit.shape)

    return read


def _parts(bound: Statement) -> dict[str, str]:
    """What is said of a bound beside its numbers."""
    said = {"statement": bound.statement, "reference": bound.reference}
    named = {"cost": bound.cost, "response": bound.response}
    return {**said, **{name: part.name for name, part in named.items() if part is not None}}


def _present(bound: Statement, variables: tuple[Variable[Any], ...]) -> tuple[Variable[Any], ...]:
    """The variables without the parts that this limit does not have."""
    missing = [name for name in ("cost", "response") if getattr(bound, name) is None]
    return tuple(variable for variable in variables if variable.name not in missing)


class BoundView(View[Bound], of=Bound):
    """Value and limit over time."""

    coordinates = (_TIME,)
    variables = (
        Variable("value", "variance of the amount", "amount^2", ("time",)),
        Variable("limit", "what it cannot fall below", "amount^2", ("time",), None, lambda r: r.error),
        Variable("mean", "mean amount", "amount", ("time",)),
        Variable("cost", "what the limit divides by", "1", ("time",), _part("cost"), shown=False),
        Variable("response", "what the limit squares", "amount", ("time",), _part("response"), shown=False),
    )

    def title(self, result: Bound) -> str:
        """The inequality, and whether it is a theorem here."""
        return _title(result)

    def defined(self, result: Bound) -> tuple[Variable[Any], ...]:
        """All but parts that the limit does not have."""
        return _present(result, self.variables)

    def parameters(self, result: Bound) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result.evolution)

    def attributes(self, result: Bound) -> dict[str, str]:
        """The statement and its sources too."""
        return {**super().attributes(result), **_parts(result)}

    def draw(self, result: Bound, axes: list[Axes]) -> None:
        """The value above its limit."""
        draw_bounds(axes[0], Bounds([result]))


class BoundsView(View[Bounds], of=Bounds):
    """All bounds on one amount, along an axis of their names."""

    coordinates = (
        _TIME,
        Variable("bound", "name of the bound", "1", ("bound",), lambda r: [one.name for one in r], shown=False),
    )
    variables = (
        Variable(
            "limit",
            "what the variance cannot fall below",
            "amount^2",
            ("bound", "time"),
            lambda r: _stacked(r, "limit"),
        ),
        Variable(
            "value",
            "variance of the amount",
            "amount^2",
            ("bound", "time"),
            lambda r: _stacked(r, "value"),
            shown=False,
        ),
        Variable(
            "slack", "variance less limit", "amount^2", ("bound", "time"), lambda r: _stacked(r, "slack"), shown=False
        ),
        Variable(
            "applies", "whether all hypotheses hold", "1", ("bound",), lambda r: [one.applies for one in r], shown=False
        ),
    )

    def title(self, result: Bounds) -> str:
        """How many."""
        return f"Bounds, {len(result)} of them, of which {sum(one.applies for one in result)} are theorems here"

    def parameters(self, result: Bounds) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result[0].evolution) if result else {}

    def rows(self, result: Bounds) -> list[tuple[str, str, str]]:
        """A line for each bound: how close it is at best."""
        with np.errstate(all="ignore"):
            return [
                (
                    one.name,
                    f"limit/variance up to {np.nanmax(1.0 / one.ratio, initial=0.0):.4g}"
                    f"{'' if one.applies else ', no theorem here'}",
                    "",
                )
                for one in result
            ]

    def draw(self, result: Bounds, axes: list[Axes]) -> None:
        """The value above its limits."""
        draw_bounds(axes[0], result)


def _stacked(bounds: Bounds, name: str) -> Any:
    """A number of each bound (..., bound, t)."""
    return np.stack(np.broadcast_arrays(*(getattr(one, name) for one in bounds)), axis=-2)


class BoundAtRestView(View[BoundAtRest], of=BoundAtRest):
    """Value, limit and its parts."""

    variables = (
        Variable("ratio", "value over limit", "1"),
        Variable("value", "the number that is bounded", "amount^2/time"),
        Variable("limit", "what it cannot fall below", "amount^2/time", (), None, lambda r: r.error),
        Variable("mean", "current", "amount/time"),
        Variable("cost", "what the limit divides by", "1/time", (), _part("cost")),
        Variable("response", "what the limit squares", "amount/time", (), _part("response")),
    )

    def title(self, result: BoundAtRest) -> str:
        """The inequality, and whether it is a theorem here."""
        return _title(result)

    def defined(self, result: BoundAtRest) -> tuple[Variable[Any], ...]:
        """All but parts that the limit does not have."""
        return _present(result, self.variables)

    def parameters(self, result: BoundAtRest) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)

    def attributes(self, result: BoundAtRest) -> dict[str, str]:
        """The statement, its sources and what its parts are."""
        return {**super().attributes(result), **_parts(result)}


def _along_names(name: str, bounds: BoundsAtRest) -> Any:
    """A number of each bound (..., bound)."""
    read = _part(name) if name in {"cost", "response"} else lambda one: getattr(one, name)
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
        Variable(
            "applies", "whether all hypotheses hold", "1", ("bound",), partial(_along_names, "applies"), shown=False
        ),
    )

    def title(self, result: BoundsAtRest) -> str:
        """How many, and the tightest."""
        hold = sum(one.applies for one in result)
        closest = f"; the tightest on the noise: {result.tightest.name}" if hold else ""
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


def draw_bounds(ax: Axes, bounds: Bounds) -> None:
    """The variance and its lower limits against time, on a logarithmic axis.

    Args:
        ax: axes to draw in.
        bounds: bounds of one point on one amount.

    Raises:
        ValueError: if there are leading axes.
    """
    from thermokin.report.limits import limits
    from thermokin.report.style import legend
    from thermokin.views.lines import require_one_point

    require_one_point(bounds[0].value.shape[:-1], "bound")
    times = bounds.times
    later = times > 0.0
    rows = [{one.name: one.limit[later] for one in bounds if one.applies is kind} for kind in (True, False)]
    limits(ax, times[later], bounds[0].value[later], rows[0], inapplicable=rows[1], label="variance")
    ax.set_xlabel("time")
    ax.set_ylabel("variance of the amount")
    legend(ax)
