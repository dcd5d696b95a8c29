"""Operators and states of one's own: spins, bosons, fermions, tensor products, Gibbs states and entropy."""

from thermokin.operators.entropy import entropy
from thermokin.operators.fock import annihilators, coherent, create, destroy, number
from thermokin.operators.gibbs import gibbs
from thermokin.operators.particle_number import annihilation_part
from thermokin.operators.spins import pauli, spin
from thermokin.operators.tensor import embed, partial_trace, tensor

__all__ = [
    "annihilation_part",
    "annihilators",
    "coherent",
    "create",
    "destroy",
    "embed",
    "entropy",
    "gibbs",
    "number",
    "partial_trace",
    "pauli",
    "spin",
    "tensor",
]
