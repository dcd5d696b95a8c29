"""A comparison as labelled data: dimensions, units and long names that xarray alone can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import HypothesisError
from thermokin._threads import at_once, both_at_once
from thermokin._typing import FloatArray
from thermokin.model.parameter import Known
from thermokin.quench.branch import Branch
from thermokin.quench.comparison import Comparison, leading_shape
from thermokin.report.plain_data import PlainData, PlainVariable
from thermokin.views.branch import BRANCH
from thermokin.views.motion import start_parameters
from thermokin.views.sweep_axes import Labelled, SweepAxes
from thermokin.views.variable import Variable

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["comparison_data", "comparison_dataset", "pieces", "without_time"]

PROCESSES = ("heating", "cooling")
NUMBERS = 1_000_000  # populations over time in a piece: temporaries of some MB, handed out again as they are


def comparison_dataset(
    comparison: Comparison,
    attributes: Mapping[str, str],
    entries: Callable[[Comparison], Iterator[_Entry]] | None = None,
) -> xr.Dataset:
    """The results of a comparison over process, the leading axes and time, as a dataset of xarray.

    Args:
        comparison: the comparison.
        attributes: what is said of the data as a whole.
        entries: reads the variables; all of them if None.

    Returns:
        The dataset.
    """
    return comparison_data(comparison, attributes, entries).to_xarray()


def comparison_data(
    comparison: Comparison,
    attributes: Mapping[str, str],
    entries: Callable[[Comparison], Iterator[_Entry]] | None = None,
) -> PlainData:
    """The results of a comparison over process, the leading axes and time.

    A large sweep is worked through piece by piece, so it takes the memory of its results and of the pieces at work.

    Args:
        comparison: the comparison.
        attributes: what is said of the data as a whole.
        entries: reads the variables; all of them if None.

    Returns:
        The data. Where a total is not defined (baths that do not agree, no heat) it is left out; what is not
        applicable is nan, with the reason as its comment.
    """
    parts, lead = pieces(comparison), leading_shape(comparison)
    taken = {"process", "times", *(name for variable in BRANCH for name in (variable.name, *variable.axes))}
    sweep = SweepAxes.of(lead, _parameters(comparison), taken)
    columns = _Columns(lead, sweep.names, len(parts))

    def fill(points: slice, made: Callable[[], Comparison]) -> None:
        part = made()
        for entry in (entries or _entries)(part):
            columns.write(entry, points, leading_shape(part))

    at_once([partial(fill, points, made) for points, made in parts], comparison.heating.numbers)
    sides: PlainVariable = (("process",), list(PROCESSES), {})
    coordinates = {"process": sides, **sweep.coordinates, **_times(comparison, sweep)}
    return PlainData(columns.variables, coordinates, attributes)


def _parameters(comparison: Comparison) -> dict[str, Known]:
    """The temperatures of the pair, and what else both models were made from."""
    found = {name: Known(numbers, "energy", "temperature") for name, numbers in comparison.pair.temperatures.items()}
    for side in (comparison.heating, comparison.cooling):
        for name, parameter in start_parameters(side.evolution).items():
            if not any(np.array_equal(parameter.numbers, known.numbers) for known in found.values()):
                found.setdefault(name, parameter)
    return found


def _times(comparison: Comparison, sweep: SweepAxes) -> dict[str, Labelled]:
    times, attributes = comparison.times, {"long_name": "time", "units": "time"}
    if times.ndim == 1:
        return {"time": (("time",), times, attributes)}
    every = np.broadcast_to(times, (*sweep.lead, times.shape[-1]))
    return {"times": ((*sweep.names, "time"), every, attributes)}


def pieces(comparison: Comparison) -> list[tuple[slice, Callable[[], Comparison]]]:
    """A comparison cut along its sweep: into pieces small enough for the cache, large enough to pay for a call.

    Args:
        comparison: the comparison.

    Returns:
        Stretches of the flattened leading axes, each with what makes the comparison there, so that a piece is not kept
        longer than it is worked on; the comparison itself, whole, where it is small, holds coherences, or has two sides
        that are not swept alike.
    """
    whole: list[tuple[slice, Callable[[], Comparison]]] = [(slice(None), lambda: comparison)]
    heating, cooling = comparison.heating, comparison.cooling
    lead, size = leading_shape(comparison), heating.numbers
    alike = all(side.evolution.populations.shape[:-2] == lead for side in (heating, cooling))
    if not alike or size < 2 * NUMBERS or heating.cut(slice(0, 1)) is None or cooling.cut(slice(0, 1)) is None:
        return whole
    count = prod(lead)
    step = -(-count * NUMBERS // size)
    stretches = [slice(first, first + step) for first in range(0, count, step)]
    return [(points, partial(_cut, comparison, points)) for points in stretches]


def _cut(comparison: Comparison, points: slice) -> Comparison:
    one, two = comparison.heating.cut(points), comparison.cooling.cut(points)
    assert one is not None  # noqa: S101 - `pieces` has tried
    assert two is not None  # noqa: S101 - `pieces` has tried
    return Comparison(comparison.pair, one, two)


def _entries(comparison: Comparison) -> Iterator[_Entry]:
    """Everything but the times, in the order of the data set."""
    sizes = {"time": comparison.times.shape[-1], "level": comparison.heating.evolution.populations.shape[-1]}
    yield from _of_sides(comparison, BRANCH, sizes)
    for measure in comparison.heating.measures:
        label = (_identifier(f"distance {measure.name}"), f"{measure.name} to the final state", measure.unit)
        yield _read(comparison, Variable(*label, ("time",), _read_distance(measure.name)), sizes)
    for name in dict.fromkeys(bound.name for side in (comparison.heating, comparison.cooling) for bound in side.bounds):
        label = (_identifier(f"limit {name}"), f"least heat variance by the {name}", "energy^2")
        yield _read(comparison, Variable(*label, ("time",), _read_limit(name)), sizes)
    yield from _crossings(comparison)
    yield from _verdicts(comparison)


def without_time(comparison: Comparison) -> Iterator[_Entry]:
    """What has one value of each side, or of both.

    Args:
        comparison: the comparison.

    Yields:
        Totals and gaps of each side, and the first crossings.
    """
    yield from _of_sides(comparison, [variable for variable in BRANCH if not variable.axes], {})
    yield from _crossings(comparison)


def _of_sides(
    comparison: Comparison, variables: Iterable[Variable[Branch]], sizes: Mapping[str, int]
) -> Iterator[_Entry]:
    for variable in variables:
        try:
            yield _read(comparison, variable, sizes)
        except HypothesisError:
            continue


def _read(comparison: Comparison, variable: Variable[Branch], sizes: Mapping[str, int]) -> _Entry:
    values = both_at_once(variable.of, comparison.heating, comparison.cooling)
    attributes = {"long_name": variable.meaning, "units": variable.unit}
    return _Entry(variable.name, ("process",), {axis: sizes[axis] for axis in variable.axes}, values, attributes)


def _read_distance(name: str) -> Callable[[Branch], FloatArray]:
    return lambda side: side.distances[name]


def _read_limit(name: str) -> Callable[[Branch], FloatArray]:
    """Some bounds are stated for one kind of model only; nan where the other side has none of that name."""

    def limit(side: Branch) -> FloatArray:
        found = [bound.limit for bound in side.bounds if bound.name == name]
        return found[0] if found else np.full(side.evolution.populations.shape[:-1], np.nan)

    return limit


def _crossings(comparison: Comparison) -> Iterator[_Entry]:
    for name, value in comparison.crossings.items():
        attributes = {"long_name": f"first time at which the {name} of both is equal", "units": "time"}
        yield _Entry(_identifier(f"crossing {name}"), (), {}, (value,), attributes)


def _verdicts(comparison: Comparison) -> Iterator[_Entry]:
    for verdict in comparison.verdicts:
        attributes = {"long_name": verdict.statement, "units": "1", "flag_values": "0, 1", "flag_meanings": "no yes"}
        name = _identifier(f"verdict {verdict.name}")
        yield _Entry(name, (), {}, (verdict.holds.astype(np.int8),), attributes)
        about = verdict.about or "the two numbers compared"
        attributes = {"long_name": f"{about}: {' and '.join(verdict.labels)}", "units": verdict.unit or "1"}
        if verdict.reason:
            attributes["comment"] = f"not applicable: {verdict.reason}"
        yield _Entry(f"{name}_numbers", ("process",), {}, (verdict.heating, verdict.cooling), attributes)


def _identifier(words: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in words)


@dataclass(frozen=True, eq=False)
class _Entry:
    """One variable of a data set, at some points of a sweep.

    Args:
        name: of the variable.
        first: the axis before the leading axes, if there is one: as long as there are values.
        own: length of each axis after the leading axes, by name.
        values: one for each place on the first axis (..., own...), or one alone; they broadcast.
        attributes: long name and units.
    """

    name: str
    first: tuple[str, ...]
    own: Mapping[str, int]
    values: tuple[NDArray[Any], ...]
    attributes: Mapping[str, str]


class _Columns:
    """Arrays over all points of a sweep, which several threads may fill: each point is written once.

    Args:
        lead: leading axes of the sweep.
        axes: their names.
        pieces: how many pieces of the sweep are to be written.
    """

    def __init__(self, lead: tuple[int, ...], axes: tuple[str, ...], pieces: int) -> None:
        self._lead, self._axes, self._pieces, self._lock = lead, axes, pieces, Lock()
        self._arrays: dict[str, NDArray[Any]] = {}
        self._first: dict[str, _Entry] = {}  # without its values: the arrays of a piece go when it is written
        self._written: Counter[str] = Counter()

    def write(self, entry: _Entry, points: slice, lead: tuple[int, ...]) -> None:
        """Write one variable of one piece.

        Args:
            entry: the variable at these points.
            points: their stretch of the flattened leading axes.
            lead: leading axes of the entry's values.
        """
        count, own = len(entry.values), tuple(entry.own.values())
        with self._lock:
            if entry.name not in self._arrays:
                kind = np.result_type(*entry.values)
                self._arrays[entry.name] = np.empty((count, int(np.prod(self._lead)), *own), dtype=kind)
                self._first[entry.name] = replace(entry, values=())
            array = self._arrays[entry.name]
            self._written[entry.name] += 1
        for place, value in zip(array[:, points], entry.values, strict=True):
            place.reshape((*lead, *own))[...] = value

    @property
    def variables(self) -> dict[str, tuple[tuple[str, ...], NDArray[Any], Mapping[str, str]]]:
        """Axes, array and attributes of every variable that all pieces have, by name."""
        found = {}
        for name, array in self._arrays.items():
            entry = self._first[name]
            shape = (*array.shape[: len(entry.first)], *self._lead, *entry.own.values())
            if self._written[name] == self._pieces:
                found[name] = ((*entry.first, *self._axes, *entry.own), array.reshape(shape), entry.attributes)
        return found
