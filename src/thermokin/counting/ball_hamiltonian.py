"""What the Hamiltonian does at one point at rest, in ball arithmetic: responses to its scale, and its information."""

from __future__ import annotations

from collections.abc import Sequence

from thermokin.counting.ball_counts import BallCounts
from thermokin.numerics.ball_numbers import Ball, complex_ball, flint

__all__ = ["hamiltonian_information", "hamiltonian_response", "whole_information"]

Vector = list[Ball]


def hamiltonian_response(counts: BallCounts, weights: Sequence[Ball]) -> Ball:
    """How a mean answers when H -> (1 + theta) H.

    Args:
        counts: of the point.
        weights: c_k of each jump.

    Returns:
        A real ball.
    """
    generator = counts.generator
    unit = flint().acb(0, 1)
    stirred = _times(counts, _elements(counts))
    # -i [H, rho], which L X takes back.
    source = [unit * (one - other) for one, other in zip(stirred, _dagger(counts, stirred), strict=True)]
    return generator.trace(generator.gained(weights, generator.solved(source, 0)))


def hamiltonian_information(counts: BallCounts) -> Ball:
    """-8 Re tr{H L^D [H rho]}, the quantum Fisher information per time of H -> (1 + theta) H.

    Args:
        counts: of the point.

    Returns:
        A real ball.

    Reference:
        gammelmark2014.
    """
    return _information(counts, _elements(counts))


def whole_information(counts: BallCounts) -> Ball:
    """The same where all jumps are sped up with it: a - 8 Re tr{H L^D [(H - i/2 sum_k L_k^+ L_k) rho]}.

    Args:
        counts: of the point.

    Returns:
        A real ball.

    Reference:
        hasegawa2020.
    """
    elements = _elements(counts)
    half = flint().acb(0, 1) / 2
    for row, column, _, value in counts.generator.losses:
        elements[row, column] = elements.get((row, column), flint().acb(0)) - half * value
    return sum(counts.rates, flint().arb(0)) + _information(counts, elements)


def _information(counts: BallCounts, elements: dict[tuple[int, int], Ball]) -> Ball:
    """-8 Re tr{H L^D [O rho]}."""
    generator, state = counts.generator, counts.state
    source = _times(counts, elements)
    mean = sum((source[place] for place in generator.populations.tolist()), flint().acb(0))
    source = [one - mean * rho for one, rho in zip(source, state, strict=True)]
    other = _dagger(counts, source)
    unit = flint().acb(0, 1)
    # L X = S, for the Hermitian part of S and for i times the rest.
    parts = [
        generator.solved([(one + two) / 2 for one, two in zip(source, other, strict=True)], 0),
        generator.solved([(one - two) / (2 * unit) for one, two in zip(source, other, strict=True)], 0),
    ]
    answer = [one + unit * two for one, two in zip(*parts, strict=True)]
    total = sum((_trace(counts, answer),), flint().acb(0))
    return -8 * total.real


def _trace(counts: BallCounts, vector: Vector) -> Ball:
    """Tr H X of X less what it has of the steady state."""
    generator = counts.generator
    trace = sum((vector[place] for place in generator.populations.tolist()), flint().acb(0))
    bare = [one - trace * rho for one, rho in zip(vector, counts.state, strict=True)]
    place = generator.place
    return sum(
        (
            value * bare[place[column, row]]
            for (row, column), value in _elements(counts).items()
            if place[column, row] >= 0
        ),
        flint().acb(0),
    )


def _elements(counts: BallCounts) -> dict[tuple[int, int], Ball]:
    """The elements of H that are not 0."""
    matrix = counts.generator.hamiltonian
    rows, columns = matrix.nonzero()
    return {(i, j): complex_ball(complex(matrix[i, j])) for i, j in zip(rows.tolist(), columns.tolist(), strict=True)}


def _times(counts: BallCounts, elements: dict[tuple[int, int], Ball]) -> Vector:
    """An operator times the steady state."""
    generator, state = counts.generator, counts.state
    place, size = generator.place, generator.table.dimension
    found = [flint().acb(0)] * generator.size
    for (i, j), value in elements.items():
        for level in range(size):
            target, source = int(place[i, level]), int(place[j, level])
            if target >= 0 and source >= 0:
                found[target] += value * state[source]
    return found


def _dagger(counts: BallCounts, vector: Vector) -> Vector:
    generator = counts.generator
    mirror = generator.place[generator.columns, generator.rows].tolist()
    return [vector[place].conjugate() for place in mirror]
