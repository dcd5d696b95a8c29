"""Papers on clocks: how steady a count can be, by residence times, by entropy, and by coherence."""

from __future__ import annotations

from functools import cache

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds import evaluate
from thermokin.counting.counting import cumulants
from thermokin.model import library
from thermokin.model.channel import Channel
from thermokin.model.current import activity, current, entropy_flow
from thermokin.model.model import Model
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic, holds_only
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.validation import bounds_since_start, machines

__all__ = ["BROWNIAN", "COHERENT_RING", "RESIDENCE"]

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
LINKS = {
    2: (0.35355339,),
    3: (0.20774815, 0.36234356),
    4: (0.16713654, 0.22318196, 0.35860718),
    5: (0.14595894, 0.18742562, 0.2233844, 0.35391689),
    6: (0.1322624, 0.1690967, 0.1914577, 0.2204277, 0.3497751),
    8: (0.1148316, 0.1481931, 0.1660027, 0.1773672, 0.1887609, 0.2136325, 0.343428),
}
"""Couplings of the links, in units of the rate of the tick, at which the precision is largest."""


def _fluorescence(drive: float) -> float:
    """D / J^2 of the photons over the residence time of a rate equation with the same stays."""
    atom = Model(0.5 * drive * (LOWER + LOWER.T), [Channel(LOWER, None)])
    return float(evaluate(atom, activity(atom))["clock"].ratio)


def _residence_numbers() -> list[Number]:
    return [
        *checked(
            bounds_since_start.rings,
            source="2406.19450",
            doubt="the abstract names the residence time; saturating count ours",
        ),
        *further(
            "resonance fluorescence at drive gamma / sqrt 2, as a clock",
            "Liouvillian; a coherent model",
            {"noise over the bound": ("0.400000000", _fluorescence(np.sqrt(0.5)))},
        ),
    ]


def _ring(size: int, affinity: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    ring = library.ring_clock(size, affinity)
    ticks = cumulants(ring, current(ring, "ticks"))
    produced = cumulants(ring, entropy_flow(ring), order=1).mean
    fano, product = ticks.noise / ticks.mean, ticks.noise * produced / ticks.mean**2
    return np.asarray(fano, dtype=np.float64), np.asarray(product, dtype=np.float64)


def _residence() -> Sheet:
    drives = np.linspace(0.1, 3.0, 60)
    ratios = [_fluorescence(float(drive)) for drive in drives]
    curves = (Curve("photons of a driven atom", drives, ratios),)
    point = (float(np.sqrt(0.5)), 0.4, "0.4")
    return Sheet((Panel(r"drive $\Omega/\gamma$", "noise over its bound", curves, {"rate equations": 1.0}, (point,)),))


def _brownian() -> Sheet:
    affinities = np.linspace(0.2, 40.0, 100)
    curves = [Curve(f"{size} states", affinities, _ring(size, affinities)[0]) for size in (3, 6, 12)]
    sparse = affinities[::10]
    curves.append(Curve(r"$\coth(A/2N)/N$, 6", sparse, 1.0 / np.tanh(sparse / 12.0) / 6.0, "points", "#1c1c1e"))
    curves.append(Curve(r"$2/A$", affinities, 2.0 / affinities, "dashed", "#55565a"))
    point = (12.0, 0.21883921425, "0.2188")
    return Sheet((Panel("affinity $A$", "Fano factor per turn", tuple(curves), points=(point,), top=1.2, bottom=0.0),))


@cache
def _best(sites: int) -> float:
    """The precision of a ring of so many sites at its best couplings."""
    clock = library.coherent_ring_clock(LINKS[sites])
    ticks = cumulants(clock, current(clock, "ticks"))
    return float(ticks.mean / ticks.noise)


def _coherent_numbers() -> list[Number]:
    return [
        *checked(machines.chains_and_clocks_by_name, source="2407.07948"),
        *further(
            "coherent clock, all couplings searched",
            "gradient and simplex from four starts",
            {f"largest precision, {n} sites": (known, _best(n)) for n, known in ((6, "23.17974"), (8, "35.14666"))},
        ),
        *further(
            "coherent clock, between 4 and 8 sites",
            "gradient and simplex from four starts",
            {"exponent of the precision": ("1.485", np.log(_best(8) / _best(4)) / np.log(2.0))},
        ),
    ]


def _coherent() -> Sheet:
    sites = np.array(sorted(LINKS), dtype=np.float64)
    best = [_best(int(n)) for n in sites]
    curves = (
        Curve("coherent ring, best couplings", sites, best, "points"),
        Curve(r"$n^{4/3}$, from 4 sites", sites, _best(4) * (sites / 4.0) ** (4.0 / 3.0), "dashed"),
        Curve("rate equation, $n$", sites, sites, "line", "#55565a"),
    )
    return Sheet((Panel("sites $n$", "precision $J/D$ of the ticks", curves, scales="xy"),))


RESIDENCE = Paper(
    id="2406.19450",
    title="Optimal time estimation and the clock uncertainty relation for stochastic processes",
    authors="K. Prech, G. T. Landi, F. Meier, N. Nurgalieva, P. P. Potts, R. Silva, M. T. Mitchison",
    year=2024,
    topic=Topic.CLOCKS,
    claim="No count of a jump process is steadier than its mean residual time allows; the best count adds each "
    "mean stay.",
    finding=holds_only("for rate equations, as the paper says: the photons of a driven atom reach 0.4 of the bound"),
    numbers=_residence_numbers,
    sheet=_residence,
    caption="The noise of the photons of a driven atom over the bound of rate equations with the same stays.",
    code="""import numpy as np
import thermokin as tk
ring = tk.rates(np.array([[0, 2, 0.5], [0.3, 0, 1.5], [1.1, 0.4, 0]]))
found = tk.bounds.evaluate(ring, tk.activity(ring))["clock"]
print(1 / found.cost.values)""",
    references=("arXiv:2406.19450", "K. Macieszczak, arXiv:2407.09839"),
    also=("2407.09839", "prech2024clock", "macieszczak2024"),
)

BROWNIAN = Paper(
    id="barato2016",
    title="Cost and precision of Brownian clocks",
    authors="A. C. Barato, U. Seifert",
    year=2016,
    topic=Topic.CLOCKS,
    claim="A uniform ring of N states turns with the Fano factor coth(A/2N)/N, never below 2 over the entropy "
    "per turn.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: [
        *checked(machines.chains_and_clocks_by_name, source="Barato", doubt="closed form as in textbooks"),
        *checked(bounds_since_start.rings, source="Barato", doubt="closed form as in textbooks"),
    ],
    sheet=_brownian,
    caption="The Fano factor of turns against the affinity of the ring, and the limit of the uncertainty relation.",
    code="""import thermokin as tk
ring = tk.library.ring_clock(6, 12)
turns = tk.cumulants(ring, tk.current(ring, "ticks"))
print(turns.noise / turns.mean)""",
    references=("Physical Review X 6, 041053",),
)

COHERENT_RING = Paper(
    id="2407.07948",
    title="Precision is not limited by the second law of thermodynamics",
    authors="F. Meier, Y. Minoguchi, S. Sundelin, T. J. G. Apollaro, P. Erker, S. Gasparinetti, M. Huber",
    year=2024,
    topic=Topic.CLOCKS,
    claim="A ring of sites joined coherently, with one dissipative link, ticks more precisely than a rate equation: as "
    "the number of sites to the power 4/3, for a profile of couplings in three regions.",
    finding=Finding(Kind.REPRODUCED, "with all couplings free the exponent between 4 and 8 sites is 1.485"),
    numbers=_coherent_numbers,
    sheet=_coherent,
    caption="The largest precision over all couplings against the number of sites, and what rate equations reach.",
    code="""import thermokin as tk
clock = tk.library.coherent_ring_clock([0.20774815, 0.36234356])
ticks = tk.cumulants(clock, tk.current(clock, "ticks"))
print(ticks.mean / ticks.noise)""",
    references=("arXiv:2407.07948",),
    also=("meier2025",),
)
