"""What a current answers to changes of the rates of single jumps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.counting.counting import Counting
from thermokin.linear_response.channel_labels import channel_labels
from thermokin.linear_response.current_excess import CurrentExcess
from thermokin.linear_response.observed import AnswerAtRest, answered
from thermokin.model.current import Current, own
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.solvers.method import Method

__all__ = ["ChannelResponse", "channel_response", "current_excess"]


@dataclass(frozen=True, eq=False)
class ChannelResponse(AnswerAtRest):
    """v_k = d<J>/d ln(rate of channel k) in the steady state. NumPy takes it for an array of the values.

    Args:
        steady_state: where the current flows.
        current: J.
        values: v_k (..., k) [amount/time].
        rates: a_k (..., k), how often each channel jumps [1/time].
        excess: Y (..., d, d) in the model's frame, whose tr(Y rho_0) = int_0^inf dt [J(t) - J] from a state rho_0; the
            steady state has none [amount].
        error: an estimate from above of how far rounding may have moved each value (..., k).
    """

    current: Current
    values: FloatArray
    rates: FloatArray
    excess: ComplexArray
    error: FloatArray

    @property
    def labels(self) -> tuple[str, ...]:
        """A name of each channel (k,)."""
        return channel_labels(self.current.model)

    @cached_property
    def symmetric(self) -> FloatArray:
        """v_k + v_k~ (..., k) of a jump k and the jump k~ that undoes it: dJ/dB where their rates are exp(B +- S/2).

        NaN where nothing undoes a jump; v_k itself where it undoes itself.
        """
        reverse = self.current.model.table.reverse
        both = self.values + np.where(reverse == np.arange(reverse.size), 0.0, self.values[..., reverse])
        return np.where(reverse >= 0, both, np.nan)

    @cached_property
    def antisymmetric(self) -> FloatArray:
        """(v_k - v_k~) / 2 (..., k): dJ/dS where the rates of a jump and of what undoes it are exp(B +- S/2).

        NaN where nothing undoes a jump; 0 where it undoes itself.
        """
        reverse = self.current.model.table.reverse
        return np.where(reverse >= 0, 0.5 * (self.values - self.values[..., reverse]), np.nan)


def channel_response(
    model: Model, current: Current, *, initial: Initial | None = None, method: Method | None = None
) -> ChannelResponse:
    """d<J>/d ln(rate of channel k) of a mean current at rest, for all jumps at once.

    The rate of a channel changes with its jump operator, L_k -> exp(x/2) L_k, at fixed Hamiltonian; the jump that
    undoes it stays as it is. v_k = c_k a_k + tr(Y D[L_k] rho), with Y the adjoint solution of the current. Where
    populations are closed the v_k add up to the current, since they speed up all that moves.

    Args:
        model: the model.
        current: J, of that model.
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.

    Returns:
        The responses, which read as an array (..., k), their parts by pairs of opposite jumps, and their error.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves fewer than six digits of a value, or the method has no matrix.
        ValueError: if the current belongs to another model, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        One factorisation and one solve for all channels together; some solves for the error.

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
    excess = current_excess(model, current, initial, method)
    with few_threads(model.dimension):
        state = excess.steady_state
        names = [f"the response to channel {number}" for number in range(model.table.size)]
        values = answered(excess.responses, excess.error, excess.scale, names, state)
        return ChannelResponse(state, current, values, excess.rates, excess.matrix_of(model), excess.error)


def current_excess(model: Model, current: Current, initial: Initial | None, method: Method | None) -> CurrentExcess:
    """The adjoint solution of a current, from one factorisation.

    Args:
        model: the model.
        current: of that model.
        initial: says which steady state is meant.
        method: how to solve; `Auto()` if None.

    Returns:
        The solution, all of it made on first use.

    Raises:
        DegenerateSteadyStateError, NotConvergedError, ValueError, TypeError: as `channel_response`.
    """
    counting = Counting(model, initial=initial, method=method)
    own(current, model)
    require_finite_weights(current, "responses")
    return CurrentExcess(counting.resolvent, counting.steady_state, current.weights)
