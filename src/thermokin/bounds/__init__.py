"""The catalogue of bounds: fluctuations beside what they cost."""

from thermokin.bounds.bound import Bound, Bounds, Hypothesis, Kind, Limit, Theorem
from thermokin.bounds.catalogue import catalogue, evaluate, information_bound, relaxation_bounds
from thermokin.bounds.fluctuation_theorem import fluctuation_theorem_limit
from thermokin.bounds.inverse_x_tanh_x import inverse_x_tanh_x, thermo_kinetic_information
from thermokin.bounds.relaxation_case import RelaxationCase

__all__ = [
    "Bound",
    "Bounds",
    "Hypothesis",
    "Kind",
    "Limit",
    "RelaxationCase",
    "Theorem",
    "catalogue",
    "evaluate",
    "fluctuation_theorem_limit",
    "information_bound",
    "inverse_x_tanh_x",
    "relaxation_bounds",
    "thermo_kinetic_information",
]
