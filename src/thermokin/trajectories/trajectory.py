"""One jump record."""

from __future__ import annotations

from dataclasses import dataclass

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.model.jump_entropy import heat_weights
from thermokin.model.model import Model
from thermokin.trajectories.block import ChannelArray

__all__ = ["Trajectory"]


@dataclass(frozen=True, eq=False)
class Trajectory(Result):
    """The jumps of one run.

    Args:
        model: the model.
        times: (m,) of the jumps, ascending [time].
        channels: (m,) the position in `model.channels` of each.
    """

    model: Model
    times: FloatArray
    channels: ChannelArray

    @property
    def heat(self) -> FloatArray:
        """Heat into the system of each jump, by its channel (m,) [energy]."""
        return heat_weights(self.model)[self.channels]

    @property
    def energy(self) -> FloatArray:
        """Energy that each jump gives to the system by its channel (m,) [energy]."""
        return self.model.table.energy[self.channels]

    def __len__(self) -> int:
        """Number of jumps."""
        return int(self.times.size)
