"""Heat that independent quanta carry between baths, with the rates that each contact has at their energies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Spectrum
from thermokin.numerics.level_sums import over_levels

__all__ = ["Fed", "fed_at", "heat_missed"]

BLOCK = 1 << 20  # numbers of the linear systems of one block of points
ROUNDING = 1e-12  # a damping, in units of the largest, that is none
UNLINKED = 1e-9  # of what the baths feed: less heat than this is none that links carry
ALIKE = 1e-10  # of the width of the bare energies: parts closer than that make one jump
FAINT = 4e-3  # difference of fillings n, over n (1 + n), below which a current is none that baths drive
LEAST = 1e-3  # of the highest energy: where rates are asked in place of energies below it
NONE = 1e-300  # of a heat: stands in for one that is 0


class Fed(NamedTuple):
    """What a contact does to quanta, each (..., n, n): what it drains, feeds, and feeds if n rose by n (1 + n)."""

    drain: ComplexArray
    feed: ComplexArray
    rise: ComplexArray


Flows = tuple[Sequence[Fed], Sequence[ComplexArray | FloatArray]]


class Feeding(Protocol):
    """What a contact feeds by."""

    @property
    def bath(self) -> Bath:
        """The bath."""

    @property
    def spectrum(self) -> Spectrum:
        """Its spectrum."""


def heat_missed(
    whole: ComplexArray, names: Sequence[str], right: Flows, taken: Flows, more: FloatArray | float = 0.0
) -> FloatArray:
    """How far heat is off (...), over the largest; 0 where no heat passes from bath to bath.

    Args:
        whole: h (..., n, n) of one particle [energy].
        names: of the bath of each contact.
        right: what each contact feeds, and what a quantum is counted as (..., n, n).
        taken: the same as it is taken.
        more: heat (...) that is taken besides [energy/time].

    Returns:
        The error.
    """
    exact, gross, least = _heats(whole, *right, names)
    off = np.abs(exact - _heats(whole, *taken, names)[0]).max(axis=-1) + more
    size = np.maximum(np.abs(exact).max(axis=-1), least)
    with np.errstate(over="ignore"):
        off = off / np.maximum(size, NONE)
    return np.asarray(np.where((size > UNLINKED * gross) & np.isfinite(off), off, 0.0))


def fed_at(
    energies: FloatArray,
    turn: ComplexArray,
    contact: Feeding,
    touched: ComplexArray,
    *,
    lone: bool,
    together: bool = True,
) -> Fed:
    """What a contact does to quanta.

    Args:
        energies: (..., n) of h [energy], at which the bath feeds and drains, and
        turn: (..., n, n) its eigenvectors, in columns.
        contact: its bath and its spectrum.
        touched: what it creates (..., n).
        lone: whether no second quantum joins.
        together: whether states of different energies are fed together; apart for local jumps.

    Returns:
        It.
    """
    inside = (turn.conj().swapaxes(-1, -2) @ touched[..., None])[..., 0]
    asked = energies
    if not contact.bath.statistics.moves_particles:
        asked = np.maximum(energies, LEAST * over_levels(np.maximum, energies)[..., None])
    strength = contact.spectrum.continued(asked)
    down, up = contact.bath.statistics.factors(asked, contact.bath.temperature, contact.bath.chemical_potential)
    overlap = inside[..., :, None] * inside.conj()[..., None, :]
    if not together:
        width = over_levels(np.maximum, energies) - over_levels(np.minimum, energies)
        near = np.abs(energies[..., :, None] - energies[..., None, :]) <= ALIKE * width[..., None, None]
        overlap = np.where(near, overlap, 0.0)

    def of(rates: FloatArray) -> ComplexArray:
        mean = 0.5 * (rates[..., :, None] + rates[..., None, :])
        return np.asarray(turn @ (overlap * mean) @ turn.conj().swapaxes(-1, -2))

    return Fed(of(strength * (down + up if lone else down - up)), of(strength * up), of(strength * up * down))


def _heats(
    whole: ComplexArray, fed: Sequence[Fed], counted: Sequence[ComplexArray | FloatArray], names: Sequence[str]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Heat (..., b) from the baths at rest, the most (...) that one feeds, and that the faintest difference drives."""
    drain = sum((each.drain for each in fed), np.zeros((), dtype=np.complex128))
    feed = sum((each.feed for each in fed), np.zeros((), dtype=np.complex128))
    states = _at_rest(whole, drain, [feed, *(FAINT * each.rise for each in fed)])

    def passed(place: int, source: ComplexArray, state: ComplexArray) -> FloatArray:
        energy, drained = counted[place], fed[place].drain
        both = _trace(energy @ drained, state) + _trace(drained @ energy, state)
        return np.asarray(_trace(energy, source) - 0.5 * both)

    flows = [passed(place, each.feed, states[0]) for place, each in enumerate(fed)]
    faint = [np.abs(passed(place, FAINT * each.rise, states[1 + place])) for place, each in enumerate(fed)]
    gross = [np.abs(_trace(energy, each.feed)) for energy, each in zip(counted, fed, strict=True)]
    total = [sum(flow for flow, name in zip(flows, names, strict=True) if name == bath) for bath in sorted(set(names))]
    return (
        np.stack(np.broadcast_arrays(*total), axis=-1),
        np.max(np.broadcast_arrays(*gross), axis=0),
        np.max(np.broadcast_arrays(*faint), axis=0),
    )


def _at_rest(whole: ComplexArray, drain: ComplexArray, feeds: Sequence[ComplexArray]) -> list[ComplexArray]:
    """N (..., n, n) of each feed S: 0 = -i[h, N] - {G, N}/2 + S."""
    count = whole.shape[-1]
    lead = np.broadcast_shapes(whole.shape[:-2], drain.shape[:-2], *(feed.shape[:-2] for feed in feeds))
    # A state that no bath damps, at a point of a sweep that does not reach it, decays alone.
    least = ROUNDING * np.abs(drain).max(axis=(-2, -1), initial=NONE)[..., None, None] * np.eye(count)
    between = np.broadcast_to(1j * whole + 0.5 * drain + least, (*lead, count, count)).reshape(-1, count, count)
    sources = np.stack([np.broadcast_to(feed, (*lead, count, count)) for feed in feeds], axis=-1)
    sources = sources.reshape(-1, count**2, len(feeds))
    solved = np.empty_like(sources)
    step = max(1, BLOCK // count**4)
    for start in range(0, len(between), step):
        here = between[start : start + step]
        solved[start : start + step] = np.linalg.solve(_acting(here), sources[start : start + step])
    states = np.moveaxis(solved.reshape(*lead, count, count, len(feeds)), -1, 0)
    return [np.asarray(state) for state in states]


def _acting(between: ComplexArray) -> ComplexArray:
    """X . + . X^+ of stacks X (p, n, n), on matrices row by row (p, n^2, n^2)."""
    count = between.shape[-1]
    unit = np.eye(count)
    found = np.einsum("pij,kl->pikjl", between, unit) + np.einsum("ij,pkl->pikjl", unit, between.conj())
    return np.asarray(found.reshape(-1, count**2, count**2))


def _trace(one: ComplexArray | FloatArray, other: ComplexArray) -> FloatArray:
    return np.asarray(np.einsum("...ij,...ji->...", one, other).real)
