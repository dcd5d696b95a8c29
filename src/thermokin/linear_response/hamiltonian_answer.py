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
    def solution(self) -> ComplexArray:
        """Z (..., d, d) in the frame."""
        state, pattern = self.jumps.steady_state, _somewhere(self.operator)
        liouvillian = Liouvillian(state.model)
        groups, _ = sector_map(liouvillian).sectors(pattern)
        batch = np.broadcast_shapes(self.operator.shape[:-2], state.populations.shape[:-1])
        answer = np.zeros((*batch, *pattern.shape), dtype=np.complex128)
        alone = pattern.copy()
        for sector in groups:
            alone[sector.rows, sector.columns] = False
            generator = SectorGenerator(liouvillian, sector)
            row = np.broadcast_to(self.operator[..., sector.columns, sector.rows], (*batch, sector.rows.size))
            ((_, _, solved),) = SectorResolvent(state, generator).solved(np.zeros_like(row), row, AT_REST)
            answer[..., sector.columns, sector.rows] = -solved[0]
        rows, columns = np.nonzero(alone)
        if rows.size:
            rates = exponents(liouvillian, Sector(rows, columns))
            answer[..., columns, rows] = self.operator[..., columns, rows] / rates
        return answer

    @cached_property
    def _known(self) -> tuple[FloatArray, FloatArray]:
        at_rest = AtRest(self.jumps.steady_state, self.operator)
        value, error, _ = at_rest.followed_by(at_rest).at(AT_REST)
        return 8.0 * value[..., 0].real, 8.0 * error[..., 0]

    @property
    def information(self) -> FloatArray:
        """-8 Re tr(V L^D [(V - <V>) rho]) (...), of H -> H + theta V per time, the jumps held."""
        return self._known[0]

    @property
    def information_error(self) -> FloatArray:
        """How far rounding may have moved it, from above as a rule (...)."""
        return self._known[1]

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
