"""Spectra of emission: field amplitudes against frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._threads import few_threads
from thermokin._typing import FloatArray, OperatorLike
from thermokin.linear_response.observed import AnswerAtRest, answered, observed
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import steady_state
from thermokin.motion.time_grid import checked_frequencies

__all__ = ["EmissionSpectrum", "emission_spectrum"]


@dataclass(frozen=True, eq=False)
class EmissionSpectrum(AnswerAtRest):
    """S(w) of an amplitude in the steady state, without its coherent line. NumPy takes it for an array of the values.

    Args:
        steady_state: where it was taken.
        frequencies: w (f,) [1/time].
        values: S (..., f) >= 0 [amplitude^2 time].
        coherent: |<A>|^2 (...), which stands at w = 0 as 2 pi |<A>|^2 delta(w).
        incoherent: <A^+ A> - |<A>|^2 (...), the integral of S over dw / 2 pi.
        error: from above as a rule, how far each may be off (..., f).
    """

    frequencies: FloatArray
    values: FloatArray
    coherent: FloatArray
    incoherent: FloatArray
    error: FloatArray


def emission_spectrum(
    model: Model,
    amplitude: OperatorLike,
    frequencies: ArrayLike,
    *,
    initial: Initial | None = None,
) -> EmissionSpectrum:
    """S(w) = int dt exp(-i w t) [<A^+(t) A(0)> - |<A>|^2] in the steady state.

    With A the part of a dipole or a field that lowers the energy, S(w) is what is emitted at w. In a frame that rotates
    with a drive, w is counted from the drive's frequency. The noise of counted jumps is `thermokin.spectrum`.

    Args:
        model: the model.
        amplitude: A (..., d, d) in the user's basis.
        frequencies: w (f,) [1/time].
        initial: says which steady state is meant, where the model keeps more than one.

    Returns:
        The spectrum, which reads as an array (..., f), with the weights of both its parts and its error.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none, or ends in a
            mixture of several.
        NotConvergedError: if rounding leaves fewer than six digits of a value, or a frequency is the generator's own.
        ValueError: if the operator has another dimension or other dims, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        Two solves for each frequency in those sectors that A rho populates and A^+ reads.

    Reference:
        mollow1969.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> lower = np.array([[0.0, 1.0], [0.0, 0.0]])
        >>> qubit = tk.Model(np.diag([0.0, 2.0]), [tk.Channel(lower, None), tk.Channel(0.5 * lower.T, None)])
        >>> found = tk.emission_spectrum(qubit, lower, [2.0])
        >>> bool(np.allclose(found, 2.0 * 0.2 / 0.625))
        True
    """
    state = steady_state(model, initial=initial)
    grid = checked_frequencies(frequencies)
    one = observed(state, amplitude, "amplitude")
    with few_threads(model.dimension):
        flow = one.followed_by(one.adjoint)
        values, error, scale = flow.conjugate.at(grid)  # which turns with exp(i w t)
    names = [f"the emission at the frequency {frequency:g}" for frequency in grid]
    found = answered(2.0 * values.real, 2.0 * error, 2.0 * scale, names, state)
    return EmissionSpectrum(state, grid, found, np.abs(one.mean) ** 2, flow.at_once.real, 2.0 * error)
