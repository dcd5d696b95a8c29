"""Public verbs that kinds of systems on higher floors answer in their own way, so that one word asks all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

__all__ = ["answers", "verb"]

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

_ANSWERS: dict[type, dict[str, Callable[..., Any]]] = {}


def answers(kind: type, name: str) -> Callable[[F], F]:
    """Say what a verb does with a kind of system, for a decorator.

    Args:
        kind: the class of the system; no `Model`, which the verb itself is for.
        name: of the verb.

    Returns:
        The decorator of the function that answers, whose first argument is the system.
    """

    def told(function: F) -> F:
        _ANSWERS.setdefault(kind, {})[name] = function
        return function

    return told


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """A verb that hands systems of other kinds to what was said to answer for them.

    Args:
        function: the verb for a `Model`, which is its first argument.

    Returns:
        The verb for all kinds.
    """
    name = function.__name__

    @wraps(function)
    def asked(*given: P.args, **named: P.kwargs) -> R:
        kind = type(given[0] if given else named.get("model"))
        if kind not in _ANSWERS:
            return function(*given, **named)
        if name not in _ANSWERS[kind]:
            known = ", ".join(sorted(_ANSWERS[kind]))
            raise TypeError(f"`{name}` does not take a {kind.__name__}, which answers {known}.")
        answered: R = _ANSWERS[kind][name](*given, **named)
        return answered

    return asked
