"""A Bloch-Redfield equation at rest: the state, whether it is one, and the heat of each bath."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, LostPointsWarning, ValidityWarning, users_level
from thermokin._result import ArrayResult
from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin._verbs import answers
from thermokin.master_equations.redfield_equation import Redfield
from thermokin.master_equations.redfield_rest import DENSE_UP_TO, iterated_rest, solved_rest
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.observable import Observed, hermitian_parts
from thermokin.motion.steady_state import steady_state as model_steady_state
from thermokin.operators.as_numbers import in_sweep

__all__ = ["INSTEAD", "ROUNDING", "UNSTABLE", "RedfieldState", "steady_state", "warn_of"]

ROUNDING = 1e-12
"""An eigenvalue above minus this is not negative, as of any state."""
UNSTABLE = 1e-10  # of the fastest motion, above which growth is no rounding
INSTEAD = (
    "`nearest`, the unified generator, keeps states positive; tk.hierarchy, of Drude, Brownian and Lorentzian spectra, "
    "is right at any coupling"
)


@dataclass(frozen=True, eq=False)
class RedfieldState(Observed, ArrayResult):
    """What a Bloch-Redfield equation has at rest; a matrix of trace one, which need not be a state.

    Args:
        equation: the equation.
        matrix: (..., d, d) in the frame.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> one = tk.Contact(tk.Bath("bath", 0.5), tk.operators.pauli().x, tk.Flat(0.01))
        >>> rest = tk.steady_state(tk.redfield(np.diag([0.0, 1.0]), [one]))
        >>> float(rest.populations[1].round(8)), rest.is_positive.item()  # 1 / (e^2 + 1)
        (0.11920292, True)
    """

    equation: Redfield
    matrix: ComplexArray

    @property
    def model(self) -> Model:
        """Hamiltonian, baths and frame, without jumps."""
        return self.equation.carrier

    @property
    def populations(self) -> FloatArray:
        """(..., d) in the frame."""
        return np.asarray(np.diagonal(self.matrix, axis1=-2, axis2=-1).real)

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) there is more than one state at rest, and NaN here."""
        return np.asarray(np.isnan(self.populations).any(axis=-1))

    @property
    def state(self) -> ComplexArray:
        """The matrix (..., d, d) in the user's basis."""
        return self.model.from_frame(self.matrix)

    _density_matrices = state
    values = state

    @cached_property
    def lowest_eigenvalue(self) -> FloatArray:
        """The smallest eigenvalue (...), below 0 where this is no state."""
        lost = self.lost
        found = np.linalg.eigvalsh(np.where(lost[..., None, None], 0.0, self.matrix))[..., 0]
        return np.where(lost, np.nan, found)

    @property
    def is_positive(self) -> BoolArray:
        """Whether it is a state (...), to rounding; False as well where it is lost."""
        return np.asarray(self.lowest_eigenvalue >= -ROUNDING)

    @cached_property
    def heat(self) -> FloatArray:
        """Heat from each bath, tr((H - mu N) D_b rho) (..., b) [energy/time]; without leads it adds up to 0."""
        return self.equation.heats(self.matrix)

    @cached_property
    def particles(self) -> FloatArray:
        """Particles from each bath, tr(N D_b rho) (..., b) [1/time].

        Raises:
            ArgumentError: if the equation was made without a particle number.
        """
        found = self.equation.particle_currents(self.matrix)
        if found is None:
            raise ArgumentError("`number_operator` of the equation is needed to count particles.", "number_operator")
        return found

    @cached_property
    def entropy_production(self) -> FloatArray:
        """- sum over baths of heat / T (...) [nats/time]; nothing keeps it from being negative here.

        At a temperature of 0 it is inf, or -inf, with the sign of the heat that the bath takes.
        """
        temperatures = np.stack(
            np.broadcast_arrays(*(np.asarray(bath.temperature) for bath in self.equation.baths)), axis=-1
        )
        still = np.abs(self.heat) <= ROUNDING * np.abs(self.heat).max(axis=-1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(still & (temperatures == 0.0), 0.0, -self.heat / temperatures)
        return np.asarray(parts.sum(axis=-1))

    @property
    def breaks_second_law(self) -> BoolArray:
        """Whether the entropy production is negative (...), beyond rounding."""
        temperatures = np.min([np.min(bath.temperature) for bath in self.equation.baths])
        size = np.abs(self.heat).max(axis=-1) / max(float(temperatures), 1e-300)
        scale = np.asarray(self.equation.generator.fastest)
        return np.asarray(self.entropy_production < -1e-10 * size - ROUNDING * scale)

    @property
    def nearest(self) -> Model:
        """The unified generator of the same system, which keeps states positive."""
        return self.equation.nearest

    @cached_property
    def distance_to_nearest(self) -> FloatArray:
        """Trace distance from the state at rest of `nearest` (...).

        Cost:
            Its steady state.
        """
        apart = self.state - np.asarray(model_steady_state(self.nearest).state)
        lost = np.asarray(np.isnan(apart).any(axis=(-2, -1)))
        values = np.linalg.eigvalsh(np.where(lost[..., None, None], 0.0, apart))
        return np.where(lost, np.nan, 0.5 * np.abs(values).sum(axis=-1))

    def _parts(self, operator: OperatorLike | FrameOperator) -> tuple[FrameOperator, FrameOperator | None]:
        return hermitian_parts(self.model, operator, ("model", self.matrix.shape[:-2]))

    def _mean(self, operator: FrameOperator) -> FloatArray:
        return np.asarray((self.matrix * operator.dense.swapaxes(-1, -2)).sum(axis=(-2, -1)).real)


@answers(Redfield, "steady_state")
def steady_state(model: Redfield) -> RedfieldState:
    """What a Bloch-Redfield equation has at rest.

    Args:
        model: the equation.

    Returns:
        The matrix with its heats. A ValidityWarning says where it is no state, heat runs against the second law, or,
        of up to 20 levels, the equation runs away.

    Raises:
        DegenerateSteadyStateError: if there is more than one; at some points of a sweep these are NaN, with a
            LostPointsWarning.
        NotConvergedError: if the iteration for more than 20 levels stalls.
        ArgumentError: for a sweep of more than 20 levels.
    """
    generator = model.generator
    if generator.size <= DENSE_UP_TO:
        matrix, lost = solved_rest(generator)
        if lost.any():
            said = f"the state at rest is not unique{in_sweep(lost)}; it is NaN there."
            warnings.warn(LostPointsWarning(said, np.argwhere(lost).tolist()), stacklevel=users_level())
    elif model.batch_shape:
        raise ArgumentError(
            f"a sweep of the Bloch-Redfield equation takes up to {DENSE_UP_TO} levels, got {generator.size} over "
            f"{model.batch_shape}; ask at one point at a time.",
            "model",
        )
    else:
        matrix = iterated_rest(generator)
    found = RedfieldState(model, matrix)
    _told(found)
    return found


def warn_of(words: str) -> None:
    """Warn of what the equation does wrong, with what to take in its place.

    Args:
        words: what it does.
    """
    warnings.warn(f"{words}. {INSTEAD}.", ValidityWarning, stacklevel=users_level())


def _told(found: RedfieldState) -> None:
    """Warn of what is no state, of what nothing tends to, and of heat that runs uphill."""
    generator = found.equation.generator
    if generator.size <= DENSE_UP_TO:
        runs = np.asarray(generator.growth > UNSTABLE * np.asarray(generator.fastest))
        if runs.any():
            warn_of(
                f"the Bloch-Redfield equation runs away{in_sweep(runs)}: one of its exponents is "
                f"{np.max(generator.growth):.3g} > 0, and nothing tends to its state at rest"
            )
    lowest = found.lowest_eigenvalue
    negative = np.asarray(lowest < -ROUNDING)
    if negative.any():
        warn_of(
            f"the Bloch-Redfield equation does not keep the state at rest positive{in_sweep(negative)}: its lowest "
            f"eigenvalue is {np.nanmin(lowest):.6g}"
        )
    uphill = found.breaks_second_law
    if uphill.any():
        warn_of(
            f"the heat of the Bloch-Redfield equation breaks the second law{in_sweep(uphill)}: entropy production "
            f"{np.nanmin(found.entropy_production):.3g}"
        )
