"""Adaptive refinement: an axis gets more values where an output bends, all of a round at once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError, LostPointsWarning, SweepError, users_level
from thermokin._typing import FloatArray
from thermokin.sweeps.engine import Tell
from thermokin.sweeps.labels import ERROR, joined_meanings
from thermokin.sweeps.options import Options
from thermokin.sweeps.sweeping import Sweep

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Refine", "refined"]

FINEST = 2.0**-20  # of an axis: steps below this are not halved, for a jump bends at any distance
ROUNDS = 40
DECADE = 10.0


@dataclass(frozen=True)
class Refine:
    """Adds values where an output bends.

    Steps are halved on both sides of a point that lies off the line between its neighbours, until it does so by less
    than a tolerance. Of several axes each is refined where any line along it bends: the grid stays a grid.

    Args:
        tolerance: how far off, as a part of the output's range, > 0.
        most: points of the whole grid at which it ends.
        by: names of the outputs that are looked at; all if empty.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> begin, finer = {"temperature": np.linspace(0.05, 2.0, 5)}, tk.Refine(tolerance=0.05)
        >>> tk.sweep(qubit, begin, ["activity"], refine=finer)["temperature"].values.round(3)  # where it sets in
        array([0.05 , 0.294, 0.538, 0.781, 1.025, 1.512, 2.   ])
    """

    tolerance: float = 0.01
    most: int = 10_000
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.tolerance > 0.0:
            raise ValueError(f"`tolerance` must be > 0, got {self.tolerance:g}.")


def refined(
    begun: Callable[[Mapping[str, FloatArray], Options], Sweep],
    axes: Mapping[str, FloatArray],
    options: Options,
    refine: Refine,
    tell: Tell,
) -> xr.Dataset:
    """The data of a sweep that is refined, round after round.

    Args:
        begun: makes the sweep of some values.
        axes: the values to begin with, at least three along an axis that is refined.
        options: how each round is computed; a store becomes a folder that holds one for each round.
        refine: where more values are wanted.
        tell: is told how far a round is.

    Returns:
        The data, in memory, with ascending axes.

    Raises:
        SweepError: as a sweep, or if the folder holds one that is not refined.
        ArgumentError: if an output is none of the sweep's.
        ValueError: if a part of it is asked for.
    """
    if options.shard != (1, 1):
        raise ValueError("`shard` is for grids that are known beforehand; leave it out beside `refine`.")
    folder = None if options.store is None else Path(options.store)
    if folder is not None and (folder / "zarr.json").exists():
        raise SweepError(f"`store` {folder} holds a sweep that is not refined; name another folder.")

    def part(name: str, at: Mapping[str, FloatArray]) -> xr.Dataset:
        where = replace(options, store=None if folder is None else folder / name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LostPointsWarning)  # one word for all rounds
            return begun(at, where).run(tell).load()

    now = {name: np.sort(values) for name, values in axes.items()}
    logarithmic = {name: _grows(values) for name, values in now.items()}
    data = part("round_00", now)
    unknown = next((name for name in refine.by if name not in data.data_vars), None)
    if unknown is not None:
        known = [str(name) for name in data.data_vars if data[name].attrs.get("shown") != "no"]
        near = get_close_matches(unknown, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"they are {', '.join(map(repr, known))}."
        raise ArgumentError(f"`refine.by` must name outputs of the sweep, got {unknown!r}; {hint}", "refine")
    for number in range(1, ROUNDS):
        more = {name: _between(data, name, refine, logarithmic=logarithmic[name]) for name in now}
        size = prod(now[name].size + values.size for name, values in more.items())
        if size == data[ERROR].size or size > min(refine.most, options.most):
            break
        for place, (name, values) in enumerate(more.items()):
            if values.size:
                data = _joined(data, part(f"round_{number:02d}_{place}", {**now, name: values}), name)
                now[name] = np.sort(np.append(now[name], values))
    failed = int((data[ERROR] != 0).sum())
    if failed:
        message = f"{failed} of {data[ERROR].size} points of the refined sweep failed and are NaN; `error` says why."
        warnings.warn(LostPointsWarning(message), stacklevel=users_level())
    return data


def _joined(data: xr.Dataset, added: xr.Dataset, axis: str) -> xr.Dataset:
    import xarray as xr

    words = joined_meanings([one[ERROR].attrs["meanings"] for one in (data, added)])
    found = xr.concat([data, added], dim=axis, combine_attrs="override").sortby(axis)
    found[ERROR].attrs["meanings"] = words
    return found


def _grows(values: FloatArray) -> bool:
    """Whether a grid was made for a logarithmic axis."""
    steps = np.diff(values)
    growing = values.size > 2 and values[0] > 0.0 and bool((np.diff(steps) > 1e-9 * steps[1:]).all())
    return growing and bool(values[-1] >= DECADE * values[0])


def _between(data: xr.Dataset, axis: str, refine: Refine, *, logarithmic: bool) -> FloatArray:
    """The middles of all steps of an axis that are too wide."""
    values = np.asarray(data[axis].values, dtype=np.float64)
    if values.size < 3:
        return np.empty(0)
    places = np.log(values) if logarithmic else values
    wide = np.zeros(values.size - 1, dtype=bool)
    for name, column in data.data_vars.items():
        if axis in column.dims and (name in refine.by or not (refine.by or column.attrs.get("shown") == "no")):
            bent = _bent(np.moveaxis(column.values, column.dims.index(axis), 0), places, refine.tolerance)
            wide[:-1] |= bent
            wide[1:] |= bent
    steps = np.diff(places)
    middle = places[:-1] + 0.5 * steps
    found = middle[wide & (steps > FINEST * (places[-1] - places[0]))]
    return np.asarray(np.exp(found) if logarithmic else found)


def _bent(numbers: NDArray[np.float64], places: FloatArray, tolerance: float) -> NDArray[np.bool_]:
    """Which inner points lie off the line between their neighbours, on any line along the first axis."""
    numbers = numbers.reshape(numbers.shape[0], -1)
    finite = np.where(np.isfinite(numbers), numbers, np.nan)
    if np.isnan(finite).all():
        return np.zeros(places.size - 2, dtype=bool)
    size = float(np.nanmax(finite) - np.nanmin(finite))
    share = ((places[1:-1] - places[:-2]) / (places[2:] - places[:-2]))[:, None]
    with np.errstate(invalid="ignore"):
        off = np.abs(finite[1:-1] - finite[:-2] - share * (finite[2:] - finite[:-2]))
        return np.asarray((off > tolerance * size).any(axis=1))
