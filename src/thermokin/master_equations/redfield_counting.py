"""Heat of a Bloch-Redfield equation and its noise, by the equation with a counting field."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, ValidityWarning, users_level
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.counting.mean_and_noise import MeanAndNoise
from thermokin.master_equations.half_rates import Coupling
from thermokin.master_equations.redfield_equation import Redfield
from thermokin.master_equations.redfield_rest import DENSE_UP_TO, bordered
from thermokin.master_equations.redfield_state import INSTEAD, RedfieldState, steady_state
from thermokin.operators.as_numbers import in_sweep, shown

__all__ = ["RedfieldCumulants", "RedfieldHeat", "cumulants", "heat"]

DOUBT = 0.1  # of the heat, that its two readings may differ by


@dataclass(frozen=True, eq=False)
class RedfieldHeat:
    """Heat from one bath, of a Bloch-Redfield equation.

    Args:
        equation: the equation.
        bath: name of the bath.
    """

    equation: Redfield
    bath: str

    def mean(self, state: RedfieldState) -> FloatArray:
        """Heat at rest, tr((H - mu N) D_b rho) (...) [energy/time].

        Args:
            state: the state at rest.

        Returns:
            The heat.
        """
        return np.asarray(state.heat[..., [bath.name for bath in self.equation.baths].index(self.bath)])


@dataclass(frozen=True, eq=False)
class RedfieldCumulants(MeanAndNoise):
    """Mean and noise of the heat that leaves a bath, by two measurements of the bath's energy.

    Each element of K is weighed with e^{-i chi w} of its quantum w. What the bath loses and what the system gains,
    tr(H D_b rho), differ by the energy of their interaction, which this equation knows to its leading order alone: by
    `mismatch`, smaller than the heat by a rate over a frequency.

    Args:
        values: (..., order) [energy^n/time].
        steady_state: where it was counted.
        current: what was counted.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> x = tk.operators.pauli().x
        >>> ends = [tk.Contact(tk.Bath(name, T), x, tk.Flat(0.01)) for name, T in (("hot", 1.0), ("cold", 0.5))]
        >>> one = tk.redfield(np.diag([0.0, 1.0]), ends)
        >>> counted = tk.cumulants(one, tk.heat(one, "hot"))
        >>> bool(np.allclose(counted, tk.cumulants(one.nearest, tk.heat(one.nearest, "hot")), rtol=1e-3))
        True
    """

    values: FloatArray
    steady_state: RedfieldState
    current: RedfieldHeat

    @cached_property
    def mismatch(self) -> FloatArray:
        """What leaves the bath less what the system gains from it (...) [energy/time]."""
        return np.asarray(self.mean - self.current.mean(self.steady_state))


@answers(Redfield, "heat")
def heat(model: Redfield, bath: str) -> RedfieldHeat:
    """Heat from a bath.

    Args:
        model: the equation.
        bath: name of the bath.

    Returns:
        What `cumulants` counts.

    Raises:
        ValueError: if no bath has that name.
    """
    model.carrier.bath_position(bath)
    return RedfieldHeat(model, bath)


@answers(Redfield, "cumulants")
def cumulants(model: Redfield, current: RedfieldHeat, *, order: int = 2) -> RedfieldCumulants:
    """Mean and noise of heat of a Bloch-Redfield equation at rest.

    Args:
        model: the equation, of up to 20 levels.
        current: a heat of that equation.
        order: 1 for the mean alone, or 2.

    Returns:
        The cumulants.

    Raises:
        ArgumentError: if the current belongs to another system, the order is another, there are more levels, or shifts
            are in the equation, whose noise would need the bath's total strength.
        TypeError: if it is no heat.
    """
    if not isinstance(current, RedfieldHeat):
        raise TypeError(f"`current` must be thermokin.heat(model, name) of this equation, got {shown(current)}.")
    if current.equation is not model:
        raise ArgumentError("`current` belongs to another equation; make it with tk.heat(model, name).", "current")
    if order not in (1, 2):
        raise ArgumentError(
            f"`order` must be 1 or 2, got {shown(order)}: the equation has no jumps, and its higher cumulants mean "
            "little; `model.nearest` has all of them.",
            "order",
        )
    if model.dimension > DENSE_UP_TO:
        raise ArgumentError(
            f"heat is counted for up to {DENSE_UP_TO} levels, got {model.dimension}; `heat` of tk.steady_state(model) "
            "is its mean, and `model.nearest` counts at any size.",
            "model",
        )
    if model.lamb_shift is not None and order == 2:
        raise ArgumentError("the noise is that of the equation without `lamb_shift`; leave it out.", "lamb_shift")
    rest = steady_state(model)
    with few_threads(model.dimension**2):
        found = RedfieldCumulants(_counted(model, rest, current.bath, order), rest, current)
    _told(found)
    return found


def _told(found: RedfieldCumulants) -> None:
    """Warn where what leaves the bath and what reaches the system are not one heat."""
    size = np.abs(found.mean)
    apart = np.asarray(np.abs(found.mismatch) > DOUBT * size)
    if apart.any():
        share = np.max(np.abs(found.mismatch) / np.where(size > 0.0, size, 1.0))
        warnings.warn(
            f"heat counted in the bath and heat that reaches the system differ by {share:.2g} of it{in_sweep(apart)}: "
            "the energy of their interaction is no longer small, and neither mean nor noise is to be trusted. "
            f"{INSTEAD}.",
            ValidityWarning,
            stacklevel=users_level(),
        )


def _counted(model: Redfield, rest: RedfieldState, bath: str, order: int) -> FloatArray:
    def weights(power: int) -> Callable[[int, Coupling], FloatArray | float]:
        def of(contact: int, part: Coupling) -> FloatArray | float:
            mine = model.contacts[contact].bath.name == bath
            return np.asarray((-part.quanta) ** power) if mine else 0.0

        return of

    generator = model.generator
    size = generator.size
    state = rest.matrix.reshape(*rest.matrix.shape[:-2], size**2, 1)
    trace = np.eye(size).reshape(-1)
    once = generator.jumps(weights(1)) @ state
    mean = (trace @ once)[..., 0].real
    if order == 1:
        return mean[..., None]
    driven = once - state * (trace @ once)[..., None, :]
    driven[..., 0, :] = 0.0  # there stands the trace, which what is looked for does not have
    lost = np.asarray(rest.lost)[..., None, None]
    solvable = np.where(lost, np.eye(size**2), bordered(generator))
    moved = np.linalg.solve(solvable, driven)
    twice = generator.jumps(weights(2)) @ state - 2.0 * generator.jumps(weights(1)) @ moved
    return np.stack([mean, (trace @ twice)[..., 0].real], axis=-1)
