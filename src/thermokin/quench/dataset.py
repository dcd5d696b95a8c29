"""A comparison as labelled data: dimensions, units and long names that xarray alone can read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.quench.both import both
from thermokin.quench.branch import Branch
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
        lambda side: np.sum(list(side.ledger.heat_rate.values()), axis=0),
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

    Args:
        comparison: the comparison.

    Returns:
        The dataset. Where a total is not defined (baths that do not agree) it is left out.
    """
    lead = leading_shape(comparison)
    axes = tuple(f"axis_{number}" for number in range(len(lead)))
    dataset = xr.Dataset(coords={"process": ("process", list(PROCESSES))})
    _add_times(dataset, comparison.times, lead, axes)
    for name, long_name, unit, read in OVER_TIME:
        _add(dataset, comparison, (name, long_name, unit), read, (*lead, comparison.times.shape[-1]), (*axes, "time"))
    for name, long_name, unit, read in ONCE:
        try:
            _add(dataset, comparison, (name, long_name, unit), read, lead, axes)
        except HypothesisError:
            continue
    _add_populations(dataset, comparison, lead, axes)
    _add_distances(dataset, comparison, lead, axes)
    _add_bounds(dataset, comparison, lead, axes)
    _add_findings(dataset, comparison, lead, axes)
    dataset.attrs = {
        "title": f"heating against cooling, {comparison.pair.protocol} protocol",
        "conventions": "hbar = k_B = 1; heat positive into the system; entropy in nats",
    }
    return dataset


def _add_times(dataset: xr.Dataset, times: FloatArray, lead: tuple[int, ...], axes: tuple[str, ...]) -> None:
    attributes = {"long_name": "time", "units": "time"}
    if times.ndim == 1:
        dataset.coords["time"] = ("time", times, attributes)
    else:
        dataset.coords["times"] = ((*axes, "time"), np.broadcast_to(times, (*lead, times.shape[-1])), attributes)


def _add(
    dataset: xr.Dataset,
    comparison: Comparison,
    label: tuple[str, str, str],
    read: Read,
    shape: tuple[int, ...],
    axes: tuple[str, ...],
) -> None:
    name, long_name, unit = label
    sides = [np.broadcast_to(part, shape) for part in both(read, comparison.heating, comparison.cooling)]
    dataset[name] = (("process", *axes), np.stack(sides), {"long_name": long_name, "units": unit})


def _add_populations(dataset: xr.Dataset, comparison: Comparison, lead: tuple[int, ...], axes: tuple[str, ...]) -> None:
    shape = (*lead, *comparison.heating.evolution.populations.shape[-2:])
    label = ("populations", "populations in the eigenbasis", "1")
    _add(dataset, comparison, label, lambda side: side.evolution.populations, shape, (*axes, "time", "level"))


def _add_distances(dataset: xr.Dataset, comparison: Comparison, lead: tuple[int, ...], axes: tuple[str, ...]) -> None:
    shape = (*lead, comparison.times.shape[-1])
    for measure in comparison.heating.measures:
        name = measure.name
        label = (_identifier(f"distance {name}"), f"{name} to the final state", "nats" if "entropy" in name else "1")
        _add(dataset, comparison, label, _read_distance(name), shape, (*axes, "time"))


def _add_bounds(dataset: xr.Dataset, comparison: Comparison, lead: tuple[int, ...], axes: tuple[str, ...]) -> None:
    shape = (*lead, comparison.times.shape[-1])
    for position, bound in enumerate(comparison.heating.bounds):
        label = (_identifier(f"limit {bound.name}"), f"least heat variance by the {bound.name}", "energy^2")
        _add(dataset, comparison, label, _read_limit(position), shape, (*axes, "time"))


def _read_distance(name: str) -> Read:
    return lambda side: side.distances[name]


def _read_limit(position: int) -> Read:
    return lambda side: side.bounds[position].limit


def _add_findings(dataset: xr.Dataset, comparison: Comparison, lead: tuple[int, ...], axes: tuple[str, ...]) -> None:
    for name, value in comparison.crossings.items():
        attributes = {"long_name": f"first time at which the {name} of both is equal", "units": "time"}
        dataset[_identifier(f"crossing {name}")] = (axes, np.broadcast_to(value, lead), attributes)
    for verdict in comparison.verdicts:
        attributes = {"long_name": verdict.statement, "units": "1", "flag_values": "0, 1", "flag_meanings": "no yes"}
        holds = np.broadcast_to(verdict.holds, lead).astype(np.int8)
        name = _identifier(f"verdict {verdict.name}")
        dataset[name] = (axes, holds, attributes)
        numbers = np.stack([np.broadcast_to(number, lead) for number in (verdict.heating, verdict.cooling)])
        about = verdict.about or "the two numbers compared"
        attributes = {"long_name": f"{about}: {' and '.join(verdict.labels)}", "units": verdict.unit or "1"}
        dataset[f"{name}_numbers"] = (("process", *axes), numbers, attributes)


def _identifier(words: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in words)
