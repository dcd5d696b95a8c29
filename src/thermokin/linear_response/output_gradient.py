"""How means, covariances and state means move with each element of the Hamiltonian and of the jumps: adjoint form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.adjoint_solves import AdjointSolves, Weighed
from thermokin.linear_response.jump_algebra import JumpAlgebra, Operators

__all__ = ["Gradient", "of_covariance", "of_expectation", "of_mean"]


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


def of_mean(solves: AdjointSolves, one: Weighed) -> Gradient:
    """The gradient of a mean.

    Args:
        solves: where it is counted.
        one: the current.

    Returns:
        The gradient.
    """
    solves.require_inside(one.rate, "a current")
    terms = [_Term(2.0 * one.counts, solves.state), _Term(-1.0, solves.state, one.observable, lost=True)]
    share = _overlap(solves.entries.amplitude, solves.algebra.after(solves.state))
    return _gradient(solves, terms, (share,))


def of_covariance(solves: AdjointSolves, one: Weighed, two: Weighed) -> Gradient:
    """The gradient of a covariance, or of a noise where both currents are one.

    Args:
        solves: where it is counted.
        one: a current.
        two: another one, or the same.

    Returns:
        The gradient, with that of the weights of each.
    """
    algebra, state, weights = solves.algebra, solves.state, []
    after = algebra.after(state)
    terms = [_Term(2.0 * one.counts * two.counts, state), _Term(-1.0, state, _double(solves, one, two), lost=True)]
    pairs = ((one, two),) if one is two else ((one, two), (two, one))
    times = 2.0 if one is two else 1.0
    for own, other in pairs:
        terms.append(_Term(2.0 * times * own.counts, other.response))
        terms.append(_Term(-2.0 * times * own.counts, state, other.observable))
        terms.append(_Term(-times, other.response, own.observable, lost=True))
        beside = algebra.after(other.response) - algebra.between(other.observable, state)
        weights.append(times * _overlap(solves.entries.amplitude, other.counts * after + beside))
    return _gradient(solves, terms, tuple(weights))


def _double(solves: AdjointSolves, one: Weighed, two: Weighed) -> Operators:
    """Z with tr(Z b) = tr((k_ab + (c_a - J_a)^T y_b + (c_b - J_b)^T y_a) L^D b)."""
    algebra = solves.algebra
    rows = algebra.read(one.counts * two.counts, None)
    pairs = ((one, two),) if one is two else ((one, two), (two, one))
    times = 2.0 if one is two else 1.0
    for own, other in pairs:
        fed = solves.spread(own.mean, other.observable) - algebra.read(own.counts, other.observable)
        rows = rows + times * fed
    solves.require_inside(rows, "a noise")
    return solves.adjoint(rows)


def of_expectation(solves: AdjointSolves, operator: Operators, frame: ComplexArray) -> Gradient:
    """The gradient of the mean of an operator that stays in the user's basis.

    Args:
        solves: where it is taken.
        operator: in the frame, as the algebra takes it (1, ...).
        frame: the same as a matrix (d, d).

    Returns:
        The gradient.
    """
    state, observable = solves.state, solves.adjoint(operator)
    matrix = state if state.ndim == 3 else state[..., None] * np.eye(state.shape[-1])
    turning = frame @ matrix - matrix @ frame
    return _gradient(solves, [_Term(-1.0, state, observable, lost=True)], (), turning)


def _gradient(
    solves: AdjointSolves, terms: Sequence[_Term], weights: tuple[FloatArray, ...], turning: ComplexArray | None = None
) -> Gradient:
    amplitude: Any = 0.0
    generator: Any = None if solves.closed else 0.0
    sizes: list[Any] = [0.0, None if solves.closed else 0.0]
    for term in terms:
        amplitude = amplitude + term.coefficient * term.at(solves.algebra)
        sizes[0] = sizes[0] + np.abs(term.coefficient) * np.abs(term.size(solves.absolute)[0])
        if term.lost and generator is not None:
            assert term.observable is not None  # noqa: S101 - narrows the type
            generator = generator - term.coefficient * _turned(term.observable, term.state)
            product = np.abs(term.state[0]) @ np.abs(term.observable[0])
            sizes[1] = sizes[1] + np.abs(term.coefficient) * (product + product.T)
    return Gradient(amplitude, weights, generator, turning, (sizes[0], sizes[1]))


def _turned(observables: Operators, states: Operators) -> ComplexArray:
    """I [rho, Y], how -tr(Y L rho) moves with the Hamiltonian."""
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
