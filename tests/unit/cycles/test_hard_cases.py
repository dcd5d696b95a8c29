"""Cycles at the edges: baths at temperature 0, degenerate levels, names that are taken, jumps that come late."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SZ
from thermokin.errors import ValidityWarning


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def qubit(gap: float, name: str, temperature: float) -> tk.Model:
    return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath(name, temperature), SX, tk.Flat(0.1))])


@pytest.mark.parametrize("driven", [False, True])
def test_heat_into_a_bath_at_temperature_zero_makes_infinite_entropy(driven: bool) -> None:
    leg = tk.Leg(10.0, (lambda t: qubit(1.0 + 0.1 * t, "cold", 0.0)) if driven else qubit(1.0, "cold", 0.0))
    run = tk.evolve(leg, tk.Populations([0.0, 1.0]), [0.0, 5.0, 10.0])
    assert run.entropy_production.tolist() == [0.0, np.inf, np.inf]
    rest = tk.evolve(leg, tk.Populations([1.0, 0.0]), [5.0, 10.0])
    assert rest.entropy_production == pytest.approx([0.0, 0.0], abs=1e-10)
    cycle = tk.limit_cycle(tk.Protocol([tk.Leg(5.0, qubit(1.0, "cold", 0.0)), tk.Leg(5.0, qubit(1.0, "hot", 1.0))]))
    assert cycle.entropy_production == np.inf
    assert cycle.ledger.entropy_production[0] == np.inf
    assert np.isfinite(cycle.ledger.entropy_production[1])
