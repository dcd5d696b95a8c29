"""Every kind of study, and how a file is known to be of one. A new kind is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from pydantic import TypeAdapter

from thermokin.study.counting.kind import COUNTING
from thermokin.study.kind import Kind
from thermokin.study.problem import MOST_TOLD
from thermokin.study.quench.kind import QUENCH
from thermokin.study.violation import nearest

__all__ = ["KINDS", "kind_of", "others", "schema"]

KINDS: tuple[Kind[Any], ...] = (QUENCH, COUNTING)


def kind_of(tables: Mapping[str, Any]) -> Kind[Any]:
    """The kind of study that a file is meant to be: by the table that marks it, else by one misspelt, else the first.

    Args:
        tables: what the TOML parser made of the file.

    Returns:
        The kind.
    """
    by_mark = {kind.mark: kind for kind in reversed(KINDS)}
    few = islice(tables, MOST_TOLD)
    meant = [mark for mark in by_mark if mark in tables] or [nearest(name, list(by_mark)) for name in few]
    return next((by_mark[mark] for mark in meant if mark), KINDS[0])


def others(kind: Kind[Any]) -> dict[str, str]:
    """What to say of tables that a kind of study does not have, and another has.

    Args:
        kind: the kind.

    Returns:
        Hints by table.
    """
    found: dict[str, str] = {}
    for other in KINDS:
        for name in other.layouts:
            if name not in kind.layouts:
                either = f"a study has a table [{kind.mark}] or a table [{other.mark}], not both"
                theirs = f"it belongs to a study with a table [{other.mark}]"
                found[name] = either if name == other.mark else theirs
    return found


def schema() -> dict[str, Any]:
    """The JSON Schema of study files of every kind.

    Returns:
        The schema.
    """
    union: Any = KINDS[0].study
    for kind in KINDS[1:]:
        union = union | kind.study
    return TypeAdapter(union).json_schema()
