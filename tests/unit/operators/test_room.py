"""Operators that no memory holds are refused in words, before a byte is asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import thermokin as tk

TOO_LARGE: dict[str, tuple[Callable[[], object], str]] = {
    "a mode": (lambda: tk.operators.destroy(10**6), "`levels` makes a dense operator of 1e\\+06 rows, 1.6e\\+04 GB"),
    "the adjoint": (lambda: tk.operators.create(40_001), "`levels` makes a dense operator of 40001 rows"),
    "a number operator": (lambda: tk.operators.number(50_000), "`levels` makes a dense operator of 50000 rows"),
    "fermions": (lambda: tk.operators.annihilators(18), "`modes` makes a dense operator of 262144 rows"),
    "very many fermions": (
        lambda: tk.operators.annihilators(10**9),
        "`modes` makes a dense operator of 1.26765e\\+30 rows",
    ),
    "a part of many": (
        lambda: tk.operators.embed(np.eye(2), 0, (2,) * 20),
        "`dimensions` makes a dense operator of 1.04858e",
    ),
    "a product": (
        lambda: tk.operators.tensor(*[np.eye(100)] * 3),
        "`operators` makes a dense operator of 1e\\+06 rows",
    ),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_an_operator_that_no_memory_holds_is_refused(what: str) -> None:
    make, message = TOO_LARGE[what]
    with pytest.raises(ValueError, match=f"{message}.*Take fewer levels or parts"):
        make()


@pytest.mark.parametrize("width", [1e-9, 1e-300, 1e-17])
def test_bins_that_no_memory_holds_are_refused(width: float) -> None:
    lone = tk.library.qubit(1.0, 0.01, 0.5)
    pair = tk.library.qutrit_v(0.01, 1.0)
    for model in (lone, pair):
        with pytest.raises(
            ValueError, match=r"`width` cuts the amounts from .* probabilities at all times and points, more than"
        ):
            tk.distribution(model, tk.heat(model), tk.Gibbs(0.5), [1.0], width=width)
