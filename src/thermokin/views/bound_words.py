"""What is said of one bound, at rest or over time: its title, its parts and the units of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from thermokin.bounds.bound import Statement
from thermokin.bounds.theorem import VARIANCE
from thermokin.views.latex import tabular
from thermokin.views.variable import Variable

__all__ = [
    "NAMED",
    "along_names",
    "demands_nothing",
    "of_all",
    "part_of",
    "parts_of",
    "present_in",
    "range_of",
    "shows_error",
    "standing",
    "tabulated",
    "title_of",
    "unmet_by",
]

SEEN = 1e-5  # of a limit: an error that shows among four digits
NAMED: tuple[Variable[Any], ...] = (
    Variable("bound", "name of the bound", "1", ("bound",), lambda r: [one.name for one in r], shown=False),
    Variable(
        *("bounded", "what it bounds", "1", ("bound",), lambda r: [one.theorem.bounded.name for one in r]), shown=False
    ),
)


def title_of(bound: Statement) -> str:
    """Its name, and whether it is a theorem here."""
    unmet = unmet_by(bound)
    return f"Bound {bound.name!r}: {standing(bound) or 'a theorem here'}{f' ({unmet})' if unmet else ''}"


def unmet_by(bound: Statement) -> str:
    """The hypotheses that do not hold, somewhere; "" where it is a theorem."""
    return "; ".join(str(hypothesis) for hypothesis in bound.hypotheses if not hypothesis.everywhere)


def standing(bound: Statement) -> str:
    """That it is no theorem here, or at how many points of a sweep it is one; "" where it is one everywhere."""
    held = bound.applies_where
    if held.all():
        return ""
    return f"a theorem at {held.sum()} of {held.size} points" if held.any() else "no theorem here"


def demands_nothing(bound: Statement) -> bool:
    """Whether the limit is 0 within its error at every point, as where no current flows: such a bound says nothing."""
    if bound.theorem.bounded.above:
        return False
    limit, error = np.broadcast_arrays(np.abs(bound.limit), np.nan_to_num(bound.error))
    return bool(limit.size) and bool((limit <= error).all())


def of_all(bounds: Sequence[Statement], tightest: str) -> str:
    """How many there are, how many of them are theorems here, and which is the tightest.

    Args:
        bounds: on one amount.
        tightest: what to call it; the name follows.

    Returns:
        The words.
    """
    hold = [one for one in bounds if one.applies_everywhere]
    closest = ""
    if any(one.theorem.bounded is VARIANCE for one in hold):
        closest = f"; {tightest}: {bounds.tightest.name}"  # type: ignore[attr-defined]
    return f"{len(bounds)} of them, of which {len(hold)} are theorems here{closest}"


def along_names(bounds: Sequence[Statement], name: str, axis: int) -> Any:
    """A number, or a part, of each bound, stacked along a new axis."""
    read = part_of(name) if name in {"cost", "response"} else lambda one: getattr(one, name)
    return np.stack(np.broadcast_arrays(*(read(one) for one in bounds)), axis=axis)


def tabulated(bounds: Sequence[Statement]) -> str:
    """Value over limit and the parts of each limit as a table in LaTeX, a column each."""
    rows = []
    for one in bounds:
        parts = ("" if part is None else range_of(part.values) for part in (one.response, one.cost))
        ratio = "" if np.isnan(one.ratio).all() else range_of(one.ratio)
        rows.append((one.name, ratio, range_of(one.limit), *parts, _theorem(one)))
    return tabular(("bound", "value/limit", "limit", "response", "cost", "theorem here"), rows)


def _theorem(bound: Statement) -> str:
    held = bound.applies_where
    return "yes" if held.all() else f"at {held.sum()} of {held.size} points" if held.any() else "no"


def range_of(numbers: Any) -> str:
    """One number, or the smallest and the largest of several that are finite."""
    values = np.asarray(numbers, dtype=np.float64).ravel()
    usable = values[np.isfinite(values)]
    if values.size == 1 or not usable.size:
        return f"{values[0]:.4g}"
    return f"{usable.min():.4g} ... {usable.max():.4g}"


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
