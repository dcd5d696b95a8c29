"""Waiting times between jumps in the steady state: distribution, moments, correlations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._result import ArrayResult
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.counting import Counting
from thermokin.counting.lost_digits import marked, marked_beside
from thermokin.counting.monitored_channels import ChannelChoice, monitored_channels
from thermokin.counting.no_jump_generator import NoJumpGenerator
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.model.model import Model, require_model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import SteadyState
from thermokin.motion.time_grid import checked_times
from thermokin.solvers.method import Method

__all__ = ["WaitingTimes", "waiting_times"]

T = TypeVar("T")

POWERS = 6  # moments of the waiting time after which the states are compared
RENEWAL = 1e-9  # difference of those states, relative to their length, up to which they are the same


@dataclass(frozen=True, eq=False)
class WaitingTimes(ArrayResult):
    """The time t from a jump of `first` to a jump of `then` with no monitored jump in between.

    NumPy takes it for an array of the density w(t).

    Args:
        steady_state: in which the jumps are seen.
        first: (k,) which channels start the clock.
        then: (k,) which channels stop it.
        monitored: (k,) which channels are seen at all.
        times: (t,) [time].
        motion: between monitored jumps.
        start: the state after a jump of `first` (..., n), of trace one, in the block's coordinates.
        rate: jumps of `first` per time (...).

    Example:
        >>> import thermokin as tk
        >>> turns = tk.rates([[0.0, 1.0], [1.0, 0.0]])
        >>> found = tk.waiting_times(turns, 0, 0, [0.0, 1.0])
        >>> found.moments(order=3).round(8)  # of t e^-t: (n + 1)!
        array([ 2.,  6., 24.])
    """

    steady_state: SteadyState
    first: BoolArray
    then: BoolArray
    monitored: BoolArray
    times: FloatArray
    motion: NoJumpGenerator
    start: FloatArray
    rate: FloatArray

    @cached_property
    def _path(self) -> FloatArray:
        return self._swift(lambda: self.motion.along(self.start, self.times))

    @cached_property
    def _spent(self) -> list[FloatArray]:
        """(-L_0)^-n on the start, n = 0 .. POWERS."""
        return self._swift(lambda: self.motion.spent(self.start, POWERS, self.lost))

    @cached_property
    def _row(self) -> FloatArray:
        """The row vector whose product with a state is the rate of `then` (..., n)."""
        return np.asarray(self.motion.resolvent.block.rate_row(self.then.astype(np.float64)).real)

    def _swift(self, task: Callable[[], T]) -> T:
        with few_threads(self.steady_state.model.dimension):
            return task()

    @property
    def values(self) -> FloatArray:
        """The density w(t) = tr[J_then exp(L_0 t) rho_first] (..., t) [1/time]; its integral is `probability`."""
        return np.asarray(np.einsum("...n,...tn->...t", self._row, self._path))

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) no clock starts that doubles could hold; there all is NaN."""
        return np.isnan(self.rate)

    @property
    def survival(self) -> FloatArray:
        """The probability that no monitored jump has come until t (..., t)."""
        return np.asarray(self._path @ self.motion.resolvent.block.trace)

    @property
    def probability(self) -> FloatArray:
        """The probability that the next monitored jump is one of `then` (...)."""
        return np.asarray((self._row * self._spent[1]).sum(axis=-1))

    @property
    def defect(self) -> FloatArray:
        """|1 - the probabilities of all next jumps| (...): what the linear solve lost."""
        return self.motion.missed(self._spent[1])

    def moments(self, *, order: int = 2) -> FloatArray:
        """<t^n> for n = 1 .. order, given that `then` comes next: n! tr[J_then (-L_0)^-(n+1) rho_first] / probability.

        Args:
            order: the largest, >= 1.

        Returns:
            (..., order) [time^n].

        Raises:
            ValueError: if the order is below 1, `then` never comes next, or a moment is beyond double precision.
            NotConvergedError: if part of the state never sees a monitored jump, or so late that digits are lost.
        """
        if isinstance(order, bool) or not isinstance(order, int | np.integer) or order < 1:
            raise ValueError(f"`order` must be a whole number >= 1, got {order!r}.")
        cause, told = "a jump of `then` never comes next after one of `first`", np.isnan(self.probability)
        share = np.where(self.probability > 0.0, self.probability, np.nan)
        refusal = ValueError(f"{cause}, so that there is no time to it.")
        share = marked_beside(share[..., None], told, refusal, cause)[..., 0]
        states = list(self._spent)
        while len(states) < order + 2:
            states.append(self.motion.time_spent(states[-1]))
        with np.errstate(over="ignore", invalid="ignore"):
            sums = [(self._row * state).sum(axis=-1) for state in states[2 : order + 2]]
            found = [factorial(power) * one / share for power, one in enumerate(sums, start=1)]
        cause = f"a moment of the waiting time, of order {order} or below, is beyond double precision"
        refusal = ValueError(f"{cause}; measure time in larger units, or ask for a lower `order`.")
        return marked_beside(np.stack(np.broadcast_arrays(*found), axis=-1), np.isnan(share), refusal, cause)

    @property
    def mean(self) -> FloatArray:
        """<t> (...) [time], given that `then` comes next."""
        return np.asarray(self.moments(order=1)[..., 0])

    @property
    def variance(self) -> FloatArray:
        """<t^2> - <t>^2 (...) [time^2], given that `then` comes next."""
        moments = self.moments(order=2)
        return np.asarray(moments[..., 1] - moments[..., 0] ** 2)

    @property
    def relative_variance(self) -> FloatArray:
        """Variance over mean squared (...). Of a renewal process it is the Fano factor of the number of jumps."""
        return np.asarray(self.variance / self.mean**2)

    def joint(self, second_times: ArrayLike) -> FloatArray:
        """The joint density of t and of the time after it to the next monitored jump of any kind.

        w(t, u) = tr[J_M exp(L_0 u) J_then exp(L_0 t) rho_first].

        Args:
            second_times: u (u,), ascending [time].

        Returns:
            (..., t, u) [1/time^2].

        Raises:
            ValueError: if the times are not valid.
        """
        later = _grid(second_times, "second_times")
        block = self.motion.resolvent.block
        seen = np.asarray(block.rate_row(self.monitored.astype(np.float64)).real)

        def solve() -> FloatArray:
            between = np.moveaxis(self._landed(self._path), -2, 0)
            return np.moveaxis(np.einsum("...n,t...un->t...u", seen, self.motion.along(between, later)), 0, -2)

        return self._swift(solve)

    def _landed(self, states: FloatArray) -> FloatArray:
        """J_then on states (..., m, n)."""
        gain = self.motion.resolvent.gain(self.then.astype(np.float64))
        return np.asarray((gain @ states.swapaxes(-1, -2)).swapaxes(-1, -2).real)

    @cached_property
    def correlation(self) -> FloatArray:
        """Pearson's correlation of t and of the time after it to the next monitored jump (...).

        Given that `then` ends the first; 0 for a renewal process.
        """
        trace, share = self.motion.resolvent.block.trace, self.probability

        def solve() -> FloatArray:
            landed = self._landed(np.stack([self._spent[1], self._spent[2]], axis=-2))
            after, timed = landed[..., 0, :], landed[..., 1, :]
            once = self.motion.time_spent(after)
            twice = self.motion.time_spent(once)
            mean = once @ trace / share
            spread = 2.0 * (twice @ trace) / share - mean**2
            crossed = self.motion.time_spent(timed) @ trace / share - self.mean * mean
            return np.asarray(crossed / np.sqrt(self.variance * spread))

        return self._swift(solve)

    @cached_property
    def renewal_defect(self) -> FloatArray:
        """How much the state after a jump of `then` depends on when it came (...): 0 for a renewal process.

        The states J_then (-L_0)^-n rho_first, n = 1 .. 6, weigh the jumps by powers of the waiting time; the largest
        distance between them, over their length.
        """
        landed = self._landed(np.stack(self._spent[1:], axis=-2))
        states = landed / (landed @ self.motion.resolvent.block.trace)[..., None]
        length = np.linalg.norm(states[..., :1, :], axis=-1)
        distance = np.linalg.norm(states - states[..., :1, :], axis=-1)
        return np.asarray((distance / length).max(axis=-1))

    @property
    def is_renewal(self) -> BoolArray:
        """Whether successive waiting times are independent (...): the renewal defect is below 1e-9."""
        return np.asarray(self.renewal_defect <= RENEWAL)


def waiting_times(
    model: Model,
    first: ChannelChoice,
    then: ChannelChoice,
    times: ArrayLike,
    *,
    monitored: ChannelChoice | None = None,
    initial: Initial | None = None,
    method: Method | None = None,
) -> WaitingTimes:
    """The distribution of the time from a jump of some channels to the next of others, in the steady state.

    w(t) = tr[J_then exp(L_0 t) J_first rho] / tr[J_first rho], with L_0 = L - J_M and M the channels that are
    monitored. Without `monitored` these are `first` and `then`: no jump of either lies in between. With `monitored` the
    same as `then`, jumps of `first` may lie in between: w is then the time to the next jump of `then`.

    Args:
        model: the model.
        first: channels whose jump starts the clock: a position or several, the name of a bath for all of its channels,
            or a current for all that it gives a weight other than zero.
        then: channels whose jump stops it, in the same way.
        times: (t,), ascending, >= 0 [time].
        monitored: channels that are seen, in the same way; they include `then`.
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.

    Returns:
        An array of shape (..., t), with survival, moments, correlations and the test for renewal.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if an iteration stalls.
        ValueError: if there is no such channel, no jump of `first` in the steady state, a sector is too large, or an
            argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        One exponential of the block for each distinct step of the times, one solve for each moment.

    Reference:
        brandes2008, landi2024.

    Example:
        >>> import thermokin as tk
        >>> turns = tk.rates([[0.0, 1.0], [1.0, 0.0]])
        >>> found = tk.waiting_times(turns, 0, 0, [0.0, 1.0, 2.0])
        >>> found.values.round(6)  # t e^-t: two jumps of rate 1 on end
        array([0.      , 0.367879, 0.270671])
        >>> round(float(found.mean), 8), round(float(found.relative_variance), 8)
        (2.0, 0.5)
    """
    require_model(model)
    starts, stops = monitored_channels(model, first, "first"), monitored_channels(model, then, "then")
    seen = starts | stops if monitored is None else monitored_channels(model, monitored, "monitored")
    if (stops & ~seen).any():
        raise ValueError("`monitored` must include all channels of `then`.")
    grid = _grid(times, "times")
    counting = Counting(model, method=method, initial=initial)
    resolvent = counting.resolvent
    if type(resolvent.block) is SectorGenerator:
        raise ValueError(f"a sector of {resolvent.block.size} elements is too large for waiting times.")
    gained = (resolvent.gain(starts.astype(np.float64)) @ resolvent.stationary[..., None])[..., 0].real
    rate = np.asarray(gained @ resolvent.block.trace)
    cause = "no channel of `first` jumps in the steady state"
    refusal = ValueError(f"{cause}, so that no clock starts.")
    # Written so that a number that is none starts no clock.
    rate = marked(rate[..., None], ~(rate > 0.0)[..., None], refusal, cause)[..., 0]
    motion = NoJumpGenerator(resolvent, seen)
    return WaitingTimes(counting.steady_state, starts, stops, seen, grid, motion, gained / rate[..., None], rate)


def _grid(times: ArrayLike, name: str) -> FloatArray:
    grid = checked_times(np.atleast_1d(times) if np.ndim(times) == 0 else times)
    if grid.ndim > 1:
        raise ValueError(f"`{name}` must have shape (t,), got {grid.shape}.")
    return grid
