"""How many threads work: BLAS on one for small blocks, and two large tasks at once.

On shared cores, two threads of BLAS make a millisecond's product take fifty; what shares nothing that is written gains
from two, since NumPy lets both work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, local
from typing import Protocol, TypeVar

from threadpoolctl import ThreadpoolController

SMALL = 250  # rows below which a product gains nothing from a second thread
WORTHWHILE = 20_000  # numbers over time from which a second thread pays for its start
_THREAD = local()  # what knows of the running thread whether it is one of two


class _Large(Protocol):
    @property
    def numbers(self) -> int:
        """How many numbers over time it holds."""


T = TypeVar("T")
Side = TypeVar("Side", bound=_Large)


class _Limit:
    """The limit as long as anybody needs it: contexts of several Python threads overlap in any order."""

    def __init__(self) -> None:
        self._controller: ThreadpoolController | None = None
        self._lock = Lock()
        self._users = 0
        self._before: list[int | None] = []

    def enter(self) -> None:
        with self._lock:
            if self._controller is None:
                self._controller = ThreadpoolController()  # looks through the loaded libraries: once, and not at import
            if self._users == 0:
                # One by one: `limit` would ask each for its version too, which takes longer than a small solve.
                self._before = [library.num_threads for library in self._controller.lib_controllers]
                self._turn(self._before, [1] * len(self._before))
            self._users += 1

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._turn([1] * len(self._before), self._before)

    def _turn(self, now: list[int | None], wanted: list[int | None]) -> None:
        libraries = [] if self._controller is None else self._controller.lib_controllers
        for library, one, other in zip(libraries, now, wanted, strict=True):
            if one != other:
                library.set_num_threads(other)
                # Where the limit is the whole process's, the first thread to set it keeps the right to: the calls of
                # all others do nothing, and say nothing. Here any thread may come first, and any may be the last.
                release = getattr(library, "clear_controlling_thread", None)
                if release is not None:
                    release()


_LIMIT = _Limit()


@contextmanager
def one_thread() -> Iterator[None]:
    """A context in which BLAS runs on one thread; the caller's setting returns when nobody needs it any more.

    Yields:
        Nothing.
    """
    _LIMIT.enter()
    try:
        yield
    finally:
        _LIMIT.leave()


def few_threads(dimension: int) -> AbstractContextManager[None]:
    """One thread for a system of few levels, for which more do not pay; all of them for a larger one.

    Args:
        dimension: levels.

    Returns:
        A context.
    """
    return nullcontext() if dimension > SMALL else one_thread()


def both_at_once(read: Callable[[Side], T], one: Side, two: Side) -> tuple[T, T]:
    """What is read from each of two things.

    Args:
        read: reads something from one of them.
        one: one of them.
        two: the other.

    Returns:
        What was read from the one and from the other.
    """
    first, second = at_once([lambda: read(one), lambda: read(two)], one.numbers)
    return first, second


def at_once(tasks: Sequence[Callable[[], T]], numbers: int) -> list[T]:
    """What several tasks give, two of them at a time where they are large.

    Args:
        tasks: what to call. What they in turn would do at once they do one after the other: two work already.
        numbers: how many numbers over time a task works on.

    Returns:
        What each gave, in order.
    """
    if len(tasks) < 2 or numbers < WORTHWHILE or getattr(_THREAD, "one_of_two", False):
        return [task() for task in tasks]
    with ThreadPoolExecutor(max_workers=2, initializer=_mark) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def _mark() -> None:
    _THREAD.one_of_two = True
