"""The catalogue of bounds: fluctuations beside what they cost."""

from thermokin.bounds.bound import Bound, BoundAtRest, BoundInTransport, Bounds, BoundsAtRest
from thermokin.bounds.catalogue import catalogue, evaluate, relaxation_bounds, rest_bounds
from thermokin.bounds.chosen_scores import response_bound
from thermokin.bounds.clock import steadiest_count
from thermokin.bounds.fluctuation_theorem import fluctuation_theorem_limit
from thermokin.bounds.inverse_x_tanh_x import inverse_x_tanh_x, thermo_kinetic_information
from thermokin.bounds.occupation import occupation_bound
from thermokin.bounds.relative_entropy import TwoStates, two_states
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.since_start import information_bound
from thermokin.bounds.theorem import Bounded, Hypothesis, Kind, Limit, Part, Situation, Theorem
from thermokin.bounds.transport_bounds import BoundsInTransport
from thermokin.bounds.transport_case import TransportCase

__all__ = [
    "Bound",
    "BoundAtRest",
    "BoundInTransport",
    "Bounded",
    "Bounds",
    "BoundsAtRest",
    "BoundsInTransport",
    "Hypothesis",
    "Kind",
    "Limit",
    "Part",
    "RelaxationCase",
    "RestCase",
    "Situation",
    "Theorem",
    "TransportCase",
    "TwoStates",
    "catalogue",
    "evaluate",
    "fluctuation_theorem_limit",
    "information_bound",
    "inverse_x_tanh_x",
    "occupation_bound",
    "relaxation_bounds",
    "response_bound",
    "rest_bounds",
    "steadiest_count",
    "thermo_kinetic_information",
    "two_states",
]
