"""How a sweep is labelled: the variables of its data with their axes, the same in memory and in a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.sweeps.evaluation import Block, Head
from thermokin.sweeps.grid import Grid

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["ERROR", "MEMBERS", "OPTIONAL", "Labels", "Variable", "in_memory", "joined_meanings", "meanings", "theorems"]

ERROR = "error"
"""The variable that says what failed at each point."""
OPTIONAL = "optional"
"""What is said of a variable that may be left out where it is NaN or 0 everywhere."""
MEMBERS = {ERROR, "commits"}
"""Names that a store keeps for itself."""
MOST_MEANINGS = 1000  # that are listed; the markers of the chunks have all of them
NOT_YET = -1  # code of a point that is not computed yet


@dataclass(frozen=True, eq=False)
class Variable:
    """One array of the data.

    Args:
        axes: names of its axes.
        shape: how long they are.
        chunk: how long those of a chunk are.
        empty: what stands where nothing is computed.
        attributes: what is said of it.
    """

    axes: tuple[str, ...]
    shape: tuple[int, ...]
    chunk: tuple[int, ...]
    empty: Any
    attributes: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Labels:
    """What the data of a sweep say of themselves.

    Args:
        grid: the points.
        axes: attributes of each axis, by its name.
        heads: of the columns.
        about: what is said of the data as a whole.
    """

    grid: Grid
    axes: Mapping[str, Mapping[str, str]]
    heads: tuple[Head, ...]
    about: Mapping[str, str]

    def coordinates(self) -> Iterator[tuple[str, FloatArray, Mapping[str, str]]]:
        """Name, values and attributes of every axis, those of a column's own included."""
        for name, values in self.grid.axes.items():
            yield name, values, self.axes[name]
        own = {name: values for head in self.heads for name, values in head.own.items()}
        for name, listed in own.items():
            yield name, np.asarray(listed), self.axes.get(name, {"long_name": name})

    def variables(self) -> Iterator[tuple[str, Variable]]:
        """Every column, and the error."""
        names, grid = tuple(self.grid.axes), self.grid
        for head in self.heads:
            said = {"long_name": head.words, **({"units": head.unit} if head.unit else {}), **head.said}
            said |= {OPTIONAL: "yes"} if head.optional else {}
            axes = (*names, *head.own)
            yield head.name, Variable(axes, (*grid.shape, *head.shape), (*grid.chunk, *head.shape), np.nan, said)
        said = {"long_name": "what failed at the point", "units": "1", "shown": "no", "meanings": meanings({})}
        yield ERROR, Variable(names, grid.shape, grid.chunk, np.int32(NOT_YET), said)


def meanings(texts: Mapping[int, str]) -> str:
    """What the codes of errors mean, a line each.

    Args:
        texts: by code.

    Returns:
        The lines.
    """
    every = {NOT_YET: "not computed yet", 0: "nothing", **dict(sorted(texts.items())[:MOST_MEANINGS])}
    return "\n".join(f"{code}: {text}" for code, text in every.items())


def joined_meanings(every: Iterable[str]) -> str:
    """What codes mean in several data, a line each."""
    return "\n".join(dict.fromkeys(line for lines in every for line in lines.split("\n")))


def in_memory(labels: Labels, blocks: Mapping[int, Block]) -> xr.Dataset:
    """The data of a sweep whose blocks are at hand.

    Args:
        labels: what they say of themselves.
        blocks: by the numbers of their chunks.

    Returns:
        The data.
    """
    import xarray as xr

    data = xr.Dataset(coords={name: (name, values, dict(said)) for name, values, said in labels.coordinates()})
    for name, variable in labels.variables():
        whole: NDArray[Any] = np.full(variable.shape, variable.empty)
        for number, block in blocks.items():
            whole[labels.grid.region(number)] = block.error if name == ERROR else block.values[name]
        data[name] = (variable.axes, whole, dict(variable.attributes))
    data[ERROR].attrs["meanings"] = meanings(
        {code: text for one in blocks.values() for code, text in one.texts.items()}
    )
    for name, theorem in theorems(labels, lambda column: [data[column].values]).items():
        data[name].attrs["theorem"] = theorem
    data.attrs = dict(labels.about)
    return data


def theorems(labels: Labels, read: Callable[[str], Iterable[NDArray[Any]]]) -> dict[str, str]:
    """Of each column that has a threshold, whether what lies beyond it breaks a theorem, judged at all points.

    Args:
        labels: which columns there are.
        read: the numbers of a column, in parts.

    Returns:
        "yes", "no" or "in part", by the name of the column.
    """
    found = {}
    for head in labels.heads:
        if "theorem" in head.said and "applies" in head.said:
            parts = [(bool((part == 1.0).all()), bool((part == 1.0).any())) for part in read(head.said["applies"])]
            some = any(held for _, held in parts)
            found[head.name] = "yes" if all(held for held, _ in parts) else "in part" if some else "no"
    return found
