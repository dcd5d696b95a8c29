"""Ready-made models: the standard systems of quantum thermodynamics, each a function of its parameters."""

from thermokin.model.library.boundary_driven_chain import boundary_driven_chain
from thermokin.model.library.clocks import coherent_ring_clock, ring_clock
from thermokin.model.library.collective_spins import collective_maser, collective_spins
from thermokin.model.library.dot_chain import dot_chain, double_dot
from thermokin.model.library.dots import quantum_dot, single_dot
from thermokin.model.library.electron_pump import electron_pump
from thermokin.model.library.exclusion_process import exclusion_process
from thermokin.model.library.heat_rectifier import heat_rectifier
from thermokin.model.library.heat_valve import heat_valve
from thermokin.model.library.levels import levels
from thermokin.model.library.maser import three_level_maser
from thermokin.model.library.maser_in_cavity import maser_in_cavity
from thermokin.model.library.one_bath import fermionic_level, oscillator, qubit, spin
from thermokin.model.library.qutrit import qutrit_ladder, qutrit_lambda, qutrit_v
from thermokin.model.library.random_levels import random_levels
from thermokin.model.library.refrigerators import four_level_refrigerator, three_level_refrigerator
from thermokin.model.library.spin_devices import spin_diode, thermal_transistor
from thermokin.model.library.three_qubits import three_qubit_refrigerator
from thermokin.model.library.two_baths import coupled_oscillators, coupled_qubits, ising_chain, xxz_chain

__all__ = [
    "boundary_driven_chain",
    "coherent_ring_clock",
    "collective_maser",
    "collective_spins",
    "coupled_oscillators",
    "coupled_qubits",
    "dot_chain",
    "double_dot",
    "electron_pump",
    "exclusion_process",
    "fermionic_level",
    "four_level_refrigerator",
    "heat_rectifier",
    "heat_valve",
    "ising_chain",
    "levels",
    "maser_in_cavity",
    "oscillator",
    "quantum_dot",
    "qubit",
    "qutrit_ladder",
    "qutrit_lambda",
    "qutrit_v",
    "random_levels",
    "ring_clock",
    "single_dot",
    "spin",
    "spin_diode",
    "thermal_transistor",
    "three_level_maser",
    "three_level_refrigerator",
    "three_qubit_refrigerator",
    "xxz_chain",
]
