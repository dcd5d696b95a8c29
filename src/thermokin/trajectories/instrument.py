"""One step of a diffusive measurement: how a channel is watched, what is read, and what that does to the state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy import special

from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian

__all__ = ["Detection", "Heterodyne", "Homodyne", "Instrument", "hermitian_basis", "instrument", "polynomial_gaussian"]

POWERS = 5  # M_y rho M_y^+ is of fourth order in y
STEPS = 60
EPS = float(np.finfo(float).eps)
ROOT = float(np.sqrt(2.0 * np.pi))
SMALL = 3e-6


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

    def step_of(self, states: FloatArray, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
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


def polynomial_gaussian(coefficients: FloatArray, uniform: FloatArray) -> FloatArray:
    """Numbers x of density (a_0 + a_1 x + ... + a_4 x^4) phi(x) / (a_0 + a_2 + 3 a_4), phi the standard normal one.

    Halley's steps on the distribution function, from the nearer tail, to rounding.

    Args:
        coefficients: a (n, 5), such that the polynomial is nowhere negative.
        uniform: probabilities (n,) in [0, 1).

    Returns:
        (n,).

    Raises:
        NotConvergedError: if a number is not found.
    """
    upper = uniform > 0.5
    sign = np.where(upper, -1.0, 1.0)
    a0, a1, a2, a3, a4 = coefficients.T
    a1, a3 = sign * a1, sign * a3
    total = a0 + a2 + 3.0 * a4
    wanted = np.maximum(np.where(upper, 1.0 - uniform, uniform), 0.5**54) * total
    x = special.ndtri(wanted / total) + a1 / total
    for _ in range(STEPS):
        density = np.exp(-0.5 * x * x) / ROOT
        below = total * special.ndtr(x) - density * (a1 + a2 * x + a3 * (x * x + 2.0) + a4 * x * (x * x + 3.0))
        factor = a0 + x * (a1 + x * (a2 + x * (a3 + x * a4)))
        bend = a1 + x * (2.0 * a2 + x * (3.0 * a3 + x * 4.0 * a4)) - x * factor
        slope = density * factor
        excess = below - wanted
        newton = np.divide(excess, slope, out=np.zeros_like(x), where=(slope > 0.0) & (np.abs(excess) > EPS * wanted))
        halley = newton / np.maximum(1.0 - 0.5 * newton * density * bend / np.where(slope > 0.0, slope, 1.0), 0.5)
        move = np.clip(halley, -0.5, 0.5)
        x = x - move
        # Third order: what is left after so small a step is its cube.
        if (np.abs(move) <= SMALL).all():
            return np.asarray(sign * x)
    raise NotConvergedError(
        "the readings of a diffusive measurement were not found from their distribution.",
        float((np.abs(excess) / total).max()),
        "Take a smaller `step`.",
    )


@dataclass(frozen=True)
class Detection(ABC):
    """What quadratures of a channel's field are read.

    Args:
        channel: that is watched; all others go unseen.
        step: length of a step of the record [time].
        phase: of the reference for the first quadrature.
        efficiency: eta, the share of the field that is detected, in (0, 1].
    """

    channel: int
    step: float
    phase: float = 0.0
    efficiency: float = 1.0

    @abstractmethod
    def readouts(self, jump: ComplexArray) -> list[ComplexArray]:
        """The operators c of the quadratures read, dY = <c + c^+> dt + dW.

        Args:
            jump: L (d, d).

        Returns:
            One operator for each quadrature.
        """


@dataclass(frozen=True)
class Homodyne(Detection):
    """One quadrature of a channel's field: dY = sqrt(eta) <exp(-i phase) L + h.c.> dt + dW.

    Args:
        channel: the position in `model.channels` of the channel that is watched; all others go unseen.
        step: length of a step of the record [time].
        phase: of the reference.
        efficiency: eta, the share of the field that is detected, in (0, 1].

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> lamp = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(0.1 * tk.operators.pauli().minus, None)])
        >>> watch = tk.Homodyne(channel=0, step=0.1)
        >>> runs = tk.unravel(lamp, tk.Ket([0.0, 1.0]), [0.0, 1.0], trajectories=400, detection=watch)
        >>> runs.photocurrent.shape, bool(abs(runs.photocurrent.mean()) < 0.3)  # no dipole: noise alone
        ((400, 10, 1), True)
    """

    def readouts(self, jump: ComplexArray) -> list[ComplexArray]:
        """The operator c = sqrt(eta) exp(-i phase) L of the quadrature read."""
        return [np.sqrt(self.efficiency) * np.exp(-1j * self.phase) * jump]


@dataclass(frozen=True)
class Heterodyne(Detection):
    """Both quadratures of a channel's field, each with half the signal; arguments as `Homodyne`.

    dY_1 = sqrt(eta/2) <exp(-i phase) L + h.c.> dt + dW_1, and dY_2 the same at phase + pi/2.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> lamp = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(0.1 * tk.operators.pauli().minus, None)])
        >>> watch = tk.Heterodyne(channel=0, step=0.1)
        >>> runs = tk.unravel(lamp, tk.Ket([0.0, 1.0]), [0.0, 1.0], trajectories=400, detection=watch)
        >>> runs.photocurrent.shape  # 400 runs, 10 steps, both quadratures at once
        (400, 10, 2)
    """

    def readouts(self, jump: ComplexArray) -> list[ComplexArray]:
        """The operators c of both quadratures, L with the phase and with a quarter of a turn less."""
        first = np.sqrt(0.5 * self.efficiency) * np.exp(-1j * self.phase) * jump
        return [first, -1j * first]
