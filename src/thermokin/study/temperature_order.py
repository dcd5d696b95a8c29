"""The temperatures of a quench in their order: the upper one above the lower one."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from thermokin.study.problem import Problem

__all__ = ["order_flaws", "written_order"]

UPPER: Mapping[str, str] = {"reciprocal": "hot", "equidistant": "target"}
"""The key of the upper temperature, by the kind of the quench."""


def order_flaws(table: str, kind: str, upper: float, lower: float) -> list[Problem]:
    """The problem of temperatures that are not in order.

    Args:
        table: where they stand.
        kind: of the quench.
        upper: what must be the higher one.
        lower: what must be the lower one.

    Returns:
        At most one.
    """
    if upper > lower:
        return []
    hint = "equal temperatures leave nothing to compare" if upper == lower else "exchange the two"
    return [Problem((table, UPPER[kind]), f"must be > {table}.cold = {lower:g}, got {upper:g}", hint)]


def written_order(tables: Mapping[str, Any]) -> list[Problem]:
    """The same of tables that are not sound for other reasons, as far as both temperatures are.

    Args:
        tables: those that are not sound, as the file has them.

    Returns:
        At most one problem.
    """
    for name in ("quench", "protocol"):
        table: Any = tables.get(name)
        kind = table.get("kind") if isinstance(table, Mapping) else None
        if isinstance(kind, str) and kind in UPPER:
            both = [table.get(key) for key in (UPPER[kind], "cold")]
            if all(type(one) in {int, float} and isfinite(one) and one > 0 for one in both):
                return order_flaws(name, kind, float(both[0]), float(both[1]))
    return []
