"""The entropy that one jump of each channel puts into its surroundings: the one definition that all accounts use."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.bath import bath_entropy
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model

__all__ = ["heat_weights", "jump_entropy"]

SMALLEST = 1e-300  # ratio of two rates that doubles hold to all digits


def heat_weights(model: Model) -> FloatArray:
    """Heat per jump of every channel, energy - mu particles.

    Args:
        model: the model.

    Returns:
        (..., k) [energy]; 0 where no bath stands behind it.
    """
    table = model.table
    weights = table.energy
    for position, bath in enumerate(model.baths):
        if bath.chemical_potential.any():
            given = bath.chemical_potential[..., None] * table.particles
            weights = np.where(table.bath == position, weights - given, weights)
    return np.where(table.bathless, 0.0, weights) if table.bathless.any() else weights


def jump_entropy(model: Model) -> FloatArray:
    """s_k, the logarithm of how much likelier a jump is than the one that undoes it.

    -heat/T with a bath, infinite at T = 0 where heat flows; ln(tr L^+ L / tr L~^+ L~) without one, 0 for a jump that
    undoes itself, and inf for one that nothing undoes.

    Args:
        model: the model.

    Returns:
        (..., k) [nats].
    """
    table, weights = model.table, heat_weights(model)
    flow = np.zeros(np.broadcast_shapes(weights.shape, (*model.batch_shape, table.size)))
    for position, reservoir in enumerate(model.baths):
        flow = np.where(table.bath == position, bath_entropy(weights, reservoir.temperature[..., None]), flow)
    alone = table.bathless
    return np.where(alone, _of_pairs(table), flow) if alone.any() else flow


def _of_pairs(table: JumpTable) -> FloatArray:
    """Ln of the strength of each jump over that of the one that undoes it: of two opposite ones exactly opposite."""
    strength, reverse = table.channel_strength, table.reverse
    back = np.where(reverse >= 0, strength[..., reverse], 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ratio = strength / back
        # A ratio keeps digits that a difference of logarithms loses, as long as doubles hold it.
        held = (ratio >= SMALLEST) & (ratio <= 1.0 / SMALLEST)
        forward = np.where(held, np.log(ratio), np.log(strength) - np.log(back))
    forward = np.where(strength == back, 0.0, forward)
    later = (reverse >= 0) & (reverse < np.arange(table.size))
    return np.where(later, -forward[..., reverse], forward)
