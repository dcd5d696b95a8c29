"""One problem of a study file: where it is, what is needed, what was found."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from thermokin.files.key_lines import Place

__all__ = ["MOST_TOLD", "Place", "Problem", "described", "dotted", "one_line"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 40  # characters of a value or of a key that a message repeats
_LONGEST_LINE = 2000  # characters of a line about one problem
MOST_TOLD = 50
"""Problems of one file that are named; of the others their number."""


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
        parts = [f"{dotted(self.place)}: "] if self.place else []
        parts.append(self.message)
        if self.hint:
            parts.append(f" ({self.hint})")
        line = one_line("".join(parts))
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


def one_line(text: str) -> str:
    """The text with every character that could break or colour a line written out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
