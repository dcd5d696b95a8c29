"""Counting statistics of one point in ball arithmetic: cumulants, entropy, and responses to changes of the jumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray, IntArray
from thermokin.liouville.ball_generator import BallGenerator
from thermokin.model.jump_table import NO_BATH
from thermokin.model.model import Model
from thermokin.numerics.ball_numbers import Ball, ball, flint

__all__ = ["BallCounts", "entropy_balls"]

Vector = list[Ball]


@dataclass(frozen=True, eq=False)
class BallCounts:
    """What is counted at one point at rest.

    Args:
        generator: of the point, at the precision that is set.
    """

    generator: BallGenerator

    @cached_property
    def state(self) -> Vector:
        """The steady state."""
        return self.generator.stationary()

    @cached_property
    def rates(self) -> Vector:
        """How often each jump happens."""
        return self.generator.rates(self.state)

    def spread(self, per_channel: Sequence[Ball]) -> Vector:
        """Numbers of channels for each jump, which of closed populations is one entry."""
        channel = self.channel
        return [per_channel[k] for k in channel.tolist()]

    @cached_property
    def channel(self) -> IntArray:
        """The channel of each jump."""
        table, group = self.generator.table, self.generator.group
        found = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
        found[group] = table.channel
        return found

    def cumulants(self, weights: Sequence[Ball], order: int) -> Vector:
        """Cumulants per time of a current.

        Args:
            weights: c_k of each jump.
            order: of the last one.

        Returns:
            So many real balls.
        """
        generator, states, found = self.generator, [self.state], [flint().arb(0)]
        powers: list[Vector] = [[flint().arb(1)] * len(weights)]
        for n in range(1, order + 1):
            powers.append([one * weight for one, weight in zip(powers[-1], weights, strict=True)])
            moved = [generator.gained(powers[m], states[n - m]) for m in range(1, n + 1)]
            found.append(sum((comb(n, m) * generator.trace(moved[m - 1]) for m in range(1, n + 1)), flint().arb(0)))
            if n == order:
                break
            source = [flint().acb(0)] * generator.size
            for m in range(1, n + 1):
                for place in range(generator.size):
                    left = found[m] * states[n - m][place] - moved[m - 1][place]
                    source[place] = source[place] + comb(n, m) * left
            states.append(generator.solved(source, 0))
        return found[1:]

    def covariance(self, one: Sequence[Ball], two: Sequence[Ball]) -> Ball:
        """The covariance per time of two currents, (D[a+b] - D[a-b])/4.

        Args:
            one: weights of each jump.
            two: those of the other current.

        Returns:
            A real ball.
        """
        both = self.cumulants([a + b for a, b in zip(one, two, strict=True)], 2)[1]
        apart = self.cumulants([a - b for a, b in zip(one, two, strict=True)], 2)[1]
        return (both - apart) / 4

    def mean(self, weights: Sequence[Ball]) -> Ball:
        """The mean rate of a current."""
        return sum((weight * rate for weight, rate in zip(weights, self.rates, strict=True)), flint().arb(0))

    def response(self, weights: Sequence[Ball], scores: Sequence[Ball]) -> Ball:
        """How a mean answers when L_e -> exp(theta b_e / 2) L_e.

        Args:
            weights: c_k of each jump.
            scores: b_e of each jump.

        Returns:
            A real ball.
        """
        generator = self.generator
        gained, lost = generator.gained(scores, self.state), generator.lost(scores, self.state)
        moved = generator.solved([out - into for out, into in zip(lost, gained, strict=True)], 0)
        direct = self.mean([weight * score for weight, score in zip(weights, scores, strict=True)])
        return direct + generator.trace(generator.gained(weights, moved))

    def forces(self, reverse: IntArray) -> Vector:
        """(a_e - a_e~)/(a_e + a_e~) of each jump; 0 for one that undoes itself, 1 for one that nothing undoes.

        Args:
            reverse: the jump that undoes each, -1 for none.

        Returns:
            Real balls.
        """
        found, nothing = [], flint().arb(0)
        for own, back in enumerate(reverse.tolist()):
            partner = self.rates[back] if back >= 0 else nothing
            both = self.rates[own] + partner
            found.append(nothing if own == back or both.is_zero() else (self.rates[own] - partner) / both)
        return found


def entropy_balls(model: Model, generator: BallGenerator, point: int) -> Vector:
    """The entropy that a jump of each channel puts into its surroundings.

    Args:
        model: the model.
        generator: of the point.
        point: its place among the flattened points.

    Returns:
        One real ball for each channel; not finite at temperature 0, and where nothing undoes a jump.
    """
    table, batch = model.table, model.batch_shape
    energy, particles = (_at(numbers, (*batch, table.size), point) for numbers in (table.energy, table.particles))
    strengths = _strengths(generator)
    found = []
    for channel, bath in enumerate(table.bath.tolist()):
        if bath == NO_BATH:
            found.append(_of_pair(strengths, channel, int(table.reverse[channel])))
            continue
        reservoir = model.baths[bath]
        temperature = ball(float(_at(reservoir.temperature[..., None], (*batch, 1), point)[0]))
        potential = ball(float(_at(reservoir.chemical_potential[..., None], (*batch, 1), point)[0]))
        heat = ball(float(energy[channel])) - potential * ball(float(particles[channel]))
        found.append(flint().arb(0) if heat.is_zero() else -heat / temperature)
    return found


def _at(numbers: FloatArray, shape: tuple[int, ...], point: int) -> FloatArray:
    return np.asarray(np.broadcast_to(numbers, shape).reshape(-1, shape[-1])[point])


def _strengths(generator: BallGenerator) -> Vector:
    table = generator.table
    found = [flint().arb(0)] * table.size
    for channel, amplitude in zip(table.channel.tolist(), table.amplitude.tolist(), strict=True):
        number = complex(amplitude)
        found[channel] = found[channel] + ball(number.real) ** 2 + ball(number.imag) ** 2
    return found


def _of_pair(strengths: Vector, channel: int, reverse: int) -> Ball:
    if reverse == channel:
        return flint().arb(0)
    if reverse < 0 or strengths[reverse].is_zero():
        return flint().arb.pos_inf()
    return (strengths[channel] / strengths[reverse]).log()
