"""What to cite: the sources that the docstrings of results, verbs, models and theorems name, from the bibliography."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unicodedata import normalize

from thermokin._result import Result
from thermokin.operators.as_numbers import shown

__all__ = ["References", "cite", "has_references"]

PACKAGE = __name__.partition(".")[0]
BIBLIOGRAPHY = Path(__file__).parents[1] / "references.bib"
_ENTRY = re.compile(r"^@(?P<kind>\w+)\{(?P<key>\S+),\n(?P<body>.*?)^\}$", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", re.MULTILINE)
_SECTION = re.compile(r"^\s*Reference:\s*(?P<body>.*?)(?=\n\s*\n|\n\s*\w+:\n|\Z)", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"\b[A-Za-z]+(?:19|20)\d\d[a-z]?\b")
_ACCENT = re.compile(r"\\(?P<accent>[\"'`^~]|[ucv](?=\{))\{?(?P<letter>[A-Za-z])\}?")
ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}
ACCENTS |= {"u": "\u0306", "c": "\u0327", "v": "\u030c"}
LETTERS = {r"\&": "&", r"\o}": "ø}", r"\O}": "Ø}", r"\ss}": "ß}", r"\l}": "ł}"}
NAMESPACES = ("", "library", "gaussian", "transport", "bounds", "inference", "design", "exact")


@cache
def _bibliography() -> MappingProxyType[str, tuple[str, dict[str, str]]]:
    """Kind and fields of every entry, by its key."""
    text = BIBLIOGRAPHY.read_text(encoding="utf-8")
    found = {one["key"]: (one["kind"], dict(_FIELD.findall(one["body"]))) for one in _ENTRY.finditer(text)}
    return MappingProxyType(found)


@dataclass(frozen=True, repr=False)
class References:
    """Sources, as a list to read and as BibTeX.

    Args:
        keys: of the entries, in the order in which they were named.
    """

    keys: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def __repr__(self) -> str:
        return "\n".join(self.lines()) or "no reference is named; cite thermokin itself"

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in repr(self).splitlines())

    def lines(self) -> list[str]:
        """Authors, title, and where it stands, one line each."""
        return [f"[{key}] {_line(_bibliography()[key][1])}" for key in self.keys]

    def bibtex(self) -> str:
        """The entries for a bibliography; what is still to be checked of one stands before it as a comment."""
        return "\n\n".join(map(_entry, self.keys))


def _line(known: dict[str, str]) -> str:
    names = [" ".join(reversed(name.split(", "))) for name in known.get("author", "").split(" and ") if name]
    where = " ".join(part for part in (known.get("journal") or known.get("publisher"), known.get("volume")) if part)
    where = where or (f"arXiv:{known['eprint']}" if "eprint" in known else known.get("howpublished", ""))
    where = ", ".join(part for part in (where, known.get("pages")) if part)
    who = ", ".join(names).replace(", others", " et al.")
    return _plain(f"{f'{who}: ' if who else ''}{known['title']}, {where} ({known['year']})")


def _plain(text: str) -> str:
    """LaTeX as the letters that it stands for."""
    for command, letter in LETTERS.items():
        text = text.replace(command, letter)
    text = _ACCENT.sub(lambda one: normalize("NFC", one["letter"] + ACCENTS[one["accent"]]), text)
    return text.replace("{", "").replace("}", "").replace("--", "–")


def _entry(key: str) -> str:
    kind, known = _bibliography()[key]
    kept = {name: value for name, value in known.items() if name != "note"}
    width = max(map(len, kept))
    lines = [f"@{kind}{{{key},", *(f"  {name:<{width}} = {{{value}}}," for name, value in kept.items()), "}"]
    return "\n".join([*([f"% {known['note']}"] if "note" in known else []), *lines])


def cite(what: Any) -> References:
    """The papers behind a result, a verb, a model or a bound.

    Args:
        what: a result; a function or class of this package; the name of a bound ("thermo-kinetic"), a verb
            ("cumulants"), a library model ("three_level_maser") or an entry of the bibliography; or a list of these.

    Returns:
        The references that their docstrings name, each once; those of a result are of its own numbers and of the verbs
        that give it. None where nothing but textbook knowledge is used.

    Raises:
        ValueError: if nothing has that name.
        TypeError: if it is nothing that has references.

    Example:
        >>> import thermokin as tk
        >>> tk.cite("cumulants").keys
        ('flindt2010', 'landi2024')
    """
    return References(tuple(dict.fromkeys(key for key in _keys(what) if key in _bibliography())))


def has_references(name: str) -> bool:
    """Whether a public function or class has this name."""
    return any(name == known for known, _ in _public())


def _keys(what: Any) -> Iterator[str]:
    if isinstance(what, str):
        yield from _named(what)
    elif isinstance(what, Result):
        yield from _of_result(what)
    elif isinstance(getattr(what, "reference", None), str):
        yield from _KEY.findall(what.reference)
    elif isinstance(what, list | tuple):
        for one in what:
            yield from _keys(one)
    elif callable(what) and getattr(what, "__module__", "").partition(".")[0] == PACKAGE:
        yield from _of_class(what) if isinstance(what, type) else _of_text(what.__doc__)
    else:
        raise TypeError(f"`what` must be a result, a function of thermokin, or a name, got {shown(what)}.")


def _of_text(text: str | None) -> list[str]:
    return [key for section in _SECTION.finditer(text or "") for key in _KEY.findall(section["body"])]


def _of_class(kind: type) -> Iterator[str]:
    """What a class and its members name."""
    yield from _of_text(kind.__doc__)
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] == PACKAGE:
            for member in vars(base).values():
                yield from _of_text(getattr(member, "__doc__", None))


def _of_result(result: Result) -> Iterator[str]:
    if isinstance(result, tuple):  # bounds are a list of results, each of its own theorem
        for one in result:
            yield from _keys(one)
    reference = getattr(result, "reference", None)
    if isinstance(reference, str):
        yield from _KEY.findall(reference)
    yield from _of_class(type(result))
    name = type(result).__name__
    for _, verb in _public():
        given = getattr(verb, "__annotations__", {}).get("return", "")
        if isinstance(given, str) and re.search(rf"\b{name}\b", given):
            yield from _of_text(verb.__doc__)


def _public() -> Iterator[tuple[str, Any]]:
    """Every public function and class, by its name."""
    for space in NAMESPACES:
        module = import_module(f"{PACKAGE}.model.library" if space == "library" else f"{PACKAGE}.{space}".rstrip("."))
        names: Iterable[str] = getattr(module, "__all__", ())
        for name in names:
            one = getattr(module, name)
            if inspect.isfunction(one) or isinstance(one, type):
                yield name, one


def _named(word: str) -> Iterator[str]:
    theorems = [one for one in import_module(f"{PACKAGE}.bounds").catalogue() if one.name == word]
    functions = [one for name, one in _public() if name == word]
    if word in _bibliography():
        yield word
    elif theorems:
        for one in theorems:
            yield from _KEY.findall(one.reference)
    elif functions:
        for one in functions:
            yield from _keys(one)
    else:
        raise ValueError(
            f"`what` must name a bound (`thermokin bounds` prints them), a verb, a library model or an entry of the "
            f"bibliography, got {word!r}{_near(word)}"
        )


def _near(word: str) -> str:
    from difflib import get_close_matches

    theorems = [one.name for one in import_module(f"{PACKAGE}.bounds").catalogue()]
    near = get_close_matches(word, [*theorems, *(name for name, _ in _public()), *_bibliography()], n=1)
    return f"; did you mean {near[0]!r}?" if near else "."
