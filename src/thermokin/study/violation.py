"""A rule of pydantic that a value broke, in this package's words: need, finding, remedy."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic_core import ErrorDetails

from thermokin.study.problem import Place, Problem, described
from thermokin.study.section import VALUE_TAGS, Section

__all__ = ["nearest", "not_among", "violation"]


LONGEST_WORD = 60  # letters up to which a word may be one that is known, misspelt


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


_NEEDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "float_type": lambda rule: "a number",
    "int_type": lambda rule: "a whole number",
    "int_from_float": lambda rule: "a whole number",
    "string_type": lambda rule: "a string",
    "bool_type": lambda rule: "true or false",
    "tuple_type": lambda rule: "an array",
    "string_pattern_mismatch": lambda rule: "one to forty letters, digits, - and _",
    "finite_number": lambda rule: "finite",
    "greater_than": lambda rule: f"> {rule['gt']:g}",
    "greater_than_equal": lambda rule: f">= {rule['ge']:g}",
    "less_than": lambda rule: f"< {rule['lt']:.6g}",
    "less_than_equal": lambda rule: f"<= {rule['le']:.6g}",
    "multiple_of": lambda rule: f"a multiple of {rule['multiple_of']:g}",
}
_LENGTHS: dict[str, Callable[[dict[str, Any]], str]] = {
    "too_short": lambda rule: f"hold at least {_values(rule['min_length'])}, got {rule['actual_length']}",
    "too_long": lambda rule: f"hold at most {_values(rule['max_length'])}, got {rule['actual_length'] or 'more'}",
    "string_too_short": lambda rule: f"have at least {rule['min_length']} character, got none",
    "string_too_long": lambda rule: f"have at most {rule['max_length']} characters",
}


def violation(error: ErrorDetails, section: type[Section], prefix: Place) -> Problem:
    """The problem that an error of pydantic stands for.

    Args:
        error: one of `ValidationError.errors()`.
        section: the table that was read.
        prefix: the place of the table.

    Returns:
        The problem, at its place in the file.
    """
    tagged = bool(error["loc"]) and error["loc"][-1] == VALUE_TAGS[1]
    place = (*prefix, *(step for step in error["loc"] if step not in VALUE_TAGS))
    rule, value = error.get("ctx", {}), error["input"]
    kind = error["type"]
    if kind == "missing":
        return Problem(place, _missing(place, section))
    if kind == "literal_error":
        return not_among(place, _choices(section, str(error["loc"][0])), value)
    if kind in _LENGTHS:
        return Problem(place, f"must {_LENGTHS[kind](rule)}")
    need = "an array of numbers, or the name of a file" if tagged and kind == "tuple_type" else None
    need = need or (_NEEDS[kind](rule) if kind in _NEEDS else f"valid: {error['msg']}")
    return Problem(place, f"must be {need}, got {described(value)}", _quotes(kind, value))


def nearest(word: object, known: list[str]) -> str:
    """The known word most like the one found.

    Args:
        word: what the file says.
        known: what it could say.

    Returns:
        The word, or "" if none is near.
    """
    if not isinstance(word, str) or len(word) > LONGEST_WORD:
        return ""
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return near[0] if near else ""


def not_among(place: Place, known: list[str], value: object) -> Problem:
    """The problem of a word that is none of those known.

    Args:
        place: of the word.
        known: what it could be.
        value: what it is.

    Returns:
        The problem, with the nearest known word as its hint.
    """
    quoted = [f'"{name}"' for name in known]
    names = " or ".join(quoted) if len(known) < 3 else "one of " + ", ".join(quoted)
    near = nearest(value, known)
    return Problem(place, f"must be {names}, got {described(value)}", f'did you mean "{near}"?' if near else "")


def _missing(place: Place, section: type[Section]) -> str:
    field = section.model_fields.get(str(place[-1]))
    if field is None or not field.description:
        return "must be given"
    return f"must be given: {field.description}"


def _choices(section: type[Section], key: str) -> list[str]:
    annotation: Any = section.model_fields[key].annotation
    return [str(choice) for choice in _literals(annotation)]


def _literals(annotation: Any) -> list[Any]:
    found: list[Any] = []
    for part in get_args(annotation):
        found += _literals(part) if get_args(part) else [part]
    return [part for part in found if isinstance(part, str)]


def _quotes(kind: str, value: object) -> str:
    if kind not in {"float_type", "int_type"} or not isinstance(value, str):
        return ""
    try:
        float(value)
    except ValueError:
        return ""
    return "take the quotes off"
