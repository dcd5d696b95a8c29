"""Exactly solvable quenches: the qubit, the oscillator with all its levels, and thermal levels by their modes."""

from thermokin.exact.levels import NLevelQuench
from thermokin.exact.oscillator import OscillatorQuench
from thermokin.exact.qubit import QubitQuench
from thermokin.exact.thermal_quench import HeatDistribution

__all__ = ["HeatDistribution", "NLevelQuench", "OscillatorQuench", "QubitQuench"]
