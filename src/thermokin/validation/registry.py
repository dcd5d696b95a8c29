"""Every group of cases. A new capability adds its own function here."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from thermokin._errors import ValidityWarning
from thermokin.validation.case import Case
from thermokin.validation.counting import (
    driven_cavity,
    heat_of_a_qubit,
    level_between_leads,
    oscillators_between_baths,
    poisson_process,
    qubit_between_baths,
    resonance_fluorescence,
    single_electron_transistor,
)
from thermokin.validation.dark_states import atoms_that_decay_together, detuned_dark_state
from thermokin.validation.entropy import (
    cold_cavity,
    early_lead,
    jumps_without_a_bath,
    level_by_hand,
    zero_of_energy,
)
from thermokin.validation.entropy_of_weak_links import entropy_of_weak_links
from thermokin.validation.equidistant import equidistant_partners
from thermokin.validation.far_scales import blockaded_dot, hardly_damped_mode
from thermokin.validation.hand_written import heat_of_a_pair
from thermokin.validation.initial_rates import initial_rates, long_spin, qubit_crossings
from thermokin.validation.leads import level_on_leads, masers_of_either_pair, quantum_of_a_lead
from thermokin.validation.levels import absorption_refrigerator, level_quenches, shortcut_of_four_levels
from thermokin.validation.nearly_decoupled import nearly_decoupled_parts
from thermokin.validation.oscillator import oscillator_quench
from thermokin.validation.precision import functions_of_the_bounds, relaxing_qubit
from thermokin.validation.qubit import (
    distances_of_thermal_qubits,
    qubit_kinematics,
    qubit_quench,
    qubit_rank_deficient,
    qubit_spin_bath,
)
from thermokin.validation.starts import starts
from thermokin.validation.strong_dephasing import slow_rates_beside_strong_dephasing
from thermokin.validation.swept_dots import heat_of_spins, swept_dots
from thermokin.validation.weak_links import hardly_driven_maser, linked_pairs

__all__ = ["GROUPS", "cases_of"]

GROUPS: tuple[Callable[[], list[Case]], ...] = (
    distances_of_thermal_qubits,
    qubit_quench,
    qubit_spin_bath,
    qubit_rank_deficient,
    qubit_kinematics,
    oscillator_quench,
    level_quenches,
    absorption_refrigerator,
    equidistant_partners,
    initial_rates,
    qubit_crossings,
    long_spin,
    shortcut_of_four_levels,
    functions_of_the_bounds,
    relaxing_qubit,
    level_between_leads,
    level_on_leads,
    quantum_of_a_lead,
    masers_of_either_pair,
    heat_of_a_pair,
    single_electron_transistor,
    qubit_between_baths,
    heat_of_a_qubit,
    oscillators_between_baths,
    driven_cavity,
    resonance_fluorescence,
    poisson_process,
    starts,
    swept_dots,
    heat_of_spins,
    nearly_decoupled_parts,
    linked_pairs,
    hardly_driven_maser,
    detuned_dark_state,
    atoms_that_decay_together,
    blockaded_dot,
    hardly_damped_mode,
    jumps_without_a_bath,
    level_by_hand,
    cold_cavity,
    early_lead,
    zero_of_energy,
    entropy_of_weak_links,
    slow_rates_beside_strong_dephasing,
)


def cases_of(group: Callable[[], list[Case]]) -> list[Case]:
    """The cases of a group. That its models have no weak coupling is beside the point and not warned about.

    Args:
        group: one of `GROUPS`.

    Returns:
        Its cases.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        return group()
