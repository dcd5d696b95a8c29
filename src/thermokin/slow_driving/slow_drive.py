"""A slow drive along a path: its length, and what it costs to first and next order in one over the duration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.cycles.leg import Leg
from thermokin.linear_response.family_parameters import family_of
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.assumption import Assumption
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.operators.as_numbers import as_real
from thermokin.slow_driving.changes import Changes
from thermokin.slow_driving.controls import Controls, controls_of
from thermokin.slow_driving.friction import LocalFriction
from thermokin.slow_driving.path import Grid, Path, coefficients, path_of

__all__ = ["SlowDrive", "along", "slow_drive"]

FIRST, MOST = 16, 512  # panels of a path
RESOLVED, ENOUGH = 1e-11, 1e-7  # of the largest: the last coefficients of resolved densities, and of tolerable ones
NEGATIVE = 1e-9  # of the largest density: below zero by rounding


@dataclass(frozen=True, eq=False)
class SlowDrive(Result):
    """What a slow drive along a path costs, for any duration tau: expansions in 1/tau.

    Args:
        path: the controls as functions of s = t/tau.
        controls: the family with its controls.
        grid: where it was looked at.
        error: how far sums over the path are resolved, relative to their largest term.
        local: the friction there.

    Example:
        >>> import thermokin as tk
        >>> ramp = tk.slow_drive(tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0}), {"gap": (1.0, 2.0)})
        >>> bool(ramp.length**2 <= ramp.action)  # Cauchy and Schwarz: an even pace would do better
        True
    """

    path: Path
    controls: Controls
    grid: Grid
    error: float
    local: LocalFriction = field(repr=False)

    @property
    def places(self) -> FloatArray:
        """Places s (k,) between 0 and 1 at which it was looked at."""
        return self.grid.places

    @property
    def values(self) -> FloatArray:
        """The controls along the path (k, n)."""
        return self.local.changes.values

    @property
    def validity(self) -> tuple[Assumption, ...]:
        """What the models along the path assume; `slow_drive` warns where that is in doubt."""
        return self.local.changes.assumptions

    @cached_property
    def speed(self) -> FloatArray:
        """The change of the controls with s (k, n)."""
        return self.grid.derivative(self.values)

    @cached_property
    def density(self) -> FloatArray:
        """Excess power over speed squared along the path, the friction of lambda(s) (k,) [energy time]."""
        return _squared(self.local.metric, self.speed)

    @property
    def action(self) -> float:
        """Tau W_excess for tau -> infinity, the integral of the density over s [energy time]; >= length^2."""
        return self.grid.integral(self.density)

    @property
    def length(self) -> float:
        """The thermodynamic length [(energy time)^(1/2)], whatever the pace along the path.

        Raises:
            ArgumentError: if the friction is negative somewhere, as it may be with several temperatures.
        """
        lowest, largest = float(self.density.min()), float(np.abs(self.density).max())
        if lowest < -NEGATIVE * largest:
            raise ArgumentError(
                f"`schedule` has negative friction at s = {self.places[np.argmin(self.density)]:.3g}: baths of "
                "several temperatures, or one whose temperature is moved, do work of their own, and there is no "
                "length; see `action`, or `entropy_action` of one bath.",
                "schedule",
            )
        return self.grid.integral(np.sqrt(np.maximum(self.density, 0.0)))

    @cached_property
    def entropy_action(self) -> float | None:
        """Tau times the entropy produced, for tau -> infinity [nats time]; None where states are no Gibbs states."""
        metric = self.local.entropy_metric
        return None if metric is None else self.grid.integral(_squared(metric, self.speed))

    @cached_property
    def noise(self) -> float:
        """Tau times the variance of the work, for tau -> infinity [energy^2 time]."""
        return self.grid.integral(_squared(self.local.fluctuation, self.speed))

    @cached_property
    def coherent(self) -> float | None:
        """Tau (Var W/2T - W_excess) for tau -> infinity [energy time], >= 0.

        None without one temperature, or where the drive moves it. What breaks the fluctuation-dissipation relation: 0
        where the Hamiltonian commutes with its changes.
        """
        changes = self.local.changes
        if changes.temperature is None or not changes.isothermal:
            return None
        broken = self.local.fluctuation / (2.0 * changes.temperature[:, None, None]) - self.local.metric
        return self.grid.integral(_squared(broken, self.speed))

    @cached_property
    def next_order(self) -> float:
        """tau^2 W_excess - tau `action` for tau -> infinity [energy time^2], of a start in the steady state."""
        slope, speed = self.local.changes.of_hamiltonian, self.speed
        force = np.einsum("kj,kjab->kab", speed, slope)
        lag = np.einsum("kj,kjab->kab", speed, self.local.lag)
        later = self.local.behind(np.stack([self._derived(lag), lag], axis=1))
        along_path, at_start = (np.einsum("kab,kba->k", force, later[:, place]).real for place in (0, 1))
        return self.grid.integral(along_path) + float(at_start[0])

    @cached_property
    def reversible_work(self) -> float:
        """The work of the infinitely slow drive, the difference of free energies of Gibbs states [energy]."""
        power = np.einsum("kjab,kba->kj", self.local.changes.of_hamiltonian, self.local.changes.state).real
        return self.grid.integral((power * self.speed).sum(axis=-1))

    @cached_property
    def activity(self) -> float:
        """Mean rate of jumps along the path [1/time], of the infinitely slow drive."""
        rates = []
        for one in self.local.changes.states:
            decay = Liouvillian(one.model).decay.dense
            rates.append(np.atleast_1d(np.einsum("...ab,...ba->...", decay, one.matrix).real))
        return self.grid.integral(np.concatenate(rates))

    @cached_property
    def moved_probability(self) -> float:
        """Half the sum of |differences| of the ordered eigenvalues of the states at the two ends."""
        first, last = np.linalg.eigvalsh(self.local.changes.state[[0, -1]])
        return float(0.5 * np.abs(first - last).sum())

    def excess_work(self, duration: ArrayLike) -> FloatArray:
        """Work beyond the reversible, action/tau + next_order/tau^2.

        Args:
            duration: tau (...) [time].

        Returns:
            (...) [energy], up to terms of order 1/tau^3.
        """
        tau = _durations(duration)
        return np.asarray(self.action / tau + self.next_order / tau**2)

    def work_variance(self, duration: ArrayLike) -> FloatArray:
        """Variance of the work, noise/tau.

        Args:
            duration: tau (...) [time].

        Returns:
            (...) [energy^2], up to terms of order 1/tau^2.
        """
        return np.asarray(self.noise / _durations(duration))

    def least_entropy(self, duration: ArrayLike) -> FloatArray:
        """The finite-time Landauer limit of the entropy produced, 2 P artanh(P/(A tau)).

        P is the probability that must move and A the activity; `bounds` calls it "finite-time Landauer".

        Args:
            duration: tau (...) [time].

        Returns:
            (...) [nats]; inf where the drive is too fast for as few jumps.

        Reference:
            vanvu2022landauer.
        """
        moved = self.moved_probability
        share = moved / (self.activity * _durations(duration))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(share < 1.0, 2.0 * moved * np.arctanh(np.minimum(share, 1.0)), np.inf)

    def leg(self, duration: float, *, name: str = "") -> Leg:
        """The drive that takes a time, for protocols.

        Args:
            duration: tau [time], > 0.
            name: of the leg.

        Returns:
            The leg.
        """
        tau = float(_durations(duration))
        names, fixed, family = self.path.names, self.controls.fixed, self.controls.family

        def model(time: Any) -> Model:
            now = self.path.values(np.asarray(time, dtype=np.float64) / tau)
            rows = now.T if np.ndim(time) else now[0].tolist()
            return family.at({**fixed, **dict(zip(names, rows, strict=True))})

        return Leg(tau, model, name=name)

    def _derived(self, matrices: Any) -> Any:
        return self.grid.derivative(matrices.real) + 1j * self.grid.derivative(matrices.imag)


def slow_drive(family: Family | Callable[..., Model], schedule: Mapping[str, Any]) -> SlowDrive:
    """What a slow drive along a path costs: length, excess work, its fluctuations, and their coherent part.

    Args:
        family: the family, or a function that makes a model of the controls; other numbers are settled in it.
        schedule: for each control a smooth function of s = t/tau between 0 and 1, or its two ends, between which it
            goes straight.

    Returns:
        The drive, whose entries are made on first use; `leg` makes a leg of it.

    Raises:
        NotConvergedError: if the path, or the friction along it, is not smooth.
        DegenerateSteadyStateError: if there is no single steady state to follow.
        ValueError: if a control leaves its range, or is none of the family's.
        TypeError: if the schedule is none.

    Cost:
        The friction at some dozens of points, all at once.

    Reference:
        salamon1983, sivak2012, scandi2019.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> ramp = tk.slow_drive(qubit, {"gap": (1.0, 2.0)})
        >>> run = tk.evolve(ramp.leg(4000.0), tk.Gibbs(1.0), [4000.0])
        >>> round(float(run.power_of_drive[0] - ramp.reversible_work), 5), round(float(ramp.excess_work(4000.0)), 5)
        (0.00227, 0.00227)
    """
    return along(family, path_of(schedule))


def along(family: Family | Callable[..., Model], path: Path) -> SlowDrive:
    """The drive along a path; see `slow_drive`."""
    first = path.values([0.0])[0]
    controls, _, _ = controls_of(family_of(family), dict(zip(path.names, first.tolist(), strict=True)), path.names)
    count = FIRST
    while True:
        grid = path.grid(count)
        local = LocalFriction(Changes.at(controls, grid.values).remembered())
        found = SlowDrive(path, controls, grid, 0.0, local)
        error = max(_tail(grid.values), _tail(found.density * grid.stretch))
        if error <= RESOLVED or count == MOST:
            break
        count *= 2
    if error > ENOUGH:
        raise NotConvergedError(
            "`schedule`, or the friction along it, is not smooth: a series of 512 terms does not resolve it;",
            error,
            "cut it where it bends, and add the actions of the parts.",
        )
    for assumption in local.changes.assumptions:
        assumption.warn()
    return replace(found, error=error)


def _tail(values: FloatArray) -> float:
    """The last coefficients of a series over the largest value."""
    series = np.abs(coefficients(values)).reshape(len(values), -1)
    largest = np.maximum(np.abs(values).reshape(len(values), -1).max(axis=0), 1e-300)
    return float((series[-max(2, len(values) // 8) :].max(axis=0) / largest).max())


def _squared(metric: FloatArray, speed: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("kij,ki,kj->k", metric, speed, speed))


def _durations(duration: ArrayLike) -> FloatArray:
    tau = as_real(duration, "duration")
    if not (tau > 0.0).all() or not np.isfinite(tau).all():
        raise ArgumentError(f"`duration` must be positive and finite, got {duration!r}.", "duration")
    return np.asarray(tau)
