"""The paper this project began with: heating against cooling by entropy production, its claims one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model import library
from thermokin.model.model import Model
from thermokin.model.statistics import SpinBath
from thermokin.motion.modes import modes
from thermokin.papers.checked import checked
from thermokin.papers.paper import Claims, Number, Paper, Topic, holds_only
from thermokin.quench.comparison import Comparison, compare
from thermokin.quench.protocol import QuenchPair, reciprocal
from thermokin.quench.verdicts import Verdict
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.report.style import COOLING, HEATING
from thermokin.validation import initial_rates, precision, quenches

__all__ = ["ASYMMETRIC_THERMALIZATION"]

RATE = 1e-6  # weak enough for every system here; times are in decay times
COLD, HOT = 0.5, 2.0
DECAYS, POINTS = 16.0, 33


def _ladder(temperature: FloatArray) -> Model:
    """A ladder of gap 1 with |<n|A|n+1>|^2 = (n + 1)^2, the lowering operator of su(1,1)."""
    step = np.diag(np.arange(1.0, 30), 1)
    return library.levels(np.arange(30.0), step + step.T, RATE, temperature)


def _star(temperature: FloatArray) -> Model:
    """A ground state and nine excited states of energy 1, each linked to it."""
    star = np.zeros((10, 10))
    star[0, 1:] = star[1:, 0] = 1.0
    return library.levels([0.0] + 9 * [1.0], star, RATE, temperature)


SYSTEMS: dict[str, Callable[[FloatArray], Model]] = {
    "qubit": lambda t: library.qubit(1.0, RATE, t),
    "qubit, spin bath": lambda t: library.qubit(1.0, RATE, t, statistics=SpinBath()),
    "oscillator": lambda t: library.oscillator(60, 1.0, RATE, t),
    "spin 1": lambda t: library.spin(1, 1.0, RATE, t),
    "spin 9/2": lambda t: library.spin(4.5, 1.0, RATE, t),
    "su(1,1)": _ladder,
    "1 + 9 levels": _star,
}
"""Systems on a Bose bath, except where stated."""
CLAIMS = {
    "heating starts with the larger entropy production rate": "initial rate",
    "heating has the larger spectral gap": "gap",
    "heating is ahead in completion at all times": "ahead in completion",
    "heating is ahead in relative entropy at all times": "ahead in relative entropy",
    "heating produces more in total": "total",
    "heat fluctuates less in heating, at equal time": "steadier at equal time",
    "heat fluctuates less in heating, at equal heat": "steadier at equal heat",
    "heat fluctuates less in heating, at equal completion": "steadier at equal completion",
}
REVERSED = {"total": {"yes": "no", "no": "yes"}}  # the verdict is that heating produces less


def _slowest(pair: QuenchPair) -> float:
    """The smallest decay rate among the modes that the two quenches populate."""
    rates = []
    for quench in (pair.heating, pair.cooling):
        found = modes(quench.model)
        populated = found.trace_norm_overlaps(quench.initial)[1:] > 1e-9
        rates.append(-found.values.real[1:][populated].max())
    return float(min(rates))


@cache
def _race(system: str) -> Comparison:
    pair = reciprocal(SYSTEMS[system], COLD, HOT)
    return compare(pair, np.linspace(0.0, DECAYS, POINTS) / _slowest(pair))


def _word(verdict: Verdict, name: str) -> str:
    found = "open" if verdict.undecided else "tie" if verdict.tie else "yes" if verdict.holds else "no"
    return REVERSED.get(name, {}).get(found, found)


def _in_words(words: tuple[str, ...]) -> str:
    """Where a claim holds, of the systems looked at, the qubit on a Bose bath first."""
    held = words.count("yes")
    if held in {0, len(words)}:
        return "always" if held else "never"
    if words[0] == "yes":
        return f"in the qubit and {held - 1} others"
    return f"not in the qubit, in {held} of {len(words)}"


def _claims() -> Claims:
    rows = []
    for claim, name in CLAIMS.items():
        words = tuple(_word(_race(system).verdict(name), name) for system in SYSTEMS)
        rows.append((claim, words, _in_words(words)))
    return Claims(tuple(SYSTEMS), tuple(rows))


def _numbers() -> list[Number]:
    doubt = "model of the paper, numbers ours"
    return [
        *checked(quenches.qubit_quench, system="both ways", doubt=doubt),
        *checked(precision.relaxing_qubit, doubt=doubt),
        *checked(initial_rates.initial_rates, system="oscillator, Bose"),
        *checked(initial_rates.initial_rates, system="spin 9/2"),
        *checked(initial_rates.initial_rates, system="(n+1)^2"),
        *checked(initial_rates.initial_rates, system="qubit, spin bath"),
        *checked(initial_rates.initial_rates, system="1 + 9"),
    ]


def _sheet() -> Sheet:
    times = np.linspace(0.0, 1.5, 121)
    panels = []
    for system in ("qubit", "su(1,1)"):
        pair = reciprocal(SYSTEMS[system], COLD, HOT)
        race = compare(pair, times / _slowest(pair))
        sides = (race.heating, HEATING, "heating"), (race.cooling, COOLING, "cooling")
        curves = tuple(
            Curve(name, times, np.asarray(side.ledger.entropy_production_rate) / RATE, colour=colour)
            for side, colour, name in sides
        )
        up = f"{system}: entropy production rate"
        panels.append(Panel("time over the slower decay time", up, curves, scales="y"))
    return Sheet(tuple(panels))


ASYMMETRIC_THERMALIZATION = Paper(
    id="2510.05072",
    title="The role of entropy production and thermodynamic uncertainty relations in the asymmetric thermalization of "
    "open quantum systems",
    authors="Á. Tejero and others",
    year=2025,
    topic=Topic.HEATING,
    claim="Heating begins with the higher entropy production, which drives faster thermalization than cooling; "
    "the larger "
    "entropy production suppresses the fluctuations of the heat and makes heating more stable.",
    finding=holds_only(
        "for a qubit on a Bose bath, where all of it is true at equal time; elsewhere the claims come apart, heating "
        "produces less in total, and at equal heat the fluctuations of the qubit are equal"
    ),
    numbers=_numbers,
    sheet=_sheet,
    caption="Entropy production rates of reciprocal quenches between 0.5 and 2: in a qubit heating starts with "
    "the larger "
    "rate, on a ladder of su(1,1) cooling does.",
    code="""import numpy as np
import thermokin as tk
def qubit(temperature):
    return tk.library.qubit(1.0, 1e-3, temperature)
race = tk.compare(tk.reciprocal(qubit, 0.5, 2.0), np.linspace(0, 1000, 101))
print(race.verdict("initial rate").heating / race.verdict("initial rate").cooling)""",
    references=("arXiv:2510.05072", "arXiv:2406.19829 for the gaps"),
    also=("tejero2025",),
    claims=_claims,
    remark="The claims were read in the abstract. For each system: yes, no, a tie to nine digits, or open; at "
    "all times "
    "means at 33 times up to sixteen decay times.",
)
