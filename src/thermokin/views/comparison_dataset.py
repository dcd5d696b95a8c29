"""A comparison as labelled data: dimensions, units and long names that xarray alone can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import prod

import numpy as np
import xarray as xr

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.model.known_numbers import Known
from thermokin.quench.branch import Branch
from thermokin.quench.comparison import Comparison, leading_shape
from thermokin.quench.two_threads import at_once, both
from thermokin.views.branch import BRANCH
from thermokin.views.columns import Columns, Entry
from thermokin.views.motion import start_parameters
from thermokin.views.sweep_axes import Labelled, SweepAxes
from thermokin.views.variable import Variable

__all__ = ["comparison_dataset", "pieces"]

PROCESSES = ("heating", "cooling")
NUMBERS = 1_000_000  # populations over time in a piece: temporaries of some MB, handed out again as they are


def comparison_dataset(comparison: Comparison, attributes: Mapping[str, str]) -> xr.Dataset:
    """All results of a comparison over process, the leading axes and time.

    A large sweep is worked through piece by piece, so it takes the memory of its results and of the pieces at work.

    Args:
        comparison: the comparison.
        attributes: what is said of the data as a whole.

    Returns:
        The dataset. Where a total is not defined (baths that do not agree, no heat) it is left out; what is not
        applicable is nan, with the reason as its comment.
    """
    parts, lead = pieces(comparison), leading_shape(comparison)
    taken = {"process", "times", *(name for variable in BRANCH for name in (variable.name, *variable.axes))}
    sweep = SweepAxes.of(lead, _parameters(comparison), taken)
    columns = Columns(lead, sweep.names, len(parts))

    def fill(points: slice, made: Callable[[], Comparison]) -> None:
        part = made()
        for entry in _entries(part):
            columns.write(entry, points, leading_shape(part))

    at_once([partial(fill, points, made) for points, made in parts], comparison.heating.evolution.populations.size)
    coordinates = {"process": ("process", list(PROCESSES)), **sweep.coordinates, **_times(comparison, sweep)}
    return xr.Dataset(columns.variables, coords=coordinates, attrs=attributes)


def _parameters(comparison: Comparison) -> dict[str, Known]:
    """The temperatures of the pair, and what else both models were made from."""
    found = {name: Known(numbers, "energy") for name, numbers in comparison.pair.temperatures.items()}
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
    lead, size = leading_shape(comparison), heating.evolution.populations.size
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


def _entries(comparison: Comparison) -> Iterator[Entry]:
    """Everything but the times, in the order of the data set."""
    sizes = {"time": comparison.times.shape[-1], "level": comparison.heating.evolution.populations.shape[-1]}
    for variable in BRANCH:
        try:
            yield _read(comparison, variable, sizes)
        except HypothesisError:
            continue
    for measure in comparison.heating.measures:
        name = measure.name
        label = (_identifier(f"distance {name}"), f"{name} to the final state", "nats" if "entropy" in name else "1")
        yield _read(comparison, Variable(*label, ("time",), _read_distance(name)), sizes)
    for name in dict.fromkeys(bound.name for side in (comparison.heating, comparison.cooling) for bound in side.bounds):
        label = (_identifier(f"limit {name}"), f"least heat variance by the {name}", "energy^2")
        yield _read(comparison, Variable(*label, ("time",), _read_limit(name)), sizes)
    yield from _findings(comparison)


def _read(comparison: Comparison, variable: Variable[Branch], sizes: Mapping[str, int]) -> Entry:
    values = both(variable.of, comparison.heating, comparison.cooling)
    attributes = {"long_name": variable.meaning, "units": variable.unit}
    return Entry(variable.name, ("process",), {axis: sizes[axis] for axis in variable.axes}, values, attributes)


def _read_distance(name: str) -> Callable[[Branch], FloatArray]:
    return lambda side: side.distances[name]


def _read_limit(name: str) -> Callable[[Branch], FloatArray]:
    """Some bounds are stated for one kind of model only; nan where the other side has none of that name."""

    def limit(side: Branch) -> FloatArray:
        found = [bound.limit for bound in side.bounds if bound.name == name]
        return found[0] if found else np.full(side.evolution.populations.shape[:-1], np.nan)

    return limit


def _findings(comparison: Comparison) -> Iterator[Entry]:
    for name, value in comparison.crossings.items():
        attributes = {"long_name": f"first time at which the {name} of both is equal", "units": "time"}
        yield Entry(_identifier(f"crossing {name}"), (), {}, (value,), attributes)
    for verdict in comparison.verdicts:
        attributes = {"long_name": verdict.statement, "units": "1", "flag_values": "0, 1", "flag_meanings": "no yes"}
        name = _identifier(f"verdict {verdict.name}")
        yield Entry(name, (), {}, (verdict.holds.astype(np.int8),), attributes)
        about = verdict.about or "the two numbers compared"
        attributes = {"long_name": f"{about}: {' and '.join(verdict.labels)}", "units": verdict.unit or "1"}
        if verdict.reason:
            attributes["comment"] = f"not applicable: {verdict.reason}"
        yield Entry(f"{name}_numbers", ("process",), {}, (verdict.heating, verdict.cooling), attributes)


def _identifier(words: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in words)
