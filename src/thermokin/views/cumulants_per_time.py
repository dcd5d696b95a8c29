"""Cumulants per time as a line for each order, whose units differ."""

from __future__ import annotations

from typing import Any

from thermokin.views.variable import Variable

__all__ = ["PER_TIME", "of_order", "rows_of_orders"]

PER_TIME: Variable[Any] = Variable(
    "cumulants", "cumulant per time", "amount^order/time", ("order",), lambda r: r.values, lambda r: r.error
)


def of_order(order: int) -> Variable[Any]:
    """The cumulants of one order.

    Args:
        order: from 1 on.

    Returns:
        What they are called, and their unit.
    """
    said = ("mean", "noise", "third cumulant")[order - 1] if order < 4 else f"cumulant {order}"
    unit = "amount/time" if order == 1 else f"amount^{order}/time"
    return Variable(said, f"cumulant {order} per time", unit, (), lambda r: r.values[..., order - 1])


def rows_of_orders(result: Any) -> list[tuple[str, str, str]]:
    """Name, numbers and unit of each order.

    Args:
        result: with cumulants as `values` (..., order).

    Returns:
        A row for each.
    """
    return [of_order(order).row(result) for order in range(1, result.values.shape[-1] + 1)]
