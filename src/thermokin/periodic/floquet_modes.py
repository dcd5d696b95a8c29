"""Quasi-energies and modes of a Hamiltonian that repeats itself."""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma

import numpy as np

from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.drive import Drive
from thermokin.numerics.magnus import propagation
from thermokin.numerics.magnus_step import magnus_step
from thermokin.numerics.sector_eigenvectors import eigh_in_sectors

__all__ = ["FloquetModes", "floquet_modes"]

FIRST, MOST = 32, 2**13  # points of a period: what bends or jumps has no Fourier series that ends
FINE = 1e-13  # of the propagator of a period
TAIL = 1e-12  # of a mode: what its Fourier series may lack
LIKELY = 256  # points of a period that are taken at once where its Hamiltonian swings widely
HARMONICS = np.log(30.0 * TAIL)  # of a bound by rows, which few modes reach
REPEATS = 1e-9  # of the Hamiltonian: what it may differ by after a period
LOOKS = np.array([0.0712, 0.1459, 0.3819, 0.6180, 0.8541])  # shares of a period at which to look; pulses begin at 0
SMOOTH = "Give the flanks of pulses a width, or use tk.limit_cycle, whose legs take `breaks`."
HALFWAY = 0.5 - 1e-9  # a mode whose mean energy lies between two zones belongs to the lower one, by rounding or not


@dataclass(frozen=True, eq=False)
class FloquetModes:
    """Solutions e^{-i epsilon t} |phi(t)> with |phi(t + T)> = |phi(t)>.

    Args:
        quasienergies: epsilon (d,), each in the zone about the mean energy of its mode [energy].
        mean_energies: of the modes, over a period, ascending (d,) [energy].
        at_points: modes in columns at n equally distant times of a period (n, d, d).
        period: T [time].
        error: estimate of what the modes lack.
    """

    quasienergies: FloatArray
    mean_energies: FloatArray
    at_points: ComplexArray
    period: float
    error: float

    @property
    def frequency(self) -> float:
        """2 pi / T [energy]."""
        return 2.0 * np.pi / self.period

    def at(self, times: FloatArray) -> ComplexArray:
        """Modes at any times, by their Fourier series.

        Args:
            times: (k,) [time].

        Returns:
            (k, d, d), modes in columns.
        """
        count = len(self.at_points)
        series = np.fft.fft(self.at_points, axis=0) / count
        orders = np.fft.fftfreq(count, 1.0 / count)
        phases = np.exp(1j * self.frequency * np.multiply.outer(np.remainder(times, self.period), orders))
        return np.asarray(np.tensordot(phases, series, axes=1))


def floquet_modes(drive: Drive, period: float) -> FloquetModes:
    """Quasi-energies and modes, from the propagator of a period and its parts.

    Args:
        drive: the Hamiltonian of time.
        period: T [time].

    Returns:
        The modes.

    Raises:
        ValueError: if the Hamiltonian is not Hermitian, or does not repeat itself.
        NotConvergedError: if it is not smooth.
    """
    looks = _require_period(drive, period)
    level = drive.level
    offset = float(np.trace(drive(0.0)).real) / drive.dimension if level is None else level
    count, tail = _enough_points(looks, period), np.inf
    while count <= MOST:
        times = period * np.arange(count + 1) / count
        try:
            steps = propagation(
                lambda at: -1j * drive.hermitian(at, offset), times, tolerance=FINE, first=count, fourth=magnus_step
            )
        except NotConvergedError as error:
            raise NotConvergedError(error.args[0], error.residual, SMOOTH) from error
        found, tail = _modes(drive, offset, steps.maps, times, steps.error)
        if tail <= max(TAIL, steps.error):
            return found
        count *= 2
    raise NotConvergedError(
        f"the modes of the drive are no smooth functions of time: {MOST // 4} harmonics leave {tail:.2g} of them.",
        tail,
        SMOOTH,
    )


def _enough_points(looks: ComplexArray, period: float) -> int:
    """How many points of a period the modes of such a drive want; more are taken if that is too few."""
    # A gap that swings by a at frequency Omega has Bessel functions of a/Omega for harmonics, at most (a/2Omega)^n/n!.
    swing = float(np.abs(looks - looks.mean(axis=0)).sum(axis=-1).max()) * period / (2.0 * np.pi)
    count = FIRST
    while count < LIKELY and (harmonic := count // 4) * np.log(max(swing, TAIL)) - lgamma(harmonic + 1) > HARMONICS:
        count *= 2
    return count


def _require_period(drive: Drive, period: float) -> ComplexArray:
    """Looks at the Hamiltonian of one period, seen to be the same a period later."""
    at = period * LOOKS
    now, then = np.split(drive(np.concatenate([at, at + period])), 2)
    if not np.isfinite(now).all():
        where = at[~np.isfinite(now).all(axis=(-2, -1))][0]
        raise ArgumentError(f"`hamiltonian` must be finite, it is not at time {where:.4g}.", "hamiltonian")
    miss = np.abs(then - now).max(axis=(-2, -1))
    worst = int(miss.argmax())
    scale = np.abs(now).max()
    if miss[worst] > REPEATS * scale:
        raise ArgumentError(
            f"`period` must be that of the drive, 2 pi over its frequency, got {period:g}: at time {at[worst]:.4g} and "
            f"a period later the Hamiltonian differs by {miss[worst]:.3g}. Two frequencies without a common period "
            "have no Floquet states.",
            "period",
        )
    return now


def _modes(
    drive: Drive, offset: float, maps: ComplexArray, times: FloatArray, error: float
) -> tuple[FloquetModes, float]:
    """The modes, and the largest part of their Fourier series that products of two of them would fold back."""
    count, period = len(maps), float(times[-1])
    moved = np.empty((count + 1, *maps.shape[1:]), dtype=np.complex128)
    moved[0] = np.eye(maps.shape[-1])
    for place, step in enumerate(maps):
        np.matmul(step, moved[place], out=moved[place + 1])
    phases, frame = _eigenphases(moved[-1])
    values = -phases / period
    modes = moved[:-1] @ frame * np.exp(1j * np.multiply.outer(times[:-1], values))[:, None, :]
    energies = np.einsum("tia,tij,tja->a", modes.conj(), drive.hermitian(times[:-1], offset), modes).real / count
    order = np.argsort(energies, kind="stable")
    energies, values, modes = energies[order], values[order], modes[..., order]
    frequency = 2.0 * np.pi / period
    zone = np.floor((energies - values) / frequency + HALFWAY)
    modes = modes * np.exp(1j * frequency * np.multiply.outer(times[:-1], zone))[:, None, :]
    series = np.abs(np.fft.fft(modes, axis=0)) / count
    tail = float(series[count // 4 : -(count // 4)].max())
    values, energies = values + frequency * zone + offset, energies + offset
    return FloquetModes(values, energies, modes, period, error + tail), tail


def _eigenphases(unitary: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """Phases (d,) and eigenvectors of a unitary, as those of a Hermitian matrix."""
    # The circle is cut where its eigenvalues leave the widest gap and laid on a line by the Cayley transform, which
    # keeps the sectors of the matrix and, unlike its real part, tells every phase from every other.
    rough = np.sort(np.angle(np.linalg.eigvals(unitary)))
    gaps = np.diff(rough, append=rough[0] + 2.0 * np.pi)
    widest = int(gaps.argmax())
    cut = rough[widest] + 0.5 * gaps[widest]
    one = np.eye(len(unitary))
    turned = -np.exp(-1j * cut) * unitary  # its eigenvalues stay away from -1
    line = np.linalg.solve((one + turned).T, (-1j * (turned - one)).T).T
    tangents, frame = eigh_in_sectors(np.asarray(0.5 * (line + line.conj().T), dtype=np.complex128))
    return 2.0 * np.arctan(tangents) + cut - np.pi, frame
