"""One closed class of levels whose rates span more decades than doubles hold."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

# Level 2 is left by no rate and fed ever so slowly: all ends there, but 2.5 + 1e-17 is 2.5.
ONE_TRAP = np.array([[0.0, 1e-17, 0.0], [2.5, 0.0, 0.0], [1e-17, 0.0, 0.0]])


@pytest.mark.parametrize("method", [tk.Dense(), None])
@pytest.mark.parametrize("sweep", [(), (2,)], ids=["point", "sweep"])
def test_a_trap_fed_below_rounding_is_one_steady_state_in_which_nothing_jumps(
    method: tk.Dense | None, sweep: tuple[int, ...]
) -> None:
    model = tk.rates(np.broadcast_to(ONE_TRAP, (*sweep, 3, 3)), weights={"count": np.ones((3, 3))})
    found = tk.cumulants(model, tk.current(model, "count"), order=4, method=method)
    np.testing.assert_array_equal(found.steady_state.populations[..., 2], 1.0)
    np.testing.assert_array_equal(found.values, 0.0)


def test_a_sparse_factorisation_does_not_reach_the_noise_beside_such_a_trap() -> None:
    model = tk.rates(ONE_TRAP, weights={"count": np.ones((3, 3))})
    current = tk.current(model, "count")
    np.testing.assert_array_equal(tk.cumulants(model, current, order=1, method=tk.Sparse()).values, 0.0)
    with pytest.raises(
        tk.errors.NotConvergedError, match=r"steady state is unique, but .* singular in double precision"
    ):
        tk.cumulants(model, current, order=2, method=tk.Sparse())


def test_the_likeliest_level_is_pinned_so_that_a_rare_one_that_drains_slowly_is_no_second_steady_state() -> None:
    # Pinned at level 0, what leaves it at 1e-20 would be lost beside the rates of order one.
    rates = np.array([[0.0, 0.0, 0.0], [1e-20, 0.0, 1.0], [1e-20, 1.0, 0.0]])
    model = tk.rates(rates, weights={"count": np.ones((3, 3))})
    made = tk.cumulants(model, tk.current(model, "count"), order=2, method=tk.Dense())
    # Level 0 is empty in the end, and levels 1 and 2 jump by turns at rate one: a Poisson process.
    np.testing.assert_allclose(made.values, [1.0, 1.0], rtol=1e-12)


def test_a_point_out_of_reach_says_how_badly_conditioned_it_is() -> None:
    model = tk.rates(ONE_TRAP, weights={"count": np.ones((3, 3))})
    mean = tk.cumulants(model, tk.current(model, "count"), order=1, method=tk.Dense())
    assert mean.condition > 1e16
