"""Local detailed balance: which channel undoes which, and whether their rates agree with the bath's temperature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.channel import Channel
from thermokin.operators.elements import Elements, facing

__all__ = ["FROZEN", "NEGLIGIBLE", "BathlessJump", "bathless_pairs", "paired"]

FROZEN = 690.0  # entropy flow whose Boltzmann factor, 1e-300, takes a rate to the end of the range of doubles
UNHELD = 1e-149  # amplitude beside that of the way out which is then as good as none, whatever was computed for it
ROUNDING = 1e-10  # relative mismatch of L_k against e^{s/2} L_r^+ that is taken for rounding
NEGLIGIBLE = 1e-14  # mismatch relative to the largest jump of the model that changes nothing
NEAR = 1e-9  # of an overlap of two unit vectors: below one, what no rounding explains
FULL = 32  # elements a row from which products of dense matrices are the quicker
SAME = 1e-12  # relative difference of what two jumps exchange that is rounding


def paired(channels: Sequence[Channel]) -> list[int]:
    """The reverse of each channel: L_k = e^{s_k/2} L_r^+ with s_k the entropy flow of k (up to a phase).

    Args:
        channels: the channels of a hand-written model.

    Returns:
        Position of each channel's reverse: its own if it undoes itself, -1 if it has none (allowed without a bath, and
        for jumps that a bath at temperature 0 only makes downwards).

    Raises:
        ValueError: if a thermal channel has no reverse, or its rate violates local detailed balance.
    """
    reverse = [-1] * len(channels)
    # A jump that is all rounding beside the others (elements of 1e-10 with errors of 1e-18) is judged on their scale.
    slack = NEGLIGIBLE * max((channel.elements.largest for channel in channels), default=0.0)
    for position, channel in enumerate(channels):
        if reverse[position] >= 0 or channel.bath is None:
            continue
        partner = _partner(position, channels, reverse, slack)
        if partner >= 0:
            reverse[position], reverse[partner] = partner, position
        else:
            _refuse_unless_frozen(position, channels)
    return reverse


def _partner(position: int, channels: Sequence[Channel], taken: Sequence[int], slack: float) -> int:
    channel = channels[position]
    for other, candidate in enumerate(channels):
        if other < position or taken[other] >= 0 or candidate.bath != channel.bath:
            continue
        opposite = np.allclose(candidate.energy, -channel.energy, rtol=SAME, atol=0.0)
        if (
            opposite
            and np.array_equal(candidate.particles, -channel.particles)
            and _balanced(channel, candidate, slack)
        ):
            return other
    return -1


def _balanced(channel: Channel, candidate: Channel, slack: float) -> bool:
    """Whether L_k e^{-s/4} and L_r^+ e^{s/4} are one operator up to a phase, with s the entropy flow of k."""
    flow = channel.entropy_flow[..., None, None]
    one, two, _ = np.broadcast_arrays(*facing(channel.elements, candidate.elements.adjoint), flow)
    frozen = np.abs(flow) > FROZEN
    # The quarter powers share the factor between the two sides, so that neither overflows.
    share = np.exp(np.where(frozen, 0.0, flow) / 4.0)
    weighed = np.where(frozen, 0.0, one) / share, np.where(frozen, 0.0, two) * share
    overlap = (weighed[0].conj() * weighed[1]).sum(axis=(-2, -1), keepdims=True)
    size = np.abs(overlap)
    phase = overlap / np.where(size > 0.0, size, 1.0)
    miss = np.abs(weighed[1] - weighed[0] * phase).max(axis=(-2, -1))
    idle = ~(one.any(axis=(-2, -1)) | two.any(axis=(-2, -1)))
    alike = ((size[..., 0, 0] > 0.0) | idle) & (miss <= ROUNDING * np.abs(weighed[0]).max(axis=(-2, -1)) + slack)
    return bool(np.where(frozen[..., 0, 0], _one_way(one, two, flow), alike).all())


def _one_way(one: ComplexArray, two: ComplexArray, flow: FloatArray) -> BoolArray:
    """Whether the jump that takes entropy out of the bath is too weak for its rate to be a number (none at T = 0)."""
    with_flow, against = np.where(flow > 0.0, (one, two), (two, one))
    allowed = np.where(np.isinf(flow[..., 0, 0]), 0.0, UNHELD * np.abs(with_flow).max(axis=(-2, -1)))
    return np.asarray(np.abs(against).max(axis=(-2, -1)) <= allowed)


def _refuse_unless_frozen(position: int, channels: Sequence[Channel]) -> None:
    channel = channels[position]
    assert channel.bath is not None  # noqa: S101 - narrows the type: bathless channels were skipped by the caller
    frozen = np.isposinf(channel.entropy_flow) | ((channel.bath.temperature == 0.0) & (channel.entropy_flow == 0.0))
    if not frozen.all():
        raise ArgumentError(
            f"`channels[{position}]` (bath {channel.bath.name!r}, energy {np.ravel(channel.energy)[0]:g}) has no "
            "channel that undoes it at the rate local detailed balance asks for, L_reverse = exp(-s/2) L^+ with "
            f"s = -(energy - mu particles)/T; {_remedy(position, channels)}add that channel, or pass bath=None for a "
            "jump that is not thermal.",
            f"channels[{position}]",
        )


def _remedy(position: int, channels: Sequence[Channel]) -> str:
    """What to declare, where the channel that undoes it is there but for an energy of the wrong sign or of none."""
    channel = channels[position]
    for other, candidate in enumerate(channels):
        if other == position or candidate.bath != channel.bath:
            continue
        for energy in (channel.energy, -channel.energy, -candidate.energy):
            there = np.array_equal(energy, channel.energy) and np.array_equal(-energy, candidate.energy)
            meant = Channel(channel.elements, channel.bath, energy, channel.particles)
            if not there and _balanced(meant, candidate, 0.0):
                return f"{_declaration(position, channel, other, candidate, energy)}; else "
    given = "its `energy` was not given (0): declare what one jump gives to the system; else "
    return "" if channel.energy.any() else given


def _declaration(one: int, channel: Channel, two: int, candidate: Channel, energy: FloatArray) -> str:
    """The energies with which two channels undo one another, and what is wrong with those that they have."""
    right, first, second = (float(np.ravel(each)[0]) for each in (energy, channel.energy, candidate.energy))
    pair = f"`channels[{two}]` undoes it with energy={right:g} here and energy={-right:g} there"
    if right != 0.0 and (first, second) == (-right, right):
        return f"{pair}, the signs of `energy` exchanged"
    missing = [f"`channels[{each}]`" for each, value in ((one, first), (two, second)) if value == 0.0 != right]
    if missing:
        return f"{pair}, but the `energy` of {' and '.join(missing)} was not given (0)"
    return f"{pair}, but they have {first:g} and {second:g}"


@dataclass(frozen=True, eq=False)
class BathlessJump:
    """A jump without a bath.

    Args:
        position: of its channel.
        operator: L.
        counts: energy and particles that one jump gives, (..., 2).
    """

    position: int
    operator: Elements
    counts: FloatArray

    @property
    def pattern(self) -> bytes:
        """Where the operator has elements."""
        return self.operator.keys.tobytes()

    @property
    def is_still(self) -> bool:
        """Whether it moves nothing one way: diagonal, or normal with |L_ij| = |L_ji|, as what is diagonal elsewhere."""
        places, values, other = self.operator.places, self.operator.values, self.adjoint
        if (places[:, 0] == places[:, 1]).all():
            return True
        if self.pattern != other.pattern:
            return False
        if _Alike.of([self]).proportional_to(other):
            return True
        largest = np.abs(values).max(axis=-1, keepdims=True)
        if (np.abs(np.abs(values) - np.abs(other.operator.values)) > ROUNDING * largest).any():
            return False
        scaled = values / np.where(largest > 0.0, largest, 1.0)
        at = (places[:, 0], places[:, 1])
        return all(_is_normal(point, at, self.operator.dimension) for point in scaled.reshape(-1, scaled.shape[-1]))

    @property
    def adjoint(self) -> BathlessJump:
        """The same for the adjoint operator, whose jump gives the opposite."""
        return BathlessJump(self.position, self.operator.adjoint, -self.counts)


@dataclass(frozen=True, eq=False)
class _Alike:
    """Jumps that have their elements at the same places.

    Args:
        jumps: (g,) of them.
        units: (g, ..., m) their elements, of norm one; 0 where a jump vanishes.
        free: (g,) which of them have no partner yet; written to.
    """

    jumps: tuple[BathlessJump, ...]
    units: ComplexArray
    free: BoolArray

    @classmethod
    def of(cls, jumps: Sequence[BathlessJump]) -> _Alike:
        units = np.stack(np.broadcast_arrays(*(_unit(jump.operator.values) for jump in jumps)))
        return cls(tuple(jumps), units, np.ones(len(jumps), dtype=bool))

    def proportional_to(self, wanted: BathlessJump) -> list[BathlessJump]:
        """The free ones whose elements are those of another jump up to a factor, at every point."""
        unit = _unit(wanted.operator.values)
        lead = np.broadcast_shapes(self.units.shape[1:-1], unit.shape[:-1])
        axes = len(lead) - (
            self.units.ndim - 2
        )  # of the sweep of the wanted one alone; those of a stack align in front
        units = self.units.reshape(len(self.jumps), *(1,) * axes, *self.units.shape[1:])
        units = np.broadcast_to(units, (len(self.jumps), *lead, unit.shape[-1]))
        overlap = (units * unit.conj()).sum(axis=-1)
        size = np.abs(overlap)
        # A jump that vanishes at a point of a sweep is proportional to any.
        void = np.asarray(~(units.any(axis=-1) & unit.any(axis=-1)))
        near = np.asarray(void | (size >= 1.0 - NEAR)).reshape(len(self.jumps), -1).all(axis=-1) & self.free
        found = []
        for place in np.flatnonzero(near):
            phase = overlap[place] / np.where(size[place] > 0.0, size[place], 1.0)
            miss = np.abs(units[place] - phase[..., None] * unit).max(axis=-1)
            if (void[place] | (miss <= ROUNDING * np.abs(unit).max(axis=-1))).all():
                found.append(self.jumps[int(place)])
        return found

    def take(self, position: int) -> None:
        for place, jump in enumerate(self.jumps):
            if jump.position == position:
                self.free[place] = False


def bathless_pairs(jumps: Sequence[BathlessJump]) -> dict[int, int]:
    """The channel that undoes each jump: itself if it moves nothing one way, else the first L~ proportional to L^+.

    Nothing is moved one way by L^+ = L, up to a phase, nor by dephasing with complex amplitudes. Among several, one
    that gives the opposite energy and particles comes first.

    Args:
        jumps: those without a bath.

    Returns:
        Position by position, where there is one.

    Cost:
        Jumps are compared only with those that have their elements at the mirrored places.
    """
    listed = defaultdict[bytes, list[BathlessJump]](list)
    for jump in jumps:
        if jump.operator.places.size:
            listed[jump.pattern].append(jump)
    alike = {key: _Alike.of(group) for key, group in listed.items()}
    reverse: dict[int, int] = {}
    for jump in jumps:
        if jump.position in reverse or not jump.operator.places.size:
            continue
        if jump.is_still:
            reverse[jump.position] = jump.position
            alike[jump.pattern].take(jump.position)
            continue
        wanted = jump.adjoint
        mirrored = alike.get(wanted.pattern)
        fitting = [] if mirrored is None else mirrored.proportional_to(wanted)
        if mirrored is not None and fitting:
            best = min(fitting, key=lambda other: not _opposite(wanted, other))
            reverse[jump.position], reverse[best.position] = best.position, jump.position
            mirrored.take(best.position)
            alike[jump.pattern].take(jump.position)
    return reverse


def _is_normal(elements: ComplexArray, places: tuple[IntArray, IntArray], size: int) -> bool:
    matrix: Any = sparse.csr_array((elements, places), shape=(size, size))
    if elements.size > FULL * size:
        matrix = matrix.toarray()
    turned = matrix.conj().T
    return bool(abs(matrix @ turned - turned @ matrix).max() <= size * ROUNDING)


def _opposite(wanted: BathlessJump, other: BathlessJump) -> bool:
    return bool(np.allclose(wanted.counts, other.counts, rtol=SAME, atol=0.0))


def _unit(elements: ComplexArray) -> ComplexArray:
    largest = np.abs(elements).max(axis=-1, keepdims=True)
    scaled = elements / np.where(largest > 0.0, largest, 1.0)
    norm = np.linalg.norm(scaled, axis=-1, keepdims=True)
    return np.asarray(scaled / np.where(norm > 0.0, norm, 1.0))
