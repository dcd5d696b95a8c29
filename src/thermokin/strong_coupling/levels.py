"""How many levels of a collective mode are enough."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TypeAlias

import numpy as np

from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.model import Model
from thermokin.operators.as_numbers import as_real, as_whole, shown
from thermokin.operators.gibbs import gibbs_populations
from thermokin.operators.tensor import partial_trace
from thermokin.strong_coupling.coordinate import Coordinate
from thermokin.strong_coupling.enlarged_system import BareSystem, EnlargedSystem, enlarged_system

__all__ = ["Levels", "checked_tolerance", "enough_levels", "equilibrium", "kept_levels", "levels_figure"]

Levels: TypeAlias = int | Sequence[int] | None
"""One number for every mode, one for each, or to be chosen."""
SITE = 2  # levels of a lead's site

FEWEST = 4  # levels with which the search begins
MOST = 2000  # levels of system and mode together to which it goes
MOST_TOGETHER = 4000  # levels of system and all modes that are chosen unasked
LEAST = 1e-13  # tolerance: below it rounding moves the state
ALLOWED = 1e-4  # weight of the top levels from a tenth of which on results are in doubt


def checked_tolerance(value: object) -> float:
    """A tolerance of levels.

    Args:
        value: what was given as one.

    Returns:
        The number.

    Raises:
        ArgumentError: if it is none between rounding and 1.
    """
    number = as_real(value, "tolerance")
    if number.ndim or not LEAST <= number < 1.0:
        raise ArgumentError(f"`tolerance` must be one number from {LEAST:g} to 1, got {shown(value)}.", "tolerance")
    return float(number)


def equilibrium(hamiltonian: ComplexArray, temperature: FloatArray) -> ComplexArray:
    """A Gibbs state, by an eigendecomposition in real numbers where these do.

    Args:
        hamiltonian: (..., D, D).
        temperature: (...).

    Returns:
        (..., D, D).
    """
    energies, frame = np.linalg.eigh(hamiltonian if hamiltonian.imag.any() else hamiltonian.real)
    populations = gibbs_populations(energies, temperature)
    return np.asarray((frame * populations[..., None, :]) @ frame.conj().swapaxes(-1, -2))


def kept_levels(bare: BareSystem, levels: Levels, tolerance: float) -> tuple[int, ...]:
    """Levels of each coordinate.

    Args:
        bare: the system.
        levels: what was asked for.
        tolerance: of the choice.

    Returns:
        Numbers, 2 for sites of leads.

    Raises:
        ArgumentError: if there are too few or too many numbers.
        NotConvergedError: if the tolerance wants too many levels.
    """
    modes = [position for position, one in bare.taken.items() if isinstance(one, Coordinate)]
    if levels is None:
        kept = {position: enough_levels(bare, position, tolerance) for position in modes}
        chosen = tuple(kept.get(position, SITE) for position in bare.taken)
        together = bare.hamiltonian.shape[-1] * prod(chosen)
        if together > MOST_TOGETHER:
            raise NotConvergedError(
                f"the tolerance wants {' x '.join(map(str, chosen))} levels of the coordinates, {together} with the "
                "system.",
                tolerance,
                "Give `levels`, a larger `tolerance`, or fewer `strong` baths.",
            )
        return chosen
    several = isinstance(levels, Sequence | np.ndarray) and not isinstance(levels, str) and np.ndim(levels) > 0
    asked = list(levels) if several else [levels] * len(modes)  # type: ignore[arg-type]
    numbers = [as_whole(value, "levels", least=2) for value in asked]
    if len(numbers) != len(modes):
        raise ArgumentError(
            f"`levels` must be a whole number, or {len(modes)} of them, one for each mode, got {shown(levels)}.",
            "levels",
        )
    each = iter(numbers)
    return tuple(next(each) if position in modes else SITE for position in bare.taken)


def enough_levels(bare: BareSystem, position: int, tolerance: float) -> int:
    """Levels of one mode, judged on the equilibrium with it at the hottest temperature.

    Args:
        bare: the system.
        position: of the mode's contact.
        tolerance: of the weight of the two top levels, and of the change of the system's state by a quarter more.

    Returns:
        The number.

    Raises:
        NotConvergedError: if it would be too large.
    """
    alone, size, one = bare.alone_with(position), bare.hamiltonian.shape[-1], bare.taken[position]
    before, weight, change = None, 1.0, 1.0
    # A free mode has the weight exp(-n F / T) from level n on.
    thermal = float(np.max(bare.hottest / one.frequency)) if isinstance(one, Coordinate) else 0.0
    kept = int(min(max(FEWEST, np.ceil(-thermal * np.log(tolerance))), MOST + 1))
    while kept * size <= MOST:
        state = equilibrium(enlarged_system(alone, [kept]).hamiltonian, bare.hottest)
        reduced = partial_trace(state, 0, (size, kept))
        weight = float(_top_weights(np.diagonal(state, axis1=-2, axis2=-1).real, (size, kept), 1).max())
        change = change if before is None else float(np.abs(reduced - before).max())
        if max(weight, change) <= tolerance:
            return kept
        kept, before = kept + max(2, kept // 4), reduced
    raise NotConvergedError(
        f"{MOST // size} levels of the coordinate of bath {bare.contacts[position].bath.name!r} would not do: at the "
        f"hottest temperature it holds {thermal:.3g} quanta alone, and the coupling displaces it by up to "
        f"{_displacement(bare, position):.3g}.",
        max(weight, change),
        "Give `levels`, or a larger `tolerance`; a mode far softer than the temperature is no longer quantum, and in "
        "the limit of large displacements tk.mean_force(...).ultrastrong, with `levels` of any number, has the state.",
    )


def _displacement(bare: BareSystem, position: int) -> float:
    """Quanta of a mode that the system's largest eigenvalue displaces, (L |A| / F)^2, the most of a sweep."""
    one = bare.taken[position]
    if not isinstance(one, Coordinate):
        return 0.0
    size = np.abs(np.linalg.eigvalsh(bare.contacts[position].operator)).max(axis=-1)
    return float(np.max((one.coupling * size / one.frequency) ** 2))


def _top_weights(diagonal: FloatArray, dims: tuple[int, ...], part: int) -> FloatArray:
    """Weight of the two top levels of a part.

    Args:
        diagonal: of the state of all parts (..., D).
        dims: their levels.
        part: which.

    Returns:
        (...).
    """
    split = diagonal.reshape(*diagonal.shape[:-1], -1, dims[part], int(np.prod(dims[part + 1 :])))
    return np.asarray(split[..., -2:, :].sum(axis=(-3, -2, -1)))


def levels_figure(bare: BareSystem, enlarged: EnlargedSystem, model: Model) -> Assumption | None:
    """The line that says whether the levels are enough.

    Args:
        bare: the system.
        enlarged: with its coordinates.
        model: made of it.

    Returns:
        The line; None where there are sites of leads only, which have all their levels.
    """
    modes = [part for part, one in enumerate(bare.taken.values(), start=1) if isinstance(one, Coordinate)]
    if not modes:
        return None
    if model.frame is None or not model.generator.is_diagonal:
        diagonal = np.diagonal(equilibrium(enlarged.hamiltonian, bare.hottest), axis1=-2, axis2=-1).real
    else:
        weights = gibbs_populations(model.generator.diagonal, bare.hottest)
        diagonal = np.einsum("...ik,...k->...i", np.abs(model.frame) ** 2, weights)
    top = np.max(np.stack([_top_weights(diagonal, enlarged.dims, part) for part in modes]), axis=0)
    with np.errstate(divide="ignore"):
        ratio = ALLOWED / top
    return Assumption(
        "levels",
        f"{ALLOWED:g} over the weight of a mode's two top levels in equilibrium at the hottest temperature",
        np.asarray(ratio),
        "give more `levels`, or leave them out to have them chosen by `tolerance`",
    )
