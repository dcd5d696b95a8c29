"""Laws of derivatives of modes over random models: 50-digit differences, homogeneity, trace, biorthonormality."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp

import thermokin as tk
from relaxation_oracles import generator_of, mode_slopes
from response_oracles import Jump, Matrix, Number, matrix

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # digits, not physics, are tested

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(2, 3), st.integers(1, 3))
@settings(max_examples=10, deadline=None)
def test_modes_of_any_generator_move_as_differences_of_fifty_digits_do(seed: int, size: int, number: int) -> None:
    random = np.random.default_rng(seed)
    base, change, *jumps = (random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)) for _ in range(6))
    base, change = base + base.conj().T, change + change.conj().T

    def build(x: float) -> tk.Model:
        channels = [tk.Channel(jumps[n] + x * jumps[n + 2], None) for n in range(2)]
        return tk.Model(base + np.sin(x) * change, channels)

    def generator(p: dict[str, Number]) -> Matrix:
        moved = [Jump(matrix(jumps[n]) + p["x"] * matrix(jumps[n + 2])) for n in range(2)]
        return generator_of(matrix(base) + mp.sin(p["x"]) * matrix(change), moved)

    mode = tk.response(build, {"x": 0.4}, ["x"], ["gap"]).mode(number)
    value, right, left = mode_slopes(generator, {"x": 0.4}, "x", complex(mode.value), mode.right, mode.left)
    assert abs(mode.value_change[0] - value) <= mode.value_error[0]
    assert (np.abs(mode.right_change[0] - right) <= mode.right_error[0]).all()
    assert (np.abs(mode.left_change[0] - left) <= mode.left_error[0]).all()
    assert mode.value_error[0] <= 1e-8 * abs(value)


@given(SEEDS, st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_paces_scale_eigenvalues_and_turn_no_mode_of_a_network(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    rates = np.exp(random.normal(size=size * size))

    def build(k: np.ndarray) -> tk.Model:
        return tk.rates(np.asarray(k).reshape(size, size) * (1.0 - np.eye(size)))

    links = [n for n in range(size * size) if n % size != n // size]
    words = [f"{what} of mode {number}" for number in range(1, size) for what in ("decay rate", "frequency")]
    found = tk.response(build, {"k": rates}, [f"k[{n}]" for n in links], words)
    values = tk.modes(build(rates)).values[1:]
    assume(np.abs(np.subtract.outer(values, values) + np.eye(size - 1)).min() > 1e-3)
    # Euler: all rates together scale every eigenvalue and turn nothing.
    error = found.error @ rates[links]
    assert (np.abs(found.values @ rates[links] - found.numbers) <= error + 1e-11).all()
    # The trace of the generator is the sum of its eigenvalues: minus the sum of all rates.
    decays = found.values[::2].sum(axis=0)
    np.testing.assert_allclose(decays, 1.0, rtol=0, atol=1e-9)
    mode = found.mode(size - 1)
    for change, own in ((mode.right_change, mode.right_error), (mode.left_change, mode.left_error)):
        still = np.tensordot(rates[links], change, axes=1)
        assert (np.abs(still) <= np.tensordot(rates[links], own, axes=1) + 1e-11).all()


@given(SEEDS, st.integers(2, 3))
@settings(max_examples=15, deadline=None)
def test_pairs_of_modes_stay_biorthonormal_and_keep_their_length(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    base, change, jump, more = (
        random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)) for _ in range(4)
    )

    def build(x: float) -> tk.Model:
        return tk.Model(base + base.conj().T + x * (change + change.conj().T), [tk.Channel(jump + x * more, None)])

    found = tk.response(build, {"x": 0.3}, ["x"], ["decay rate of mode 1", "gap of the generator"])
    count = size**2
    modes = [found.mode(number) for number in range(1, count)]
    scale = max(float(np.abs(mode.left_change).max()) for mode in modes)
    for one in modes:
        np.testing.assert_allclose(np.vdot(one.right, one.right_change[0]), 0.0, rtol=0, atol=1e-11 * scale)
        for other in modes:
            moved = np.vdot(one.left_change[0], other.right) + np.vdot(one.left, other.right_change[0])
            np.testing.assert_allclose(moved, 0.0, rtol=0, atol=1e-9 * scale)
        # What decays has no trace, and gains none.
        assert abs(np.trace(one.right_change[0])) <= 1e-10 * scale

    # All eigenvalues together are the trace of the generator: - sum_k (d tr L^+ L - |tr L|^2).
    def traced(x: float) -> float:
        moved = jump + x * more
        return float(size * np.linalg.norm(moved) ** 2 - abs(np.trace(moved)) ** 2)

    slope = (traced(0.3 + 1e-5) - traced(0.3 - 1e-5)) / 2e-5
    np.testing.assert_allclose(-sum(mode.value_change[0].real for mode in modes), slope, rtol=1e-7, atol=1e-7)
