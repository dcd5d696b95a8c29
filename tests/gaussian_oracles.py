"""Gaussian systems by routes that share nothing with the package: energy integrals, and 40 digits on a circle."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import mpmath as mp
import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad

import thermokin as tk

Array = NDArray[np.float64]


def transmission(energies: Array, hops: Array, rates: tuple[float, float], frequency: float) -> float:
    """g_L g_R |G_1N(w)|^2 of a chain between two white contacts, by the continued fraction of its inverse."""
    size = len(energies)
    diagonal = frequency - np.asarray(energies, dtype=complex)
    diagonal[0] += 0.5j * rates[0]
    diagonal[-1] += 0.5j * rates[1]
    inverse = 1.0 / diagonal[0]
    product = inverse
    for site in range(1, size):
        inverse = 1.0 / (diagonal[site] - hops[site - 1] ** 2 * inverse)
        product *= hops[site - 1] * inverse
    return float(rates[0] * rates[1] * abs(product) ** 2)


def integrand(z: int, order: int, through: float, left: float, right: float) -> float:
    """The cumulants' densities in energy, of particles from the left (Levitov's formula, expanded by hand)."""
    u = through * (left - right)
    v = through * (left * (1.0 + z * right) + right * (1.0 + z * left))
    return {
        1: u,
        2: v + z * u**2,
        3: u + 3.0 * z * u * v + 2.0 * u**3,
        4: v + 4.0 * z * u**2 + 3.0 * z * v**2 + 12.0 * u**2 * v + z * 6.0 * u**4,
    }[order]


def landauer(
    z: int, energies: Array, hops: Array, rates: tuple[float, float], fillings: tuple[float, float]
) -> list[float]:
    """Four cumulants of the particles from the left, as integrals over energy."""
    width = float(np.max(np.abs(energies)) + 2.0 * np.max(np.abs(hops)) + sum(rates))
    marks = sorted(np.linalg.eigvalsh(np.diag(energies) + np.diag(hops, 1) + np.diag(hops, -1)))

    def density(x: float, order: int) -> float:
        # w = width x / (1 - x^2) maps (-1, 1) to all energies.
        frequency = width * x / (1.0 - x * x)
        slope = width * (1.0 + x * x) / (1.0 - x * x) ** 2
        return slope * integrand(z, order, transmission(energies, hops, rates, frequency), *fillings)

    points = [(np.sqrt(width**2 + 4.0 * e**2) - width) / (2.0 * e) if e else 0.0 for e in marks]
    edges = [-1.0 + 1e-12, *points, 1.0 - 1e-12]
    found = []
    for order in range(1, 5):
        parts = [
            quad(density, one, two, args=(order,), epsabs=1e-15, epsrel=1e-12, limit=500)[0]
            for one, two in pairwise(edges)
        ]
        found.append(sum(parts) / (2.0 * np.pi))
    return found


def circle_cumulants(
    z: int,
    hamiltonian: Array,
    losses: Sequence[Array],
    gains: Sequence[Array],
    weights: Sequence[float],
    *,
    points: int = 32,
    radius: float = 0.05,
    digits: int = 40,
) -> list[mp.mpf]:
    """Four cumulants from the tilted Riccati equation itself, solved by Newton at points of a circle in s.

    Contact b counts a gain with weights_b and a loss with minus that.
    """
    with mp.workdps(digits):
        size = len(hamiltonian)
        h = mp.matrix(hamiltonian.tolist())
        out, into = [mp.matrix(m.tolist()) for m in losses], [mp.matrix(m.tolist()) for m in gains]
        one = mp.eye(size)
        loss, gain = _sum(out), _sum(into)
        drift = mp.mpc(0, 1) * h + (loss - z * gain) / 2

        def solved(s: mp.mpc) -> mp.mpc:
            g = mp.zeros(size)
            up = _sum([(mp.exp(s * w) - 1) * m for w, m in zip(weights, into, strict=True)])
            down = _sum([(mp.exp(-s * w) - 1) * m for w, m in zip(weights, out, strict=True)])
            for _ in range(12):
                a = one + z * g
                left = -drift * g - g * drift.H + gain + a * up * a + z * g * down * g
                # d/dG of the left side on dG: P dG + dG Q.
                p = -drift + z * a * up + z * g * down
                q = -drift.H + z * up * a + z * down * g
                step = _sylvester(p, q, left)
                g = g - step
                if mp.norm(step) < mp.mpf(10) ** (-digits + 5):
                    break
            a = one + z * g
            return _trace(up * a) + _trace(down * g)

        found = []
        values = [solved(radius * mp.expjpi(mp.mpf(2 * k) / points)) for k in range(points)]
        for order in range(1, 5):
            total = sum(v * mp.expjpi(-mp.mpf(2 * k * order) / points) for k, v in enumerate(values))
            found.append(mp.re(mp.factorial(order) * total / points / mp.mpf(radius) ** order))
        return found


def _sum(matrices: Sequence[mp.matrix]) -> mp.matrix:
    total = matrices[0]
    for one in matrices[1:]:
        total = total + one
    return total


def _trace(matrix: mp.matrix) -> mp.mpc:
    return mp.fsum(matrix[k, k] for k in range(matrix.rows))


def _sylvester(p: mp.matrix, q: mp.matrix, right: mp.matrix) -> mp.matrix:
    """P D + D Q = right, as one linear system."""
    size = p.rows
    whole, vector = mp.zeros(size * size), mp.zeros(size * size, 1)
    for i in range(size):
        for j in range(size):
            vector[i * size + j] = right[i, j]
            for k in range(size):
                whole[i * size + j, k * size + j] += p[i, k]
                whole[i * size + j, i * size + k] += q[k, j]
    solution = mp.lu_solve(whole, vector)
    found = mp.zeros(size)
    for i in range(size):
        for j in range(size):
            found[i, j] = solution[i * size + j]
    return found


def since_start_cumulants(
    model: tk.gaussian.GaussianModel,
    weights: Array,
    start: Array,
    time: float,
    *,
    digits: int = 40,
    radius: float = 0.02,
) -> list[mp.mpf]:
    """Four cumulants since time 0, from a linear system twice as large as the Riccati equation of finite fields.

    With Y = U V^-1 the equation is dU/dt = F U + Q V, dV/dt = -P U - F^+ V, so that one exponential of 40 digits solves
    it, and ln chi = eta (-ln det V - t tr F^+) + p t. F, Q and P are made from single jumps, Y -> what a jump adds.
    """
    with mp.workdps(digits):
        count, eta = 24, model.z * (1.0 if model.pairing is None else 0.5)
        rates = [_jump(model, k) for k in range(model.channels)]
        drift, gain = mp.matrix(model.space.drift.tolist()), mp.matrix(model.space.diffusion.tolist())
        moments = mp.matrix(np.asarray(start).tolist())
        found, size = [], drift.rows

        def generating(s: mp.mpc) -> mp.mpc:
            linear, constant, quadratic, drawn = -drift, gain, mp.zeros(size), mp.mpf(0)
            back = linear.H
            for weight, (p, f, q, rate) in zip(weights, rates, strict=True):
                factor = mp.exp(s * mp.mpf(float(weight))) - 1
                linear, constant, quadratic = linear + factor * f, constant + factor * q, quadratic + factor * p
                back, drawn = back + factor * f.H, drawn + factor * rate
            whole = mp.zeros(2 * size)
            for i in range(size):
                for j in range(size):
                    whole[i, j], whole[i, size + j] = linear[i, j], constant[i, j]
                    whole[size + i, j], whole[size + i, size + j] = -quadratic[i, j], -back[i, j]
            carried = mp.expm(time * whole)
            bottom = carried[size : 2 * size, 0:size] * moments + carried[size : 2 * size, size : 2 * size]
            # ln det by its logarithm's nearest branch: the fields are small.
            logarithm = mp.log(mp.det(bottom) * mp.exp(time * _trace(back)))
            return -eta * logarithm + drawn * time

        values = [generating(radius * mp.expjpi(mp.mpf(2 * k) / count)) for k in range(count)]
        for order in range(1, 5):
            total = sum(v * mp.expjpi(-mp.mpf(2 * k * order) / count) for k, v in enumerate(values))
            found.append(mp.re(mp.factorial(order) * total / count / mp.mpf(radius) ** order))
        return found


def _jump(model: tk.gaussian.GaussianModel, k: int) -> tuple[mp.matrix, mp.matrix, mp.matrix, mp.mpf]:
    """P, F, Q and the constant rate of one jump of column c, by hand for each kind of second moments."""
    c = mp.matrix([complex(x) for x in model.space.vectors[:, k]])
    square = c * c.H
    real = (square + square.apply(mp.conj)) / 2
    imag = (square - square.apply(mp.conj)) / 2
    modes, losing = model.modes, k < model.channels // 2
    if model.pairing is None:
        if losing:
            return model.z * square, mp.zeros(modes), mp.zeros(modes), mp.mpf(0)
        return model.z * square * model.z, model.z * square, square, _trace(square)
    if model.z > 0:
        turn = mp.zeros(2 * modes)
        for j in range(modes):
            turn[j, modes + j], turn[modes + j, j] = mp.mpf(1), mp.mpf(-1)
        rate = _trace(mp.mpc(0, 0.5) * c.H * turn * c)
        return 2 * real, mp.mpc(0, 1) * turn * imag, turn * real * turn.T / 2, rate
    return -2 * imag, -real, -imag / 2, _trace(c.H * c) / 2
