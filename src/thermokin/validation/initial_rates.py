"""Cases of the table on which of heating and cooling starts faster, and of equidistant partners."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library import levels, oscillator, qubit, qutrit_ladder, spin
from thermokin.model.model import Model
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import SpinBath, Statistics
from thermokin.operators.distance import RelativeEntropy
from thermokin.quench.comparison import Comparison, compare
from thermokin.quench.protocol import AtTemperature, equidistant, reciprocal
from thermokin.validation.case import Case, reference, table_row

__all__ = ["equidistant_partners", "initial_rates", "long_spin", "qubit_crossings"]

SOURCE = "rate equations of another script, digits as printed"
LEVELS = 60  # at temperature 2 the first level left out holds e^-30
Row = tuple[str, AtTemperature, str]


def _ladder(couplings: tuple[float, float], statistics: Statistics | None = None) -> AtTemperature:
    elements = tuple(np.sqrt(couplings))

    def family(temperature: FloatArray) -> Model:
        return qutrit_ladder(rate=1.0, temperature=temperature, couplings=elements, statistics=statistics)

    return family


def _number_dependent(temperature: FloatArray) -> Model:
    """su(1,1): a ladder whose lowering operator is a sqrt(n), so |A|^2 = (n + 1)^2."""
    lowering = np.diag(np.arange(1.0, LEVELS), 1)
    contact = Contact(Bath("bath", temperature), lowering + lowering.T, Flat(1.0))
    return davies(np.diag(np.arange(float(LEVELS))), [contact])


def _v_shape(temperature: FloatArray) -> Model:
    coupling = np.zeros((3, 3))
    coupling[0, 1] = coupling[1, 0] = 1.0
    coupling[1, 2] = coupling[2, 1] = np.sqrt(50.0)
    return levels([0.0, 3.0, 3.3], coupling, 1.0, temperature)


def one_and_nine(temperature: FloatArray) -> Model:
    """One ground state and nine excited states of one energy, each linked to the ground state.

    Args:
        temperature: of the Bose bath (...) [energy].

    Returns:
        The model.
    """
    energies, coupling = np.ones(10), np.zeros((10, 10))
    energies[0] = 0.0
    coupling[0, 1:] = coupling[1:, 0] = 1.0
    return levels(energies, coupling, 1.0, temperature)


# Columns: initial rate, gap and total of heating and of cooling, each as printed; "-" where nothing is.
_ROWS: tuple[Row, ...] = (
    ("qubit, Bose bath", lambda t: qubit(1.0, 1.0, t), "1.582185 0.508810 4.0830 1.3130 .16834 .21916"),
    (
        "qubit, spin bath",
        lambda t: qubit(1.0, 1.0, t, statistics=SpinBath()),
        ".387507 .387507 1.0000 1.0000 .16834 .21916",
    ),
    (
        "qubit, rate T^-0.6 on a spin bath",
        lambda t: qubit(1.0, t**-0.6, t, statistics=SpinBath()),
        ".255659 .587350 .660 1.516 .16834 .21916",
    ),
    (
        "oscillator, Bose bath",
        lambda t: oscillator(LEVELS, 1.0, 1.0, t),
        "2.077465 2.077465 1.0000 1.0000 .55256 1.52490",
    ),
    (
        "oscillator ladder, spin bath",
        lambda t: oscillator(LEVELS, 1.0, 1.0, t, statistics=SpinBath()),
        ".508810 1.582185 .245 .762 .55256 1.52490",
    ),
    ("spin 1, Bose bath", lambda t: spin(1.0, 1.0, 1.0, t), "3.535583 1.330228 4.207 1.775 .31374 .48243"),
    ("spin 9/2, Bose bath", lambda t: spin(4.5, 1.0, 1.0, t), "18.04686 12.57424 6.450 8.455 .54580 1.42991"),
    ("ladder with |A|^2 = (n+1)^2, Bose bath", _number_dependent, "2.727784 8.482264 1.92 1.10 .55256 1.52490"),
    ("qutrit ladder 1:5, Bose bath", _ladder((1.0, 5.0)), "2.611 1.670 - - .31374 .48243"),
    ("qutrit ladder 1:20, Bose bath", _ladder((1.0, 20.0)), "5.772 5.436 - - .31374 .48243"),
    ("qutrit ladder 1:1, spin bath", _ladder((1.0, 1.0), SpinBath()), ".432965 .506547 - - .31374 .48243"),
    ("qutrit ladder 1:5, spin bath", _ladder((1.0, 5.0), SpinBath()), ".639408 1.271516 - - .31374 .48243"),
    ("levels 0, 3, 3.3 linked 1:50, Bose bath", _v_shape, "1.397634 3.155717 .978 .648 .32561 1.03784"),
    ("1 + 9 levels, Bose bath", one_and_nine, "- - - - .2451 .1989"),
)


_QUANTITIES: dict[str, Callable[[Comparison], ArrayLike]] = {
    "sigma_heat(0)": lambda race: race.heating.ledger.entropy_production_rate[0],
    "sigma_cool(0)": lambda race: race.cooling.ledger.entropy_production_rate[0],
    "gap_h": lambda race: race.heating.modes.gap,
    "gap_c": lambda race: race.cooling.modes.gap,
    "Sigma_heat": lambda race: race.heating.ledger.total_entropy_production,
    "Sigma_cool": lambda race: race.cooling.ledger.total_entropy_production,
}


def initial_rates() -> list[Case]:
    """Initial rates, gaps and totals of reciprocal quenches between temperatures 0.5 and 2."""
    cases = []
    for system, family, printed in _ROWS:
        race = compare(reciprocal(family, 0.5, 2.0), [0.0, 1.0])
        columns = zip(_QUANTITIES.items(), printed.split(), strict=True)
        numbers = {name: (text, quantity(race)) for (name, quantity), text in columns if text != "-"}
        cases += table_row(system, SOURCE, numbers)
    return cases


def qubit_crossings() -> list[Case]:
    """When the two entropy productions of a qubit cross, and its overlaps with the slowest mode."""
    race = compare(reciprocal(lambda t: qubit(1.0, 1.0, t), 0.5, 2.0), np.linspace(0.0, 5.0, 51))
    (one, two), (trace_one, trace_two) = race.spectral.slow_overlaps, race.spectral.slow_trace_overlaps
    numbers: dict[str, tuple[str, ArrayLike]] = {
        "rates cross": ("0.158017", race.crossings["entropy production rate"]),
        "totals cross": ("0.610178", race.crossings["entropy production"]),
        "slow overlap in the 1/pi norm, heating": (".533", one),
        "slow overlap in the 1/pi norm, cooling": (".797", two),
        "slow overlap in the trace norm, heating": (".5167", trace_one),
        "slow overlap in the trace norm, cooling": (".5167", trace_two),
    }
    return table_row("qubit, rate 1, both ways", SOURCE, numbers)


def long_spin() -> list[Case]:
    """A spin 9/2: heating starts faster and cooling ends faster."""
    race = compare(reciprocal(lambda t: spin(4.5, 1.0, 1.0, t), 0.5, 2.0), [0.05, 1.0, 2.0])
    one, two = race.heating, race.cooling
    left = [side.remaining(RelativeEntropy()) for side in (one, two)]
    energy = [1.0 - side.heat.mean[1] / side.total_heat for side in (one, two)]
    numbers: dict[str, tuple[str, ArrayLike]] = {
        "fraction of the relative entropy left at 0.05, heating": (".292", left[0][0]),
        "fraction of the relative entropy left at 0.05, cooling": (".634", left[1][0]),
        "fraction of the energy left at 1, heating": ("1.09e-3", energy[0]),
        "fraction of the energy left at 1, cooling": ("5.3e-4", energy[1]),
        "fraction of the relative entropy left at 2, heating": ("1.7e-12", left[0][2]),
        "fraction of the relative entropy left at 2, cooling": ("1.2e-12", left[1][2]),
    }
    return table_row("spin 9/2, both ways", SOURCE, numbers)


def _qubit(temperature: FloatArray) -> Model:
    return qubit(gap=1.0, rate=1.0, temperature=temperature)


def _oscillator(temperature: FloatArray) -> Model:
    return oscillator(levels=LEVELS, frequency=1.0, rate=1.0, temperature=temperature)


def _ladder_one_to_twenty(temperature: FloatArray) -> Model:
    return qutrit_ladder(rate=1.0, temperature=temperature, couplings=(1.0, np.sqrt(20.0)))


def _race(family: AtTemperature, cold: float) -> Comparison:
    return compare(equidistant(family, target=1.0, cold=cold), [0.0, 0.2, 1.0])


def equidistant_partners() -> list[Case]:
    """Two starts at one relative entropy from the target."""
    expected = reference("equidistant_temperatures")
    cases = []
    named: tuple[tuple[str, str, AtTemperature, float], ...] = (
        ("qubit", "qubit, target 1, cold 0.5", _qubit, 0.5),
        ("oscillator", "oscillator, target 1, cold 0.5", _oscillator, 0.5),
        ("degenerate", "1 + 9 levels, target 1, cold 0.6", one_and_nine, 0.6),
    )
    for key, system, family, cold in named:
        race = _race(family, cold)
        rates = [side.ledger.entropy_production_rate[0] for side in (race.heating, race.cooling)]
        numbers = {
            f"T_h_{key}": race.pair.temperatures["hot"],
            f"D_{key}": race.heating.initial_distances[RelativeEntropy.name],
            f"sigma0_{key}": np.array(rates),
        }
        cases += expected.cases(system, numbers)
    race = _race(_ladder_one_to_twenty, 0.5)
    rates = [side.ledger.entropy_production_rate[0] for side in (race.heating, race.cooling)]
    printed = {"sigma_heat(0)": ("1.182", rates[0]), "sigma_cool(0)": ("2.280", rates[1])}
    return cases + table_row("qutrit ladder 1:20, target 1, cold 0.5", SOURCE, printed)
