"""What the ledger at rest looks like: bars of one system, lines along a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.machines.steady_ledger import SteadyLedger
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.views.junction_parameters import junction_parameters
from thermokin.views.sweep_axes import SweepAxes, model_parameters
from thermokin.views.variable import Variable, labelled
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawn

__all__ = ["SteadyLedgerView"]

DOES: Variable[SteadyLedger] = Variable("does", "what the machine does", "1")
QUANTA = {"particles", "fano_factor", "skewness", "chemical_power"}


def _with_error(name: str, meaning: str, unit: str, axes: tuple[str, ...] = (), **said: Any) -> Variable[SteadyLedger]:
    return Variable(name, meaning, unit, axes, None, lambda result: getattr(result, f"{name}_error"), **said)


class SteadyLedgerView(View[SteadyLedger], of=SteadyLedger):
    """Heat and power first, then particles, entropy and activity, then how well and how steadily it works."""

    panels = (1, 3)
    coordinates = (Variable("bath", "bath", "1", ("bath",), lambda r: list(r.names), shown=False),)
    variables = (
        _with_error("heat", "heat from the bath", "energy/time", ("bath",)),
        _with_error("power", "power, work delivered per time", "energy/time"),
        _with_error("chemical_power", "work delivered against chemical potentials per time", "energy/time"),
        _with_error("drive_power", "work delivered to what drives per time", "energy/time"),
        _with_error("particles", "particles from the bath", "1/time", ("bath",)),
        _with_error("entropy_flow", "entropy that the bath takes up", "nats/time", ("bath",)),
        _with_error("entropy_production", "entropy produced per time", "nats/time"),
        _with_error("activity", "jumps of the bath", "1/time", ("bath",)),
        _with_error("total_activity", "jumps of all channels", "1/time"),
        Variable("efficiency", "efficiency, what is delivered over what is drawn", "1"),
        Variable(
            "coefficient_of_performance", "coefficient of performance, heat from the cold over what it costs", "1"
        ),
        Variable("share_of_carnot", "share of what the second law allows", "1"),
        _with_error("fano_factor", "noise over the size of the current of particles", "1", ("bath",)),
        _with_error("skewness", "third cumulant over the first of the particles", "1", ("bath",)),
        Variable("heat_fano_factor", "noise over the size of the heat current", "energy", ("bath",), shown=False),
        Variable("heat_skewness", "third cumulant over the first of the heat", "energy^2", ("bath",), shown=False),
    )

    def title(self, result: SteadyLedger) -> str:
        """Of what."""
        what = f"{result.system.dimension} levels" if isinstance(result.system, Model) else "a junction"
        if not isinstance(result.system, Model | JoinedLeads):
            what = f"{result.system.modes} modes"
        said = f"Ledger at rest of {what}"
        if result.names:
            said += f" {'between' if len(result.names) > 1 else 'on'} {', '.join(result.names)}"
        if result.batch_shape:
            return f"{said}, a sweep of {int(np.prod(result.batch_shape))} points"
        word = str(result.does)
        return said if word in {"nothing", "mixed"} else f"{said}: {word}"

    def defined(self, result: SteadyLedger) -> tuple[Variable[Any], ...]:
        """Those that have a number anywhere."""
        left_out = set() if result.exchanges_particles else set(QUANTA)
        if not result.has_activity:
            left_out |= {"activity", "total_activity", "drive_power"}
        if isinstance(result.system, Model) and not result.names:
            left_out |= {"power"}
        kept = (one for one in self.variables if one.name not in left_out)
        return tuple(one for one in kept if not one.shown or _has_number(one.of(result), one.axes))

    def parameters(self, result: SteadyLedger) -> dict[str, Known]:
        """Those of the system."""
        if isinstance(result.system, Model):
            return model_parameters(result.system)
        return junction_parameters(result.system) if isinstance(result.system, JoinedLeads) else {}

    def dataset(self, result: SteadyLedger) -> xr.Dataset:
        """All numbers, and what the machine does, in words."""
        data = super().dataset(result)
        return data if result.merit is None else data.assign(does=labelled(DOES, result.does, self._sweep(result)))

    def _sweep(self, result: SteadyLedger) -> SweepAxes:
        taken = {"bath", "baths", *(one.name for one in self.variables)}
        return SweepAxes.of(result.batch_shape, self.parameters(result), taken)

    def draw(self, result: SteadyLedger, axes: list[Axes]) -> None:
        """Energy, entropy and jumps per time: bars of one system, lines along one axis of a sweep."""
        from thermokin.views.steady_ledger_figure import draw_bars, draw_lines

        if not result.batch_shape:
            draw_bars(axes, result)
            return
        if len(result.batch_shape) > 1:
            raise ValueError(
                f"a figure shows the ledger along one axis, but it has leading axes {result.batch_shape}; select one "
                "with `to_xarray()`, or evaluate one row."
            )
        draw_lines(axes, result, self._sweep(result))

    def blocks(self, result: SteadyLedger, drawn: Drawn) -> list[Block]:
        """The figure, all numbers with their errors, and a table of the baths."""
        from thermokin.report.blocks import Definitions, FigureBlock, Heading, Table

        if result.batch_shape:
            return list(super().blocks(result, drawn))
        from thermokin.report.page import shortened

        figures = [FigureBlock(svg, caption) for svg, caption in drawn.values()]
        alone = [one for one in self.defined(result) if not one.axes]
        values = ((one, float(in_asked_units(one.of(result), one.unit))) for one in alone)
        numbers = tuple(
            (one.meaning, "–" if np.isnan(at) else f"{shortened(at, 6)} {_unit(one)}".strip()) for one, at in values
        )
        by_bath = [one for one in self.defined(result) if one.axes]
        heads = ("bath", *(f"{one.meaning}{f' [{_unit(one)}]' if _unit(one) else ''}" for one in by_bath))
        rows: tuple[Any, ...] = tuple(
            (name, *(_known(in_asked_units(one.of(result)[place], one.unit)) for one in by_bath))
            for place, name in enumerate(result.names)
        )
        said = "Heat and particles are positive into the system."
        baths = [Table(heads, rows, said, digits=6)] if rows else []
        return [Heading("At rest"), *figures, Definitions(numbers), *baths]


def _unit(one: Variable[Any]) -> str:
    return "" if one.unit == "1" else unit_shown(one.unit)


def _known(number: Any) -> float | None:
    return None if np.isnan(number) else float(number)


def _has_number(numbers: Any, axes: tuple[str, ...]) -> bool:
    return bool(numbers.size) and not np.isnan(numbers).all() if axes else not np.isnan(numbers).all()
