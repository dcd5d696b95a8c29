"""Cumulants and noise of the double-precision numbers that a model holds, in 60 to 80 digits."""

from __future__ import annotations

from collections.abc import Sequence

import mpmath
import numpy as np

from oracles import Array

DIGITS = 80


def exact_rate_cumulants(rates: Array, weights: Array, order: int) -> list[mpmath.mpf]:
    """c_1 .. c_n of jumps j -> i that count weights[i, j], at rates[i, j]."""
    with mpmath.workdps(DIGITS):
        generator, gains = _of_rates(rates, weights, order)
        return _cumulants(generator, gains, range(len(rates)))


def exact_rate_noise(rates: Array, weights: Array, frequencies: Sequence[float]) -> list[mpmath.mpf]:
    """S(w) = sum c^2 a + 2 Re <<1|J (i w - W)^-1 (J - c) p, the inverse in the space without trace."""
    with mpmath.workdps(DIGITS):
        size = len(rates)
        generator, (gain, twice) = _of_rates(rates, weights, 2)
        places = range(size)
        state = mpmath.lu_solve(_pinned(generator, places), _first(size))
        row = mpmath.ones(1, size) * gain
        driven = gain * state - (row * state)[0] * state
        shot, found = mpmath.fsum(twice * state), []
        for frequency in frequencies:
            system, right = mpmath.mpc(0.0, frequency) * mpmath.eye(size) - generator, driven.copy()
            if frequency == 0.0:
                system = _pinned(system, places)
                right[0] = 0
            found.append(shot + 2 * mpmath.re((row * mpmath.lu_solve(system, right))[0]))
        return found


def exact_cumulants(
    hamiltonian: Array, jumps: Sequence[Array], weights: Sequence[float], order: int
) -> list[mpmath.mpf]:
    """c_1 .. c_n of a Lindblad equation, on all its elements."""
    with mpmath.workdps(DIGITS):
        size = len(hamiltonian)
        one, h = mpmath.eye(size), _matrix(hamiltonian)
        generator = -1j * (_kron(h, one) - _kron(one, h.T))
        gains = [mpmath.zeros(size * size) for _ in range(order)]
        for jump, weight in zip(map(_matrix, jumps), weights, strict=True):
            decay, gain = jump.H * jump, _kron(jump, jump.conjugate())
            generator += gain - (_kron(decay, one) + _kron(one, decay.T)) / 2
            gains = [part + mpmath.mpf(float(weight)) ** (power + 1) * gain for power, part in enumerate(gains)]
        return _cumulants(generator, gains, range(0, size * size, size + 1))


def _cumulants(generator: mpmath.matrix, gains: list[mpmath.matrix], places: Sequence[int]) -> list[mpmath.mpf]:
    size = generator.rows
    inverse = _pinned(generator, places) ** -1
    trace = mpmath.matrix(1, size)
    for place in places:
        trace[0, place] = 1
    states, found = [inverse * _first(size)], []
    for order in range(1, len(gains) + 1):
        flows = [mpmath.binomial(order, k) * (gains[k - 1] * states[order - k]) for k in range(1, order + 1)]
        found.append(mpmath.fsum((trace * flow)[0] for flow in flows))
        right = mpmath.zeros(size, 1)
        for k in range(1, order + 1):
            right += mpmath.binomial(order, k) * found[k - 1] * states[order - k] - flows[k - 1]
        right[0] = 0
        states.append(inverse * right)
    return [mpmath.re(value) for value in found]


def _of_rates(rates: Array, weights: Array, order: int) -> tuple[mpmath.matrix, list[mpmath.matrix]]:
    size = len(rates)
    jumps = mpmath.matrix(size)
    gains = [mpmath.matrix(size) for _ in range(order)]
    for i in range(size):
        for j in range(size):
            if i != j:
                jumps[i, j] = mpmath.mpf(float(rates[i, j]))
                for power in range(order):
                    gains[power][i, j] = jumps[i, j] * mpmath.mpf(float(weights[i, j])) ** (power + 1)
    generator = jumps.copy()
    for j in range(size):
        generator[j, j] = -mpmath.fsum(jumps[i, j] for i in range(size))
    return generator, gains


def _pinned(matrix: mpmath.matrix, places: Sequence[int]) -> mpmath.matrix:
    """The first equation, a population's, replaced by the trace."""
    out = matrix.copy()
    for column in range(matrix.cols):
        out[0, column] = 1 if column in places else 0
    return out


def _first(size: int) -> mpmath.matrix:
    out = mpmath.zeros(size, 1)
    out[0] = 1
    return out


def _matrix(values: Array) -> mpmath.matrix:
    return mpmath.matrix([[mpmath.mpc(complex(value)) for value in row] for row in np.asarray(values)])


def _kron(one: mpmath.matrix, two: mpmath.matrix) -> mpmath.matrix:
    size = two.rows
    out = mpmath.zeros(one.rows * size)
    for i in range(one.rows):
        for j in range(one.cols):
            if one[i, j] != 0:
                for k in range(size):
                    for m in range(size):
                        out[i * size + k, j * size + m] = one[i, j] * two[k, m]
    return out
