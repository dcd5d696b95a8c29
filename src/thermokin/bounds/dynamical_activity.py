"""The bound by the quantum dynamical activity: what all speeds together, that of the Hamiltonian too, may cost."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import expm
from scipy.sparse import block_array, coo_array, csr_array, eye_array, kron

from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Hypothesis, Limit, Part, Theorem
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.motion.evolution import Evolution
from thermokin.numerics.grid_walk import dense_steps, distinct_steps, sparse_steps, walk

__all__ = ["DYNAMICAL_ACTIVITY", "VAN_VU_SAITO", "accumulated_activity", "scaled_information"]

DENSE = 3e8  # products of numbers in one product of all generators together: seconds of exponentials
SPARSE = 1e9  # the same of products with a sparse generator
OVERHEAD = 3000.0  # such products that one call takes, whatever its size
FEASIBLE = "levels, times and the fastest rate are so few that its information can be moved along in seconds"
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
    The state, what drives it and both integrals are moved together.

    Args:
        case: the case.

    Returns:
        It; None where that would take minutes.

    Cost:
        One exponential of 2 d^2 + 2 coordinates for each distinct step of the grid; where these are dear, products with
        that sparse matrix, their number being the last time in units of the fastest one.

    Reference:
        nishiyama2024.
    """
    evolution, liouvillian = case.evolution, case.evolution.liouvillian
    level = np.arange(liouvillian.dimension)
    whole = SectorGenerator(liouvillian, Sector(np.repeat(level, level.size), np.tile(level, level.size)))
    state = evolution.frame_states
    hamiltonian = case.model.generator.dense.astype(np.complex128)
    # What all energies share is a phase, and its square would grow with that of time.
    late = np.einsum("...ij,...ji->...", hamiltonian, state[..., -1, :, :]).real
    hamiltonian = hamiltonian - late[..., None, None] * np.eye(level.size)
    driven = hamiltonian - 0.5j * liouvillian.decay.dense
    moved = _moved(whole, hamiltonian, driven, evolution)
    if moved is None:
        return None
    twice, once = moved[..., -2].real, moved[..., -1].real
    return np.asarray(case.ledger.total_activity + 8.0 * twice - 4.0 * once**2)


def _moved(
    whole: SectorGenerator, hamiltonian: ComplexArray, driven: ComplexArray, evolution: Evolution
) -> ComplexArray | None:
    """The state, what K rho drives, int tr H (what is driven) and int tr H rho (..., t, 2 d^2 + 2)."""
    lead, size = evolution.initial.populations.shape[:-1], hamiltonian.shape[-1]
    first, square = evolution.initial.matrix, size * size
    diagonal = evolution.initial.populations[..., None] * np.eye(size)
    start = np.zeros((*lead, 2 * square + 2), dtype=np.complex128)
    start[..., :square] = (diagonal if first is None else first).reshape(*lead, square)
    row = hamiltonian.swapaxes(-1, -2).reshape(*hamiltonian.shape[:-2], 1, square)
    batch = np.broadcast_shapes(lead, hamiltonian.shape[:-2], driven.shape[:-2], evolution.times.shape[:-1])
    dear = float(start.shape[-1]) ** 3 * distinct_steps(evolution.times) * max(math.prod(batch), 1)
    if dear <= DENSE:
        moves = whole.matrix
        system = np.zeros((*batch, start.shape[-1], start.shape[-1]), dtype=np.complex128)
        system[..., :square, :square] = system[..., square:-2, square:-2] = moves
        product = np.einsum("...ij,kl->...ikjl", driven, np.eye(size))
        system[..., square:-2, :square] = product.reshape(*product.shape[:-4], square, square)
        system[..., -2:-1, square:-2], system[..., -1:, :square] = row, row
        return walk(dense_steps(expm, system), start, evolution.times, batch)
    if batch:
        return None
    generator = whole.sparse
    drive = kron(csr_array(driven), eye_array(size))
    none = coo_array((square, 2))
    rows = csr_array(row)
    blocks = [[generator, None, none], [drive, generator, None], [None, rows, None], [rows, None, None]]
    sparse = csr_array(block_array(blocks, format="csr"))
    fastest = float(np.abs(sparse).sum(axis=0).max())
    if fastest * float(evolution.times.max()) * (sparse.nnz + OVERHEAD) > SPARSE:
        return None
    return walk(sparse_steps(sparse), start, evolution.times)


def _since_start(case: RelaxationCase) -> Limit | None:
    if case.evolution.motion is not None:
        return None  # the kinetic bound is sharper: what a diagonal Hamiltonian turns is not counted there
    cost = accumulated_activity(case)
    if cost is None:
        return Limit(np.full(case.evolution.times.shape, np.nan), (Hypothesis(FEASIBLE, holds=False),))
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
