"""The jumps of a model at rest: how often each happens, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.jump_table import JumpTable
from thermokin.motion.steady_state import SteadyState
from thermokin.numerics.level_sums import scatter

__all__ = ["SteadyJumps"]


@dataclass(frozen=True, eq=False)
class SteadyJumps:
    """The jumps at rest: of closed populations every transition i -> j of every channel, else every channel.

    Args:
        steady_state: where.
    """

    steady_state: SteadyState

    @cached_property
    def table(self) -> JumpTable:
        """The channels."""
        return self.steady_state.model.table

    @cached_property
    def classical(self) -> bool:
        """Whether populations obey a rate equation, so that single transitions are jumps."""
        return Liouvillian(self.steady_state.model).populations_closed

    @cached_property
    def channel(self) -> IntArray:
        """(e,) the channel of each jump."""
        return np.asarray(self.table.channel if self.classical else np.arange(self.table.size))

    @cached_property
    def reverse(self) -> IntArray:
        """(e,) the jump that undoes each; -1 for none."""
        return np.asarray(self.table.partner if self.classical else self.table.reverse)

    @cached_property
    def idle(self) -> BoolArray:
        """(e,) jumps that undo themselves and move no population, as pure dephasing does."""
        table = self.table
        if self.classical:
            return np.asarray((table.row == table.column) & table.idle[table.channel])
        moving = np.zeros(table.size, dtype=bool)
        moving[table.channel[table.row != table.column]] = True
        return np.asarray(table.idle & ~moving)

    @cached_property
    def rates(self) -> FloatArray:
        """a_e (..., e) [1/time]."""
        table = self.table
        if self.classical:
            return np.asarray(table.strength * self.steady_state.populations[..., table.column])
        # In the dark rounding of coherences may leave less than nothing.
        return np.maximum(self.means(np.eye(table.dimension)), 0.0)

    def means(self, operator: ComplexArray | FloatArray) -> FloatArray:
        """tr(Y L_k rho L_k^+) of every channel.

        Args:
            operator: Y (..., d, d) in the frame, Hermitian.

        Returns:
            (..., k).
        """
        table, (one, two) = self.table, self.table.pairs
        left = operator[..., table.row[two], table.row[one]]
        moved = table.amplitude[..., one] * self.steady_state.matrix[..., table.column[one], table.column[two]]
        return self._summed((left * moved * table.amplitude[..., two].conj()).real, one)

    def decayed(self, operator: ComplexArray) -> ComplexArray:
        """tr(X L_k^+ L_k) of every channel.

        Args:
            operator: X (..., d, d) in the frame.

        Returns:
            (..., k).
        """
        table, (one, two) = self.table, self._meeting
        product = table.amplitude[..., one] * table.amplitude[..., two].conj()
        values = operator[..., table.column[one], table.column[two]] * product
        return self._summed(values.real, one) + 1j * self._summed(values.imag, one)

    @cached_property
    def _meeting(self) -> tuple[IntArray, IntArray]:
        """Ordered pairs of entries of one channel that lead to one level, each entry with itself among them."""
        every, (one, two) = np.arange(self.table.entries), self.table.meeting_pairs
        return np.concatenate([every, one]), np.concatenate([every, two])

    def _summed(self, values: FloatArray, one: IntArray) -> FloatArray:
        return scatter(np.asarray(values), self.table.channel[one].astype(np.int64), self.table.size)
