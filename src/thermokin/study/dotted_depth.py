"""How deep a TOML text's dotted keys reach, found before the standard parser, whose memory grows with their square."""

from __future__ import annotations

import re

__all__ = ["DEEPEST", "TEXTS", "too_deep"]

DEEPEST = 32  # parts of a dotted key; no table of a study has more than four
_STRING = r"\"(?:[^\"\\\n]++|\\.)*+\"|'[^'\n]*+'"
_LONG = r"\"{3}(?:[^\"\\]++|\\.|\"(?!\"\"))*+\"{3,5}+|'{3}(?:[^']++|'(?!''))*+'{3,5}+"
TEXTS = rf"\#[^\n]*+|{_LONG}|{_STRING}"
"""What holds any letters: comments and strings, in the letters of a regular expression with DOTALL."""
_KEY = rf"(?:[A-Za-z0-9_-]++|{_STRING})"
_DOT = r"[ \t]*+\.[ \t]*+"
_RUN = rf"{_KEY}(?:{_DOT}{_KEY}){{0,{DEEPEST - 1}}}+(?!{_DOT}{_KEY})"
# Each alternative takes all that it can and gives nothing back, so that no letter is read twice.
_SHALLOW = re.compile(rf"(?:\#[^\n]*+|{_LONG}|{_RUN}|[^\#\"'A-Za-z0-9_-]++|(?!{_KEY})[\"'])*+", re.DOTALL)
_DEEP = re.compile(rf"{_KEY}(?:{_DOT}{_KEY}){{{DEEPEST}}}", re.DOTALL)


def too_deep(text: str) -> int | None:
    """The line of a dotted key of more than 32 parts."""
    found = _SHALLOW.match(text)
    end = found.end() if found else 0
    return text.count("\n", 0, end) + 1 if _DEEP.match(text, end) else None
