"""The question [response]: how numbers of the steady state answer to the numbers of the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.lab_units.dimension import quantity_of
from thermokin.linear_response.outputs import listed_outputs, unit_of_output
from thermokin.linear_response.response import Response, response
from thermokin.model.current_words import OF_ALL_BATHS, QUANTITIES
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.questions.counting import bath_temperatures, words_flaw
from thermokin.study.section import Section
from thermokin.study.system import System
from thermokin.study.varying_numbers import named_twice, number_flaw, numbers_known
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["RESPONSE", "ResponseTable"]

Words = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Words, ...], Field(strict=False, min_length=1, max_length=40)]
NEED = 'must be a current, "noise of [current]", "covariance of [current] and [current]", "entropy production", "gap", '
NEED += '"decay rate of mode [number]" or "frequency of mode [number]"'


class ResponseTable(Section):
    """Derivatives of numbers of the steady state; without the table there are none."""

    parameters: Some = Field(description='numbers of the system by which is derived, as "model.drive" in [sweep]')
    outputs: Some = Field(
        description='what is derived: currents in words, "noise of" one, "covariance of" one "and" another, '
        '"entropy production", "gap", "decay rate of mode" and its number, "frequency of mode" and its number, each of '
        'these also "of the generator"'
    )


class ResponseReport(Report):
    """What the report shows."""

    title: str = Field(default="What the steady state answers", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("response")
    if not isinstance(table, ResponseTable):
        return []
    found = [named_twice(("response", key), getattr(table, key)) for key in ("parameters", "outputs")]
    temperatures = bath_temperatures(draft)
    found += [_output_flaw(index, words, temperatures) for index, words in enumerate(table.outputs)]
    if temperatures is not None and numbers_known(draft):
        places = [("response", "parameters", index) for index in range(len(table.parameters))]
        found += [number_flaw(place, name, draft) for place, name in zip(places, table.parameters, strict=True)]
    return [problem for problem in found if problem is not None]


def _output_flaw(index: int, words: str, temperatures: dict[str, float] | None) -> Problem | None:
    place: Place = ("response", "outputs", index)
    try:
        (wanted,) = listed_outputs((words,))
    except ValueError:
        baths = ("", *(f" from {name}" for name in temperatures or ()))
        currents = [f"{one}{bath}" for one in QUANTITIES for bath in (("",) if one in OF_ALL_BATHS else baths)]
        modes = ["gap", "gap of the generator", "decay rate of mode 1", "frequency of mode 1"]
        known = [*modes, "entropy production", *currents, *(f"noise of {current}" for current in currents)]
        near = nearest(words, known)
        return Problem(place, f"{NEED}, got {described(words)}", near and f'did you mean "{near}"?')
    flaws = (words_flaw(place, current, temperatures) for current in wanted.words or ())
    return next((flaw for flaw in flaws if flaw is not None), None)


def _prepare(system: System, table: ResponseTable) -> None:
    for wanted in listed_outputs(table.outputs):
        wanted.of(system.model)


def _answer(system: System, table: ResponseTable, tell: Tell) -> Response:
    tell("response", 0.0)
    return response(system.family, {}, table.parameters, table.outputs)


def _swept(system: System, table: ResponseTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every output and every derivative at every point."""
    answered = response(system.family, numbers, table.parameters, table.outputs)
    found = []
    for place, wanted in enumerate(listed_outputs(table.outputs)):
        unit = unit_of_output(wanted.of(system.model), wanted.words or ())
        found.append(Column(wanted.name, wanted.name, unit, answered.numbers[..., place]))
        for along, name in enumerate(table.parameters):
            said = f"derivative of {wanted.name} by {name}"
            known = system.family.parameters[name]
            by, measured = f"({unit})/({known.unit})", quantity_of(name, known.unit, known.quantity)
            quantity = {} if measured == known.unit else {"quantity": f"({unit})/({measured})"}
            values = answered.values[..., place, along]
            # What is all error would be drawn as a curve.
            shown = np.where(np.abs(values) <= answered.error[..., place, along], 0.0, values)
            found.append(Column(f"{wanted.name} by {name}", said, by, shown, said=quantity))
            missed = answered.error[..., place, along]
            found.append(
                Column(
                    f"error of {wanted.name} by {name}",
                    f"error of the {said}",
                    by,
                    missed,
                    said={**DATA_ALONE, **quantity},
                )
            )
    return found


def _some(words: tuple[str, ...], what: str) -> str:
    return f"{len(words)} {what}{'' if len(words) == 1 else 's'}"


RESPONSE = Question(
    name="response",
    tables={"response": ResponseTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: (
        f"{_some(table.outputs, 'output')} of {system.table.name} by {_some(table.parameters, 'parameter')}"
    ),
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=ResponseReport,
    cites=lambda system, table: ["response"],
    answer=_answer,
    swept=_swept,
)
