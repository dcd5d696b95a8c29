"""The motion of a sector that holds coherences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.motion.coherent_motion import STACKED_UP_TO, cheapest, moved_along, moved_whole, one_space_pays
from thermokin.motion.sector_coordinates import MovingPart, SectorCoordinates
from thermokin.motion.stationary_projector import Stationary
from thermokin.numerics.rounding_guard import EPS, LOST, require_phase

__all__ = ["SectorMotion", "SectorsTogether"]

AT_ONCE = 2**17  # numbers of a stack of generators up to which sectors are moved together
FEW_TIMES = 32  # up to which calls take longer than products


@dataclass(frozen=True, eq=False)
class SectorMotion:
    """exp(L t) on the elements of one sector.

    Args:
        generator: the sector's generator.
    """

    generator: SectorGenerator

    @property
    def sector(self) -> Sector:
        """The elements that move."""
        return self.generator.sector

    @cached_property
    def coordinates(self) -> SectorCoordinates:
        """In which they move."""
        return SectorCoordinates(self.generator)

    @cached_property
    def limit(self) -> ComplexArray:
        """The projector (..., n, n) on what stays for ever: sum of |right null vector)(left null vector|."""
        stays, here = self.coordinates.stationary, self.coordinates
        right = here.to_elements(stays.vectors.swapaxes(-1, -2)).swapaxes(-1, -2)
        left = here.to_elements(stays.covectors.conj()).conj()
        return np.asarray(right @ left)

    def values(self, start: ComplexArray, times: FloatArray) -> tuple[ComplexArray, ComplexArray | None, FloatArray]:
        """The elements over time.

        Args:
            start: (..., n); of a Hermitian matrix where the sector holds (j, i) with (i, j).
            times: (..., t) ascending, >= 0.

        Returns:
            Them (..., t, n); their deviation from the long-time limit (..., t, n), None where it was not needed; and an
            estimate from above of the norm of what they lack (..., t).

        Raises:
            NotConvergedError: if rounding has changed what still moves at one of the times, or nothing is cheap.

        Cost:
            Dense propagators of small sectors, kept for other times; else a product with the sparse generator for each
            unit of its norm times the last time, or, where that is long and factors are thin, a few hundred solves.
        """
        here = self.coordinates
        if self._soon(start, times):
            moved = moved_whole(here.part, here.from_elements(start), times)
            values, deviation, error = here.turned(here.to_elements(moved.states), times), None, moved.error
        else:
            deviation, error = self.deviation(start, times)
            values = self.staying(start)[..., None, :] + deviation
        started = (times == 0.0)[..., None]
        return np.where(started, start[..., None, :], values) if started.any() else values, deviation, error

    def _soon(self, start: ComplexArray, times: FloatArray) -> bool:
        """Whether polynomials reach all times before rounding shows: what stays for ever need not be known."""
        part = self.coordinates.part
        if part.size <= STACKED_UP_TO or part.stacked or start.ndim > 1 or times.ndim > 1 or self._known:
            return False
        sure = EPS * float(self.coordinates.scale) * float(times[-1]) * float(np.abs(start).max(initial=0.0)) <= LOST
        return sure and cheapest(part, times) == "polynomials"

    @property
    def _known(self) -> bool:
        return "stationary" in vars(self.coordinates)

    def as_one(self, motions: Sequence[SectorMotion], start: ComplexArray, times: FloatArray) -> bool:
        """Whether this sector had better be moved whole than by those sectors that it is made of.

        Args:
            motions: of the sectors, none of which is another's transpose.
            start: its elements (..., n), of a Hermitian matrix.
            times: (..., t) ascending, >= 0.

        Returns:
            True where polynomials take less time for the whole.
        """
        if len(motions) < 2 or start.ndim > 1 or times.ndim > 1 or any(one._known for one in motions):
            return False
        parts = [motion.coordinates.part for motion in motions]
        pays = one_space_pays(parts, self.sector.size, lambda: self.coordinates.part, times)
        return pays and self._soon(start, times)

    def staying(self, start: ComplexArray) -> ComplexArray:
        """What stays for ever of a start (..., n) (..., n)."""
        here = self.coordinates
        return here.to_elements(here.stationary.of(here.from_elements(start)))

    def deviation(
        self, start: ComplexArray, times: FloatArray, engine: str | None = None
    ) -> tuple[ComplexArray, FloatArray]:
        """The elements less their long-time limit, accurate at late times.

        Args:
            start: (..., n), as for `values`.
            times: (..., t) ascending, >= 0.
            engine: one of `ENGINES` by name; the cheapest if None.

        Returns:
            Them (..., t, n), and an estimate from above of the norm of their error (..., t).

        Raises:
            NotConvergedError: as `values`.
        """
        here = self.coordinates
        vector = here.from_elements(start)
        stays = here.stationary.of(vector)
        moved = moved_along(here.part, vector - stays, times, engine)
        deviation = here.turned(here.to_elements(moved.states), times)
        require_phase(EPS * here.scale, times, np.abs(deviation).max(axis=-1))
        require_phase(here.stationary.unsure, times, np.abs(here.to_elements(stays)).max(axis=-1)[..., None])
        return deviation, moved.error


@dataclass(frozen=True, eq=False)
class SectorsTogether:
    """Small sectors of coherences at one point as one stack, filled up with zeros: at few times calls are what costs.

    Args:
        motions: of the sectors, none of which holds the transpose of an element of its own.
    """

    motions: tuple[SectorMotion, ...]

    @classmethod
    def of(cls, motions: Sequence[SectorMotion]) -> SectorsTogether | None:
        """Those sectors together; None where that does not pay."""
        largest = max((motion.sector.size for motion in motions), default=0)
        return cls(tuple(motions)) if len(motions) > 1 and len(motions) * largest**2 <= AT_ONCE else None

    def serves(self, starts: Sequence[ComplexArray], times: FloatArray) -> bool:
        """Whether it does: one start of each, and few times."""
        return times.ndim == 1 and times.size <= FEW_TIMES and all(start.ndim == 1 for start in starts)

    @cached_property
    def _part(self) -> MovingPart:
        parts = [motion.coordinates.part for motion in self.motions]
        stays = [motion.coordinates.stationary for motion in self.motions]
        size, count = max(part.size for part in parts), max(one.count for one in stays)
        matrix = _filled([part.dense for part in parts], (size, size))
        vectors, covectors = (
            _filled(rows, shape)
            for rows, shape in (
                ([one.vectors for one in stays], (size, count)),
                ([one.covectors for one in stays], (count, size)),
            )
        )
        unsure = np.array([float(one.unsure) for one in stays])
        return MovingPart(matrix, Stationary(vectors, covectors, unsure).itself)

    @cached_property
    def _turning(self) -> FloatArray:
        return np.array([float(motion.coordinates.turning) for motion in self.motions])

    def values(
        self, starts: Sequence[ComplexArray], times: FloatArray
    ) -> list[tuple[ComplexArray, ComplexArray, FloatArray]]:
        """The elements of each sector over time, as `SectorMotion.values`.

        Args:
            starts: (n,) of each.
            times: (t,) ascending, >= 0.

        Returns:
            Of each the elements (t, n), their deviation from the long-time limit, and what they lack (t,).

        Raises:
            NotConvergedError: as there.
        """
        part = self._part
        vectors = _filled(starts, (part.size,))
        stays = part.stationary.of(vectors)
        moved = moved_along(part, vectors - stays, times)
        phases = np.exp(-1j * self._turning[:, None] * times)
        deviation = np.where(self._turning.any(), phases, 1.0)[..., None] * moved.states
        require_phase(EPS * (part.largest + np.abs(self._turning)), times, np.abs(deviation).max(axis=-1))
        require_phase(part.stationary.unsure, times, np.abs(stays).max(axis=-1)[:, None])
        values = np.where((times == 0.0)[:, None], vectors[:, None, :], stays[:, None, :] + deviation)
        sizes = [start.size for start in starts]
        return [(values[i, :, :n], deviation[i, :, :n], moved.error[i]) for i, n in enumerate(sizes)]


def _filled(arrays: Sequence[ComplexArray], shape: tuple[int, ...]) -> ComplexArray:
    """Arrays of one kind, each in the first corner of an array of that shape (s, ...), zeros elsewhere."""
    whole = np.zeros((len(arrays), *shape), dtype=np.complex128)
    for row, array in zip(whole, arrays, strict=True):
        row[tuple(slice(length) for length in array.shape)] = array
    return whole
