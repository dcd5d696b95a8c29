"""Claim: the friction of a qubit at 10 000 gaps and 100 geodesics, each in one call, 100 times as fast as qthermo's.

One qubit on a flat bath whose gap is driven. The peer takes one point at a time and differences by 1e-5, and its
schedule is a sum of trapezoids over 201 of them; ours takes all points at once, and resolves the length to 1e-11. One
geodesic a call is 20 times as fast. At 100 gaps ours is 15 times as fast, and one point at a time 5 times slower: both
are printed, without a claim.

A fast wrong answer fails: frictions within 1e-9 of the closed form, and lengths within 1e-9 of its integral.
"""

from __future__ import annotations

import statistics
import warnings
from typing import Any

import numpy as np
import qthermo
from harness.claims import Claims
from harness.timing import Timed, in_turn, repeats_asked
from qthermo.geometry import friction, optimal_schedule
from scipy.integrate import quad

import thermokin as tk
from thermokin.errors import ValidityWarning

TOGETHER, ALONE, EXACT = 100.0, 20.0, 1e-9
RATE, START = 0.01, 0.5
GAPS = np.linspace(0.5, 4.0, 10_000)
FEW = GAPS[::100]
ENDS = 4.0 + 0.01 * np.arange(100)
FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
QUBIT = tk.Family(tk.library.qubit, {"rate": RATE, "temperature": 1.0})


def hamiltonian(gap: float) -> Any:
    return np.diag([0.0, gap])


def baths(made: Any) -> list[Any]:
    return [qthermo.davies_bath(made, FLIP, 1.0, gamma=RATE)]


def closed(gap: Any) -> Any:
    excited = 1.0 / (np.exp(gap) + 1.0)
    return excited * (1.0 - excited) * np.tanh(gap / 2.0) / RATE


def busy(time: Timed) -> float:
    return statistics.median(time.processor)


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    warnings.simplefilter("ignore", ValidityWarning)
    tk.geodesic(QUBIT, {"gap": START}, {"gap": 1.0})  # what is loaded on first use; the peer's is loaded above
    found = in_turn(
        {
            "ours": lambda: tk.friction(QUBIT, {"gap": GAPS}).tensor[:, 0, 0],
            "peer": lambda: [friction(hamiltonian, baths, 1.0, float(gap)) for gap in GAPS],
            "ours at 100": lambda: tk.friction(QUBIT, {"gap": FEW}).tensor[:, 0, 0],
            "one by one": lambda: [float(tk.friction(QUBIT, {"gap": gap}).tensor[0, 0]) for gap in FEW],
            "our geodesics": lambda: tk.geodesic(QUBIT, {"gap": START}, {"gap": ENDS}).length,
            "geodesic by geodesic": lambda: [tk.geodesic(QUBIT, {"gap": START}, {"gap": end}).length for end in ENDS],
            "peer's schedules": lambda: [
                optimal_schedule(hamiltonian, baths, 1.0, (START, float(end))).length for end in ENDS
            ],
        },
        repeats,
    )
    lengths = [quad(lambda gap: np.sqrt(closed(gap)), START, end, epsabs=1e-13, epsrel=1e-13)[0] for end in ENDS]
    for name, time in found.items():
        exact = lengths if len(name) > 11 else closed(GAPS if name in {"ours", "peer"} else FEW)
        print(f"  {name:20s} {time}, error {np.abs(np.asarray(time.result) / exact - 1.0).max():.1e}")
    claims.faster("friction at 10 000 gaps", busy(found["ours"]), busy(found["peer"]), TOGETHER)
    schedules = busy(found["peer's schedules"])
    claims.faster("100 geodesics", busy(found["our geodesics"]), schedules, TOGETHER)
    claims.faster("100 geodesics one by one", busy(found["geodesic by geodesic"]), schedules, ALONE)
    claims.agree("friction and its closed form", found["ours"].result, closed(GAPS), EXACT)
    for name in ("our geodesics", "geodesic by geodesic"):
        claims.agree("length and its integral", found[name].result, lengths, EXACT)
    claims.finish()


if __name__ == "__main__":
    main()
