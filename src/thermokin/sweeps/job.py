"""What a worker needs to compute any chunk of a sweep, and what it says when one is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from thermokin.sweeps.evaluation import Block, Head, Task, evaluated
from thermokin.sweeps.grid import Grid

__all__ = ["Done", "Job"]


@dataclass(frozen=True, eq=False)
class Done:
    """A chunk that is done.

    Args:
        number: of the chunk.
        failed: how many of its points failed.
        warned: the first text of each kind of warning.
        block: its numbers, where no store has them.
    """

    number: int
    failed: int
    warned: Mapping[str, str]
    block: Block | None = None


@dataclass(frozen=True, eq=False)
class Job:
    """A sweep as workers know it. It survives pickling if its task does.

    Args:
        task: what is swept.
        heads: of its columns.
        grid: where.
        bulk: whether many points are asked for at once.
        seed: of random numbers.
        store: the folder into which workers write; None where blocks are handed back.
        key: of the sweep that the store must hold.
    """

    task: Task
    heads: tuple[Head, ...]
    grid: Grid
    bulk: bool
    seed: int
    store: Path | None = None
    key: str = ""

    def run(self, number: int) -> Done:
        """Compute a chunk and put it into the store, unless it is there: a scheduler may ask twice.

        Args:
            number: of the chunk.

        Returns:
            What is said of it.

        Raises:
            SweepError: if this machine does not see the store.
            OSError: if it cannot be written.
        """
        if self.store is None:
            block = self._computed(number)
            return Done(number, block.failed, block.warned, block)
        from thermokin.sweeps.store import opened

        store = opened(self.store, self.key)
        if store.has(number):
            return Done(number, store.failed(number), {})
        block = self._computed(number)
        store.write(number, self.grid.region(number), block)
        return Done(number, block.failed, block.warned)

    def _computed(self, number: int) -> Block:
        return evaluated(self.task, self.heads, self.grid, number, bulk=self.bulk, seed=self.seed)
