"""One problem of a study file: where it is, what is needed, what was found; made from what pydantic says, too."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from thermokin.files.key_lines import Place
from thermokin.files.toml_file import one_line

__all__ = ["MOST_TOLD", "Place", "Problem", "described", "dotted", "nearest", "not_among", "violation"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 40  # characters of a value or of a key that a message repeats
_LONGEST_LINE = 2000  # characters of a line about one problem
MOST_TOLD = 50
"""Problems of one file that are named; of the others their number."""
LONGEST_WORD = 60  # letters up to which a word may be one that is known, misspelt
_NEEDS: dict[str, str | Callable[[dict[str, Any]], str]] = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "a string",
    "bool_type": "true or false",
    "tuple_type": "an array",
    "dict_type": "a table",
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


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a study file.

    Args:
        place: keys and indices from the top of the file down; empty for the file as a whole.
        message: the need and the finding.
        hint: a remedy, shown in round brackets; may be empty.
    """

    place: Place
    message: str
    hint: str = ""

    def text(self) -> str:
        """The place, the message and the hint on one line."""
        place = f"{dotted(self.place)}: " if self.place else ""
        line = one_line(place + self.message + (f" ({self.hint})" if self.hint else ""))
        return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 3] + "..."


def dotted(place: Place) -> str:
    """A place as TOML writes it: model.coupling[2][0]."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step if len(step) <= _LONGEST else step[: _LONGEST - 3] + "..."
            key = step if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
            text += f".{key}" if text else key
    return text


def described(value: object) -> str:
    """A value as a message repeats it: TOML's spelling, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 100:
        return f"a whole number of about {int(value.bit_length() * 0.30103)} digits"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "an empty array" if not value else f"an array of {len(value)}"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    return one_line(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")


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
    return Problem(place, f"must be {need}, got {described(value)}", _quotes(kind, value) or _many(kind, place, value))


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


def _many(kind: str, place: Place, value: object) -> str:
    """Where several values of a number of the system go."""
    several = isinstance(value, dict) and {"start", "stop"} <= set(value)
    several |= isinstance(value, list | tuple) and len(value) > 1
    if kind != "float_type" or not several or place[0] not in {"model", "bath", "baths"}:
        return ""
    called = f', as "{dotted(place)}"' if place[0] != "baths" else ""
    return f"several values stand in a table [sweep]{called}"
