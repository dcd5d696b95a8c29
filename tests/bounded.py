"""The bounds on what a model exchanges, by name: the few lines that every test of them begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import thermokin as tk
from thermokin.bounds import Bound, information_bound, relaxation_bounds
from thermokin.counting.integrated_cumulants import exchanged

THEOREMS = ("thermo-kinetic", "thermodynamic", "kinetic", "time-weighted", "fluctuation theorem")
BARE = "bare thermo-kinetic"
EXACT = "thermo-kinetic, exact information"
Counts = Callable[[tk.Model], tk.Current]


def heat(model: tk.Model) -> tk.Current:
    """Heat from all baths."""
    return tk.heat(model)


def bounds_along(model: tk.Model, initial: Any, times: Any, counts: Counts = heat) -> dict[str, Bound]:
    """All bounds on a current of the model, the one with the exact information included."""
    evolution = tk.evolve(model, initial, times)
    ledger, amount = tk.ledger(model, evolution), exchanged(evolution, counts(model))
    found = {bound.name: bound for bound in relaxation_bounds(ledger, amount)}
    return {EXACT: information_bound(ledger, amount), **found}
