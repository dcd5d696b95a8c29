"""Claim: 100000 points of the qubit quench, everything `compare` gives at 20 times, in one call in under 3 s.

Gap, rate and both temperatures differ at every point. Timed from the parameters to the labelled data of
`Comparison.to_xarray`, which reads all there is: populations, ledger, heat with its variance, kinematics, distances,
bounds, totals, crossings and verdicts of both quenches; model building is included. The peer is the closed forms of the
qubit, written out in NumPy below without any check: they decide whether the results agree, and how far the general
machinery is from a formula typed in by hand (shown, no claim).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import xarray as xr
from harness.claims import EXACT, Claims
from harness.timing import in_turn, repeats_asked, shown
from numpy.typing import NDArray

import thermokin as tk

POINTS, LIMIT = 100_000, 3.0
TIMES = np.linspace(0.0, 5.0, 20)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Qubits with a gap and a rate, and the two temperatures of a reciprocal quench, each (n,)."""

    gap: Array
    rate: Array
    cold: Array
    hot: Array


def drawn(count: int) -> Points:
    random = np.random.default_rng(1)
    cold = random.uniform(0.2, 1.0, count)
    return Points(
        random.uniform(0.5, 3.0, count), random.uniform(0.1, 1.0, count), cold, cold * random.uniform(1.5, 5.0, count)
    )


def ours(points: Points) -> xr.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        pair = tk.reciprocal(lambda bath: tk.library.qubit(points.gap, points.rate, bath), points.cold, points.hot)
    return tk.compare(pair, TIMES).to_xarray()


@dataclass(frozen=True)
class Relaxation:
    """A qubit relaxes from one excited population to another, p(t) = end + (start - end) exp(-speed t).

    Args:
        gap: (n,).
        rate: (n,).
        start: excited population at time 0 (n,).
        end: at rest (n,).
        speed: (n,).
    """

    gap: Array
    rate: Array
    start: Array
    end: Array
    speed: Array

    def excited(self, times: Array) -> Array:
        """p(t) (n, t)."""
        left = np.exp(-self.speed[:, None] * times)
        return self.end[:, None] + (self.start - self.end)[:, None] * left

    def rate_of_entropy(self, times: Array) -> Array:
        """Sigma = -dp/dt [logit p - logit end]."""
        now = self.excited(times)
        change = -self.speed[:, None] * (now - self.end[:, None])
        return -change * (logit(now) - logit(self.end)[:, None])

    def over_time(self, times: Array) -> dict[str, Array]:
        """What the data set holds under these names, (n, t) each."""
        now, left = self.excited(times), np.exp(-self.speed[:, None] * times)
        start, end, gap = self.start[:, None], self.end[:, None], self.gap[:, None]
        change = -self.speed[:, None] * (now - end)
        down, up = self.speed[:, None] * (1.0 - end), self.speed[:, None] * end
        jumps = down * now + up * (1.0 - now)
        at_rest = 2.0 * self.speed[:, None] * end * (1.0 - end)
        passed = (1.0 - left) / self.speed[:, None]
        mean = gap * (now - start)
        flips = start * (1.0 - end - (1.0 - end) * left) + (1.0 - start) * (end - end * left)
        length = 2.0 * np.abs(np.arcsin(np.sqrt(now)) - np.arcsin(np.sqrt(start)))
        total = 2.0 * np.abs(np.arcsin(np.sqrt(end)) - np.arcsin(np.sqrt(start)))
        return {
            "energy": gap * now,
            "entropy": binary_entropy(now),
            "heat_rate": gap * change,
            "entropy_production_rate": self.rate_of_entropy(times),
            "entropy_production": divergence(start, end) - divergence(now, end),
            "activity_rate": jumps,
            "activity": at_rest * times + (down - up) * (start - end) * passed,
            "heat_mean": mean,
            "heat_variance": gap**2 * flips - mean**2,
            "velocity": np.abs(change) / np.sqrt(now * (1.0 - now)),
            "length": length,
            "completion": length / total,
            "distance_relative_entropy": divergence(now, end),
            "distance_trace_distance": np.abs(now - end),
            "distance_Bures_angle": np.arccos(np.minimum(np.sqrt(now * end) + np.sqrt((1 - now) * (1 - end)), 1.0)),
            "distance_Hilbert_Schmidt_distance": np.sqrt(2.0) * np.abs(now - end),
        }

    def once(self) -> dict[str, Array]:
        """What the data set holds under these names, (n,) each."""
        return {
            "gap": self.speed,
            "total_length": 2.0 * np.abs(np.arcsin(np.sqrt(self.end)) - np.arcsin(np.sqrt(self.start))),
            "total_heat": self.gap * (self.end - self.start),
            "total_entropy_production": divergence(self.start, self.end),
        }


def logit(p: Array) -> Array:
    return np.asarray(np.log(p / (1.0 - p)))


def binary_entropy(p: Array) -> Array:
    return np.asarray(-p * np.log(p) - (1.0 - p) * np.log1p(-p))


def divergence(p: Array, q: Array) -> Array:
    return np.asarray(p * np.log(p / q) + (1.0 - p) * np.log((1.0 - p) / (1.0 - q)))


def relaxations(points: Points) -> tuple[Relaxation, Relaxation]:
    """Heating and cooling."""
    low, high = (1.0 / (1.0 + np.exp(points.gap / bath)) for bath in (points.cold, points.hot))
    # speed = rate (2 n + 1) = rate / (1 - 2 p), with p the excited population at rest
    return (
        Relaxation(points.gap, points.rate, low, high, points.rate / (1.0 - 2.0 * high)),
        Relaxation(points.gap, points.rate, high, low, points.rate / (1.0 - 2.0 * low)),
    )


def closed_forms(points: Points) -> list[dict[str, Array]]:
    return [side.over_time(TIMES) | side.once() for side in relaxations(points)]


def check(claims: Claims, points: Points, found: xr.Dataset, formulas: list[dict[str, Array]]) -> None:
    for name in formulas[0]:
        both = np.stack([side[name] for side in formulas])
        # The angle from its cosine, and divergences from a difference of logarithms, lose digits near rest.
        poor = name in {"distance_Bures_angle", "distance_relative_entropy", "entropy_production"}
        claims.agree(name, found[name].to_numpy(), both, 1e-7 if poor else EXACT)
    populations = np.stack([side.excited(TIMES) for side in relaxations(points)])
    claims.agree("populations", found["populations"].to_numpy()[..., 1], populations)
    crossings(claims, points, found)
    gaps = [side["gap"] for side in formulas]
    larger = (gaps[0] > gaps[1]) & ~np.isclose(gaps[0], gaps[1], rtol=1e-9, atol=0.0)
    same = np.array_equal(found["verdict_gap"].to_numpy().astype(bool), larger)
    claims.small("verdicts on the gap that differ", float(not same), 0.0)
    limits = [name for name in found if str(name).startswith("limit_")]
    claims.small("bounds missing", float(not limits), 0.0)
    print(f"  bounds: {', '.join(str(name)[6:] for name in limits)}")


def crossings(claims: Claims, points: Points, found: xr.Dataset) -> None:
    """At a crossing the rates are equal by the closed form; one is named exactly where their order changes."""
    when = found["crossing_entropy_production_rate"].to_numpy()
    crosses = ~np.isnan(when)
    one, two = (side.rate_of_entropy(np.where(crosses, when, 1.0)[:, None])[:, 0] for side in relaxations(points))
    gap = np.abs(one - two)[crosses] / one[crosses]
    claims.small("entropy production rates, relative gap at the crossings", float(gap.max(initial=0.0)), EXACT)
    first, second = (side.rate_of_entropy(TIMES) for side in relaxations(points))
    order = np.sign(first - second)
    changes = (order[:, 1:] * order[:, :-1] < 0.0).any(axis=1)
    claims.small("points whose crossing is missed or made up", float((changes != crosses).mean()), 0.0)


def main() -> None:
    repeats, claims, points = repeats_asked(__doc__), Claims(), drawn(POINTS)
    found = in_turn({"ours": lambda: ours(points), "closed forms in NumPy": lambda: closed_forms(points)}, repeats)
    for name, time in found.items():
        print(f"{name:22s} {time}, {shown(time.median / POINTS)} a point")
    print(f"ours / closed forms = {found['ours'].median / found['closed forms in NumPy'].median:.1f}")
    check(claims, points, found["ours"].result, found["closed forms in NumPy"].result)
    claims.small(f"{POINTS} points", found["ours"].median, LIMIT, "s")
    claims.finish()


if __name__ == "__main__":
    main()
