"""The steady state and the solves that gradients need, each of them also after some roundings of the generator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, IntArray
from thermokin.counting.count_gauge import cancelling, moved_counts
from thermokin.linear_response.jump_algebra import (
    Entries,
    JumpAlgebra,
    MatrixAlgebra,
    Operators,
    PopulationAlgebra,
    absolute,
)
from thermokin.liouville.population_block import PopulationBlock
from thermokin.solvers.resolvent import LeftSolves, Resolvent

__all__ = ["AdjointSolves", "Weighed"]

EPSILON = float(np.finfo(np.float64).eps)
SAMPLES = 2  # roundings of the generator that are followed
ROUNDINGS = 4.0 * EPSILON  # of an element of the generator, and of what a solve makes of it
READS_MORE = 1e-12  # of an observable: elements outside the block below it are rounding


@dataclass(eq=False)
class Weighed:
    """A current with what its gradients need, each solved for once.

    Args:
        solves: where it is counted.
        weights: of the channels (k,).
    """

    solves: AdjointSolves
    weights: FloatArray

    @cached_property
    def counts(self) -> FloatArray:
        """By entries (m,), in a gauge in which little cancels where populations are closed."""
        return self.solves.counted(self.weights)

    @cached_property
    def rate(self) -> Operators:
        """sum_k c_k L_k^+ L_k (1, ...)."""
        return self.solves.algebra.read(self.counts, None)

    @cached_property
    def mean(self) -> FloatArray:
        """The current, and after roundings (s,)."""
        return self.solves.algebra.mean(self.rate, self.solves.state)

    @cached_property
    def observable(self) -> Operators:
        """Y with tr(Y b) = tr(rate L^D b) (s, ...)."""
        return self.solves.adjoint(self.rate)

    @cached_property
    def response(self) -> Operators:
        """R with L r = c1 rho - J rho, tr r = 0 (s, ...)."""
        solves = self.solves
        flow = solves.gained(self.counts, solves.state)
        return solves.response(solves.spread(self.mean, solves.state) - flow)


@dataclass(eq=False)
class AdjointSolves:
    """A prepared generator, with its state and solves, each of them also after some roundings of the generator.

    Args:
        resolvent: of the generator.
        entries: of its jumps.
    """

    resolvent: Resolvent
    entries: Entries
    _random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    @cached_property
    def closed(self) -> bool:
        """Whether populations are closed."""
        return isinstance(self.resolvent.block, PopulationBlock)

    @cached_property
    def algebra(self) -> JumpAlgebra:
        """Products with the jumps."""
        kind = PopulationAlgebra if self.closed else MatrixAlgebra
        return kind(self.entries, self.resolvent.block)

    @cached_property
    def left(self) -> LeftSolves:
        """Solves for rows."""
        solves = self.resolvent.left
        if solves is None:
            raise ArgumentError(
                "`method` Krylov() has no solves for row vectors, which derivatives need; use Sparse() or Dense().",
                "method",
            )
        return solves

    @cached_property
    def state(self) -> Operators:
        """rho, and after roundings (s, ...)."""
        vector = np.asarray(self.resolvent.stationary)[:, None]
        if self.closed:  # each population is right to some roundings of itself, see `known_error`
            return self.algebra.operators(vector)
        moved = self.resolvent.drazin(self._pushed(vector))
        return self.algebra.operators(np.concatenate([vector, vector + moved], axis=1))

    def counted(self, weights: FloatArray) -> FloatArray:
        """What each entry counts: c, or c + Phi_row - Phi_column, of which all derivatives are the same.

        Args:
            weights: c_k (k,).

        Returns:
            (m,), of closed populations once the counts along the strongest links are moved away, see `moved_counts`.
        """
        entries, block = self.entries, self.resolvent.block
        if not self.closed or block.size != entries.dimension:
            return weights[entries.channel]
        if not self.resolvent.delicate and not cancelling(self.resolvent, weights).any():
            return weights[entries.channel]
        links = entries.row, entries.column, entries.strength, entries.channel
        state = np.abs(np.asarray(self.resolvent.stationary))
        return moved_counts(links, block.places, state, weights, thin=self.left.thin).counts

    @property
    def known_error(self) -> float:
        """The relative error of the state, where it is not among the samples."""
        return (self.resolvent.block.size + 1.0) * EPSILON if self.closed else 0.0

    def adjoint(self, rows: Operators) -> Operators:
        """Y with tr(Y b) = tr(O L^D b), for the rows O (1 or s, ...)."""
        given = self._all(rows)
        found = self.left.adjoint(self.algebra.coordinates(given[:1]))
        push = self.algebra.coordinates(given[1:] - given[:1]) - self._pushed_row(found)
        push = push + self._signs(found) * ROUNDINGS * np.abs(self.algebra.coordinates(given[:1]))
        moved = self.left.adjoint(push)
        return self.algebra.operators(np.concatenate([found, found + moved], axis=1))

    def response(self, right: Operators) -> Operators:
        """X with L x = b and tr x = 0, b (s, ...) without trace."""
        vectors = self.algebra.coordinates(self._all(right))
        found = self.resolvent.drazin(vectors[:, :1])
        push = vectors[:, 1:] - vectors[:, :1] - self._pushed(found)
        push = push + self._signs(found) * ROUNDINGS * np.abs(vectors[:, :1])
        moved = self.resolvent.drazin(push)
        return self.algebra.operators(np.concatenate([found, found + moved], axis=1))

    def gained(self, counts: FloatArray, states: Operators) -> Operators:
        """sum_k c_k L_k rho L_k^+ (s, ...)."""
        if self.closed:
            entries = self.entries
            flows = counts * entries.strength * states[:, entries.column]
            return np.stack([np.bincount(entries.row, flow, entries.dimension) for flow in flows])
        gain = self.resolvent.gain(self.weights_of(counts))
        return self.algebra.operators(np.asarray(gain @ self.algebra.coordinates(states)))

    def weights_of(self, counts: FloatArray) -> FloatArray:
        """Weights by channel of those by entries."""
        size = self.resolvent.block.liouvillian.table.size
        found = np.zeros(size)
        found[self.entries.channel] = counts
        return found

    def spread(self, numbers: FloatArray, operators: Operators) -> Operators:
        """A number for each sample times its operator."""
        return np.asarray(numbers.reshape(-1, *(1,) * (operators.ndim - 1)) * operators)

    def _all(self, operators: Operators) -> Operators:
        return np.broadcast_to(operators, (SAMPLES + 1, *operators.shape[1:]))

    def _signs(self, like: NDArray[Any]) -> FloatArray:
        return self._random.choice([-1.0, 1.0], size=(len(like), SAMPLES))

    def _pushed(self, vector: NDArray[Any]) -> NDArray[Any]:
        """What roundings of L make of L x (n, s), for x (n, 1): of populations such as keep the trace."""
        if self.closed:
            entries = self.entries
            flow = self._of_entries * self._of_levels(vector)[entries.column]
            return self._at_levels(flow, entries.row) - self._at_levels(flow, entries.column)
        return np.asarray(self._signs(vector) * ROUNDINGS * np.abs(self._sizes @ np.abs(vector)))

    def _pushed_row(self, vector: NDArray[Any]) -> NDArray[Any]:
        """The same of y L (n, s), for y (n, 1)."""
        if self.closed:
            entries, numbers = self.entries, self._of_levels(vector)
            step = numbers[entries.row] - numbers[entries.column]
            return self._at_levels(self._of_entries * step, entries.column)
        return np.asarray(self._signs(vector) * ROUNDINGS * np.abs(self._sizes.T @ np.abs(vector)))

    @cached_property
    def _of_entries(self) -> FloatArray:
        """Roundings of the strength of each entry (s, m)."""
        signs = self._random.integers(0, 2, size=(SAMPLES, self.entries.strength.size), dtype=np.int8)
        return np.where(signs, ROUNDINGS, -ROUNDINGS) * self.entries.strength

    def _at_levels(self, values: FloatArray, levels: IntArray) -> FloatArray:
        size = self.entries.dimension
        found = np.stack([np.bincount(levels, column, size) for column in values], axis=-1)
        return np.asarray(found if self.resolvent.block.size == size else found[self.resolvent.block.levels])

    def _of_levels(self, vector: NDArray[Any]) -> FloatArray:
        """A vector of closed populations (n, 1) by all levels (d,)."""
        return np.asarray(self.algebra.operators(vector)[0])

    @cached_property
    def _sizes(self) -> Any:
        block = self.resolvent.block
        return abs(block.sparse) if self.left.thin else np.abs(block.matrix)

    def require_inside(self, operators: Operators, what: str) -> None:
        """Refuse an observable that reads elements which the motion never fills, but which a change may fill.

        Args:
            operators: of the observable (1 or s, ...).
            what: it is, for the message.

        Raises:
            ArgumentError: if it does.
        """
        if self.closed:
            return
        if self.reads_more(operators[0], self.algebra.operators(self.algebra.coordinates(operators[:1]))[0]):
            raise ArgumentError(
                f"`outputs` have no derivative that is known here: {what} reads coherences that vanish at this "
                "point by a symmetry, which a parameter may break; choose a point beside it.",
                "outputs",
            )

    def reads_more(self, matrix: NDArray[Any], held: NDArray[Any]) -> bool:
        """Whether an observable (d, d) reads more between the levels of the block than what the block holds of it."""
        levels = self.resolvent.block.levels
        inside = levels[:, None], levels
        return bool(np.abs((matrix - held)[inside]).max() > READS_MORE * np.abs(matrix).max())

    @cached_property
    def absolute(self) -> JumpAlgebra:
        """The algebra of the sizes of all elements."""
        return absolute(self.algebra)
