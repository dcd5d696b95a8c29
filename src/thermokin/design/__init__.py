"""Families of models over many parameters: sweeps, fronts of the best, searches for counterexamples."""

from thermokin.design import falsify_functions as functions
from thermokin.design.falsify import falsify
from thermokin.design.falsify_inequality import Inequality
from thermokin.design.falsify_result import Candidate, Falsification
from thermokin.design.falsify_systems import Relaxation
from thermokin.design.front import front
from thermokin.design.front_result import Front

__all__ = ["Candidate", "Falsification", "Front", "Inequality", "Relaxation", "falsify", "front", "functions"]
