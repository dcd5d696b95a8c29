"""The question [transport]: what a junction carries between its leads, and how it fluctuates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.counting.counting import covariance, cumulants
from thermokin.linear_response.onsager import onsager
from thermokin.machines.differential_conductance import differential_conductance
from thermokin.machines.figures_of_merit import FiguresOfMerit, figures_of_merit
from thermokin.machines.thermoelectric_map import thermoelectric_map
from thermokin.model.current import entropy_flow
from thermokin.model.current_words import current_of, unit_of
from thermokin.study.junction_system import JunctionSystem
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.question import Question, Report, Tell, between
from thermokin.study.questions.counting import words_flaw
from thermokin.study.section import Section
from thermokin.study.sweep import Swept
from thermokin.transport import Junction
from thermokin.transport.transport_cumulants import transport_cumulants
from thermokin.views.between_leads import BetweenLeads
from thermokin.views.by_current import charged
from thermokin.views.figures_beside import FiguresBeside
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["TRANSPORT", "TransportTable", "transport_words_flaws"]

Words = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Words, ...], Field(strict=False, min_length=1, max_length=12)]
BIAS = "bias"
PER_POTENTIAL = "1/(energy time)"  # of particles; in units of the lab a conductance of charges
CARRIED = ("heat", "energy", "particles", "entropy_flow")


class TransportTable(Section):
    """What is carried between leads."""

    currents: Some = Field(description='currents in words, as "heat from hot" or "particles from left"')
    order: int = Field(default=2, ge=1, le=4, description="largest cumulant, from 1 to 4")
    conductance: str | None = Field(
        default=None, description='a fermi lead, by whose potential the particles from it are derived; or "bias"'
    )
    onsager: bool = Field(default=False, description="whether Onsager coefficients are found, of leads that are alike")


class TransportReport(Report):
    """What the report shows."""

    title: str = Field(default="Transport between leads", min_length=1, max_length=200, description="its title")


def transport_words_flaws(place: Place, currents: tuple[str, ...], draft: JunctionSystem) -> list[Problem]:
    """What is wrong with currents in words."""
    leads = {lead.name: lead.temperature for lead in draft.leads} or None
    found = []
    for index, words in enumerate(currents):
        here = (*place, index)
        problem = words_flaw(here, words, leads, CARRIED)
        if problem is None and words in currents[:index]:
            problem = Problem(here, f"must be named once, got {described(words)} again")
        if problem is not None:
            message = problem.message.replace("a bath of the model", "a lead").replace("a bath at", "a lead at")
            found.append(Problem(problem.place, message, problem.hint))
    return found


def _rules(draft: JunctionSystem) -> list[Problem]:
    table = draft.sections.get("transport")
    if not isinstance(table, TransportTable):
        return []
    found = transport_words_flaws(("transport", "currents"), table.currents, draft)
    return [*found, *_conductance_flaws(draft, table), *(_onsager_flaws(draft) if table.onsager else [])]


def _conductance_flaws(draft: JunctionSystem, table: TransportTable) -> list[Problem]:
    named = {lead.name: lead for lead in draft.leads}
    place = ("transport", "conductance")
    if table.conductance is None or not named:
        return []
    if table.conductance == BIAS and len(named) == 2:
        named[BIAS] = draft.leads[0]
    if table.conductance not in named:
        near = nearest(table.conductance, list(named))
        need = f"must be a lead ({', '.join(named)}), got {described(table.conductance)}"
        return [Problem(place, need, near and f'did you mean "{near}"?')]
    if named[table.conductance].statistics == "bose":
        return [Problem(place, "must be left out for bose leads, which have no potential")]
    if min(lead.temperature for lead in named.values()) == 0.0:
        need = "must be left out where a lead has temperature 0, at which currents have kinks"
        return [Problem(place, need, "a small temperature serves")]
    return []


def _onsager_flaws(draft: JunctionSystem) -> list[Problem]:
    found = []
    first, *others = draft.leads or (None,)
    for index, lead in enumerate(others, start=1):
        for key in ("temperature", "chemical_potential"):
            mine, wanted = getattr(lead, key), getattr(first, key)
            if mine != wanted:
                need = f"must be {wanted:g}, as of the first lead, for transport.onsager, got {mine:g}"
                found.append(Problem(("leads", index, key), need, "Onsager coefficients are of leads that are alike"))
    if not found and first is not None and first.temperature == 0.0:
        found.append(Problem(("transport", "onsager"), "must be left out at temperature 0: affinities are infinite"))
    swept = draft.sections.get("sweep")
    for name, place in swept.places.items() if isinstance(swept, Swept) else ():
        if name.startswith("leads.") or name == "model.bias":
            found.append(Problem(place, "must not make leads differ where transport.onsager is asked for"))
    return found


def _warm(junction: Junction) -> bool:
    """Whether the entropy flow into every lead is finite."""
    return bool((junction.stacked("temperature") > 0.0).all())


def _answer(system: JunctionSystem, table: TransportTable, tell: Tell) -> BetweenLeads:
    tell("currents", 0.0)
    junction: Any = system.junction
    currents = {words: current_of(junction, words) for words in table.currents}
    found = {words: cumulants(junction, current, order=table.order) for words, current in currents.items()}
    tell("noise", 0.5)
    return BetweenLeads(
        junction=junction,
        cumulants=found,
        covariance=covariance(junction, tuple(currents.values())),
        merit=figures_of_merit(junction),
        production=cumulants(junction, entropy_flow(junction), order=1) if _warm(junction) else None,
        conductance=_conductance(system, table, {}),
        onsager=onsager(junction) if table.onsager else None,
    )


def _conductance(system: JunctionSystem, table: TransportTable, numbers: Mapping[str, FloatArray]) -> Any:
    """The derivative of the particle current of a lead by its potential, if it is asked for."""
    if table.conductance is None:
        return None
    by_bias = table.conductance == BIAS
    name = "model.bias" if by_bias else f"leads.{table.conductance}.chemical_potential"
    lead = system.leads[0].name if by_bias else table.conductance
    potential = np.asarray(numbers.get(name, system.family.parameters[name].default), dtype=np.float64)

    def at(bias: FloatArray) -> Any:
        return system.family.at({**numbers, name: bias})

    return differential_conductance(at, potential, lead)


def _prepare(system: JunctionSystem, table: TransportTable) -> None:
    for words in table.currents:
        current_of(system.junction, words)  # type: ignore[arg-type]


def _swept(system: JunctionSystem, table: TransportTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every cumulant at every point, what the junction does as a machine, and entropy production."""
    junction: Any = system.family.at(numbers)
    found = []
    for words in table.currents:
        counted = cumulants(junction, current_of(junction, words), order=table.order)
        for order in range(1, table.order + 1):
            said = f"cumulant {order} per time of {words}"
            unit = f"{unit_of(words, order)}/time"
            more = charged(words, f"amount^{order}/time")
            found.append(Column(f"c{order} {words}", said, unit, counted.values[..., order - 1], said=more))
            name, missed = f"error of c{order} {words}", counted.error[..., order - 1]
            found.append(Column(name, f"error of {said}", unit, missed, said={**DATA_ALONE, **more}))
    conductance = _conductance(system, table, numbers)
    if conductance is not None:
        said = f"particles from {conductance.lead} by {'bias' if table.conductance == BIAS else 'its potential'}"
        found.append(Column("conductance", f"differential conductance, {said}", PER_POTENTIAL, conductance.values))
        error = np.asarray(conductance.error)
        missed = "error of the differential conductance"
        found.append(Column("error of conductance", missed, PER_POTENTIAL, error, said=DATA_ALONE))
    if table.onsager and len(junction.leads) == 2:
        found += _thermoelectric(junction)
    found += _as_machine(figures_of_merit(junction))
    found += _bounded(system, junction)
    if _warm(junction):
        rate = cumulants(junction, entropy_flow(junction), order=1).mean
        found.append(Column("entropy_production_rate", "entropy production per time", "nats/time", rate))
    return found


def _thermoelectric(junction: Any) -> list[Column]:
    made = onsager(junction).thermoelectric
    of_heat = [("thermal_conductance", "heat conductance", "1/time", made.thermal_conductance)]
    of_both = [
        ("electric_conductance", "conductance of particles", PER_POTENTIAL, "conductance"),
        ("seebeck", "Seebeck coefficient", "1", "seebeck"),
        ("figure_of_merit", "figure of merit ZT", "1", "figure_of_merit"),
    ]
    more = [(name, said, unit, getattr(made, key)) for name, said, unit, key in of_both] if made.moves_particles else []
    return [Column(name, said, unit, values) for name, said, unit, values in (*more, *of_heat)]


def _as_machine(merit: FiguresOfMerit) -> list[Column]:
    """Power where potentials differ, and how well it is made."""
    found = [Column("power", "power delivered", "energy/time", merit.power, optional=True)]
    numbers = {
        "efficiency": "efficiency as an engine",
        "coefficient_of_performance": "coefficient of performance as a refrigerator",
        "share_of_carnot": "share of what the second law allows",
    }
    works = np.asarray(merit.power) != 0.0  # without any, heat that passes is no machine
    for name, said in numbers.items():
        values = np.where(works, np.asarray(getattr(merit, name)), np.nan)
        found.append(Column(name, said, "1", values, optional=True))
    return found


def _of_electrons(system: JunctionSystem) -> bool:
    """Whether two leads carry electrons, which can turn heat into power."""
    return len(system.leads) == 2 and system.leads[0].statistics == "fermi"


def _bounded(system: JunctionSystem, junction: Any) -> list[Column]:
    """What bounds power and efficiency of an engine, in the data alone."""
    if not _of_electrons(system):
        return []
    found = thermoelectric_map(junction)
    told = {
        "share_allowed_by_noise": ("share of Carnot that the noise allows at most", "1", found.allowed_by_noise),
        "largest_power": ("power that the channels deliver at most", "energy/time", found.largest_power),
    }
    return [
        Column(name, said, unit, np.where(found.engine, values, np.nan), said=DATA_ALONE, optional=True)
        for name, (said, unit, values) in told.items()
    ]


def _beside(system: JunctionSystem, _: TransportTable, numbers: Mapping[str, FloatArray]) -> list[FiguresBeside]:
    """The thermoelectric map, where heat becomes power somewhere along one or two axes."""
    if not _of_electrons(system) or sum(values.size > 1 for values in numbers.values()) not in {1, 2}:
        return []
    found = thermoelectric_map(system.family.at(numbers))
    if not found.engine.any():
        return []
    caption = (
        "Left: power where heat is turned into it, white lines where efficiency is a share of that of Carnot, black "
        "where power changes its sign. Right: the same points, efficiency against power, beside the efficiency that "
        "power, current and noise of coherent electrons allow at most; power is over the largest of so many channels "
        "between these temperatures."
    )
    return [FiguresBeside("Heat to power", "thermoelectric", found, caption)]


def _summary(system: JunctionSystem, table: TransportTable) -> str:
    leads = between((lead.name, lead.temperature) for lead in system.leads)
    count = len(table.currents)
    counted = f"{count} current{'' if count == 1 else 's'} to order {table.order}"
    return f"{system.table.name} between {leads}, {counted}"


TRANSPORT = Question(
    name="transport",
    tables={"transport": TransportTable},
    rules=_rules,
    prepare=_prepare,
    summary=_summary,
    report=TransportReport,
    cites=lambda system, table: [transport_cumulants, "Junction"],
    answer=_answer,
    swept=_swept,
    beside=_beside,
    kind="junction",
)
