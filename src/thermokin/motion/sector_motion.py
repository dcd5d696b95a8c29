"""The motion of a sector that holds coherences: exponentials of its generator, dense or sparse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm
from scipy.sparse.linalg import expm_multiply

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.motion.lost_phase import EPS, require_phase
from thermokin.motion.stationary_projector import stationary_projector
from thermokin.numerics.positive_exponential import powers, step_kinds
from thermokin.solvers.sparse import SparseResolvent

__all__ = ["SectorMotion"]

DENSE_UP_TO = 900  # elements up to which a dense exponential is quicker than sparse products
WELL_CONDITIONED = 1e5  # of the modes: rounding grows with its square
FEW_STEPS = 3
KEPT = 1e-3  # a step that shrinks the deviation below this fraction is taken in parts, which keep its relative accuracy
DEEPEST = 60  # halvings of one step
AT_ONCE = 1e3  # largest element times step up to which one dense exponential is asked for


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
        return self._stationary[0]

    @cached_property
    def _stationary(self) -> tuple[ComplexArray, FloatArray]:
        return stationary_projector(self.generator)

    @cached_property
    def _scale(self) -> FloatArray:
        """The largest element of the generator (...) [1/time]."""
        return np.asarray(np.abs(self.generator.matrix).max(axis=(-2, -1), initial=0.0))

    @cached_property
    def stationary_count(self) -> int:
        """How many linearly independent stationary vectors the sector has (the most along a sweep)."""
        return int(np.max(self._stationary_counts))

    @property
    def _stationary_counts(self) -> IntArray:
        return np.asarray(np.rint(np.trace(self.limit, axis1=-2, axis2=-1).real), dtype=np.int64)

    def path(self, start: ComplexArray, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """The elements and their deviation from the long-time limit.

        Args:
            start: (..., n).
            times: (..., t) ascending, >= 0.

        Returns:
            Both (..., t, n).

        Raises:
            NotConvergedError: if rounding has changed what still moves at one of the times.

        Cost:
            One dense exponential for each distinct step, or one eigendecomposition; sparse products for a large sector.
        """
        if self.sector.size > DENSE_UP_TO:
            return self._large(start, times)
        staying = (self.limit @ start[..., None])[..., 0]
        deviation = self.carry(start - staying, times)
        require_phase(EPS * self._scale, times, np.abs(deviation).max(axis=-1))
        require_phase(self._stationary[1], times, np.abs(staying).max(axis=-1)[..., None])
        values = staying[..., None, :] + deviation
        return np.where((times == 0.0)[..., None], start[..., None, :], values), deviation

    def carry(self, vector: ComplexArray, times: FloatArray) -> ComplexArray:
        """exp(L t) v of a vector (..., n) without a stationary part (..., t, n)."""
        steps = np.diff(times, axis=-1, prepend=0.0)
        kinds = step_kinds(steps, times)
        if np.unique(kinds).size > FEW_STEPS:
            values, right, left = self._modes
            if (np.linalg.cond(right) < WELL_CONDITIONED).all():
                amplitude = (left @ vector[..., None])[..., 0]
                # Rounding leaves a stationary part that would outlive everything else.
                rank = np.argsort(np.argsort(np.abs(values), axis=-1), axis=-1)
                amplitude = np.where(rank < self._stationary_counts[..., None], 0.0, amplitude)
                phase = np.where(amplitude == 0.0, 0.0, values)[..., None, :] * times[..., None]
                # A mode whose decay is not told from rounding counts as one that does not decay.
                slowest = np.minimum(phase.real + EPS * (self._scale[..., None] * times)[..., None], 0.0)
                moving = np.exp(slowest) * np.abs(amplitude)[..., None, :]
                require_phase(EPS * self._scale, times, moving.max(axis=-1))
                factor = np.exp(phase) * amplitude[..., None, :]
                return np.asarray(factor @ right.swapaxes(-1, -2))
        return self._stepped(vector, times, steps, kinds)

    def _stepped(self, vector: ComplexArray, times: FloatArray, steps: FloatArray, kinds: IntArray) -> ComplexArray:
        batch = np.broadcast_shapes(self.generator.matrix.shape[:-2], vector.shape[:-1], times.shape[:-1])
        state = np.broadcast_to(vector, (*batch, self.sector.size))[..., None]
        out, position, made = [], 0, dict[int, ComplexArray]()
        while position < kinds.size:
            kind = int(kinds[position])
            run = int(np.argmin(np.append(kinds[position:] == kind, False)))
            if kind not in made and steps[..., position].any():
                made[kind] = self._decaying_part(steps[..., position])
            block = powers(made[kind], state, run) if kind in made else state  # the step to time 0 is none
            state = block[..., -1:]
            out.append(block)
            position += run
        return np.concatenate(out, axis=-1).swapaxes(-1, -2)

    def _decaying_part(self, step: FloatArray) -> ComplexArray:
        """exp(L h) less its limit, from a shorter step where it is far smaller than the limit's rounding."""
        length = np.asarray(step)
        reach = float(np.max(self._scale * length, initial=0.0))
        halvings = max(0, int(np.ceil(np.log2(reach / AT_ONCE)))) if reach > AT_ONCE else 0
        deepest = halvings + DEEPEST
        while True:
            short = (length / 2.0**halvings)[..., None, None]
            part = np.asarray(expm(self.generator.matrix * short) - self.limit)
            if halvings >= deepest or float(np.abs(part).max(axis=(-2, -1)).min()) >= KEPT:
                break
            halvings += 3
        for left in range(halvings - 1, -1, -1):
            part = part @ part
            # Rounding that has grown or decayed on its own would look like motion.
            moving = np.abs(part).max(axis=(-2, -1))
            require_phase(EPS * self._scale, (length / 2.0**left)[..., None], moving[..., None])
        return part

    @cached_property
    def _modes(self) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
        values, right = np.linalg.eig(self.generator.matrix)
        try:
            left = np.linalg.inv(right)
        except np.linalg.LinAlgError:  # exactly defective: the caller sees an infinite condition number
            left = np.full_like(right, np.inf)
        return values, right, left

    def _large(self, start: ComplexArray, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        weight = complex(self.generator.trace @ start)
        holds_populations = bool(self.generator.trace.any())
        stationary = np.zeros_like(start)
        if holds_populations:
            stationary = SparseResolvent(self.generator).stationary.astype(np.complex128)
        staying = stationary * weight
        deviation, state, now = [], start - staying, 0.0
        for time in times:
            state = self._ahead(state, float(time) - now, stationary)
            now = float(time)
            deviation.append(state)
        path = np.stack(deviation)
        scale = np.asarray(abs(self.generator.sparse).max())
        require_phase(EPS * scale, times, np.abs(path).max(axis=-1))
        return staying + path, path

    def _ahead(self, state: ComplexArray, step: float, stationary: ComplexArray) -> ComplexArray:
        """exp(L h) of a deviation, its stationary part taken out again, in parts where it shrinks by much."""
        if step == 0.0 or not state.any():
            return state
        done, part = 0.0, step
        while done < step:
            part = min(part, step - done)
            moved = expm_multiply(self.generator.sparse * part, state)
            moved = moved - stationary * complex(self.generator.trace @ moved)
            if part > step / 2.0**DEEPEST and np.linalg.norm(moved) < KEPT * np.linalg.norm(state):
                part /= 2.0
                continue
            state, done = moved, done + part
        return np.asarray(state)
