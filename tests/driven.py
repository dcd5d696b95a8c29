"""Driven systems written out by hand, and their motion by SciPy's DOP853, which shares nothing with the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Array: TypeAlias = NDArray[Any]

SZ = np.diag([1.0, -1.0]).astype(complex)
SX = np.array([[0.0, 1.0], [1.0, 0.0]], dtype=complex)
SY = np.array([[0.0, -1.0j], [1.0j, 0.0]])
DOWN = np.array([[0.0, 0.0], [1.0, 0.0]], dtype=complex)


@dataclass(frozen=True)
class Path:
    """What a driven run has taken.

    Args:
        rho: the state at its end.
        heat: counted by jumps, per bath.
        work: on the operator whose energy is counted.
        power: integral of tr(dH/dt rho).
    """

    rho: Array
    heat: Array
    work: float
    power: float


Jump: TypeAlias = tuple[Array, float, int]  # operator, energy given to the system, bath


def ohmic(strength: float) -> Callable[[float], float]:
    """G(w) = a w."""
    return lambda frequency: strength * frequency


def flat(strength: float) -> Callable[[float], float]:
    """G(w) = g."""
    return lambda _: strength


def momentary_jumps(
    hamiltonian: Array,
    coupling: Array,
    spectrum: Callable[[float], float],
    temperature: float,
    bath: int,
    at_zero: float,
) -> list[Jump]:
    """Jumps between non-degenerate levels, one per pair, and one that dephases."""
    energies, frame = np.linalg.eigh(hamiltonian)
    inside = frame.conj().T @ (coupling - np.trace(coupling) / len(coupling) * np.eye(len(coupling))) @ frame
    jumps: list[Jump] = []
    for low in range(len(energies)):
        for high in range(low + 1, len(energies)):
            gap = energies[high] - energies[low]
            full = 1.0 / np.expm1(gap / temperature)
            lower = np.outer(frame[:, low], frame[:, high].conj()) * inside[low, high]
            jumps.append((np.sqrt(spectrum(gap) * (full + 1.0)) * lower, -gap, bath))
            jumps.append((np.sqrt(spectrum(gap) * full) * lower.conj().T, gap, bath))
    jumps.append((np.sqrt(at_zero) * frame @ np.diag(np.diag(inside)) @ frame.conj().T, 0.0, bath))
    return jumps


def walked(
    rho: Array,
    duration: float,
    hamiltonian: Callable[[float], Array],
    jumps: Callable[[float], list[Jump]],
    *,
    baths: int = 1,
    counted: Callable[[float], Array] | None = None,
    rate: Callable[[float], Array] | None = None,
) -> Path:
    """One leg by DOP853, relative tolerance 1e-12; derivatives by central differences of fourth order if not given."""
    size = len(rho)
    measured = hamiltonian if counted is None else counted

    def slope(function: Callable[[float], Array], time: float) -> Array:
        step = 1e-3
        near = function(time + step) - function(time - step)
        far = function(time + 2 * step) - function(time - 2 * step)
        return (8.0 * near - far) / (12.0 * step)

    def motion(time: float, values: Array) -> Array:
        state = values[: size**2].reshape(size, size)
        h, c = hamiltonian(time), measured(time)
        change = -1j * (h @ state - state @ h)
        taken = np.zeros(baths + 2, dtype=complex)
        for operator, energy, bath in jumps(time):
            decay = operator.conj().T @ operator
            change += operator @ state @ operator.conj().T - 0.5 * (decay @ state + state @ decay)
            taken[bath] += energy * np.trace(decay @ state)
        moved = slope(hamiltonian, time) if rate is None else rate(time)
        counted_moved = moved if counted is None else slope(measured, time)
        taken[baths] = np.trace(counted_moved @ state) - 1j * np.trace((c @ h - h @ c) @ state)
        taken[baths + 1] = np.trace(moved @ state)
        return np.concatenate([change.reshape(-1), taken])

    start = np.concatenate([np.asarray(rho, dtype=complex).reshape(-1), np.zeros(baths + 2)])
    end = solve_ivp(motion, (0.0, duration), start, method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
    taken = end[size**2 :].real
    return Path(end[: size**2].reshape(size, size), taken[:baths], float(taken[baths]), float(taken[baths + 1]))


def rotating_field(time: Any) -> Array:
    """Half a gap of 1 along z and a field of .2 that turns at .9 in the plane; of one time or of many."""
    turned = 0.9 * np.asarray(time, dtype=float)[..., None, None]
    return 0.5 * SZ + 0.2 * (np.cos(turned) * SX + np.sin(turned) * SY)


def turning_gap(time: Any) -> Array:
    """A qubit whose gap grows from 1.5 and whose axis turns by a quarter in 5."""
    now = np.asarray(time, dtype=float)[..., None, None]
    return 0.75 * (1.0 + 0.06 * now) * (np.cos(np.pi * now / 10.0) * SZ + np.sin(np.pi * now / 10.0) * SX)
