"""An error that the physics raises, brought back to the key of the study that it is about."""

from __future__ import annotations

import re

from thermokin._errors import DegenerateSteadyStateError, ThermokinError, UnreachableDistanceError
from thermokin.study.problem import Place, Problem
from thermokin.study.study import Study

__all__ = ["refusal"]

_ARGUMENT = re.compile(
    r"^`(?:\w+\[\d+\]\.)?(?P<name>[A-Za-z_]+)` (?:of [^`]*?|of `\w+` )?(?P<rest>(?:must|links|has|is) .*)", re.DOTALL
)
_TABULATED = "the tabulated spectrum covers"


def refusal(error: Exception, study: Study) -> Problem:
    """The problem of a study that its model or its protocol refuses.

    Args:
        error: what was raised while the pair was made.
        study: the study.

    Returns:
        The problem, at the key whose argument the message names, else at the table [model].
    """
    message = str(error).strip()
    found = _ARGUMENT.match(message)
    if isinstance(error, UnreachableDistanceError):
        need = (
            f"must have a hot partner, but no start hotter than the target is farther from it than {error.largest:.6g}"
        )
        return Problem(("protocol", "cold"), need, "raise protocol.cold or lower protocol.target")
    if isinstance(error, DegenerateSteadyStateError):
        return Problem(_place("coupling", study) or ("model",), f"must lead to one steady state: {message}".rstrip("."))
    if message.startswith(_TABULATED):
        return Problem(("bath", "spectrum", "frequencies"), f"must cover the model's gaps: {message}".rstrip("."))
    if isinstance(error, ArithmeticError):
        need = "must have numbers whose rates and populations can be held as floating-point numbers"
        return Problem(("model",), f"{need}: {message}")
    if found is None or isinstance(error, ThermokinError):
        return Problem(("model",), f"must make a model: {message}".rstrip("."))
    place = _place(found["name"], study)
    if place is None:
        return Problem(("model",), f"must make a model: {message}".rstrip("."))
    return Problem(place, found["rest"].rstrip("."))


def _place(argument: str, study: Study) -> Place | None:
    """The key that an argument of a constructor came from."""
    argument = {"operator": "coupling", "temperature": "cold"}.get(argument, argument)
    for table in ("model", "protocol", "times", "bath"):
        if argument in type(getattr(study, table)).model_fields:
            return (table, argument)
    spectrum = study.bath.spectrum
    if spectrum is not None and argument in type(spectrum).model_fields:
        return ("bath", "spectrum", argument)
    return None
