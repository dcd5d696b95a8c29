"""Slow and obviously right routes to exchanged amounts: their moments, distributions, bounds and samples.

`tilted` is a function x -> generator with every counted jump of weight c multiplied by exp(x c); `trace` and `start`
are the left and right vectors. It serves Lindblad generators and rate matrices alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb, factorial
from typing import Any

import mpmath
import numpy as np
import scipy.integrate
import scipy.linalg

from oracles import Array, Jump, activities, entropy, liouvillian, master_equation, unvec, vec

Tilted = Callable[[complex], Array]


def tilted_liouvillian(hamiltonian: Array, jumps: Sequence[Jump], weights: Sequence[float]) -> Tilted:
    """L + sum_k (exp(x c_k) - 1) J_k."""
    base = liouvillian(hamiltonian, jumps)
    gains = [np.kron(jump.operator, jump.operator.conj()) for jump in jumps]

    def tilted(x: complex) -> Array:
        return base + sum(np.expm1(x * c) * gain for c, gain in zip(weights, gains, strict=True))

    return tilted


def tilted_rates(matrix: Array, weights: Array) -> Tilted:
    """W with off-diagonal entries multiplied by exp(x weights[i, j])."""

    def tilted(x: complex) -> Array:
        return matrix * np.where(np.eye(len(matrix), dtype=bool), 1.0, np.exp(x * weights))

    return tilted


def liouvillian_gains(jumps: Sequence[Jump], weights: Sequence[float], order: int) -> list[Array]:
    """J^(1) .. J^(order), J^(l) = sum_k c_k^l L_k kron L_k^*."""
    return [
        sum(c**power * np.kron(j.operator, j.operator.conj()) for c, j in zip(weights, jumps, strict=True))
        for power in range(1, order + 1)
    ]


def rate_gains(matrix: Array, weights: Array, order: int) -> list[Array]:
    """J^(1) .. J^(order) of a rate matrix."""
    off_diagonal = matrix - np.diag(np.diag(matrix))
    return [off_diagonal * weights**power for power in range(1, order + 1)]


def integrated_moments(generator: Array, gains: Sequence[Array], trace: Array, start: Array, time: float) -> Array:
    """<N^0> .. <N^order> by one exponential of the block-triangular generator.

    Block (m, m-l) holds C(m, l) J^(l): d rho_m/dt = L rho_m + sum_l C(m, l) J^(l) rho_{m-l}.
    """
    size, order = len(generator), len(gains)
    block = np.zeros(((order + 1) * size,) * 2, dtype=np.result_type(generator, *gains))
    for m in range(order + 1):
        block[m * size : (m + 1) * size, m * size : (m + 1) * size] = generator
        for power in range(1, m + 1):
            block[m * size : (m + 1) * size, (m - power) * size : (m - power + 1) * size] = (
                comb(m, power) * gains[power - 1]
            )
    extended = np.concatenate([start, np.zeros(order * size)])
    rows = (scipy.linalg.expm(block * time) @ extended).reshape(order + 1, size)
    return np.asarray((rows @ trace).real)


def moment_generating_function(tilted: Tilted, trace: Array, start: Array, time: float, x: complex) -> complex:
    """<exp(x N)> = trace . exp(L_x t) start."""
    return complex(trace @ scipy.linalg.expm(tilted(x) * time) @ start)


def _taylor_coefficients(function: Callable[[complex], complex], order: int, radius: float, points: int) -> Array:
    angles = 2 * np.pi * np.arange(points) / points
    values = np.array([function(radius * np.exp(1j * a)) for a in angles])
    return np.array([np.mean(values * np.exp(-1j * k * angles)) / radius**k for k in range(order + 1)])


def contour_moments(
    tilted: Tilted, trace: Array, start: Array, time: float, order: int, radius: float = 0.5, points: int = 32
) -> Array:
    """<N^0> .. <N^order>: derivatives at 0 of <exp(x N)>, by Cauchy's integral on a circle."""
    taylor = _taylor_coefficients(
        lambda x: moment_generating_function(tilted, trace, start, time, x), order, radius, points
    )
    return np.array([factorial(k) * taylor[k].real for k in range(order + 1)])


def cumulants_of_moments(moments: Sequence[float]) -> list[float]:
    """kappa_1 .. from <N^0> .. by the recursion kappa_n = m_n - sum_k C(n-1, k-1) kappa_k m_{n-k}."""
    cumulants: list[float] = []
    for n in range(1, len(moments)):
        rest = sum(comb(n - 1, k - 1) * cumulants[k - 1] * moments[n - k] for k in range(1, n))
        cumulants.append(float(moments[n] - rest))
    return cumulants


def scaled_cumulants(tilted: Tilted, order: int, radius: float = 0.05, points: int = 24) -> Array:
    """Cumulant rates c_1 .. c_order: derivatives at 0 of the eigenvalue of L_x with the largest real part."""

    def leading(x: complex) -> complex:
        values = np.linalg.eigvals(tilted(x))
        return complex(values[np.argmax(values.real)])

    taylor = _taylor_coefficients(leading, order, radius, points)
    return np.array([factorial(k) * taylor[k].real for k in range(1, order + 1)])


def lattice_distribution(tilted: Tilted, trace: Array, start: Array, time: float, reach: int) -> Array:
    """P(N = -reach .. reach) for whole-number weights: inverse Fourier sum of <exp(i theta N)>.

    Exact up to the probability beyond the reach, which is folded back.
    """
    points = 2 * reach + 1
    angles = 2 * np.pi * np.arange(reach + 1) / points  # the other half of the circle holds the complex conjugates
    values = np.array([moment_generating_function(tilted, trace, start, time, 1j * a) for a in angles])
    values[1:] *= 2.0
    return np.array([np.sum(values * np.exp(-1j * angles * k)).real / points for k in range(-reach, reach + 1)])


def plane_distribution(
    matrix: Array, first: Array, second: Array, start: Array, time: float, reach: int
) -> dict[tuple[int, int], float]:
    """P(n, m) of two whole-number weights of a rate matrix, by a double inverse Fourier sum, term after term."""
    points = 2 * reach + 1
    off = ~np.eye(len(matrix), dtype=bool)
    angles = 2 * np.pi * np.arange(points) / points
    values = np.empty((points, points), complex)
    for row, column in np.ndindex(values.shape):
        turned = np.where(off, np.exp(1j * (angles[row] * first + angles[column] * second)), 1.0)
        values[row, column] = (scipy.linalg.expm(matrix * turned * time) @ start).sum()
    axis = np.arange(-reach, reach + 1)
    waves = np.exp(-1j * np.outer(axis, angles)) / points
    table = (waves @ values @ waves.T).real
    return {(int(n), int(m)): float(table[i, j]) for i, n in enumerate(axis) for j, m in enumerate(axis)}


def two_point_energy_distribution(
    matrix: Array, energies: Array, start: Array, time: float, decimals: int = 9
) -> dict[float, float]:
    """P(E_final - E_initial) of a rate matrix by enumeration of all pairs of levels."""
    transition = scipy.linalg.expm(matrix * time)
    result: dict[float, float] = {}
    for final, initial in np.ndindex(transition.shape):
        change = round(float(energies[final] - energies[initial]), decimals) + 0.0
        result[change] = result.get(change, 0.0) + float(transition[final, initial] * start[initial])
    return result


# Bounds


def inverse_x_tanh_x(z: float, digits: int = 40) -> mpmath.mpf:
    """Phi(z): the x with x tanh x = z, by bisection."""
    with mpmath.workdps(digits):
        low, high = mpmath.mpf(0), mpmath.sqrt(mpmath.mpf(z)) + mpmath.mpf(z) + 1
        for _ in range(int(digits * 3.5) + 40):
            middle = (low + high) / 2
            low, high = (middle, high) if middle * mpmath.tanh(middle) < z else (low, middle)
        return (low + high) / 2


def tkur_information(entropy_production: float, activity: float) -> float:
    """I_TK = A tanh^2 Phi(Sigma / 2A)."""
    with mpmath.workdps(40):
        ratio = mpmath.mpf(entropy_production) / (2 * mpmath.mpf(activity))
        return float(activity * mpmath.tanh(inverse_x_tanh_x(ratio)) ** 2)


def fluctuation_theorem_bound(entropy_production: float) -> float:
    """csch^2 Phi(S/2)."""
    with mpmath.workdps(40):
        return float(mpmath.csch(inverse_x_tanh_x(mpmath.mpf(entropy_production) / 2)) ** 2)


@dataclass(frozen=True)
class ThermoKinetic:
    """Integrals over [0, time] that enter the quantum thermo-kinetic bound."""

    mean: float
    corrected_mean: float
    information: float
    activity: float
    entropy_production: float

    @property
    def limit(self) -> float:
        """<J>^2 (1+delta)^2 / I_TK(Sigma, A)."""
        return self.corrected_mean**2 / tkur_information(self.entropy_production, self.activity)


def thermo_kinetic(
    hamiltonian: Array,
    jumps: Sequence[Jump],
    reverses: Sequence[int],
    weights: Sequence[float],
    start: Array,
    time: float,
) -> ThermoKinetic:
    """<J>, <J>(1+delta), I, A and Sigma, by integrating rho and phi as ordinary differential equations.

    phi' = L phi + sum_k ell_k D[L_k] rho, phi(0) = 0; ell_k = (a_k - a_k~)/(a_k + a_k~), 0 where self-paired;
    <J>(1+delta) = int sum_k c_k [ell_k a_k + tr(L_k phi L_k^+)]; I = int sum_k ell_k^2 a_k; A = int sum_k a_k;
    Sigma = S(time) - S(0) + int sum_k Ds_k a_k, so that a rank-deficient start does no harm.
    """
    size = len(hamiltonian)
    counted, entropies = np.asarray(weights, float), np.array([jump.entropy for jump in jumps])
    partner = np.asarray(reverses)

    def derivative(_: float, y: Array) -> Array:
        rho, phi = unvec(y[: size**2]), unvec(y[size**2 : 2 * size**2])
        flow = activities(jumps, rho)
        both = flow + flow[partner]
        score = np.where(both > 0, (flow - flow[partner]) / np.where(both > 0, both, 1.0), 0.0)
        change = master_equation(hamiltonian, jumps, phi)
        for ell, jump in zip(score, jumps, strict=True):
            change = change + ell * master_equation(np.zeros((size, size)), [jump], rho)
        integrals = [
            counted @ flow,
            counted @ (score * flow + activities(jumps, phi)),
            score**2 @ flow,
            flow.sum(),
            entropies @ flow,
        ]
        return np.concatenate([vec(master_equation(hamiltonian, jumps, rho)), vec(change), integrals])

    initial = np.concatenate([vec(np.asarray(start, complex)), np.zeros(size**2 + 5)])
    solution = scipy.integrate.solve_ivp(
        derivative, (0.0, time), initial, method="DOP853", rtol=1e-11, atol=1e-13, t_eval=[time]
    )
    final = solution.y[:, -1]
    state = unvec(final[: size**2])
    mean, corrected, information, activity, exported = (float(v) for v in final[-5:].real)
    produced = entropy((state + state.conj().T) / 2) - entropy(np.asarray(start, complex)) + exported
    return ThermoKinetic(mean, corrected, information, activity, produced)


# Samples


def gillespie(
    matrix: Array, weights: Array, start: Array, time: float, trajectories: int, seed: int
) -> tuple[Array, Array, Array]:
    """Final levels, summed weights and numbers of jumps of sampled paths of a rate matrix."""
    generator = np.random.default_rng(seed)
    exits = -np.diag(matrix)
    targets = (matrix + np.diag(exits)) / np.where(exits > 0, exits, 1.0)
    finals, amounts, numbers = np.zeros(trajectories, int), np.zeros(trajectories), np.zeros(trajectories, int)
    for path in range(trajectories):
        level, clock = int(generator.choice(len(start), p=start)), 0.0
        while exits[level] > 0:
            clock += generator.exponential(1.0 / exits[level])
            if clock > time:
                break
            new = int(np.searchsorted(np.cumsum(targets[:, level]), generator.random()))
            amounts[path] += weights[new, level]
            numbers[path] += 1
            level = new
        finals[path] = level
    return finals, amounts, numbers


def quantum_jump_counts(
    hamiltonian: Array, jumps: Sequence[Jump], start: Array, time: float, trajectories: int, seed: int
) -> Array:
    """Numbers of jumps per trajectory and channel, sampled by the waiting-time method.

    Between jumps the state moves with H - (i/2) sum L^+L until its squared norm falls to a uniform random number; the
    waiting time is found bit by bit with propagators over time/2, time/4, ... The start is drawn from the eigenstates
    of the density matrix.
    """
    generator = np.random.default_rng(seed)
    decay = sum(jump.operator.conj().T @ jump.operator for jump in jumps)
    effective = np.asarray(hamiltonian, complex) - 0.5j * decay
    bits = [2.0**-k for k in range(45)]
    steps = [scipy.linalg.expm(-1j * effective * time * bit).T for bit in bits]
    values, vectors = np.linalg.eigh(start)
    chosen = generator.choice(len(values), size=trajectories, p=np.maximum(values, 0) / np.maximum(values, 0).sum())
    kets = vectors.T[chosen].astype(complex)
    counts = np.zeros((trajectories, len(jumps)), int)
    clocks, alive = np.zeros(trajectories), np.arange(trajectories)
    while alive.size:
        level = generator.random(alive.size)
        moved, elapsed = kets[alive], np.zeros(alive.size)
        for step, bit in zip(steps, bits, strict=True):
            trial = moved @ step
            keep = (np.abs(trial) ** 2).sum(axis=1) > level
            moved = np.where(keep[:, None], trial, moved)
            elapsed += keep * bit * time
        clocks[alive] += elapsed
        jumping = clocks[alive] < time
        alive, moved = alive[jumping], moved[jumping]
        if not alive.size:
            break
        after = np.stack([moved @ np.asarray(jump.operator).T for jump in jumps], axis=1)
        odds = (np.abs(after) ** 2).sum(axis=2)
        thresholds = generator.random(alive.size) * odds.sum(axis=1)
        pick = np.minimum((odds.cumsum(axis=1) < thresholds[:, None]).sum(axis=1), len(jumps) - 1)
        new = after[np.arange(alive.size), pick]
        kets[alive] = new / np.linalg.norm(new, axis=1, keepdims=True)
        counts[alive, pick] += 1
    return counts


def weighted_means(counts: Array, weights: Sequence[float]) -> tuple[float, float, float]:
    """Sample mean, its standard error and sample variance of sum_k c_k N_k."""
    amounts: Any = counts @ np.asarray(weights, float)
    return float(amounts.mean()), float(amounts.std(ddof=1) / np.sqrt(len(amounts))), float(amounts.var(ddof=1))
