"""Every group of cases. A new capability adds its own file here; each of its public functions is a group."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from thermokin._errors import ValidityWarning
from thermokin.validation import (
    beyond_weak_coupling,
    bounds_at_rest,
    bounds_since_start,
    coherent_transport,
    counting,
    driving,
    entropy,
    gaussian_systems,
    generators,
    initial_rates,
    leads,
    levels,
    machines,
    noise_of_transport,
    parts,
    periodic_drives,
    precision,
    published_currents,
    races,
    responses,
    slow_driving,
    stored_work,
    strong_coupling,
    weak_links,
)
from thermokin.validation import quenches as qubit
from thermokin.validation.case import Case

__all__ = ["GROUPS", "cases_of"]

ON_BOUNDS = (precision, bounds_at_rest, bounds_since_start)
GROUPS: tuple[Callable[[], list[Case]], ...] = tuple(
    getattr(file, name)
    for file in (
        qubit,
        levels,
        initial_rates,
        precision,
        bounds_at_rest,
        bounds_since_start,
        coherent_transport,
        noise_of_transport,
        published_currents,
        responses,
        leads,
        counting,
        driving,
        periodic_drives,
        slow_driving,
        weak_links,
        entropy,
        gaussian_systems,
        races,
        machines,
        generators,
        stored_work,
        parts,
        strong_coupling,
        beyond_weak_coupling,
    )
    for name in file.__all__
)


def cases_of(group: Callable[[], list[Case]]) -> list[Case]:
    """The cases of a group. That its models have no weak coupling is beside the point and not warned about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        return group()
