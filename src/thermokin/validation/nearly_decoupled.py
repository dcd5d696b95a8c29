"""Cases of parts that are nearly decoupled: gaps and populations far below the rounding of the fastest rate."""

from __future__ import annotations

import numpy as np

from thermokin.model.library import levels
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.motion.evolution import evolve
from thermokin.motion.modes import modes
from thermokin.validation.case import Case
from thermokin.validation.two_pairs import two_pairs

__all__ = ["nearly_decoupled_parts"]

LADDERS = "80-digit inverse iteration on the same rates"
CLOSED = "closed form"
# Link, time, gap, population of the first ladder.
LINKED = (
    (1e-6, 2.5e12, 3.9746474558059316e-14, 0.95329669886100947),
    (1e-7, 2.5e14, 3.9746474560701599e-16, 0.95329669888777534),
    (1e-8, 1e20, 3.9746474560728022e-18, 0.50624967449951022),
)


def nearly_decoupled_parts() -> list[Case]:
    """Two ladders of 80 levels on a weak link from one of their ground states, and two pairs of states on one.

    Returns:
        The cases.
    """
    cases = []
    for link, time, gap, share in LINKED:
        system, model = f"two ladders of 80 levels, link {link:g}", _ladders(link)
        populations = evolve(model, np.eye(160)[0], [time]).populations[0]
        cases += [
            Case(system, f"sum of populations at {time:g}", 1.0, float(populations.sum()), 1e-13, "probability"),
            Case(system, f"first ladder at {time:g}", share, float(populations[:80].sum()), 1e-12, LADDERS),
            Case(system, "gap", gap, float(modes(model).gap), 1e-12, LADDERS),
        ]
    for link in (1e-13, 1e-16, 1e-30):
        chain = rates(two_pairs(link))
        # Each pair is at rest within: 3 to 7 and 9 to 2 in the states away from the link.
        expected = link * (0.7 * 0.3 + 2.0 / 11.0)
        cases.append(
            Case(f"two pairs of states, rates {link:g}", "gap", expected, float(modes(chain).gap), 1e-11, CLOSED)
        )
    return cases


def _ladders(link: float) -> Model:
    rungs = np.arange(80) * 0.05
    coupling, step = np.zeros((160, 160)), np.delete(np.arange(159), 79)
    coupling[step, step + 1] = coupling[step + 1, step] = 1.0
    coupling[0, 80] = coupling[80, 0] = link
    return levels(np.concatenate([rungs, rungs + 0.025]), coupling, rate=0.01, temperature=1.0)
