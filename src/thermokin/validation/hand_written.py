"""Cases of channels written by hand: heat in the quanta that they declare, however cold the bath."""

from __future__ import annotations

import numpy as np

from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Gibbs
from thermokin.thermo.ledger import ledger
from thermokin.validation.case import Case

__all__ = ["heat_of_a_pair"]

EXACT = 1e-12  # relative deviation allowed of a closed form
WARM = 2.0


def heat_of_a_pair() -> list[Case]:
    """Heat that a two-level system of gap 1 gives up to a bath, down to where the absorption underflows.

    Returns:
        The cases.
    """
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    found = []
    for ratio in (2.0, 800.0, 1300.0):
        bath, absorbed = Bath("bath", 1.0 / ratio), float(np.exp(-ratio))
        pair = [Channel(0.1 * lower, bath, -1.0), Channel(0.1 * np.sqrt(absorbed) * lower.T, bath, 1.0)]
        model = Model(np.diag([0.0, 1.0]), pair)
        heat = ledger(model, evolve(model, Gibbs(WARM), [1e5])).heat["bath"][-1]
        expected = absorbed / (1.0 + absorbed) - 1.0 / (1.0 + np.exp(1.0 / WARM))
        system = f"pair written by hand, gap over temperature {ratio:g}"
        found.append(Case(system, "heat from Gibbs at 2", expected, float(heat), EXACT, "closed form, Gibbs states"))
    return found
