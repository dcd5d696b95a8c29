"""The question [bounds]: what limits the noise of currents at rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import numpy as np
from pydantic import Field

from thermokin._typing import BoolArray, FloatArray
from thermokin.bounds import BoundAtRest, BoundInTransport, BoundsAtRest, Situation, catalogue, evaluate
from thermokin.bounds.theorem import VARIANCE
from thermokin.model.current_words import current_of, unit_of
from thermokin.study.problem import Problem, described, nearest
from thermokin.study.question import Question, Tell
from thermokin.study.questions.counting import SomeCurrents, about_currents, currents_asked
from thermokin.study.system import System
from thermokin.views.bound_words import standing
from thermokin.views.bounds_of_currents import BoundsOfCurrents
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["BOUNDS", "BoundsTable", "made_of_columns", "ratio_column"]

NAMES = tuple(theorem.name for theorem in catalogue(Situation.REST))
RECORDS = tuple(theorem.name for theorem in catalogue(Situation.REST) if theorem.costly)
MOST_RUNS = 1_000_000
CHEAP = sum(not theorem.costly for theorem in catalogue(Situation.REST))
Some = Annotated[tuple[Annotated[str, Field(max_length=100)], ...], Field(strict=False, min_length=1, max_length=40)]


class BoundsTable(SomeCurrents):
    """What limits the noise of currents in the steady state; without the table nothing is said of it."""

    names: Some | None = Field(
        default=None, description="which bounds of the catalogue; all but those of the record if left out"
    )
    count_dephasing: bool = Field(
        default=False, description="whether uncounted dephasing at frequency zero is counted as activity"
    )
    trajectories: int | None = Field(
        default=None,
        ge=2,
        le=MOST_RUNS,
        description="runs to sample for the bounds of the record, where jumps do not reset the system",
    )
    seed: int = Field(default=1, ge=0, le=2**63 - 1, description="of the random numbers of the trajectories")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("bounds")
    if not isinstance(table, BoundsTable):
        return []
    found = []
    for index, name in enumerate(table.names or ()):
        if name not in NAMES:
            near = nearest(name, list(NAMES))
            need = f"must name a bound at rest of the catalogue (`thermokin bounds` prints it), got {described(name)}"
            found.append(Problem(("bounds", "names", index), need, near and f'did you mean "{near}"?'))
    if table.trajectories is not None and not set(table.names or ()) & set(RECORDS):
        need = "is for the bounds of the record; leave it out, or name some of them in `names`"
        found.append(Problem(("bounds", "trajectories"), need, ", ".join(f'"{name}"' for name in RECORDS)))
    return found


def _evaluated(
    system: System,
    table: BoundsTable,
    words: str,
    numbers: Mapping[str, FloatArray] | None,
    progress: Callable[[float], None] | None = None,
) -> BoundsAtRest:
    model = system.model if numbers is None else system.family.at(numbers)
    found = evaluate(
        model,
        current_of(model, words),
        theorems=table.names or (),
        outside=True,
        counts_dephasing=table.count_dephasing,
        trajectories=table.trajectories,
        seed=table.seed,
        progress=progress,
    )
    assert isinstance(found, BoundsAtRest)  # noqa: S101 - no times are given
    return found


def _answer(system: System, table: BoundsTable, tell: Tell) -> BoundsOfCurrents:
    tell("bounds", 0.0)
    names = currents_asked(system.sections, table)

    def told(position: int) -> Callable[[float], None]:
        return lambda done: tell("trajectories", (position + done) / len(names))

    found = {words: _evaluated(system, table, words, None, told(place)) for place, words in enumerate(names)}
    return BoundsOfCurrents(found)


def _swept(system: System, table: BoundsTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Value over limit of every bound at every point, and what it is made of."""
    found = []
    for words in currents_asked(system.sections, table):
        for bound in _evaluated(system, table, words, numbers):
            found.append(ratio_column(bound, words))
            found += made_of_columns(bound, words)
            if table.trajectories is not None and bound.name in RECORDS:
                with np.errstate(divide="ignore", invalid="ignore"):
                    error = bound.ratio * bound.error / bound.limit
                said = f"error of {_named(bound, words)}"
                found.append(Column(f"error of ratio {bound.name} {words}", said, "1", np.asarray(error)))
    return found


def _named(bound: BoundAtRest | BoundInTransport, words: str) -> str:
    over = "limit over value" if bound.theorem.bounded.above else "value over limit"
    named = f"{over} of the bound {bound.name!r} on {words}"
    return ", ".join(filter(None, (named, standing(bound))))


def ratio_column(bound: BoundAtRest | BoundInTransport, words: str) -> Column:
    """Value over limit of a bound at every point of a sweep."""
    held = bound.applies_where
    theorem = "yes" if held.all() else "in part" if held.any() else "no"
    said = {"threshold": 1.0, "theorem": theorem, "applies": f"applies {bound.name} {words}"}
    return Column(f"ratio {bound.name} {words}", _named(bound, words), "1", np.asarray(bound.ratio), said=said)


def made_of_columns(bound: BoundAtRest | BoundInTransport, words: str) -> list[Column]:
    """The numbers that the ratio is made of, which are in the data and draw no figure."""
    what, parts = bound.theorem.bounded, (bound.cost, bound.response)
    unit = f"{unit_of(words, 2)}/time" if what.unit == VARIANCE.unit else what.unit_at_rest
    units = (unit, unit, unit, "1", "1/time", f"{unit_of(words, 1)}/time")
    numbers: dict[str, tuple[str, FloatArray | BoolArray | None]] = {
        "value": (f"{what.name}, which the bound {bound.name!r} limits, of {words}", bound.value),
        "limit": (f"limit by the bound {bound.name!r} on {words}", bound.limit),
        "error": (f"numerical error of value - limit of the bound {bound.name!r} on {words}", bound.error),
        "applies": (f"whether the bound {bound.name!r} on {words} is a theorem here", bound.applies_where),
    }
    for name, part in zip(("cost", "response"), parts, strict=True):
        meant = "" if part is None else f"{part.name}, the {name} of the bound {bound.name!r} on {words}"
        numbers[name] = meant, None if part is None else part.values
    return [
        Column(f"{name} {bound.name} {words}", said, in_units, values, said=DATA_ALONE)
        for (name, (said, values)), in_units in zip(numbers.items(), units, strict=True)
        if values is not None
    ]


def _summary(table: BoundsTable) -> str:
    """How many bounds, and how what has no exact average is found."""
    runs = "" if table.trajectories is None else f", {table.trajectories} trajectories where jumps do not reset"
    return f"{len(table.names or ()) or CHEAP} bounds at rest{runs}"


BOUNDS = about_currents(
    Question(
        name="bounds",
        tables={"bounds": BoundsTable},
        rules=_rules,
        summary=lambda system, table: _summary(table),
        cites=lambda system, table: [
            one for one in catalogue(Situation.REST) if (one.name in table.names if table.names else not one.costly)
        ],
        answer=_answer,
        swept=_swept,
    )
)
