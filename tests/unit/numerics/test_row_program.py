"""Array operations that are written down once and run over all points."""

from __future__ import annotations

import numpy as np
import pytest

from oracles import Array
from thermokin.numerics.buffer_program import FEWEST
from thermokin.numerics.level_sums import anywhere
from thermokin.numerics.pattern_elimination import eliminated
from thermokin.numerics.row_program import RowProgram, Value, largest, size_of, total


@pytest.mark.parametrize("count", [1, 3, FEWEST, 20_011])
def test_a_program_gives_what_the_same_arithmetic_gives_array_by_array(count: int) -> None:
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, count))
    program = RowProgram()
    x, y = program.load(a), program.load(b)
    made: list[Value] = [
        -x,
        x - y,
        -x - y,
        y - -x,
        2.0 - x,
        -3.0 * (x * -y),
        x / -2.0,
        -1.0 / y,
        size_of(-(x * y)),
        largest([size_of(x), size_of(y), 0.5]),
        x * 0.0,
        x * x + 1.0,
    ]
    right = [
        -a,
        a - b,
        -a - b,
        b + a,
        2.0 - a,
        3.0 * (a * b),
        a / -2.0,
        -1.0 / b,
        np.abs(a * b),
        np.maximum(np.maximum(np.abs(a), np.abs(b)), 0.5),
        0.0 * a,
        a**2 + 1.0,
    ]
    np.testing.assert_array_equal(program.giving(made).run(count), right)


def test_the_same_operation_is_done_once() -> None:
    program = RowProgram()
    x, y = program.load(np.ones(5)), program.load(np.full(5, 2.0))
    twice = x * y + (-y) * x + y * x
    made = program.giving([twice])
    assert len(made.inputs) == 2
    assert len(made.steps) == 1 + 2  # one product, a difference and a sum


def test_what_is_there_at_one_point_of_many_is_found() -> None:
    held = np.zeros((1003, 4, 2), dtype=bool)
    held[1002, 3, 1] = held[5, 0, 0] = True
    np.testing.assert_array_equal(anywhere(held, 2), held.any(axis=0))
    np.testing.assert_array_equal(anywhere(held[0], 2), held[0])
    assert anywhere(np.zeros((10, 0), dtype=bool), 1).shape == (0,)


@pytest.mark.parametrize("seed", range(5))
def test_a_generator_is_solved_to_the_right_and_to_the_left(seed: int) -> None:
    """Of three populations and two coherences; residuals of the equations themselves."""
    random = np.random.default_rng(seed)
    places, count, size = [0, 2, 3], 50, 5
    matrix = random.normal(size=(count, size, size)) * (random.random((size, size)) < 0.8)
    matrix[:, [1, 4], [1, 4]] -= 4.0
    matrix[:, places[0], :] -= matrix[:, places].sum(axis=1)
    program = RowProgram()
    elements: dict[tuple[int, int], Value] = {
        (i, j): program.load(matrix[:, i, j]) for i in range(size) for j in range(size) if matrix[:, i, j].any()
    }
    factors = eliminated(elements, places, 3, {1: 4, 4: 1} if seed % 2 else None)
    assert factors is not None
    state = factors.stationary()
    probe: Array = random.normal(size=size)
    probe[places] -= probe[places].mean()
    solved = factors.solve(dict(enumerate(probe.tolist())))
    p, x = (program.giving([one[k] for k in range(size)]).run(count).T for one in (state, solved))
    np.testing.assert_allclose(np.einsum("nij,nj->ni", matrix, p), 0.0, atol=1e-9 * np.abs(p).max())
    np.testing.assert_allclose(p[:, places].sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(np.einsum("nij,nj->ni", matrix, x), np.tile(probe, (count, 1)), rtol=1e-7, atol=1e-7)
    mean = total(float(probe[k]) * state[k] for k in range(size))
    right = {k: float(probe[k]) - (mean if k in places else 0.0) for k in range(size)}
    left = factors.solve_transposed(right)
    y, c = (program.giving([one[k] for k in range(size)]).run(count).T for one in (left, right))
    np.testing.assert_allclose(np.einsum("ni,nij->nj", y, matrix), c, rtol=1e-6, atol=1e-6)


def test_a_coherence_without_damping_has_no_pivot() -> None:
    program = RowProgram()
    x = program.load(np.ones(3))
    turning: dict[tuple[int, int], Value] = {(0, 1): x, (1, 0): -x, (1, 2): x, (2, 1): -x, (0, 3): x, (3, 0): x}
    assert eliminated(turning, [0, 3], 0) is None
