"""The bound by the quantum dynamical activity: what all speeds together, that of the Hamiltonian too, may cost."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Part, Theorem

__all__ = ["DYNAMICAL_ACTIVITY", "VAN_VU_SAITO", "scaled_information"]


def scaled_information(case: RestCase, of_jumps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The quantum Fisher information per time of L_e -> exp(theta b_e / 2) L_e and H -> (1 + theta) H together.

    Args:
        case: the case.
        of_jumps: b_e (..., e).

    Returns:
        It, and its error (...) [1/time].

    Reference:
        gammelmark2014.
    """
    own = (of_jumps**2 * case.jumps.rates).sum(axis=-1)
    if case.jumps.classical:  # a diagonal Hamiltonian moves nothing
        return own, np.zeros(own.shape)
    found = case.hamiltonian
    shared = (of_jumps * found.with_jumps).sum(axis=-1)
    missed = found.information_error + 2.0 * (np.abs(of_jumps) * found.with_jumps_error).sum(axis=-1)
    return own + 2.0 * shared + found.information, np.asarray(missed)


def _at_rest(case: RestCase) -> Limit:
    cost, missed = scaled_information(case, np.ones(case.jumps.channel.size))
    return case.limit(case.itself, cost, "quantum dynamical activity", cost_error=missed)


def _by_forces(case: RestCase) -> Limit | None:
    if case.jumps.classical:
        return None
    cost, missed = scaled_information(case, case.forces)
    part, error = case.forced
    turned, more = case.to_hamiltonian(case.hamiltonian)
    name = "response to the forces and to the scale of the Hamiltonian"
    response = Part(name, part.values + turned, "delta"), error + more
    return case.limit(
        response, cost, "information in the forces and in the scale of the Hamiltonian", cost_error=missed
    )


DYNAMICAL_ACTIVITY = Theorem(
    "dynamical activity",
    "Var J >= <J>^2 / b per time, b = a - 8 Re tr{H L^D [(H - i/2 sum_k L_k^+ L_k) rho]}, a the jumps per time",
    "any steady state and any count; with coherence the kinetic bound of <J> itself",
    "as kinetic, where populations obey a rate equation",
    "hasegawa2020, nishiyama2024",
    rest=_at_rest,
)
VAN_VU_SAITO = Theorem(
    "forces and Hamiltonian",
    "Var J >= [<J>(1+delta)]^2 / (I + Q), L_k -> exp(theta l_k / 2) L_k and H -> (1 + theta) H together, l_k the "
    "forces",
    "any steady state and any count",
    "none known",
    "vanvu2022",
    rest=_by_forces,
)
