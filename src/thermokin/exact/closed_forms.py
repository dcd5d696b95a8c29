"""Exactly solvable quenches: the qubit, the oscillator with all its levels, and thermal levels by their modes."""

from __future__ import annotations

from thermokin.exact.heat_distribution import HeatDistribution
from thermokin.exact.levels import NLevelQuench
from thermokin.exact.oscillator import OscillatorQuench
from thermokin.exact.qubit import QubitQuench

__all__ = ["HeatDistribution", "NLevelQuench", "OscillatorQuench", "QubitQuench"]
