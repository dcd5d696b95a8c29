"""The generator of a driven model in real coordinates, with the energies that it exchanges as further rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.nodes import Nodes, traceless
from thermokin.numerics.magnus import Propagation

__all__ = [
    "Rows",
    "exchange_generator",
    "in_units",
    "real_generator",
    "real_state",
    "row_units",
    "state_matrix",
    "trace_row",
    "unitary_exchange",
]


@dataclass(frozen=True)
class Rows:
    """Which row holds which integrated amount, counted from the end of the state's coordinates.

    Args:
        baths: number of baths, whose heats come first.
    """

    baths: int

    @property
    def entropy(self) -> int:
        """Entropy that jumps have put into the baths."""
        return self.baths

    @property
    def work(self) -> int:
        """Work on the operator whose energy is counted."""
        return self.baths + 1

    @property
    def power(self) -> int:
        """Integral of tr(dH/dt rho)."""
        return self.baths + 2

    @property
    def bathless(self) -> int:
        """Counted energy that jumps without a bath have given."""
        return self.baths + 3

    @property
    def chemical(self) -> int:
        """Chemical work: mu times the particles that leads have given."""
        return self.baths + 4

    @property
    def unlimited(self) -> int:
        """How often a jump has put infinite entropy into a bath at temperature 0."""
        return self.baths + 5

    @property
    def merged(self) -> int:
        """Counted energy that jumps of baths have given beyond the quantum that is booked as heat."""
        return self.baths + 6

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.baths + 7


@lru_cache(maxsize=32)
def basis(dimension: int) -> ComplexArray:
    """Hermitian matrices of norm one as columns (d^2, d^2), row by row: a unitary change of coordinates.

    Args:
        dimension: d.

    Returns:
        Projectors first, then per pair the real and the imaginary part.
    """
    columns = np.zeros((dimension**2, dimension, dimension), dtype=np.complex128)
    level = np.arange(dimension)
    columns[level, level, level] = 1.0
    upper, lower = np.triu_indices(dimension, 1)
    first = dimension + 2 * np.arange(upper.size)
    half = np.sqrt(0.5)
    columns[first, upper, lower] = columns[first, lower, upper] = half
    columns[first + 1, upper, lower], columns[first + 1, lower, upper] = 1j * half, -1j * half
    found = np.ascontiguousarray(columns.reshape(dimension**2, -1).T)
    found.flags.writeable = False
    return found


def real_state(rho: ComplexArray) -> FloatArray:
    """Coordinates (..., d^2) of Hermitian matrices (..., d, d)."""
    size = rho.shape[-1]
    return np.ascontiguousarray((rho.reshape(*rho.shape[:-2], size * size) @ basis(size).conj()).real)


def state_matrix(coordinates: FloatArray, dimension: int) -> ComplexArray:
    """Hermitian matrices (..., d, d) of coordinates (..., d^2)."""
    return np.asarray((coordinates @ basis(dimension).T).reshape(*coordinates.shape[:-1], dimension, dimension))


def trace_row(dimension: int) -> FloatArray:
    """The trace as a row of coordinates (d^2,)."""
    return np.concatenate([np.ones(dimension), np.zeros(dimension**2 - dimension)])


def mean_rows(operators: ComplexArray) -> FloatArray:
    """tr(A rho) of Hermitian operators (..., d, d), as rows of coordinates (..., d^2)."""
    return real_state(operators)  # the basis is orthonormal


def jump_map(jumps: ComplexArray, weights: FloatArray) -> ComplexArray:
    """Sum over channels of w L . L^+, as matrices (k, d^2, d^2) on rows of rho.

    Args:
        jumps: L (k, c, d, d).
        weights: w (k, c).

    Returns:
        (k, d^2, d^2).
    """
    count, channels, size, _ = jumps.shape
    flat = jumps.reshape(count, channels, size * size)
    pairs = (weights[..., None] * flat).swapaxes(-1, -2) @ flat.conj()
    shaped = pairs.reshape(count, size, size, size, size).transpose(0, 1, 3, 2, 4)
    return np.ascontiguousarray(shaped).reshape(count, size * size, size * size)


def real_map(maps: ComplexArray) -> FloatArray:
    """Maps (k, d^2, d^2) that keep Hermiticity, in real coordinates."""
    size = round(np.sqrt(maps.shape[-1]))
    upper, lower = np.triu_indices(size, 1)
    above, below, level = upper * size + lower, lower * size + upper, np.arange(size) * (size + 1)
    # Rows below the diagonal are conjugates of those above.
    rows = maps[:, np.concatenate([level, above])]
    mixed = np.empty_like(rows)
    half = np.sqrt(0.5)
    mixed[..., :size] = rows[..., level]
    mixed[..., size::2] = half * (rows[..., above] + rows[..., below])
    mixed[..., size + 1 :: 2] = 1j * half * (rows[..., above] - rows[..., below])
    found = np.empty(maps.shape)
    found[:, :size] = mixed[:, :size].real
    np.multiply(mixed[:, size:].real, 2.0 * half, out=found[:, size::2])
    np.multiply(mixed[:, size:].imag, 2.0 * half, out=found[:, size + 1 :: 2])
    return found


def complex_map(maps: FloatArray) -> ComplexArray:
    """Maps in real coordinates (..., d^2, d^2) as maps on rows of rho."""
    change = basis(round(np.sqrt(maps.shape[-1])))
    return np.asarray(change @ maps @ change.conj().T)


def decay(nodes: Nodes) -> ComplexArray:
    """L^+ L of every jump (k, c, d, d)."""
    return np.asarray(nodes.jumps.conj().swapaxes(-1, -2) @ nodes.jumps)


def real_generator(nodes: Nodes, weights: FloatArray | None = None) -> FloatArray:
    """D rho/dt as matrices (k, d^2, d^2) of real coordinates.

    Args:
        nodes: the model at k times.
        weights: of the jumps in sum_k w L rho L^+ (k, c), as a tilted generator has them; 1 if None.

    Returns:
        The generators.
    """
    size = nodes.hamiltonian.shape[-1]
    silent = -1j * traceless(nodes.hamiltonian) - 0.5 * decay(nodes).sum(axis=1)
    given = np.ones(nodes.energy.shape) if weights is None else weights
    found = jump_map(nodes.jumps, given).reshape(-1, size, size, size, size)
    level = np.arange(size)
    found[:, :, level, :, level] += silent[None]  # K rho
    found[:, level, :, level] += silent.conj()[None]  # rho K^+
    return real_map(found.reshape(-1, size**2, size**2))


def exchange_generator(
    nodes: Nodes, baths: int, hamiltonian_rate: ComplexArray, counted_rate: ComplexArray
) -> FloatArray:
    """The generator with rows for what is exchanged: heat of each bath, entropy, the two works, and the rest.

    Args:
        nodes: the model at k times.
        baths: how many baths are counted.
        hamiltonian_rate: dH/dt (k, d, d) [energy/time].
        counted_rate: that of the operator whose energy is counted (k, d, d) [energy/time].

    Returns:
        (k, n, n), n = d^2 and one for each of `Rows`.
    """
    rows = Rows(baths)
    size = nodes.hamiltonian.shape[-1] ** 2
    found = np.zeros((nodes.count, size + rows.count, size + rows.count))
    found[:, :size, :size] = real_generator(nodes)
    rates = mean_rows(decay(nodes))
    for bath in range(baths):
        found[:, size + bath, :size] = _weighed(np.where(nodes.bath == bath, nodes.heat, 0.0), rates)
    found[:, size + rows.entropy, :size] = _weighed(np.where(nodes.bath >= 0, nodes.entropy, 0.0), rates)
    found[:, size + rows.unlimited, :size] = _weighed(np.where(np.isposinf(nodes.entropy), 1.0, 0.0), rates)
    turning = 1j * (nodes.hamiltonian @ nodes.counted - nodes.counted @ nodes.hamiltonian)
    found[:, size + rows.work, :size] = mean_rows(counted_rate + turning)
    found[:, size + rows.power, :size] = mean_rows(hamiltonian_rate)
    gained = mean_rows(_gained(nodes))
    alone = nodes.bath[..., None] < 0
    found[:, size + rows.bathless, :size] = np.where(alone, gained, 0.0).sum(axis=1)
    # A jump of frequencies that were merged gives each of its pairs of levels another energy than their mean.
    found[:, size + rows.merged, :size] = np.where(alone, 0.0, gained - nodes.energy[..., None] * rates).sum(axis=1)
    carried = np.where(nodes.bath >= 0, nodes.energy - nodes.heat, 0.0)
    if carried.any():
        found[:, size + rows.chemical, :size] = _weighed(carried, rates)
    return found


def _gained(nodes: Nodes) -> ComplexArray:
    """What each jump gives to the operator whose energy is counted, D^+(H_c) (k, c, d, d)."""
    back, counted = nodes.jumps.conj().swapaxes(-1, -2), nodes.counted[:, None]
    lost = back @ nodes.jumps @ counted
    return np.asarray(back @ counted @ nodes.jumps - 0.5 * (lost + lost.conj().swapaxes(-1, -2)))


def row_units(dimension: int, baths: int, energy: float) -> FloatArray:
    """What each coordinate and each row is measured in (n,): a tolerance then means the same in all units.

    Args:
        dimension: d.
        baths: how many.
        energy: the unit of energy.

    Returns:
        1 for the state and for the entropy, the unit for energies.
    """
    rows = Rows(baths)
    units = np.full(dimension**2 + rows.count, energy)
    units[: dimension**2] = units[dimension**2 + rows.entropy] = units[dimension**2 + rows.unlimited] = 1.0
    return units


def in_units(maps: FloatArray, units: FloatArray) -> FloatArray:
    """Maps (m, n, n) whose rows were in units (n,), with amounts as they are; they start at zero or go on."""
    return np.asarray(units[:, None] * maps / units)


def unitary_exchange(found: Propagation, operators: ComplexArray) -> Propagation:
    """Maps with rows for what is exchanged where nothing jumps: energy changes are work, of either operator.

    Args:
        found: propagators U (m, d, d) of kets.
        operators: Hamiltonian and counted operator at the ends of the intervals (m + 1, 2, d, d) [energy].

    Returns:
        (m, n, n), n = d^2 and one for each of `Rows`.
    """
    rows, unitary = Rows(0), found.maps
    size = unitary.shape[-1] ** 2
    maps = np.zeros((unitary.shape[0], size + rows.count, size + rows.count))
    maps[:, :size, :size] = real_map(jump_map(unitary[:, None], np.ones((unitary.shape[0], 1))))
    back = unitary.conj().swapaxes(-1, -2)[:, None]
    changes = mean_rows(back @ operators[1:] @ unitary[:, None] - operators[:-1])
    maps[:, size + rows.power, :size], maps[:, size + rows.work, :size] = changes[:, 0], changes[:, 1]
    further = np.arange(size, size + rows.count)
    maps[:, further, further] = 1.0
    return Propagation(maps, found.panels, 2.0 * found.error, found.at_floor)


def _weighed(weights: FloatArray, rows: FloatArray) -> FloatArray:
    finite = np.where(np.isfinite(weights), weights, 0.0)
    return np.asarray((finite[..., None] * rows).sum(axis=1))
