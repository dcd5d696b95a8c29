"""The grid of a sweep: every value of one number with every value of the others, cut into chunks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import TypeAlias

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["Grid", "Region", "chunk_shape", "halves"]

Region: TypeAlias = tuple[slice, ...]
"""Points of a grid: from where to where along each axis."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A grid in chunks.

    Args:
        axes: values (n,) of each number, by its name.
        chunk: how many of them a chunk has along each axis; the last one of an axis may have fewer.
    """

    axes: Mapping[str, FloatArray]
    chunk: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(values.size for values in self.axes.values())

    @property
    def points(self) -> int:
        """How many points there are."""
        return prod(self.shape)

    @property
    def cut(self) -> tuple[int, ...]:
        """How many chunks lie along each axis."""
        return tuple(ceil(size / part) for size, part in zip(self.shape, self.chunk, strict=True))

    @property
    def chunks(self) -> range:
        """The numbers of the chunks."""
        return range(prod(self.cut))

    def region(self, number: int) -> Region:
        """The points of a chunk.

        Args:
            number: of the chunk.

        Returns:
            From where to where along each axis.
        """
        places = np.unravel_index(number, self.cut)
        return tuple(
            slice(int(place) * part, min((int(place) + 1) * part, size))
            for place, part, size in zip(places, self.chunk, self.shape, strict=True)
        )

    def size_of(self, number: int) -> int:
        """How many points a chunk has."""
        return prod(part.stop - part.start for part in self.region(number))

    def numbers(self, region: Region) -> dict[str, FloatArray]:
        """The values at some points (1, ..., n, ..., 1), each along an axis of its own, so that they broadcast."""
        parts = [values[part] for values, part in zip(self.axes.values(), region, strict=True)]
        return dict(zip(self.axes, np.ix_(*parts), strict=True))

    def point(self, index: Sequence[int]) -> dict[str, float]:
        """The values at one point."""
        return {name: float(values[place]) for (name, values), place in zip(self.axes.items(), index, strict=True)}

    def said(self, index: Sequence[int]) -> str:
        """One point in words."""
        return ", ".join(f"{name} = {value:.6g}" for name, value in self.point(index).items())


def chunk_shape(shape: Sequence[int], points: int) -> tuple[int, ...]:
    """The shape of chunks of about so many points, whole along the last axes.

    Args:
        shape: of the grid.
        points: of a chunk at most, at least 1.

    Returns:
        How many values along each axis.
    """
    found: list[int] = []
    for size in reversed(shape):
        found.append(max(1, min(size, points)))
        points //= found[-1]
    return tuple(reversed(found))


def halves(region: Region) -> Iterator[Region]:
    """Both halves of some points, cut across their longest axis.

    Args:
        region: the points, more than one.

    Yields:
        The first half and the second.
    """
    sizes = [part.stop - part.start for part in region]
    axis = sizes.index(max(sizes))
    middle = region[axis].start + sizes[axis] // 2
    for part in (slice(region[axis].start, middle), slice(middle, region[axis].stop)):
        yield (*region[:axis], part, *region[axis + 1 :])
