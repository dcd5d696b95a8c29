"""What can be done with currents: they form a vector space over the real numbers, and nothing else."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from library_models import example
from oracles import Array

MODEL = example("coupled qubits")
SWEEP = tk.library.qubit(1.0, 0.01, [0.5, 1.0, 2.0])
HEAT, COUNT = tk.heat(MODEL, "hot"), tk.activity(MODEL)
NUMBERS = st.floats(-1e3, 1e3).filter(lambda number: number == 0.0 or abs(number) > 1e-3)
KINDS = st.sampled_from([float, np.float64, np.float32, np.asarray, round, Fraction])

QUICK = settings(max_examples=30, deadline=None)


@st.composite
def currents(draw: st.DrawFn) -> tk.Current:
    weights = draw(st.lists(st.integers(-9, 9), min_size=MODEL.table.size, max_size=MODEL.table.size))
    return tk.current(MODEL, [float(weight) for weight in weights])


@QUICK
@given(currents(), currents(), NUMBERS, KINDS)
def test_currents_form_a_vector_space(a: tk.Current, b: tk.Current, number: float, kind: Any) -> None:
    factor = kind(number)
    value = float(factor)
    np.testing.assert_array_equal((a + b).weights, a.weights + b.weights)
    np.testing.assert_array_equal((a - b).weights, a.weights - b.weights)
    for scaled in (factor * a, a * factor):
        assert isinstance(scaled, tk.Current)
        np.testing.assert_array_equal(scaled.weights, value * a.weights)
    np.testing.assert_array_equal((factor * (a + b)).weights, value * (a.weights + b.weights))
    np.testing.assert_array_equal((-a).weights, -a.weights)
    np.testing.assert_array_equal((+a).weights, a.weights)
    if value != 0.0:
        np.testing.assert_array_equal((a / factor).weights, a.weights / value)


@QUICK
@given(
    st.lists(currents(), min_size=1, max_size=5), st.sampled_from([0, 0.0, np.float64(0.0), np.int64(0), Fraction(0)])
)
def test_a_sum_begins_with_nothing(terms: list[tk.Current], nothing: Any) -> None:
    total = sum(terms)
    assert isinstance(total, tk.Current)
    np.testing.assert_array_equal(total.weights, np.sum([term.weights for term in terms], axis=0))
    one = terms[0]
    for same in (one + nothing, nothing + one, one - nothing):
        np.testing.assert_array_equal(same.weights, one.weights)
    np.testing.assert_array_equal((nothing - one).weights, -one.weights)


@pytest.mark.parametrize("other", [1, 1.0, np.float64(2.0), True, "heat", None, np.ones(2), np.zeros(2), [0.0], 1j])
def test_only_currents_add_to_a_current(other: Any) -> None:
    for combine in (lambda a, b: a + b, lambda a, b: b + a, lambda a, b: a - b, lambda a, b: b - a):
        with pytest.raises(
            TypeError, match=r"only a current of the same model can be added to current '.*got .*`mean`"
        ):
            combine(HEAT, other)


@pytest.mark.parametrize("factor", ["2", None, 1j, COUNT, object()])
def test_only_real_numbers_scale_a_current(factor: Any) -> None:
    for scale, name in ((lambda a, b: a * b, "factor"), (lambda a, b: a / b, "divisor")):
        with pytest.raises(TypeError, match=f"`{name}` .*must be a real number"):
            scale(HEAT, factor)
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = 2.0 / HEAT  # type: ignore[operator]


@pytest.mark.parametrize("divisor", [0, 0.0, -0.0, [1.0, 0.0], np.float32(0)])
def test_a_current_is_not_divided_by_nothing(divisor: Any) -> None:
    with pytest.raises(ValueError, match="`divisor` of current 'heat from hot' must not be 0"):
        HEAT / divisor


@pytest.mark.parametrize("factor", [np.nan, np.inf, [1.0, -np.inf]])
def test_a_current_is_not_scaled_beyond_numbers(factor: Any) -> None:
    for scale in (lambda a, b: a * b, lambda a, b: b * a, lambda a, b: a / b):
        with pytest.raises(ValueError, match=r"`(factor|divisor)` must be (finite|a number)"):
            scale(HEAT, factor)
    with pytest.raises(ValueError, match="`weights` must be at most 1e"):
        HEAT * 1e99 * 1e99


def test_factors_run_along_the_points_of_a_sweep() -> None:
    state = np.diag([0.7, 0.3])
    factors: Array = np.array([1.0, 2.0, 4.0])
    heat = tk.heat(SWEEP)
    np.testing.assert_allclose((factors * heat).mean(state), factors * heat.mean(state), rtol=1e-15)
    np.testing.assert_allclose((heat / factors).mean(state), heat.mean(state) / factors, rtol=1e-15)
    with pytest.raises(ValueError, match=r"the leading axes .* do not broadcast with those of the other arg"):
        np.ones(2) * heat
    with pytest.raises(ValueError, match=r"the leading axes .* do not broadcast with those of the other arg"):
        heat / np.ones(2)


def test_a_mean_of_currents_is_the_mean_of_their_means() -> None:
    state = tk.steady_state(MODEL).state
    both = [tk.heat(MODEL, "hot"), tk.heat(MODEL, "cold")]
    half = sum(both) / 2
    assert half.name == "(heat from hot + heat from cold) / 2"
    expected = 0.5 * sum(float(current.mean(state)) for current in both)
    assert float(half.mean(state)) == pytest.approx(expected, abs=1e-17)


def test_infinite_weights_never_become_numbers_that_are_none() -> None:
    frozen = tk.library.qubit(1.0, 0.01, 0.0)
    flow = tk.entropy_flow(frozen)
    assert np.isinf(flow.weights).any()
    assert not (0.0 * flow).weights.any()
    assert np.isinf((2.0 * flow + tk.activity(frozen)).weights).any()
    with pytest.raises(ValueError, match="infinity less infinity"):
        _ = flow - flow


@pytest.mark.parametrize("divisor", [1e-320, 5e-324])
def test_a_divisor_that_takes_weights_beyond_doubles_is_refused(divisor: float) -> None:
    with pytest.raises(ValueError, match="`divisor` of current 'heat' is too small"):
        _ = tk.heat(tk.library.qubit(1.0, 0.01, 1.0)) / divisor
