"""What fronts look like: machines, the search behind them, and what a classical one could do in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.design.front_result import Front
from thermokin.lab_units.asked import asked_units, in_asked_units, unit_shown
from thermokin.lab_units.dimension import quantity_of
from thermokin.linear_response.outputs import Covariance, Mean, Noise
from thermokin.model.current_words import unit_of
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawn

__all__ = ["FrontView"]

LETTERS = 34
MOST_WORDS = 3


class FrontView(View[Front], of=Front):
    """The objectives against each other, with the search behind them."""

    coordinates = (
        Variable("objective", "words of the objective", "1", ("objective",), lambda r: list(r.objectives), shown=False),
        Variable("parameter", "name of the number", "1", ("parameter",), lambda r: list(r.parameters), shown=False),
        Variable(
            *("objective_unit", "its unit", "1", ("objective",)),
            lambda r: [_unit(r, words) or "1" for words in r.objectives],
            shown=False,
        ),
        Variable(
            *("parameter_unit", "its unit", "1", ("parameter",)),
            lambda r: [_dimension(r, name) or "1" for name in r.parameters],
            shown=False,
        ),
    )
    variables = (
        Variable("values", "objective", "objective_unit", ("point", "objective"), shown=False),
        Variable("numbers", "number that was chosen", "parameter_unit", ("point", "parameter"), shown=False),
        Variable("residual", "how far the gradients are from balance", "1", ("point",)),
        Variable("uncertainty_product", "noise times entropy production over the squared current", "1", ("point",)),
        Variable(
            "classical",
            *("best that a classical process allows", "objective_unit", ("point", "objective")),
            shown=False,
        ),
        Variable("cloud", "objective of a point of the search", "objective_unit", ("found", "objective"), shown=False),
        Variable("volumes", "volume that the best dominated", "1", ("generation",), shown=False),
    )

    def title(self, result: Front) -> str:
        """How many machines, and of what."""
        wishes = ", ".join(f"{words} {way}" for words, way in zip(result.objectives, result.directions, strict=True))
        count = len(result)
        return f"Front of {count} machine{'' if count == 1 else 's'}: {wishes}"

    def defined(self, result: Front) -> tuple[Variable[Any], ...]:
        """Without the uncertainty of what has no baths."""
        known = bool(np.isfinite(result.uncertainty_product).any())
        return tuple(one for one in self.variables if known or one.name not in {"uncertainty_product", "classical"})

    def rows(self, result: Front) -> list[tuple[str, str, str]]:
        """The span of each objective and each number, then what is known of the search."""
        found = [(words, _span(_shown(result, words)), _unit_said(result, words)) for words in result.objectives]
        found += [(name, _span(_shown(result, name)), _unit_said(result, name)) for name in result.parameters]
        found.append(("residual", f"up to {np.nanmax(result.residual, initial=0.0):.1e}", ""))
        below = int(result.below.sum())
        if np.isfinite(result.uncertainty_product).any():
            found.append(("below the classical bound", f"{below} of {len(result)}", ""))
        found.append(("calculated", f"{result.evaluations} points, {sum(result.failures.values())} failed", ""))
        return found

    def attributes(self, result: Front) -> dict[str, str]:
        """The units of the objectives, whose columns they are, and why points could not be moved."""
        units = "; ".join(f"{words}: {unit_shown(_unit(result, words))}" for words in result.objectives)
        reasons = "; ".join(sorted({one for one in result.reasons if one}))
        return {**super().attributes(result), "objective_units": units, "directions": ", ".join(result.directions)} | (
            {"not_moved": reasons} if reasons else {}
        )

    def dataset(self, result: Front) -> xr.Dataset:
        """All numbers; the units of objectives are among the attributes."""
        return super().dataset(result)

    def parameters(self, result: Front) -> Mapping[str, Any]:
        """None: a front has no sweep."""
        return {}

    def blocks(self, result: Front, drawn: Drawn) -> Sequence[Block]:
        """What was found, and each machine with its numbers."""
        from thermokin.report.blocks import Definitions, FigureBlock, Paragraph, Table

        rows = tuple((name, f"{numbers} {unit}".strip()) for name, numbers, unit in self.rows(result))
        made: list[Block] = [Paragraph(f"{self.title(result)}."), Definitions(rows)]
        made += [FigureBlock(svg, _caption(result)) for svg, _ in drawn.values()]
        product = result.uncertainty_product
        known = bool(np.isfinite(product).any())
        objectives, parameters = (_heads(result, some) for some in (result.objectives, result.parameters))
        heads = ("machine", *objectives, *(("uncertainty product",) if known else ()), *parameters)
        values, numbers = (
            np.stack([_shown(result, one) for one in some], axis=-1) for some in (result.objectives, result.parameters)
        )
        every = tuple(
            (
                str(place),
                *values[place].tolist(),
                *((float(product[place]),) if known else ()),
                *numbers[place].tolist(),
            )
            for place in range(len(result))
        )
        said = "The machines of the front. Each has a study of its own, machine_00.toml and so on."
        made.append(Table(heads, every, said if result.tables is not None else "The machines of the front."))
        return made

    def draw(self, result: Front, axes: list[Axes]) -> None:
        """The first two objectives against each other, the third as a colour; of one objective, what the search won."""
        ax = axes[0]
        if len(result.objectives) == 1:
            _draw_volumes(ax, result)
            return
        _draw_front(ax, result)


def _heads(result: Front, names: Sequence[str]) -> list[str]:
    """Names with their units, which a table in natural numbers does without."""
    units = ["" if asked_units() is None else _unit_said(result, name) for name in names]
    return [f"{name} [{unit}]" if unit else name for name, unit in zip(names, units, strict=True)]


def _caption(result: Front) -> str:
    """What the figure shows."""
    if len(result.objectives) == 1:
        return "What each generation of the search has won."
    said = [
        "Machines of which none is better in all objectives, and the points of the search that none was better than."
    ]
    if np.isfinite(result.classical).any():
        said.append("Dashed, the best that a classical jump process allows beside the rest of each machine.")
    if result.below.any():
        said.append("Circled, machines that are steadier than that.")
    return " ".join(said)


def _span(values: Any) -> str:
    low, high = float(values.min()), float(values.max())
    return f"{low:.6g}" if low == high else f"{low:.6g} ... {high:.6g}"


def _unit(result: Front, words: str) -> str:
    """The unit of a product of currents and their noises; that of a figure of merit is 1."""
    quantity = result.quantities[result.objectives.index(words)]
    if len(quantity.factors) != 1 or quantity.factors[0].wanted is None or quantity.factors[0].power != 1:
        return ""
    wanted = quantity.factors[0].wanted
    if not wanted.words:
        return "1/time" if wanted.name == "gap" else ""
    output = wanted.of(result.model(0))
    if isinstance(output, Covariance) or not isinstance(output, Mean | Noise):
        return ""
    return f"{unit_of(wanted.words[0], 2 if isinstance(output, Noise) else 1)}/time"


def _dimension(result: Front, name: str) -> str:
    """The unit of an objective or of a number in words; empty where there is none."""
    if name in result.objectives:
        return _unit(result, name)
    known = result.family.parameters.get(name)
    return "" if known is None or known.unit == "1" else quantity_of(name, known.unit, known.quantity)


def _in_units(result: Front, name: str, numbers: Any) -> Any:
    """Objectives or numbers, in the units that were asked for."""
    return in_asked_units(numbers, _dimension(result, name) or "1")


def _shown(result: Front, name: str) -> Any:
    return _in_units(result, name, result.of(name))


def _unit_said(result: Front, name: str) -> str:
    """The unit in which they are shown; of numbers only where units were asked for, as they are in a study."""
    unit = _dimension(result, name)
    if not unit or (asked_units() is None and name not in result.objectives):
        return ""
    return unit_shown(unit)


def _axis(result: Front, place: int) -> str:
    from textwrap import fill

    words = result.objectives[place]
    unit = _unit_said(result, words)
    return fill(f"{words} [{unit}]" if unit else words, LETTERS, break_long_words=False)


def _draw_volumes(ax: Axes, result: Front) -> None:
    from thermokin.report.style import COOLING

    best = result.directions[0] == "max"
    ax.plot(np.arange(len(result.volumes)), result.volumes, ".-", color=COOLING)
    ax.set_xlabel("generation")
    ax.set_ylabel(f"{'gain' if best else 'fall'} of {result.objectives[0]}, in spans of the first sample")


def _draw_front(ax: Axes, result: Front) -> None:
    from thermokin.report.style import COOLING, DARK_GREY, DASHES, HEATING, LIGHT_GREY, legend

    axis, cloud = [partial(_in_units, result, name) for name in result.objectives], result.cloud
    x, y = (axis[place](result.values[:, place]) for place in (0, 1))
    search: dict[str, Any] = {"color": LIGHT_GREY, "markersize": 3.0, "label": "search", "zorder": 1}
    ax.plot(axis[0](cloud[:, 0]), axis[1](cloud[:, 1]), ".", **search)
    below = result.below
    if len(result.objectives) == 2:
        ax.plot(x, y, "-", color=COOLING, linewidth=0.9, zorder=2)
        ax.plot(x[~below], y[~below], "o", color=COOLING, markersize=3.2, label="front", zorder=3)
    else:
        drawn = ax.scatter(
            x,
            y,
            c=axis[2](result.values[:, 2]),
            s=14.0,
            cmap="viridis",
            zorder=3,
            label="front",
        )
        ax.figure.colorbar(drawn, ax=ax, label=_axis(result, 2))
    if below.any():
        style: dict[str, Any] = {"markersize": 5.6, "markerfacecolor": "none", "markeredgewidth": 1.1, "zorder": 4}
        ax.plot(x[below], y[below], "o", color=HEATING, label="below the classical bound", **style)
        if len(result.objectives) == 2:
            ax.plot(x[below], y[below], "o", color=COOLING, markersize=2.4, zorder=5)
    classical = result.classical
    # Only one of the two can be drawn as a curve over the other; where both have a bound, the upright one.
    if np.isfinite(classical[:, 1]).any():
        _bound(ax, x, axis[1](classical[:, 1]), DARK_GREY, DASHES[0])
    elif np.isfinite(classical[:, 0]).any():
        _bound(ax, axis[0](classical[:, 0]), y, DARK_GREY, DASHES[0])
    ax.set_xlabel(_axis(result, 0))
    ax.set_ylabel(_axis(result, 1))
    legend(ax)


def _bound(ax: Axes, x: Any, y: Any, color: str, dashes: Any) -> None:
    order = np.argsort(x)
    ax.plot(x[order], y[order], linestyle=dashes, color=color, linewidth=1.0, label="classical bound", zorder=2)
