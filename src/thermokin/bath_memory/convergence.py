"""How deep a hierarchy goes, and what is known of what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError, NotConvergedError
from thermokin.bath_memory.first_tier import Flows
from thermokin.bath_memory.truncation import LARGEST, Truncation

__all__ = ["Converged", "Wanted", "converged"]

MOST_TERMS = 30
MARGIN = 0.3  # of the tolerance, for what deeper tiers make of a pole
CHEAP = 40_000  # numbers of one tier more, by which a depth that was given is judged
FURTHER = 2.0  # times what that tier changes, for those beyond
SHALLOWEST, DEEPEST = 2, 30
SMALL_HEAT = 1e-3  # of interaction energy times the width of the spectrum, below which heat is none


@dataclass(frozen=True, eq=False)
class Converged:
    """What a hierarchy found, and what it lacks.

    Args:
        flows: state and flows.
        truncation: the hierarchy.
        depth_error: change by the last tier, as a trace distance or as a fraction of heat, whichever is more; of a
            depth that was given twice the change by one tier more, if that is less and cheap.
        terms_error: change by the last pole of each bath's occupation, likewise.
    """

    flows: Flows
    truncation: Truncation
    depth_error: float
    terms_error: float


Find = Callable[[Truncation], Flows]
Made = Callable[[int, tuple[int, ...]], Truncation]


def converged(find: Find, made: Made, wanted: Wanted) -> Converged:
    """A hierarchy as it was asked for, or as deep as its tolerance needs.

    Args:
        find: what is wanted of a hierarchy.
        made: the hierarchy of a depth and of terms.
        wanted: what was asked for.

    Returns:
        What was found with its errors.

    Raises:
        NotConvergedError: if the tolerance asks for more than can be held.
        ArgumentError: if what was asked for cannot be held.
    """
    if wanted.terms is not None:
        return _with_terms(find, made, wanted, wanted.terms)
    terms = _enough_terms(find, made, wanted.tolerance)
    while True:
        found = _with_terms(find, made, wanted, terms)
        more = tuple(one + 1 for one in terms)
        full = max(more) > MOST_TERMS or made(found.truncation.depth, more).size > LARGEST
        if found.terms_error <= wanted.tolerance or full:
            return found
        terms = more


def _with_terms(find: Find, made: Made, wanted: Wanted, terms: tuple[int, ...]) -> Converged:
    if wanted.depth is not None:
        _require_size(made(wanted.depth, terms))
        truncation = made(wanted.depth, terms)
        flows = find(truncation)
        above = _apart(flows, find(made(wanted.depth - 1, terms)), truncation) if wanted.depth > 1 else np.inf
        deeper = made(wanted.depth + 1, terms)
        if above > wanted.tolerance and deeper.size <= CHEAP:
            above = min(above, FURTHER * _apart(find(deeper), flows, truncation))
    else:
        truncation, flows, above = _deepened(find, made, terms, wanted.tolerance)
    fewer = tuple(max(one - 1, 0) for one in terms)
    lacking = np.inf
    if fewer != terms:
        lacking = _apart(flows, find(made(truncation.depth, fewer)), truncation)
    return Converged(flows, truncation, above, lacking)


@dataclass(frozen=True)
class Wanted:
    """Depth and terms where they were given, and the tolerance."""

    depth: int | None
    terms: tuple[int, ...] | None
    tolerance: float


def _enough_terms(find: Find, made: Made, tolerance: float) -> tuple[int, ...]:
    """The fewest poles of each bath of which the last changes little at the least depth, where that is cheap."""
    terms = [1] * len(made(1, ()).contacts)
    found = find(made(1, tuple(terms)))
    for place in range(len(terms)):
        while terms[place] < MOST_TERMS:
            more = (*terms[:place], terms[place] + 1, *terms[place + 1 :])
            truncation = made(1, more)
            before, found = found, find(truncation)
            terms[place] += 1
            if _apart(found, before, truncation) <= MARGIN * tolerance:
                break
    return tuple(terms)


def _deepened(
    find: Find,
    made: Made,
    terms: tuple[int, ...],
    tolerance: float,
) -> tuple[Truncation, Flows, float]:
    truncation = made(SHALLOWEST - 1, terms)
    flows, left = find(truncation), np.inf
    for depth in range(SHALLOWEST, DEEPEST + 1):
        deeper = made(depth, terms)
        if deeper.size > LARGEST:
            break
        before, truncation, flows = flows, deeper, find(deeper)
        left = _apart(flows, before, truncation)
        if left <= tolerance:
            return truncation, flows, left
    raise NotConvergedError(
        f"the hierarchy of {terms} terms still changes by {left:.2g} at depth {truncation.depth}, and one deeper has "
        f"{made(truncation.depth + 1, terms).size} numbers.",
        left,
        "Raise `tolerance`, give `terms` and `depth`, or take a mode of the bath into the system.",
    )


def _require_size(truncation: Truncation) -> None:
    if truncation.size > LARGEST:
        raise ArgumentError(
            f"`depth` {truncation.depth} with {truncation.terms} terms has {truncation.size} numbers, more than "
            f"{LARGEST}; lower `depth` or `terms`, or take a mode of the bath into the system.",
            "depth",
        )


def _apart(one: Flows, other: Flows, truncation: Truncation) -> float:
    """The largest trace distance, or difference of heats over the largest heat."""
    values = np.linalg.eigvalsh(one.state - other.state)
    distance = float(0.5 * np.abs(values).sum(axis=-1).max())
    levels = np.linalg.eigvalsh(truncation.hamiltonian)
    least = SMALL_HEAT * float(np.abs(one.interaction).sum(axis=-1).max()) * float(np.ptp(levels))
    size = max(float(np.abs(one.heat).max()), least, 1e-300)
    return max(distance, float(np.abs(one.heat - other.heat).max()) / size)
