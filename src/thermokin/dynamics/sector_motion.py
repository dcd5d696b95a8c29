"""The motion of a sector that holds coherences: exponentials of its generator, dense or sparse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import expm
from scipy.sparse.linalg import expm_multiply

from thermokin._typing import ComplexArray, FloatArray
from thermokin.dynamics.positive_exponential import powers, step_kinds
from thermokin.dynamics.stationary_vector import sparse_stationary
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector

__all__ = ["SectorMotion"]

DENSE_UP_TO = 900  # elements up to which a dense exponential is quicker than sparse products
ZERO = 1e-12  # singular values below this fraction of the largest belong to stationary vectors
WELL_CONDITIONED = 1e5  # of the modes: rounding grows with its square


@dataclass(frozen=True, eq=False)
class SectorMotion:
    """exp(L t) on the vector of one sector's elements.

    Args:
        generator: the sector's generator.
    """

    generator: SectorGenerator

    @property
    def sector(self) -> Sector:
        """The elements that move."""
        return self.generator.sector

    @cached_property
    def limit(self) -> ComplexArray:
        """The projector (..., n, n) on what stays for ever: sum of |right null vector)(left null vector|."""
        left, values, right = np.linalg.svd(self.generator.matrix)
        count = int(np.max((values <= ZERO * self.sector.size * values[..., :1]).sum(axis=-1)))
        if count == 0:
            return np.zeros_like(self.generator.matrix)
        null = right[..., -count:, :].conj().swapaxes(-1, -2)
        conull = left[..., :, -count:].conj().swapaxes(-1, -2)
        return np.asarray(null @ np.linalg.solve(conull @ null, conull))

    @cached_property
    def stationary_count(self) -> int:
        """How many linearly independent stationary vectors the sector has."""
        return round(float(np.max(np.trace(self.limit, axis1=-2, axis2=-1).real)))

    def path(self, start: ComplexArray, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """The elements and their deviation from the long-time limit.

        Args:
            start: (..., n).
            times: (..., t) ascending, >= 0.

        Returns:
            Both (..., t, n).

        Cost:
            One dense exponential for each distinct step, or one eigendecomposition; sparse products for a large sector.
        """
        if self.sector.size > DENSE_UP_TO:
            return self._large(start, times)
        staying = (self.limit @ start[..., None])[..., 0]
        deviation = self.carry(start - staying, times)
        return staying[..., None, :] + deviation, deviation

    def carry(self, vector: ComplexArray, times: FloatArray) -> ComplexArray:
        """exp(L t) v of a vector (..., n) without a stationary part (..., t, n)."""
        steps = np.diff(times, axis=-1, prepend=0.0)
        kinds = step_kinds(steps, times)
        if np.unique(kinds).size > 3:
            values, right, left = self._modes
            if (np.linalg.cond(right) < WELL_CONDITIONED).all():
                amplitude = (left @ vector[..., None])[..., 0]
                factor = np.exp(values[..., None, :] * times[..., None]) * amplitude[..., None, :]
                return np.asarray(factor @ right.swapaxes(-1, -2))
        return self._stepped(vector, times, steps, kinds)

    def _stepped(self, vector: ComplexArray, times: FloatArray, steps: FloatArray, kinds: np.ndarray) -> ComplexArray:
        matrix = self.generator.matrix
        batch = np.broadcast_shapes(matrix.shape[:-2], vector.shape[:-1], times.shape[:-1])
        state = np.broadcast_to(vector, (*batch, self.sector.size))[..., None]
        out, position, made = [], 0, {}
        while position < kinds.size:
            kind = int(kinds[position])
            run = int(np.argmin(np.append(kinds[position:] == kind, False)))  # noqa: FBT003 - a sentinel, not a flag
            if kind not in made:
                made[kind] = expm(matrix * steps[..., position][..., None, None]) - self.limit
            block = powers(made[kind], state, run)
            state = block[..., -1:]
            out.append(block)
            position += run
        return np.concatenate(out, axis=-1).swapaxes(-1, -2)

    @cached_property
    def _modes(self) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
        values, right = np.linalg.eig(self.generator.matrix)
        try:
            left = np.linalg.inv(right)
        except np.linalg.LinAlgError:  # exactly defective: the caller sees an infinite condition number
            left = np.full_like(right, np.inf)
        return values, right, left

    def _large(self, start: ComplexArray, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        matrix = self.generator.sparse
        weight = complex(self.generator.trace @ start)
        staying = sparse_stationary(self.generator) * weight if weight != 0.0 else np.zeros_like(start)
        deviation, state, now = [], start - staying, 0.0
        for time in times:
            state = expm_multiply(matrix * (time - now), state) if time > now else state
            now = float(time)
            deviation.append(state)
        path = np.stack(deviation)
        return staying + path, path
