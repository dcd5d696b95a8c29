"""Classical jump processes as models, and currents of one's own weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import oracles
import thermokin as tk

W = np.array([[0.0, 0.3, 1.1], [0.7, 0.0, 0.2], [0.4, 0.5, 0.0]])
C = np.array([[0.0, -1.0, 2.0], [1.0, 0.0, 0.0], [-2.0, 0.5, 0.0]])


def test_a_classical_process_moves_by_its_rate_matrix() -> None:
    generator = W - np.diag(W.sum(axis=0))
    for given in (W, generator):
        made = tk.evolve(tk.rates(given), tk.Populations([0.2, 0.5, 0.3]), [0.7]).populations[0]
        np.testing.assert_allclose(made, oracles.propagate(generator, np.array([0.2, 0.5, 0.3]), 0.7), rtol=1e-12)


def test_named_weights_count_what_their_matrix_says() -> None:
    model = tk.rates(W, weights={"charge": C})
    current = tk.current(model, "charge")
    p = tk.steady_state(model).populations
    assert float(tk.cumulants(model, current, order=1)[0]) == pytest.approx(float((C * W * p).sum()), rel=1e-14)
    assert current.name == "charge"
    rows, columns = model.table.row, model.table.column
    np.testing.assert_array_equal(tk.current(model, C[rows, columns]).weights, current.weights)
    odd = tk.current(tk.rates(W, weights={"net": C - C.T}), "net")
    assert odd.is_odd
    assert not current.is_odd


def test_a_sweep_of_rates_is_one_process_for_each_point() -> None:
    factors = np.array([0.5, 1.0, 3.0])
    model = tk.rates(factors[:, None, None] * W, weights={"charge": C})
    made = tk.cumulants(model, tk.current(model, "charge"), order=3).values
    one = tk.rates(W, weights={"charge": C})
    expected = factors[:, None] * tk.cumulants(one, tk.current(one, "charge"), order=3).values
    np.testing.assert_allclose(made, expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("matrix", "kind", "match"),
    [
        ([[0.0, -0.1], [0.2, 0.0]], ValueError, "must hold rates >= 0 off its diagonal, got -0.1"),
        ([[-0.3, 0.2], [0.2, -0.2]], ValueError, "columns sum to zero"),
        ([[0.0, np.nan], [0.2, 0.0]], ValueError, "finite"),
        ([[0.0, 1j], [0.2, 0.0]], TypeError, "must hold real rates"),
        ([[0.0, 1.0, 2.0]], ValueError, "square"),
    ],
)
def test_what_is_no_rate_matrix_is_refused(matrix: Any, kind: type[Exception], match: str) -> None:
    with pytest.raises(kind, match=match):
        tk.rates(matrix)


def test_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`weights\['a'\]` must have shape \(\.\.\., 3, 3\)"):
        tk.rates(W, weights={"a": C[:2]})
    with pytest.raises(ValueError, match=r"`weights\['a'\]` must be finite where the rate is not zero"):
        tk.rates(W, weights={"a": np.full((3, 3), np.inf)})
    with pytest.raises(TypeError, match=r"`weights\['a'\]` must hold real numbers"):
        tk.rates(W, weights={"a": C * 1j})
    model = tk.rates(W, weights={"charge": C})
    with pytest.raises(ValueError, match=r"a name the model knows \('charge'\), got 'spin'"):
        tk.current(model, "spin")
    with pytest.raises(ValueError, match=r"must have shape \(\.\.\., 6\), one per channel of the model, got \(2,\)"):
        tk.current(model, [1.0, 2.0])
    with pytest.raises(ValueError, match="`weights` must be finite, got nan"):
        tk.current(model, [np.nan] * 6)
    sweep = tk.rates(np.array([1.0, 2.0])[:, None, None] * W)
    with pytest.raises(ValueError, match="do not broadcast with those of the model"):
        tk.current(sweep, np.ones((3, 6)))
