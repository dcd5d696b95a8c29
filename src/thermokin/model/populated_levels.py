"""Which levels the states of a model populate, as far as its baths tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.bohr import DEFAULT_TOLERANCE, smallest_gap
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.frame_operator import Eigenframe
from thermokin.numerics.level_sums import over_levels

__all__ = ["above_lowest", "boltzmann", "hottest", "populated"]


def hottest(contacts: Sequence[Contact]) -> FloatArray:
    """The highest temperature (...) of the baths that move no particles, 0 if there are none [energy].

    Args:
        contacts: the contacts.

    Returns:
        The temperature.
    """
    highest = np.zeros(())
    for contact in contacts:
        if not contact.bath.statistics.moves_particles:
            highest = np.maximum(highest, contact.bath.temperature)
    return highest


def boltzmann(excess: FloatArray, temperature: FloatArray) -> FloatArray:
    """e^{-excess/T}, 1 below an excess of 0.

    Args:
        excess: (...) [energy].
        temperature: (...), > 0 [energy].

    Returns:
        (...) [1].
    """
    return np.asarray(np.exp(-np.maximum(excess, 0.0) / temperature))


def populated(states: Eigenframe, contacts: Sequence[Contact], parts: Sequence[ContactJumps]) -> FloatArray:
    """Weight of each level: 1 up to a temperature above the lowest that emits, then falling with Boltzmann's factor.

    The temperature is that of the hottest bath, or the mean quantum that a jump takes from the level where that is
    more: whoever starts a cold system in motion starts it some quanta above rest. Where particles are counted, energy
    is measured from the lowest level with as many.

    Args:
        states: the eigenstates of the Hamiltonian.
        contacts: the contacts.
        parts: the jumps of each.

    Returns:
        (..., d), from 0 to 1; ones where no bath takes energy without particles.

    Cost:
        A few passes over the jumps.
    """
    above = above_lowest(states)
    takers = [(part, part.clusters.label != part.clusters.zero) for part in parts if part.particles == 0.0]
    columns = [part.clusters.column[taking] for part, taking in takers]
    if not columns or (above <= above[..., np.concatenate(columns)].min(axis=-1, keepdims=True, initial=np.inf)).all():
        return np.ones(above.shape[-1])
    rate, quanta = np.zeros(above.shape[-1]), np.zeros(above.shape[-1])
    for part, taking in takers:
        found = part.clusters
        strength = np.where(taking, part.emission.real**2 + part.emission.imag**2, 0.0)
        rate = rate + _by_column(strength, found.column, rate.shape[-1])
        quanta = quanta + _by_column(strength * np.where(taking, found.frequency, 0.0), found.column, rate.shape[-1])
    emitting = rate > 0.0
    start = over_levels(np.minimum, np.where(emitting, above, np.inf))[..., None]
    quantum = quanta / np.where(emitting, rate, 1.0)
    floor = smallest_gap(above, DEFAULT_TOLERANCE)[..., None]
    warm = np.maximum(np.maximum(hottest(contacts)[..., None], quantum), floor)
    return boltzmann(np.where(np.isfinite(start), above - start - warm, 0.0), warm)


def above_lowest(states: Eigenframe) -> FloatArray:
    """Energies (..., d), from the lowest level of as many particles.

    Args:
        states: the eigenstates of the Hamiltonian.

    Returns:
        The energies [energy].
    """
    levels = states.levels
    if states.particles is None:
        return np.asarray(levels - over_levels(np.minimum, levels)[..., None])
    alike = np.abs(states.particles[..., :, None] - states.particles[..., None, :]) < 0.5
    return np.asarray(levels - np.where(alike, levels[..., None, :], np.inf).min(axis=-1))


def _by_column(values: FloatArray, column: np.ndarray, size: int) -> FloatArray:
    """Sums (..., d) of the values (..., m) of each initial level."""
    if values.ndim == 1:
        return np.asarray(np.bincount(column, weights=values, minlength=size), dtype=np.float64)
    sums = np.zeros((*values.shape[:-1], size))
    if column.size:
        order = np.argsort(column, kind="stable")
        start = np.flatnonzero(np.diff(column[order], prepend=-1))
        sums[..., column[order][start]] = np.add.reduceat(values[..., order], start, axis=-1)
    return sums
