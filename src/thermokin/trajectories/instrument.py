"""One step of a diffusive measurement as an instrument: what is read, and what the reading does to the state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.polynomial_gaussian import polynomial_gaussian
from thermokin.trajectories.detection import Detection

__all__ = ["Instrument", "hermitian_basis", "instrument"]

POWERS = 5  # M_y rho M_y^+ is of fourth order in y


@dataclass(frozen=True, eq=False)
class Instrument:
    """Positive maps on states, as real matrices on coordinates in an orthonormal basis of Hermitian operators.

    One step: half a step of all that is not read, exp(L' h/2); for each quadrature c the reading y, which turns rho
    into M_y rho M_y^+, M_y = 1 + c y + c^2 (y^2 - h)/2; and the other half. Readings are drawn exactly from their
    density, a normal one of variance h times tr(M_y rho M_y^+). Averaged over readings, a step is exp(L h) up to
    h^3: mean states and correlations of the record converge as h^2.

    Args:
        basis: Hermitian operators (d^2, d, d).
        half: exp(L' h/2) (d^2, d^2).
        updates: for each quadrature the coefficients of (y / sqrt(h))^j in M_y rho M_y^+ (q, 5, d^2, d^2).
        trace: coordinates of the trace (d^2,).
        step: h [time].
    """

    basis: ComplexArray
    half: FloatArray
    updates: FloatArray
    trace: FloatArray
    step: float

    @property
    def average(self) -> FloatArray:
        """One step averaged over its readings (d^2, d^2)."""
        moments = np.array([1.0, 0.0, 1.0, 0.0, 3.0])  # of a standard normal number
        step = self.half
        for update in self.updates:
            step = np.einsum("j,jab->ab", moments, update) @ step
        return np.asarray(self.half @ step)

    def stepped(self, states: FloatArray, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """One step of many runs.

        Args:
            states: coordinates (n, d^2).
            random: source of randomness.

        Returns:
            Coordinates (n, d^2) of states of trace 1, and the readings dY (n, q).
        """
        states = states @ self.half.T
        readings = np.empty((states.shape[0], len(self.updates)))
        for quadrature, update in enumerate(self.updates):
            moved = (states @ update.reshape(-1, states.shape[1]).T).reshape(states.shape[0], POWERS, -1)
            reading = polynomial_gaussian(moved @ self.trace, np.asarray(random.random(states.shape[0])))
            states = moved[:, POWERS - 1]
            for power in range(POWERS - 2, -1, -1):
                states = states * reading[:, None] + moved[:, power]
            readings[:, quadrature] = np.sqrt(self.step) * reading
        states = states @ self.half.T
        return states / (states @ self.trace)[:, None], readings

    def coordinates(self, matrix: ComplexArray) -> FloatArray:
        """Coordinates (..., d^2) of Hermitian matrices (..., d, d)."""
        return np.asarray(np.einsum("aij,...ji->...a", self.basis, matrix).real)

    def matrices(self, coordinates: FloatArray) -> ComplexArray:
        """Hermitian matrices (..., d, d) of coordinates (..., d^2)."""
        return np.asarray(np.einsum("...a,aij->...ij", coordinates, self.basis))


def hermitian_basis(size: int) -> ComplexArray:
    """An orthonormal basis of the Hermitian operators on `size` levels, tr(A_a A_b) = delta_ab.

    Args:
        size: d.

    Returns:
        (d^2, d, d).
    """
    basis = np.zeros((size * size, size, size), dtype=np.complex128)
    for row in range(size):
        basis[row * size + row, row, row] = 1.0
        for column in range(row):
            upper, lower = basis[column * size + row], basis[row * size + column]
            upper[row, column] = upper[column, row] = np.sqrt(0.5)
            lower[row, column], lower[column, row] = 1j * np.sqrt(0.5), -1j * np.sqrt(0.5)
    return basis


def instrument(liouvillian: Liouvillian, detection: Detection) -> Instrument:
    """The instrument of a way of detection.

    Args:
        liouvillian: of a model without leading axes.
        detection: what is read, in which steps.

    Returns:
        The instrument, in the frame.

    Cost:
        An exponential of d^2 rows.
    """
    basis, step = hermitian_basis(liouvillian.dimension), detection.step
    size = len(basis)

    def real(image: ComplexArray) -> FloatArray:
        return np.asarray(np.einsum("aij,bji->ab", basis, image).real)

    effective = liouvillian.effective_hamiltonian
    unread = -1j * (effective @ basis)
    unread = unread + unread.conj().swapaxes(-1, -2)
    for channel in range(liouvillian.table.size):
        jump = liouvillian.table.jump(channel)
        share = 1.0 - detection.efficiency if channel == detection.channel else 1.0
        unread += share * (jump @ basis @ jump.conj().T)
    half = np.asarray(scipy.linalg.expm(0.5 * step * real(unread)))
    updates = []
    for readout in detection.readouts(liouvillian.table.jump(detection.channel)):
        square = 0.5 * step * (readout @ readout)
        kraus = (np.eye(liouvillian.dimension) - square, np.sqrt(step) * readout, square)
        update = np.zeros((POWERS, size, size))
        for one, left in enumerate(kraus):
            for two, right in enumerate(kraus):
                update[one + two] += real(left @ basis @ right.conj().T)
        updates.append(update)
    trace = np.trace(basis, axis1=1, axis2=2).real
    return Instrument(basis, half, np.stack(updates), trace, step)
