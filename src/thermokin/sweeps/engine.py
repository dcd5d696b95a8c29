"""The engine of a sweep: hands out chunks, keeps what is finished, and says how to go on where it cannot."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import TypeAlias

from thermokin._errors import SweepError
from thermokin.sweeps.executors import ExecutorLike, executor_of
from thermokin.sweeps.job import Done, Job

__all__ = ["Progress", "Tell", "computed"]

AHEAD = 3  # chunks that wait for each worker, so that none is idle
LONGEST = 200  # letters of an error that are told
GONE = {"KilledWorker", "CommClosedError", "FutureCancelledError", "TerminatedWorkerError"}  # what dask and loky raise
GUARD = 'A script that starts processes wants its sweep under `if __name__ == "__main__":`.'


@dataclass(frozen=True)
class Progress:
    """How far a sweep is.

    Args:
        points: how many are computed, those of earlier runs included.
        total: how many there are for this run.
        failed: how many have failed in this run.
        left: seconds that remain; None where nothing is known of them yet.
    """

    points: int
    total: int
    failed: int
    left: float | None


Tell: TypeAlias = Callable[[Progress], None]


@dataclass(eq=False)
class _Watch:
    """Counts what is finished."""

    job: Job
    before: int
    total: int
    tell: Tell
    begin: float = field(default_factory=time.monotonic)
    points: int = 0
    failed: int = 0

    def add(self, done: Done) -> None:
        self.points += self.job.grid.size_of(done.number)
        self.failed += done.failed
        self.say()

    @property
    def kept(self) -> str:
        """What is not lost."""
        if self.job.store is None:
            return "Nothing is kept, since the sweep has no `store`."
        held = self.before + self.points
        return f"{held} of {self.total} points are in {self.job.store}; asked for again, the sweep goes on from there."

    def say(self) -> None:
        missing = self.total - self.before - self.points
        spent = time.monotonic() - self.begin
        left = spent / self.points * missing if self.points else None
        self.tell(Progress(self.before + self.points, self.total, self.failed, left))


def computed(
    job: Job, numbers: Sequence[int], executor: ExecutorLike, *, workers: int, before: int = 0, tell: Tell
) -> Iterator[Done]:
    """The chunks of a sweep as they are done.

    Args:
        job: the sweep.
        numbers: of the chunks that are wanted.
        executor: who computes them.
        workers: how many processes, where they are made here.
        before: points that earlier runs have computed.
        tell: is told how far it is.

    Yields:
        What is done.

    Raises:
        SweepError: if workers die, the disk is full, or the job cannot be sent. What is in the store stays.
        KeyboardInterrupt: once what runs is finished, with a note that says what is kept.
    """
    total = before + sum(map(job.grid.size_of, numbers))
    watch = _Watch(job, before, total, tell)
    watch.say()
    try:
        with executor_of(executor, workers, job) as pool:
            done = map(job.run, numbers) if pool is None else _spread(job, numbers, pool, workers)
            for one in done:
                watch.add(one)
                yield one
    except SweepError:
        raise
    except Exception as error:  # a point that fails raises nothing: this is the machinery's
        said = _explained(error, watch)
        if said:
            raise SweepError(said) from error
        raise
    except KeyboardInterrupt as stop:
        stop.add_note(watch.kept)
        raise


def _spread(job: Job, numbers: Sequence[int], pool: Executor, workers: int) -> Iterator[Done]:
    """Keep every worker busy; on an interruption let what runs be finished."""
    waiting, running = iter(numbers), set[Future[Done]]()
    most = AHEAD * max(workers, getattr(pool, "_max_workers", 0) or 0, _threads(pool))
    try:
        while True:
            for number in waiting:
                running.add(pool.submit(job.run, number))
                if len(running) >= most:
                    break
            if not running:
                return
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from [future.result() for future in finished]
    except (KeyboardInterrupt, GeneratorExit):
        for future in running:
            future.cancel()
        wait(running)
        raise
    except BaseException:
        for future in running:
            future.cancel()
        raise


def _threads(pool: Executor) -> int:
    """How many tasks the cluster behind an executor works on at once; 0 where it is none."""
    client = getattr(pool, "_client", None)
    return 0 if client is None else sum(client.nthreads().values())


def _explained(error: Exception, watch: _Watch) -> str:
    """What the machinery failed at, in one line that says what is kept; empty for what it knows nothing of."""
    said = " ".join(str(error).split())[:LONGEST]
    if isinstance(error, OSError) and not isinstance(error, TimeoutError):
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        return f"{'the disk is full' if full else f'cannot read or write: {error.strerror or said}'}. {watch.kept}"
    if "pickle" in said:
        return f"the sweep cannot be sent to its workers: {said}. {watch.kept}"
    if isinstance(error, BrokenExecutor | CancelledError | TimeoutError) or type(error).__name__ in GONE:
        begun = type(error) is BrokenProcessPool  # what a script without a guard does to the standard library
        first = said.partition(". ")[0].rstrip(".")
        why = f"{type(error).__name__}{f': {first}' if first else ''}"
        said = f"the workers of the sweep are gone ({why}). {watch.kept}"
        return f"{said} {GUARD}" if begun else said
    return f"the executor of the sweep is closed. {watch.kept}" if "after shutdown" in said or "closed" in said else ""
