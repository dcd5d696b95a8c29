"""Cases of the library of machines: refrigerators, masers in cavities, devices of heat, dots, clocks and chains."""

from __future__ import annotations

import numpy as np

from thermokin.counting.counting import Counting, cumulants
from thermokin.counting.cumulants import Cumulants
from thermokin.linear_response.amplification import amplification
from thermokin.machines.figures_of_merit import figures_of_merit
from thermokin.machines.rectification import rectification
from thermokin.model import library
from thermokin.model.current import current, entropy_flow, heat, particles
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.validation.case import Case, table_row

__all__ = [
    "chains_and_clocks_by_name",
    "collective_heat",
    "devices_of_heat",
    "dots_by_name",
    "maser_and_its_cavity",
    "refrigerators_by_name",
]

EXACT = 1e-10
# Precision of a clock, and the couplings of its links, in units of the rate of the tick, at which it is largest.
BEST = {
    "4.00000000000": (0.35355339,),
    "7.94723002145": (0.20774815, 0.36234356),
    "12.558309403": (0.16713654, 0.22318196, 0.35860718),
    "17.669663861": (0.14595894, 0.18742562, 0.2233844, 0.35391689),
}
OURS = "independent evaluation with 40 digits"


def _of(model: Model, bath: str) -> Cumulants:
    return cumulants(model, heat(model, bath))


def maser_and_its_cavity() -> list[Case]:
    """The maser by its occupations, and with a pumped cavity: its cold heat, and entropy with and without the field.

    The field that leaves the cavity coherently is work to one account, and heat to the other.

    Returns:
        The cases.
    """
    low, high, kept, bath = 3500.0, 10500.0, 31, 2000.0
    model = library.maser_in_cavity(
        kept,
        0.025,
        high / np.log1p(0.5),
        bath,
        bath,
        gap_hot=high,
        gap_cold=high - low,
        rate_hot=0.1,
        rate_cold=2.0,
        rate_cavity=1.0,
        pump=1.5,
        driven_pair="lower",
    )
    counting = Counting(model)
    cold = counting.cumulants(heat(model, "cold"))
    flow = sum(float(counting.cumulants(entropy_flow(model, name), order=1).mean) for name in ("hot", "cold"))
    state, mode = counting.steady_state.state, np.kron(np.eye(3), np.diag(np.sqrt(np.arange(1.0, kept)), 1))
    photons, field = float(np.trace(mode.T @ mode @ state).real), abs(np.trace(mode @ state)) ** 2
    thermal = 1.0 / np.expm1(low / bath)
    both = [
        cold.noise * (flow + low / bath * (leaving - thermal)) / cold.mean**2
        for leaving in (photons, photons - float(field))
    ]
    return _by_occupations() + table_row(
        "three-level maser in a pumped cavity, 31 photon states",
        "arXiv:2602.06744, sparse generator",
        {
            "heat from cold per gap of the cavity": ("-0.07853321647", cold.mean / low),
            "uncertainty product of the cold heat": ("225.50289", both[0]),
            "the same, the coherent field counted as work": ("1.783543041", both[1]),
        },
    )


def _by_occupations() -> list[Case]:
    wide, narrow = 2500.0, 1000.0
    model = library.three_level_maser(
        0.15,
        wide / np.log1p(1.0 / 5.0),
        narrow / np.log1p(1.0 / 0.027),
        gap_hot=wide,
        gap_cold=narrow,
        rate_hot=0.1,
        rate_cold=2.0,
    )
    turned = cumulants(model, (1.0 / wide) * heat(model, "hot"))
    produced = cumulants(model, entropy_flow(model), order=1).mean
    return table_row(
        "three-level maser, upper pair driven at 0.15, quanta 5 and 0.027",
        "generator and pseudo-inverse",
        {
            "cycles per time": ("0.0139407818", turned.mean),
            "noise": ("0.0140452990", turned.noise),
            "uncertainty product": ("3.4822", turned.noise * produced / turned.mean**2),
        },
    )


def refrigerators_by_name() -> list[Case]:
    """The library's refrigerators where others have numbers, and the point at which one stops cooling."""
    dense = library.three_level_refrigerator(
        6.0, 1.5, 1.0, gap_cold=1.0, gap_hot=5.0, rate_work=0.05, rate_hot=0.05, rate_cold=0.05
    )
    found = figures_of_merit(dense)
    cold = _of(dense, "cold")
    system = "three-level refrigerator, baths at 1, 1.5 and 6"
    numbers = {
        "heat from cold": (0.003012418707375418, cold.mean),
        "noise of it": (0.004146555487620829, cold.noise),
        "coefficient of performance": (0.25, found.coefficient_of_performance),
        "entropy production": (0.005020697845625688, found.entropy_production),
    }
    cases = [Case(system, name, known, float(ours), EXACT, OURS) for name, (known, ours) in numbers.items()]
    inverse = {"work": 20.0, "hot": 2.0, "cold": 1.0}
    given = {"rate_work": 1.0, "rate_hot": 1.0, "rate_cold": 1.0}
    segal = library.three_level_refrigerator(**inverse, **given, gap_hot=[2.5, 1.0 / 0.473684210526])
    cooled = _of(segal, "cold")
    cases += table_row(
        "three-level refrigerator by name",
        "arXiv:1803.03713, closed form",
        {
            "cooling current": ("0.0240890461217", cooled.mean[0]),
            "its noise": ("0.275496047073", cooled.noise[0]),
            "coefficient of performance": (
                "0.666666666667",
                figures_of_merit(segal).coefficient_of_performance[0],
            ),
            "cooling current at the edge of the window, gaps as 0.473684210526": ("0.00000000000", cooled.mean[1]),
        },
    )
    return cases + _four_levels()


def _four_levels() -> list[Case]:
    pairs = {
        "cold": {(1, 2): 14.3},
        "hot": {(0, 2): 17.3, (0, 3): 14.1, (1, 3): 0.0964, (2, 3): 0.0403},
        "work": {(0, 1): 0.877, (0, 3): 17.2},
    }
    inverse, rates = {"cold": 5.697, "hot": 5.616, "work": 1.186}, {}
    for name, links in pairs.items():
        matrix = np.zeros((4, 4))
        for (low, high), rate in links.items():
            matrix[low, high] = matrix[high, low] = rate
        rates[f"rates_{name}"] = matrix
    temperatures = {name: 1.0 / beta for name, beta in inverse.items()}
    model = library.four_level_refrigerator([0.0, 0.21, 0.413, 4.787], **temperatures, **rates)
    cold, work = _of(model, "cold"), _of(model, "work")
    return table_row(
        "four-level refrigerator by name",
        "arXiv:2103.13513, 40 digits",
        {
            "heat from cold": ("0.0969975265436", cold.mean),
            "heat from work": ("0.17478854943", work.mean),
            "squared ratio of heats over that of noises": (
                "2.82230873231",
                (cold.mean / work.mean) ** 2 * work.noise / cold.noise,
            ),
        },
    )


def devices_of_heat() -> list[Case]:
    """Diode and transistor of spins with their figures, both conventions of flips that cost nothing."""
    diode = Family(library.spin_diode, {"field_left": 2.0, "coupling": 1.0, "rate": 1.0})
    found = rectification(diode, 1.0, 0.1)
    cases = table_row(
        "diode of two spins by name",
        "arXiv:1404.0348, rate matrix",
        {
            "heat forward": ("0.067914105497", found.forward),
            "heat backward": ("6.73764688e-06", found.backward),
            "rectification factor": ("0.99990079164", found.factor),
        },
    )
    for convention, known in (("ohmic", "151.889263"), ("none", "-0.500000000")):
        given = {"coupling": 1.0, "left": 0.2, "right": 0.02, "rate": 1.0, "zero_frequency": convention}
        steered = amplification(Family(library.thermal_transistor, given), {"middle": 0.1})
        cases += table_row(
            f"transistor of three spins, flips at frequency zero: {convention}",
            "arXiv:1602.04175, rate matrix with 40 digits",
            {"amplification": (known, steered.factor)},
        )
    gap, rates, hot, cold = 1.3, (0.01, 0.004), 2.0, 0.6
    family = Family(library.heat_rectifier, {"gap": gap, "rate_left": rates[0], "rate_right": rates[1]})
    ours = rectification(family, hot, cold)
    n_hot, n_cold = 1.0 / np.expm1(gap / hot), 1.0 / np.expm1(gap / cold)
    here, there = (
        rates[0] * (1.0 + 2.0 * one) + rates[1] * (1.0 + 2.0 * other)
        for one, other in ((n_hot, n_cold), (n_cold, n_hot))
    )
    source = "segal2005, closed form"
    return [
        *cases,
        Case("two-level rectifier", "forward over backward", there / here, float(ours.ratio), EXACT, source),
    ]


def collective_heat() -> list[Case]:
    """Heat through spins that two baths see as one: from linear to quadratic in their number.

    Returns:
        The cases.

    Reference:
        superradiant2024.
    """
    cases = []
    for spins, known in ((1, "0.0040935789"), (2, "0.0107979442"), (10, "0.1327977896")):
        model = library.collective_spins(spins, 1.0, 0.01, 0.01, 5.0, 0.1)
        name = f"{spins} spin{'s' if spins > 1 else ''} that two baths see as one"
        source = "rate equation of the ladder; arXiv:2401.17469"
        cases += table_row(name, source, {"heat from hot": (known, _of(model, "hot").mean)})
    return cases


def dots_by_name() -> list[Case]:
    """Dots between leads by name: one level one way, an interacting orbital, and a blockaded pair."""
    far = {"potential_left": 700.0, "potential_right": -700.0}
    single = library.single_dot(0.0, 1.0, 1.0, **far, rate_left=0.1, rate_right=0.5)
    through = cumulants(single, particles(single, "left"), order=4)
    printed = ("0.0833333333333", "0.0601851851852", "0.0331790123457", "0.0102451989026")
    numbers = {f"cumulant {n + 1}": (known, through[n]) for n, known in enumerate(printed)}
    cases = table_row("single dot, one way", "Bagrets and Nazarov 2003", numbers)
    orbital = library.quantum_dot(
        -0.4, 0.9, 0.6, interaction=1.7, potential_left=0.5, potential_right=-0.3, rate_left=0.2, rate_right=0.5
    )
    counted, drawn = cumulants(orbital, particles(orbital, "left")), _of(orbital, "left")
    known = {
        "current": (0.05842126583078945, counted.mean),
        "noise": (0.11375847326484216, counted.noise),
        "heat from the left lead": (-0.007902367267556255, drawn.mean),
        "its noise": (0.08948355227770037, drawn.noise),
    }
    cases += [
        Case("dot with a charging energy", name, one, float(own), EXACT, OURS) for name, (one, own) in known.items()
    ]
    pair = library.double_dot(0.6, 1.0, 1.0, detuning=0.5, **far, rate_left=0.0075, rate_right=0.0075)
    moved = cumulants(pair, particles(pair, "left"))
    return cases + table_row(
        "double dot by name, infinite bias",
        "Stoof and Nazarov 1996, closed form",
        {"current": ("0.00203005372359", moved.mean), "Fano factor": ("0.70691981632", moved.noise / moved.mean)},
    )


def chains_and_clocks_by_name() -> list[Case]:
    """Exclusion, boundary-driven chains and clocks by name."""

    def named(model: Model, name: str) -> Cumulants:
        return cumulants(model, current(model, name))

    line = named(library.exclusion_process(8, 1.0, 1.0), "entering")
    dephased = named(library.boundary_driven_chain(4, 1.7, 0.6, dephasing=0.7), "magnetisation")
    ring = library.ring_clock(6, 12.0)
    ticks = named(ring, "ticks")
    produced = cumulants(ring, entropy_flow(ring), order=1).mean
    best = []
    for known, links in BEST.items():
        clock = named(library.coherent_ring_clock(list(links)), "ticks")
        system, source = f"coherent clock of {len(links) + 1} sites", "arXiv:2407.07948 (model), own search"
        best += table_row(system, source, {"largest precision": (known, clock.mean / clock.noise)})
    return [
        *table_row(
            "symmetric exclusion by name",
            "Derrida, Doucot and Roche 2004",
            {"current": ("0.111111111111", line.mean), "Fano factor": ("0.37037037037", line.noise / line.mean)},
        ),
        *table_row(
            "dephased XX chain by name",
            "arXiv:1005.1271 and 1011.0998, closed form",
            {
                "magnetisation per time": ("0.780114722753", dephased.mean),
                "noise of the left count": ("0.27804142622", dephased.noise / 4.0),
            },
        ),
        *table_row(
            "uniform ring of six states, affinity 12",
            "Barato and Seifert 2016, closed form",
            {
                "Fano factor of turns": ("0.21883921425", ticks.noise / ticks.mean),
                "uncertainty product": ("2.626070571", ticks.noise * produced / ticks.mean**2),
            },
        ),
        *best,
    ]
