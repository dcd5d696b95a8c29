"""Exactly solvable quenches: the qubit, the oscillator with all its levels, and thermal levels by their modes."""

from __future__ import annotations

from thermokin.quench.closed_levels import NLevelQuench
from thermokin.quench.closed_oscillator import OscillatorQuench
from thermokin.quench.closed_qubit import QubitQuench
from thermokin.quench.heat_distribution import HeatDistribution

__all__ = ["HeatDistribution", "NLevelQuench", "OscillatorQuench", "QubitQuench"]
