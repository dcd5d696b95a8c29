"""What figures of merit look like: a sketch of one machine, lines and maps of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.views.heat_devices import RectificationView
from thermokin.views.junction_parameters import junction_parameters
from thermokin.views.machine_maps import DifferentialConductanceView, ThermoelectricMapView
from thermokin.views.steady_ledger import SteadyLedgerView
from thermokin.views.sweep_axes import SweepAxes, model_parameters
from thermokin.views.variable import Variable, labelled
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from thermokin.report.blocks import Block
    from thermokin.views.machine_sketch import MachineSketch
    from thermokin.views.report_folder import Drawings, Drawn

__all__ = [
    "DifferentialConductanceView",
    "FiguresOfMeritView",
    "RectificationView",
    "SteadyLedgerView",
    "ThermoelectricMapView",
    "machine_blocks",
    "sketched",
    "worded",
]

MOST_AXES = 2
DOES: Variable[FiguresOfMerit] = Variable("does", "what the machine does", "1")


class FiguresOfMeritView(View[FiguresOfMerit], of=FiguresOfMerit):
    """Power first, then what the machine is good at, then the heats."""

    coordinates = (Variable("bath", "name of the bath", "1", ("bath",), lambda r: list(r.names), shown=False),)
    variables = (
        Variable("power", "power, work delivered per time", "energy/time"),
        Variable("efficiency", "efficiency, what is delivered over what is drawn", "1"),
        Variable(
            "coefficient_of_performance", "coefficient of performance, heat from the cold over what it costs", "1"
        ),
        Variable("carnot", "largest figure of merit that the second law allows", "1"),
        Variable("share_of_carnot", "share of what the second law allows", "1"),
        Variable(
            *("heats", "heat from the bath", "energy/time", ("bath",), lambda r: r.heats), lambda r: r.heats_error
        ),
        Variable("entropy_production", "entropy that the baths take up", "nats/time"),
        Variable("useful_current", "useful current, what the machine is built for", "energy/time", shown=False),
        Variable(
            *("noise", "noise of the useful current", "energy^2/time", (), None),
            lambda r: r.noise_error,
            shown=False,
        ),
        Variable("uncertainty_product", "noise times entropy production over the squared current", "1", shown=False),
    )

    def title(self, result: FiguresOfMerit) -> str:
        """What it does."""
        found, counts = np.unique(result.does, return_counts=True)
        if result.does.ndim == 0:
            return f"Figures of merit: {found[0]} between {', '.join(result.names)}"
        said = ", ".join(f"{word} at {count}" for word, count in zip(found, counts, strict=True))
        return f"Figures of merit along a sweep of {result.does.size} points: {said}"

    def defined(self, result: FiguresOfMerit) -> tuple[Variable[Any], ...]:
        """Those that have a number anywhere; what costs more than the heats always."""
        return tuple(
            one for one in self.variables if not one.shown or not np.isnan(np.asarray(getattr(result, one.name))).all()
        )

    def parameters(self, result: FiguresOfMerit) -> dict[str, Known]:
        """Those of the system."""
        if isinstance(result.system, Model):
            return model_parameters(result.system)
        return junction_parameters(result.system) if isinstance(result.system, JoinedLeads) else {}

    def dataset(self, result: FiguresOfMerit) -> xr.Dataset:
        """All numbers, and what the machine does, in words."""
        return super().dataset(result).assign(does=labelled(DOES, result.does, self._sweep(result)))

    def _sweep(self, result: FiguresOfMerit) -> SweepAxes:
        taken = {"bath", "baths", *(one.name for one in self.variables)}
        return SweepAxes.of(result.does.shape, self.parameters(result), taken)

    def findings(self, result: FiguresOfMerit) -> list[str]:
        """What the machine does, in a sentence."""
        return [worded(result)] if result.does.ndim == 0 else super().findings(result)

    def plot(
        self, result: FiguresOfMerit, ax: Axes | Sequence[Axes] | NDArray[np.object_] | None = None
    ) -> tuple[Figure, NDArray[np.object_]]:
        """A sketch of one machine; along one axis power and heats, over two a map of what it does."""
        if ax is not None or result.does.ndim:
            return super().plot(result, ax)
        return _sheet(sketched(result))

    def draw(self, result: FiguresOfMerit, axes: list[Axes]) -> None:
        """Draw the sketch, the lines or the map."""
        if result.does.ndim == 0:
            sketched(result).draw(axes[0])
            return
        from thermokin.views.machine_sweeps import draw_sweep

        if result.does.ndim > MOST_AXES:
            raise ValueError(
                f"a figure shows a sweep of up to {MOST_AXES} axes, but the machine has leading axes "
                f"{result.does.shape}; select some with `to_xarray()`."
            )
        draw_sweep(axes[0], result, self._sweep(result))

    def figures(self, result: FiguresOfMerit) -> Drawings:
        """The sketch of one machine; of many what `plot` shows."""
        if result.does.ndim:
            return {"machine": lambda: (self.plot(result)[0], self.title(result))}
        return {"machine": lambda: (_sheet(sketched(result))[0], sketched(result).caption)}

    def blocks(self, result: FiguresOfMerit, drawn: Drawn) -> Sequence[Block]:
        """The sentence and the sketch, then all numbers; of many machines what other results show."""
        from thermokin.report.blocks import Definitions, Table

        if result.does.ndim:
            return super().blocks(result, drawn)
        totals = tuple((one.meaning, _with_unit(one, result)) for one in self.defined(result) if not one.axes)
        flow, warmth = unit_shown("energy/time"), unit_shown("temperature")
        heads = (
            "bath",
            f"temperature [{'energy' if warmth == 'temperature' else warmth}]",
            f"heat from it [{flow}]",
            "error",
        )
        columns = (
            in_asked_units(numbers, unit).tolist()
            for numbers, unit in (
                (result.temperatures, "temperature"),
                (result.heats, "energy/time"),
                (result.heats_error, "energy/time"),
            )
        )
        rows = tuple(zip(result.names, *columns, strict=True))
        baths = Table(heads, rows, "Heat is positive into the system.", digits=6)
        return [*machine_blocks(result, drawn), Definitions(totals), baths]


def machine_blocks(result: FiguresOfMerit | None, drawn: Drawn) -> list[Block]:
    """What a report says of a machine before any numbers: the sentence, and the sketch.

    Args:
        result: its figures of merit, of one point; None where there is no machine.
        drawn: the sketch, or nothing.

    Returns:
        The blocks.
    """
    from thermokin.report.blocks import FigureBlock, Heading, Paragraph

    if result is None:
        return []
    figures = (FigureBlock(svg, caption) for svg, caption in drawn.values())
    return [Heading("The machine"), Paragraph(worded(result)), *figures]


def _with_unit(one: Variable[FiguresOfMerit], result: FiguresOfMerit) -> str:
    from thermokin.report.page import shortened

    value = float(in_asked_units(one.of(result), one.unit))
    said = "–" if np.isnan(value) else shortened(value, 6)
    return said if one.unit == "1" else f"{said} {unit_shown(one.unit)}"


def sketched(result: FiguresOfMerit) -> MachineSketch:
    """A sketch of one machine.

    Args:
        result: its figures of merit.

    Returns:
        The sketch.
    """
    from thermokin.views.machine_sketch import MachineSketch

    return MachineSketch(result)


def worded(result: FiguresOfMerit) -> str:
    """What one machine does, in a sentence.

    Args:
        result: its figures of merit.

    Returns:
        The sentence.
    """
    from thermokin.views.machine_words import sentence

    return sentence(result)


def _sheet(sketch: MachineSketch) -> tuple[Figure, NDArray[np.object_]]:
    """A figure as large as the sketch."""
    from thermokin.report.style import figure

    width, height = sketch.size
    drawing, axes = figure(width=width, height=height)
    ax = axes.ravel().tolist()[0]
    # A sketch fills its sheet: there are no labels outside the axes for which a layout would make room.
    drawing.set_layout_engine("none")
    ax.set_position((0.0, 0.0, 1.0, 1.0))
    sketch.draw(ax)
    return drawing, axes
