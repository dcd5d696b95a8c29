"""Which jumps without a bath undo one another: those whose operators are each proportional to the other's adjoint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.operators.elements import Elements

__all__ = ["BathlessJump", "bathless_pairs"]

NEAR = 1e-9  # of an overlap of two unit vectors: below one, what no rounding explains
ROUNDING = 1e-10  # mismatch of elements, relative to the largest, that is taken for rounding


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
    """The channel that undoes each jump: itself if L^+ is L up to a phase, else the first L~ proportional to L^+.

    Among several, one that gives the opposite energy and particles comes first.

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
        wanted = jump.adjoint
        mirrored = alike.get(wanted.pattern)
        fitting = [] if mirrored is None else mirrored.proportional_to(wanted)
        if mirrored is not None and fitting:
            # A jump is its own partner before it is anybody else's.
            best = min(fitting, key=lambda other: (other.position != jump.position, not _opposite(wanted, other)))
            reverse[jump.position], reverse[best.position] = best.position, jump.position
            mirrored.take(best.position)
            alike[jump.pattern].take(jump.position)
    return reverse


def _opposite(wanted: BathlessJump, other: BathlessJump) -> bool:
    return bool(np.allclose(wanted.counts, other.counts, rtol=1e-12, atol=0.0))


def _unit(elements: ComplexArray) -> ComplexArray:
    largest = np.abs(elements).max(axis=-1, keepdims=True)
    scaled = elements / np.where(largest > 0.0, largest, 1.0)
    norm = np.linalg.norm(scaled, axis=-1, keepdims=True)
    return np.asarray(scaled / np.where(norm > 0.0, norm, 1.0))
