"""A chunk of a sweep evaluated: all its points at once where that works, and each failing point with its words."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from threading import Lock, current_thread, main_thread
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import LostPointsWarning
from thermokin._threads import one_thread
from thermokin._typing import BoolArray, FloatArray
from thermokin.sweeps.column import Column
from thermokin.sweeps.grid import Grid, Region, halves

__all__ = ["Block", "Head", "Task", "code_of", "evaluated", "in_words", "unheard"]

MOST_ALONE = 64  # points of a chunk that are NaN beside others and asked once more alone, to hear why
MOST_TEXTS = 100  # different errors of a chunk that are kept word for word
LONGEST = 400  # letters of one


class Task(Protocol):
    """What is swept: knows all columns at some points. It is sent to workers, so that it survives pickling."""

    def at(self, numbers: Mapping[str, Any], random: np.random.SeedSequence) -> Sequence[Column]:
        """The columns at some points.

        Args:
            numbers: by name; a number each for a single point, arrays (1, ..., n, ..., 1) for several.
            random: what random numbers are drawn from.

        Returns:
            The columns, whose values broadcast to the points.
        """


@dataclass(frozen=True)
class Head:
    """What is known of a column before it has numbers.

    Args:
        name: of the variable in the data.
        words: what it is.
        unit: of it.
        own: values of axes of its own, by name.
        said: what else the data say of it.
        optional: whether NaN in it is no failure.
    """

    name: str
    words: str
    unit: str
    own: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False

    @classmethod
    def of(cls, column: Column) -> Head:
        """That of a column."""
        own = {name: tuple(np.asarray(values, dtype=np.float64).tolist()) for name, values in column.own.items()}
        return cls(column.name, column.words, column.unit, own, dict(column.said), column.optional)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one point."""
        return tuple(len(values) for values in self.own.values())


@dataclass(frozen=True, eq=False)
class Block:
    """A chunk with its numbers.

    Args:
        values: of each column (points of the chunk..., own axes), NaN where they failed.
        error: code of what failed at each point (...); 0 for nothing.
        texts: what the codes mean.
        warned: the first text of each kind of warning.
    """

    values: Mapping[str, FloatArray]
    error: NDArray[np.int32]
    texts: Mapping[int, str]
    warned: Mapping[str, str]

    @property
    def failed(self) -> int:
        """How many points."""
        return int(np.count_nonzero(self.error))


def code_of(text: str) -> int:
    """A number > 0 for what failed, the same in every process."""
    return (zlib.crc32(text.encode()) & 0x7FFFFFFF) or 1


def in_words(error: Exception) -> str:
    """An error in one line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}"[:LONGEST].rstrip(": ")


def evaluated(task: Task, heads: Sequence[Head], grid: Grid, number: int, *, bulk: bool, seed: int) -> Block:
    """A chunk with its numbers.

    Args:
        task: what is swept.
        heads: of its columns.
        grid: where.
        number: of the chunk.
        bulk: whether many points are asked for at once.
        seed: of random numbers, which each chunk draws from a sequence of its own.

    Returns:
        The numbers, NaN where they failed, and why. One BLAS thread makes them, so that no machine's cores matter.
    """
    chunk = _Chunk(task, heads, grid, number, seed)
    with one_thread():
        if bulk:
            chunk.fill(chunk.whole)
        else:
            for index in np.ndindex(*chunk.shape):
                chunk.fill(tuple(slice(place, place + 1) for place in index))
    return Block(chunk.values, chunk.error, chunk.texts, chunk.warned)


class _Chunk:
    """A chunk on its way. Regions count from its own first point."""

    def __init__(self, task: Task, heads: Sequence[Head], grid: Grid, number: int, seed: int) -> None:
        self.task, self.grid, self.number, self.seed = task, grid, number, seed
        self.heads = {head.name: head for head in heads}
        self.place = grid.region(number)
        self.shape = tuple(part.stop - part.start for part in self.place)
        self.whole: Region = tuple(slice(0, size) for size in self.shape)
        self.values = {head.name: np.full((*self.shape, *head.shape), np.nan) for head in heads}
        self.error = np.zeros(self.shape, dtype=np.int32)
        self.texts: dict[int, str] = {}
        self.warned: dict[str, str] = {}
        self.alone = 0

    def fill(self, region: Region) -> None:
        """Put the numbers of a region in their place; where that fails, those of its halves, down to single points."""
        try:
            self.put(region, self.columns(region))
        except Exception as error:  # whatever a user's function raises belongs to its point
            if _size(region) > 1:
                for half in halves(region):
                    self.fill(half)
            else:
                self.fail(region, in_words(error))

    def columns(self, region: Region) -> Sequence[Column]:
        at = tuple(
            slice(here.start + part.start, here.start + part.stop)
            for here, part in zip(self.place, region, strict=True)
        )
        first = int(np.ravel_multi_index([part.start for part in region], self.shape))
        key = () if region == self.whole else (first + 1, _size(region))
        random = np.random.SeedSequence(self.seed, spawn_key=(self.number, *key))
        single = _size(region) == 1
        numbers = self.grid.point([part.start for part in at]) if single else self.grid.numbers(at)
        with unheard(self.warned):
            return self.task.at(numbers, random)

    def put(self, region: Region, columns: Sequence[Column]) -> None:
        lead = tuple(part.stop - part.start for part in region)
        found = {column.name: column for column in columns}
        lacking: dict[str, BoolArray] = {}
        for name, head in self.heads.items():
            if name not in found:
                lacking[f"{name!r} is not given here"] = np.ones(lead, dtype=bool)
                continue
            values = _laid(found[name], lead, head)
            self.values[name][region] = values
            lost = np.isnan(values).any(axis=tuple(range(len(lead), values.ndim)))
            if lost.any() and "missing" not in head.said and not head.optional:
                lacking[f"{name!r} is NaN"] = np.asarray(lost)
        if lacking:
            self.explain(region, lacking)

    def explain(self, region: Region, lacking: Mapping[str, BoolArray]) -> None:
        """Say why points have no number: in words of their own, if they have some where they are asked alone."""
        missing = np.logical_or.reduce(list(lacking.values()))
        if missing.size > 1:
            for index in np.argwhere(missing)[: MOST_ALONE - self.alone]:
                self.alone += 1
                missing[tuple(index)] = False
                begins = [part.start + int(place) for part, place in zip(region, index, strict=True)]
                self.ask_alone(tuple(slice(begin, begin + 1) for begin in begins))
        for text, lost in lacking.items():
            self.error[region][lost & missing] = self.kept(text)
            missing &= ~lost

    def ask_alone(self, point: Region) -> None:
        """What has numbers keeps them, since others at the same point may be lost."""
        try:
            self.put(point, self.columns(point))
        except Exception as error:  # the reason
            self.error[point] = self.kept(in_words(error))

    def fail(self, point: Region, text: str) -> None:
        for values in self.values.values():
            values[point] = np.nan
        self.error[point] = self.kept(text)

    def kept(self, text: str) -> int:
        """The code of a text, which is kept."""
        if len(self.texts) >= MOST_TEXTS and code_of(text) not in self.texts:
            text = f"{text.partition(':')[0]}: one of more than {MOST_TEXTS} different errors of its chunk"
        self.texts[code_of(text)] = text
        return code_of(text)


def _laid(column: Column, lead: tuple[int, ...], head: Head) -> FloatArray:
    """The numbers of a column at points of a shape, each with as many as its first one has."""
    given = np.shape(column.values)
    own = given[len(given) - len(head.shape) :]
    if own != head.shape:
        raise ValueError(
            f"{head.name!r} has the shape {own} here and {head.shape} elsewhere; each point must give as many numbers."
        )
    return np.broadcast_to(column.values, (*lead, *head.shape))


def _size(region: Region) -> int:
    return prod(part.stop - part.start for part in region)


@contextmanager
def unheard(kept: dict[str, str] | None = None) -> Iterator[None]:
    """A context in which warnings are not given; points that are lost are named by their errors instead.

    Args:
        kept: where the first text of each kind of the others is put.

    Yields:
        Nothing.
    """
    if current_thread() is not main_thread():
        with _MUTE, np.errstate(all="ignore"):
            yield
        return
    with warnings.catch_warnings(record=True) as heard, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        yield
    for one in heard:
        if kept is not None and not issubclass(one.category, LostPointsWarning | RuntimeWarning):
            kept.setdefault(one.category.__name__, str(one.message))


class _Mute:
    """No warnings as long as any thread wants none: what is said of them holds for the whole process."""

    def __init__(self) -> None:
        self._lock, self._users = Lock(), 0
        self._context = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._context = warnings.catch_warnings()
                self._context.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._context.__exit__(None, None, None)


_MUTE = _Mute()
