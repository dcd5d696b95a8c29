"""Quantum regression: what the generator of the states makes of a matrix that is none, read by an operator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.sector_resolvent import SectorResolvent
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.sector_motion import SectorMotion
from thermokin.motion.sector_path import exponents, standing, transposition
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.uniqueness import resonant

__all__ = ["Regression"]

EPSILON = float(np.finfo(np.float64).eps)
ROUNDINGS = 4.0  # of each element of what a backward stable solve adds up
CLEAR = 1e-13  # of a start: what stays of it less than that is rounding of its own trace
TINY = 1e-300

Array = NDArray[Any]
Known: TypeAlias = tuple[ComplexArray, FloatArray]
Resolved: TypeAlias = tuple[ComplexArray, FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Regression:
    """tr(A exp(L t) X), t >= 0, and its transform, for an X without trace.

    Args:
        steady_state: where the system is, which X is made of.
        source: X (..., d, d) in the frame.
        blur: from above, how far rounding may have moved its elements (..., d, d).
        reach: sizes of what adds up to its elements (..., d, d), which may cancel.
        readout: A (..., d, d) in the frame.
    """

    steady_state: SteadyState
    source: ComplexArray
    blur: FloatArray
    reach: FloatArray
    readout: ComplexArray

    @cached_property
    def _liouvillian(self) -> Liouvillian:
        return Liouvillian(self.steady_state.model)

    @cached_property
    def _sectors(self) -> tuple[list[Sector], Sector]:
        """Those that X populates and A reads; what neither moves nor is read needs no work."""
        pattern = _somewhere(self.source) & _somewhere(self.readout.swapaxes(-1, -2))
        groups, _ = sector_map(self._liouvillian).sectors(_somewhere(self.source))
        rows, columns = np.nonzero(pattern)
        alone = np.ones(pattern.shape, dtype=bool)
        read = []
        for sector in groups:
            alone[sector.rows, sector.columns] = False
            if _somewhere(self.readout[..., sector.columns, sector.rows], 1).any():
                read.append(sector)
        lone = alone[rows, columns]
        return read, Sector(rows[lone], columns[lone])

    def _of(self, sector: Sector) -> tuple[ComplexArray, FloatArray, ComplexArray]:
        """Elements of X, how far they may be off, and what A reads of each (..., n)."""
        return (
            self.source[..., sector.rows, sector.columns].astype(np.complex128),
            self.blur[..., sector.rows, sector.columns],
            self.readout[..., sector.columns, sector.rows].astype(np.complex128),
        )

    @property
    def conjugate(self) -> Regression:
        """The conjugate of the same over time, tr(exp(L t) X^+ A^+)."""
        source, readout = (part.conj().swapaxes(-1, -2) for part in (self.source, self.readout))
        blur, reach = (part.swapaxes(-1, -2) for part in (self.blur, self.reach))
        return Regression(self.steady_state, source, blur, reach, readout)

    @property
    def at_once(self) -> ComplexArray:
        """tr(A X) (...)."""
        return np.asarray((self.readout * self.source.swapaxes(-1, -2)).sum(axis=(-2, -1)))

    @cached_property
    def size(self) -> FloatArray:
        """What tr(A X) would be if nothing in it cancelled (...)."""
        return np.asarray(_length(self.readout) * _length(self.reach))

    def over_time(self, times: FloatArray) -> Known:
        """tr(A exp(L t) X), and an estimate from above of its error.

        Args:
            times: (..., t) ascending, >= 0 [time].

        Returns:
            Both (..., t).
        """
        groups, alone = self._sectors
        total = np.zeros(np.broadcast_shapes((*self.size.shape, 1), times.shape), dtype=np.complex128)
        missed = np.zeros(total.shape)
        for sector in groups:
            start, blur, row = self._of(sector)
            values, lacking = _moved(SectorMotion(SectorGenerator(self._liouvillian, sector)), start, times)
            length = np.sqrt((np.abs(row) ** 2).sum(axis=-1))[..., None]
            total = total + (values * row[..., None, :]).sum(axis=-1)
            lost = np.sqrt((blur**2).sum(axis=-1))[..., None]  # what moves grows no longer than the root of its number
            missed = missed + length * (lacking + lost)
        if alone.rows.size:
            start, blur, row = self._of(alone)
            turned = np.exp(exponents(self._liouvillian, alone)[..., None, :] * times[..., None])
            total = total + ((row * start)[..., None, :] * turned).sum(axis=-1)
            missed = missed + (np.abs(row) * (blur + EPSILON * np.abs(start)))[..., None, :].sum(axis=-1)
        return total, np.asarray(missed + EPSILON * self.size[..., None])

    def at(self, frequencies: FloatArray) -> Resolved:
        """-tr(A (i w + L)^-1 X), the transform of `over_time` with exp(i w t).

        Args:
            frequencies: w (f,) [1/time].

        Returns:
            The numbers, an estimate from above of the error of each, and the sum of the sizes of what adds up to it
            (..., f), at least of what the fastest motion makes of X.

        Raises:
            NotConvergedError: if a frequency is the generator's own to rounding.
            DegenerateSteadyStateError: if several steady states are mixed, of which each keeps what it holds.
        """
        groups, alone = self._sectors
        total = np.zeros((*self.size.shape, frequencies.size), dtype=np.complex128)
        missed, scale = np.zeros(total.shape), np.zeros(total.shape)
        for sector in groups:
            value, error, sizes = self._resolved(sector, frequencies)
            total, missed, scale = total + value, missed + error, scale + sizes
        if alone.rows.size:
            start, blur, row = self._of(alone)
            turning = -1j * frequencies[:, None] - exponents(self._liouvillian, alone)[..., None, :]
            with np.errstate(invalid="ignore", divide="ignore"):
                value = (row * start)[..., None, :] / turning
            total, scale = total + value.sum(axis=-1), scale + np.abs(value).sum(axis=-1)
            doubt = np.abs(row)[..., None, :] * (blur + ROUNDINGS * EPSILON * np.abs(start))[..., None, :]
            missed = missed + (doubt / np.maximum(np.abs(turning), TINY)).sum(axis=-1)
        self._require_damped(total, frequencies)
        return total, missed, np.maximum(scale, self._least(frequencies))

    def _least(self, frequencies: FloatArray) -> FloatArray:
        """What the fastest motion would make of an X in which nothing cancels (..., f)."""
        energies, decays = self.steady_state.model.generator.diagonal, self._liouvillian.decay.diagonal
        fastest = np.asarray(np.ptp(energies, axis=-1) + decays.max(axis=-1))
        return np.asarray(self.size[..., None] / np.maximum(np.abs(frequencies) + fastest[..., None], TINY))

    def _require_damped(self, values: ComplexArray, frequencies: FloatArray) -> None:
        """Refuse a frequency that is the generator's own at all points (..., f) where there is a state."""
        held = np.broadcast_to(~self.steady_state.lost, values.shape[:-1])
        own = ~np.isfinite(values[held]).any(axis=0)
        if held.any() and own.any():
            raise resonant(float(frequencies[np.argmax(own)]))

    def _resolved(self, sector: Sector, frequencies: FloatArray) -> Resolved:
        generator = SectorGenerator(self._liouvillian, sector)
        solves = SectorResolvent(self.steady_state, generator)
        pin = solves.pin
        start, blur, row = (part.copy() for part in np.broadcast_arrays(*self._of(sector)))
        if pin is not None:
            start[..., pin], blur[..., pin] = 0.0, 0.0
        values, errors, sizes = [], [], []
        for inward, x, y in solves.solved(start, row, frequencies):
            inward = inward + np.abs(start)
            errors.append((np.abs(y) * (ROUNDINGS * EPSILON * inward + blur)).sum(axis=-1))
            values.append((row * x).sum(axis=-1))
            sizes.append(np.abs(row * x).sum(axis=-1))
        value, error, size = (np.moveaxis(np.concatenate(part), 0, -1) for part in (values, errors, sizes))
        return value, error, size


def _moved(motion: SectorMotion, start: ComplexArray, times: FloatArray) -> Known:
    """Elements of any matrix over time (..., t, n), by its Hermitian parts where a sector holds transposes."""
    if standing(motion.sector) != 0:
        return _decayed(motion, start, times)
    adjoint = start[..., transposition(motion.sector)].conj()
    parts = 0.5 * (start + adjoint), -0.5j * (start - adjoint)
    (real, one), (imaginary, two) = (_decayed(motion, part, times) for part in parts)
    return real + 1j * imaginary, np.asarray(one + two)


def _decayed(motion: SectorMotion, start: ComplexArray, times: FloatArray) -> Known:
    if not start.any():
        shape = np.broadcast_shapes((*start.shape[:-1], 1), times.shape)
        return np.zeros((*shape, start.shape[-1]), dtype=np.complex128), np.zeros(shape)
    if motion.sector.size > DENSE_UP_TO:
        values, _, error = motion.values(start, times)
        return values, error
    moved, error = motion.deviation(start, times)
    stays = motion.staying(start)
    # Nothing stays of what has no trace. Where rounding of the stationary vectors says otherwise, they lie near slow
    # modes, and hold a part of what moves.
    part, whole = (np.sqrt((np.abs(each) ** 2).sum(axis=-1)) for each in (stays, start))
    known = part <= CLEAR * whole
    return np.where(known[..., None, None], moved, moved + stays[..., None, :]), error


def _length(matrix: Array) -> FloatArray:
    return np.asarray(np.sqrt((np.abs(matrix) ** 2).sum(axis=(-2, -1))))


def _somewhere(matrix: Array, own: int = 2) -> NDArray[np.bool_]:
    return np.asarray((matrix != 0.0).reshape(-1, *matrix.shape[-own:]).any(axis=0))
