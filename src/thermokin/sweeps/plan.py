"""What a sweep will take, found by asking it at a few points: how it is evaluated, cut, and how long that lasts."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log, prod
from typing import Any

import numpy as np

from thermokin._errors import SweepError
from thermokin._threads import one_thread
from thermokin._typing import FloatArray
from thermokin.sweeps.column import Column
from thermokin.sweeps.evaluation import Head, Task, in_words, unheard
from thermokin.sweeps.grid import Grid, chunk_shape

__all__ = ["Plan", "planned", "shown_bytes", "shown_seconds"]

TRIAL = 512  # points that are asked for at once, at first, to see how long they take
SHORT = 0.1  # seconds below which that says little
WORK = 2.0  # seconds of work in a chunk at most: a commit takes ten milliseconds
STEP = 8  # chunks have a power of it as their points, so that machines of like speed cut alike
LARGEST = STEP**5
HELD = 400e6  # bytes that a chunk may take on its way
ALIKE = 1e-6  # of themselves: numbers found at once and alone that are the same
ROUNDING = 1e-10  # of the largest number of a point
OF_A_NUMBER = 8


@dataclass(frozen=True, eq=False)
class Plan:
    """What a sweep will take.

    Args:
        shape: of the grid.
        heads: of the columns.
        bulk: whether many points are asked for at once.
        chunk: its shape.
        seconds: of one processor, a point.
        held: bytes that a point takes on its way.
    """

    shape: tuple[int, ...]
    heads: tuple[Head, ...]
    bulk: bool
    chunk: tuple[int, ...]
    seconds: float
    held: float

    @property
    def points(self) -> int:
        """How many points there are."""
        return prod(self.shape)

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return prod(ceil(size / part) for size, part in zip(self.shape, self.chunk, strict=True))

    @property
    def stored(self) -> float:
        """Bytes of the data, before they are compressed."""
        return float(self.points) * (4 + OF_A_NUMBER * sum(prod(head.shape) for head in self.heads))

    def said(self, workers: int = 1) -> str:
        """All of it in a few lines.

        Args:
            workers: how many work at once.

        Returns:
            The lines.
        """
        axes = f" ({' x '.join(map(str, self.shape))})" if len(self.shape) > 1 else ""
        how = "many at once" if self.bulk else "one by one"
        held = max(self.held * min(prod(self.chunk), self.points), 1e6)
        total = self.seconds * self.points
        lasts = f"about {shown_seconds(total)} of one processor's time"
        if workers > 1:
            lasts += f", {shown_seconds(total / workers)} with {workers} workers"
        return "\n".join(
            (
                f"{self.points} points{axes}, {how}, in {self.chunks} chunk{'' if self.chunks == 1 else 's'} of up to "
                f"{prod(self.chunk)} points",
                lasts,
                f"{shown_bytes(self.stored)} of data, and {shown_bytes(held)} of memory for each worker's numbers",
            )
        )


def planned(
    task: Task, axes: Mapping[str, FloatArray], *, points: int | None = None, bulk: bool | None = None, seed: int = 0
) -> Plan:
    """What a sweep will take.

    It is asked for its first, middle and last point. Where points that are asked for at once agree with these, it is
    evaluated in bulk.

    Args:
        task: what is swept.
        axes: values of each number.
        points: of a chunk at most; about a second's work if None.
        bulk: whether many points are asked for at once; found out if None.
        seed: of random numbers.

    Returns:
        The plan.

    Raises:
        SweepError: if it fails at all three points, or gives nothing but NaN.
    """
    trial = _Trial(task, axes, seed)
    trial.ask_alone()
    bulk = trial.agrees() if bulk is None else bulk
    seconds, held = trial.cost(bulk)
    most = LARGEST if bulk else LARGEST // STEP
    wanted = points or min(most, STEP ** max(0, int(log(max(WORK / seconds, 1.0), STEP))), _power(HELD / held))
    return Plan(trial.shape, trial.heads, bulk, chunk_shape(trial.shape, wanted), seconds, held)


def _power(most: float) -> int:
    return int(STEP ** max(0, int(log(max(most, 1.0), STEP))))


class _Trial:
    """A sweep that is asked at a few points."""

    def __init__(self, task: Task, axes: Mapping[str, FloatArray], seed: int) -> None:
        self.task, self.axes, self.random = task, axes, np.random.SeedSequence(seed)
        self.grid = Grid(axes, tuple(1 for _ in axes))
        self.shape = self.grid.shape
        last = tuple(size - 1 for size in self.shape)
        middle = tuple(size // 2 for size in self.shape)
        self.places = list(dict.fromkeys((tuple(0 for _ in axes), middle, last)))
        self.found: dict[tuple[int, ...], Sequence[Column]] = {}
        self.heads: tuple[Head, ...] = ()
        self.alone = np.inf  # seconds of a single point

    def ask(self, numbers: Mapping[str, Any]) -> Sequence[Column]:
        with one_thread(), unheard():
            return self.task.at(numbers, self.random)

    def ask_alone(self) -> None:
        """Ask single points."""
        errors: dict[tuple[int, ...], Exception] = {}
        for place in self.places:
            begin = time.process_time()
            try:
                self.found[place] = self.ask(self.grid.point(place))
            except Exception as error:  # a user's function may raise anything
                errors[place] = error
            else:
                self.alone = min(self.alone, time.process_time() - begin)
        where = "at its only point" if len(self.places) == 1 else "at the first, middle and last point"
        if not self.found:
            place, first = next(iter(errors.items()))
            raise SweepError(
                f"the sweep fails {where}; at {self.grid.said(place)} it says: {in_words(first)}"
            ) from first
        columns = [column for found in self.found.values() for column in found]
        if not errors and all(np.isnan(column.values).all() for column in columns):
            raise SweepError(
                f"the sweep gives nothing but NaN {where}, as {columns[0].name!r} at {self.grid.said(self.places[0])}."
            )
        self.heads = tuple({column.name: Head.of(column) for column in reversed(columns)}.values())[::-1]

    def agrees(self) -> bool:
        """Whether several points asked for at once are what they are alone."""
        if self.grid.points == 1:
            return False
        sets = [sorted({place[axis] for place in self.places}) for axis in range(len(self.shape))]
        found = self._same(sets, list(self.found))
        if found is not None:
            return found
        # One of them may have no numbers, and take the others along: others are near one that has.
        near = [
            [[place, min(place + 1, size - 1)] for place, size in zip(at, self.shape, strict=True)] for at in self.found
        ]
        said = [self._same([sorted(set(one)) for one in sets], [at]) for sets, at in zip(near, self.found, strict=True)]
        return True in said and False not in said

    def _same(self, sets: list[list[int]], places: list[tuple[int, ...]]) -> bool | None:
        """Whether they are; None where nothing is said, since they fail."""
        if prod(map(len, sets)) == 1:
            return None
        values = [numbers[chosen] for numbers, chosen in zip(self.axes.values(), sets, strict=True)]
        try:
            columns = {one.name: one for one in self.ask(dict(zip(self.axes, np.ix_(*values), strict=True)))}
        except Exception:  # whatever it raises, single points are asked for then
            return None
        try:
            return all(self._agrees_at(columns, sets, place) for place in places)
        except (KeyError, ValueError):  # other columns, or other shapes
            return False

    def _agrees_at(self, columns: Mapping[str, Column], sets: list[list[int]], place: tuple[int, ...]) -> bool:
        index = tuple(chosen.index(one) for chosen, one in zip(sets, place, strict=True))
        alone = [
            np.broadcast_to(one.values, head.shape) for one, head in zip(self.found[place], self.heads, strict=True)
        ]
        largest = max(float(np.abs(one[np.isfinite(one)]).max(initial=0.0)) for one in alone)
        for head, one in zip(self.heads, alone, strict=True):
            whole = np.broadcast_to(columns[head.name].values, (*map(len, sets), *head.shape))[index]
            # What is all rounding, as an error, is another number each time.
            if not np.allclose(whole, one, rtol=ALIKE, atol=ROUNDING * largest, equal_nan=True):
                return False
        return True

    def cost(self, bulk: bool) -> tuple[float, float]:  # noqa: FBT001 - as found
        """Seconds and bytes of a point."""
        if not bulk:
            return max(self.alone, 1e-6), 1e4
        try:
            seconds, cut = self.lasting(TRIAL)
            tracemalloc.start()
            try:
                self.ask(self.first(cut))
                held = tracemalloc.get_traced_memory()[1] / cut
            finally:
                tracemalloc.stop()
            # What a call costs by itself is told from what a point costs by asking for more of them.
            while seconds * cut < SHORT and cut < min(self.grid.points, LARGEST) and STEP * cut * held < HELD:
                seconds, cut = self.lasting(STEP * cut)
        except Exception:  # points that fail are found one by one, later
            return max(self.alone, 1e-6), 1e4
        return max(seconds, 1e-9), max(held, 1.0)

    def first(self, points: int) -> dict[str, FloatArray]:
        """The first so many points."""
        cut = chunk_shape(self.shape, points)
        return self.grid.numbers(tuple(slice(0, size) for size in cut))

    def lasting(self, points: int) -> tuple[float, int]:
        """How many seconds a point takes when so many are asked for at once, and how many there were."""
        numbers = self.first(points)
        begin = time.process_time()
        self.ask(numbers)
        count = prod(array.size for array in numbers.values())
        return (time.process_time() - begin) / count, count


def shown_seconds(seconds: float) -> str:
    """A time in words."""
    for limit, size, unit in ((100.0, 1.0, "s"), (6000.0, 60.0, "min"), (172800.0, 3600.0, "h")):
        if seconds < limit:
            return f"{seconds / size:.2g} {unit}" if seconds / size < 9.5 else f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400.0:.0f} days"


def shown_bytes(size: float) -> str:
    """A size in words."""
    for limit, unit in ((1e9, "MB"), (1e12, "GB")):
        if size < limit:
            shown = size / limit * 1e3
            return f"{shown:.1f} {unit}" if shown < 10.0 else f"{shown:.0f} {unit}"
    return f"{size / 1e12:.1f} TB"
