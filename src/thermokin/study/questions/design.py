"""The question [design]: machines of the system that none is better than, or that break an inequality."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from thermokin._errors import ArgumentError
from thermokin.bounds import Situation, catalogue
from thermokin.design.falsify import falsify
from thermokin.design.falsify_inequality import Inequality
from thermokin.design.falsify_product import product_inequality
from thermokin.design.falsify_result import Falsification
from thermokin.design.falsify_study import counting_table
from thermokin.design.falsify_systems import word_of
from thermokin.design.front import front
from thermokin.design.front_figures import FIGURES
from thermokin.design.front_quantities import quantity_of
from thermokin.design.front_result import Front
from thermokin.model.current_words import QUANTITIES
from thermokin.model.parameter import REQUIRED
from thermokin.study.other_numbers import tables_at
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.questions.counting import bath_temperatures, words_flaw
from thermokin.study.section import Finite, Section, choice
from thermokin.study.system import System

__all__ = ["DESIGN", "FalsificationTable", "FrontTable", "found_by"]

Word = Annotated[str, Field(min_length=1, max_length=200)]
Pair = Annotated[tuple[Finite, Finite], Field(strict=False)]
Limits = Annotated[tuple[float, float], Field(strict=False)]
Ranges = Annotated[Mapping[Word, Pair], Field(min_length=1, max_length=40)]
NAMES = tuple(theorem.name for theorem in catalogue(Situation.REST) if not theorem.costly)
RANGES = 'a table: smallest and largest value of each number that is searched, as "model.drive" = [0.01, 1.0]'
NEED = 'must be a current, "noise of" one, another output of [response], a figure of merit, or a product of these'
SEED = "of the random numbers"


class FrontTable(Section):
    """Machines of which none is better in all objectives."""

    kind: Literal["front"] = Field(description="what is sought")
    ranges: Ranges = Field(description=RANGES)
    objectives: Annotated[Mapping[Word, Literal["max", "min"]], Field(min_length=1, max_length=4)] = Field(
        description='a table: "max" or "min" of each, as power = "max"; outputs of [response], figures of merit as '
        '"efficiency", and their products and quotients'
    )
    constraints: Mapping[Word, Limits] | None = Field(
        default=None, description="a table: the least and the most that a quantity may be, as power = [0.1, inf]"
    )
    points: int = Field(default=16, ge=1, le=1000, description="how many machines are moved by gradients and given")
    samples: int = Field(default=1024, ge=4, le=2**20, description="points of the first sample, a power of two")
    population: int = Field(default=64, ge=4, le=10_000, multiple_of=2, description="points of a generation, even")
    generations: int = Field(default=40, ge=0, le=10_000, description="after the first sample")
    seed: int = Field(default=0, ge=0, le=2**63 - 1, description=SEED)


class FalsificationTable(Section):
    """The machine that breaks an inequality most."""

    kind: Literal["falsification"] = Field(description="what is sought")
    ranges: Ranges = Field(description=RANGES)
    bound: Word | None = Field(default=None, description="a bound at rest of the catalogue, on `current`")
    current: Word | None = Field(default=None, description='what the bound is on, as "heat from hot"')
    within: bool = Field(default=False, description="whether points at which a hypothesis of the bound fails are out")
    quantity: Word | None = Field(
        default=None, description='or a claim of one\'s own: a product of outputs, as "noise of power / power^2"'
    )
    least: Finite | None = Field(default=None, description="what the quantity is claimed not to fall below")
    most: Finite | None = Field(default=None, description="or what it is claimed not to exceed")
    smooth: bool = Field(default=True, description="whether gradients are followed; CMA-ES searches otherwise")
    samples: int = Field(default=1024, ge=1, le=2**20, description="Sobol points")
    starts: int = Field(default=10, ge=1, le=10_000, description="how many of the best points are followed")
    evaluations: int = Field(default=20_000, ge=1, le=10**9, description="of models, at most")
    seed: int = Field(default=1, ge=0, le=2**63 - 1, description=SEED)


DesignTable = FrontTable | FalsificationTable


class DesignReport(Report):
    """What the report shows."""

    title: str = Field(default="Machines found by search", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table, sections = draft.sections.get("design"), draft.sections
    if not isinstance(table, DesignTable):
        return []
    found: list[Problem] = []
    if sections.get("sweep") is not None:
        found.append(Problem(("sweep",), "must be left out: [design] chooses numbers itself"))
    if "model" in sections and all(
        sections[name] is not None for name in ("model", "bath", "baths") if name in sections
    ):
        found += [flaw for name in table.ranges for flaw in _range_flaws(name, table.ranges[name], draft)]
    return found + (_front_flaws(table) if isinstance(table, FrontTable) else _claim_flaws(table, draft))


def _range_flaws(name: str, pair: tuple[float, float], draft: System) -> list[Problem]:
    place: Place = ("design", "ranges", name)
    known = draft.family.parameters
    real = {key: one for key, one in known.items() if not (one.role == "whole" or one.levels is not None or one.step)}
    if name not in real:
        near = nearest(name, list(real))
        hint = f"did you mean {near}?" if near else "its numbers are " + ", ".join(real)
        return [Problem(place, "must be of a number of the system that may vary", hint)]
    if not pair[0] < pair[1]:
        return [Problem(place, f"must ascend, got {pair[0]:g}, {pair[1]:g}")]
    flaw = real[name].flaw(pair)
    return [Problem(place, flaw)] if flaw else []


def _front_flaws(table: FrontTable) -> list[Problem]:
    found = []
    for key in ("objectives", "constraints"):
        for words in getattr(table, key) or {}:
            try:
                quantity_of(words, {})
            except ArgumentError:
                near = nearest(words, [*FIGURES, *QUANTITIES])
                found.append(Problem(("design", key, words), NEED, near and f'did you mean "{near}"?'))
    for words, (least, most) in (table.constraints or {}).items():
        if not least < most or least == -most == -float("inf"):
            said = f"must be the least and a larger most, one of them finite, got {least:g}, {most:g}"
            found.append(Problem(("design", "constraints", words), said))
    if table.samples & (table.samples - 1):
        found.append(Problem(("design", "samples"), f"must be a power of two, got {table.samples}"))
    return found


def _claim_flaws(table: FalsificationTable, draft: System) -> list[Problem]:
    if (table.bound is None) == (table.quantity is None):
        return [Problem(("design",), "must have a `bound` or a `quantity`, and not both")]
    if table.bound is not None:
        return [one for one in (*_bound_flaws(table), _current_flaw(table, draft)) if one is not None]
    found = [
        Problem(("design", key), "is for a `bound`; leave it out beside `quantity`")
        for key, given in (("current", table.current is not None), ("within", table.within))
        if given
    ]
    if (table.least is None) == (table.most is None):
        found.append(Problem(("design",), "must have `least` or `most` of the quantity, and not both"))
    return found


def _bound_flaws(table: FalsificationTable) -> list[Problem]:
    found = [
        Problem(("design", key), "is for a `quantity`; leave it out beside `bound`")
        for key in ("least", "most")
        if getattr(table, key) is not None
    ]
    if table.bound not in NAMES:
        near = nearest(str(table.bound), list(NAMES))
        need = (
            f"must name a bound at rest of the catalogue (`thermokin bounds` prints it), got {described(table.bound)}"
        )
        found.append(Problem(("design", "bound"), need, near and f'did you mean "{near}"?'))
    return found


def _current_flaw(table: FalsificationTable, draft: System) -> Problem | None:
    if table.current is None:
        return Problem(("design",), 'must have the `current` that the bound is on, as "heat from hot"')
    return words_flaw(("design", "current"), table.current, bath_temperatures(draft))


def _claim(table: FalsificationTable) -> Inequality | str:
    if table.bound is not None:
        return table.bound
    return product_inequality(str(table.quantity), least=table.least, most=table.most)


def _prepare(system: System, table: DesignTable) -> Problem | None:
    """Words that the model does not have."""
    _ = system.model
    if isinstance(table, FrontTable):
        for key in ("objectives", "constraints"):
            for words in getattr(table, key) or {}:
                for factor in quantity_of(words, {}).factors:
                    if factor.wanted is not None:
                        factor.wanted.of(system.model)
        return None
    claim = _claim(table)
    temperatures = bath_temperatures(system)
    for words in claim.outputs.values() if isinstance(claim, Inequality) else ():
        word = word_of(words)
        for current in filter(None, (word.current, word.other)):
            flaw = words_flaw(("design", "quantity"), current, temperatures)
            if flaw is not None:
                return flaw
    return None


def found_by(system: System, table: DesignTable, tell: Tell, store: Path | None = None) -> Front | Falsification:
    """The answer to the question.

    Args:
        system: the system.
        table: the table [design].
        tell: is told what is being done and which fraction of the work is behind.
        store: folder that keeps the generations of a front.

    Returns:
        The machines.

    Raises:
        ArgumentError: if a package is missing, or the store holds another search.
    """
    family = system.family
    first = {name: pair[0] for name, pair in table.ranges.items() if family.parameters[name].default is REQUIRED}
    tell("search", 0.0)
    try:
        if isinstance(table, FrontTable):
            limits = {
                words: tuple(None if abs(one) == float("inf") else one for one in pair)
                for words, pair in (table.constraints or {}).items()
            }
            sizes = {key: getattr(table, key) for key in ("points", "samples", "population", "generations", "seed")}
            return front(
                family,
                table.ranges,
                table.objectives,
                limits or None,  # type: ignore[arg-type]
                store=store,
                tables=lambda numbers: tables_at(system, {**first, **numbers}),
                progress=lambda done: tell("search", done),
                **sizes,
            )
        claim = _claim(table)
        sizes = {key: getattr(table, key) for key in ("samples", "starts", "evaluations", "seed")}
        return falsify(
            claim,
            family,
            table.ranges,
            current=table.current,
            within=table.within,
            smooth=table.smooth,
            tables=lambda numbers: {**tables_at(system, numbers), **_asking(table, claim)},
            progress=lambda done: tell("search", done),
            **sizes,
        )
    except (ImportError, FileExistsError) as error:
        raise ArgumentError(str(error).replace("`store`", "--store"), "store") from error


def _asking(table: FalsificationTable, claim: Inequality | str) -> dict[str, Any]:
    """What a study of a counterexample asks, so that its run gives the numbers of the claim."""
    if isinstance(claim, Inequality):
        return {"counting": counting_table(claim.outputs.values())}
    produced = [str(table.current), "entropy production"]
    return {"counting": counting_table(produced), "bounds": {"currents": [table.current], "names": [claim]}}


def _files(answer: Front | Falsification) -> dict[str, str]:
    """Each machine as a study of its own."""
    if isinstance(answer, Falsification):
        return {"counterexample.toml": answer.study} if answer.study else {}
    return {f"machine_{place:02d}.toml": answer.study(place) for place in range(len(answer))}


def _summary(system: System, table: DesignTable) -> str:
    sought = f"{len(table.ranges)} number{'' if len(table.ranges) == 1 else 's'}"
    if isinstance(table, FrontTable):
        return f"front of {system.table.name} over {sought}: {', '.join(table.objectives)}"
    claim = _claim(table)
    named = claim.name if isinstance(claim, Inequality) else f"{claim} on {table.current}"
    return f"search for a counterexample to {named!r} in {system.table.name} over {sought}"


def _estimate(table: DesignTable) -> str:
    if isinstance(table, FrontTable):
        models = table.samples + table.population * table.generations
        return f"{models} models in bulk, then up to {table.points} searches by gradients of some fifty steps"
    return f"at most {table.evaluations} models"


DESIGN = Question(
    name="design",
    tables={"design": choice("kind", {"front": FrontTable, "falsification": FalsificationTable})},
    rules=_rules,
    prepare=_prepare,
    summary=_summary,
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    estimate=lambda system, table: _estimate(table),
    report=DesignReport,
    answer=found_by,
    files=_files,
)
