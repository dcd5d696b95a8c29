"""The question [quench]: heating against cooling. Older files ask it by the tables [protocol] and [times]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import numpy as np
from pydantic import Field, create_model

from thermokin._errors import UnreachableDistanceError
from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.model import Model
from thermokin.motion.initial import thermal_energies
from thermokin.numerics.components import components
from thermokin.operators.distance import Bures, Distance, HilbertSchmidt, RelativeEntropy, Trace, WignerYanase
from thermokin.operators.gibbs import gibbs_populations
from thermokin.quench.protocol import QuenchPair, equidistant, reciprocal
from thermokin.study.grid import TIMES, ListedTimes, TimeGrid, Times, ascending_flaw, grid_flaws, grid_of
from thermokin.study.problem import Place, Problem
from thermokin.study.question import Question, Tell, in_doubt, shown_memory
from thermokin.study.section import Positive, Section, Sections, choice
from thermokin.study.system import System, conserved_number
from thermokin.study.temperature_order import order_flaws, written_order
from thermokin.views.answer import Answer
from thermokin.views.sweep_axes import Column

if TYPE_CHECKING:
    from thermokin.bounds import Theorem
    from thermokin.quench.comparison import Comparison

__all__ = ["QUENCH", "Quench", "pair_of"]

DISTANCES: Mapping[str, Distance] = {
    "relative_entropy": RelativeEntropy(),
    "trace": Trace(),
    "bures": Bures(),
    "hilbert_schmidt": HilbertSchmidt(),
    "wigner_yanase": WignerYanase(),
}
DistanceName = Literal["relative_entropy", "trace", "bures", "hilbert_schmidt", "wigner_yanase"]
Distances = Annotated[tuple[DistanceName, ...], Field(strict=False, min_length=1, max_length=len(DISTANCES))]
_Curves = Literal["overview", "entropy_production_rate", "entropy_production", "completion", "velocity"]
FigureName = Literal[_Curves, "heat", "distance", "spectrum", "bounds_heating", "bounds_cooling"]
VISIBLE = 1e-6  # population of the last level kept from which a truncation shows in the sixth digit
ROUNDING = 1e-12  # of the largest energy: what a jump within a degenerate level may seem to change
SMALLEST = 1e-100  # a difference of populations whose square can still be held
# Measured at 200 and 800 levels: matrices of N x N numbers, and arrays of N numbers per time, held at the peak.
MATRICES, SERIES = 30, 16


class Reciprocal(Section):
    """From cold to hot and from hot to cold: the bath sits at the final temperature."""

    kind: Literal["reciprocal"]
    cold: Positive = Field(description="the lower temperature, > 0 [energy]")
    hot: Positive = Field(description="the higher temperature, > cold [energy]")


class Equidistant(Section):
    """To one target from a colder and a hotter state at equal distance from it."""

    kind: Literal["equidistant"]
    target: Positive = Field(description="the bath's temperature, > cold [energy]")
    cold: Positive = Field(description="the colder initial temperature, > 0 [energy]; the hotter one is found")
    distance: DistanceName = "relative_entropy"


TIMED: Any = {"times": (TIMES, Field(description="a table: start, stop, points and spacing, or values"))}
PROTOCOLS: Mapping[str, type[Section]] = {"reciprocal": Reciprocal, "equidistant": Equidistant}
WHOLE = {name: create_model(f"{name}_quench", __base__=one, **TIMED) for name, one in PROTOCOLS.items()}


class Report(Section):
    """What the report shows of a quench. The data file always holds everything."""

    title: str = Field(default="Heating against cooling", min_length=1, max_length=200, description="its title")
    distances: Distances = Field(
        default=("relative_entropy", "trace", "bures", "hilbert_schmidt"),
        description="distances to the final state that are followed",
    )
    figures: Annotated[tuple[FigureName, ...], Field(strict=False, max_length=10)] = Field(
        default=get_args(FigureName), description="figures of the report"
    )
    bounds: bool = Field(default=True, description="whether the bounds on the heat are shown")
    verdicts: bool = Field(default=True, description="whether the verdicts are shown")


@dataclass(frozen=True)
class Quench:
    """What is asked of two quenches, however the file spells it.

    Args:
        protocol: which two quenches are compared.
        times: when they are looked at.
        at: where the protocol stands in the file, and where the times stand.
    """

    protocol: Reciprocal | Equidistant
    times: Times
    at: tuple[Place, Place]


def _gathered(sections: Sections) -> Quench:
    """The table, or both tables; of what is not sound None."""
    if "quench" in sections:
        whole = sections["quench"]
        return Quench(whole, whole and whole.times, (("quench",), ("quench", "times")))
    found: Any = sections.get
    return Quench(found("protocol"), found("times"), (("protocol",), ("times",)))


def _rules(draft: System) -> list[Problem]:
    table, found = _gathered(draft.sections), _pairing(draft)
    protocol, times, at = table.protocol, table.times, table.at
    if isinstance(protocol, Reciprocal | Equidistant):
        upper = protocol.hot if isinstance(protocol, Reciprocal) else protocol.target
        found += order_flaws(str(at[0][0]), protocol.kind, upper, protocol.cold)
    if isinstance(times, ListedTimes):
        found += ascending_flaw(times.values, (*at[1], "values"), "time")
    return found + (grid_flaws(at[1], times) if isinstance(times, TimeGrid) else [])


def _pairing(draft: System) -> list[Problem]:
    """A quench starts from a Gibbs state, which at a chemical potential needs a number that is conserved."""
    held = {("model", "number_operator"), ("model", "hamiltonian")} <= set(draft.arrays)
    if not held or "model" not in draft.sections or conserved_number(draft.arrays) is not None:
        return []
    need, hint = "must be 0 where pairing breaks the particle number, got", "measure the energies of levels from it"
    return [
        Problem((*place, "chemical_potential"), f"{need} {bath.chemical_potential:g}", hint)
        for place, _, bath in draft.baths
        if bath.chemical_potential
    ]


def pair_of(system: System, table: Quench) -> QuenchPair:
    """The heating and the cooling quench of a study, all baths at the one temperature of each."""
    return system.once("pair", lambda: _pair(system, table, {}))


def _pair(system: System, table: Quench, numbers: Mapping[str, FloatArray]) -> QuenchPair:
    def family(temperature: FloatArray) -> Model:
        return system.family.at({**numbers, **dict.fromkeys(system.temperatures, temperature)})

    protocol = table.protocol
    if isinstance(protocol, Equidistant):
        return equidistant(family, protocol.target, protocol.cold, distance=DISTANCES[protocol.distance])
    return reciprocal(family, protocol.cold, protocol.hot)


def _prepare(system: System, table: Quench) -> Problem | None:
    """Build the pair; the problem of one that has no partner or does not move."""
    try:
        pair = pair_of(system, table)
    except UnreachableDistanceError as error:
        far = f"{error.largest:.6g}"
        need = f"must have a hot partner, but no start hotter than the target is farther from it than {far}"
        name = table.at[0][0]
        return Problem((name, "cold"), need, f"raise {name}.cold or lower {name}.target")
    if not all(_changes_energy(quench.model) for quench in (pair.heating, pair.cooling)):
        need = "must be coupled so that jumps change its energy, but none does, and no heat is exchanged"
        return Problem(("model",), need, "choose a coupling that does not commute with the Hamiltonian")
    energies, temperatures = thermal_energies(pair.heating.model), pair.temperatures
    cold, hot = (gibbs_populations(energies, temperatures[name]) for name in ("cold", "hot"))
    if np.abs(cold - hot).max() > SMALLEST:
        return None
    between = " and ".join(f"{in_asked_units(temperatures[name], 'temperature'):g}" for name in ("cold", "hot"))
    need = f"must lead from one state to another, but at {between} populations differ by less than {SMALLEST:g}"
    return Problem(table.at[0], need, "choose temperatures nearer to the energies of the model")


def _changes_energy(model: Model) -> bool:
    table = model.table
    changes = (np.abs(table.energy) > ROUNDING * np.abs(model.energies).max()) | (table.particles != 0.0)
    return bool((table.strength * changes[..., table.channel]).any())


def _summary(system: System, table: Quench) -> str:
    levels, times = pair_of(system, table).heating.model.dimension, in_asked_units(grid_of(table.times), "time")
    at = {of: float(in_asked_units(one, "temperature")) for of, one in pair_of(system, table).temperatures.items()}
    between = f"reciprocal between {at['cold']:g} and {at['hot']:g}"
    if isinstance(table.protocol, Equidistant):
        between = f"equidistant from {at['target']:g}: {at['cold']:g} and its partner {at['hot']:.6g}"
    return f"{system.table.name} of {levels} levels, {between}, {len(times)} times from {times[0]:g} to {times[-1]:g}"


def _truncations(system: System, table: Quench) -> list[str]:
    """Where a truncation shows in the numbers, and where the end is not the bath's equilibrium."""
    pair = pair_of(system, table)
    model, hottest = pair.heating.model, float(pair.temperatures["hot"])
    last = float(gibbs_populations(thermal_energies(model), hottest).min())
    found = [
        f"model.{key}: the last of {model.dimension} levels holds {last:.2g} of the population at temperature "
        f"{in_asked_units(hottest, 'temperature'):g}, so the truncation shows (raise model.{key})"
        for key, one in system.table.known.items()
        if one.truncates and last > VISIBLE
    ]
    jumps = model.table
    if model.generator.is_diagonal:
        linked = components(jumps.row.astype(np.int64), jumps.column.astype(np.int64), model.dimension)
        groups = int(linked.max()) + 1
        if groups > 1:
            found.append(
                f"model: the {model.dimension} levels fall into {groups} groups that no jump links, each of which "
                "keeps its share of the population, so the end is not the Gibbs state of the bath"
            )
    return found


def _remarks(system: System, table: Quench) -> list[str]:
    pair = pair_of(system, table)
    found = [line for one in (pair.heating, pair.cooling) for line in in_doubt(one.model, f" of {one.name}", "rate")]
    return found + _truncations(system, table)


def _estimate(system: System, table: Quench) -> str:
    size, points = pair_of(system, table).heating.model.dimension, len(grid_of(table.times))
    shown = shown_memory(8.0 * (MATRICES * size**2 + SERIES * size * points))
    return f"2 quenches of {size} levels at {points} times: {2 * size * points} populations, about {shown} of memory"


# What the report needs, in the order in which it is calculated; results are kept by the comparison.
_STEPS: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("entropy production", lambda race: [side.ledger.entropy_production for side in (race.heating, race.cooling)]),
    ("heat and its variance", lambda race: [side.heat.variance for side in (race.heating, race.cooling)]),
    ("kinematics", lambda race: [side.kinematics.completion for side in (race.heating, race.cooling)]),
    ("modes", lambda race: [side.modes for side in (race.heating, race.cooling)]),
    ("bounds", lambda race: [side.bounds for side in (race.heating, race.cooling)]),
    ("crossings", lambda race: race.crossings),
    ("verdicts", lambda race: race.verdicts),
)


def _answer(system: System, table: Quench, tell: Tell) -> Comparison:
    """The comparison, with all that the report needs calculated."""
    from thermokin.quench.comparison import compare  # here, so that a check loads no engines of motion and bounds

    tell("motion", 0.0)
    followed = system.sections["report"].distances
    race = compare(pair_of(system, table), grid_of(table.times), distances=[DISTANCES[name] for name in followed])
    for position, (what, calculate) in enumerate(_STEPS, start=1):
        tell(what, position / (len(_STEPS) + 1))
        calculate(race)
    return race


def _swept(system: System, table: Quench, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Of both quenches what has one value at each point."""
    from thermokin.quench.comparison import compare
    from thermokin.views.comparison_dataset import comparison_dataset, without_time

    data = comparison_dataset(compare(_pair(system, table, numbers), grid_of(table.times)), {}, without_time)
    found = []
    for name, values in data.data_vars.items():
        for side in ("heating", "cooling") if "process" in values.dims else ("",):
            one = values.sel(process=side) if side else values
            words = ", ".join(part for part in (values.attrs["long_name"], side) if part)
            called = "_".join(filter(None, (str(name), side)))
            said = {"missing": "nothing crosses"} if called.startswith("crossing") else {}
            found.append(Column(called, words, values.attrs["units"], one.values, said=said))
    return found


def _show(race: Comparison, report: Any) -> Answer:
    """The figures that the report names, and the sections that it wants."""
    return Answer(
        race, report.figures.__contains__, [name for name in ("verdicts", "bounds") if not getattr(report, name)]
    )


def _theorems() -> list[Theorem]:
    from thermokin.bounds import Situation, catalogue

    return list(catalogue(Situation.RELAXATION))


QUENCH = Question(
    name="quench",
    tables={"quench": choice("kind", WHOLE)},
    older={"protocol": choice("kind", PROTOCOLS), "times": TIMES},
    gather=_gathered,
    rules=_rules,
    unsound=written_order,
    prepare=_prepare,
    summary=_summary,
    remarks=_remarks,
    estimate=_estimate,
    temperatures="set",
    report=Report,
    cites=lambda system, table: ["compare", "equidistant", "kinematics", *_theorems()],
    answer=_answer,
    show=_show,
    swept=_swept,
    hints=dict.fromkeys(("temperature", "temperatures"), "the temperatures of a study are those of [{table}]"),
)
