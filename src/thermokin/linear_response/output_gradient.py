"""How means, covariances and state means move with each element of the Hamiltonian and of the jumps: adjoint form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.population_block import PopulationBlock
from thermokin.linear_response.jump_algebra import Entries, JumpAlgebra, MatrixAlgebra, PopulationAlgebra
from thermokin.solvers.resolvent import LeftSolves, Resolvent

__all__ = ["AdjointSolves", "Gradient", "Weighed"]

EPSILON = float(np.finfo(np.float64).eps)
SAMPLES = 2  # roundings of the generator that are followed
ROUNDINGS = 4.0 * EPSILON  # of an element of the generator, and of what a solve makes of it
READS_MORE = 1e-12  # of an observable: elements outside the block below it are rounding

Operators = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Gradient:
    """Derivatives of one number: d = Re sum [conj(G) dH + conj(a) dL + conj(T) U^+ dU] + sum c dweights.

    The first row is the derivative itself, the others are the same after roundings of the generator.

    Args:
        amplitude: (s, m) with respect to the entries.
        weights: (s, m) with respect to what the entries count, for each current of the number.
        generator: (s, d, d) with respect to the Hamiltonian; None where populations are closed.
        turning: (s, d, d) with respect to U^+ dU of the frame; None where it does not matter.
        sizes: sums of the sizes of what adds up to `amplitude` (m,) and to `generator` (d, d), which may cancel; None
            for those themselves.
    """

    amplitude: Operators
    weights: tuple[FloatArray, ...] = ()
    generator: ComplexArray | None = None
    turning: ComplexArray | None = None
    sizes: tuple[FloatArray | None, FloatArray | None] = (None, None)


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
        """By entries (m,)."""
        return self.weights[self.solves.algebra.entries.channel]

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
        """r with L r = c1 rho - J rho, tr r = 0 (s, ...)."""
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
        """x with L x = b and tr x = 0, b (s, ...) without trace."""
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
            flow = self._of_entries * vector[entries.column, 0]
            return self._at_levels(flow, entries.row) - self._at_levels(flow, entries.column)
        return self._signs(vector) * ROUNDINGS * np.abs(self._sizes @ np.abs(vector))

    def _pushed_row(self, vector: NDArray[Any]) -> NDArray[Any]:
        """The same of y L (n, s), for y (n, 1)."""
        if self.closed:
            entries = self.entries
            step = vector[entries.row, 0] - vector[entries.column, 0]
            return self._at_levels(self._of_entries * step, entries.column)
        return self._signs(vector) * ROUNDINGS * np.abs(self._sizes.T @ np.abs(vector))

    @cached_property
    def _of_entries(self) -> FloatArray:
        """Roundings of the strength of each entry (s, m)."""
        signs = self._random.integers(0, 2, size=(SAMPLES, self.entries.strength.size), dtype=np.int8)
        return np.where(signs, ROUNDINGS, -ROUNDINGS) * self.entries.strength

    def _at_levels(self, values: FloatArray, levels: IntArray) -> FloatArray:
        size = self.entries.dimension
        return np.stack([np.bincount(levels, column, size) for column in values], axis=-1)

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
        rest = operators[:1] - self.algebra.operators(self.algebra.coordinates(operators[:1]))
        if np.abs(rest).max() > READS_MORE * np.abs(operators[0]).max():
            raise ArgumentError(
                f"`outputs` have no derivative that is known here: {what} reads coherences that vanish at this point by "
                "a symmetry, which a parameter may break; choose a point beside it.",
                "outputs",
            )

    def of_mean(self, one: Weighed) -> Gradient:
        """The gradient of a mean.

        Args:
            one: the current.

        Returns:
            The gradient.
        """
        self.require_inside(one.rate, "a current")
        terms = [_Term(2.0 * one.counts, self.state), _Term(-1.0, self.state, one.observable, lost=True)]
        share = _overlap(self.entries.amplitude, self.algebra.after(self.state))
        return self._gradient(terms, (share,))

    def of_covariance(self, one: Weighed, two: Weighed) -> Gradient:
        """The gradient of a covariance, or of a noise where both currents are one.

        Args:
            one: a current.
            two: another one, or the same.

        Returns:
            The gradient, with that of the weights of each.
        """
        algebra, state, weights = self.algebra, self.state, []
        after = algebra.after(state)
        terms = [_Term(2.0 * one.counts * two.counts, state), _Term(-1.0, state, self._double(one, two), lost=True)]
        pairs = ((one, two),) if one is two else ((one, two), (two, one))
        times = 2.0 if one is two else 1.0
        for own, other in pairs:
            terms.append(_Term(2.0 * times * own.counts, other.response))
            terms.append(_Term(-2.0 * times * own.counts, state, other.observable))
            terms.append(_Term(-times, other.response, own.observable, lost=True))
            beside = algebra.after(other.response) - algebra.between(other.observable, state)
            weights.append(times * _overlap(self.entries.amplitude, other.counts * after + beside))
        return self._gradient(terms, tuple(weights))

    def _double(self, one: Weighed, two: Weighed) -> Operators:
        """Z with tr(Z b) = tr((k_ab + (c_a - J_a)^T y_b + (c_b - J_b)^T y_a) L^D b)."""
        algebra = self.algebra
        rows = algebra.read(one.counts * two.counts, None)
        pairs = ((one, two),) if one is two else ((one, two), (two, one))
        times = 2.0 if one is two else 1.0
        for own, other in pairs:
            fed = self.spread(own.mean, other.observable) - algebra.read(own.counts, other.observable)
            rows = rows + times * fed
        self.require_inside(rows, "a noise")
        return self.adjoint(rows)

    def of_expectation(self, operator: Operators, frame: ComplexArray) -> Gradient:
        """The gradient of the mean of an operator that stays in the user's basis.

        Args:
            operator: in the frame, as the algebra takes it (1, ...).
            frame: the same as a matrix (d, d).

        Returns:
            The gradient.
        """
        algebra, state = self.algebra, self.state
        observable = self.adjoint(operator)
        matrix = state if state.ndim == 3 else state[..., None] * np.eye(state.shape[-1])
        turning = frame @ matrix - matrix @ frame
        return self._gradient([_Term(-1.0, state, observable, lost=True)], (), turning)

    def _gradient(
        self, terms: Sequence[_Term], weights: tuple[FloatArray, ...], turning: ComplexArray | None = None
    ) -> Gradient:
        amplitude: Any = 0.0
        generator: Any = None if self.closed else 0.0
        sizes: list[Any] = [0.0, None if self.closed else 0.0]
        for term in terms:
            amplitude = amplitude + term.coefficient * term.at(self.algebra)
            sizes[0] = sizes[0] + np.abs(term.coefficient) * np.abs(term.size(self._absolute)[0])
            if term.lost and generator is not None:
                assert term.observable is not None  # noqa: S101 - narrows the type
                generator = generator - term.coefficient * self._turned(term.observable, term.state)
                product = np.abs(term.state[0]) @ np.abs(term.observable[0])
                sizes[1] = sizes[1] + np.abs(term.coefficient) * (product + product.T)
        return Gradient(amplitude, weights, generator, turning, (sizes[0], sizes[1]))

    @cached_property
    def _absolute(self) -> JumpAlgebra:
        """The algebra of the sizes of all elements."""
        sizes = Entries(
            self.entries.dimension,
            self.entries.channel,
            self.entries.row,
            self.entries.column,
            np.abs(self.entries.amplitude),
        )
        return type(self.algebra)(sizes, self.resolvent.block)

    def _turned(self, observables: Operators, states: Operators) -> ComplexArray:
        """i [rho, Y], how -tr(Y L rho) moves with the Hamiltonian."""
        product = 1j * (states @ observables)
        return np.asarray(product + product.conj().swapaxes(-1, -2))


@dataclass(frozen=True, eq=False)
class _Term:
    """A coefficient times L M, Y L M, or what is `lost`, for a state M and an observable Y."""

    coefficient: Any
    state: Operators
    observable: Operators | None = None
    lost: bool = False

    def at(self, algebra: JumpAlgebra) -> Operators:
        if self.observable is None:
            return algebra.after(self.state)
        return (algebra.lost if self.lost else algebra.between)(self.observable, self.state)

    def size(self, absolute: JumpAlgebra) -> Operators:
        """The sizes of all that is added (1, m)."""
        state = np.abs(self.state[:1])
        if self.observable is None:
            return absolute.after(state)
        observable = np.abs(self.observable[:1])
        if not self.lost:
            return absolute.between(observable, state)
        return absolute.lost_size(observable, state)


def _overlap(amplitude: NDArray[Any], products: Operators) -> FloatArray:
    return np.asarray((np.conj(amplitude) * products).real)
