"""Which jumps without a bath undo one another: those with operators proportional to one another's adjoint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.operators.elements import Elements

__all__ = ["BathlessJump", "bathless_pairs"]

NEAR = 1e-9  # of an overlap of two unit vectors: below one, what no rounding explains
ROUNDING = 1e-10  # mismatch of elements, relative to the largest, that is taken for rounding
FULL = 32  # elements a row from which products of dense matrices are the quicker


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
    return bool(np.allclose(wanted.counts, other.counts, rtol=1e-12, atol=0.0))


def _unit(elements: ComplexArray) -> ComplexArray:
    largest = np.abs(elements).max(axis=-1, keepdims=True)
    scaled = elements / np.where(largest > 0.0, largest, 1.0)
    norm = np.linalg.norm(scaled, axis=-1, keepdims=True)
    return np.asarray(scaled / np.where(norm > 0.0, norm, 1.0))
