"""Floating-point flags of a BLAS library are no findings; numbers that are not finite are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import machines
import thermokin as tk
from thermokin._errors import NotConvergedError
from thermokin.solvers import refined_solver

CURRENTS = {name: machines.SMALL[name].current for name in ("maser", "Kerr", "chain of 3", "resonance fluorescence")}
cycle = refined_solver.gmres_cycle


def flagged(*given: Any) -> tuple[Any, int]:
    """A cycle whose products raise the flag for invalid operands and return what they should."""
    np.multiply(np.float32(np.inf), np.zeros(1, dtype=np.float32))
    np.multiply(np.float32(3e38), np.full(1, 2.0, dtype=np.float32))
    return cycle(*given)


@pytest.mark.parametrize("name", CURRENTS)
def test_a_flag_that_a_short_product_raises_is_nobody_s_warning(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, exact = CURRENTS[name].model, tk.cumulants(CURRENTS[name].model, CURRENTS[name], order=2)
    monkeypatch.setattr(refined_solver, "gmres_cycle", flagged)
    found = tk.cumulants(model, CURRENTS[name], order=2, method=tk.Krylov())
    np.testing.assert_allclose(found.values, exact.values, rtol=1e-10, atol=1e-12 * np.abs(exact.values).max())


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_cycle_that_runs_away_in_single_precision_is_made_again_in_double(
    wrong: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def runs_away(operator: Any, right: Any, *given: Any) -> tuple[Any, int]:
        found, products = cycle(operator, right, *given)
        return (np.full_like(found, wrong) if right.dtype in (np.float32, np.complex64) else found), products

    current = CURRENTS["maser"]
    exact = tk.cumulants(current.model, current, order=2)
    monkeypatch.setattr(refined_solver, "gmres_cycle", runs_away)
    found = tk.cumulants(current.model, current, order=2, method=tk.Krylov())
    np.testing.assert_allclose(found.values, exact.values, rtol=1e-10)


def test_a_cycle_that_runs_away_in_double_precision_too_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    current = CURRENTS["maser"]

    def runs_away(*given: Any) -> tuple[Any, int]:
        found, products = cycle(*given)
        return np.full_like(found, np.nan), products

    monkeypatch.setattr(refined_solver, "gmres_cycle", runs_away)
    with pytest.raises(NotConvergedError, match="the cycles stall"):
        tk.cumulants(current.model, current, order=2, method=tk.Krylov())
