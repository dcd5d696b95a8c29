"""The bound by the quantum dynamical activity: what all speeds together, that of the Hamiltonian too, may cost."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from thermokin._typing import FloatArray
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Part, Theorem
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector

__all__ = ["DYNAMICAL_ACTIVITY", "VAN_VU_SAITO", "accumulated_activity", "scaled_information"]

LARGEST = 500_000  # elements of the generators of all times together: seconds of exponentials
ROUNDINGS = 64.0


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


def accumulated_activity(case: RelaxationCase) -> FloatArray | None:
    """The quantum Fisher information of L_k -> exp(theta / 2) L_k and H -> (1 + theta) H from time 0 on (..., t).

    A + 8 int_0^t ds int_0^s du Re tr{H exp(L (s - u)) [K rho(u)]} - 4 (int_0^t tr H rho)^2, K = H - i/2 sum L_k^+ L_k.
    The state, what drives it and both integrals are moved by one exponential.

    Args:
        case: the case.

    Returns:
        It; None where the whole space has many elements, or times are many.

    Reference:
        nishiyama2024.
    """
    evolution, liouvillian = case.evolution, case.evolution.liouvillian
    size = liouvillian.dimension
    square = size * size
    if square * square * evolution.times.size > LARGEST:
        return None
    level = np.arange(size)
    whole = Sector(np.repeat(level, size), np.tile(level, size))
    state = evolution.frame_states
    hamiltonian = case.model.generator.dense.astype(np.complex128)
    # What all energies share is a phase, and its square would grow with that of time.
    late = np.einsum("...ij,...ji->...", hamiltonian, state[..., -1, :, :]).real
    hamiltonian = hamiltonian - late[..., None, None] * np.eye(size)
    driven = hamiltonian - 0.5j * liouvillian.decay.dense
    moves = SectorGenerator(liouvillian, whole).matrix
    batch = np.broadcast_shapes(moves.shape[:-2], driven.shape[:-2], state.shape[:-3])
    system = np.zeros((*batch, 2 * square + 2, 2 * square + 2), dtype=np.complex128)
    system[..., :square, :square] = system[..., square:-2, square:-2] = moves
    product = np.einsum("...ij,kl->...ikjl", driven, np.eye(size))
    system[..., square:-2, :square] = product.reshape(*product.shape[:-4], square, square)
    row = hamiltonian.swapaxes(-1, -2).reshape(*hamiltonian.shape[:-2], square)
    system[..., -2, square:-2], system[..., -1, :square] = row, row
    first, lead = evolution.initial.matrix, evolution.initial.populations.shape[:-1]
    start = np.zeros((*batch, 2 * square + 2), dtype=np.complex128)
    diagonal = evolution.initial.populations[..., None] * np.eye(size)
    start[..., :square] = (diagonal if first is None else first).reshape(*lead, square)
    moved = expm(system[..., None, :, :] * evolution.times[..., None, None]) @ start[..., None, :, None]
    twice, once = moved[..., -2, 0].real, moved[..., -1, 0].real
    return np.asarray(case.ledger.total_activity + 8.0 * twice - 4.0 * once**2)


def _since_start(case: RelaxationCase) -> Limit | None:
    if case.evolution.motion is not None:
        return None  # the kinetic bound is sharper: what a diagonal Hamiltonian turns is not counted there
    cost = accumulated_activity(case)
    if cost is None:
        return None
    observable = case.evolution.liouvillian.current_observable(case.current)
    response = np.asarray(case.evolution.times * case.evolution.expectation(observable))
    limit = case.over(np.asarray(response**2), cost)
    # Squarings of an exponential lose as many roundings as its exponent is large.
    turned = np.abs(case.model.generator.dense).max() + np.abs(case.evolution.liouvillian.decay.dense).max()
    error = np.abs(limit) * np.finfo(float).eps * (ROUNDINGS + ROUNDINGS * turned * case.evolution.times)
    return Limit(limit, (), error, Part("quantum dynamical activity", cost), Part("time times current", response))


DYNAMICAL_ACTIVITY = Theorem(
    "dynamical activity",
    "Var J >= <J>^2 / b per time, b = a - 8 Re tr{H L^D [(H - i/2 sum_k L_k^+ L_k) rho]}, a the jumps per time",
    "any initial state and any count; with coherence the kinetic bound of <J> itself. Since time 0: [t d<J>/dt]^2 over "
    "the same information of the record from 0 to t",
    "as kinetic, where populations obey a rate equation",
    "hasegawa2020, nishiyama2024",
    _since_start,
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
