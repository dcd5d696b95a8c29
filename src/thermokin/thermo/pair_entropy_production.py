"""The entropy production rate of populations, pair of jumps by pair of jumps: every term is positive."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.model.jump_entropy import jump_entropy
from thermokin.motion.evolution import Evolution
from thermokin.thermo.log_populations import log_populations

__all__ = ["pair_entropy_production_rate"]

CHUNK = 2_000_000  # numbers held at once: points x times x transitions


def pair_entropy_production_rate(evolution: Evolution, bath: int) -> FloatArray:
    """Sum over transitions j -> i of a bath of (a - a~)/2 (ln p_j - ln p_i + s), a~ the rate of the one that undoes it.

    Args:
        evolution: an evolution with closed populations; coherences are left out.
        bath: position of the bath; -1 for jumps without one.

    Returns:
        (..., t) [nats/time]; inf where a level without population is being filled, or where a jump happens that nothing
        undoes.

    Cost:
        One number for each transition and time.
    """
    table = evolution.model.table
    entries = np.flatnonzero(table.bath[table.channel] == bath).astype(np.int64)
    entropies = jump_entropy(evolution.model)[..., table.channel[entries]]
    logarithms, populations = log_populations(evolution), evolution.populations
    lead = int(np.prod(populations.shape[:-2], initial=1))
    step = max(1, CHUNK // max(1, lead * entries.size))
    parts = [
        _summed(evolution, entries, entropies, populations[..., part, :], logarithms[..., part, :])
        for part in (slice(first, first + step) for first in range(0, populations.shape[-2], step))
    ]
    return np.concatenate(parts, axis=-1)


def _summed(
    evolution: Evolution, entries: IntArray, entropies: FloatArray, populations: FloatArray, logarithms: FloatArray
) -> FloatArray:
    table = evolution.model.table
    row, column, partner = table.row[entries], table.column[entries], table.partner[entries]
    paired, strength = partner >= 0, table.strength
    forward = strength[..., None, entries] * populations[..., column]
    backward = np.where(paired, strength[..., None, partner] * populations[..., row], 0.0)
    net = np.where(paired, 0.5 * (forward - backward), forward)
    with np.errstate(invalid="ignore"):
        force = logarithms[..., column] - logarithms[..., row] + entropies[..., None, :]
        terms = np.where(net == 0.0, 0.0, net * force)
    return np.asarray(terms.sum(axis=-1))
