"""What the package should have found, in 160 digits: null vectors, Drazin solutions and exponentials."""

from __future__ import annotations

import mpmath
import numpy as np

from oracles import Array

DIGITS = 160  # of which twenty decades of rates and weights of 1e90 may take most


def generator(rates: Array) -> mpmath.matrix:
    """The rate matrix with its diagonal, summed without rounding."""
    matrix = mpmath.matrix(rates.tolist())
    for column in range(matrix.cols):
        matrix[column, column] = 0
        matrix[column, column] = -mpmath.fsum(matrix[:, column])
    return matrix


def liouvillian(hamiltonian: Array, jumps: tuple[Array, ...]) -> mpmath.matrix:
    """The generator of a master equation, row-major, its products formed without rounding."""
    size = len(hamiltonian)
    h, ls = mpmath.matrix(hamiltonian.tolist()), [mpmath.matrix(jump.tolist()) for jump in jumps]
    k = -1j * h
    for jump in ls:
        k -= jump.H * jump / 2
    whole = mpmath.zeros(size * size)
    for a in range(size):
        for b in range(size):
            for c in range(size):
                whole[a * size + b, c * size + b] += k[a, c]
                whole[a * size + b, a * size + c] += mpmath.conj(k[b, c])
                for d in range(size):
                    for jump in ls:
                        whole[a * size + b, c * size + d] += jump[a, c] * mpmath.conj(jump[b, d])
    return whole


def null_space_dimension(matrix: mpmath.matrix) -> int:
    """How many vectors a generator annihilates, by elimination with complete pivoting."""
    rest = matrix.copy()
    scale = max((abs(x) for x in rest), default=0)
    rank = 0
    size = rest.rows
    while rank < size:
        value, row, column = max(
            ((abs(rest[i, j]), i, j) for i in range(rank, size) for j in range(rank, size)), key=lambda x: x[0]
        )
        if value <= scale * mpmath.mpf(10) ** (-DIGITS + 12):
            break
        for j in range(size):
            rest[rank, j], rest[row, j] = rest[row, j], rest[rank, j]
        for i in range(size):
            rest[i, rank], rest[i, column] = rest[i, column], rest[i, rank]
        for i in range(rank + 1, size):
            factor = rest[i, rank] / rest[rank, rank]
            for j in range(rank, size):
                rest[i, j] -= factor * rest[rank, j]
        rank += 1
    return size - rank


def solved(matrix: mpmath.matrix, right: mpmath.matrix, trace: list[int], total: int) -> mpmath.matrix:
    """The x with L x = b and tr x given, the first row of L, which is redundant, replaced by the trace."""
    system, vector = matrix.copy(), right.copy()
    scale = max(abs(x) for x in matrix) or mpmath.mpf(1)
    for column in range(matrix.cols):
        system[0, column] = scale * trace[column]
    vector[0] = scale * total
    return mpmath.lu_solve(system, vector)


def array(vector: mpmath.matrix) -> Array:
    """Its double-precision value."""
    return np.array([complex(x) for x in vector])
