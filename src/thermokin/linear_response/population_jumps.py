"""Jumps between the levels of closed populations at rest, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray, IntArray
from thermokin.liouville.population_block import PopulationBlock
from thermokin.numerics.level_sums import scatter
from thermokin.solvers.resolvent import Resolvent

__all__ = ["PopulationJumps", "population_jumps"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class PopulationJumps:
    """Every jump from a level to a level.

    Args:
        target: (m,) position among the block's levels.
        source: (m,) likewise.
        channel: (m,).
        channels: how many there are.
        rate: of a system on the source (..., m) [1/time].
        flow: a (..., m), how often each happens [1/time].
        weight: what each counts (..., m).
    """

    target: IntArray
    source: IntArray
    channel: IntArray
    channels: int
    rate: FloatArray
    flow: FloatArray
    weight: FloatArray

    def across(self, excess: Array) -> Array:
        """Y_target - Y_source (..., m) of numbers Y of the levels (..., n)."""
        return np.asarray(excess[..., self.target] - excess[..., self.source])

    def gained(self, excess: Array) -> Array:
        """What a jump is expected to count from now on, c + Y_target - Y_source (..., m)."""
        return np.asarray(self.weight + self.across(excess))

    def sizes(self, excess: Array) -> FloatArray:
        """What the same would be if nothing in it cancelled (..., m)."""
        size = np.abs(excess)
        return np.asarray(np.abs(self.weight) + size[..., self.target] + size[..., self.source])

    def per_channel(self, values: Array) -> Array:
        """The sum of (..., m) over the jumps of each channel (..., k)."""
        return np.asarray(scatter(values, self.channel, self.channels))


def population_jumps(resolvent: Resolvent, weights: FloatArray) -> PopulationJumps:
    """The jumps of closed populations, all of them or a class.

    Args:
        resolvent: of their generator.
        weights: c_k (..., k).

    Returns:
        The jumps.
    """
    block = resolvent.block
    assert isinstance(block, PopulationBlock)  # noqa: S101 - asked for where populations are closed
    target, source, rate, channel = block.links()
    flow = rate * resolvent.stationary.real[..., source]
    return PopulationJumps(target, source, channel, weights.shape[-1], rate, flow, weights[..., channel])
