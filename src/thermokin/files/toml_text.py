"""A study as the text of a TOML file that reads back as the same study."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["toml_text"]

_WIDTH = 100


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
