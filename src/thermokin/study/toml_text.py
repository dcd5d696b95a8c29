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
    """The text of a TOML file.

    Args:
        tables: tables of keys; values are strings, numbers, booleans, arrays of these, and tables. None is left out.

    Returns:
        The text, one key a line, tables after the plain keys of their parent.
    """
    return "\n".join(_table((), tables)).strip() + "\n"


def _table(path: tuple[str, ...], table: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    plain = {key: value for key, value in table.items() if value is not None and not isinstance(value, Mapping)}
    if path and (plain or not table):
        lines += ["", "[" + ".".join(_key(step) for step in path) + "]"]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += _table((*path, key), value)
    return lines


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
