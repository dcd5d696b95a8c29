"""One closed class of levels whose rates span more decades than doubles hold."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

# Level 2 is left by no rate and fed ever so slowly: all ends there, but 2.5 + 1e-17 is 2.5.
ONE_TRAP = np.array([[0.0, 1e-17, 0.0], [2.5, 0.0, 0.0], [1e-17, 0.0, 0.0]])
METHODS = [tk.Dense(), tk.Sparse(), None]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sweep", [(), (2,)], ids=["point", "sweep"])
def test_a_trap_fed_below_rounding_is_one_steady_state_whose_noise_is_out_of_reach(
    method: tk.Dense | tk.Sparse | None, sweep: tuple[int, ...]
) -> None:
    rates = np.broadcast_to(ONE_TRAP, (*sweep, 3, 3))
    model = tk.rates(rates, {"count": np.ones((3, 3))})
    current = tk.current(model, "count")
    if sweep and isinstance(method, tk.Sparse):
        with pytest.raises(ValueError, match="one point at a time"):
            tk.cumulants(model, current, 2, method)
        return
    mean = tk.cumulants(model, current, 1, method)
    np.testing.assert_array_equal(mean.steady_state.populations[..., 2], 1.0)
    np.testing.assert_array_equal(mean.values, 0.0)
    with pytest.raises(tk.NotConvergedError, match=r"steady state is unique, but .* singular in double precision"):
        tk.cumulants(model, current, 2, method)


def test_the_likeliest_level_is_pinned_so_that_a_rare_one_that_drains_slowly_is_no_second_steady_state() -> None:
    # Pinned at level 0, what leaves it at 1e-20 would be lost beside the rates of order one.
    rates = np.array([[0.0, 0.0, 0.0], [1e-20, 0.0, 1.0], [1e-20, 1.0, 0.0]])
    model = tk.rates(rates, {"count": np.ones((3, 3))})
    made = tk.cumulants(model, tk.current(model, "count"), 2, tk.Dense())
    # Level 0 is empty in the end, and levels 1 and 2 jump by turns at rate one: a Poisson process.
    np.testing.assert_allclose(made.values, [1.0, 1.0], rtol=1e-12)


def test_a_point_out_of_reach_says_how_badly_conditioned_it_is() -> None:
    model = tk.rates(ONE_TRAP, {"count": np.ones((3, 3))})
    mean = tk.cumulants(model, tk.current(model, "count"), 1, tk.Dense())
    assert mean.condition > 1e16
