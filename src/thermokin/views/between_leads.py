"""What a junction carries, in a report: currents of every lead, cumulants, what it does as a machine, coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.counting.counting import cumulants
from thermokin.lab_units.asked import asked_units, in_asked_units, unit_shown
from thermokin.machines.differential_conductance import DifferentialConductance
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.model.current import energy, heat, particles
from thermokin.model.current_words import unit_of
from thermokin.report.blocks import Block, Cell, Definitions, Heading, Table
from thermokin.transport import Junction
from thermokin.transport.transport_covariance import TransportCovariance
from thermokin.transport.transport_cumulants import TransportCumulants
from thermokin.transport.transport_onsager import TransportOnsager
from thermokin.views.cumulants_shown import (
    covariances_shown,
    cumulants_shown,
    fano_shown,
    mean_and_noise,
    units_of_cumulants,
)
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawings, Drawn

__all__ = ["BetweenLeads", "BetweenLeadsView"]


@dataclass(frozen=True, eq=False)
class BetweenLeads(Result):
    """What is found of one junction.

    Args:
        junction: the junction.
        cumulants: per time, by the words of each current.
        covariance: per time, of all currents.
        merit: what it does as a machine.
        production: entropy production per time; None with a lead at temperature 0.
        conductance: differential, if it was asked for.
        onsager: coefficients of leads that are alike, if they were asked for.
    """

    junction: Junction
    cumulants: Mapping[str, TransportCumulants]
    covariance: TransportCovariance
    merit: FiguresOfMerit
    production: TransportCumulants | None
    conductance: DifferentialConductance | None
    onsager: TransportOnsager | None

    @property
    def order(self) -> int:
        """The largest cumulant."""
        return int(next(iter(self.cumulants.values())).values.shape[-1])

    @cached_property
    def flows(self) -> FloatArray:
        """Mean currents of particles, energy and heat out of every lead (leads, 3)."""
        junction: Any = self.junction
        return np.array(
            [
                [
                    float(cumulants(junction, word(junction, lead.name), order=1).mean)
                    for word in (particles, energy, heat)
                ]
                for lead in self.junction.leads
            ]
        )


def _each(name: str, meaning: str, read: str) -> Variable[BetweenLeads]:
    def values(found: BetweenLeads) -> list[FloatArray]:
        return [getattr(one, read) for one in found.cumulants.values()]

    return Variable(name, meaning, "current_unit^order/time", ("current", "order"), values, shown=False)


class BetweenLeadsView(View[BetweenLeads], of=BetweenLeads):
    """Cumulants and covariances over the currents, and what the leads exchange."""

    coordinates = (
        Variable("current", "current", "1", ("current",), lambda r: list(r.cumulants)),
        Variable("other", "current", "1", ("other",), lambda r: list(r.cumulants), shown=False),
        Variable("order", "order of the cumulant", "1", ("order",), lambda r: np.arange(1, r.order + 1)),
        Variable("current_unit", "unit of the amount", "1", ("current",), lambda r: [*map(unit_of, r.cumulants)]),
        Variable("lead", "lead", "1", ("lead",), lambda r: [lead.name for lead in r.junction.leads]),
    )
    variables = (
        _each("cumulants", "cumulants per time", "values"),
        _each("cumulant_error", "error of the cumulants", "error"),
        Variable(
            *("covariance", "covariance per time", "current_unit other_unit/time", ("current", "other")),
            lambda r: r.covariance.values,
            lambda r: r.covariance.error,
        ),
        Variable("particles", "particles out of the lead per time", "1/time", ("lead",), lambda r: r.flows[:, 0]),
        Variable("energy", "energy out of the lead per time", "energy/time", ("lead",), lambda r: r.flows[:, 1]),
        Variable("heat", "heat out of the lead per time", "energy/time", ("lead",), lambda r: r.flows[:, 2]),
        Variable("power", "power delivered", "energy/time", (), lambda r: r.merit.power),
    )

    def title(self, result: BetweenLeads) -> str:
        """What it is about."""
        return "transport between leads"

    def defined(self, result: BetweenLeads) -> tuple[Variable[Any], ...]:
        """Those that were found."""
        found: list[Variable[Any]] = list(self.variables)
        if result.production is not None:
            produced: Variable[Any] = Variable(
                *("entropy_production_rate", "entropy production per time", "nats/time", ()),
                lambda r: r.production.values[..., 0],
                lambda r: r.production.error[..., 0],
            )
            found.append(produced)
        if result.conductance is not None:
            derived: Variable[Any] = Variable(
                *("conductance", f"particles from {result.conductance.lead} by its potential", "1/(energy time)", ()),
                lambda r: r.conductance.values,
                lambda r: r.conductance.error,
            )
            found.append(derived)
        return tuple(found)

    def findings(self, result: BetweenLeads) -> list[str]:
        """Mean and noise of each current, and what the junction does."""
        lines = []
        for words, found in result.cumulants.items():
            lines.append(f"{words}: {mean_and_noise(words, found)}")
        return [*lines, _deed(result.merit)]

    def dataset(self, result: BetweenLeads) -> xr.Dataset:
        """All numbers; words have no unit."""
        data = super().dataset(result)
        for name in ("current", "other", "current_unit", "lead"):
            del data[name].attrs["units"]
        if result.onsager is not None:
            own = result.onsager.to_xarray()
            data = data.merge(own.rename({"current": "flow", "other": "affinity"}), combine_attrs="override")
        return data

    def figures(self, result: BetweenLeads) -> Drawings:
        """What is transmitted at which energy, beside what the leads fill."""
        from thermokin.views.transmission import transmission_drawing

        return {"transmission": lambda: transmission_drawing(result.junction)}

    def blocks(self, result: BetweenLeads, drawn: Drawn) -> Sequence[Block]:
        """Tables and the figure."""
        from thermokin.report.blocks import FigureBlock

        figures = [FigureBlock(svg, caption) for svg, caption in drawn.values()]
        blocks: list[Block] = [Heading("The junction"), *figures, *_leads(result), *_machine(result)]
        blocks += [Heading("Cumulants per time"), *_cumulants(result)]
        if len(result.cumulants) > 1:
            blocks += [Heading("Covariance"), _covariance(result)]
        return [*blocks, *(_onsager(result.onsager) if result.onsager is not None else [])]


def _deed(merit: FiguresOfMerit) -> str:
    """What a junction does, in a line."""
    share = float(merit.share_of_carnot)
    said = f", {100.0 * share:.4g} % of what the second law allows" if np.isfinite(share) else ""
    power = float(in_asked_units(merit.power, "energy/time"))
    return f"as a machine: {merit.does}, power {power:.6g}{noted('energy/time')}{said}"


def _leads(result: BetweenLeads) -> list[Block]:
    rows: list[tuple[Cell, ...]] = []
    units = ("temperature", "voltage", "charge/time", "energy/time", "energy/time")
    for lead, flows in zip(result.junction.leads, result.flows, strict=True):
        numbers = zip((lead.temperature, lead.chemical_potential, *flows), units, strict=True)
        rows.append((lead.name, *(float(in_asked_units(number, unit)) for number, unit in numbers)))
    caption = "The leads at temperature T and chemical potential μ, and what leaves each of them per time."
    names = ("T", "μ", "particles out", "energy out", "heat out")
    heads = (with_unit_shown(name, unit) for name, unit in zip(names, units, strict=True))
    return [Table(("lead", *heads), tuple(rows), caption, digits=6)]


def _machine(result: BetweenLeads) -> list[Block]:
    merit = result.merit
    items: list[tuple[str, Cell]] = [
        ("what it does", str(merit.does)),
        _item("power delivered", merit.power, "energy/time"),
    ]
    words = {
        "efficiency": "efficiency",
        "coefficient_of_performance": "coefficient of performance",
        "carnot": "what the second law allows",
        "share_of_carnot": "share of that",
    }
    numbers = ((said, float(getattr(merit, name))) for name, said in words.items())
    items += [(said, value) for said, value in numbers if not np.isnan(value)]
    if result.production is not None:
        items.append(_item("entropy production per time", result.production.mean, "nats/time"))
    if result.conductance is not None:
        said = f"differential conductance of {result.conductance.lead}"
        unit = "conductance"
        said += " [1/(energy time)]" if unit_shown(unit) == unit else ""
        items += [_item(said, result.conductance.values, unit), _item("its error", result.conductance.error, unit)]
    return [Definitions(tuple(items))]


def _cumulants(result: BetweenLeads) -> list[Block]:
    heads = ("current", "unit", *(f"c_{{{number}}}" for number in range(1, result.order + 1)), "largest error")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            words,
            units_of_cumulants(words, result.order),
            *cumulants_shown(words, found.values),
            f"{max(cumulants_shown(words, found.error)):.1e}",
        )
        for words, found in result.cumulants.items()
    )
    caption = "Cumulants per time, c_{n} = lim ⟨⟨N^{n}⟩⟩/t, in units of (amount)^{n}/time."
    return [Table(heads, rows, caption, digits=7), *_precision(result)]


def _precision(result: BetweenLeads) -> list[Block]:
    if result.order < 2:
        return []
    produced = np.nan if result.production is None else float(result.production.mean)
    rows: list[tuple[Cell, ...]] = []
    for words, found in result.cumulants.items():
        mean, noise = float(found.mean), float(found.noise)
        cost = noise * produced / mean**2 if mean else np.nan
        rows.append((*fano_shown(words, found), cost if np.isfinite(cost) else None))
    caption = (
        "Fano factor c_{2}/|c_{1}|, and noise times entropy production over the squared current, c_{2}σ/c_{1}^{2}: 2 "
        "or more for classical jumps, and less where fermions are carried coherently."
    )
    return [Table(("current", "Fano factor", "c_{2} σ / c_{1}^{2}"), tuple(rows), caption, digits=6)]


def _covariance(result: BetweenLeads) -> Table:
    names = [f"{number}. {words}" for number, words in enumerate(result.cumulants, start=1)]
    heads = ("current", *(str(number) for number in range(1, len(names) + 1)))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *row)
        for name, row in zip(names, covariances_shown(result.cumulants, result.covariance.values), strict=True)
    )
    return Table(heads, rows, "Covariances per time, lim ⟨⟨N_{a} N_{b}⟩⟩/t.", digits=6)


def _onsager(found: TransportOnsager) -> list[Block]:
    heads = ("current", *found.labels)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (label, *(float(value) for value in row)) for label, row in zip(found.labels, found.values, strict=True)
    )
    caption = "Onsager coefficients: currents by affinities of the leads, (μ − μ_{0})/T and 1/T_{0} − 1/T."
    caption += "" if asked_units() is None else " Natural numbers, as they mix several units."
    blocks: list[Block] = [Heading("Onsager coefficients"), Table(heads, rows, caption, digits=6)]
    if len(found.junction.leads) == 2:
        made = found.thermoelectric
        items: list[tuple[str, Cell]] = [
            _item("heat conductance [1/time]", made.thermal_conductance, "(energy/time)/(temperature)")
        ]
        if made.moves_particles:
            items += [
                _item("conductance [1/(energy time)]", made.conductance, "conductance"),
                _item("Seebeck coefficient", made.seebeck, "(voltage)/(temperature)"),
                _item("Peltier coefficient [energy]", made.peltier, "energy"),
                ("Lorenz number", float(made.lorenz)),
                ("ZT", float(made.figure_of_merit)),
            ]
        blocks.append(Definitions(tuple(items)))
    return blocks


def _item(words: str, value: FloatArray, unit: str) -> tuple[str, Cell]:
    """A number under its name, which may hold the unit of natural numbers in brackets."""
    if asked_units() is not None:
        words = words.partition(" [")[0]
    return with_unit_shown(words, unit), float(in_asked_units(value, unit))
