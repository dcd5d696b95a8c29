"""Public verbs that kinds of systems on higher floors answer in their own way, so that one word asks all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast, overload

__all__ = ["OtherSystem", "Verb", "answers", "known_to", "verb"]

P = ParamSpec("P")
R = TypeVar("R", covariant=True)
F = TypeVar("F", bound=Callable[..., Any])

_ANSWERS: dict[type, dict[str, Callable[..., Any]]] = {}


class OtherSystem:
    """Base of systems that are no `Model` and answer verbs in their own way."""


class Verb(Protocol[P, R]):
    """A verb: of a `Model` it gives what its signature says, of another system what that answers."""

    @overload
    def __call__(self, model: OtherSystem, /, *given: Any, **named: Any) -> Any: ...

    @overload
    def __call__(self, *given: P.args, **named: P.kwargs) -> R: ...

    def __call__(self, *given: Any, **named: Any) -> Any:
        """What the system answers."""


def answers(kind: type[OtherSystem], name: str) -> Callable[[F], F]:
    """Say what a verb does with a kind of system, for a decorator.

    Args:
        kind: the class of the system.
        name: of the verb.

    Returns:
        The decorator of the function that answers, whose first argument is the system.
    """

    def told(function: F) -> F:
        _ANSWERS.setdefault(kind, {})[name] = function
        return function

    return told


def known_to(system: object, name: str) -> bool:
    """Whether a system answers a verb of this name.

    Args:
        system: a model, which answers all, or a system of another kind.
        name: of the verb.

    Returns:
        Whether it does.
    """
    return not isinstance(system, OtherSystem) or name in _ANSWERS.get(type(system), {})


def verb(function: Callable[P, R]) -> Verb[P, R]:
    """A verb that hands systems of other kinds to what was said to answer for them.

    Args:
        function: the verb for a `Model`, which is its first argument.

    Returns:
        The verb for all kinds.
    """
    name = function.__name__

    @wraps(function)
    def asked(*given: Any, **named: Any) -> Any:
        kind = type(given[0] if given else named.get("model"))
        if kind not in _ANSWERS:
            return function(*given, **named)
        if name not in _ANSWERS[kind]:
            known = ", ".join(sorted(_ANSWERS[kind]))
            raise TypeError(f"`{name}` does not take a {kind.__name__}, which answers {known}.")
        return _ANSWERS[kind][name](*given, **named)

    return cast(Verb[P, R], asked)
