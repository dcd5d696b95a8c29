"""How far fluctuations and response are from the relation that ties them at equilibrium."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.counting.counting import Counting
from thermokin.linear_response.observed import AnswerAtRest, AtRest, answered, observed
from thermokin.linear_response.regression import Regression
from thermokin.linear_response.resolved_balance import ResolvedBalance, resolved_balance
from thermokin.linear_response.static_response import StaticResponse, static_response
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.bath import positive_numbers
from thermokin.model.model import Model, require_model
from thermokin.motion.initial import Initial
from thermokin.motion.time_grid import checked_frequencies

__all__ = ["FluctuationDissipation", "fluctuation_dissipation"]

DIAGONAL = 1e-12  # of an operator's largest element: what lies off its diagonal by rounding
STATEMENT = (
    "S(w) = 2 T Im chi(w) / w of an observable B of closed populations, under energies E - f(t) B that multiply the "
    "rate of a jump by exp(f dB / 2T), dB what it adds to B and T the temperature of its bath"
)


@dataclass(frozen=True, eq=False)
class FluctuationDissipation(AnswerAtRest):
    """S(w) - 2 T Im chi(w) / w of an observable; NumPy takes it for an array of these. Nothing at equilibrium.

    Args:
        steady_state: where it was observed.
        frequencies: w (f,) [1/time].
        values: the violation (..., f) [observable^2 time], found without the difference of its two sides.
        error: from above as a rule, how far each may be off (..., f).
        spectrum: S(w) = int dt exp(i w t) <<B(t) B(0)>> (..., f).
        spectrum_error: of the same (..., f).
        answer: T chi(w) (..., f) [observable^2].
        variance: <<B^2>> (...) [observable^2].
        static: T chi(0) (...) [observable^2], what <B> answers to a field f / T that stays.
        temperature: T (...) at which the relation is tried [energy].
        statement: the relation in words.
    """

    frequencies: FloatArray
    values: FloatArray
    error: FloatArray
    spectrum: FloatArray
    spectrum_error: FloatArray
    answer: ComplexArray
    variance: FloatArray
    static: FloatArray
    temperature: FloatArray
    statement: str = STATEMENT

    @property
    def dissipation(self) -> FloatArray:
        """2 T Im chi(w) / w (..., f) [observable^2 time]."""
        return np.asarray(self.spectrum - self.values)

    @property
    def susceptibility(self) -> ComplexArray:
        """chi(w) (..., f) [observable^2/energy], by which <B> answers to f(t) = f exp(-i w t)."""
        return np.asarray(self.answer / self.temperature[..., None])

    @property
    def relative(self) -> FloatArray:
        """The violation over S(w) (..., f); NaN where nothing fluctuates."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.values / self.spectrum)

    @property
    def effective_temperature(self) -> FloatArray:
        """The T(w) = w S / (2 Im chi) with which the relation would hold (..., f) [energy]; it may be negative."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.temperature[..., None] * self.spectrum / self.dissipation)

    @cached_property
    def integrated(self) -> FloatArray:
        """The violation over all frequencies, int dw / 2 pi (...) [observable^2]: variance less T chi(0)."""
        return np.asarray(self.variance - self.static)


def fluctuation_dissipation(
    model: Model,
    operator: OperatorLike,
    frequencies: ArrayLike,
    *,
    temperature: ArrayLike | None = None,
    initial: Initial | None = None,
) -> FluctuationDissipation | ResolvedBalance:
    """By how much a steady state violates the relation of fluctuations and response; `statement` says which.

    An observable of closed populations (diagonal in the model's frame) is pushed by energies E - f(t) B, in the rule
    that splits the change of a rate evenly between a jump and the one that undoes it: then S = 2 T Im chi / w at
    equilibrium, at every frequency. An operator that lowers the energy by one quantum w_0, [H_E, A] = -w_0 A, is
    looked at line by line: emission S_A(w) and absorption S_A+(-w) have the ratio exp(-w_0 / T) at equilibrium, in a
    Davies model at every w. The relation with coth(w / 2T), that of the system and its baths as a whole, fails under
    Lindblad damping even at equilibrium, and is not offered.

    Args:
        model: the model.
        operator: B (..., d, d) in the user's basis, Hermitian and diagonal in the frame; or A.
        frequencies: w (f,) [1/time].
        temperature: T at which the relation is tried [energy]; that of the baths if None, and 1 without baths.
        initial: says which steady state is meant, where the model keeps more than one.

    Returns:
        The violation, which reads as an array (..., f), with both sides of the relation.

    Raises:
        HypothesisError: if the operator is of neither kind, or coherences move its populations.
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves fewer than six digits of a value.
        ValueError: if baths differ in temperature and none is given, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        Two or four solves for each frequency.

    Reference:
        agarwal1972; seifert2010.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.02, temperature=0.7)
        >>> found = tk.fluctuation_dissipation(qubit, np.diag([0.0, 1.0]), [0.0, 0.5, 3.0])
        >>> bool(np.abs(found).max() < 1e-14)
        True
    """
    require_model(model)
    grid, common = checked_frequencies(frequencies), _temperature(model, temperature)
    counting = Counting(model, initial=initial)
    state = counting.steady_state
    one = observed(state, operator, "operator")
    if not _is_diagonal(one):
        return resolved_balance(one, common, grid)
    if not Liouvillian(model).populations_closed:
        raise HypothesisError(
            "coherences move the populations of this model, and no relation of fluctuations and response is known to "
            "hold for it even at equilibrium. Ask for an operator that lowers the energy by one quantum, or for "
            "`correlation` and `susceptibility`."
        )
    with few_threads(model.dimension):
        found = static_response(counting.resolvent, one, common)
        return _of_populations(one, found, grid, common)


def _of_populations(one: AtRest, found: StaticResponse, grid: FloatArray, common: FloatArray) -> FluctuationDissipation:
    state = one.steady_state
    flow = one.followed_by(one)
    missing = Regression(state, found.unanswered.astype(np.complex128), found.blur, found.reach, one.matrix)
    (here, here_error, size), (gone, error, _) = flow.at(grid), missing.at(grid)
    names = [f"the violation at the frequency {frequency:g}" for frequency in grid]
    spectrum = answered(2.0 * here.real, 2.0 * here_error, 2.0 * size, names, state)
    values = answered(2.0 * gone.real, 2.0 * error, 2.0 * size, names, state)
    answer = found.static[..., None] + 1j * grid * (here - gone)
    return FluctuationDissipation(
        steady_state=state,
        frequencies=grid,
        values=values,
        error=2.0 * error,
        spectrum=spectrum,
        spectrum_error=2.0 * here_error,
        answer=answer,
        variance=flow.at_once.real,
        static=found.static,
        temperature=common,
    )


def _is_diagonal(one: AtRest) -> bool:
    matrix = np.abs(one.matrix)
    off = matrix - matrix * np.eye(matrix.shape[-1])
    return bool((off <= DIAGONAL * matrix.max(axis=(-2, -1), keepdims=True)).all())


def _temperature(model: Model, given: ArrayLike | None) -> FloatArray:
    if given is not None:
        return positive_numbers(given, "temperature")
    if not model.baths:
        return np.asarray(1.0)
    if not all(np.array_equal(bath.temperature, model.baths[0].temperature) for bath in model.baths):
        raise ValueError("the baths have different temperatures; give the `temperature` at which to try the relation.")
    return positive_numbers(model.baths[0].temperature, "temperature")
