"""Papers on three-level masers, in which coherence takes the uncertainty product below two."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.optimize import minimize_scalar

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting, cumulants
from thermokin.model import library
from thermokin.model.current import entropy_flow, heat
from thermokin.model.library.maser import DrivenPair
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic, holds_only
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.validation import leads, machines, published_currents

__all__ = ["IN_A_CAVITY", "LOWER_PAIR", "UPPER_PAIR"]

GAPS = 2500.0, 1000.0
QUANTA = 5.0, 0.027  # of the hot and of the cold bath
CLASSICAL = "classical limit 2"


def _product(drive: FloatArray | float, pair: DrivenPair, quanta: tuple[float, float] = QUANTA) -> FloatArray:
    """D sigma / J^2 of the cycles of the maser."""
    hot, cold = (gap / np.log1p(1.0 / n) for gap, n in zip(GAPS, quanta, strict=True))
    given = {"gap_hot": GAPS[0], "gap_cold": GAPS[1], "rate_hot": 0.1, "rate_cold": 2.0}
    model = library.three_level_maser(drive, hot, cold, **given, driven_pair=pair)
    turned = cumulants(model, heat(model, "hot"))
    produced = cumulants(model, entropy_flow(model), order=1).mean
    return np.asarray(turned.noise * produced / turned.mean**2, dtype=np.float64)


@cache
def _least(pair: DrivenPair, quanta: tuple[float, float] = QUANTA) -> tuple[float, float]:
    """The least product along the drive, and the drive."""
    upper = 3.0 * np.sqrt(quanta[0] / QUANTA[0] * max(quanta[1], 1.0))
    options = {"xatol": 1e-9}
    found = minimize_scalar(lambda drive: float(_product(drive, pair, quanta)), bounds=(0.02, upper), options=options)
    return float(found.fun), float(found.x)


def _lower() -> list[Number]:
    model = "parameters and formula from second hand"
    least, drive = _least("lower")
    return [
        *checked(leads.masers_of_either_pair, quantity="lower", doubt=model),
        *checked(published_currents.dots_and_masers, source="2103.07791", doubt=model),
        *further(
            "three-level maser, lower pair driven",
            "closed form minimised along the drive",
            {"least uncertainty product": ("1.65157558", least), "drive at which it is least": ("0.16925", drive)},
            doubt=model,
        ),
    ]


def _upper() -> list[Number]:
    least, drive = _least("upper")
    return [
        *checked(leads.masers_of_either_pair, quantity="upper"),
        *checked(machines.maser_and_its_cavity, system="upper"),
        *further(
            "three-level maser, upper pair driven",
            "generator and pseudo-inverse, least along the drive",
            {
                "least uncertainty product": ("2.37507459", least),
                "drive at which it is least": ("0.8936", drive),
                "least product at quanta 20 and 1": ("1.98279", _least("upper", (20.0, 1.0))[0]),
                "least product at quanta 50 and 20": ("2.00001", _least("upper", (50.0, 20.0))[0]),
            },
        ),
    ]


def _against_drive(pairs: dict[DrivenPair, str]) -> Sheet:
    drives = np.geomspace(0.02, 3.0, 121)
    curves = tuple(Curve(label, drives, _product(drives, pair)) for pair, label in pairs.items())
    points = tuple((drive, least, f"{least:.4f}") for least, drive in map(_least, pairs))
    up = r"uncertainty product $D\sigma/J^2$"
    panel = Panel("drive $\\epsilon$", up, curves, {CLASSICAL: 2.0}, points, scales="x", top=4.5, bottom=1.5)
    return Sheet((panel,))


def _in_a_cavity(hot_quanta: float, kept: int = 31) -> tuple[float, float]:
    """The product of the cold heat, with all that leaves the cavity as heat, and with its coherent part as work."""
    low, high, bath = 3500.0, 10500.0, 2000.0
    given = {"gap_hot": high, "gap_cold": high - low, "rate_hot": 0.1, "rate_cold": 2.0, "rate_cavity": 1.0}
    hot = high / np.log1p(1.0 / hot_quanta)
    model = library.maser_in_cavity(kept, 0.025, hot, bath, bath, **given, pump=1.5, driven_pair="lower")
    counting = Counting(model)
    cold = counting.cumulants(heat(model, "cold"))
    flow = sum(float(counting.cumulants(entropy_flow(model, name), order=1).mean) for name in ("hot", "cold"))
    state, mode = counting.steady_state.state, np.kron(np.eye(3), np.diag(np.sqrt(np.arange(1.0, kept)), 1))
    photons, field = float(np.trace(mode.T @ mode @ state).real), float(abs(np.trace(mode @ state)) ** 2)
    thermal = 1.0 / np.expm1(low / bath)
    both = (flow + low / bath * (leaving - thermal) for leaving in (photons, photons - field))
    whole, incoherent = (float(cold.noise * produced / cold.mean**2) for produced in both)
    return whole, incoherent


def _cavity() -> Sheet:
    quanta = np.linspace(0.3, 5.0, 17)
    whole, incoherent = np.array([_in_a_cavity(n) for n in quanta]).T
    across = "quanta of the hot bath $n_h$"
    marked = ((2.0, _in_a_cavity(2.0)[1], "1.7835"),)
    return Sheet(
        (
            Panel(
                across,
                r"product $D\sigma/J^2$ of the cold heat",
                (Curve("coherent field as work", quanta, incoherent),),
                {CLASSICAL: 2.0},
                marked,
                top=3.6,
                bottom=1.5,
            ),
            Panel(across, r"product $D\sigma/J^2$", (Curve("all light as heat", quanta, whole),), scales="y"),
        )
    )


LOWER_PAIR = Paper(
    id="2103.07791",
    title="Violating the Thermodynamic Uncertainty Relation in the Three-Level Maser",
    authors="A. A. S. Kalaee, A. Wacker, P. P. Potts",
    year=2021,
    topic=Topic.MASERS,
    claim="A three-level maser whose lower pair is driven turns over heat with less noise than the classical "
    "uncertainty relation allows: the product of noise and entropy production over the squared current is below 2.",
    finding=Finding(Kind.REPRODUCED),
    numbers=_lower,
    sheet=lambda: _against_drive({"lower": "lower pair driven"}),
    caption="Noise times entropy production over the squared current, against the drive; the least value is marked.",
    code="""import numpy as np
import thermokin as tk
hot, cold = 2500 / np.log(1 + 1 / 5), 1000 / np.log(1 + 1 / 0.027)
maser = tk.library.three_level_maser(
    0.15, hot, cold, gap_hot=2500, gap_cold=1000, rate_hot=0.1, rate_cold=2, driven_pair="lower")
turned = tk.cumulants(maser, tk.heat(maser, "hot"))
print(turned.noise * tk.cumulants(maser, tk.entropy_flow(maser), order=1).mean / turned.mean**2)""",
    references=(
        "Physical Review E 104, L012103",
        "arXiv:2103.07791",
        "closed form also in the code of arXiv:2602.06744",
    ),
    also=("kalaee2021",),
)

UPPER_PAIR = Paper(
    id="2211.08377",
    title="Thermodynamic uncertainty relation in nondegenerate and degenerate maser heat engines",
    authors="V. Singh, V. Shaghaghi, Ö. E. Müstecaplıoğlu, D. Rosa",
    year=2022,
    topic=Topic.MASERS,
    claim="The two masers that differ in the driven pair break the classical uncertainty relation to different "
    "degrees; at high temperature both break it.",
    finding=holds_only(
        "where the quanta suit: with the upper pair driven the least product is 1.983 at quanta 20 and 1, but "
        "2.375 at 5 "
        "and 0.027, where the lower pair reaches 1.652, and 2.00001 at 50 and 20, near equilibrium; which limit the "
        "paper means by its 'always' was not checked"
    ),
    numbers=_upper,
    sheet=lambda: _against_drive({"lower": "lower pair driven", "upper": "upper pair driven"}),
    caption="The uncertainty product of both masers against the drive, rates 0.1 and 2, quanta 5 and 0.027.",
    code="""import numpy as np
import thermokin as tk
hot, cold = 2500 / np.log(1 + 1 / 5), 1000 / np.log(1 + 1 / 0.027)
maser = tk.library.three_level_maser(
    0.893564986, hot, cold, gap_hot=2500, gap_cold=1000, rate_hot=0.1, rate_cold=2, driven_pair="upper")
turned = tk.cumulants(maser, tk.heat(maser, "hot"))
print(turned.noise * tk.cumulants(maser, tk.entropy_flow(maser), order=1).mean / turned.mean**2)""",
    references=("arXiv:2211.08377",),
)

IN_A_CAVITY = Paper(
    id="2602.06744",
    title="a maser in a pumped cavity (title not looked up)",
    authors="authors of arXiv:2602.06744",
    year=2026,
    topic=Topic.MASERS,
    claim="In a pumped cavity the cold heat of the maser breaks the classical relation where the light that leaves "
    "coherently is counted as work; with all light as heat the product is in the hundreds.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(
        machines.maser_and_its_cavity, source="2602.06744", doubt="parameters from the public notebook, values ours"
    ),
    sheet=_cavity,
    caption="The uncertainty product of the cold heat against the quanta of the hot bath, 31 photon states kept: with "
    "the coherent field as work (left) and as heat (right).",
    code="""import numpy as np
import thermokin as tk
maser = tk.library.maser_in_cavity(
    31, 0.025, 10500 / np.log(1.5), 2000, 2000, gap_hot=10500, gap_cold=7000,
    rate_hot=0.1, rate_cold=2, rate_cavity=1, pump=1.5, driven_pair="lower")
print(tk.cumulants(maser, tk.heat(maser, "cold"), order=1).mean / 3500)""",
    references=("arXiv:2602.06744",),
)
