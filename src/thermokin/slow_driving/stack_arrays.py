"""What models of consecutive points hold, as arrays over the points."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.bath import one_temperature
from thermokin.model.model import Model
from thermokin.motion.steady_state import steady_state
from thermokin.slow_driving.controls import Stack

__all__ = ["exponents", "hamiltonians", "stacked", "temperatures", "told", "with_states"]


def stacked(parts: list[ComplexArray]) -> ComplexArray:
    """(k, d, d) of the models of a stack."""
    return np.concatenate([part if part.ndim == 3 else part[None] for part in parts])


def hamiltonians(stack: Stack) -> ComplexArray:
    """H (k, d, d) in the user's basis [energy]."""
    whole = [np.broadcast_to(model.hamiltonian, (*model.batch_shape, *model.hamiltonian.shape[-2:])) for model in stack]
    return np.asarray(stacked(whole), dtype=np.complex128)


def told(stack: Stack) -> tuple[Assumption, ...]:
    """What is said of the validity of the models of a stack, each line once, with the ratios (k,) of all."""
    found: dict[str, list[tuple[Assumption, FloatArray]]] = {}
    for model in stack:
        for one in model.validity:
            found.setdefault(one.name, []).append((one, np.broadcast_to(one.ratio, model.batch_shape or (1,))))
    worst = [(min(lines, key=lambda line: line[0].smallest)[0], lines) for lines in found.values()]
    return tuple(replace(one, ratio=np.concatenate([ratio for _, ratio in lines])) for one, lines in worst)


def with_states(stack: Stack) -> list[NDArray[Any]]:
    """H and the steady states (k, d, d)."""
    return [hamiltonians(stack), stacked([steady_state(model).state for model in stack])]


def exponents(stack: Stack, *, level: bool = False) -> list[NDArray[Any]]:
    """H and H/T, or their diagonals (k, d)."""
    warmth = temperatures(stack)
    if warmth is None:
        raise ValueError("the steady state is thermal at a point and another beside it.")
    if not level:
        found = hamiltonians(stack)
        return [found, found / warmth[:, None, None]]
    if any(model.frame is not None for model in stack):
        raise ValueError("the Hamiltonian is diagonal at a point and another beside it.")
    rows = [np.broadcast_to(model.energy.diagonal, (*model.batch_shape, model.dimension)) for model in stack]
    levels = np.concatenate([np.atleast_2d(row) for row in rows])
    return [levels, levels / warmth[:, None]]


def temperatures(stack: Stack) -> FloatArray | None:
    """T (k,) of the one temperature of all baths, where a model is its Hamiltonian's and diagonal in its frame."""
    if not all(_is_thermal(model) for model in stack):
        return None
    return np.concatenate([np.broadcast_to(model.baths[0].temperature, model.batch_shape or (1,)) for model in stack])


def _is_thermal(model: Model) -> bool:
    baths, energy, moves = model.baths, model.energy, model.generator
    if not baths or model.table.bathless.any() or not one_temperature(baths) or model.number is not None:
        return False
    if not energy.is_diagonal or not moves.is_diagonal or np.any(baths[0].temperature <= 0.0):
        return False
    return bool(np.array_equal(energy.diagonal, moves.diagonal)) and not np.any(baths[0].chemical_potential)
