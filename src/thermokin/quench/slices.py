"""Some points of a sweep: the same evolution of populations at those points alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.bath import Bath
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.motion.initial import InitialState
from thermokin.motion.long_time_limit import LongTimeLimit
from thermokin.motion.population_motion import PopulationMotion
from thermokin.motion.preparation import Preparation

__all__ = ["at_points", "cut"]


@dataclass(frozen=True)
class _Choice:
    """Points of a sweep.

    Args:
        batch: the leading axes of the sweep.
        points: (m,) numbers in the flattened leading axes, or a stretch of them.
    """

    batch: tuple[int, ...]
    points: IntArray | slice

    def of(self, array: NDArray[Any], own: int, before: int = 0) -> NDArray[Any]:
        """The array at these points; itself where it does not depend on the point.

        Args:
            array: (before..., ..., own...).
            own: how many of its last axes are no leading axes of the sweep.
            before: how many of its first axes are none.

        Returns:
            (before..., m, own...).
        """
        if array.ndim - before <= own:
            return array
        shape = (*array.shape[:before], *self.batch, *array.shape[array.ndim - own :])
        every = np.broadcast_to(array, shape).reshape(*shape[:before], -1, *shape[len(shape) - own :])
        if isinstance(self.points, slice):  # a view
            return every[(*[slice(None)] * before, self.points)]
        return np.take(every, self.points, axis=before)

    def operator(self, operator: FrameOperator) -> FrameOperator:
        """The operator at these points."""
        return FrameOperator(
            self.of(operator.diagonal, 1), None if operator.matrix is None else self.of(operator.matrix, 2)
        )

    def bath(self, bath: Bath) -> Bath:
        """The bath at these points."""
        return Bath(bath.name, self.of(bath.temperature, 0), self.of(bath.chemical_potential, 0), bath.statistics)

    def model(self, model: Model) -> Model:
        """The model at these points."""
        energy = self.operator(model.energy)
        return Model.from_table(
            energy if model.generator is model.energy else self.operator(model.generator),
            energy,
            replace(model.table, amplitude=self.of(model.table.amplitude, 1), energy=self.of(model.table.energy, 1)),
            [self.bath(bath) for bath in model.baths],
            number=None if model.number is None else self.operator(model.number),
            frame=None if model.frame is None else self.of(model.frame, 2),
        )


def at_points(evolution: Evolution, points: IntArray) -> Evolution | None:
    """An evolution of populations at some points of its sweep.

    Args:
        evolution: the evolution.
        points: (m,) numbers in the flattened leading axes.

    Returns:
        The evolution over one leading axis (m,), at its first time alone and to be asked `at` others; None for one that
        holds coherences or has no leading axes.
    """
    return _chosen(evolution, points, slice(1))


def cut(evolution: Evolution, points: slice) -> Evolution | None:
    """A stretch of the sweep of an evolution of populations, at all its times.

    Args:
        evolution: the evolution.
        points: a stretch of the flattened leading axes.

    Returns:
        The evolution over one leading axis (m,), whose arrays are views; None as for `at_points`.
    """
    return _chosen(evolution, points, slice(None))


def _chosen(evolution: Evolution, points: IntArray | slice, times: slice) -> Evolution | None:
    batch, motion = evolution.populations.shape[:-2], evolution.motion
    if motion is None or not evolution.population_only or not batch or not isinstance(motion.rates, np.ndarray):
        return None
    pick, limit, start = _Choice(batch, points), motion.limit, evolution.initial
    end = LongTimeLimit(
        pick.of(limit.stationary, 1, before=1),
        pick.of(limit.absorption, 1, before=1),
        limit.classes,
        pick.of(limit.residual, 0),
        None if limit.several is None else pick.of(limit.several, 0),
    )
    logarithms = None if start.logarithms is None else pick.of(start.logarithms, 1)
    temperature = None if start.temperature is None else pick.of(start.temperature, 0)
    preparation = Preparation(
        Liouvillian(pick.model(evolution.model)),
        InitialState(pick.of(start.populations, 1), None, logarithms, temperature=temperature),
        PopulationMotion(pick.of(motion.rates, 2), end),
        None if evolution.final is None else pick.of(evolution.final, 1),
        None if evolution.away is None else pick.of(evolution.away, 1),
    )
    return Evolution(
        preparation,
        pick.of(evolution.times[..., times], 1),
        pick.of(evolution.populations[..., times, :], 2),
        pick.of(evolution.deviation[..., times, :], 2),
        (),
    )
