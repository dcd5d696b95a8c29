"""The motion of a sector that holds coherences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.motion.coherent_motion import STACKED_UP_TO, cheapest, moved_along, moved_whole
from thermokin.motion.sector_coordinates import SectorCoordinates
from thermokin.numerics.rounding_guard import EPS, LOST, require_phase

__all__ = ["SectorMotion"]


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
