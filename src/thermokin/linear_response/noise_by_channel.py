"""Who makes the noise: the noise of a current by the jumps that make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import HypothesisError, NotConvergedError
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.counting.cumulants import cumulants_of
from thermokin.counting.lost_digits import marked, points_of
from thermokin.counting.noise_spectrum import spectrum_of
from thermokin.linear_response.channel_labels import bath_labels, channel_labels
from thermokin.linear_response.channel_response import excesses
from thermokin.linear_response.current_excess import CurrentExcess
from thermokin.linear_response.observed import AnswerAtRest, answered
from thermokin.linear_response.relaxation_time import relaxation_time
from thermokin.linear_response.reset_noise import reset_noise
from thermokin.linear_response.sampled_record import sampled_noise
from thermokin.linear_response.sampling import Sampling, sampling
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.current import Current, own
from thermokin.model.jump_table import NO_BATH
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import SteadyState
from thermokin.motion.time_grid import checked_frequencies
from thermokin.solvers.method import Method

__all__ = ["NoiseByChannel", "SpectrumByChannel", "noise_by_channel"]

LEVELS, RESETS, SAMPLES = "jumps between levels", "jumps that reset", "trajectories"


@dataclass(frozen=True, eq=False)
class NoiseByChannel(AnswerAtRest):
    """D_k >= 0, the noise of a current that the jumps of channel k make; NumPy takes it for an array of the values.

    Args:
        steady_state: where the current flows.
        current: J.
        values: D_k (..., k) [amount^2/time]; they add up to the noise.
        error: of each (..., k): from above as a rule, or the standard error of `trajectories`.
        noise: of the current (...) by counting statistics, for comparison [amount^2/time].
        averaged_over: what conditional states are averaged over: "jumps between levels", "jumps that reset" or
            "trajectories".
    """

    current: Current
    values: FloatArray
    error: FloatArray
    noise: FloatArray
    averaged_over: str

    @property
    def labels(self) -> tuple[str, ...]:
        """A name of each channel (k,)."""
        return channel_labels(self.current.model)

    @property
    def baths(self) -> tuple[str, ...]:
        """The names along the last axis of `by_bath`; "no bath" is the last where some jumps have none."""
        return bath_labels(self.current.model)

    @property
    def by_bath(self) -> FloatArray:
        """The noise that the jumps of each bath make (..., b) [amount^2/time]."""
        return self._by_bath(self.values)

    @property
    def by_bath_error(self) -> FloatArray:
        """Of the same (..., b)."""
        return self._by_bath(self.error)

    @property
    def bath_of(self) -> IntArray:
        """Which of `baths` each channel belongs to (k,)."""
        place = self.current.model.table.bath
        return np.asarray(np.where(place == NO_BATH, len(self.current.model.baths), place), dtype=np.intp)

    def _by_bath(self, numbers: FloatArray) -> FloatArray:
        owner = self.bath_of
        return np.stack([numbers[..., owner == bath].sum(axis=-1) for bath in range(len(self.baths))], axis=-1)

    @property
    def shares(self) -> FloatArray:
        """Of all of the noise (..., k); NaN where there is none."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.values / self.values.sum(axis=-1, keepdims=True))

    @property
    def mismatch(self) -> FloatArray:
        """|sum of the parts - noise| over the noise (...); 0 where there is none up to the error."""
        apart, error = np.abs(self.values.sum(axis=-1) - self.noise), self.error.sum(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where((self.noise == 0.0) & (apart <= error), 0.0, apart / self.noise))


@dataclass(frozen=True, eq=False)
class SpectrumByChannel(NoiseByChannel):
    """The same at frequencies: values (..., f, k), and the noise (..., f) beside them.

    Args:
        frequencies: w (f,) [1/time].
    """

    frequencies: FloatArray

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) some value is NaN, since rounding took its digits."""
        return points_of(~np.isfinite(self.values), 2)


def noise_by_channel(
    model: Model,
    current: Current,
    *,
    frequencies: ArrayLike | None = None,
    initial: Initial | None = None,
    method: Method | None = None,
    trajectories: int | None = None,
    seed: int = 1,
) -> NoiseByChannel:
    """Who makes the noise of a current at rest: a part for each channel, all >= 0 and adding up to the noise.

    D = sum_k E[lambda_k |c_k + tr Y (psi_k - psi)|^2], averaged over the stationary states psi that the record of all
    jumps leaves: a jump of channel k, at its rate lambda_k, counts c_k and leads to psi_k, from where more or less is
    expected from then on, told by the adjoint solution Y of the current. Where populations are closed this is the
    fluctuation-response identity D = sum |dJ/d ln rate|^2 / rate over all jumps from level to level. Both hold at every
    frequency, with the noise and the responses at that frequency.

    The average is exact over jumps between levels, and to rounding where every jump resets the system to one of few
    kets. Elsewhere `trajectories` samples it. Other jump operators of the same master equation share it out otherwise.

    Args:
        model: the model.
        current: J, of that model.
        frequencies: w (f,) at which the noise is shared out [1/time]; None for the noise of long times.
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.
        trajectories: how many runs to sample where no exact average is known; None refuses then.
        seed: of the runs, >= 0.

    Returns:
        The parts, which read as an array (..., k), or (..., f, k) with frequencies, by bath, and the error of each.

    Raises:
        HypothesisError: if coherences matter, jumps do not reset, and no trajectories are asked for.
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves fewer than six digits of a part, the method has no matrix, some state
            turns too often between jumps, or runs remember their start.
        ValueError: if the current belongs to another model, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        One factorisation and a few solves; some thousand no-jump evolutions of a ket for each reset ket and point of a
        sweep; or the runs. All but the factorisation for each frequency.

    Reference:
        aslyamov2025.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ring = tk.rates([[0, 1, 2], [3, 0, 1], [1, 2, 0]], weights={"turns": [[0, 0, 0], [1, 0, 0], [0, 0, 0]]})
        >>> turns = tk.current(ring, "turns")
        >>> parts = tk.noise_by_channel(ring, turns)
        >>> bool(np.isclose(parts.sum(), tk.cumulants(ring, turns).noise, rtol=1e-14))
        True
    """
    wish = sampling(trajectories, seed)
    own(current, model)
    grid = None if frequencies is None else checked_frequencies(frequencies)
    every = list(excesses(model, current, grid, initial, method))
    how = partial(
        noise_by_channel,
        frequencies=frequencies,
        initial=initial,
        method=method,
        trajectories=trajectories,
        seed=seed,
    )
    if not every[0].closed and (model.batch_shape or current.weights.ndim > 1):
        return _swept(model, current, how, every[0].steady_state)
    with few_threads(model.dimension):
        counted = _counted(every[0], current, grid)
        parts = [_parts(model, current, one, noise, wish) for one, noise in zip(every, counted, strict=True)]
    state = every[0].steady_state
    (values, error), averaged_over = zip(*(part[:2] for part in parts), strict=True), parts[0][2]
    if grid is None:
        return NoiseByChannel(state, current, values[0], error[0], counted[0][0], averaged_over)
    noise = np.stack([one for one, _ in counted], axis=-1)
    return SpectrumByChannel(
        state, current, np.stack(values, axis=-2), np.stack(error, axis=-2), noise, averaged_over, grid
    )


def _counted(excess: CurrentExcess, current: Current, grid: FloatArray | None) -> list[tuple[FloatArray, FloatArray]]:
    """The noise by counting statistics and its error, at each frequency."""
    if grid is None:
        found = cumulants_of(excess.resolvent, excess.steady_state, current, 2)
        return [(found.noise, found.error[..., 1])]
    spectrum = spectrum_of(excess.resolvent, excess.steady_state, current, grid)
    return [(spectrum.values[..., place], spectrum.error[..., place]) for place in range(grid.size)]


def _parts(
    model: Model,
    current: Current,
    excess: CurrentExcess,
    counted: tuple[FloatArray, FloatArray],
    wish: Sampling | None,
) -> tuple[FloatArray, FloatArray, str]:
    """The parts at one frequency, their errors, and what was averaged over."""
    names = [f"the noise of channel {number}" for number in range(model.table.size)]
    if excess.closed:
        values = answered(excess.noise, excess.noise_error, excess.noise_scale, names, excess.steady_state)
        return values, excess.noise_error, LEVELS
    noise, missed = counted
    if noise == 0.0:  # of parts none of which is negative
        return np.zeros(excess.rates.shape), missed * np.ones(excess.rates.shape), RESETS
    state, worth = excess.state_of(model), excess.matrix_of(model)
    found = reset_noise(Liouvillian(model), state, worth, current.weights, else_sampled=wish is not None)
    if found is None:
        return *_by_runs(model, current, excess, wish), SAMPLES
    error = found.error + np.abs(found.values.sum() - noise) + missed
    return answered(found.values, error, noise + excess.noise_floor, names, excess.steady_state), error, RESETS


def _by_runs(
    model: Model, current: Current, excess: CurrentExcess, wish: Sampling | None
) -> tuple[FloatArray, FloatArray]:
    if wish is None:
        raise HypothesisError(
            "who makes the noise is known exactly where populations are closed or every jump resets the system, and "
            "here some jump does neither. Pass `trajectories=10_000` to sample it, with its standard error."
        )
    state, worth, relaxation = excess.state_of(model), excess.matrix_of(model), relaxation_time(excess.resolvent)
    found = sampled_noise(Liouvillian(model), state, worth, current.weights, relaxation, wish)
    return found.values, np.maximum(np.sqrt(np.diag(found.covariance)), found.apart)


def _swept(
    model: Model, current: Current, ask: Callable[[Model, Current], NoiseByChannel], steady_state: SteadyState
) -> NoiseByChannel:
    """Point by point."""
    batch = np.broadcast_shapes(model.batch_shape, current.weights.shape[:-1])
    known = ~np.broadcast_to(steady_state.lost, batch).ravel()
    parts: dict[int, NoiseByChannel] = {}
    refusal: NotConvergedError | None = None
    for number in np.flatnonzero(known):
        points = ChosenPoints(batch, np.asarray(number))
        point = points.model(model)
        try:
            parts[int(number)] = ask(point, Current(current.name, points.of(current.weights, 1), point))
        except NotConvergedError as missed:
            refusal = missed
    if not parts and refusal is not None:
        raise refusal
    whole = next(iter(parts.values()))

    def joined(name: str) -> FloatArray:
        every = np.full((known.size, *np.shape(getattr(whole, name))), np.nan)
        for number, part in parts.items():
            every[number] = getattr(part, name)
        return every.reshape(*batch, *every.shape[1:])

    values, error, noise = map(joined, ("values", "error", "noise"))
    if refusal is not None:
        axes = values.ndim - len(batch)
        hidden = known.copy()
        hidden[list(parts)] = False
        mask = np.broadcast_to(hidden.reshape(*batch, *[1] * axes), values.shape)
        values = marked(values, mask, refusal, "the noise by channel was not found", axes)
    return replace(whole, steady_state=steady_state, current=current, values=values, error=error, noise=noise)
