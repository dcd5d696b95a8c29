"""The error for a model that keeps more than one steady state, naming what is kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import BoolArray

__all__ = ["SINGULAR", "degenerate", "degenerate_within", "mixed", "named_points", "too_weak", "unsolvable", "untold"]

SHOWN = 5  # points of a sweep that a message names
SINGULAR = 1e12  # condition of the pinned generator from which a second zero is looked for


def degenerate(sectors: Iterable[Sequence[int]]) -> DegenerateSteadyStateError:
    """The error for sectors that the dynamics never leaves.

    Args:
        sectors: the levels of each.

    Returns:
        The error, to be raised.
    """
    named = [list(levels) for levels in sectors]
    return DegenerateSteadyStateError(
        "the steady state is not unique: the model keeps apart the levels "
        + "; ".join(str(levels[:8])[1:-1] + (" ..." if len(levels) > 8 else "") for levels in named[:5])
        + ". Give `initial` to say which steady state is meant, or add a coupling between them.",
        named,
    )


def degenerate_within(
    levels: Sequence[int], count: int | None = None, points: BoolArray | None = None
) -> DegenerateSteadyStateError:
    """The error for one sector with several stationary states: a conserved quantity that no basis state shows.

    Args:
        levels: of the sector.
        count: how many stationary states it has, where known.
        points: (...) at which points of a sweep; None for all of them.

    Returns:
        The error, to be raised.
    """
    many = "more than one stationary state" if count is None else f"{count} stationary states"
    shown = str(list(levels[:8]))[1:-1] + (" ..." if len(levels) > 8 else "")
    where = "" if points is None else named_points(points)
    return DegenerateSteadyStateError(
        f"the steady state is not unique{where}: the sector of the levels {shown} keeps {many}. "
        "Give `initial` to say which one is meant, or break the symmetry.",
        [levels],
    )


def named_points(points: BoolArray) -> str:
    """Some points of a sweep in words, empty for a model without leading axes.

    Args:
        points: (...) which ones.

    Returns:
        Such as " at the points (0, 3), (1, 3) and 7 more of the sweep".
    """
    if points.ndim == 0:
        return ""
    found = np.argwhere(points)
    shown = ", ".join(str(tuple(int(at) for at in place)) for place in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f" at the point{'s' * (len(found) > 1)} {shown}{more} of the sweep"


def mixed(sectors: Iterable[Sequence[int]]) -> DegenerateSteadyStateError:
    """The error for a start that ends in several steady states at once.

    Args:
        sectors: the levels that each keeps, as far as known.

    Returns:
        The error, to be raised.
    """
    return DegenerateSteadyStateError(
        "the initial state ends in a mixture of several steady states, whose currents differ; fluctuations then "
        "grow as the square of time and have no rate. Start inside one of them.",
        sectors,
    )


def unsolvable() -> NotConvergedError:
    """The error for a generator whose only steady state is known, but whose inverse doubles cannot hold.

    Returns:
        The error, to be raised.
    """
    return NotConvergedError(
        "the steady state is unique, but the generator beside it is singular in double precision: its rates span more "
        "decades than doubles hold, and fluctuations cannot be solved for.",
        np.inf,
        "Leave out the rates that are too slow to matter, or ask for the mean alone with order=1.",
    )


def too_weak() -> NotConvergedError:
    """The error for dissipation that a method cannot see beside the Hamiltonian: one steady state, or several.

    Returns:
        The error, to be raised.
    """
    return NotConvergedError(
        "dissipation is too weak beside the Hamiltonian to tell in double precision whether there is one steady state "
        "or several.",
        np.inf,
        "Ask for Auto() or Dense(), which keep weak rates in systems of up to 40 levels, or work in a frame that "
        "rotates with the fast part.",
    )


def untold(levels: Sequence[int], points: BoolArray) -> NotConvergedError:
    """The error for a sector whose slowest relaxation no route keeps a digit of.

    Args:
        levels: of the sector.
        points: (...) at which points of a sweep.

    Returns:
        The error, to be raised.
    """
    shown = str(list(levels[:8]))[1:-1] + (" ..." if len(levels) > 8 else "")
    return NotConvergedError(
        f"the slowest relaxation in the sector of the levels {shown} lost its digits{named_points(points)}: it is too "
        "weak beside the fastest to tell in double precision whether there is one steady state or several.",
        np.inf,
        "Leave out what is too slow to matter, or write the model in a basis in which its slow modes are populations.",
    )
