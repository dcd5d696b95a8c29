"""A comparison as labelled data: dimensions, units and long names that xarray alone can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import xarray as xr

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.quench.blocks import blocks
from thermokin.quench.both import at_once, both
from thermokin.quench.branch import Branch
from thermokin.quench.columns import Columns, Entry
from thermokin.quench.comparison import Comparison, leading_shape

__all__ = ["comparison_dataset"]

PROCESSES = ("heating", "cooling")
Read = Callable[[Branch], FloatArray]

# name, long name, unit, how it is read: each (..., t)
OVER_TIME: tuple[tuple[str, str, str, Read], ...] = (
    ("energy", "mean energy", "energy", lambda side: side.ledger.energy),
    ("entropy", "von Neumann entropy", "nats", lambda side: side.ledger.entropy),
    (
        "heat_rate",
        "heat current into the system",
        "energy/time",
        lambda side: side.heat_rate,
    ),
    (
        "entropy_production_rate",
        "entropy production rate",
        "nats/time",
        lambda side: side.ledger.entropy_production_rate,
    ),
    ("entropy_production", "entropy produced since time 0", "nats", lambda side: side.ledger.entropy_production),
    ("activity_rate", "jumps per time", "1/time", lambda side: side.ledger.total_activity_rate),
    ("activity", "jumps since time 0", "1", lambda side: side.ledger.total_activity),
    ("heat_mean", "mean heat into the system since time 0", "energy", lambda side: side.heat.mean),
    ("heat_variance", "variance of the heat since time 0", "energy^2", lambda side: side.heat.variance),
    ("velocity", "statistical velocity", "1/time", lambda side: side.kinematics.velocity),
    ("length", "statistical length since time 0", "1", lambda side: side.kinematics.length),
    ("completion", "fraction of the statistical length", "1", lambda side: side.kinematics.completion),
)

# name, long name, unit, how it is read: each (...)
ONCE: tuple[tuple[str, str, str, Read], ...] = (
    ("gap", "decay rate of the slowest mode", "1/time", lambda side: side.modes.gap),
    ("total_length", "statistical length to the end", "1", lambda side: side.kinematics.total_length),
    ("total_heat", "mean heat to the end", "energy", lambda side: side.total_heat),
    (
        "total_entropy_production",
        "entropy produced to the end",
        "nats",
        lambda side: side.ledger.total_entropy_production,
    ),
)


def comparison_dataset(comparison: Comparison) -> xr.Dataset:
    """All results of a comparison over process, the leading axes and time.

    A large sweep is worked through block by block, so it takes the memory of its results and of the blocks at work.

    Args:
        comparison: the comparison.

    Returns:
        The dataset. Where a total is not defined (baths that do not agree, no heat) it is left out; what is not
        applicable is nan, with the reason as its comment.
    """
    parts = blocks(comparison)
    columns = Columns(leading_shape(comparison), len(parts))

    def fill(points: slice, made: Callable[[], Comparison]) -> None:
        part = made()
        for entry in _entries(part):
            columns.write(entry, points, leading_shape(part))

    at_once([partial(fill, points, made) for points, made in parts], comparison.heating.evolution.populations.size)
    return xr.Dataset(
        columns.variables,
        coords={"process": ("process", list(PROCESSES)), **_times(comparison, columns.axes)},
        attrs={
            "title": f"heating against cooling, {comparison.pair.protocol} protocol",
            "conventions": "hbar = k_B = 1; heat positive into the system; entropy in nats",
        },
    )


def _times(
    comparison: Comparison, axes: tuple[str, ...]
) -> dict[str, tuple[str | tuple[str, ...], FloatArray, dict[str, str]]]:
    times, attributes = comparison.times, {"long_name": "time", "units": "time"}
    if times.ndim == 1:
        return {"time": ("time", times, attributes)}
    every = np.broadcast_to(times, (*leading_shape(comparison), times.shape[-1]))
    return {"times": ((*axes, "time"), every, attributes)}


def _entries(comparison: Comparison) -> Iterator[Entry]:
    """Everything but the times, in the order of the data set."""
    time = {"time": comparison.times.shape[-1]}
    for name, long_name, unit, read in OVER_TIME:
        yield _read(comparison, (name, long_name, unit), read, time)
    for name, long_name, unit, read in ONCE:
        try:
            yield _read(comparison, (name, long_name, unit), read, {})
        except HypothesisError:
            continue
    label = ("populations", "populations in the eigenbasis", "1")
    levels = {"level": comparison.heating.evolution.populations.shape[-1]}
    yield _read(comparison, label, lambda side: side.evolution.populations, time | levels)
    for measure in comparison.heating.measures:
        name = measure.name
        label = (_identifier(f"distance {name}"), f"{name} to the final state", "nats" if "entropy" in name else "1")
        yield _read(comparison, label, _read_distance(name), time)
    for name in dict.fromkeys(bound.name for side in (comparison.heating, comparison.cooling) for bound in side.bounds):
        label = (_identifier(f"limit {name}"), f"least heat variance by the {name}", "energy^2")
        yield _read(comparison, label, _read_limit(name), time)
    yield from _findings(comparison)


def _read(comparison: Comparison, label: tuple[str, str, str], read: Read, own: dict[str, int]) -> Entry:
    name, long_name, unit = label
    values = both(read, comparison.heating, comparison.cooling)
    return Entry(name, ("process",), own, values, {"long_name": long_name, "units": unit})


def _read_distance(name: str) -> Read:
    return lambda side: side.distances[name]


def _read_limit(name: str) -> Read:
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
