"""How far a state lags behind: the Drazin inverse of the generator on any Hermitian matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.choice import prepared
from thermokin.solvers.method import Auto
from thermokin.solvers.resolvent import Resolvent

__all__ = ["Lag"]

ABSENT = 1e-13  # of the largest element: coherences that are rounding of a change of basis


@dataclass(frozen=True, eq=False)
class Lag:
    """The Drazin inverse at one stack of points; what it is asked for says which coherences it must know.

    Args:
        state: the steady state, the only one.
        support: (d, d) which elements of the frame are asked for.
    """

    state: SteadyState
    support: BoolArray

    @classmethod
    def of(cls, state: SteadyState, matrices: ComplexArray) -> Lag:
        """The inverse that some matrices need.

        Args:
            state: the steady state.
            matrices: (..., m, d, d) in the user's basis.

        Returns:
            The inverse.
        """
        inside = np.abs(_into(state, matrices))
        largest = inside.max(axis=(-2, -1), keepdims=True, initial=0.0)
        support = (inside > ABSENT * largest).reshape(-1, *inside.shape[-2:]).any(axis=0)
        return cls(state, support | support.T)

    @cached_property
    def _block(self) -> Block:
        liouvillian = Liouvillian(self.state.model)
        size = liouvillian.dimension
        populations = np.eye(size, dtype=bool)
        wanted = self.support | populations
        if not self.state.is_diagonal:
            wanted = wanted | (np.abs(self.state.frame_state) > 0.0).reshape(-1, size, size).any(axis=0)
        if liouvillian.populations_closed and not (wanted & ~populations).any():
            return PopulationBlock(liouvillian, np.arange(size))
        groups, alone = sector_map(liouvillian).sectors(wanted | wanted.T)
        rows = np.concatenate([*(group.rows for group in groups), alone.rows])
        columns = np.concatenate([*(group.columns for group in groups), alone.columns])
        return HermitianBlock(SectorGenerator(liouvillian, Sector(rows, columns)), whole=True)

    @cached_property
    def _resolvent(self) -> Resolvent:
        block = self._block
        if isinstance(block, PopulationBlock):
            return prepared(block, Auto(), np.asarray(self.state.populations))
        known = block.elements(self.state.populations, self.state.matrix)
        return prepared(block, Auto(), np.asarray(known.real))

    @property
    def rounding(self) -> FloatArray:
        """How far a lag may be off, relative to its size, as far as the condition tells (...)."""
        return self._resolvent.solution_error

    def behind(self, changes: ComplexArray) -> ComplexArray:
        """L^D X of traceless Hermitian matrices.

        Args:
            changes: X (..., m, d, d) in the user's basis.

        Returns:
            (..., m, d, d) likewise [time * X].

        Raises:
            DegenerateSteadyStateError: if coherences that are asked for never decay.
        """
        block, inside = self._block, _into(self.state, changes)
        populations = np.diagonal(inside, axis1=-2, axis2=-1).real
        right = np.asarray(block.elements(populations, inside)).real.swapaxes(-1, -2)
        with few_threads(self.state.model.dimension):
            found = np.asarray(self._resolvent.drazin(np.ascontiguousarray(right))).swapaxes(-1, -2)
        if not np.isfinite(found).all():
            raise DegenerateSteadyStateError(
                "coherences that the controls turn never decay, so that the state does not follow the drive; couple "
                "them to a bath."
            )
        moved = np.asarray(block.frame_state(found), dtype=np.complex128)
        if isinstance(block, PopulationBlock):
            moved = moved[..., None] * np.eye(self.state.model.dimension)
        return _out_of(self.state, moved)


def _into(state: SteadyState, matrices: ComplexArray) -> ComplexArray:
    frame = state.model.frame
    if frame is None:
        return np.asarray(matrices)
    turn = frame[..., None, :, :]
    return np.asarray(turn.conj().swapaxes(-1, -2) @ matrices @ turn)


def _out_of(state: SteadyState, matrices: ComplexArray) -> ComplexArray:
    frame = state.model.frame
    if frame is None:
        return np.asarray(matrices, dtype=np.complex128)
    turn = frame[..., None, :, :]
    return np.asarray(turn @ matrices @ turn.conj().swapaxes(-1, -2))
