"""Which natural numbers an answer of a study has: those of its file, whose time of 1 need not be a nanosecond."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from thermokin._errors import ArgumentError

__all__ = ["remember", "require_tick"]

_TICKS: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


def remember(answers: Iterable[Any], tick: float) -> None:
    """Keep in mind what is 1 inside of some answers, as long as they live.

    Args:
        answers: what the questions of a study have found.
        tick: the time that is 1 in them [s].
    """
    for answer in answers:
        try:
            _TICKS[answer] = tick
        except TypeError:  # a table or a number, which units cannot show either
            continue


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
        return
    if own is not None and own != tick:
        raise ArgumentError(
            f"`result` answers a study in whose natural numbers a time of 1 is {own:g} s, here {tick:g} s: show it by "
            "the units of its study, found.units.show(result).",
            "result",
        )
