"""Windows of exchanged amounts: Chernoff's bound against tails that are known."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import thermokin as tk
from thermokin.counting.lattice_probabilities import exchange_window
from thermokin.counting.tilted_block import TiltedBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


@pytest.mark.parametrize("mean", [1e-6, 0.3, 20.0, 3e3, 1e6])
@pytest.mark.parametrize("step", [1, -1, 7])
def test_the_window_of_a_poisson_count_holds_all_but_its_tails_and_little_more(mean: float, step: int) -> None:
    """Dephasing jumps come at one rate in every state: a Poisson count whose tails are known."""
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(np.diag([1.0, -1.0]), None)])
    (block,) = population_blocks(Liouvillian(model))
    part = TiltedBlock(block, np.zeros(1, dtype=np.int64), np.array([0.3, 0.7]))
    low, high = exchange_window([part], np.array([step]), np.array([mean]), 1.0)
    first, last = sorted((low / step, high / step))
    count = scipy.stats.poisson(mean)
    assert count.cdf(np.ceil(first) - 1) + count.sf(np.floor(last)) < 2.1e-15
    # Chernoff's exponent is that of the tail; its grid and prefactor cost a third, or a few jumps.
    best = count.isf(1e-15) - mean
    assert last - mean < 1.35 * best + 4.0
    assert first >= 0.0


def test_the_window_of_a_sweep_holds_the_slow_and_the_fast_points() -> None:
    rates = np.array([0.1, 30.0, 1e4])
    operator = np.sqrt(rates)[:, None, None] * np.diag([1.0, -1.0])
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(operator, None)])
    found = tk.distribution(model, tk.activity(model), tk.Populations([0.3, 0.7]), time=1.0)
    expected = scipy.stats.poisson(rates[:, None]).pmf(found.values)
    # Squaring the propagator of ten thousand jumps fourteen times.
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-12)
    np.testing.assert_allclose(found.probabilities.sum(axis=-1), 1.0, atol=1e-10)


def test_nothing_has_happened_at_time_zero() -> None:
    model = tk.library.qubit(1.0, 0.02, 0.8)
    (block,) = population_blocks(Liouvillian(model))
    part = TiltedBlock(block, np.zeros(model.table.channel.max() + 1, dtype=np.int64), np.array([0.5, 0.5]))
    low, high = exchange_window([part], np.array([1]), np.array([0.0]), 1.0)
    assert low == 0
    # 1e-15 at the steepest exponent, 6.
    assert 0 <= high <= 6
