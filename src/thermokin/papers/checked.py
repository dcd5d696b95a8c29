"""Rows of a paper's table: those that the validation of this package holds already, and further ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from numpy.typing import ArrayLike

from thermokin.papers.paper import Number, Origin
from thermokin.validation.case import Case, table_row
from thermokin.validation.registry import cases_of

__all__ = ["checked", "further"]


@cache
def _cases(group: Callable[[], list[Case]]) -> tuple[Case, ...]:
    return tuple(cases_of(group))


def checked(
    group: Callable[[], list[Case]],
    *,
    source: str = "",
    system: str = "",
    quantity: str = "",
    origin: Origin = Origin.OURS,
    doubt: str = "",
) -> list[Number]:
    """The rows of a group of the validation whose texts contain the given words.

    Args:
        group: a group of `thermokin.validation`.
        source: part of the source.
        system: part of the system.
        quantity: part of the quantity.
        origin: where the expected numbers come from.
        doubt: what nobody has checked against the paper.

    Returns:
        The rows.

    Raises:
        LookupError: if there are none.
    """
    found = [
        Number(case, origin, doubt)
        for case in _cases(group)
        if source in case.source and system in case.system and quantity in case.quantity
    ]
    if not found:
        raise LookupError(f"`{group.__name__}` has no case of {system!r}, {quantity!r} from {source!r}.")
    return found


def further(
    system: str,
    source: str,
    numbers: Mapping[str, tuple[str, ArrayLike]],
    *,
    origin: Origin = Origin.OURS,
    doubt: str = "",
) -> list[Number]:
    """Rows beyond those of the validation; half a unit in the last printed place is allowed.

    Args:
        system: the set-up in words.
        source: where the expected numbers come from.
        numbers: by quantity, the expected number as printed and this package's.
        origin: where the expected numbers come from.
        doubt: what nobody has checked against the paper.

    Returns:
        One row for each quantity.
    """
    return [Number(case, origin, doubt) for case in table_row(system, source, numbers)]
