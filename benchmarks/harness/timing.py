"""Timing of peers in turn, in one process, on one BLAS thread."""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from threadpoolctl import threadpool_limits

REPEATS = 5
REPEATS_OF_LONG = 3
LONG = 20.0  # seconds from which three repeats serve
BRIEF = 0.1  # seconds below which a task may run several times in a row
UNMOVED = 2.0  # seconds from which a first run counts, since what it imports and warms up no longer matters

Task = Callable[[], Any]


@dataclass(frozen=True)
class Timed:
    """What a task returned the last time, and how long it took each time.

    Args:
        result: what the task returned.
        seconds: one a repeat.
        processor: seconds of processor time, one a repeat: what other programs took is not in it.
    """

    result: Any
    seconds: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median time [s]."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        least, most = shown(min(self.seconds)), shown(max(self.seconds))
        busy = shown(statistics.median(self.processor))
        return f"{shown(self.median)} (from {least} to {most}, n = {len(self.seconds)}; processor {busy})"


def in_turn(tasks: Mapping[str, Task], repeats: int = REPEATS, in_a_row: int = 1) -> dict[str, Timed]:
    """Run the tasks one after the other, again and again, so that a busy moment of the machine meets them all.

    A first round, which counts only for tasks of more than `UNMOVED` seconds, imports and warms up.

    Args:
        tasks: by name.
        repeats: counted rounds; a task of more than `LONG` seconds gets at most `REPEATS_OF_LONG`.
        in_a_row: runs of a task below `BRIEF` in each counted round, whose mean counts: the first of them finds the
            processor's caches full of what the task before left there.

    Returns:
        The times of each, by name.
    """
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    processor: dict[str, list[float]] = {name: [] for name in tasks}
    results: dict[str, Any] = {}
    runs: dict[str, int] = {}
    with threadpool_limits(limits=1):
        for turn in range(repeats + 1):
            for name, task in tasks.items():
                slow = bool(seconds[name]) and seconds[name][0] > LONG
                if len(seconds[name]) >= (min(repeats, REPEATS_OF_LONG) if slow else repeats):
                    continue
                results.pop(name, None)
                gc.collect()
                started, worked = time.perf_counter(), time.process_time()
                for _ in range(runs.get(name, 1)):
                    results[name] = task()
                took = (time.perf_counter() - started) / runs.get(name, 1)
                busy = (time.process_time() - worked) / runs.get(name, 1)
                runs[name] = in_a_row if took < BRIEF else 1
                if turn > 0 or took > UNMOVED:
                    seconds[name].append(took)
                    processor[name].append(busy)
    return {name: Timed(results[name], tuple(seconds[name]), tuple(processor[name])) for name in tasks}


def shown(seconds: float) -> str:
    """A time with three digits and a fitting unit."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def repeats_asked(description: str | None) -> int:
    """Counted rounds, from the command line: `--quick` asks for one."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="one repeat instead of the median of five")
    return 1 if parser.parse_args().quick else REPEATS
