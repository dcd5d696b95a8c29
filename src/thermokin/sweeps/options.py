"""How a sweep is computed: where it is kept, by whom, in which parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from thermokin.sweeps.executors import ExecutorLike, available_workers

__all__ = ["MOST_POINTS", "Options", "shard_of"]

MOST_POINTS = 10_000_000


@dataclass(frozen=True)
class Options:
    """How a sweep is computed.

    Args:
        store: the folder that keeps it; in memory if None.
        executor: who computes; processes if None, and this one alone where that takes seconds.
        workers: how many processes; as many as there are processors if None.
        shard: which part of all chunks, (1, n) to (n, n).
        chunk: points of a chunk at most; about a second's work if None.
        bulk: whether many points are asked for at once; found out if None.
        seed: of random numbers.
        most: points that are meant at most.
    """

    store: str | Path | None = None
    executor: ExecutorLike = None
    workers: int | None = None
    shard: tuple[int, int] = (1, 1)
    chunk: int | None = None
    bulk: bool | None = None
    seed: int = 0
    most: int = MOST_POINTS

    def __post_init__(self) -> None:
        for name, value in (("workers", self.workers), ("chunk", self.chunk), ("most", self.most)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise ValueError(f"`{name}` must be a whole number from 1, got {value!r}.")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            raise ValueError(f"`seed` must be a whole number from 0, got {self.seed!r}.")
        whole = isinstance(self.shard, tuple) and [type(one) for one in self.shard] == [int, int]
        number, count = self.shard if whole else (0, 0)
        if not 1 <= number <= count:
            raise ValueError(f"`shard` must be (k, n) with k from 1 to n, got {self.shard!r}.")
        if self.store is None and count > 1:
            raise ValueError("`shard` needs a `store`, in which the parts meet.")

    @property
    def hands(self) -> int:
        """How many processes."""
        return self.workers or available_workers()


def shard_of(text: str) -> tuple[int, int]:
    """A part of all chunks, from words as "2/8".

    Args:
        text: the words.

    Returns:
        Its number and how many there are.

    Raises:
        ValueError: if they mean nothing.
    """
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise ValueError(f"`shard` must read k/n with k from 1 to n, as 2/8, got {text!r}.")
    return int(number), int(count)
