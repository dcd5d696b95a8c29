"""Runs that no machine holds are refused at once; long ones with few jumps are not."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

QUBIT = tk.library.qubit(1.0, 0.01, 0.5)


def test_more_runs_than_memory_has_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`trajectories` must be at most 1,000,000,000, got "):
        tk.unravel(QUBIT, tk.Gibbs(1.0), [1.0], trajectories=10**400)


def test_a_time_of_more_jumps_than_memory_holds_is_refused_with_their_number() -> None:
    # A bath of n = 1 / (e^2 - 1) = 0.157 quanta: on average 0.01 n (n + 1) 2 / (2 n + 1) = 2.8e-3 jumps a time.
    with pytest.raises(ValueError, match=r"about 2\.[78]e\+13 jumps, .* GiB of records; .* integrated_cumulants"):
        tk.unravel(QUBIT, tk.Gibbs(0.5), [1e12], trajectories=10_000)


def test_a_long_time_in_which_a_fast_level_is_never_reached_is_no_reason_to_refuse() -> None:
    rates = np.array([[0.0, 1e-14, 1e9], [1e-14, 0.0, 0.0], [0.0, 0.0, 0.0]])
    made = tk.unravel(tk.rates(rates), tk.Populations([1.0, 0.0, 0.0]), [1e14], trajectories=50)
    assert made.counts.shape[0] == 50
