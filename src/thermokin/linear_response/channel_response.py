"""What a current, or the mean of an operator, answers to changes of the rates of single jumps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin.counting.counting import Counting
from thermokin.counting.lost_digits import points_of
from thermokin.linear_response.channel_labels import channel_labels
from thermokin.linear_response.current_excess import CurrentExcess
from thermokin.linear_response.observed import AnswerAtRest, answered
from thermokin.model.current import Current, own
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.motion.time_grid import checked_frequencies
from thermokin.operators.as_operators import as_hermitian
from thermokin.operators.outside import require_dims
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.method import Method

__all__ = ["ChannelResponse", "ChannelResponseSpectrum", "channel_response", "excesses"]


@dataclass(frozen=True, eq=False)
class ChannelResponse(AnswerAtRest):
    """v_k = d<J>/d ln(rate of channel k) in the steady state. NumPy takes it for an array of the values.

    Args:
        steady_state: where the current flows.
        model: whose channels they are.
        name: of what answers.
        values: v_k (..., k) [amount/time].
        rates: a_k (..., k), how often each channel jumps [1/time].
        excess: Y (..., d, d) in the model's frame, whose tr(Y rho_0) = int_0^inf dt [J(t) - J] from a state rho_0; the
            steady state has none [amount].
        error: an estimate from above of how far rounding may have moved each value (..., k).
    """

    model: Model
    name: str
    values: FloatArray
    rates: FloatArray
    excess: ComplexArray
    error: FloatArray

    @property
    def labels(self) -> tuple[str, ...]:
        """A name of each channel (k,)."""
        return channel_labels(self.model)

    @cached_property
    def symmetric(self) -> FloatArray:
        """v_k + v_k~ (..., k) of a jump k and the jump k~ that undoes it: dJ/dB where their rates are exp(B +- S/2).

        NaN where nothing undoes a jump; v_k itself where it undoes itself.
        """
        reverse = self.model.table.reverse
        both = self.values + np.where(reverse == np.arange(reverse.size), 0.0, self.values[..., reverse])
        return np.where(reverse >= 0, both, np.nan)

    @cached_property
    def antisymmetric(self) -> FloatArray:
        """(v_k - v_k~) / 2 (..., k): dJ/dS where the rates of a jump and of what undoes it are exp(B +- S/2).

        NaN where nothing undoes a jump; 0 where it undoes itself.
        """
        reverse = self.model.table.reverse
        return np.where(reverse >= 0, 0.5 * (self.values - self.values[..., reverse]), np.nan)


@dataclass(frozen=True, eq=False)
class ChannelResponseSpectrum(ChannelResponse):
    """The same for rates that swing as exp(-i w t): values (..., f, k), complex, and an excess for each frequency.

    Args:
        frequencies: w (f,) [1/time].
    """

    frequencies: FloatArray

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) some value is NaN, since rounding took its digits."""
        return points_of(~np.isfinite(self.values), 2)


def channel_response(
    model: Model,
    current: Current | OperatorLike,
    *,
    frequencies: ArrayLike | None = None,
    initial: Initial | None = None,
    method: Method | None = None,
) -> ChannelResponse:
    """d<J>/d ln(rate of channel k) of a mean at rest, for all jumps at once.

    The rate of a channel changes with its jump operator, L_k -> exp(x/2) L_k, at fixed Hamiltonian; the jump that
    undoes it stays as it is. v_k = c_k a_k + tr(Y D[L_k] rho), with Y the adjoint solution of the current. Where
    populations are closed the v_k of a current add up to it, since they speed up all that moves.

    Args:
        model: the model.
        current: J, of that model; or an operator (d, d) in the user's basis, Hermitian, whose mean answers.
        frequencies: w (f,) of rates that swing as exp(-i w t) [1/time]; None for a change that stays.
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.

    Returns:
        The responses, which read as an array (..., k), or (..., f, k) with frequencies, their parts by pairs of
        opposite jumps, and their error.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves fewer than six digits of a value, the method has no matrix, or a frequency
            is the generator's own.
        ValueError: if the current belongs to another model, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        One factorisation and one solve for all channels together, one more for each frequency; some solves for errors.

    Reference:
        aslyamov2024.

    Example:
        >>> import thermokin as tk
        >>> ring = tk.rates([[0, 1, 2], [3, 0, 1], [1, 2, 0]], weights={"turns": [[0, 0, 0], [1, 0, 0], [0, 0, 0]]})
        >>> turns = tk.current(ring, "turns")
        >>> found = tk.channel_response(ring, turns)
        >>> bool(abs(found.sum() - tk.cumulants(ring, turns).mean) < 1e-15)
        True
    """
    grid = None if frequencies is None else checked_frequencies(frequencies)
    every = list(excesses(model, current, grid, initial, method))
    name = current.name if isinstance(current, Current) else "the operator's mean"
    with few_threads(model.dimension):
        found = [_answered(one) for one in every]
        operators = [one.matrix_of(model) for one in every]
        state, rates = every[0].steady_state, every[0].rates
        if grid is None:
            values = np.asarray(found[0].real)
            return ChannelResponse(state, model, name, values, rates, operators[0], every[0].error)
        values = np.stack(found, axis=-2)
        error = np.stack([one.error for one in every], axis=-2)
        return ChannelResponseSpectrum(state, model, name, values, rates, np.stack(operators, axis=-3), error, grid)


def _answered(one: CurrentExcess) -> ComplexArray:
    names = [f"the response to channel {number}" for number in range(one.table.size)]
    return answered(one.responses.astype(np.complex128), one.error, one.scale, names, one.steady_state)


def _operator(model: Model, operator: OperatorLike) -> ComplexArray:
    """An operator of the user's (d, d), in the user's basis."""
    require_dims(model.dims, operator, "current")
    matrix, size = as_hermitian(operator, "current"), model.dimension
    if matrix.shape != (size, size):
        raise ValueError(f"`current` must be a Current or an operator of shape ({size}, {size}), got {matrix.shape}.")
    return matrix


def excesses(
    model: Model,
    current: Current | OperatorLike,
    frequencies: FloatArray | None,
    initial: Initial | None,
    method: Method | None,
) -> Iterator[CurrentExcess]:
    """The adjoint solutions of a current or an operator, from one factorisation.

    Args:
        model: the model.
        current: of that model; or an operator in the user's basis.
        frequencies: w (f,) [1/time]; None for one without.
        initial: says which steady state is meant.
        method: how to solve; `Auto()` if None.

    Yields:
        One for each frequency, all of it made on first use.

    Raises:
        DegenerateSteadyStateError, NotConvergedError: as `channel_response`.
        ValueError: if the current belongs to another model, or a method of one point is asked for a sweep of weights.
        TypeError: if an argument is of the wrong type.
    """
    counting = Counting(model, initial=initial, method=method)
    state, seen = counting.steady_state, None
    if isinstance(current, Current | str):
        counted = own(current, model)
        require_finite_weights(counted, "responses")
        weights = counted.weights
        if weights.ndim > 1 and not isinstance(counting.resolvent, DenseResolvent):
            raise ValueError(f"current {counted.name!r} is a sweep of weights, which needs the method Dense().")
    else:
        seen = _operator(model, current)
        weights = np.zeros(model.table.size)
    for frequency in [0.0] if frequencies is None else frequencies:
        yield CurrentExcess(counting.resolvent, state, weights, seen, float(frequency))
