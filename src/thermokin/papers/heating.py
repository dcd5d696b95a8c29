"""Papers on heating against cooling: between one pair of temperatures, and from one distance."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.exact import OscillatorQuench
from thermokin.model import library
from thermokin.model.model import Model
from thermokin.model.statistics import SpinBath
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic, holds_only
from thermokin.quench.comparison import compare
from thermokin.quench.protocol import equidistant, reciprocal
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.report.style import COOLING, HEATING
from thermokin.validation import initial_rates, quenches, races

__all__ = ["KINEMATICS", "RECIPROCAL", "TWO_STATES"]


def _both(times: FloatArray, heating: FloatArray, cooling: FloatArray) -> tuple[Curve, Curve]:
    return Curve("heating", times, heating, colour=HEATING), Curve("cooling", times, cooling, colour=COOLING)


def _kinematics() -> Sheet:
    quench, times = OscillatorQuench(1e-10, 1.0, 1.0, 10.0), np.linspace(0.0, 3.0, 121)
    whole = float(quench.total_length)
    heats, cools = (np.asarray(way.length(2.0 * times)) / whole for way in (quench, quench.reversed()))
    ratios = np.geomspace(1.05, 100.0, 60)
    halves = []
    for ratio in ratios:
        fast = OscillatorQuench(1e-10, 1.0, 1.0, float(ratio))
        total = float(fast.total_length)
        halves.append([float(way.length([1.0])[0]) / total for way in (fast, fast.reversed())])
    warm, cold = np.array(halves).T
    points = (0.5, 0.8253667166, "0.825"), (0.5, 0.3654305432, "0.365")
    return Sheet(
        (
            Panel("time, in units of the relaxation time", "completion", _both(times, heats, cools), points=points),
            Panel("ratio of the temperatures", "completion at time 0.5", _both(ratios, warm, cold), scales="x"),
        )
    )


def _spin(temperature: FloatArray) -> Model:
    return library.qubit(1.0, 1.0, temperature, statistics=SpinBath())


def _two_states() -> Sheet:
    times = np.linspace(0.0, 4.0, 81)
    race = compare(equidistant(_spin, target=1.0, cold=0.5), times)
    left = [np.asarray(side.distances["relative entropy"]) for side in (race.heating, race.cooling)]
    cold, ahead = np.linspace(0.45, 0.95, 11), []
    for start in cold:
        one = compare(equidistant(_spin, target=1.0, cold=float(start)), np.array([0.0, 1.0]))
        ahead.append([float(side.distances["relative entropy"][1]) for side in (one.heating, one.cooling)])
    warm, cool = np.array(ahead).T
    return Sheet(
        (
            Panel("relaxation rate times time", "relative entropy left", _both(times, *left), scales="y"),
            Panel(
                "cold start, target at 1",
                "left of heating over that of cooling",
                (Curve("relative entropy", cold, warm / cool),),
                {"even": 1.0},
            ),
        )
    )


def _bose(temperature: FloatArray) -> Model:
    return library.qubit(1.0, 0.1, temperature)


def _reciprocal_numbers() -> list[Number]:
    race = compare(reciprocal(_bose, 0.5, 2.0), np.linspace(0.0, 10.0, 101))
    gap, start = race.verdict("gap"), race.verdict("initial rate")
    return [
        *further(
            "qubit of gap 1 and rate 0.1, between 0.5 and 2",
            "closed form",
            {
                "gaps, heating over cooling": ("3.10957992536", gap.heating / gap.cooling),
                "initial entropy production rates, heating over cooling": (
                    "3.10957992536",
                    start.heating / start.cooling,
                ),
                "time at which the rates cross": ("1.58016510765", race.crossings["entropy production rate"]),
            },
            doubt="model of the papers, numbers ours",
        ),
        *checked(quenches.qubit_quench),
    ]


def _reciprocal() -> Sheet:
    times = np.linspace(0.0, 12.0, 121)
    race = compare(reciprocal(_bose, 0.5, 2.0), times)
    sides = race.heating, race.cooling
    rates = [np.asarray(side.ledger.entropy_production_rate) for side in sides]
    done = [np.asarray(side.kinematics.completion) for side in sides]
    at = float(race.crossings["entropy production rate"])
    height = float(np.interp(at, times, rates[0]))
    return Sheet(
        (
            Panel(
                "time",
                "entropy production rate",
                _both(times, *rates),
                points=((at, height, f"t = {at:.4f}"),),
                scales="y",
            ),
            Panel("time", "completion", _both(times, *done)),
        )
    )


KINEMATICS = Paper(
    id="2302.09061",
    title="Heating and cooling are fundamentally asymmetric and evolve along distinct pathways",
    authors="M. Ibáñez, C. Dieball, A. Lasanta, A. Godec, R. A. Rica",
    year=2024,
    topic=Topic.HEATING,
    claim="A trapped particle heats faster than it cools between any two temperatures, as its completion along the "
    "statistical length shows.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(races.trapped_particle, doubt="normalisation of the length from memory"),
    sheet=_kinematics,
    caption="Completion of a trapped particle between 1 and 10 against time (left), and at time 0.5 against the "
    "ratio of "
    "the temperatures (right).",
    code="""import thermokin as tk
warms = tk.exact.OscillatorQuench(1e-10, 1.0, 1.0, 10.0)  # nearly no gap: the classical limit
print(warms.length([1.0])[0] / warms.total_length)""",
    references=("Nature Physics 20, 135", "arXiv:2302.09061"),
    also=("ibanez2024",),
)

TWO_STATES = Paper(
    id="2102.07429",
    title="Toward relaxation asymmetry: Heating is faster than cooling",
    authors="T. Van Vu, Y. Hasegawa",
    year=2021,
    topic=Topic.HEATING,
    claim="From one distance, every two-state system heats faster than it cools; with more levels not always.",
    finding=Finding(Kind.REPRODUCED, "for the qubit, by the relative entropy that is left"),
    numbers=lambda: [
        *checked(races.partners_at_one_distance, doubt="theorem of the paper, numbers ours"),
        *checked(initial_rates.equidistant_partners, system="qutrit"),
        *checked(initial_rates.equidistant_partners, system="1 + 9"),
    ],
    sheet=_two_states,
    caption="Left: relative entropy left of a qubit on its way to 1, from 0.5 and from its partner at the same "
    "distance. "
    "Right: what is left after one relaxation time, for other starts.",
    code="""import thermokin as tk
def qubit(temperature):
    return tk.library.qubit(1.0, 1e-3, temperature, statistics=tk.SpinBath())
race = tk.compare(tk.equidistant(qubit, target=1.0, cold=0.5), [0.0, 1e3])
print(race.heating.distances["relative entropy"][1])""",
    references=("Physical Review Research 3, 043160 (from memory)", "arXiv:2102.07429"),
)

RECIPROCAL = Paper(
    id="2406.19829",
    title="Asymmetries of thermal processes in open quantum systems",
    authors="Á. Tejero, R. Sánchez, L. El Kaoutit, D. Manzano, A. Lasanta",
    year=2024,
    topic=Topic.HEATING,
    claim="Under the appropriate conditions heating is faster than cooling; the spectral gaps of the two "
    "processes say so.",
    finding=holds_only(
        "with conditions, as the paper says: the gaps explain the qubit; spin 9/2 is behind in the end, with the "
        "larger gap "
        "in cooling, and an oscillator is ahead with equal gaps (see 2510.05072)"
    ),
    numbers=_reciprocal_numbers,
    sheet=_reciprocal,
    caption="Entropy production rate and completion of a qubit between 0.5 and 2: heating starts ahead in both, "
    "and its "
    "rate falls below that of cooling.",
    code="""import numpy as np
import thermokin as tk
def qubit(temperature):
    return tk.library.qubit(1.0, 1e-3, temperature)
race = tk.compare(tk.reciprocal(qubit, 0.5, 2.0), np.linspace(0, 1000, 101))
print(race.crossings["entropy production rate"] * 1e-2)  # at the rate 0.1""",
    references=("arXiv:2406.19829",),
    also=("tejero2024",),
)
