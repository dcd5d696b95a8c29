"""The line of every key in a TOML text, which the standard parser does not tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress

__all__ = ["DEEPEST", "TEXTS", "Place", "key_lines", "line_of", "too_deep"]

Place = tuple[int | str, ...]
"""Keys and indices from the top of a file down."""

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
_SPACE = " \t"
_BLANK = " \t\r\n"
_TOKEN = re.compile(f"{TEXTS}|[\\[\\]{{}}]", re.DOTALL)


def key_lines(text: str, wanted: Iterable[Place] | None = None) -> dict[Place, int]:
    """The line on which each key, table and array element stands."""
    asked = None if wanted is None else {place[:size] for place in wanted for size in range(1, len(place) + 1)}
    scanner = _Scanner(text, asked)
    with suppress(IndexError, RecursionError, ValueError):  # a line is a courtesy; the problem is named without it
        scanner.document()
    return scanner.lines


def line_of(place: Place, lines: dict[Place, int]) -> int | None:
    """The line of a place, or of the nearest enclosing table that the file names. The line, or None."""
    for length in range(len(place), 0, -1):
        line = lines.get(place[:length])
        if line is not None:
            return line
    return None


class _Scanner:
    """A reader of valid TOML that keeps positions and forgets values."""

    def __init__(self, text: str, wanted: set[Place] | None) -> None:
        self.text = text
        self._wanted = wanted
        self.at = 0
        self.lines: dict[Place, int] = {}
        self._elements: dict[Place, int] = {}  # how many [[tables]] each array of tables has so far
        self._breaks = [position for position, letter in enumerate(text) if letter == "\n"]

    def document(self) -> None:
        prefix: Place = ()
        while not self._done() and self._skip(_BLANK):
            if self.text[self.at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)

    def _line(self) -> int:
        return bisect_right(self._breaks, self.at - 1) + 1

    def _mark(self, place: Place) -> None:
        if self._wanted is None or place in self._wanted:
            self.lines.setdefault(place, self._line())

    def _done(self) -> bool:
        return self._wanted is not None and len(self.lines) == len(self._wanted)

    def _skip(self, letters: str) -> bool:
        """Past blanks and comments; whether text is left."""
        while self.at < len(self.text):
            if self.text[self.at] == "#" and "\n" in letters:
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in letters:
                self.at += 1
            else:
                return True
        return False

    def _header(self) -> Place:
        double = self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        place: Place = ()
        keys = self._keys()
        for position, key in enumerate(keys):
            place = (*place, key)
            self._mark(place)
            if double and position == len(keys) - 1:
                self._elements[place] = self._elements.get(place, 0) + 1
            if place in self._elements:
                place = (*place, self._elements[place] - 1)
                self._mark(place)
        self.at = self.text.index("]", self.at) + (2 if double else 1)
        return place

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _key(self) -> str:
        start = self.at
        if self.text[start] in "\"'":
            self._string()
            inner = self.text[start + 1 : self.at - 1]
            return inner if self.text[start] == "'" else _unescaped(inner)
        while self.text[self.at].isalnum() or self.text[self.at] in "_-":
            self.at += 1
        if self.at == start:
            raise ValueError("no key")
        return self.text[start : self.at]

    def _pair(self, prefix: Place) -> None:
        start = self.at
        place = (*prefix, *self._keys())
        end, self.at = self.at, start
        for length in range(len(prefix) + 1, len(place) + 1):
            self._mark(place[:length])
        self.at = self.text.index("=", end) + 1
        self._skip(_SPACE)
        self._value(place)

    def _value(self, place: Place) -> None:
        letter = self.text[self.at]
        if letter in "\"'":
            self._string()
        elif self._wanted is not None and place not in self._wanted and letter in "[{":
            self._pass_over()
        elif letter == "[":
            self._array(place)
        elif letter == "{":
            self._inline_table(place)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        delimiter = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(delimiter)
        while not self.text.startswith(delimiter, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(delimiter)
        while len(delimiter) == 3 and self.text.startswith(quote, self.at):
            self.at += 1  # one or two quotes may stand before the closing three

    def _array(self, place: Place) -> None:
        self.at += 1
        index = 0
        while not self._done() and self._skip(_BLANK + ",") and self.text[self.at] != "]":
            self._mark((*place, index))
            self._value((*place, index))
            index += 1
        self.at += 1

    def _pass_over(self) -> None:
        """Past an array or an inline table in which nothing is wanted."""
        depth = 0
        for token in _TOKEN.finditer(self.text, self.at):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
            if depth == 0:
                self.at = token.end()
                return

    def _inline_table(self, place: Place) -> None:
        self.at += 1
        while self._skip(_BLANK + ",") and self.text[self.at] != "}":
            self._pair(place)
        self.at += 1


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    import tomllib

    return next(iter(tomllib.loads(f'"{text}" = 0')))


def too_deep(text: str) -> int | None:
    """The line of the first key of so many parts that the standard parser, quadratic in them, must not see it."""
    found = _SHALLOW.match(text)
    end = found.end() if found else 0
    return text.count("\n", 0, end) + 1 if _DEEP.match(text, end) else None
