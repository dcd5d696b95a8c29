"""Which jumps without a bath undo one another: those with operators proportional to one another's adjoint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray

__all__ = ["BathlessJump", "bathless_pairs"]

NEAR = 1e-9  # of an overlap of two unit vectors: below one, what no rounding explains
ROUNDING = 1e-10  # mismatch of elements, relative to the largest, that is taken for rounding
FULL = 32  # elements a row from which products of dense matrices are the quicker


@dataclass(frozen=True, eq=False)
class BathlessJump:
    """A jump without a bath, by its elements.

    Args:
        position: of its channel.
        places: (m, 2) row and column of its elements, sorted.
        elements: (..., m).
        counts: energy and particles that one jump gives, (..., 2).
    """

    position: int
    places: IntArray
    elements: ComplexArray
    counts: FloatArray

    def key(self, size: int) -> bytes:
        """Where the operator has elements."""
        return (self.places[:, 0] * size + self.places[:, 1]).tobytes()

    def is_still(self, size: int) -> bool:
        """Whether it moves nothing one way: diagonal, or normal with |L_ij| = |L_ji|, as what is diagonal elsewhere."""
        if (self.places[:, 0] == self.places[:, 1]).all():
            return True
        other = self.adjoint(size)
        if self.key(size) != other.key(size):
            return False
        if _Alike.of([self]).proportional_to(other):
            return True
        largest = np.abs(self.elements).max(axis=-1, keepdims=True)
        if (np.abs(np.abs(self.elements) - np.abs(other.elements)) > ROUNDING * largest).any():
            return False
        scaled = self.elements / np.where(largest > 0.0, largest, 1.0)
        places = (self.places[:, 0], self.places[:, 1])
        return all(_is_normal(point, places, size) for point in scaled.reshape(-1, scaled.shape[-1]))

    def adjoint(self, size: int) -> BathlessJump:
        """The same for the adjoint operator, whose jump gives the opposite."""
        order = np.argsort(self.places[:, 1] * size + self.places[:, 0], kind="stable")
        turned = np.ascontiguousarray(self.places[order][:, ::-1])
        return BathlessJump(self.position, turned, self.elements.conj()[..., order], -self.counts)


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
        units = np.stack(np.broadcast_arrays(*(_unit(jump.elements) for jump in jumps)))
        return cls(tuple(jumps), units, np.ones(len(jumps), dtype=bool))

    def proportional_to(self, wanted: BathlessJump) -> list[BathlessJump]:
        """The free ones whose elements are those of another jump up to a factor, at every point."""
        unit = _unit(wanted.elements)
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


def bathless_pairs(jumps: Sequence[BathlessJump], size: int) -> dict[int, int]:
    """The channel that undoes each jump: itself if it moves nothing one way, else the first L~ proportional to L^+.

    Nothing is moved one way by L^+ = L, up to a phase, nor by dephasing with complex amplitudes. Among several, one
    that gives the opposite energy and particles comes first.

    Args:
        jumps: those without a bath.
        size: d, of the Hilbert space.

    Returns:
        Position by position, where there is one.

    Cost:
        Jumps are compared only with those that have their elements at the mirrored places.
    """
    listed = defaultdict[bytes, list[BathlessJump]](list)
    for jump in jumps:
        if jump.places.size:
            listed[jump.key(size)].append(jump)
    alike = {key: _Alike.of(group) for key, group in listed.items()}
    reverse: dict[int, int] = {}
    for jump in jumps:
        if jump.position in reverse or not jump.places.size:
            continue
        if jump.is_still(size):
            reverse[jump.position] = jump.position
            alike[jump.key(size)].take(jump.position)
            continue
        wanted = jump.adjoint(size)
        mirrored = alike.get(wanted.key(size))
        fitting = [] if mirrored is None else mirrored.proportional_to(wanted)
        if mirrored is not None and fitting:
            best = min(fitting, key=lambda other: not _opposite(wanted, other))
            reverse[jump.position], reverse[best.position] = best.position, jump.position
            mirrored.take(best.position)
            alike[jump.key(size)].take(jump.position)
    return reverse


def _is_normal(elements: ComplexArray, places: tuple[IntArray, IntArray], size: int) -> bool:
    matrix: Any = sparse.csr_array((elements, places), shape=(size, size))
    if elements.size > FULL * size:
        matrix = matrix.toarray()
    turned = matrix.conj().T
    return bool(abs(matrix @ turned - turned @ matrix).max() <= size * ROUNDING)


def _opposite(wanted: BathlessJump, other: BathlessJump) -> bool:
    return bool(np.allclose(wanted.counts, other.counts, rtol=1e-12, atol=0.0))


def _unit(elements: ComplexArray) -> ComplexArray:
    largest = np.abs(elements).max(axis=-1, keepdims=True)
    scaled = elements / np.where(largest > 0.0, largest, 1.0)
    norm = np.linalg.norm(scaled, axis=-1, keepdims=True)
    return np.asarray(scaled / np.where(norm > 0.0, norm, 1.0))
