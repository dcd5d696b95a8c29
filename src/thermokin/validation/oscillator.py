"""Cases of the thermal oscillator, which stays in a Gibbs state: closed forms."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.exact import OscillatorQuench
from thermokin.model.library import oscillator
from thermokin.model.model import Model
from thermokin.quench.comparison import compare
from thermokin.quench.protocol import reciprocal
from thermokin.validation.case import Case, reference

__all__ = ["oscillator_quench"]

LEVELS = 80  # at temperature 2 the first level left out holds e^-40


def _family(temperature: FloatArray) -> Model:
    return oscillator(levels=LEVELS, frequency=1.0, rate=0.1, temperature=temperature)


def oscillator_quench() -> list[Case]:
    """The reciprocal quench of an oscillator on a Bose bath."""
    heats, cools = reference("oscillator_heating"), reference("oscillator_cooling")
    race = compare(reciprocal(_family, 0.5, 2.0), heats.parameters["times"])
    closed = OscillatorQuench(1.0, 0.1, 0.5, 2.0)
    cases = []
    named = (
        (heats, race.heating, closed, "oscillator heats, 0.5 to 2"),
        (cools, race.cooling, closed.reversed(), "oscillator cools, 2 to 0.5"),
    )
    for expected, side, formula, name in named:
        found = formula.heat_distribution([7.0], largest=1).probabilities[0]
        occupation = side.ledger.energy
        numbers = {
            "n": occupation,
            "T_eff": 1.0 / np.log1p(1.0 / occupation),
            "sigma": side.ledger.entropy_production_rate,
            "Sigma_total": side.ledger.total_entropy_production,
            "heat_mean_t7": side.heat.mean[2],
            "heat_var_t7": side.heat.variance[2],
            "P0_t7": found[1],
            "Pp1_t7": found[2],
            "Pm1_t7": found[0],
        }
        cases += expected.cases(name, numbers)
    return cases
