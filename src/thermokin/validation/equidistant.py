"""Cases of the equidistant protocol: partner temperatures and initial entropy production rates."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.library import levels, oscillator, qubit, qutrit_ladder
from thermokin.model.model import Model
from thermokin.operators.distance import RelativeEntropy
from thermokin.quench.comparison import Comparison, compare
from thermokin.quench.protocol import AtTemperature, equidistant
from thermokin.validation.case import Case, reference, table_row

__all__ = ["equidistant_partners"]

LEVELS = 60  # at the partner's temperature 1.69 the first level left out holds e^-35
SOURCE = "rate equations of another script, digits as printed"


def _qubit(temperature: FloatArray) -> Model:
    return qubit(gap=1.0, rate=1.0, temperature=temperature)


def _oscillator(temperature: FloatArray) -> Model:
    return oscillator(levels=LEVELS, frequency=1.0, rate=1.0, temperature=temperature)


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


def _ladder(temperature: FloatArray) -> Model:
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
    race = _race(_ladder, 0.5)
    rates = [side.ledger.entropy_production_rate[0] for side in (race.heating, race.cooling)]
    printed = {"sigma_heat(0)": ("1.182", rates[0]), "sigma_cool(0)": ("2.280", rates[1])}
    return cases + table_row("qutrit ladder 1:20, target 1, cold 0.5", SOURCE, printed)
