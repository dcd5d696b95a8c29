"""The question [friction]: what slow changes of some numbers of the system cost at a point."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from thermokin._errors import ThermokinError
from thermokin._typing import FloatArray
from thermokin.slow_driving.friction import Friction, friction
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.section import Section
from thermokin.study.system import System
from thermokin.study.varying_numbers import named_twice, number_flaw, numbers_known
from thermokin.views.friction import natural_words
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["FRICTION", "FrictionTable"]

Words = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Words, ...], Field(strict=False, min_length=1, max_length=12)]


class FrictionTable(Section):
    """What slow changes cost; without the table nothing is said of it."""

    controls: Some = Field(description='numbers of the system that a drive moves, as "model.gap" in [sweep]')


class FrictionReport(Report):
    """What the report shows."""

    title: str = Field(default="What slow changes cost", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("friction")
    if not isinstance(table, FrictionTable):
        return []
    found = [named_twice(("friction", "controls"), table.controls)]
    if numbers_known(draft):
        found += [number_flaw(("friction", "controls", at), name, draft) for at, name in enumerate(table.controls)]
    return [problem for problem in found if problem is not None]


def _found(system: System, table: FrictionTable, numbers: Mapping[str, Any]) -> Friction:
    own = {name: system.family.parameters[name].default for name in table.controls}
    return friction(system.family, {**own, **numbers}, table.controls)


def _prepare(system: System, table: FrictionTable) -> Problem | None:
    """The friction of small systems, since a model may have no state that a drive could follow."""
    if system.model.dimension > MOST_LEVELS:
        return None
    try:
        _found(system, table, {})
    except (ThermokinError, ValueError) as error:
        return Problem(("friction", "controls"), f"must be numbers that can be moved slowly: {error}".rstrip("."))
    return None


MOST_LEVELS = 16  # of a system whose friction a check finds, in some hundredths of a second


def _answer(system: System, table: FrictionTable, tell: Tell) -> Friction:
    tell("friction", 0.0)
    return _found(system, table, {})


def _swept(system: System, table: FrictionTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every element at every point; of symmetric ones half of them."""
    found = _found(system, table, numbers)
    tensors = [
        ("friction", "friction of slow changes", "energy time", found.metric, {}),
        ("fluctuation", "variance of the work of slow changes", "energy^2 time", found.fluctuation, {}),
        ("coherent", "coherent part of the fluctuation", "energy time", _told(found), {}),
        ("entropy", "entropy that slow changes produce", "nats time", found.entropy_metric, {}),
        ("error of friction", "error of the friction", "energy time", found.error, DATA_ALONE),
    ]
    columns = []
    for (name, words, bare, values, said), (first, second) in product(tensors, np.ndindex(found.metric.shape[-2:])):
        if values is None or second < first:
            continue
        pair = dict.fromkeys((found.controls[first], found.controls[second]))
        measured = f"{bare}/({found.units[first]} {found.units[second]})"
        more = {**said, "quantity": measured}
        element = np.asarray(values[..., first, second])
        label, unit = f"{name} {', '.join(pair)}", natural_words(measured)
        of_none = name == "coherent"  # says nothing where there is no coherence
        columns.append(Column(label, f"{words}, {' and '.join(pair)}", unit, element, said=more, optional=of_none))
    return columns


def _told(found: Friction) -> FloatArray | None:
    """The coherent part, 0 where it is all error, which would be drawn as a curve."""
    if found.coherent is None:
        return None
    return np.where(np.abs(found.coherent) <= found.error, 0.0, found.coherent)


FRICTION = Question(
    name="friction",
    tables={"friction": FrictionTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: f"friction of {' and '.join(table.controls)} of {system.table.name}",
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=FrictionReport,
    cites=lambda system, table: ["friction"],
    answer=_answer,
    swept=_swept,
)
