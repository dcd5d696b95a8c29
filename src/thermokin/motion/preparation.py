"""What an evolution starts from: the generator, the state, and how far its populations are from where they end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.model import Model
from thermokin.motion.initial import InitialState, thermal_energies
from thermokin.motion.population_motion import PopulationMotion
from thermokin.operators.gibbs import gibbs_difference

__all__ = ["Preparation"]


@dataclass(frozen=True, eq=False)
class Preparation:
    """A start, before any time is asked for; evolutions at all times share one. Made by `of`, or cut out of another.

    Args:
        liouvillian: the generator.
        initial: the initial state in the frame.
        motion: of the populations where they are closed, else None.
        final: where the populations end (..., d), if they are closed.
        away: the populations at time 0 less where they end (..., d), if they are closed, to all digits that are known.
    """

    liouvillian: Liouvillian
    initial: InitialState
    motion: PopulationMotion | None
    final: FloatArray | None
    away: FloatArray | None

    @property
    def away_is_known(self) -> bool:
        """Whether `away` is known to more digits than the populations have, as of Gibbs states."""
        if self.away is None or self.final is None:
            return False
        return not np.array_equal(self.away, self.initial.populations - self.final)

    @property
    def away_sizes(self) -> FloatArray | None:
        """The sizes of what `away` is a difference of (..., d), if populations are closed."""
        if self.away is None or self.final is None:
            return None
        return np.abs(self.away) if self.away_is_known else self.initial.populations + self.final

    @classmethod
    def of(cls, liouvillian: Liouvillian, initial: InitialState, motion: PopulationMotion | None) -> Preparation:
        """The preparation of a state.

        Args:
            liouvillian: the generator.
            initial: the state.
            motion: of the populations where they are closed, else None.

        Returns:
            The preparation.
        """
        if motion is None:
            return cls(liouvillian, initial, None, None, None)
        final = motion.end(initial.populations)
        thermal = _between_temperatures(liouvillian.model, initial, motion)
        return cls(liouvillian, initial, motion, final, initial.populations - final if thermal is None else thermal)

    def at_points(self, points: ChosenPoints) -> Preparation:
        """The preparation at some points of a sweep alone."""
        return Preparation(
            Liouvillian(points.model(self.liouvillian.model)),
            self.initial.at_points(points),
            None if self.motion is None else self.motion.at_points(points),
            None if self.final is None else points.of(self.final, 1),
            None if self.away is None else points.of(self.away, 1),
        )


def _between_temperatures(model: Model, state: InitialState, motion: PopulationMotion) -> FloatArray | None:
    """The difference of two Gibbs states, from their temperatures; None where start or end is none."""
    if state.temperature is None or state.matrix is not None or not motion.limit.thermal:
        return None
    return gibbs_difference(thermal_energies(model), state.temperature, model.baths[0].temperature)
