"""All jumps of a model applied to many kets at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.scatter import begins
from thermokin.trajectories.jump_records import ChannelArray

__all__ = ["JumpOperators", "jump_operators"]


@dataclass(frozen=True, eq=False)
class JumpOperators:
    """The nonzero rows of all jump operators, one under the other: every L_k psi by one product.

    Args:
        rows: (r, d), the nonzero rows of L_1, then of L_2, ...
        channel: (r,) the channel of each, ascending.
        row: (r,) where each stands in its operator.
        size: number of channels.
    """

    rows: ComplexArray
    channel: IntArray
    row: IntArray
    size: int

    @cached_property
    def starts(self) -> IntArray:
        """(k + 1,) where each channel's rows begin."""
        return begins(self.channel, self.size)

    def odds(self, kets: ComplexArray) -> FloatArray:
        """Rates |L_k psi|^2 of all channels.

        Args:
            kets: psi (n, d).

        Returns:
            (n, k) [1/time].
        """
        components = kets @ self.rows.T
        strength = components.real**2 + components.imag**2
        rates = np.zeros((kets.shape[0], self.size))
        present = np.flatnonzero(np.diff(self.starts))
        if present.size:
            rates[:, present] = np.add.reduceat(strength, self.starts[present], axis=1)
        return rates

    def landed(self, kets: ComplexArray, channels: ChannelArray | IntArray) -> ComplexArray:
        """The kets after a jump, L_k psi over its norm.

        Args:
            kets: psi before the jump (n, d), with |L_k psi| > 0.
            channels: (n,) the channel of each.

        Returns:
            (n, d), normalised.
        """
        after = np.zeros_like(kets)
        for channel in np.unique(channels):
            here, part = channels == channel, slice(self.starts[channel], self.starts[channel + 1])
            block = np.zeros((int(here.sum()), kets.shape[1]), dtype=np.complex128)
            block[:, self.row[part]] = kets[here] @ self.rows[part].T
            after[here] = block
        return np.asarray(after / np.linalg.norm(after, axis=1, keepdims=True))


def jump_operators(liouvillian: Liouvillian) -> JumpOperators:
    """The jump operators of one model in its frame.

    Args:
        liouvillian: of a model without leading axes.

    Returns:
        The operators.

    Cost:
        Memory of (nonzero rows of all jumps) d numbers.
    """
    table, size = liouvillian.table, liouvillian.dimension
    key = table.channel.astype(np.int64) * size + table.row
    slots, place = np.unique(key, return_inverse=True)
    rows = np.zeros((slots.size, size), dtype=np.complex128)
    rows[place, table.column] = table.amplitude
    return JumpOperators(rows, slots // size, slots % size, table.size)
