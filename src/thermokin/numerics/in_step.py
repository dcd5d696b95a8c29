"""Several searches in step: what all of them ask next is answered at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeAlias, TypeVar

__all__ = ["in_step"]

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Found = TypeVar("Found")
_ASKS, _ENDS, _FAILS = "asks", "ends", "fails"
_Said: TypeAlias = "SimpleQueue[tuple[int, str, Any]]"


def in_step(
    searches: Sequence[Callable[[Callable[[Question], Answer]], Found]],
    answer: Callable[[list[Question]], Sequence[Answer]],
) -> list[Found]:
    """What some searches find, whose questions are answered together, round by round.

    Each search runs in a thread of its own, for it is code that calls back; one thread alone answers. The rounds are
    the same every time.

    Args:
        searches: each is given a function that asks one question and returns its answer.
        answer: answers the questions of one round, in the order of the searches. If it raises, so does every question
            of that round and, unless it was a StopIteration, this function.

    Returns:
        What each found.

    Example:
        >>> from thermokin.numerics.in_step import in_step
        >>> in_step([lambda ask: ask(2) + ask(3), lambda ask: ask(5)], lambda every: [one**2 for one in every])
        [13, 25]
    """
    said: _Said = SimpleQueue()
    replies: list[SimpleQueue[Any]] = [SimpleQueue() for _ in searches]
    for place, search in enumerate(searches):
        Thread(target=_run, args=(place, search, said, replies[place]), daemon=True).start()
    found: dict[int, Any] = {}
    failed: BaseException | None = None
    told: Sequence[Answer | BaseException]
    while len(found) < len(searches):
        asked: dict[int, Any] = {}
        while len(asked) + len(found) < len(searches):
            place, what, value = said.get()
            (asked if what == _ASKS else found)[place] = value
            failed = value if what == _FAILS and failed is None else failed
        places = sorted(asked)
        try:
            told = answer([asked[place] for place in places]) if places else ()
        except BaseException as error:
            failed = error if failed is None and not isinstance(error, StopIteration) else failed
            told = [error] * len(places)
        for place, one in zip(places, told, strict=True):
            replies[place].put(one)
    if failed is not None:
        raise failed
    return [found[place] for place in range(len(searches))]


def _run(place: int, search: Callable[[Callable[[Any], Any]], Any], said: _Said, replies: SimpleQueue[Any]) -> None:
    """One search, in its own thread."""

    def ask(question: Any) -> Any:
        said.put((place, _ASKS, question))
        reply = replies.get()
        if isinstance(reply, BaseException):
            raise reply
        return reply

    try:
        said.put((place, _ENDS, search(ask)))
    except BaseException as error:
        # It is raised again in the thread that waits.
        said.put((place, _FAILS, error))
