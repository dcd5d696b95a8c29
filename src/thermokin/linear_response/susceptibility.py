"""What the mean of an operator answers to a weak drive."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.linear_response.observed import AnswerAtRest, answered, observed
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import steady_state
from thermokin.motion.time_grid import checked_frequencies

__all__ = ["Susceptibility", "susceptibility"]


@dataclass(frozen=True, eq=False)
class Susceptibility(AnswerAtRest):
    """chi(w) of an operator's mean in the steady state. NumPy takes it for an array of the values.

    Args:
        steady_state: where it was taken.
        frequencies: w (f,) [1/time].
        values: chi (..., f).
        error: from above as a rule, how far each may be off (..., f).
    """

    frequencies: FloatArray
    values: ComplexArray
    error: FloatArray


def susceptibility(
    model: Model,
    operator: OperatorLike,
    driven: OperatorLike,
    frequencies: ArrayLike,
    *,
    initial: Initial | None = None,
) -> Susceptibility:
    """chi(w) = i int_0^inf dt exp(i w t) <[A(t), B(0)]> in the steady state.

    Under H - f(t) B with a weak f(t) = f exp(-i w t), the mean of A moves by chi(w) f exp(-i w t). The jumps stay as
    they are: where a slow change of B would change them too, as in a Davies generator, chi is that of a fast one.

    Args:
        model: the model.
        operator: A (..., d, d) in the user's basis, Hermitian or not.
        driven: B (..., d, d), likewise.
        frequencies: w (f,) [1/time].
        initial: says which steady state is meant, where the model keeps more than one.

    Returns:
        The susceptibility, which reads as a complex array (..., f), with its error.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none, or ends in a
            mixture of several.
        NotConvergedError: if rounding leaves fewer than six digits of a value, or a frequency is the generator's own.
        ValueError: if an operator has another dimension or other dims, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        Two solves for each frequency in those sectors that [B, rho] populates and A reads.

    Reference:
        breuer2002.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> lower = np.array([[0.0, 1.0], [0.0, 0.0]])
        >>> qubit = tk.Model(np.diag([0.0, 2.0]), [tk.Channel(lower, None), tk.Channel(0.5 * lower.T, None)])
        >>> found = tk.susceptibility(qubit, lower, lower.T, [2.0])
        >>> bool(np.allclose(found, 0.6j / 0.625))
        True
    """
    state = steady_state(model, initial=initial)
    grid = checked_frequencies(frequencies)
    one, two = observed(state, operator, "operator"), observed(state, driven, "driven")
    with few_threads(model.dimension):
        flow = two.commuted(one)
        values, error, scale = flow.at(grid)
    names = [f"the susceptibility at the frequency {frequency:g}" for frequency in grid]
    return Susceptibility(state, grid, answered(values, error, scale, names, state), error)
