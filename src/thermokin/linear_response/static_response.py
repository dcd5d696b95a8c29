"""What closed populations answer to a change of energies that stays, under the symmetric rule for rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.linear_response.observed import AtRest
from thermokin.linear_response.state_error import state_error
from thermokin.liouville.population_block import PopulationBlock
from thermokin.numerics.level_sums import scatter
from thermokin.solvers.resolvent import Resolvent

__all__ = ["StaticResponse", "static_response"]

EPSILON = float(np.finfo(np.float64).eps)
SAMPLES = 8  # random roundings of the generator's elements that are followed
ABOVE = 4.0  # times the largest of them


@dataclass(frozen=True, eq=False)
class StaticResponse:
    """T dp/df under energies E - f B, and what it lacks beside (B - <B>) p, which it is at equilibrium.

    Args:
        static: T d<B>/df (...).
        unanswered: (B - <B>) p less T dp/df, as a matrix (..., d, d) on the diagonal.
        blur: from above, how far rounding may have moved its elements (..., d, d).
        reach: sizes of what adds up to its elements (..., d, d).
    """

    static: FloatArray
    unanswered: FloatArray
    blur: FloatArray
    reach: FloatArray


def static_response(resolvent: Resolvent, one: AtRest, temperature: FloatArray) -> StaticResponse:
    """The answer of closed populations, all of them or a class.

    Args:
        resolvent: of the generator of populations.
        one: B, diagonal in the frame.
        temperature: T (...), by which the answer is multiplied.

    Returns:
        The answer.

    Cost:
        One solve for some vectors.
    """
    block = resolvent.block
    assert isinstance(block, PopulationBlock)  # noqa: S101 - populations are closed
    model, size = block.liouvillian.model, block.size
    target, source, values, channel = block.links()
    levels = np.diagonal(one.matrix, axis1=-2, axis2=-1).real[..., block.levels]
    state = resolvent.stationary.real
    tilt = 0.5 * (levels[..., target] - levels[..., source])
    for number, bath in enumerate(model.baths):
        ratio = (temperature / bath.temperature)[..., None]
        tilt = np.where(model.table.bath[channel] == number, tilt * ratio, tilt)
    flow = values * state[..., source] * tilt
    into, out = scatter(flow, target, size), scatter(flow, source, size)
    answer = np.asarray(resolvent.drazin((out - into)[..., None])[..., 0])
    gone = np.abs(flow)
    sizes = scatter(gone, target, size) + scatter(gone, source, size)
    moved = values * np.abs(answer)[..., source]
    sizes = sizes + scatter(moved, target, size) + scatter(moved, source, size)
    signs = np.random.default_rng(0).choice([-1.0, 1.0], size=(size, SAMPLES))
    unsure = ABOVE * np.abs(resolvent.drazin(EPSILON * sizes[..., None] * signs)).max(axis=-1)
    mean = one.mean.real[..., None]
    whole = (levels - mean) * state
    reach = (np.abs(levels) + np.abs(mean)) * state + np.abs(answer)
    doubt = np.diagonal(state_error(one.steady_state), axis1=-2, axis2=-1)[..., block.levels]
    blur = unsure + np.abs(levels - mean) * doubt + (size + 1) * EPSILON * reach
    static = np.asarray((levels * answer).sum(axis=-1))
    return StaticResponse(static, *(_filled(block, part) for part in (whole - answer, blur, reach)))


def _filled(block: PopulationBlock, numbers: FloatArray) -> FloatArray:
    """A diagonal matrix of the frame (..., d, d)."""
    populations = block.frame_state(numbers)
    return np.asarray(populations[..., None] * np.eye(populations.shape[-1]))
