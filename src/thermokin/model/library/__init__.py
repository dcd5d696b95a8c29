"""Ready-made models: the standard systems of quantum thermodynamics, each a function of its parameters."""

from thermokin.model.library.levels import levels, random_levels
from thermokin.model.library.maser import three_level_maser
from thermokin.model.library.one_bath import fermionic_level, oscillator, qubit, spin
from thermokin.model.library.qutrit import qutrit_ladder, qutrit_lambda, qutrit_v
from thermokin.model.library.two_baths import coupled_oscillators, coupled_qubits, ising_chain, xxz_chain

__all__ = [
    "coupled_oscillators",
    "coupled_qubits",
    "fermionic_level",
    "ising_chain",
    "levels",
    "oscillator",
    "qubit",
    "qutrit_ladder",
    "qutrit_lambda",
    "qutrit_v",
    "random_levels",
    "spin",
    "three_level_maser",
    "xxz_chain",
]
