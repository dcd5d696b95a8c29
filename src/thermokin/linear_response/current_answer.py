"""What the mean of a counted current answers, at rest, to a change of any jump or of the Hamiltonian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.current_excess import CurrentExcess
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.model.current import Current
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.resolvent import Resolvent

__all__ = ["CurrentAnswer"]

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class CurrentAnswer:
    """The adjoint solution Y of a current, <<1|J_1 L^D X>> = tr(Y X), and what follows from it.

    A change dL of the generator moves the state by -L^D dL rho: one solve answers for all changes.

    Args:
        jumps: of the model at rest.
        resolvent: its prepared generator.
        current: c_k.
    """

    jumps: SteadyJumps
    resolvent: Resolvent
    current: Current

    @property
    def steady_state(self) -> SteadyState:
        """Where everything is asked."""
        return self.jumps.steady_state

    @cached_property
    def weights(self) -> FloatArray:
        """What each jump counts (..., e)."""
        return np.asarray(self.current.weights[..., self.jumps.channel])

    @cached_property
    def _excess(self) -> CurrentExcess:
        return CurrentExcess(self.resolvent, self.steady_state, self.current.weights)

    @cached_property
    def _rows(self) -> FloatArray | ComplexArray:
        """Y: numbers of levels (..., d) where populations are closed, else (..., d, d)."""
        return np.asarray(-self._excess.frame_state)

    @cached_property
    def operator(self) -> ComplexArray:
        """Y (..., d, d) in the frame, Hermitian."""
        rows = self._rows
        if not self.jumps.classical:
            return rows.astype(np.complex128)
        return np.asarray(rows[..., None] * np.eye(rows.shape[-1], dtype=np.complex128))

    @cached_property
    def to_jumps(self) -> FloatArray:
        """v_e = d<J>/d theta_e under L_e -> exp(theta_e / 2) L_e (..., e): to the logarithm of each rate."""
        if self.jumps.classical:
            return np.asarray(self.jumps.rates * self._excess.gained.real)
        return np.asarray(self._excess.responses.real)

    @cached_property
    def to_jumps_error(self) -> FloatArray:
        """How far rounding may have moved each of `to_jumps` (..., e), from above as a rule."""
        if self.jumps.classical and self._excess.followed:
            return np.asarray(self.jumps.rates * self._excess.gained_error)
        reach = np.abs(self._rows).max(axis=tuple(range(-1 if self.jumps.classical else -2, 0)), initial=0.0)
        counted = np.abs(self.weights) + 2.0 * reach[..., None]
        return np.asarray((EPSILON + self.resolvent.solution_error)[..., None] * counted * self.jumps.rates)

    def to_hamiltonian(self, operator: ComplexArray) -> FloatArray:
        """d<J>/d theta under H -> H + theta V with the jumps held, i tr(Y [V, rho]).

        Args:
            operator: V (..., d, d) in the frame, Hermitian.

        Returns:
            (...).
        """
        state = self.steady_state.matrix
        turned = operator @ state
        return np.asarray(-2.0 * (self.operator * turned.swapaxes(-1, -2)).sum(axis=(-2, -1)).imag)
