"""Cases on the entropy that rings of jumps produce through one link far weaker than the others."""

from __future__ import annotations

import numpy as np

from thermokin.model.current import entropy_flow
from thermokin.model.rates import rates
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Populations
from thermokin.thermo.ledger import ledger
from thermokin.validation.case import Case

__all__ = ["entropy_of_weak_links"]

EXACT = 1e-13
# By t = .1, 10 and 1000, for each weak link.
WEAK_RING = {
    1e-06: (0.97734157483773237, 1.0297392714662509, 1.0370421028697535),
    1e-15: (0.97733905806964548, 1.0296194171814809, 1.0296194172087214),
    1e-18: (0.97733905806963981, 1.0296194171811586, 1.0296194171811925),
}


def entropy_of_weak_links() -> list[Case]:
    """A ring of three levels two of which hardly anything joins to the third, and a ratio beyond doubles.

    Returns:
        The cases.
    """
    found: list[Case] = []
    source = "60-digit exponential of the same rates"
    for link, produced in WEAK_RING.items():
        flows = np.array([[0.0, link, 5.0], [2.0 * link, 0.0, 0.4 * link], [9.0, 0.3 * link, 0.0]])
        model = rates(flows)
        account = ledger(model, evolve(model, Populations([1.0, 0.0, 0.0]), [0.1, 10.0, 1e3]))
        system = f"ring of three levels, weak link {link:g}"
        for time, right, ours in zip((0.1, 10.0, 1e3), produced, account.entropy_production, strict=True):
            found.append(Case(system, f"entropy production by t = {time:g}", right, float(ours), EXACT, source))
    weights = entropy_flow(rates([[0.0, 1e-290], [1e20, 0.0]])).weights
    flow = float(np.max(weights))
    found.append(
        Case("two levels, rates 1e-290 and 1e20", "entropy of a jump", 713.80137882815416, flow, EXACT, "310 ln 10")
    )
    return found
