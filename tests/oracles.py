"""Slow and obviously right routes to states, generators, entropy and geometry: formulas written out by hand.

A jump lowers the system's energy by `frequency` and puts `entropy` into its bath; its reverse carries the opposite.
Vectorisation is row-major, vec(A rho B) = (A kron B^T) vec(rho). W[i, j] is the rate from j to i.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import scipy.integrate
import scipy.linalg
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Spectrum = Callable[[float], float]


@dataclass(frozen=True)
class Jump:
    """A jump operator, the energy it takes from the system, the entropy it puts in the bath named `bath`."""

    operator: Array
    frequency: float = 0.0
    entropy: float = 0.0
    bath: int = 0


# Generators


def emission_rate(spectrum: Spectrum, temperature: float, statistics: str = "bose", at_zero: float = 0.0) -> Spectrum:
    """gamma(w): G(w)(n+1) or G(w)(1-f) for w > 0, G(|w|) n or G(|w|) f for w < 0, a given limit at w = 0."""

    def gamma(frequency: float) -> float:
        if frequency == 0.0:
            return at_zero
        size = abs(frequency)
        if statistics == "bose":
            number = 1.0 / np.expm1(size / temperature)
            return spectrum(size) * (number + 1.0 if frequency > 0 else number)
        number = 1.0 / (np.exp(size / temperature) + 1.0)
        return spectrum(size) * (1.0 - number if frequency > 0 else number)

    return gamma


def thermal_rate_matrix(
    energies: ArrayLike, couplings: ArrayLike, spectrum: Spectrum, temperature: float, statistics: str = "bose"
) -> Array:
    """W of a thermal N-level model, one pair of levels at a time; couplings[i, j] = |A_ij|^2."""
    levels, strengths = np.asarray(energies, float), np.asarray(couplings, float)
    gamma = emission_rate(spectrum, temperature, statistics)
    matrix = np.zeros((levels.size, levels.size))
    for i in range(levels.size):
        for j in range(levels.size):
            if i != j and levels[i] != levels[j]:
                matrix[i, j] = strengths[i, j] * gamma(levels[j] - levels[i])
    return matrix - np.diag(matrix.sum(axis=0))


def rate_jumps(matrix: Array, energies: ArrayLike, temperature: float) -> list[Jump]:
    """One jump sqrt(W_ij) |i><j| for every nonzero rate, energy E_j - E_i given to a bath at one temperature."""
    levels, jumps = np.asarray(energies, float), []
    for i, j in np.ndindex(matrix.shape):
        if i != j and matrix[i, j] > 0:
            operator = np.zeros(matrix.shape)
            operator[i, j] = np.sqrt(matrix[i, j])
            drop = levels[j] - levels[i]
            jumps.append(Jump(operator, drop, drop / temperature))
    return jumps


def davies(
    hamiltonian: ArrayLike, coupling: ArrayLike, gamma: Spectrum, temperature: float, bath: int = 0
) -> list[Jump]:
    """Davies jumps sqrt(gamma(w)) sum_{E_m - E_n = w} |n><n|A|m><m|, by loops over all pairs of levels.

    Two differences of energies are one frequency when they differ by less than 1e-9 of the largest.
    """
    energies, vectors = np.linalg.eigh(np.asarray(hamiltonian, complex))
    matrix = np.asarray(coupling, complex)
    scale = 1e-9 * max(energies[-1] - energies[0], np.finfo(float).tiny)
    groups: list[tuple[float, Array]] = []
    for m in range(energies.size):
        for n in range(energies.size):
            difference = energies[m] - energies[n]
            ket_n, ket_m = vectors[:, n], vectors[:, m]
            part = (ket_n.conj() @ matrix @ ket_m) * np.outer(ket_n, ket_m.conj())
            for index, (frequency, operator) in enumerate(groups):
                if abs(frequency - difference) < scale:
                    groups[index] = (frequency, operator + part)
                    break
            else:
                groups.append((difference, part))
    jumps = []
    for frequency, operator in groups:
        exact = 0.0 if abs(frequency) < scale else frequency
        rate = gamma(exact)
        if rate > 0 and np.linalg.norm(operator) > 1e-13 * np.linalg.norm(matrix):
            jumps.append(Jump(np.sqrt(rate) * operator, exact, exact / temperature, bath))
    return jumps


def partners(jumps: Sequence[Jump]) -> list[int]:
    """For every jump the index of its reverse, the one with L_k = exp(Ds_k/2) L_k~^+; itself if self-paired."""
    found = []
    for jump in jumps:
        distances = [
            np.linalg.norm(jump.operator - np.exp(jump.entropy / 2) * other.operator.conj().T)
            if other.bath == jump.bath
            else np.inf
            for other in jumps
        ]
        best = int(np.argmin(distances))
        if distances[best] > 1e-9 * np.linalg.norm(jump.operator):
            message = "a jump without a reverse"
            raise ValueError(message)
        found.append(best)
    return found


def dissipator(jumps: Sequence[Jump], state: Array) -> Array:
    """sum_k L rho L^+ - (L^+ L rho + rho L^+ L)/2."""
    total = np.zeros(state.shape, complex)
    for jump in jumps:
        operator, adjoint = jump.operator, jump.operator.conj().T
        total += operator @ state @ adjoint - (adjoint @ operator @ state + state @ adjoint @ operator) / 2
    return total


def master_equation(hamiltonian: Array, jumps: Sequence[Jump], state: Array) -> Array:
    """drho/dt = -i [H, rho] + dissipator."""
    return -1j * (hamiltonian @ state - state @ hamiltonian) + dissipator(jumps, state)


def liouvillian(hamiltonian: Array, jumps: Sequence[Jump]) -> Array:
    """Dense d^2 x d^2 generator."""
    one = np.eye(hamiltonian.shape[0])
    generator = -1j * (np.kron(hamiltonian, one) - np.kron(one, hamiltonian.T))
    for jump in jumps:
        operator = jump.operator
        decay = operator.conj().T @ operator
        generator = generator + np.kron(operator, operator.conj())
        generator = generator - (np.kron(decay, one) + np.kron(one, decay.T)) / 2
    return generator


def vec(state: Array) -> Array:
    """Row-major vector of a matrix."""
    return np.asarray(state).reshape(-1)


def unvec(vector: Array) -> Array:
    """Matrix of a row-major vector."""
    size = int(np.sqrt(vector.size))
    return np.asarray(vector).reshape(size, size)


def propagate(generator: Array, vector: Array, time: float) -> Array:
    """exp(L t) applied to a vector, by a dense matrix exponential in doubles."""
    return np.asarray(scipy.linalg.expm(np.asarray(generator) * time) @ vector)


def uniformised(matrix: Array, populations: Array, time: float) -> Array:
    """exp(W t) p as a sum of positive terms, so that even tiny populations keep their digits.

    With r the largest exit rate and P = 1 + W/r: sum_k e^{-rt} (rt)^k / k! P^k p, in pieces of rt <= 100.
    """
    rate = float(np.max(-np.diag(matrix)))
    pieces = int(np.ceil(rate * time / 100.0)) or 1
    step, mean = np.eye(len(matrix)) + matrix / rate, rate * time / pieces
    state = np.asarray(populations, float)
    for _ in range(pieces):
        term = np.exp(-mean) * state
        state = term.copy()
        for k in range(1, int(mean + 20.0 * np.sqrt(mean) + 40.0)):
            term = step @ term * (mean / k)
            state += term
    return state


def propagate_exactly(generator: Array, vector: Array, time: float, digits: int = 40) -> mpmath.matrix:
    """exp(L t) applied to a vector in `digits` digits, as an mpmath matrix; for small dimensions."""
    with mpmath.workdps(digits):
        return mpmath.expm(mpmath.matrix(np.asarray(generator).tolist()) * time) * mpmath.matrix(
            np.asarray(vector).tolist()
        )


def steady_vector(generator: Array, trace: Array) -> Array:
    """The vector with L v = 0 and trace . v = 1, from the smallest singular value."""
    kernel = np.linalg.svd(generator)[2][-1].conj()
    return kernel / (trace @ kernel)


def steady_state(hamiltonian: Array, jumps: Sequence[Jump]) -> Array:
    """Steady density matrix of a Lindblad generator with one steady state."""
    state = unvec(steady_vector(liouvillian(hamiltonian, jumps), vec(np.eye(hamiltonian.shape[0]))))
    return (state + state.conj().T) / 2


def excess(hamiltonian: Array, jumps: Sequence[Array], weights: Array) -> Array:
    """Y by least squares with the superoperator: L^+ Y = J - sum_k c_k L_k^+ L_k and tr(Y rho) = 0."""
    every = [Jump(jump) for jump in jumps]
    generator, state = liouvillian(hamiltonian, every), steady_state(hamiltonian, every)
    counted = np.asarray(sum(c * jump.conj().T @ jump for c, jump in zip(weights, jumps, strict=True)))
    rows = np.vstack([generator.conj().T, vec(state).conj().reshape(1, -1)])
    right = np.append(vec(np.trace(counted @ state).real * np.eye(len(state)) - counted), 0.0)
    return unvec(np.linalg.lstsq(rows, right, rcond=None)[0])


def gibbs(hamiltonian: ArrayLike, temperature: float) -> Array:
    """exp(-H/T)/Z by a dense matrix exponential."""
    matrix = np.asarray(hamiltonian, complex)
    weights = scipy.linalg.expm(-(matrix - np.linalg.eigvalsh(matrix)[0] * np.eye(len(matrix))) / temperature)
    return np.asarray(weights / np.trace(weights))


def gibbs_populations(energies: ArrayLike, temperature: float) -> Array:
    """exp(-E/T)/Z."""
    levels = np.asarray(energies, float)
    weights = np.exp(-(levels - levels.min()) / temperature)
    return np.asarray(weights / weights.sum())


def gibbs_deviation(hamiltonian: Array, jumps: Sequence[Jump], temperature: float) -> float:
    """Largest entry of L applied to Gibbs, over the largest entry of L."""
    image = master_equation(hamiltonian, jumps, gibbs(hamiltonian, temperature))
    return float(np.abs(image).max() / np.abs(liouvillian(hamiltonian, jumps)).max())


def detailed_balance_deviation(matrix: Array, energies: ArrayLike, temperature: float) -> float:
    """Largest |W_ij e^{-E_j/T} - W_ji e^{-E_i/T}| over the largest of the two sides' sums."""
    flow = matrix * gibbs_populations(energies, temperature)[None, :]
    np.fill_diagonal(flow, 0.0)
    return float(np.abs(flow - flow.T).max() / np.abs(flow).max())


# Symmetrised spectrum of a rate matrix with detailed balance


def symmetrised_modes(matrix: Array, stationary: Array) -> tuple[Array, Array]:
    """Eigenvalues, slowest first, and orthonormal columns of pi^{-1/2} W pi^{1/2}."""
    root = np.sqrt(stationary)
    symmetric = matrix * root[None, :] / root[:, None]
    values, vectors = np.linalg.eigh((symmetric + symmetric.T) / 2)
    return values[::-1], vectors[:, ::-1]


def spectral_gap(matrix: Array, stationary: Array) -> float:
    """Smallest nonzero decay rate."""
    return float(-symmetrised_modes(matrix, stationary)[0][1])


def slow_overlap_squared(matrix: Array, stationary: Array, start: Array) -> float:
    """Squared overlap of a start with the slowest mode, orthonormal in the 1/pi inner product."""
    slowest = symmetrised_modes(matrix, stationary)[1][:, 1]
    return float((slowest @ ((start - stationary) / np.sqrt(stationary))) ** 2)


def mode_entropy_production_rate(matrix: Array, stationary: Array, start: Array, time: float) -> float:
    """sigma = -sum_j lam_j e^{lam_j t} c_j R_j . (ln p_t - ln pi), mode by mode."""
    values, vectors = symmetrised_modes(matrix, stationary)
    overlaps = vectors.T @ ((start - stationary) / np.sqrt(stationary))
    force = np.log(propagate(matrix, start, time)) - np.log(stationary)
    right = np.sqrt(stationary)[:, None] * vectors
    terms = [
        -lam * np.exp(lam * time) * c * (r @ force)
        for lam, c, r in zip(values[1:], overlaps[1:], right.T[1:], strict=True)
    ]
    return float(sum(terms))


# Entropy


def log_matrix(state: Array) -> Array:
    """Logarithm of a positive matrix by its eigenvalues."""
    values, vectors = np.linalg.eigh(state)
    return np.asarray((vectors * np.log(values)) @ vectors.conj().T)


def entropy(state: Array) -> float:
    """S = -tr rho ln rho, with 0 ln 0 = 0."""
    values = np.linalg.eigvalsh(state)
    return float(-sum(p * np.log(p) for p in values if p > 0))


def relative_entropy(state: ArrayLike, other: ArrayLike, digits: int = 40, support: float = 1e-14) -> float:
    """D(a||b) = tr a (ln a - ln b) in mpmath; eigenvalues of at most `support` times the largest are zeros."""
    with mpmath.workdps(digits):
        values_a, vectors_a = mpmath.eighe(mpmath.matrix(np.asarray(state, complex).tolist()))
        values_b, vectors_b = mpmath.eighe(mpmath.matrix(np.asarray(other, complex).tolist()))
        overlaps = vectors_a.H * vectors_b
        total = mpmath.mpf(0)
        floor_a, floor_b = support * max(values_a), support * max(values_b)
        for i, p in enumerate(values_a):
            if p <= floor_a:
                continue
            total += p * mpmath.log(p)
            for j, q in enumerate(values_b):
                weight = abs(overlaps[i, j]) ** 2
                if q > floor_b:
                    total -= p * weight * mpmath.log(q)
                elif weight > support:
                    return float("inf")
        return float(total)


def classical_divergence(p: ArrayLike, q: ArrayLike) -> float:
    """sum p ln(p/q) in 40 digits, with 0 ln 0 = 0 and inf off the support."""
    with mpmath.workdps(40):
        total = mpmath.mpf(0)
        for a, b in zip(np.ravel(p).tolist(), np.ravel(q).tolist(), strict=True):
            if a > 0 and b == 0:
                return float("inf")
            total += a * mpmath.log(mpmath.mpf(a) / b) if a > 0 else 0
        return float(total)


def entropy_rate(hamiltonian: Array, jumps: Sequence[Jump], state: Array) -> float:
    """dS/dt = -tr(L rho ln rho) of a full-rank state."""
    return float(-np.trace(master_equation(hamiltonian, jumps, state) @ log_matrix(state)).real)


def heat_rate(hamiltonian: Array, jumps: Sequence[Jump], state: Array) -> float:
    """tr(H D rho), the heat these jumps bring into the system."""
    return float(np.trace(hamiltonian @ dissipator(jumps, state)).real)


def activities(jumps: Sequence[Jump], state: Array) -> Array:
    """a_k = tr(L_k rho L_k^+)."""
    return np.array([np.trace(jump.operator @ state @ jump.operator.conj().T).real for jump in jumps])


def trajectory_entropy_production(jumps: Sequence[Jump], state: Array) -> float:
    """sigma = sum_k sum_mn w_k^{mn} p_n [ln(p_n/p_m) + Ds_k], w_k^{mn} = |<m|L_k|n>|^2, rho = sum p_n |n><n|.

    Literal, so exact zeros: 0 where p_n w = 0, inf where a jump feeds a state with p_m = 0.
    """
    values, vectors = np.linalg.eigh(state)
    values = np.where(values <= 1e-15 * values.max(), 0.0, values)
    total = 0.0
    for jump in jumps:
        weights = np.abs(vectors.conj().T @ jump.operator @ vectors) ** 2
        for m, n in np.ndindex(weights.shape):
            flow = weights[m, n] * values[n]
            if flow <= 1e-28 * weights.max():
                continue
            if values[m] == 0.0:
                return float("inf")
            total += flow * (np.log(values[n] / values[m]) + jump.entropy)
    return float(total)


def spohn_entropy_production(jumps: Sequence[Jump], state: Array, fixed_point: Array) -> float:
    """sigma of one bath = -tr[D rho (ln rho - ln pi)], with pi the fixed point of that bath's dissipator."""
    difference = log_matrix(state) - log_matrix(fixed_point)
    return float(-np.trace(dissipator(jumps, state) @ difference).real)


def ledger_entropy_production(hamiltonian: Array, baths: Sequence[tuple[Sequence[Jump], float]], state: Array) -> float:
    """sigma = dS/dt - sum_b heat_b / T_b, for pairs (jumps, temperature)."""
    jumps = [jump for some, _ in baths for jump in some]
    exchanged = sum(heat_rate(hamiltonian, some, state) / temperature for some, temperature in baths)
    return entropy_rate(hamiltonian, jumps, state) - exchanged


def rate_entropy_production(matrix: Array, populations: Array) -> float:
    """sigma = sum_{i<j} (W_ij p_j - W_ji p_i) ln(W_ij p_j / W_ji p_i)."""
    total = 0.0
    for i in range(len(populations)):
        for j in range(i):
            forward, backward = matrix[i, j] * populations[j], matrix[j, i] * populations[i]
            if forward == backward:
                continue
            if forward == 0.0 or backward == 0.0:
                return float("inf")
            total += (forward - backward) * np.log(forward / backward)
    return float(total)


# Geometry


def root_matrix(state: ArrayLike) -> Array:
    """Square root of a positive matrix by its eigenvalues."""
    values, vectors = np.linalg.eigh(np.asarray(state, complex))
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.conj().T)


def distances(a: ArrayLike, b: ArrayLike) -> dict[str, float]:
    """Trace, root fidelity, Bures distance and angle, Hilbert-Schmidt, Wigner-Yanase angle, Hellinger, by definition.

    Bures quantities lose digits below 1e-8: this is the formula as it stands.
    """
    first, second = np.asarray(a, complex), np.asarray(b, complex)
    root_a, root_b = root_matrix(first), root_matrix(second)
    fidelity = float(np.linalg.svd(root_a @ root_b, compute_uv=False).sum())
    affinity = float(np.trace(root_a @ root_b).real)
    return {
        "trace_distance": float(np.abs(np.linalg.eigvalsh(first - second)).sum() / 2),
        "sqrt_fidelity": fidelity,
        "bures_distance": float(np.sqrt(max(2 - 2 * fidelity, 0.0))),
        "bures_angle": float(np.arccos(min(fidelity, 1.0))),
        "hilbert_schmidt": float(np.linalg.norm(first - second)),
        "wigner_yanase_angle": float(np.arccos(min(affinity, 1.0))),
        "hellinger": float(np.linalg.norm(root_a - root_b)),
    }


def sld_information(state: ArrayLike, derivative: ArrayLike) -> float:
    """F_Q = tr(rho' X), X the least-squares solution of the Lyapunov equation rho X + X rho = 2 rho'."""
    rho, change = np.asarray(state, complex), np.asarray(derivative, complex)
    one = np.eye(rho.shape[0])
    solution = np.linalg.lstsq(np.kron(rho, one) + np.kron(one, rho.T), 2 * vec(change), rcond=None)[0]
    return float(np.trace(change @ unvec(solution)).real)


def velocity(hamiltonian: Array, jumps: Sequence[Jump], state: Array) -> float:
    """v = sqrt(F_Q) about time."""
    return float(np.sqrt(sld_information(state, master_equation(hamiltonian, jumps, state))))


def length(hamiltonian: Array, jumps: Sequence[Jump], start: Array, time: float) -> float:
    """int_0^time v dt by adaptive quadrature in s, t = s^2, which tames a rank-deficient start."""
    generator = liouvillian(hamiltonian, jumps)

    def integrand(s: float) -> float:
        state = unvec(propagate(generator, vec(start), s * s))
        return 2 * s * velocity(hamiltonian, jumps, (state + state.conj().T) / 2)

    return float(scipy.integrate.quad(integrand, 0.0, np.sqrt(time), epsabs=1e-11, epsrel=1e-11)[0])


def qubit_bloch_information(bloch: ArrayLike, change: ArrayLike) -> float:
    """F_Q = |b'|^2 + (b.b')^2 / (1 - b^2) of a mixed qubit."""
    b, rate = np.asarray(bloch, float), np.asarray(change, float)
    return float(rate @ rate + (b @ rate) ** 2 / (1 - b @ b))
