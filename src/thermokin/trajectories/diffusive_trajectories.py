"""Diffusive records of many runs, and the states that they tell of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.model import Model
from thermokin.motion.initial import InitialState
from thermokin.motion.observable import hermitian_in_frame
from thermokin.trajectories.instrument import Detection, Instrument, instrument

__all__ = ["DiffusiveProcess", "DiffusiveTrajectories", "diffusive_process"]

WHOLE = 1e-6  # how far from a whole number of steps a time may be, in steps
COARSE = 0.5  # largest number of quanta that the watched channel may emit in a step


@dataclass(frozen=True, eq=False)
class DiffusiveTrajectories(Result):
    """Records of a homodyne or heterodyne detector, and the states conditioned on them.

    Args:
        model: the model.
        times: the times asked for (t,) [time].
        detection: how the channel was watched.
        increments: dY of every step (n, m, q), q the number of quadratures [sqrt(time)].
        coordinates: of the conditioned states (n, t, d^2).
        instrument: what made a step.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> lamp = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(0.5 * tk.operators.pauli().minus, None)])
        >>> watch = tk.Homodyne(channel=0, step=0.05)
        >>> runs = tk.unravel(lamp, tk.Ket([0.0, 1.0]), [0.0, 4.0], trajectories=400, detection=watch)
        >>> excited = runs.expectation(np.diag([0.0, 1.0]))
        >>> excited.shape, bool(abs(excited[:, -1].mean() - math.exp(-1.0)) < 0.1)
        ((400, 2), True)
    """

    model: Model
    times: FloatArray
    detection: Detection
    increments: FloatArray
    coordinates: FloatArray
    instrument: Instrument

    def __len__(self) -> int:
        """Number n of runs."""
        return int(self.increments.shape[0])

    @property
    def steps(self) -> FloatArray:
        """The middle of every step of the record (m,) [time]."""
        return np.asarray(self.detection.step * (np.arange(self.increments.shape[1]) + 0.5), dtype=np.float64)

    @property
    def photocurrent(self) -> FloatArray:
        """What the detector shows in every step, dY / dt (n, m, q) [1/sqrt(time)]; its noise grows as steps shrink."""
        return self.increments / self.detection.step

    @property
    def states(self) -> ComplexArray:
        """States conditioned on the records (n, t, d, d) in the user's basis. Cost: n t d^2 numbers."""
        return self.model.from_frame(self.instrument.matrices(self.coordinates))

    @cached_property
    def mean_states(self) -> ComplexArray:
        """Mean over runs of the conditioned states (t, d, d) in the user's basis; `evolve` gives its limit."""
        return self.model.from_frame(self.instrument.matrices(self.coordinates.mean(axis=0)))

    def expectation(self, operator: OperatorLike) -> FloatArray:
        """Mean of an operator in the state of each run.

        Args:
            operator: A (d, d) in the user's basis, Hermitian.

        Returns:
            tr(A rho) (n, t).

        Raises:
            ValueError: if the operator has another shape or is not Hermitian.
        """
        return np.asarray(self.coordinates @ self.instrument.coordinates(hermitian_in_frame(self.model, operator)))


@dataclass(frozen=True, eq=False)
class DiffusiveProcess:
    """Samples records step by step.

    Args:
        instrument: one step.
        start: coordinates of the initial state (d^2,).
        places: (t,) after how many steps states are kept.
    """

    instrument: Instrument
    start: FloatArray
    places: tuple[int, ...]

    block_size: ClassVar[int] = 2048

    def block(self, count: int, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Some runs.

        Args:
            count: how many.
            random: source of randomness.

        Returns:
            Readings (count, m, q), and states kept (count, t, d^2).
        """
        steps, now = self.places[-1], np.tile(self.start, (count, 1))
        readings = np.empty((count, steps, len(self.instrument.updates)))
        kept = np.empty((count, len(self.places), self.start.size))
        for number in range(steps + 1):
            for place, asked in enumerate(self.places):
                if asked == number:
                    kept[:, place] = now
            if number < steps:
                now, readings[:, number] = self.instrument.step_of(now, random)
        return readings, kept


def diffusive_process(
    liouvillian: Liouvillian, state: InitialState, times: FloatArray, detection: Detection
) -> DiffusiveProcess:
    """The process of a model that is watched diffusively.

    Args:
        liouvillian: of a model without leading axes.
        state: initial state without leading axes.
        times: (t,) [time].
        detection: how it is watched.

    Returns:
        The process.

    Raises:
        ValueError: if the detection does not fit the model or the times.
        TypeError: if its channel is not a whole number.
    """
    _check(liouvillian, detection)
    places = np.rint(times / detection.step)
    if (np.abs(times / detection.step - places) > WHOLE * np.maximum(places, 1.0)).any():
        raise ValueError(f"`times` must be whole multiples of the detection's `step`, {detection.step:g}.")
    made = instrument(liouvillian, detection)
    matrix = np.diag(state.populations).astype(np.complex128) if state.matrix is None else state.matrix
    return DiffusiveProcess(made, made.coordinates(matrix), tuple(int(place) for place in places))


def _check(liouvillian: Liouvillian, detection: Detection) -> None:
    size = liouvillian.table.size
    if isinstance(detection.channel, bool) or not isinstance(detection.channel, int | np.integer):
        raise TypeError(f"`channel` of a detection must be a position in `model.channels`, got {detection.channel!r}.")
    if not 0 <= detection.channel < size:
        raise ValueError(f"`channel` of a detection must be from 0 to {size - 1}, got {detection.channel}.")
    if not 0.0 < detection.efficiency <= 1.0:
        raise ValueError(f"`efficiency` of a detection must be in (0, 1], got {detection.efficiency!r}.")
    if not np.isfinite(detection.phase):
        raise ValueError(f"`phase` of a detection must be finite, got {detection.phase!r}.")
    largest = float(np.linalg.norm(liouvillian.table.jump(detection.channel), 2)) ** 2
    if not 0.0 < detection.step < np.inf or detection.step * largest > COARSE:
        raise ValueError(
            f"`step` of a detection must be above 0 and so short that the watched channel emits at most {COARSE:g} "
            f"quanta in it, at a rate of up to {largest:g}; got {detection.step!r}."
        )
