"""A limit cycle in a report: its figures, what each leg exchanges beside the infinitely slow cycle, cumulants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.cycles.cycle_cumulants import CycleCumulants
from thermokin.cycles.cycle_planes import CyclePlanes
from thermokin.cycles.ideal_cycle import IdealCycle
from thermokin.cycles.limit_cycle import LimitCycle
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.report.blocks import Block, Cell, Definitions, Heading, Level, Notice, Paragraph, Table
from thermokin.views.cycle_planes import CyclePlanesView
from thermokin.views.cycles import CycleLedgerView
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawing, Drawings, Drawn

__all__ = ["DrivenCycle", "DrivenCycleView", "merit_of"]


def merit_of(cycle: LimitCycle) -> FiguresOfMerit:
    """What a cycle does as a machine, by its heats per time.

    Args:
        cycle: the cycle.

    Returns:
        Figures of merit.
    """
    names = tuple(cycle.heat)
    warmth = {bath.name: float(bath.temperature) for bath in cycle.protocol.baths}
    heats = np.array([cycle.heat[name] for name in names]) / cycle.period
    scale = np.array([np.abs(cycle.ledger.heat[name]).sum() for name in names]) / cycle.period
    lacks = np.maximum(cycle.error, cycle.tolerance) * scale
    return FiguresOfMerit(cycle, names, np.array([warmth[name] for name in names]), heats, lacks, None)


@dataclass(frozen=True, eq=False)
class DrivenCycle(Result):
    """What is found of one cycle.

    Args:
        cycle: the limit cycle.
        cumulants: per cycle, by words.
        planes: its curves.
        ideal: the infinitely slow cycle; None where that is not defined.
    """

    cycle: LimitCycle
    cumulants: Mapping[str, CycleCumulants]
    planes: CyclePlanes
    ideal: IdealCycle | None

    @cached_property
    def merit(self) -> FiguresOfMerit:
        """What it does as a machine."""
        return merit_of(self.cycle)


class DrivenCycleView(View[DrivenCycle], of=DrivenCycle):
    """All of it."""

    def title(self, result: DrivenCycle) -> str:
        """Of how many legs."""
        return f"a limit cycle of {len(result.cycle.protocol.legs)} legs"

    def findings(self, result: DrivenCycle) -> list[str]:
        """Work, what the cycle does, and the cumulants."""
        cycle, share = result.cycle, float(result.merit.share_of_carnot)
        said = f", {100.0 * share:.4g} % of what the second law allows" if np.isfinite(share) else ""
        work = f"{_energy(-cycle.work_on_counted) + 0.0:.6g}{noted('energy')}"
        lines = [f"work delivered in a cycle: {work}, as a machine: {result.merit.does}{said}"]
        lines += [f"heat from {name}: {_energy(heat):.6g}{noted('energy')}" for name, heat in cycle.heat.items()]
        for words, found in result.cumulants.items():
            numbers = ", ".join(
                f"{number:.6g}{noted(f'energy^{order}')}" for order, number in enumerate(_powers(found.values), start=1)
            )
            # Work as a machine's is what it delivers, as a current what is done on the system.
            lines.append(f"cumulants per cycle of {_named(words)}: {numbers}")
        return [*lines, *cycle.notes]

    def dataset(self, result: DrivenCycle) -> xr.Dataset:
        """Ledger, totals, cumulants and curves."""
        import xarray as xr

        data = result.cycle.ledger.to_xarray()
        totals = result.cycle.to_xarray()
        data = data.merge(totals.rename({name: f"cycle_{name}" for name in totals.data_vars}), combine_attrs="override")
        if result.ideal is not None:
            own = result.ideal.to_xarray()
            renamed = own.rename({name: f"ideal_{name}" for name in own.data_vars})
            data = data.merge(renamed, combine_attrs="override")
        data = data.merge(result.planes.to_xarray().rename({"leg": "leg_number"}), combine_attrs="override")
        names: dict[str, object] = {"words": list(result.cumulants)}
        for key, said in (("values", "cumulants per cycle"), ("error", "error of the cumulants per cycle")):
            rows = np.array([getattr(found, key) for found in result.cumulants.values()])
            about = {"long_name": said, "units": "energy^order"}
            data["cycle_cumulants" if key == "values" else "cycle_cumulants_error"] = (("words", "order"), rows, about)
        data = data.assign_coords({**names, "order": np.arange(1, data.sizes["order"] + 1)})
        assert isinstance(data, xr.Dataset)  # noqa: S101 - narrows the type
        return data

    def figures(self, result: DrivenCycle) -> Drawings:
        """The planes, and heat and work leg by leg."""
        return {"planes": lambda: _planes(result), "ledger": lambda: _ledger(result)}

    def blocks(self, result: DrivenCycle, drawn: Drawn) -> Sequence[Block]:
        """Notices, figures and tables."""
        from thermokin.report.blocks import FigureBlock

        found = [one for one in result.cycle.validity if one.in_doubt]
        notices = [Notice(Level.WARNING, f"{one.said(digits=4).capitalize()}.") for one in found]
        notes = [Notice(Level.NOTE, f"{note[0].upper()}{note[1:]}.") for note in result.cycle.notes]
        figures = [FigureBlock(svg, caption) for svg, caption in drawn.values()]
        blocks: list[Block] = [*notices, *notes, Heading("The cycle"), *figures, _totals(result)]
        blocks += [Heading("Leg by leg"), _legs(result), *_ideal(result)]
        return [*blocks, Heading("Cumulants per cycle"), _cumulants(result)]


def _planes(result: DrivenCycle) -> Drawing:
    drawing, _ = CyclePlanesView().plot(result.planes)
    caption = (
        "The cycle in the plane of entropy and temperature, of the Gibbs state with the same energy, and in that of "
        "energy and frequency. A dot is the beginning of a leg, a dotted line a jump between two."
    )
    more = " Dashed: each leg takes forever." if result.planes.slow is not None else ""
    return drawing, caption + more


def _ledger(result: DrivenCycle) -> Drawing:
    from thermokin.report.style import SINGLE_COLUMN, figure

    drawing, axes = figure(width=SINGLE_COLUMN)
    CycleLedgerView().draw(result.cycle.ledger, axes.ravel().tolist())
    return drawing, "Heat from each bath and work on the system, leg by leg, positive into the system."


def _totals(result: DrivenCycle) -> Definitions:
    cycle, merit = result.cycle, result.merit
    items: list[tuple[str, Cell]] = [
        ("what it does", str(merit.does)),
        *(
            (with_unit_shown(said, unit), float(in_asked_units(value, unit)))
            for said, value, unit in (
                ("duration", cycle.period, "time"),
                ("work delivered in a cycle", -cycle.work_on_counted, "energy"),
                ("power delivered", cycle.power, "energy/time"),
                *((f"heat from {name}", heat, "energy") for name, heat in cycle.heat.items()),
                ("entropy produced", cycle.entropy_production, "nats"),
            )
        ),
    ]
    if abs(cycle.power_of_drive - cycle.work_on_counted) > 1e-9 * abs(cycle.work_on_counted):
        said = with_unit_shown("integral of the power of the drive", "energy")
        items.append((said, _energy(cycle.power_of_drive)))
    words = {
        "efficiency": "efficiency",
        "coefficient_of_performance": "coefficient of performance",
        "carnot": "what the second law allows",
        "share_of_carnot": "share of that",
    }
    items += [(said, float(getattr(merit, name))) for name, said in words.items() if np.isfinite(getattr(merit, name))]
    items += [
        ("share of a deviation left after a cycle", cycle.relaxation),
        ("what the state lacks, at most", f"{cycle.error:.1e}"),
        ("change of energy less heat and work, at most", f"{cycle.first_law:.1e}"),
    ]
    return Definitions(tuple(items))


def _by_leg(
    result: DrivenCycle,
    heat: Mapping[str, FloatArray],
    works: tuple[FloatArray, FloatArray],
    entropy: FloatArray,
    caption: str,
) -> Table:
    """Heats, work, work of the jump before and entropy produced of each leg."""
    energies = (*(f"heat from {name}" for name in heat), "work on it", "work of the jump before")
    said = (with_unit_shown(name, "energy") for name in energies)
    heads = ("leg", *said, with_unit_shown("entropy produced", "nats"))
    columns = [in_asked_units(column, "energy") for column in (*heat.values(), *works)]
    columns.append(in_asked_units(entropy, "nats"))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(float(column[place]) for column in columns)) for place, name in enumerate(result.cycle.ledger.legs)
    )
    return Table(heads, rows, caption, digits=6)


def _legs(result: DrivenCycle) -> Table:
    ledger = result.cycle.ledger
    works = ledger.work_on_counted, ledger.quench_work
    said = "What each leg exchanges, positive into the system."
    return _by_leg(result, ledger.heat, works, ledger.entropy_production, said)


def _ideal(result: DrivenCycle) -> list[Block]:
    ideal = result.ideal
    if ideal is None:
        why = result.planes.why.rstrip(".")
        return [Paragraph(f"There is no infinitely slow cycle to hold it against: {why}.")]
    total = f"{_energy(-ideal.total_work):.6g}{noted('energy')}"
    caption = f"The same where each leg takes forever; work delivered in a cycle: {total}."
    return [_by_leg(result, ideal.heat, (ideal.work, ideal.quench_work), ideal.entropy_production, caption)]


def _cumulants(result: DrivenCycle) -> Table:
    order = max(found.values.size for found in result.cumulants.values())
    heads = ("amount", *(f"c_{{{number}}}" for number in range(1, order + 1)), "largest error")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_named(words), *_powers(found.values), f"{max(_powers(found.error)):.1e}")
        for words, found in result.cumulants.items()
    )
    unit = unit_shown("energy")
    caption = (
        f"Cumulants per cycle in the long run, in units of {unit}^{{n}}. Work as a current is that on the system; what "
        "the cycle delivers is its negative, as the first cumulant shows."
    )
    return Table(heads, rows, caption, digits=6)


def _named(words: str) -> str:
    return f"{words} on the system" if words == "work" else words


def _energy(value: FloatArray | float) -> float:
    return float(in_asked_units(value, "energy"))


def _powers(values: FloatArray) -> list[float]:
    """Numbers that are powers of energies, from the first on."""
    return [float(in_asked_units(value, f"energy^{order}")) for order, value in enumerate(values, start=1)]
