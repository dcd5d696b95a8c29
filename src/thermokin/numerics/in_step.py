"""Several searches in step: what all of them ask next is answered at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

__all__ = ["in_step"]

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Found = TypeVar("Found")
_ASKS, _ENDS, _FAILS = "asks", "ends", "fails"


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
        >>> in_step([lambda ask: ask(2) + ask(3), lambda ask: ask(5)], lambda every: [one**2 for one in every])
        [13, 25]
    """
    said: SimpleQueue[tuple[int, str, Any]] = SimpleQueue()
    replies: list[SimpleQueue[Any]] = [SimpleQueue() for _ in searches]

    def run(place: int) -> None:
        def ask(question: Question) -> Answer:
            said.put((place, _ASKS, question))
            reply = replies[place].get()
            if isinstance(reply, BaseException):
                raise reply
            told: Answer = reply
            return told

        try:
            said.put((place, _ENDS, searches[place](ask)))
        except BaseException as error:
            said.put((place, _FAILS, error))

    for place in range(len(searches)):
        Thread(target=run, args=(place,), daemon=True).start()
    found: dict[int, Any] = {}
    failed: BaseException | None = None
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
