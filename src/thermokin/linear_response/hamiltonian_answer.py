"""What a change of the Hamiltonian writes into the jumps: its quantum Fisher information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.observed import AtRest
from thermokin.linear_response.sector_resolvent import SectorResolvent
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.motion.sector_path import exponents

__all__ = ["HamiltonianAnswer"]

EPSILON = float(np.finfo(np.float64).eps)
ROUNDINGS = 4.0  # of each element of what a backward stable solve adds up
AT_REST = np.zeros(1)


@dataclass(frozen=True, eq=False)
class HamiltonianAnswer:
    """The adjoint solution Z of an operator V, tr(V L^D X) = tr(Z X) for every X without trace.

    Args:
        jumps: of the model at rest.
        operator: V (..., d, d) in the frame, Hermitian.

    Raises:
        NotConvergedError: if rounding leaves nothing of the solution.
        DegenerateSteadyStateError: if several steady states are mixed.

    Cost:
        One factorisation of every sector in which V has elements, those without populations among them.

    Reference:
        gammelmark2014.
    """

    jumps: SteadyJumps
    operator: ComplexArray

    @cached_property
    def _solved(self) -> tuple[ComplexArray, FloatArray, FloatArray]:
        """Z (..., d, d), the information and its error (...), from one factorisation of each sector."""
        state, pattern = self.jumps.steady_state, _somewhere(self.operator)
        at_rest = AtRest(state, self.operator)
        flow, liouvillian = at_rest.followed_by(at_rest), Liouvillian(state.model)
        groups, _ = sector_map(liouvillian).sectors(pattern)
        batch = np.broadcast_shapes(self.operator.shape[:-2], state.populations.shape[:-1])
        answer = np.zeros((*batch, *pattern.shape), dtype=np.complex128)
        value, error = np.zeros(batch), np.zeros(batch)
        alone = pattern.copy()
        for sector in groups:
            rows, columns = sector.rows, sector.columns
            alone[rows, columns] = False
            solves = SectorResolvent(state, SectorGenerator(liouvillian, sector))
            parts = self.operator[..., columns, rows], flow.source[..., rows, columns], flow.blur[..., rows, columns]
            row, start, blur = (np.array(np.broadcast_to(part, (*batch, rows.size))) for part in parts)
            if solves.pin is not None:
                start[..., solves.pin], blur[..., solves.pin] = 0.0, 0.0
            ((inward, moved, solved),) = solves.solved(start, row, AT_REST)
            # Of what multiplies the trace's own equation nothing belongs to the solution.
            kept = np.ones(rows.size)
            if solves.pin is not None:
                kept[solves.pin] = 0.0
            answer[..., columns, rows] = -kept * solved[0]
            value += (row * moved[0]).sum(axis=-1).real
            lost = np.abs(solved[0]) * (ROUNDINGS * EPSILON * (inward[0] + np.abs(start)) + blur)
            error += lost.sum(axis=-1)
        rows, columns = np.nonzero(alone)
        if rows.size:
            answer[..., columns, rows] = self.operator[..., columns, rows] / exponents(
                liouvillian, Sector(rows, columns)
            )
            lone = -answer[..., columns, rows] * flow.source[..., rows, columns]
            value += lone.sum(axis=-1).real
            error += ROUNDINGS * EPSILON * np.abs(lone).sum(axis=-1)
            error += (np.abs(answer[..., columns, rows]) * flow.blur[..., rows, columns]).sum(axis=-1)
        return answer, 8.0 * value, 8.0 * error

    @property
    def solution(self) -> ComplexArray:
        """Z (..., d, d) in the frame."""
        return self._solved[0]

    @property
    def information(self) -> FloatArray:
        """-8 Re tr(V L^D [(V - <V>) rho]) (...), of H -> H + theta V per time, the jumps held."""
        return self._solved[1]

    @property
    def information_error(self) -> FloatArray:
        """How far rounding may have moved it, from above as a rule (...)."""
        return self._solved[2]

    @cached_property
    def with_jumps_error(self) -> FloatArray:
        """The same of `with_jumps`: what the solve loses there beside what it loses of the information (..., k)."""
        size, state = np.abs(self.solution), np.abs(self.jumps.steady_state.matrix)
        summed = (size * np.abs(self.operator @ self.jumps.steady_state.matrix).swapaxes(-1, -2)).sum(axis=(-2, -1))
        share = EPSILON + self.information_error / np.where(summed > 0.0, 8.0 * summed, 1.0)
        return np.asarray(2.0 * share[..., None] * np.abs(self.jumps.decayed((state @ size).astype(np.complex128))))

    @cached_property
    def with_jumps(self) -> FloatArray:
        """What H -> H + theta V and L_k -> exp(theta_k / 2) L_k have in common (..., k): the mixed information."""
        return np.asarray(-2.0 * self.jumps.decayed(self.jumps.steady_state.matrix @ self.solution).imag)


def _somewhere(matrix: ComplexArray) -> np.ndarray:
    return np.asarray((matrix != 0.0).reshape(-1, *matrix.shape[-2:]).any(axis=0))
