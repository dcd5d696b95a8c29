"""Ready-made models: the standard systems of quantum thermodynamics, each a function of its parameters."""

from thermokin.model.library.chains import ising_chain, xxz_chain
from thermokin.model.library.coupled import coupled_oscillators, coupled_qubits
from thermokin.model.library.levels import levels, random_levels
from thermokin.model.library.maser import three_level_maser
from thermokin.model.library.one_bath import fermionic_level, oscillator, qubit, spin
from thermokin.model.library.qutrit import qutrit_ladder, qutrit_lambda, qutrit_v

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
