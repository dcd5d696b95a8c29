"""The error for a model that keeps more than one steady state, naming what is kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError, out_of_reach
from thermokin._typing import BoolArray
from thermokin.operators.as_numbers import in_sweep

__all__ = [
    "SINGULAR",
    "blurred",
    "degenerate",
    "degenerate_within",
    "mixed",
    "resonant",
    "too_weak",
    "unsolvable",
    "untold",
]

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
    where = "" if points is None else in_sweep(points)
    return DegenerateSteadyStateError(
        f"the steady state is not unique{where}: the sector of the levels {shown} keeps {many}. "
        "Give `initial` to say which one is meant, or break the symmetry.",
        [levels],
    )


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
    return out_of_reach(
        "fluctuations are",
        "the steady state is unique, but the generator beside it is singular in double precision: its rates span more "
        "decades than doubles hold",
        "Leave out the rates that are too slow to matter; means alone need no inverse: `cumulants(..., order=1)`.",
    )


def resonant(frequency: float) -> NotConvergedError:
    """The error for a frequency at which i w - L has no inverse.

    Args:
        frequency: w [1/time].

    Returns:
        The error, to be raised.
    """
    return NotConvergedError(
        f"the response at the frequency {frequency:g} is singular in double precision: the model has a motion of that "
        "frequency that nothing damps.",
        np.inf,
        "Ask for frequencies beside it, or give the model the jumps that damp the motion.",
    )


def too_weak(kept_up_to: int, *, beside_hamiltonian: bool, dense: bool) -> NotConvergedError:
    """The error for a weak link that a method cannot see: one steady state, or several.

    Args:
        kept_up_to: levels up to which a dense method keeps such rates.
        beside_hamiltonian: whether all of dissipation is weak beside the Hamiltonian.
        dense: whether it was the dense method, which keeps most.

    Returns:
        The error, to be raised.
    """
    what = "dissipation is" if beside_hamiltonian else "what joins two parts of the model is"
    beside = "the Hamiltonian" if beside_hamiltonian else "its fastest motion"
    ask = f"Ask for Auto() or Dense(), which keep weak rates in systems of up to {kept_up_to} levels; else "
    if dense:
        ask = ""
    other = (
        "work in a frame that rotates with the fast part"
        if beside_hamiltonian
        else (
            "leave out the weak link, so that `initial` may say which steady state is meant, or write the model in a "
            "basis in which its slow modes are populations"
        )
    )
    remedy = ask + other if ask else other[0].upper() + other[1:]
    return NotConvergedError(
        f"{what} too weak beside {beside} to tell in double precision whether there is one steady state or several.",
        np.inf,
        f"{remedy}.",
    )


def blurred(error: float, kept_up_to: int) -> NotConvergedError:
    """The error for a steady state whose digits a method loses beside the Hamiltonian.

    Args:
        error: of the state, as far as the condition tells.
        kept_up_to: levels up to which a dense method keeps weak rates.

    Returns:
        The error, to be raised.
    """
    return NotConvergedError(
        "dissipation is too weak beside the Hamiltonian for this method to keep six digits of the steady state.",
        error,
        f"Ask for Auto() or Dense(), which keep weak rates in systems of up to {kept_up_to} levels; else work in a "
        "frame that rotates with the fast part.",
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
        f"the slowest relaxation in the sector of the levels {shown} lost its digits{in_sweep(points)}: it is too "
        "weak beside the fastest to tell in double precision whether there is one steady state or several.",
        np.inf,
        "Leave out what is too slow to matter, or write the model in a basis in which its slow modes are populations.",
    )
