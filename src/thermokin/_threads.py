"""One BLAS thread for small blocks: on shared cores, two threads make a millisecond's product take fifty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock

from threadpoolctl import ThreadpoolController

SMALL = 250  # rows below which a product gains nothing from a second thread


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
