"""What is said of one bound, at rest or over time: its title, its parts and the units of its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from thermokin.bounds.bound import Statement
from thermokin.views.variable import Variable

__all__ = ["part_of", "parts_of", "present_in", "shows_error", "title_of"]

SEEN = 1e-5  # of a limit: an error that shows among four digits


def title_of(bound: Statement) -> str:
    """Its name, and whether it is a theorem here."""
    unmet = "; ".join(str(hypothesis) for hypothesis in bound.hypotheses if not hypothesis.holds)
    return f"Bound {bound.name!r}: {f'no theorem here ({unmet})' if unmet else 'a theorem here'}"


def part_of(which: str) -> Any:
    """Reads a part of the limit of one bound; NaN where it has none."""

    def read(bound: Statement) -> Any:
        part = getattr(bound, which)
        return np.full(bound.limit.shape, np.nan) if part is None else np.broadcast_to(part.values, bound.limit.shape)

    return read


def parts_of(bound: Statement) -> dict[str, str]:
    """What is said of a bound beside its numbers."""
    said = {"statement": bound.statement, "reference": bound.reference}
    named = {"cost": bound.cost, "response": bound.response}
    return {**said, **{name: part.name for name, part in named.items() if part is not None}}


def present_in(bound: Statement, variables: tuple[Variable[Any], ...], unit: str) -> tuple[Variable[Any], ...]:
    """The variables in the unit of what is bounded, without the parts that this limit does not have."""
    what = bound.theorem.bounded
    said = {"value": what.name, "limit": f"what it cannot {'rise above' if what.above else 'fall below'}"}
    missing = [name for name in ("cost", "response") if getattr(bound, name) is None]
    return tuple(
        replace(one, meaning=said[one.name], unit=unit) if one.name in said else one
        for one in variables
        if one.name not in missing
    )


def shows_error(bound: Statement) -> bool:
    """Whether the error reaches the digits of the limit that are shown, as that of sampled trajectories does."""
    error, limit = np.broadcast_arrays(bound.error, np.abs(bound.limit))
    return bool((np.isfinite(error) & (error > SEEN * limit)).any())
