"""What each of a list of jumps moves, and which of them undo one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.own_quanta import own_quanta, quantum_rounding
from thermokin.operators.elements import Elements, facing
from thermokin.operators.outside import Dims

__all__ = ["JumpPair", "MovedQuanta", "touched_parts"]

ROUNDING = 1e-10  # of the largest element: mismatch of two jumps of one direction, as where detailed balance is checked
SEEN = 1e-9  # of the largest element: what of a jump counts when its amounts are listed


@dataclass(frozen=True, eq=False)
class JumpPair:
    """Two jumps that undo one another, L_down and L_up, the second proportional to the adjoint of the first.

    Args:
        down: position of the one that lowers the energy.
        up: position of the one that raises it.
        quantum: energy that `up` gives to the system [energy], > 0.
        particles: particles that `up` gives to the system.
        entropy: logarithm of the rate of `down` over that of `up`, (quantum - mu particles)/T [nats].
    """

    down: int
    up: int
    quantum: float
    particles: float
    entropy: float


@dataclass(frozen=True, eq=False)
class MovedQuanta:
    """What jumps give of the operator whose energy is counted, and of the number of particles.

    Args:
        jumps: L, at one point [1/sqrt(time)].
        energy: the operator whose energy is counted.
        number: particle number, or None.
        table: the jumps once more.
    """

    jumps: tuple[Elements, ...]
    energy: FrameOperator
    number: FrameOperator | None
    table: JumpTable

    @cached_property
    def quanta(self) -> FloatArray:
        """The energy that each gives (k,), 0 where it is none but for rounding."""
        mean, slack = self._own_energy[0], self._own_energy[2]
        return np.where(np.abs(mean) <= slack, 0.0, mean)

    @cached_property
    def definite(self) -> BoolArray:
        """Which of them give one amount of energy, [H, L] = w L, and of particles (k,)."""
        _, spread, slack = self._own_energy
        return np.asarray((spread <= slack) & self._own_particles[1])

    @property
    def particles(self) -> FloatArray:
        """The particles that each gives (k,)."""
        return self._own_particles[0]

    @cached_property
    def log_rates(self) -> FloatArray:
        """Logarithm of tr(L^+ L) (k,), -inf for a jump of rate zero."""
        found = np.full(len(self.jumps), -np.inf)
        for place, jump in enumerate(self.jumps):
            if jump.largest > 0.0:
                found[place] = 2.0 * np.log(jump.largest * np.linalg.norm(jump.values / jump.largest))
        return found

    def opposed(self, positions: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
        """Those that move energy, sorted into sets of one direction.

        Args:
            positions: of the jumps that are looked at.

        Yields:
            The positions of jumps L that are proportional to one another and lower the energy, and of those that are
            proportional to L^+; either may be empty. The stronger comes first.
        """
        moving = [p for p in positions if self.definite[p] and self.quanta[p] != 0.0 and self.jumps[p].largest > 0.0]
        left = moving
        while left:
            first, adjoint = self.jumps[left[0]], self.jumps[left[0]].adjoint
            quantum, near = self.quanta[left[0]], self._own_energy[2][left[0]]
            same = [p for p in left if abs(self.quanta[p] - quantum) <= near and _alike(self.jumps[p], first)]
            back = [p for p in left if abs(self.quanta[p] + quantum) <= near and _alike(self.jumps[p], adjoint)]
            left = [p for p in left if p not in {*same, *back}]
            for each in (same, back):
                each.sort(key=lambda p: -self.log_rates[p])
            yield (same, back) if quantum < 0.0 else (back, same)

    def pair(self, down: int, up: int) -> JumpPair:
        """Two jumps that undo one another.

        Args:
            down: position of the one that lowers the energy.
            up: position of the other.

        Returns:
            The pair.
        """
        return JumpPair(
            down,
            up,
            float(self.quanta[up] - self.quanta[down]) / 2.0,
            float(self.particles[up] - self.particles[down]) / 2.0,
            float(self.log_rates[down] - self.log_rates[up]),
        )

    def amounts(self, position: int) -> tuple[float, float]:
        """The least and the largest energy that elements of a jump give, in the eigenbasis of what is counted."""
        levels, states = self.energy.eigen if self.energy.matrix is not None else (self.energy.diagonal, None)
        jump = self.jumps[position].dense
        turned = jump if states is None else states.conj().T @ jump @ states
        rows, columns = np.nonzero(np.abs(turned) > SEEN * np.abs(turned).max())
        change = levels[rows] - levels[columns]
        return float(change.min()), float(change.max())

    @cached_property
    def _own_energy(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        own = own_quanta(self.energy, self.table)
        return own.mean, own.spread, quantum_rounding(self.energy, np.abs(own.mean))

    @cached_property
    def _own_particles(self) -> tuple[FloatArray, BoolArray]:
        if self.number is None:
            return np.zeros(len(self.jumps)), np.ones(len(self.jumps), dtype=bool)
        own = own_quanta(self.number, self.table)
        slack = quantum_rounding(self.number, np.abs(own.mean))
        return np.where(np.abs(own.mean) <= slack, 0.0, own.mean), np.asarray(own.spread <= slack)


def touched_parts(jump: Elements, dims: Dims) -> tuple[int, ...]:
    """The parts of a tensor product on which an operator acts: on all others it is the identity.

    Args:
        jump: the operator, at one point.
        dims: sizes of the parts; None, or nested sizes, for one whole.

    Returns:
        Positions of the parts, (0,) of one whole.
    """
    if dims is None or not all(isinstance(part, int) for part in dims) or int(np.prod(dims)) != jump.dimension:
        return (0,)
    rows = np.array(np.unravel_index(jump.places[:, 0], dims))
    columns = np.array(np.unravel_index(jump.places[:, 1], dims))
    return tuple(part for part in range(len(dims)) if not _is_identity(jump, rows, columns, part, dims[part]))


def _is_identity(jump: Elements, rows: IntArray, columns: IntArray, part: int, size: int) -> bool:
    """Whether an operator is one of the other parts times the identity of this one."""
    if (rows[part] != columns[part]).any() or rows.shape[1] % size:
        return False
    others = [index for place, index in enumerate((*rows, *columns)) if place % len(rows) != part]
    order = np.lexsort((rows[part], *others))
    level = rows[part][order].reshape(-1, size)
    alike = [index[order].reshape(-1, size) for index in others]
    values = jump.values[order].reshape(-1, size)
    return (
        bool((level == np.arange(size)).all())
        and all(bool((index == index[:, :1]).all()) for index in alike)
        and bool((np.abs(values - values[:, :1]) <= ROUNDING * jump.largest).all())
    )


def _alike(one: Elements, other: Elements) -> bool:
    """Whether two operators are proportional to one another."""
    first, second = (row[0] / operator.largest for row, operator in zip(facing(one, other), (one, other), strict=True))
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    overlap = np.vdot(second, first)
    if abs(overlap) == 0.0:
        return False
    miss = np.abs(first - overlap / abs(overlap) * second).max()
    return bool(miss <= ROUNDING * np.abs(first).max())
