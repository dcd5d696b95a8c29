"""What a friction tensor looks like: an element for each pair of controls, in the units that these have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.asked import asked_units, in_asked_units, unit_shown
from thermokin.lab_units.dimension import dimension_of
from thermokin.model.parameter import Known
from thermokin.slow_driving.friction import Friction
from thermokin.views.told import ToldView
from thermokin.views.variable import Variable, summed_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CONTROL_UNIT", "FrictionView", "natural_words", "said_unit"]

EACH = "(force_unit control_unit)"  # two places of the coordinate that says the units of the controls
NOTHING = 1e-9  # of the fluctuation: a coherent part that is rounding
MOST_TOLD = 4  # controls up to which every element is told


def natural_words(unit: str) -> str:
    """A unit as natural numbers have it, in the shortest words: "energy time/(energy temperature)" is "time/energy".

    Args:
        unit: in words.

    Returns:
        The words; those that were given where they name something else.
    """
    powers = dimension_of(unit.replace("temperature", "energy").replace("voltage", "energy"))
    if powers is None:
        return unit
    parts = {
        sign: " ".join(
            name if abs(power) == 1 else f"{name}^{abs(power)}" for name, power in powers.items() if sign * power > 0
        )
        for sign in (1, -1)
    }
    below = f"({parts[-1]})" if " " in parts[-1] else parts[-1]
    return f"{parts[1] or '1'}{f'/{below}' if below else ''}"


def said_unit(unit: str) -> str:
    """A unit in those that were asked for.

    Args:
        unit: in words.

    Returns:
        The unit; natural words where none were asked for.
    """
    return natural_words(unit) if asked_units() is None else unit_shown(unit)


CONTROL_UNIT: Variable[Any] = Variable(
    "control_unit", "unit of the control", "1", ("control",), lambda result: list(result.units), shown=False
)


class FrictionView(ToldView[Friction], of=Friction):
    """The tensor, and the same of the fluctuations."""

    heading = "Friction of slow changes"
    file = "friction"
    coordinates = (
        Variable("force", "control whose force does work", "1", ("force",), lambda r: list(r.controls), shown=False),
        Variable("control", "control that moves", "1", ("control",), lambda r: list(r.controls), shown=False),
        CONTROL_UNIT,
    )
    variables = (
        Variable("tensor", "friction tensor", "energy time", ("force", "control"), error=lambda r: r.error),
        Variable("metric", "metric of the excess work", "energy time", ("force", "control"), shown=False),
        Variable("fluctuation", "variance of the work", "energy^2 time", ("force", "control")),
        Variable("coherent", "coherent part of the fluctuation", "energy time", ("force", "control")),
        Variable("entropy_metric", "metric of the entropy produced", "nats time", ("force", "control")),
    )

    def defined(self, result: Friction) -> tuple[Variable[Any], ...]:
        """What there is of states that are no Gibbs states, too, per the units of two controls."""
        found = (one for one in self.variables if getattr(result, one.name) is not None)
        return tuple(replace(one, unit=self._unit(result, one.unit)) for one in found)

    def parameters(self, result: Friction) -> dict[str, Known]:
        """The numbers that vary."""
        return dict(result.swept)

    def title(self, result: Friction) -> str:
        """Of which controls."""
        return f"Friction of {', '.join(result.controls)}"

    def rows(self, result: Friction) -> list[tuple[str, str, str]]:
        """The arrays; element by element where controls differ in their units."""
        if self._alike(result):
            return super().rows(result)
        return [(f"{one.name} {', '.join(pair)}", said, unit) for one, pair, said, unit in self._elements(result)]

    def told(self, result: Friction) -> list[tuple[str, str, str]]:
        """Every element in words, of not too many controls."""
        if len(result.controls) > MOST_TOLD:
            return super().told(result)
        return [
            (f"{one.meaning}, {' and '.join(dict.fromkeys(pair))}", said, unit)
            for one, pair, said, unit in self._elements(result)
        ]

    def sentence(self, result: Friction) -> str:
        """What changes cost, and whether coherence shows in the fluctuations."""
        if not result.metric.any():
            return "Slow changes of these controls cost no power beyond the reversible: no force answers them."
        costs = [
            f"{summed_up(in_asked_units(result.metric[..., place, place], unit))} {said_unit(unit)} for {name}"
            for place, (name, own) in enumerate(zip(result.controls, result.units, strict=True))
            for unit in (f"energy time/({own} {own})",)
        ]
        said = "Slow changes cost power beyond the reversible, a friction times their speed squared: "
        said += f"{', '.join(costs[:-1])} and {costs[-1]}" if len(costs) > 1 else costs[0]
        if result.coherent is None:
            return f"{said}."
        largest = np.abs(result.metric).max(initial=0.0)
        if np.abs(result.coherent).max(initial=0.0) <= NOTHING * largest:
            return f"{said}; the variance of the work is 2 T times that excess, as without coherence."
        return f"{said}; coherence makes the variance of the work larger than 2 T times that excess."

    def draw(self, result: Friction, axes: list[Axes]) -> None:
        """Bars of every pair of controls, with the fluctuations over 2 T beside them; of a sweep lines."""
        from thermokin.report.style import MANY, legend

        if result.metric.ndim > 2:
            super().draw(result, axes)
            return
        pairs = list(combinations_with_replacement(range(len(result.controls)), 2))
        scale, unit = np.ones((len(result.controls),) * 2), f"energy time/({result.units[0]} {result.units[0]})"
        if len(set(result.units)) > 1:
            typical = 1.0 if result.temperature is None else float(result.temperature)
            sizes = np.where(result.values == 0.0, typical, np.abs(result.values))
            scale, unit = np.outer(sizes, sizes), "energy time"
        rows = {"friction": result.metric}
        if result.coherent is not None and result.temperature is not None:
            rows["variance of the work over 2 T"] = result.fluctuation / (2.0 * result.temperature)
        width = 0.8 / len(rows)
        for number, (label, values) in enumerate(rows.items()):
            heights = [float(in_asked_units((values * scale)[pair], unit)) for pair in pairs]
            places = np.arange(len(pairs)) + (number - 0.5 * (len(rows) - 1)) * width
            axes[0].bar(places, heights, width, color=MANY[number], label=label)
        named = ["\n".join(dict.fromkeys(result.controls[place] for place in pair)) for pair in pairs]
        axes[0].set_xticks(range(len(pairs)), named)
        what = "friction" if len(set(result.units)) == 1 else "friction of\nrelative changes"
        axes[0].set_ylabel(f"{what} [{said_unit(unit)}]")
        axes[0].axhline(0.0, color="0.7", linewidth=0.6)
        if len(rows) > 1:
            legend(axes[0])

    @staticmethod
    def _alike(result: Friction) -> bool:
        return len(set(result.units)) == 1 and not {"temperature", "voltage"} & set(result.units)

    def _unit(self, result: Friction, amount: str) -> str:
        if not self._alike(result):
            return f"{amount}/{EACH}"
        return natural_words(f"{amount}/({result.units[0]} {result.units[0]})")

    def _elements(self, result: Friction) -> Iterator[tuple[Variable[Any], tuple[str, str], str, str]]:
        """Variable, its two controls, number and unit of each element that is shown; of symmetric ones half."""
        bare = {one.name: one.unit for one in self.variables}
        for one in self.defined(result):
            values = one.of(result)
            symmetric = np.array_equal(values, values.swapaxes(-1, -2))
            for force, first in enumerate(result.controls if one.shown else ()):
                for control, second in enumerate(result.controls):
                    if symmetric and control < force:
                        continue
                    unit = f"{bare[one.name]}/({result.units[force]} {result.units[control]})"
                    number = in_asked_units(values[..., force, control], unit)
                    yield one, (first, second), summed_up(number), said_unit(unit)
