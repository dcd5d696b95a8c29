"""Two-time correlations in the steady state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.linear_response.observed import AnswerAtRest, answered, observed
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import steady_state
from thermokin.motion.time_grid import checked_times

__all__ = ["Correlation", "correlation"]


@dataclass(frozen=True, eq=False)
class Correlation(AnswerAtRest):
    """<A(t) B(0)> in the steady state, t >= 0. NumPy takes it for an array of the values.

    Args:
        steady_state: where it was taken.
        times: (..., t) [time].
        connected: <A(t) B(0)> - <A> <B> (..., t), which keeps its digits at late times.
        means: <A> and <B> (..., 2).
        error: from above as a rule, how far each value may be off (..., t), and
        connected_error: the same of the connected part.
    """

    times: FloatArray
    connected: ComplexArray
    means: ComplexArray
    error: FloatArray
    connected_error: FloatArray

    @property
    def values(self) -> ComplexArray:
        """<A(t) B(0)> (..., t)."""
        return np.asarray(self.connected + self.means.prod(axis=-1)[..., None])


def correlation(
    model: Model,
    later: OperatorLike,
    first: OperatorLike,
    times: ArrayLike,
    *,
    initial: Initial | None = None,
) -> Correlation:
    """<A(t) B(0)> = tr(A exp(L t) B rho) in the steady state rho, by quantum regression.

    For t < 0, <A(t) B(0)> is the conjugate of <B^+(-t) A^+(0)>. In a frame that rotates, operators do too.

    Args:
        model: the model.
        later: A (..., d, d) in the user's basis, Hermitian or not.
        first: B (..., d, d), likewise.
        times: t (..., t) strictly ascending, >= 0 [time].
        initial: says which steady state is meant, where the model keeps more than one.

    Returns:
        The correlation, which reads as a complex array (..., t), with its connected part and its error.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves fewer than six digits of a value, or has changed what still moves at one
            of the times.
        ValueError: if an operator has another dimension or other dims, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        The motion of those sectors that B rho populates and A reads.

    Reference:
        breuer2002.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> lower = np.array([[0.0, 1.0], [0.0, 0.0]])
        >>> qubit = tk.Model(np.diag([0.0, 2.0]), [tk.Channel(lower, None), tk.Channel(0.5 * lower.T, None)])
        >>> found = tk.correlation(qubit, lower, lower.T, [0.0, 1.0])
        >>> bool(np.allclose(found, 0.8 * np.exp(-(2.0j + 0.625) * found.times)))
        True
    """
    state = steady_state(model, initial=initial)
    grid = checked_times(times)
    one, two = observed(state, later, "later"), observed(state, first, "first")
    with few_threads(model.dimension):
        flow = two.followed_by(one)
        connected, missed = flow.over_time(grid)
    means = np.stack(np.broadcast_arrays(one.mean, two.mean), axis=-1)
    scale = flow.size + np.abs(means).prod(axis=-1)
    names = [f"the correlation at time {time:g}" for time in np.atleast_1d(grid.reshape(-1, grid.shape[-1])[0])]
    connected = answered(connected, missed, scale[..., None], names, state)
    apart = np.abs(one.mean) * two.mean_error + np.abs(two.mean) * one.mean_error
    return Correlation(state, grid, connected, means, missed + apart[..., None], missed)
