"""One BLAS thread for small blocks: on shared cores, two threads make a millisecond's product take fifty."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController

SMALL = 250  # rows below which a product gains nothing from a second thread


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """A context in which BLAS runs on one thread; the caller's setting returns afterwards."""
    limited: AbstractContextManager[Any] = _controller().limit(limits=1)
    return limited
