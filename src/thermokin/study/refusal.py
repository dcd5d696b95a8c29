"""An error that the physics raises, brought back to the key of the study that it is about."""

from __future__ import annotations

import re
from typing import Any

from thermokin._errors import DegenerateSteadyStateError, ThermokinError
from thermokin.study.kind import Kind
from thermokin.study.problem import Place, Problem
from thermokin.study.section import Section, Study

__all__ = ["refusal"]

_ARGUMENT = re.compile(
    r"^`(?:\w+\[\d+\]\.)?(?P<name>[A-Za-z_]+)` (?:of [^`]*?|of `\w+` )?(?P<rest>(?:must|links|has|is) .*)", re.DOTALL
)


def refusal(error: Exception, study: Study, kind: Kind[Any]) -> Problem:
    """The problem of a study that its model refuses.

    Args:
        error: what was raised while the task was made.
        study: the study.
        kind: its kind.

    Returns:
        The problem, at the key whose argument the message names, else at the table [model].
    """
    known = kind.refusal(error, study)
    if known is not None:
        return known
    message = str(error).strip()
    if isinstance(error, DegenerateSteadyStateError):
        links = _place("coupling", study, kind) or ("model",)
        return Problem(links, f"must lead to one steady state: {message}".rstrip("."))
    if isinstance(error, ArithmeticError):
        need = "must have numbers whose rates and populations can be held as floating-point numbers"
        return Problem(("model",), f"{need}: {message}")
    found = None if isinstance(error, ThermokinError) else _ARGUMENT.match(message)
    place = None if found is None else _place(found["name"], study, kind)
    if found is None or place is None:
        return Problem(("model",), f"must make a model: {message}".rstrip("."))
    return Problem(place, found["rest"].rstrip("."))


def _place(argument: str, study: Study, kind: Kind[Any]) -> Place | None:
    """The key that an argument of a constructor came from: one of a table, else one of a table inside it."""
    key = kind.arguments.get(argument, argument)
    tables = [(name, getattr(study, name)) for name in kind.layouts]
    for name, table in tables:
        if isinstance(table, Section) and key in type(table).model_fields:
            return (name, key)
    for name, table in tables:
        for inner in type(table).inner if isinstance(table, Section) else ():
            section = getattr(table, inner)
            if section is not None and key in type(section).model_fields:
                return (name, inner, key)
    return None
