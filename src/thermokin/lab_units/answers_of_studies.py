"""Which natural numbers an answer of a study has: those of its file, whose time of 1 need not be a nanosecond."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from thermokin._errors import ArgumentError

__all__ = ["remembered", "require_tick"]

NATURAL = "time_of_1_in_seconds"
_TICKS: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


def remembered(answer: Any, tick: float) -> Any:
    """An answer of which is known what is 1 inside.

    Args:
        answer: what a question of a study has found.
        tick: the time that is 1 in it [s].

    Returns:
        It; of labelled data a copy, all columns of which say the time.
    """
    if hasattr(answer, "data_vars"):
        told = answer.assign_attrs({NATURAL: tick})
        return told.assign({name: column.assign_attrs({NATURAL: tick}) for name, column in told.data_vars.items()})
    with suppress(TypeError):  # a table or a number, which units cannot show either
        _TICKS[answer] = tick
    return answer


def require_tick(result: Any, tick: float) -> None:
    """Refuse an answer of a study in whose natural numbers another time is 1.

    Args:
        result: anything.
        tick: the time that is 1 in the units that would show it [s].

    Raises:
        ArgumentError: if it is one.
    """
    try:
        own = _TICKS.get(result)
    except TypeError:
        own = getattr(result, "attrs", {}).get(NATURAL)
    if own is not None and own != tick:
        raise ArgumentError(
            f"`result` answers a study in whose natural numbers a time of 1 is {own:g} s, here {tick:g} s: show it by "
            "the units of its study, found.units.show(result).",
            "result",
        )
