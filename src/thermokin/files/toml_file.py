"""A TOML file read whole, or refused by one line that says where it is wrong; a study written as such text."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from thermokin._errors import StudyError
from thermokin.files.key_lines import DEEPEST, too_deep

__all__ = ["one_line", "read_toml", "tables_of_toml", "toml_text"]

_LINE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)$")
_WIDTH = 100


def read_toml(path: Path, label: str, largest: int, built_in: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Text and tables of a TOML file.

    Args:
        path: the file.
        label: what messages call it.
        largest: size that is read [bytes].
        built_in: names that may have been meant instead of a file.

    Returns:
        The text, and what it says.

    Raises:
        StudyError: with one line, if it is no file, too large, no UTF-8 text or no TOML.
    """
    text = _text(path, label, largest, built_in)
    return text, tables_of_toml(text, label)


def one_line(text: str) -> str:
    """The text with every character that could break or colour a line written out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _text(path: Path, label: str, largest: int, built_in: Collection[str]) -> str:
    try:
        if path.is_dir():
            raise StudyError([f"{label}: must be a TOML file, got a folder"])
        if not path.exists():
            raise StudyError([f"{label}: no such file{_near_file(path, built_in)}"])
        if not path.is_file():
            raise StudyError([f"{label}: must be a TOML file, got something that is no plain file"])
        size = path.stat().st_size
        if size > largest:
            need = f"must be at most {largest / 1e6:g} MB, got {size / 1e6:.3g} MB"
            raise StudyError([f"{label}: {need} (keep matrices in .npy files)"])
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StudyError([f"{label}: must be a file that can be read: {reason}"]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        need = f"must be UTF-8 text, got the byte 0x{data[error.start]:02x}"
        raise StudyError([f"{label}:{line}: {need} (save the file as UTF-8)"]) from error


def _near_file(path: Path, built_in: Collection[str]) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        names = []
    shipped = [] if path.parent.parts else list(built_in)
    near = get_close_matches(path.name, [*names, *shipped], n=1, cutoff=0.7)
    if not near:
        return ""
    what = one_line(near[0]) if near[0] in names else f"the built-in study {near[0]}"
    return f" (did you mean {what}?)"


def tables_of_toml(text: str, label: str) -> dict[str, Any]:
    """Tables of the text of a TOML file.

    Args:
        text: the text.
        label: what messages call it.

    Returns:
        What it says.

    Raises:
        StudyError: with one line, if it is no TOML.
    """
    line = too_deep(text)
    if line is not None:
        raise StudyError([f"{label}:{line}: must have keys of at most {DEEPEST} parts, got a longer one"])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise StudyError([f"{label}: must be valid TOML, but its arrays or tables are nested too deeply"]) from error
    except ValueError as error:
        message = str(error)
        found = _LINE.search(message)
        if found is None:
            raise StudyError([one_line(f"{label}: must be valid TOML: {_lowered(message)}")]) from error
        what = f"{_lowered(message[: found.start()].strip())} at column {found['column']}"
        raise StudyError([one_line(f"{label}:{found['line']}: must be valid TOML: {what}")]) from error


def _lowered(text: str) -> str:
    if text == "Cannot overwrite a value":
        return "a key or table is given twice,"
    return text[:1].lower() + text[1:]


def toml_text(tables: Mapping[str, Any]) -> str:
    """The text of a TOML file."""
    return "\n".join(_table((), tables)).strip() + "\n"


def _table(path: tuple[str, ...], table: Mapping[str, Any], header: str = "") -> list[str]:
    lines: list[str] = []
    plain = {key: value for key, value in table.items() if value is not None and not _is_inner(value)}
    if header and (plain or not table or header.startswith("[[")):
        lines += ["", header]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in table.items():
        inner = (*path, key)
        dotted = ".".join(_key(step) for step in inner)
        if isinstance(value, Mapping):
            lines += _table(inner, value, f"[{dotted}]")
        elif _is_inner(value):
            lines += [line for entry in value for line in _table(inner, entry, f"[[{dotted}]]")]
    return lines


def _is_inner(value: Any) -> bool:
    """Whether a value is a table or an array of tables."""
    if isinstance(value, Mapping):
        return True
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            repr(value) if math.isfinite(value) else ("nan" if math.isnan(value) else f"{'-' if value < 0 else ''}inf")
        )
    if isinstance(value, list | tuple):
        return _array([_value(entry) for entry in value])
    return str(value)


def _array(entries: list[str]) -> str:
    line = "[" + ", ".join(entries) + "]"
    if len(line) <= _WIDTH:
        return line
    return "[\n" + "".join(f"    {entry},\n" for entry in entries) + "]"


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
