"""The error beside integrated cumulants and covariances lies above the true one, and stays small."""

from __future__ import annotations

from math import comb

import mpmath
import numpy as np
import pytest

import thermokin as tk

RATES = np.array([[0.0, 1.3, 0.2], [0.7, 0.0, 2.1], [1.1, 0.4, 0.0]])
FAST = np.array([[0.0, 900.0, 1e-3], [700.0, 0.0, 2e-3], [1.1, 4e-3, 0.0]])
START = [0.2, 0.5, 0.3]
ORDER = 4


def counted_cumulants(rates: np.ndarray, weights: np.ndarray, start: list[float], time: float) -> list[mpmath.mpf]:
    """The cumulants of sum_k c_k N_k by the hierarchy of moment-resolved populations, in 60 digits."""
    with mpmath.workdps(60):
        size = len(rates)
        system = mpmath.zeros((ORDER + 1) * size)
        for row in range(ORDER + 1):
            for column in range(row + 1):
                for i in range(size):
                    for j in range(size):
                        power = row - column
                        gain = mpmath.mpf(float(rates[i, j])) * mpmath.mpf(float(weights[i, j])) ** power
                        lost = sum(mpmath.mpf(float(rates[k, j])) for k in range(size)) if power == 0 and i == j else 0
                        system[row * size + i, column * size + j] = comb(row, column) * gain - lost
        first = mpmath.matrix([mpmath.mpf(p) for p in start] + [0] * (ORDER * size))
        state = mpmath.expm(system * mpmath.mpf(time), method="taylor") * first
        moments = [sum(state[row * size + i] for i in range(size)) for row in range(ORDER + 1)]
        found: list[mpmath.mpf] = []
        for order in range(1, ORDER + 1):
            lower = (comb(order - 1, k - 1) * found[k - 1] * moments[order - k] for k in range(1, order))
            found.append(moments[order] - sum(lower))
        return found


@pytest.mark.parametrize("rates", [RATES, FAST], ids=["moderate", "fast and slow"])
@pytest.mark.parametrize("kind", ["any count", "change of a number"])
def test_the_error_of_integrated_cumulants_lies_above_the_true_one(rates: np.ndarray, kind: str) -> None:
    numbers = np.array([0.0, 1.0, 1.7])
    weights = (
        numbers[:, None] - numbers if kind == "change of a number" else np.array([[0, 1, -2], [0.3, 0, 1], [2, -1, 0]])
    )
    model = tk.rates(rates, weights={"count": weights})
    times = [1e-3, 0.3, 4.0]
    found = tk.integrated_cumulants(model, tk.current(model, "count"), tk.Populations(START), times, order=ORDER)
    for place, time in enumerate(times):
        exact = counted_cumulants(rates, weights, START, time)
        missed = np.array([abs(float(mpmath.mpf(float(a)) - b)) for a, b in zip(found[place], exact, strict=True)])
        assert (missed <= found.error[place]).all(), (time, missed, found.error[place])
    # It says no more than that the last few digits are open, beside the largest count to the power of the order.
    assert (found.error <= 1e-9 * np.maximum(np.abs(found.values), 2.0 ** np.arange(1, ORDER + 1))).all()


def test_the_error_of_integrated_covariances_lies_above_that_of_the_diagonal() -> None:
    weights = np.array([[0, 1, -2], [0.3, 0, 1], [2, -1, 0]])
    model = tk.rates(RATES, weights={"one": weights, "two": weights**2})
    currents = [tk.current(model, "one"), tk.current(model, "two")]
    found = tk.integrated_covariance(model, currents, tk.Populations(START), [0.3, 4.0])
    for place, time in enumerate([0.3, 4.0]):
        for index, counts in enumerate((weights, weights**2)):
            exact = float(counted_cumulants(RATES, counts, START, time)[1])
            assert abs(found[place, index, index] - exact) <= found.error[place, index, index]
    assert (found.error <= 1e-10).all()
