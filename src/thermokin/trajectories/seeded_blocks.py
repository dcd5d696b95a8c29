"""Work in blocks, each with a random stream of its own, so that who does it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

import numpy as np

from thermokin._threads import one_thread

__all__ = ["seeded_blocks"]

T = TypeVar("T")

TASKS = 16  # parcels that blocks are handed out in: each takes the process along


def seeded_blocks(
    work: Callable[[int, np.random.Generator], T], total: int, size: int, seed: int, executor: Executor | None
) -> list[T]:
    """Results of blocks, in order; block b draws from SeedSequence(seed, spawn_key=(b,)).

    Args:
        work: from a number of trajectories and a source of randomness to a result; must survive pickling if the
            executor runs processes.
        total: trajectories in all.
        size: trajectories of a block.
        seed: >= 0.
        executor: runs the blocks; None means here, one after the other.

    Returns:
        One result a block.
    """
    sizes = [min(size, total - begin) for begin in range(0, total, size)]
    task = partial(_block, work, seed)
    if executor is None:
        return [task(number, count) for number, count in enumerate(sizes)]
    return list(executor.map(task, range(len(sizes)), sizes, chunksize=-(-len(sizes) // TASKS)))


def _block(work: Callable[[int, np.random.Generator], T], seed: int, number: int, count: int) -> T:
    stream = np.random.SeedSequence(seed, spawn_key=(number,))
    with one_thread():
        return work(count, np.random.Generator(np.random.SFC64(stream)))
