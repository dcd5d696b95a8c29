"""Claim: 10^4 junctions in a second of processor time, and a point 25 times faster than SciPy's quadrature.

Ten thousand resonant levels of drawn energies and rates between leads that differ in temperature and potential: current
and noise of each. The peer integrates the same two functions of the same levels by `scipy.integrate.quad_vec` with the
break points of ours, at the same relative tolerance, for the first forty of them; its time is for those, and the ratio
is per level. Ratios are of medians of processor time, on one thread.

A fast wrong answer fails: agreement of all forty at 1e-9.
"""

from __future__ import annotations

import statistics

import numpy as np
from harness.claims import Claims
from harness.timing import Timed, in_turn, repeats_asked
from numpy.typing import NDArray
from scipy.integrate import quad_vec

import thermokin as tk

LEVELS, FEW, SECONDS, CLAIMED = 10_000, 40, 1.0, 25.0
LEADS = ((0.5, 0.7), (0.25, -0.3))  # temperature and potential
DRAW = np.random.default_rng(1)
ENERGIES, LEFT, RIGHT = DRAW.normal(size=LEVELS), *DRAW.uniform(0.01, 3.0, size=(2, LEVELS))


def ours() -> NDArray[np.float64]:
    """Current and noise of all."""
    leads = [tk.Bath(name, *pair, tk.Fermi()) for name, pair in zip(("left", "right"), LEADS, strict=True)]
    junction = tk.transport.Junction(tk.transport.resonant_level(ENERGIES, LEFT, RIGHT), leads)
    return np.asarray(tk.cumulants(junction, tk.particles(junction, "left")))


def by_scipy() -> NDArray[np.float64]:
    """The first forty."""
    return np.array([level(*drawn) for drawn in zip(ENERGIES[:FEW], LEFT[:FEW], RIGHT[:FEW], strict=True)])


def level(energy: float, left: float, right: float) -> NDArray[np.float64]:
    """Current and noise of one."""

    def integrand(at: float) -> NDArray[np.float64]:
        share = left * right / ((at - energy) ** 2 + 0.25 * (left + right) ** 2)
        one, other = (1.0 / (1.0 + np.exp((at - potential) / warmth)) for warmth, potential in LEADS)
        moved = share * (one - other)
        return np.array([moved, share * (one * (1.0 - other) + other * (1.0 - one)) - moved**2])

    width = left + right
    points = [energy + width * rung for rung in (-10.0, -3.0, -1.0, 0.0, 1.0, 3.0, 10.0)]
    points += [potential + warmth * rung for warmth, potential in LEADS for rung in (-15.0, -5.0, 0.0, 5.0, 15.0)]
    found = quad_vec(integrand, -25.0, 25.0, epsrel=1e-11, epsabs=1e-15, points=sorted(points))[0]
    return np.asarray(found / (2.0 * np.pi))


def busy(time: Timed) -> float:
    return statistics.median(time.processor)


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    found = in_turn({"ours, 10^4": ours, "quad_vec, 40": by_scipy}, repeats)
    for name, time in found.items():
        print(f"  {name:12s} {time}")
    claims.small("10^4 levels", busy(found["ours, 10^4"]), SECONDS, "s")
    each = busy(found["ours, 10^4"]) / LEVELS, busy(found["quad_vec, 40"]) / FEW
    claims.faster("one level", *each, CLAIMED)
    claims.agree("current and noise", found["ours, 10^4"].result[:FEW], found["quad_vec, 40"].result, 1e-9)
    claims.finish()


if __name__ == "__main__":
    main()
