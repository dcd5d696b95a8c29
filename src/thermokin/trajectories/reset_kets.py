"""Jumps applied to many kets at once, and the few kets on which they leave a system that they reset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.level_sums import begins
from thermokin.trajectories.jump_records import ChannelArray

__all__ = ["JumpOperators", "ResetKets", "jump_operators", "reset_kets"]

MOST = 64  # kets up to which a closed set is looked for
SAME = 1e-13  # distance below which two normalised kets are one


@dataclass(frozen=True, eq=False)
class ResetKets:
    """Kets that jumps only exchange: from ket a, channel[a, o] leads to ket target[a, o], whenever it happens.

    Args:
        kets: (m, d), normalised; the starts first.
        still: (m,) whether a ket does not move between jumps, so that it decays exponentially.
        channel: (m, o) channels that can leave each ket, -1 past the last.
        target: (m, o) the ket on which each leaves the system.
    """

    kets: ComplexArray
    still: BoolArray
    channel: IntArray
    target: IntArray


def reset_kets(liouvillian: Liouvillian, starts: ComplexArray) -> ResetKets | None:
    """The closed set of kets that jumps reach from some starts, if it is finite and small.

    Between jumps a ket stays within the levels that its own are linked to by the effective Hamiltonian. A jump
    operator of rank one there resets the system: where it lands does not depend on when it happens.

    Args:
        liouvillian: of a model without leading axes.
        starts: (s, d), normalised.

    Returns:
        The set; None if some jump does not reset, or if there are more than 64 kets.
    """
    reach = _reach(liouvillian)
    kets = list(starts)
    channels: list[list[int]] = []
    targets: list[list[int]] = []
    still: list[bool] = []
    while len(channels) < len(kets):
        if len(kets) > MOST:
            return None
        within = np.asarray(reach[:, kets[len(channels)] != 0.0].any(axis=1))
        still.append(int(within.sum()) == 1)
        found = _resets(liouvillian, within)
        if found is None:
            return None
        channels.append([channel for channel, _ in found])
        targets.append([_place(kets, ket) for _, ket in found])
    return ResetKets(np.stack(kets), np.array(still), _padded(channels), _padded(targets))


def _reach(liouvillian: Liouvillian) -> BoolArray:
    """(d, d), whether a ket on level j comes to hold level i between jumps."""
    linked = (liouvillian.effective_hamiltonian != 0.0) | np.eye(liouvillian.dimension, dtype=bool)
    while True:
        further = (linked.astype(np.float64) @ linked.astype(np.float64)) > 0.0
        if np.array_equal(further, linked):
            return np.asarray(linked)
        linked = further


def _resets(liouvillian: Liouvillian, within: BoolArray) -> list[tuple[int, ComplexArray]] | None:
    """Channels that can leave a set of levels, each with its landing; None if one has higher rank there."""
    table, found = liouvillian.table, []
    inside = within[table.column] & (table.strength > 0.0)
    for channel in np.unique(table.channel[inside]):
        entries = np.flatnonzero(inside & (table.channel == channel))
        block = np.zeros((liouvillian.dimension, liouvillian.dimension), dtype=np.complex128)
        block[table.row[entries], table.column[entries]] = table.amplitude[entries]
        row, column = np.unravel_index(np.argmax(np.abs(block)), block.shape)
        pivot = block[row, column]
        rest = block - np.outer(block[:, column], block[row]) / pivot
        if np.abs(rest).max() > 8.0 * np.finfo(float).eps * abs(pivot):
            return None
        found.append((int(channel), block[:, column] / np.linalg.norm(block[:, column])))
    return found


def _place(kets: list[ComplexArray], ket: ComplexArray) -> int:
    """Where a ket stands in a list, up to its phase; it is added if it is new."""
    for place, known in enumerate(kets):
        overlap = np.vdot(known, ket)
        if abs(overlap) > 0.5 and np.linalg.norm(ket - known * (overlap / abs(overlap))) < SAME:
            return place
    kets.append(ket)
    return len(kets) - 1


def _padded(rows: list[list[int]]) -> IntArray:
    longest = max(2, *(len(row) for row in rows), 0)
    return np.array([row + [-1] * (longest - len(row)) for row in rows], dtype=np.int64)


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
        return np.asarray(self._summed(components.real**2 + components.imag**2))

    def landed(self, kets: ComplexArray, operator: ComplexArray) -> ComplexArray:
        """<psi|L_k^+ Y L_k|psi> of all channels: rates times the mean of Y after the jump.

        Args:
            kets: psi (n, d).
            operator: Y (d, d).

        Returns:
            (n, k).
        """
        components = kets @ self.rows.T
        seen = np.empty_like(components)
        for begin, end in zip(self.starts[:-1], self.starts[1:], strict=True):
            rows = self.row[begin:end]
            seen[:, begin:end] = components[:, begin:end] @ operator[np.ix_(rows, rows)].T
        return np.asarray(self._summed(components.conj() * seen))

    def _summed(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sums over the rows of each channel, from (n, r) to (n, k)."""
        sums = np.zeros((values.shape[0], self.size), dtype=values.dtype)
        present = np.flatnonzero(np.diff(self.starts))
        if present.size:
            sums[:, present] = np.add.reduceat(values, self.starts[present], axis=1)
        return sums

    def after_jumps(self, kets: ComplexArray, channels: ChannelArray | IntArray) -> ComplexArray:
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
