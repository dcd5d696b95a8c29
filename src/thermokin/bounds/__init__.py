"""The catalogue of bounds: fluctuations beside what they cost."""

from thermokin.bounds.bound import Bound, Bounds, Hypothesis
from thermokin.bounds.catalogue import Entry, Kind, catalogue
from thermokin.bounds.evaluate import evaluate
from thermokin.bounds.fluctuation_theorem_limit import fluctuation_theorem_limit
from thermokin.bounds.inverse_x_tanh_x import inverse_x_tanh_x
from thermokin.bounds.relaxation_bounds import information_bound, relaxation_bounds
from thermokin.bounds.thermo_kinetic_information import thermo_kinetic_information

__all__ = [
    "Bound",
    "Bounds",
    "Entry",
    "Hypothesis",
    "Kind",
    "catalogue",
    "evaluate",
    "fluctuation_theorem_limit",
    "information_bound",
    "inverse_x_tanh_x",
    "relaxation_bounds",
    "thermo_kinetic_information",
]
