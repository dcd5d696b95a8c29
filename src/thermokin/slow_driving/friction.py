"""The friction tensor: what slow motion of controls costs at a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.slow_driving.changes import Changes
from thermokin.slow_driving.controls import Controls, controls_of
from thermokin.slow_driving.lag import Lag
from thermokin.slow_driving.level_lag import LevelLag

__all__ = ["Friction", "LocalFriction", "friction"]

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class LocalFriction:
    """Friction at some points of a family, made when asked for.

    Args:
        changes: how the family changes there.
    """

    changes: Changes

    @cached_property
    def _levels(self) -> LevelLag | None:
        """The lag of populations, where they alone take part."""
        return LevelLag.of(self.changes)

    @cached_property
    def _lags(self) -> list[tuple[slice, Lag]]:
        asked = np.concatenate([self.changes.of_hamiltonian, self.changes.of_state], axis=1)
        found, first = [], 0
        for state in self.changes.states:
            count = state.model.batch_shape[0] if state.model.batch_shape else 1
            here = slice(first, first + count)
            own = asked[here] if state.model.batch_shape else asked[first]
            found.append((here, Lag.of(state, own)))
            first += count
        return found

    def behind(self, matrices: ComplexArray) -> ComplexArray:
        """L^D X (k, m, d, d) of matrices X (k, m, d, d)."""
        parts = []
        for here, lag in self._lags:
            batch = bool(lag.state.model.batch_shape)
            made = lag.behind(matrices[here] if batch else matrices[here.start])
            parts.append(made if batch else made[None])
        return np.concatenate(parts)

    @cached_property
    def lag(self) -> ComplexArray:
        """L^D d rho/d lambda_j (k, n, d, d): what the state lags behind by, over the speed of a control."""
        return self.behind(self.changes.of_state)

    @cached_property
    def tensor(self) -> FloatArray:
        """zeta_ij (k, n, n)."""
        if self._levels is not None:
            return _product(self._levels.force, self._levels.lag)
        return _read(self.changes.of_hamiltonian, self.lag)

    @cached_property
    def metric(self) -> FloatArray:
        """The symmetric part of the tensor (k, n, n)."""
        return _even(self.tensor)

    @cached_property
    def entropy_metric(self) -> FloatArray | None:
        """Of the entropy that is produced (k, n, n) [nats]; None where the steady state is no Gibbs state."""
        if self._levels is not None:
            return _even(_product(self._levels.exponent, self._levels.lag))
        changed = self.changes.of_exponent
        if changed is None:
            return None
        found = _read(changed, self.lag)
        return _even(found)

    @cached_property
    def fluctuation(self) -> FloatArray:
        """-2 Re tr(d_iH L^D {d_jH - <d_jH>, rho}/2), symmetric (k, n, n)."""
        if self._levels is not None:
            return _even(-2.0 * _product(self._levels.force, self._levels.lag_of_force))
        changed, state = self.changes.of_hamiltonian, self.changes.state[:, None]
        mean = np.einsum("kjab,kba->kj", changed, self.changes.state)
        product = changed @ state
        around = 0.5 * (product + product.conj().swapaxes(-1, -2)) - mean[..., None, None].real * state
        found = -2.0 * _read(changed, self.behind(around))
        return _even(found)

    @cached_property
    def error(self) -> FloatArray:
        """Estimate of how far elements of the tensor may be off (k, n, n)."""
        if self._levels is not None:
            sizes, rounding = _product(np.abs(self._levels.force), np.abs(self._levels.lag)), self._levels.rounding
        else:
            sizes, rounding = self._sizes
        blur = self.changes.blur
        return np.asarray(sizes * (blur[:, None] + blur[None, :] + (4.0 * EPSILON + rounding)[:, None, None]))

    @property
    def _sizes(self) -> tuple[FloatArray, FloatArray]:
        """What is added in each element (k, n, n), and what is rounding of lags (k,)."""
        sizes = np.einsum("kiab,kjba->kij", np.abs(self.changes.of_hamiltonian), np.abs(self.lag))
        rounding = np.concatenate(
            [np.broadcast_to(lag.rounding, (here.stop - here.start,)) for here, lag in self._lags]
        )
        return sizes, rounding


def _even(tensors: FloatArray) -> FloatArray:
    """The symmetric parts (k, n, n)."""
    return np.asarray(0.5 * (tensors + tensors.swapaxes(-1, -2)))


def _product(forces: FloatArray, lags: FloatArray) -> FloatArray:
    """sum_l A_il X_jl (k, i, j)."""
    return np.asarray(forces @ lags.swapaxes(-1, -2))


def _read(operators: ComplexArray, matrices: ComplexArray) -> FloatArray:
    """Re tr(A_i X_j) (k, i, j)."""
    return np.asarray(np.einsum("kiab,kjba->kij", operators, matrices).real)


@dataclass(frozen=True, eq=False)
class Friction(Result):
    """What slow motion of controls costs: the excess power is sum_ij zeta_ij d lambda_i/dt d lambda_j/dt.

    Args:
        controls: their names (n,).
        values: of the controls (..., n).
        tensor: zeta_ij (..., n, n) [energy time/control^2], i the force and j the control that moves.
        fluctuation: Lambda_ij (..., n, n) [energy^2 time/control^2], symmetric: the variance of the work grows by
            sum_ij Lambda_ij d lambda_i/dt d lambda_j/dt per time.
        temperature: T (...) of the Gibbs states that are followed [energy]; None where they are others.
        entropy_metric: the same of the entropy that is produced (..., n, n) [nats time/control^2], which also holds
            where a control moves the temperature; None where the steady state is no Gibbs state.
        error: estimate of how far elements of the tensor may be off (..., n, n).
        swept: the numbers that vary over the points (...), with their units.
        units: what each control measures, in words (n,): "energy", "temperature".
        isothermal: whether states are Gibbs states of a temperature that no control moves.
    """

    controls: tuple[str, ...]
    values: FloatArray
    tensor: FloatArray
    fluctuation: FloatArray
    temperature: FloatArray | None
    entropy_metric: FloatArray | None
    error: FloatArray
    swept: Mapping[str, Known] = field(default_factory=dict, repr=False)
    units: tuple[str, ...] = ()
    isothermal: bool = True

    @property
    def metric(self) -> FloatArray:
        """The symmetric part of zeta (..., n, n): all that the excess work sees."""
        return np.asarray(0.5 * (self.tensor + self.tensor.swapaxes(-1, -2)))

    @property
    def coherent(self) -> FloatArray | None:
        """Lambda/2T - zeta (..., n, n), what breaks the fluctuation-dissipation relation.

        None without one temperature, or where a control moves it. It is positive, and 0 where the Hamiltonian commutes
        with all its changes.
        """
        if self.temperature is None or not self.isothermal:
            return None
        return np.asarray(self.fluctuation / (2.0 * self.temperature[..., None, None]) - self.metric)


def friction(
    family: Family | Callable[..., Model], at: Mapping[str, Any], controls: Sequence[str] | None = None
) -> Friction:
    """The friction tensor of controls that move slowly, zeta_ij = tr(dH/d lambda_i L^D d rho/d lambda_j).

    A state lags behind the steady state rho by L^D d rho/dt, and the work of the drive exceeds that of an infinitely
    slow one by the sum of zeta_ij d lambda_i/dt d lambda_j/dt over time. One Drazin solve a control.

    Args:
        family: the family, or a function that makes a model of numbers.
        at: its numbers by name, arrays (...) where they vary.
        controls: names of the numbers that a drive moves, n of them; all of `at` if None.

    Returns:
        The tensor, its metric, and the same of the fluctuations of the work.

    Raises:
        DegenerateSteadyStateError: if there is no single steady state to follow, or coherences never decay.
        NotConvergedError: if a solve leaves no digits.
        ValueError: if a number is not valid, or a control is at the end of its range.
        TypeError: if `at` is no mapping, or a control is no real number.

    Reference:
        sivak2012, scandi2019, miller2019.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> tk.friction(qubit, {"gap": 1.0}).tensor.round(5)
        array([[9.08577]])
    """
    made, values, lead = controls_of(family, at, controls)
    changes = Changes.at(made, values)
    for assumption in changes.assumptions:
        assumption.warn(np.shape(assumption.ratio))
    local = LocalFriction(changes)
    warmth = local.changes.temperature

    def shaped(array: FloatArray) -> FloatArray:
        return np.asarray(array.reshape((*lead, *array.shape[1:])))

    entropy = local.entropy_metric
    return Friction(
        controls=made.names,
        values=shaped(values),
        tensor=shaped(local.tensor),
        fluctuation=shaped(local.fluctuation),
        temperature=None if warmth is None else shaped(warmth),
        entropy_metric=None if entropy is None else shaped(entropy),
        error=shaped(local.error),
        swept=_swept(made, at, lead),
        units=made.units,
        isothermal=local.changes.isothermal,
    )


def _swept(controls: Controls, at: Mapping[str, Any], lead: tuple[int, ...]) -> dict[str, Known]:
    """The numbers that vary, each with the axes that it was given with."""
    names = [name for name in at if name in controls.names or name in controls.swept] if lead else []
    every = {name: np.asarray(at[name], dtype=np.float64) for name in names if np.ndim(at[name])}
    return {name: Known(row, controls.family.parameters[name].unit) for name, row in every.items()}
