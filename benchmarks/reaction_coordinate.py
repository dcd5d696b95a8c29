"""Claim: a strongly coupled qubit with 200 levels of its coordinate, with its heat, 20 times faster than qthermo.

A qubit between a hot bath of one damped mode, of which the coordinate is taken in, and a weak cold one. Ours is
`tk.reaction_coordinate` with the heat from both baths, its error, and the qubit's state; qthermo's is
`reaction_coordinate_model` with `analyze` and its partial trace. Both make the same Davies model of 400 levels anew
each time. Processor time, one BLAS thread. Of 40 levels, which would do, both times are printed without a claim.

A fast wrong answer fails: heat and state within 1e-7 of qthermo's, whose heats from both baths do not cancel to more
digits than that with 200 levels, and within 1e-9 of ours with 40 levels.
"""

from __future__ import annotations

import statistics
import warnings
from functools import partial
from typing import Any

import numpy as np
from harness.claims import Claims
from harness.timing import in_turn, repeats_asked
from numpy.typing import NDArray
from qthermo.strong_coupling import reaction_coordinate_model
from qthermo.subsystems import partial_trace

import thermokin as tk
from thermokin.errors import ValidityWarning

FASTER = 20.0
LEVELS, FEW = 200, 40
COUPLING, FREQUENCY, WIDTH, RATE, HOT, COLD = 0.3, 1.3, 1e-3, 1e-3, 1.0, 0.5
GAP, FLIP = np.diag([0.5, -0.5]), np.array([[0.0, 1.0], [1.0, 0.0]])
PEER = 1e-7  # of its heats, which cancel to no more digits

Answer = tuple[NDArray[Any], NDArray[Any]]


def ours(levels: int) -> Answer:
    """Heats and the qubit's state."""
    strong = tk.Contact(tk.Bath("hot", HOT), FLIP, tk.Brownian(COUPLING, FREQUENCY, WIDTH))
    weak = tk.Contact(tk.Bath("cold", COLD), FLIP, tk.Flat(RATE))
    found = tk.reaction_coordinate(GAP, [strong, weak], levels=levels)
    return found.heat, found.state


def theirs(levels: int) -> Answer:
    """The same of qthermo."""
    weak = {"coupling": FLIP, "T": COLD, "gamma": RATE, "name": "cold"}
    model = reaction_coordinate_model(
        GAP, FLIP, HOT, COUPLING, FREQUENCY, kappa=WIDTH, n_levels=levels, weak_baths=[weak], name="hot"
    )
    found = model.analyze()
    heat = np.array([found.currents["hot"], found.currents["cold"]])
    return heat, partial_trace(found.rho, 0, [2, levels])


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    warnings.simplefilter("ignore", ValidityWarning)
    found = {}
    for levels in (FEW, LEVELS):
        ways = {"ours": partial(ours, levels), "qthermo": partial(theirs, levels)}
        found[levels] = in_turn(ways, repeats)
        print(f"{levels} levels")
        for name, spent in found[levels].items():
            print(f"  {name:8s} {spent}")
    mine, other = (found[LEVELS][name] for name in ("ours", "qthermo"))
    claims.faster("qthermo", statistics.median(mine.processor), statistics.median(other.processor), FASTER)
    for place, words in enumerate(("heats", "state")):
        claims.agree(f"{words}, qthermo", mine.result[place], other.result[place], PEER)
        claims.agree(f"{words}, {FEW} levels", mine.result[place], found[FEW]["ours"].result[place])
    claims.finish()


if __name__ == "__main__":
    main()
