"""The scaled cumulant generating function: the tilted generator's dominant eigenvalue against the counting field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._result import ArrayResult
from thermokin._threads import few_threads, one_thread
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.counting.fluctuation_symmetry import FluctuationSymmetry, no_symmetry, symmetry_of
from thermokin.counting.kink import Kink, kinks_of
from thermokin.counting.lost_digits import WANTED, marked, points_of
from thermokin.counting.rate_function import RateFunction, rate_function_of
from thermokin.counting.tilted_envelope import TiltedEnvelope
from thermokin.counting.tilted_generator import TiltedGenerator
from thermokin.counting.tilted_sectors import tilted_sectors
from thermokin.counting.tilting import Tilting
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.bath import real_numbers
from thermokin.model.current import Current, own
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.model import Model, require_model
from thermokin.motion.initial import Initial, initial_state
from thermokin.solvers.method import Auto, Method
from thermokin.solvers.uniqueness import degenerate

__all__ = ["CumulantGeneratingFunction", "cumulant_generating_function"]

LARGEST = 300.0  # of |s c|: the square of exp(s c) must still be a number
ROUNDING = 1e-12  # of the largest rate: a generating function below this is one of rounding


@dataclass(frozen=True, eq=False)
class CumulantGeneratingFunction(ArrayResult):
    """lambda(s) = lim ln <exp(s N)> / t, convex, with lambda(0) = 0. NumPy takes it for an array of its values.

    Args:
        current: what is counted, N.
        s: counting fields (f,), ascending [1/amount].
        envelope: the dominant eigenpairs of all sectors, the axis of the fields first.
        gone: points of a sweep (...) at which nothing says which steady state is meant; all is NaN there.

    Example:
        >>> import math, numpy as np, thermokin as tk
        >>> ahead = np.roll(np.eye(3), 1, axis=0)
        >>> ring = tk.rates(2.0 * ahead + 1.0 * ahead.T, weights={"steps": ahead - ahead.T})
        >>> found = tk.cumulant_generating_function(ring, tk.current(ring, "steps"), np.linspace(-1.5, 0.5, 21))
        >>> round(float(found.gallavotti_cohen().affinity), 8), round(math.log(2.0), 8)
        (0.69314718, 0.69314718)
    """

    current: Current
    s: FloatArray
    envelope: TiltedEnvelope
    gone: BoolArray

    @property
    def values(self) -> FloatArray:
        """The function itself, lambda(s) (..., f) [1/time]."""
        return self._shown(self.envelope.values)

    def _shown(self, values: FloatArray) -> FloatArray:
        """Numbers (f, ...) as (..., f), NaN where points are gone."""
        moved = np.moveaxis(values, 0, -1)
        return np.where(self.gone[..., None], np.nan, moved) if self.gone.any() else moved

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) slope and curvature, or the whole function, are lost at some field."""
        return points_of(self._blurred, 1)

    @property
    def _blurred(self) -> BoolArray:
        return np.asarray(~(self.relative_derivative_error <= WANTED))

    @property
    def mean(self) -> FloatArray:
        """The current lambda'(s) (..., f) of the trajectories that the field selects [amount/time]; at s = 0 the mean.

        By left and right eigenvectors, l (dL/ds) r, not by differences; at s = 0 as in `cumulants`. Refused by a
        `NotConvergedError` where rounding leaves fewer than six digits of one.
        """
        return self._told(self.envelope.slope)

    @property
    def noise(self) -> FloatArray:
        """Its growth lambda''(s) with the field (..., f) [amount^2/time]; at s = 0 the second cumulant per time.

        Refused as `mean` is.
        """
        return self._told(self.envelope.curvature)

    @property
    def relative_derivative_error(self) -> FloatArray:
        """Relative error that rounding may leave in mean and noise (..., f), as far as its order goes.

        It grows where the two largest eigenvalues come close: at fields as small as the rates that join nearly
        decoupled parts, and in kinks.
        """
        return self._shown(self.envelope.lost)

    def _told(self, values: FloatArray) -> FloatArray:
        """Numbers (f, ...) as (..., f), if they have six digits each; what is lost in a sweep is marked."""
        lost = self._blurred & ~self.gone[..., None]  # of what is gone a warning has told
        if not lost.any():
            return self._shown(values)
        fields = self.s[lost.reshape(-1, self.s.size).any(axis=0)]
        worst = float(np.nanmax(self.relative_derivative_error))
        where = f"slope and curvature at s = {', '.join(f'{field:g}' for field in fields[:5])} lost their digits"
        refusal = NotConvergedError(
            f"{where}: two eigenvalues come so close that rounding moves them by {worst:.1e} of themselves.",
            worst,
            "Ask for fields farther from there, or leave out the links that are too slow to matter.",
        )
        return marked(self._shown(values), lost, refusal, where)

    @property
    def residual(self) -> FloatArray:
        """Largest element of L_s r - lambda r over the largest of L_s times the largest of r (..., f)."""
        return self._shown(self.envelope.of("residual"))

    @property
    def condition(self) -> FloatArray:
        """|l| |r| / l r (..., f): lambda moves by at most this times a change of the generator."""
        return self._shown(self.envelope.of("condition"))

    @property
    def gap(self) -> FloatArray:
        """Distance of lambda from the real part in its sector's spectrum (..., f) [1/time]; NaN where not sought."""
        return self._shown(self.envelope.of("gap"))

    @property
    def sector(self) -> IntArray:
        """Which sector's eigenvalue is the largest (..., f), as a position in `envelope.tiltings`."""
        return np.moveaxis(self.envelope.sector, 0, -1)

    @property
    def tilted_states(self) -> FloatArray | ComplexArray:
        """The right eigen-operators of trace one, in the frame: populations (..., f, d) or matrices (..., f, d, d).

        They are the states at the end of the trajectories that the field selects, one in memory for each field.
        """
        return self.envelope.frame_states

    def rate_function(self) -> RateFunction:
        """I(j) = max_s [s j - lambda(s)]: a current j over a long time t has probability exp(-t I(j)).

        Returns:
            The rate function on j = lambda'(s), s the fields at hand.

        Reference:
            touchette2009.
        """
        kinks = () if self.envelope.batch or len(self.envelope.tiltings) == 1 else self.kinks
        found = rate_function_of(self.current, self.s, self.envelope, kinks)
        if not self.gone.any():
            return found
        known = np.where(self.gone[..., None], np.nan, 1.0)
        numbers = (found.currents, found.values, found.s, found.curvature)
        return RateFunction(found.current, *(known * one for one in numbers))

    def gallavotti_cohen(self, *, affinity: ArrayLike | None = None) -> FluctuationSymmetry:
        """The symmetry lambda(s) = lambda(-A - s), and by how much it fails.

        It is a theorem where the current alone determines the entropy produced over long times, which then is A times
        the amount: heat from one of two baths in an undriven system, with A = 1/T_other - 1/T_this. For other currents
        the deviation says that it does not hold.

        Args:
            affinity: A (...) [1/amount]; None for the one that makes the minimum of lambda its centre.

        Returns:
            The affinity, and the largest deviation at the fields at hand (once more, mirrored; twenty for a centre).

        Raises:
            ValueError: if lambda has no minimum to be the centre, the current does not fluctuate, or A carries a field
                beyond what numbers hold.
            NotConvergedError: if an eigenpair is not found to its tolerance.

        Reference:
            gallavotti1995.
        """
        given = None if affinity is None else real_numbers(affinity, "affinity")
        with one_thread():
            found = symmetry_of(self.envelope, self.s, given)
        known = np.where(self.gone, np.nan, 1.0) if self.gone.any() else 1.0
        return FluctuationSymmetry(known * found.affinity, known * found.deviation, known * found.relative)

    @property
    def is_still(self) -> bool:
        """Whether the amount stays bounded, so that it neither flows nor fluctuates: lambda is nothing but rounding."""
        rate = float(np.abs(self.current.model.table.amplitude).max(initial=0.0)) ** 2
        return bool(np.abs(self.values).max() <= ROUNDING * rate)

    @cached_property
    def symmetry(self) -> FluctuationSymmetry:
        """What `gallavotti_cohen` finds, refused as there; or why a current, as the activity, cannot be symmetric."""
        if self.is_still:
            return no_symmetry("nothing flows or fluctuates over long times")
        if not self.current.is_odd:
            return no_symmetry("a jump and its reverse count alike")
        try:
            return self.gallavotti_cohen()
        except ValueError as error:
            return no_symmetry(str(error).rstrip("."))

    @cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """Where the current jumps with the field, or changes within a field too narrow to be told from a jump.

        Two sectors that nothing joins cross in a real kink. Inside one sector the current changes by
        sqrt(2 G lambda'') over a width sqrt(2 G / lambda''), with G the gap there; it is marked if that is below a
        tenth of the field 1 / max|c| that changes a jump's weight by a factor e. Kinks may lie between the fields of s;
        each takes some fifty fields.

        Raises:
            ValueError: for a model with leading axes.
            NotConvergedError: if an eigenpair is not found to its tolerance.

        Reference:
            garrahan2010.
        """
        if self.envelope.batch:
            raise ValueError("kinks are sought for one point; evaluate the points of a sweep one by one.")
        with one_thread():
            return kinks_of(self.envelope, self.s)


def cumulant_generating_function(
    model: Model, current: Current, s: ArrayLike, *, initial: Initial | None = None, method: Method | None = None
) -> CumulantGeneratingFunction:
    """The scaled cumulant generating function lambda(s) = lim ln <exp(s N)> / t of the amount N exchanged in time t.

    It is the largest eigenvalue of L_s = L + sum_k (exp(s c_k) - 1) J_k, which is real and whose eigen-operator is
    positive. Its derivatives at s = 0 are the cumulants per time.

    Args:
        model: the model.
        current: the current, of that model.
        s: counting fields (f,), real, strictly ascending [1/amount].
        initial: says what is populated, where the model keeps more than one steady state. If the start reaches several
            sectors, lambda is the largest of theirs.
        method: `Dense()`, `Sparse()`, or `Auto()` if None.

    Returns:
        An array of shape (..., f) with its errors, slopes, rate function, symmetry and kinks.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none; points of a
            sweep that fall apart, as at temperature 0, alone are NaN, named by a `LostPointsWarning`.
        NotConvergedError: if an eigenpair is not found to its tolerance.
        ValueError: if the current belongs to another model, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        All eigenvalues at each field for up to 40 coordinates; else two to three factorisations at each field.

    Reference:
        touchette2009, garrahan2010.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> turns = tk.rates([[0.0, 1.0], [1.0, 0.0]], weights={"turns": [[0.0, 1.0], [0.0, 0.0]]})
        >>> found = tk.cumulant_generating_function(turns, tk.current(turns, "turns"), [-1.0, 0.0, 1.0])
        >>> found.values.round(8), np.expm1([-0.5, 0.0, 0.5]).round(8)  # a turn takes two jumps of rate 1
        (array([-0.39346934,  0.        ,  0.64872127]), array([-0.39346934,  0.        ,  0.64872127]))
    """
    require_model(model)
    grid = _fields(s)
    _countable(model, current, grid)
    start, wanted = None if initial is None else initial_state(model, initial), Auto() if method is None else method
    with few_threads(model.dimension):
        blocks, gone = tilted_sectors(Liouvillian(model), wanted, start)
        every = np.broadcast_to(gone, np.broadcast_shapes(gone.shape, current.weights.shape[:-1]))
        marked(np.zeros((*every.shape, 1)), every[..., None], degenerate([]), "the generating function is not unique")
        lost = every if every.any() else None
        tiltings = tuple(Tilting(TiltedGenerator(block, current.weights, lost), wanted) for block in blocks)
        return CumulantGeneratingFunction(current, grid, TiltedEnvelope.at(tiltings, grid), every)


def _fields(s: ArrayLike) -> FloatArray:
    grid = np.atleast_1d(real_numbers(s, "s"))
    if grid.ndim > 1 or grid.size == 0 or not np.isfinite(grid).all():
        raise ValueError(f"`s` must be finite and have shape (f,) with f >= 1, got shape {grid.shape}.")
    if (np.diff(grid) <= 0.0).any():
        raise ValueError("`s` must be strictly ascending.")
    return grid


def _countable(model: Model, current: Current, grid: FloatArray) -> None:
    own(current, model)
    require_finite_weights(current, "generating function")
    largest = float(np.abs(grid).max() * np.abs(current.weights).max(initial=0.0))
    if largest > LARGEST:
        raise ValueError(f"`s` times the largest weight must be within +-{LARGEST:g}, got {largest:g}.")
