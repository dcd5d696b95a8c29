"""Papers on coherent transport between leads: noise below the classical relation, and how far below."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.model.statistics import Fermi
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic, holds_only
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.transport import Junction, Scatterer, boxcar, chain, constant
from thermokin.transport.answers import cumulants, entropy_flow, particles
from thermokin.validation import coherent_transport, noise_of_transport

__all__ = ["BOXCAR", "CONTACT", "DOTS", "FILTERS"]

CLASSICAL = "classical limit 2"
TIGHT = {"xatol": 1e-9}
UP = r"$D\sigma/J^2$"
BIAS = "bias $V/kT$"


def _between(scatterer: Scatterer, bias: FloatArray | float) -> Junction:
    half = 0.5 * np.asarray(bias, dtype=np.float64)
    return Junction(scatterer, [Bath("left", 1.0, half, Fermi()), Bath("right", 1.0, -half, Fermi())])


def _product(scatterer: Scatterer, bias: FloatArray | float) -> FloatArray:
    junction = _between(scatterer, bias)
    counted = cumulants(junction, particles(junction, "left"))
    produced = cumulants(junction, entropy_flow(junction), order=1).mean
    return np.asarray(counted.noise * produced / counted.mean**2, dtype=np.float64)


def _contact() -> Sheet:
    biases = np.linspace(0.05, 12.0, 121)
    shares = (0.1, 0.4, 0.7, 1.0)
    curves = [Curve(f"transmission {share:g}", biases, _product(constant(share), biases)) for share in shares]
    sparse = biases[::12]
    closed = 2.0 * 0.4 + 0.6 * sparse / np.tanh(0.5 * sparse)
    curves.append(Curve("closed form, 0.4", sparse, closed, "points", "#1c1c1e"))
    return Sheet((Panel(BIAS, UP, tuple(curves), {CLASSICAL: 2.0}, ((3.0, 2.78862450737, "2.7886"),)),))


def _narrow(half: float, biases: FloatArray) -> FloatArray:
    return _product(boxcar(-half, half), biases)


def _boxcar() -> Sheet:
    biases = np.linspace(0.1, 12.0, 121)
    limit = biases / np.sinh(0.5 * biases)
    curves = [Curve(f"boxcar of width {2 * half:g} kT", biases, _narrow(half, biases)) for half in (1e-3, 1.0, 2.0)]
    sparse = biases[::10]
    curves.append(Curve("of the bound", sparse, limit[::10], "points", "#1c1c1e"))
    fillings = np.linspace(0.02, 0.995, 121)
    least, at = _least_factor()
    ring = Panel(
        "filling $f$ of the first terminal",
        "factor of the bound",
        (Curve("one-way ring, many terminals", fillings, _factor(fillings)),),
        {"with time reversal": 1.0},
        ((at, least, f"{least:.5f}"),),
    )
    panel = Panel(BIAS, UP, tuple(curves), {CLASSICAL: 2.0}, ((6.0, 0.598929418013, "0.5989"),), place="upper right")
    return Sheet((panel, ring))


def _factor(filling: FloatArray | float) -> FloatArray:
    """Least entropy of a one-way ring over 2|J| asinh(|J|/D), by the filling of the first terminal."""
    f = np.asarray(filling, dtype=np.float64)
    return np.asarray(-np.log1p(-f) / (2.0 * f * np.arcsinh(1.0 / (1.0 - f))), dtype=np.float64)


@cache
def _least_factor() -> tuple[float, float]:
    found = minimize_scalar(lambda f: float(_factor(f)), bounds=(0.5, 0.999), options=TIGHT)
    return float(found.fun), float(found.x)


def _below() -> list[Number]:
    not_read = "inequality derived from the abstracts; whether the paper's factor is this one was not checked"
    factor, filling = _least_factor()
    return [
        *checked(coherent_transport.below_the_classical_relation, source="Brandner", doubt=not_read),
        *checked(noise_of_transport.one_way_rings, doubt=not_read),
        *further(
            "one-way ring of infinitely many terminals",
            "closed form, minimised",
            {"factor of the bound": ("0.426233127", factor), "filling of the first terminal": ("0.92141", filling)},
            doubt=not_read,
        ),
    ]


@cache
def _best_dots() -> tuple[float, float, float, float]:
    """The least product of two resonant dots, and the rate, hopping and bias at which it lies."""
    found = minimize(
        lambda x: float(_product(chain([0.0, 0.0], x[1], x[0], x[0]), x[2])),
        (1.7, 1.1, 5.2),
        method="Nelder-Mead",
        options={"xatol": 3e-5, "fatol": 1e-10},
    )
    rate, hopping, bias = (float(x) for x in found.x)
    return float(found.fun), rate, hopping, bias


def _dots_numbers() -> list[Number]:
    least, rate, hopping, bias = _best_dots()
    return [
        *checked(coherent_transport.below_the_classical_relation, system="serial double dot"),
        *further(
            "serial double dot, simplex over rate, hopping and bias",
            "adaptive quadrature and simplex from three starts",
            {
                "least product": ("1.7336976", least),
                "rate": ("1.735", rate),
                "hopping": ("1.067", hopping),
                "bias": ("5.239", bias),
            },
        ),
    ]


def _dots() -> Sheet:
    biases, (least, rate, hopping, best) = np.linspace(0.1, 12.0, 121), _best_dots()
    curves = tuple(
        Curve(label, biases, _product(chain([0.0, 0.0], share * hopping, rate, rate), biases))
        for share, label in ((0.5, "half the hopping"), (1.0, "the best"), (2.0, "twice the hopping"))
    )
    return Sheet(
        (
            Panel(
                BIAS,
                UP,
                curves,
                {CLASSICAL: 2.0},
                ((best, least, f"{least:.4f}"),),
                place="upper left",
                top=3.8,
                bottom=1.5,
            ),
        )
    )


COUPLINGS = {2: (0.64549722,), 3: (0.5, 0.5), 4: (0.4569518, 0.36649071, 0.4569518)}
COUPLINGS[5] = (0.43259401, 0.32836915, 0.32836915, 0.43259401)
"""Hopping over rate at the ends of 2 to 5 dots, at which the band is nearest to a boxcar."""
SHARES = {2: 25.0 / 32.0, 3: 7.0 / 8.0, 4: 0.91865341045, 5: 0.94269218673}
"""int T^2 / int T there."""
NARROW = 1e-4  # the rate at the ends over kT


def _narrow_band(share: float, bias: FloatArray | float) -> FloatArray:
    v = np.asarray(bias, dtype=np.float64)
    return np.asarray(v / np.sinh(0.5 * v) + (1.0 - share) * v * np.tanh(0.25 * v), dtype=np.float64)


def _filter(dots: int) -> Scatterer:
    return chain([0.0] * dots, NARROW * np.array(COUPLINGS[dots]), NARROW, NARROW)


@cache
def _of_filter(dots: int) -> tuple[float, float]:
    """The bias of the least product, by the closed form, and the product there, by scattering."""
    bias = float(minimize_scalar(lambda v: float(_narrow_band(SHARES[dots], v)), bounds=(3.0, 14.0), options=TIGHT).x)
    return bias, float(_product(_filter(dots), bias))


def _filters_numbers() -> list[Number]:
    printed = {2: "1.753447", 3: "1.245872", 4: "0.914247", 5: "0.699126"}
    names = {f"least product of {dots} dots": (known, _of_filter(dots)[1]) for dots, known in printed.items()}
    return [
        *checked(coherent_transport.below_the_classical_relation, system="three dots"),
        *further("chain of dots, narrow band", "closed form at the couplings of the widest band", names),
    ]


def _filters() -> Sheet:
    biases = np.linspace(0.1, 14.0, 141)
    curves = [Curve(f"{dots} dots", biases, _narrow_band(share, biases)) for dots, share in SHARES.items()]
    sparse = biases[9::12]
    curves.append(Curve("3 dots, scattering", sparse, _product(_filter(3), sparse), "points", "#1c1c1e"))
    points = tuple((*_of_filter(dots), "") for dots in SHARES)
    return Sheet((Panel(BIAS, UP, tuple(curves), {CLASSICAL: 2.0}, points, place="upper left", top=4.2, bottom=0.5),))


CONTACT = Paper(
    id="blanter2000",
    title="Shot noise in mesoscopic conductors",
    authors="Ya. M. Blanter, M. Büttiker",
    year=2000,
    topic=Topic.LEADS,
    claim="A point contact of constant transmission never breaks the classical uncertainty relation: the product is "
    "2T + (1 - T) v coth(v/2), v the bias in units of kT.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(coherent_transport.point_contacts, source="Blanter", doubt="closed form as in textbooks"),
    sheet=_contact,
    caption="The uncertainty product of a point contact against the bias, for several transmissions.",
    code="""import thermokin as tk
contact = tk.transport.constant(0.4)
leads = [tk.Bath("left", 1, 1.5, tk.Fermi()), tk.Bath("right", 1, -1.5, tk.Fermi())]
junction = tk.transport.Junction(contact, leads)
counted = tk.cumulants(junction, tk.particles(junction, "left"))
print(3 * counted.noise / counted.mean)""",
    references=("Physics Reports 336, 1", "B. K. Agarwalla, D. Segal, Physical Review B 98, 155438, arXiv:1806.05588"),
    also=("1806.05588", "agarwalla2018"),
)

BOXCAR = Paper(
    id="2502.07917",
    title="Thermodynamic uncertainty relations for coherent transport",
    authors="K. Brandner, K. Saito",
    year=2025,
    topic=Topic.LEADS,
    claim="Coherent conductors obey a relation of their own, which boxcars of perfect transmission reach: the noise "
    "may fall exponentially with the entropy per particle. Without time reversal it needs a numerical factor.",
    finding=Finding(Kind.REPRODUCED, "the factor without time reversal, 0.42623, is ours"),
    numbers=_below,
    sheet=_boxcar,
    caption="Left: the uncertainty product of boxcars against the bias, and what the bound asks. Right: the least "
    "entropy of one-way rings, as a share of what the bound with time reversal asks.",
    code="""import thermokin as tk
narrow = tk.transport.boxcar(-1e-7, 1e-7)
leads = [tk.Bath("left", 1, 3, tk.Fermi()), tk.Bath("right", 1, -3, tk.Fermi())]
junction = tk.transport.Junction(narrow, leads)
counted = tk.cumulants(junction, tk.particles(junction, "left"))
print(counted.noise / counted.mean)""",
    references=("arXiv:2502.07917", "arXiv:2507.01214"),
    also=("2507.01214", "brandner2025"),
)

DOTS = Paper(
    id="1805.11301",
    title="Coherence-enhanced constancy of a quantum thermoelectric generator (title from memory)",
    authors="K. Ptaszyński",
    year=2018,
    topic=Topic.LEADS,
    claim="Two resonant dots in a row, coherent and without interaction, break the classical uncertainty relation.",
    finding=holds_only(
        "at intermediate bias: the product is least, 1.7337, at 5.24 kT, and above 2 at small and large bias"
    ),
    numbers=_dots_numbers,
    sheet=_dots,
    caption="The uncertainty product of two resonant dots between leads, against the bias.",
    code="""import thermokin as tk
dots = tk.transport.chain([0, 0], 1.06713501, 1.73546083, 1.73546083)
leads = [tk.Bath("left", 1, 2.61938733, tk.Fermi()), tk.Bath("right", 1, -2.61938733, tk.Fermi())]
junction = tk.transport.Junction(dots, leads)
counted, flow = tk.cumulants(junction, tk.particles(junction, "left")), tk.entropy_flow(junction)
print(counted.noise * tk.cumulants(junction, flow, order=1).mean / counted.mean**2)""",
    references=("Physical Review B 98, 085425", "arXiv:1805.11301", "also arXiv:1806.05588"),
)

FILTERS = Paper(
    id="ehrlich2021",
    title="Broadband frequency filters with quantum dot chains (title from memory)",
    authors="T. Ehrlich, G. Schaller",
    year=2021,
    topic=Topic.LEADS,
    claim="Chains of dots are band filters; the more dots, the nearer they come to a boxcar, and the farther below the "
    "classical relation.",
    finding=Finding(Kind.REPRODUCED, "the narrow-band formula is ours"),
    numbers=_filters_numbers,
    sheet=_filters,
    caption="The uncertainty product of chains of dots with a narrow band, against the bias; the least values "
    "are marked.",
    code="""import thermokin as tk
dots = tk.transport.chain([0, 0, 0], 5e-5, 1e-4, 1e-4)
leads = [tk.Bath("left", 1, 3.6105067, tk.Fermi()), tk.Bath("right", 1, -3.6105067, tk.Fermi())]
junction = tk.transport.Junction(dots, leads)
counted, flow = tk.cumulants(junction, tk.particles(junction, "left")), tk.entropy_flow(junction)
print(counted.noise * tk.cumulants(junction, flow, order=1).mean / counted.mean**2)""",
    references=("Physical Review B 104, 045424",),
    remark="An earlier list of ours has 1.753444 for two dots; the closed form at 25/32 gives 1.753447.",
)
