"""Cases of the thermal qubit and oscillator after a quench: closed forms."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.exact import OscillatorQuench
from thermokin.model.library import oscillator, qubit
from thermokin.model.model import Model
from thermokin.model.statistics import SpinBath
from thermokin.motion.initial import Populations
from thermokin.operators import distances
from thermokin.operators.entropy import relative_entropy
from thermokin.operators.gibbs import gibbs
from thermokin.quench.branch import Branch, branch
from thermokin.quench.comparison import Comparison, compare
from thermokin.quench.protocol import Quench, reciprocal
from thermokin.validation.case import Case, reference

__all__ = [
    "distances_of_thermal_qubits",
    "oscillator_quench",
    "qubit_kinematics",
    "qubit_quench",
    "qubit_rank_deficient",
    "qubit_spin_bath",
]

_COLD, _HOT = 0.5, 2.0
LEVELS = 80  # at temperature 2 the first level left out holds e^-40


def _family(temperature: FloatArray) -> Model:
    return qubit(gap=1.0, rate=0.1, temperature=temperature)


def _race(times: list[float]) -> Comparison:
    return compare(reciprocal(_family, _COLD, _HOT), np.array(times))


def qubit_quench() -> list[Case]:
    """The reciprocal quench of a qubit on a Bose bath."""
    heats, cools, both = (
        reference(f"qubit_{name}") for name in ("heating_epr", "cooling_epr", "reciprocal_comparison")
    )
    race = _race(heats.parameters["times"])
    cases = heats.cases("qubit heats, 0.5 to 2", _ledger_numbers(race.heating))
    cases += cools.cases("qubit cools, 2 to 0.5", _ledger_numbers(race.cooling))
    fine = _race(list(np.linspace(0.0, 50.0, 101)))
    start = [side.ledger.entropy_production_rate[0] for side in (race.heating, race.cooling)]
    cases += both.cases(
        "qubit, both ways",
        {
            "R0": start[0] / start[1],
            "t_rate_crossing": fine.crossings["entropy production rate"],
            "t_cumulative_crossing": fine.crossings["entropy production"],
            "Sigma_heat": race.heating.ledger.total_entropy_production,
            "Sigma_cool": race.cooling.ledger.total_entropy_production,
        },
    )
    return cases


def _ledger_numbers(side: Branch) -> dict[str, FloatArray]:
    ledger = side.ledger
    return {
        "gamma_relax": side.modes.gap,
        "excited_pop": side.evolution.populations[:, 1],
        "sigma": ledger.entropy_production_rate,
        "Sigma_0_to_10": ledger.entropy_production[-1],
        "Sigma_total": ledger.total_entropy_production,
        "heat_current": ledger.heat_rate["bath"],
        "activity_0_to_10": ledger.total_activity[-1],
    }


def qubit_spin_bath() -> list[Case]:
    """The reciprocal quench of a qubit on a bath of two-level systems: the initial rates tie."""

    def family(temperature: FloatArray) -> Model:
        return qubit(gap=1.0, rate=0.1, temperature=temperature, statistics=SpinBath())

    race = compare(reciprocal(family, _COLD, _HOT), np.array([0.0, 5.0]))
    rates = [side.ledger.entropy_production_rate for side in (race.heating, race.cooling)]
    return reference("qubit_fermionic_bath_tie").cases(
        "qubit on a spin bath",
        {
            "sigma0_heat": rates[0][0],
            "sigma0_cool": rates[1][0],
            "sigma5_heat": rates[0][1],
            "sigma5_cool": rates[1][1],
            "heat_mean_t5": race.heating.heat.mean[1],
            "heat_var_t5_heating": race.heating.heat.variance[1],
            "heat_var_t5_cooling": race.cooling.heat.variance[1],
        },
    )


def qubit_rank_deficient() -> list[Case]:
    """A qubit that starts in its ground state: infinite initial rate, finite integral."""
    start = Quench("heating", _family(np.asarray(_HOT)), Populations([1.0, 0.0]))
    expected = reference("rank_deficient_start")
    side = branch(start, expected.parameters["times"])
    return expected.cases(
        "qubit from its ground state",
        {
            "sigma": side.ledger.entropy_production_rate,
            "Sigma": side.ledger.entropy_production,
            "Sigma_total": side.ledger.total_entropy_production,
            "length_0_1": side.kinematics.length[-1],
        },
    )


def qubit_kinematics() -> list[Case]:
    """Velocity, length and completion of the reciprocal quench of a qubit."""
    race = _race([0.0, 2.0, 10.0])
    one, two = race.heating.kinematics, race.cooling.kinematics
    return reference("kinematics_qubit").cases(
        "qubit, both ways",
        {
            "v_heat": one.velocity,
            "v_cool": two.velocity,
            "L_heat": one.length[1:],
            "L_cool": two.length[1:],
            "L_total": one.total_length,
            "completion_heat": one.completion[1:],
            "completion_cool": two.completion[1:],
        },
    )


def distances_of_thermal_qubits() -> list[Case]:
    """The distances of two Gibbs states of a qubit."""
    hamiltonian = np.diag([0.0, 1.0])
    a, b = gibbs(hamiltonian, _COLD), gibbs(hamiltonian, _HOT)
    return reference("distances_gibbs_qubits").cases(
        "Gibbs states of a qubit, 0.5 and 2",
        {
            "relent_ab": relative_entropy(a, b),
            "relent_ba": relative_entropy(b, a),
            "trace_distance": distances.trace_distance(a, b),
            "sqrt_fidelity": distances.fidelity(a, b),
            "bures_distance": distances.bures_distance(a, b),
            "bures_angle": distances.bures_angle(a, b),
            "hilbert_schmidt": distances.hilbert_schmidt_distance(a, b),
            "wigner_yanase_angle": distances.wigner_yanase_angle(a, b),
        },
    )


def _oscillator(temperature: FloatArray) -> Model:
    return oscillator(levels=LEVELS, frequency=1.0, rate=0.1, temperature=temperature)


def oscillator_quench() -> list[Case]:
    """The reciprocal quench of an oscillator on a Bose bath."""
    heats, cools = reference("oscillator_heating"), reference("oscillator_cooling")
    race = compare(reciprocal(_oscillator, 0.5, 2.0), heats.parameters["times"])
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
