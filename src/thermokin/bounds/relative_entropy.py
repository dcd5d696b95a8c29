"""The relation between two states: how far apart means of an observable may be, for what they cost to tell apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray, OperatorLike
from thermokin.bounds.fluctuation_theorem import squared_cosecant
from thermokin.numerics.level_sums import in_blocks
from thermokin.operators.as_operators import as_operator
from thermokin.operators.entropy import relative_entropy

__all__ = ["TwoStates", "two_states"]


@dataclass(frozen=True, eq=False)
class TwoStates(Result):
    """(Var_1 A + Var_2 A) / [(<A>_1 - <A>_2)^2 / 2] >= csch^2 Phi(S/2), S the mean of both relative entropies.

    Args:
        value: the left side (...); inf where the means agree.
        limit: the right side (...).
        entropy: S (...) [nats].
        means: <A> in both states (..., 2).
        variances: of A in both (..., 2).
    """

    value: FloatArray
    limit: FloatArray
    entropy: FloatArray
    means: FloatArray
    variances: FloatArray

    @property
    def ratio(self) -> FloatArray:
        """Value over limit (...)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(self.limit == 0.0, np.inf, self.value / self.limit))


def two_states(first: OperatorLike, second: OperatorLike, observable: OperatorLike) -> TwoStates:
    """The quantum relative-entropy relation between two states.

    For thermalization from Gibbs(T_i) to Gibbs(T_f), with the energy as observable, it bounds the heat of two
    measurements: Var Q / <Q>^2 is half the value, and S is (1/T_i - 1/T_f) <Q> / 2.

    Args:
        first: density matrix (..., d, d).
        second: density matrix (..., d, d).
        observable: Hermitian A (..., d, d).

    Returns:
        Both sides and what they are made of.

    Raises:
        ValueError: if shapes differ, or an argument is no state or not Hermitian.
        TypeError: if an argument does not hold numbers.

    Reference:
        salazar2024.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> one, other = np.diag([0.8, 0.2]), np.diag([0.5, 0.5])
        >>> relation = tk.bounds.two_states(one, other, np.diag([0.0, 1.0]))
        >>> bool(relation.value >= relation.limit)
        True
    """
    states = [as_operator(state, name) for state, name in ((first, "first"), (second, "second"))]
    operator = as_operator(observable, "observable")
    entropy = 0.5 * (relative_entropy(first, second) + relative_entropy(second, first))
    means, variances = [], []
    for state in states:
        mean = _mean(state, operator)
        apart = operator - mean[..., None, None] * np.eye(operator.shape[-1])
        means.append(mean)
        variances.append(_mean(state, apart @ apart))
    # Of the states' difference, which is exact where they are close.
    difference = _mean(states[0] - states[1], operator)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.asarray((variances[0] + variances[1]) / (0.5 * difference**2))
    value = np.where(difference == 0.0, np.inf, value)
    limit = in_blocks(squared_cosecant, np.asarray(entropy))
    beside = (np.stack(np.broadcast_arrays(*pair), axis=-1) for pair in (means, variances))
    return TwoStates(value, limit, np.asarray(entropy), *beside)


def _mean(state: OperatorLike, operator: OperatorLike) -> FloatArray:
    product = np.asarray(state) * np.asarray(operator).swapaxes(-1, -2)
    return np.asarray(product.sum(axis=(-2, -1)).real)
