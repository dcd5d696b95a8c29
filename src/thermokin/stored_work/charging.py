"""How a battery is charged: stored energy and ergotropy over time, power, fluctuations, and what bounds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.cycles.driven_evolution import DrivenEvolution
from thermokin.model.parameter import Known
from thermokin.motion.evolution import Evolution
from thermokin.operators.as_numbers import as_whole, common_axes, shown
from thermokin.operators.as_operators import as_hermitian
from thermokin.parts.given_state import GivenState, dims_given, given_state
from thermokin.stored_work.charging_limits import ChargingLimits, battery_states
from thermokin.stored_work.ergotropy import Ergotropy, of_given

__all__ = ["Charging", "charging"]


@dataclass(frozen=True, eq=False)
class Charging(ChargingLimits, Result):
    """A battery over time, with leading axes of a sweep.

    Args:
        evolution: of the battery with all that charges it.
        dims: sizes of the parts; one size where the battery is the whole.
        part: which of them the battery is.
        ergotropy: of the battery (..., t) [energy].
        start: ergotropy of the battery at time 0, with an axis of one time.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> flip = np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> run = tk.evolve(tk.Model(0.5 * flip, []), tk.Ket([1, 0]), [0.0, np.pi])  # a pulse of half a turn
        >>> tk.charging(run, np.diag([0.0, 1.0])).work.round(6)
        array([0., 1.])
    """

    evolution: Evolution | DrivenEvolution
    dims: tuple[int, ...]
    part: int
    ergotropy: Ergotropy
    start: Ergotropy

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return np.asarray(self.evolution.times)

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes, by name."""
        return self.ergotropy.parameters

    @property
    def energy(self) -> FloatArray:
        """Energy stored since time 0 (..., t) [energy]."""
        return np.asarray(self.ergotropy.energy - self.start.energy)

    @property
    def work(self) -> FloatArray:
        """Ergotropy gained since time 0 (..., t) [energy]."""
        return np.asarray(self.ergotropy.total - self.start.total)

    @property
    def average_power(self) -> FloatArray:
        """Energy stored over the time it took (..., t) [energy/time]; NaN at time 0."""
        return self._per_time(self.energy)

    @property
    def average_work_power(self) -> FloatArray:
        """Ergotropy gained over the time it took (..., t) [energy/time]; NaN at time 0."""
        return self._per_time(self.work)

    @property
    def largest_power(self) -> FloatArray:
        """Largest average power at any of the times (...) [energy/time]; NaN where none is after 0."""
        power = self._power_to_compare
        best = power.max(axis=-1)
        return np.where(np.isneginf(best), np.nan, best)

    @property
    def time_of_largest_power(self) -> FloatArray:
        """When the average power is largest (...) [time], among the times given; the first where none is after 0."""
        best = np.argmax(self._power_to_compare, axis=-1)
        times = np.broadcast_to(self.times, self.energy.shape)
        return np.asarray(np.take_along_axis(times, best[..., None], axis=-1)[..., 0])

    def advantage(self, alone: Charging, copies: int) -> FloatArray:
        """Largest average power over that of as many batteries charged one by one.

        Args:
            alone: one of them.
            copies: how many this battery holds.

        Returns:
            (...), above 1 where charging together is faster.

        Raises:
            TypeError: if `alone` is not a `Charging`.
            ValueError: if `copies` is not a whole number of at least 1.

        Reference:
            ferraro2018.
        """
        if not isinstance(alone, Charging):
            raise TypeError(f"`alone` must be what `charging` returns, got {shown(alone)}.")
        return np.asarray(self.largest_power / (as_whole(copies, "copies", 1) * alone.largest_power))

    @property
    def _power_to_compare(self) -> FloatArray:
        """Average power (..., t), without the time at which there is none."""
        return np.where(np.isnan(self.average_power), -np.inf, self.average_power)

    def _per_time(self, amount: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(self.times > 0.0, amount / self.times, np.nan))


def charging(
    evolution: Evolution | DrivenEvolution,
    battery: OperatorLike,
    dims: Sequence[int] | None = None,
    part: int | None = None,
) -> Charging:
    """How a battery is charged along an evolution, by a cavity, a drive, baths or other parts.

    Args:
        evolution: what `evolve` returns, of the battery with all that charges it.
        battery: its Hamiltonian, (..., b, b) of one part, (..., d, d) where the whole is the battery [energy].
        dims: sizes of the parts, where the battery is one of them.
        part: which of them.

    Returns:
        Energy, ergotropy, powers, fluctuations and bounds (..., t).

    Raises:
        ArgumentError: if sizes do not make the dimension, the part is none of them, the Hamiltonian has another size,
            or a driven run does not begin at time 0.
        ValueError: if the Hamiltonian is not Hermitian, or leading axes do not broadcast.
        TypeError: if `evolution` is not one.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> flip, level = [[0.0, 1.0], [1.0, 0.0]], np.diag([0.0, 1.0])
        >>> driven = tk.evolve(tk.Model(0.1 * np.array(flip), []), tk.Ket([1, 0]), np.linspace(0.0, 20.0, 201))
        >>> found = tk.charging(driven, level)
        >>> round(float(found.largest_power), 6), round(float(found.time_of_largest_power), 1)
        (0.07246, 11.7)
    """
    if not isinstance(evolution, Evolution | DrivenEvolution):
        raise TypeError(f"`evolution` must be what `evolve` returns, got {shown(evolution)}.")
    given = given_state(evolution)
    sizes, place = _parts(given, dims, part)
    hamiltonian = as_hermitian(battery, "battery")
    if hamiltonian.shape[-1] != sizes[place]:
        raise ArgumentError(
            f"`battery` must have shape (..., {sizes[place]}, {sizes[place]}), as the part that it is, got "
            f"{hamiltonian.shape}.",
            "battery",
        )
    beside = given.over_time(hamiltonian)
    common_axes({"evolution": given.states.shape[:-2], "battery": beside.shape[:-2]})
    first = evolution.at([0.0]).states if isinstance(evolution, Evolution) else _first(evolution)
    kinds = ((given.states, given.times), (first, np.zeros(1)))
    parts = [(battery_states(states, place, sizes), times) for states, times in kinds]
    found = [
        of_given(GivenState(states, times, None, None, given.parameters, given.rounding), beside)
        for states, times in parts
    ]
    return Charging(evolution, sizes, place, found[0], found[1])


def _parts(given: GivenState, dims: Sequence[int] | None, part: int | None) -> tuple[tuple[int, ...], int]:
    if dims is None and part is None:
        return (given.states.shape[-1],), 0
    sizes = dims_given(given, dims)
    if part is None or isinstance(part, bool) or part not in range(len(sizes)):
        raise ArgumentError(f"`part` must say which part is the battery, 0 to {len(sizes) - 1}, got {part!r}.", "part")
    return sizes, int(part)


def _first(evolution: DrivenEvolution) -> ComplexArray:
    if evolution.times[0] > 0.0:
        raise ArgumentError(
            "`evolution` of a driven run must have 0 as its first time: what is stored is counted from there.",
            "evolution",
        )
    return np.asarray(evolution.states[..., :1, :, :])
