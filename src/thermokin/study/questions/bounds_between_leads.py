"""The question [bounds] of a junction: what limits the noise of currents between leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.bounds import BoundsInTransport, Situation, catalogue, evaluate
from thermokin.model.current_words import current_of
from thermokin.study.junction_system import JunctionSystem
from thermokin.study.problem import Problem, described, nearest
from thermokin.study.question import Question, Tell
from thermokin.study.questions.bounds import made_of_columns, ratio_column
from thermokin.study.questions.counting import SomeCurrents
from thermokin.study.questions.transport import TransportReport, TransportTable, transport_words_flaws
from thermokin.views.bounds_of_currents import BoundsOfCurrents
from thermokin.views.sweep_axes import Column

__all__ = ["BOUNDS_BETWEEN_LEADS", "BoundsBetweenLeads"]

NAMES = tuple(theorem.name for theorem in catalogue(Situation.TRANSPORT))
Some = Annotated[tuple[Annotated[str, Field(max_length=100)], ...], Field(strict=False, min_length=1, max_length=40)]


class BoundsBetweenLeads(SomeCurrents):
    """What limits the noise of currents between leads; without the table nothing is said of it."""

    names: Some | None = Field(default=None, description="which bounds in transport; all if left out")


def _rules(draft: JunctionSystem) -> list[Problem]:
    table, transport = draft.sections.get("bounds"), draft.sections.get("transport")
    if not isinstance(table, BoundsBetweenLeads):
        return []
    found = []
    for index, name in enumerate(table.names or ()):
        if name not in NAMES:
            near = nearest(name, list(NAMES))
            need = f"must name a bound in coherent transport (`thermokin bounds` prints them), got {described(name)}"
            found.append(Problem(("bounds", "names", index), need, near and f'did you mean "{near}"?'))
    if isinstance(transport, TransportTable):
        known = " or ".join(f'"{one}"' for one in transport.currents)
        found += [
            Problem(("bounds", "currents", index), f"must be one of transport.currents, {known}, got {described(one)}")
            for index, one in enumerate(table.currents or ())
            if one not in transport.currents
        ]
    elif table.currents is not None:
        found += transport_words_flaws(("bounds", "currents"), table.currents, draft)
    elif "transport" not in draft.sections:
        found.append(Problem(("bounds", "currents"), "must be given where there is no table [transport]"))
    return found


def _evaluated(
    system: JunctionSystem, table: BoundsBetweenLeads, numbers: Mapping[str, FloatArray]
) -> dict[str, BoundsInTransport]:
    junction: Any = system.family.at(numbers)
    asked = table.currents or system.sections["transport"].currents[:1]
    return {
        words: evaluate(junction, current_of(junction, words), theorems=table.names or (), outside=True)
        for words in asked
    }


def _answer(system: JunctionSystem, table: BoundsBetweenLeads, tell: Tell) -> BoundsOfCurrents:
    tell("bounds", 0.0)
    found: Any = _evaluated(system, table, {})
    return BoundsOfCurrents(found)


def _swept(system: JunctionSystem, table: BoundsBetweenLeads, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Value over limit of every bound at every point, and what it is made of."""
    found = []
    for words, bounds in _evaluated(system, table, numbers).items():
        for bound in bounds:
            found += [ratio_column(bound, words), *made_of_columns(bound, words)]
    return found


BOUNDS_BETWEEN_LEADS = Question(
    name="bounds",
    tables={"bounds": BoundsBetweenLeads},
    rules=_rules,
    summary=lambda system, table: (
        f"{len(table.names or NAMES)} {'bound' if len(table.names or NAMES) == 1 else 'bounds'} between leads"
    ),
    report=TransportReport,
    cites=lambda system, table: [one for one in catalogue(Situation.TRANSPORT) if one.name in (table.names or NAMES)],
    answer=_answer,
    swept=_swept,
    needs="transport",
    kind="junction",
)
