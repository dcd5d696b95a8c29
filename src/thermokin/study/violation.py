"""A rule of pydantic that a value broke, in this package's words: need, finding, remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from thermokin.study.problem import Place, Problem, described

__all__ = ["nearest", "not_among", "violation"]

LONGEST_WORD = 60  # letters up to which a word may be one that is known, misspelt
_NEEDS: dict[str, str | Callable[[dict[str, Any]], str]] = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "a string",
    "bool_type": "true or false",
    "tuple_type": "an array",
    "model_type": "a table",
    "string_pattern_mismatch": "one to forty letters, digits, - and _",
    "finite_number": "finite",
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


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def violation(error: ErrorDetails, place: Place) -> Problem:
    """The problem that an error of pydantic stands for."""
    if place[-1] == "<inline>":
        place = place[:-1]
    rule, value, kind = error.get("ctx", {}), error["input"], error["type"]
    if kind == "literal_error":
        return not_among(place, re.findall(r"'([^']*)'", str(rule["expected"])), value)
    if kind in _LENGTHS:
        return Problem(place, f"must {_LENGTHS[kind](rule)}")
    known = _NEEDS.get(kind, f"valid: {error['msg']}")
    need = known if isinstance(known, str) else known(rule)
    if error["loc"][-1] == "<inline>" and kind == "tuple_type":
        need = "an array of numbers, or the name of a file"
    return Problem(place, f"must be {need}, got {described(value)}", _quotes(kind, value))


def nearest(word: object, known: list[str]) -> str:
    """The known word most like the one found. The word, or "" if none is near."""
    if not isinstance(word, str) or len(word) > LONGEST_WORD:
        return ""
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return near[0] if near else ""


def not_among(place: Place, known: list[str], value: object) -> Problem:
    """The problem of a word that is none of those known."""
    quoted = [f'"{name}"' for name in known]
    names = " or ".join(quoted) if len(known) < 3 else "one of " + ", ".join(quoted)
    near = nearest(value, known)
    return Problem(place, f"must be {names}, got {described(value)}", f'did you mean "{near}"?' if near else "")


def _quotes(kind: str, value: object) -> str:
    if kind not in {"float_type", "int_type"} or not isinstance(value, str):
        return ""
    try:
        float(value)
    except ValueError:
        return ""
    return "take the quotes off"
