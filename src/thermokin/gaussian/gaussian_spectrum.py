"""Noise of a current of a Gaussian model against frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thermokin._result import ArrayResult
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.gaussian.cumulants import require_digits
from thermokin.gaussian.currents import GaussianCurrent, own_current
from thermokin.gaussian.gaussian_state import EPS, GaussianState, steady_state
from thermokin.gaussian.model import GaussianModel
from thermokin.motion.time_grid import checked_frequencies
from thermokin.numerics.lyapunov import hermitian_part, norm
from thermokin.numerics.shifted_lyapunov import ShiftedLyapunov

__all__ = ["GaussianSpectrum", "spectrum"]


@dataclass(frozen=True, eq=False)
class GaussianSpectrum(ArrayResult):
    """S(w) = int dt exp(i w t) <<I(t) I(0)>> of counted jumps in the steady state, even in w.

    Args:
        values: (..., f) [amount^2/time].
        error: how far rounding may have moved each of them (..., f).
        frequencies: w (f,) [1/time].
        steady_state: where it was counted.
        current: what was counted.
    """

    OWN_AXES: ClassVar[int] = 1

    values: FloatArray
    error: FloatArray
    frequencies: FloatArray
    steady_state: GaussianState
    current: GaussianCurrent

    @property
    def model(self) -> GaussianModel:
        """The model."""
        return self.steady_state.model

    @property
    def shot_noise(self) -> FloatArray:
        """S(inf) = sum_k c_k^2 a_k (...), a_k the jumps of channel k per time; for weights +-1 the activity."""
        return self.steady_state.along(self.current.weights**2)

    @property
    def residual(self) -> FloatArray:
        """Of the steady state (...)."""
        return self.steady_state.residual


@answers(GaussianModel, "spectrum")
def spectrum(model: GaussianModel, current: GaussianCurrent, frequencies: ArrayLike) -> GaussianSpectrum:
    """Noise of a current against frequency at rest.

    A jump of weight w_k moves the second moments by S; what the current answers later, F exp(-X t) S exp(-X^+ t), is
    Fourier transformed by a Lyapunov equation at that frequency.

    Args:
        model: the model.
        current: the current, of that model.
        frequencies: w (f,) [1/time].

    Returns:
        The spectrum with its errors.

    Raises:
        NotConvergedError: if rounding leaves fewer than six digits of a value.
        ValueError: if the current belongs to another model, has infinite weights, or frequencies are not finite.
        TypeError: if an argument is of the wrong type.

    Cost:
        Three Lyapunov equations for each frequency.
    """
    counted = own_current(current, model)
    grid = checked_frequencies(frequencies)
    space, weights = model.space, counted.weights
    with few_threads(space.drift.shape[-1]):
        state = steady_state(model)
        moved = space.moved(state.moments, bare=True)
        source, felt = space.added(weights, moved, moved), space.rate_gradient(weights)
        shot = weights**2 * state.jump_rates
        found, errors = [], []
        for frequency in grid:
            solver = ShiftedLyapunov(model.lyapunov, float(frequency))
            after, left = solver.solve(source)
            answer, _ = solver.solve(felt, adjoint=True)
            later = 2.0 * (felt * np.swapaxes(after, -1, -2)).sum(axis=(-2, -1)).real
            slope = space.rate_gradient(weights**2) + 2.0 * space.added_gradient(weights, moved, hermitian_part(answer))
            of_state, _ = model.lyapunov.solve(slope, adjoint=True)
            found.append(shot.sum(axis=-1) + later)
            rounding = 4.0 * EPS * (np.abs(shot).sum(axis=-1) + norm(felt) * norm(after))
            errors.append(2.0 * norm(answer) * left + norm(of_state) * state.uncertainty + rounding)
    values, error = (np.stack(np.broadcast_arrays(*each), axis=-1) for each in (found, errors))
    scale = np.maximum(np.abs(values), np.abs(shot).sum(axis=-1)[..., None])
    require_digits(error, scale, f"the noise of {counted.name} at a frequency")
    return GaussianSpectrum(values, error, grid, state, counted)
