"""Every group of cases. A new capability adds its own file here; each of its public functions is a group."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from thermokin._errors import ValidityWarning
from thermokin.validation import (
    counting,
    entropy,
    equidistant,
    far_scales,
    initial_rates,
    leads,
    levels,
    oscillator,
    precision,
    qubit,
    starts,
    swept_dots,
    weak_links,
)
from thermokin.validation.case import Case

__all__ = ["GROUPS", "cases_of"]

_SYSTEMS = qubit, oscillator, levels, equidistant, initial_rates, precision
_CURRENTS = (
    leads,
    counting,
    starts,
    swept_dots,
    weak_links,
    far_scales,
    entropy,
)
GROUPS: tuple[Callable[[], list[Case]], ...] = tuple(
    getattr(file, name) for file in (*_SYSTEMS, *_CURRENTS) for name in file.__all__
)


def cases_of(group: Callable[[], list[Case]]) -> list[Case]:
    """The cases of a group. That its models have no weak coupling is beside the point and not warned about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        return group()
