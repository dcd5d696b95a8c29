"""The outputs of inequalities in ball arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin.bounds.rest_case import RestCase
from thermokin.counting.ball_counts import BallCounts, entropy_balls
from thermokin.counting.certified_cumulants import weight_balls
from thermokin.counting.counting import cumulants
from thermokin.design.falsify_systems import Relaxation, System, jumps_of, pairs_of, word_of
from thermokin.design.falsify_transport import BallJunction
from thermokin.liouville.ball_generator import BallGenerator, ball_generators
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.current import Current, activity
from thermokin.model.current_words import current_of
from thermokin.model.model import Model
from thermokin.motion.initial import initial_state
from thermokin.numerics.ball_numbers import Ball, ball, flint
from thermokin.transport.junction import Junction

__all__ = ["BallRelaxation", "BallRest", "ball_system"]


@dataclass(frozen=True, eq=False)
class BallRest:
    """A model at rest.

    Args:
        model: of one point.
        generator: of it.
    """

    model: Model
    generator: BallGenerator

    @cached_property
    def _counts(self) -> BallCounts:
        return BallCounts(replace(self.generator))

    @cached_property
    def _case(self) -> RestCase:
        """In doubles, for what undoes what."""
        return RestCase(cumulants(self.model, activity(self.model)))

    def fresh(self) -> BallRest:
        """The same at the precision that is set now."""
        return replace(self)

    def _weights(self, words: str) -> list[Ball]:
        return weight_balls(self._counts, current_of(self.model, words), 0)

    def number(self, words: str) -> Ball:
        """An output.

        Args:
            words: the output.

        Returns:
            A real ball.

        Raises:
            ArgumentError: if it is not had in ball arithmetic.
        """
        word, counts = word_of(words), self._counts
        if word.kind in {"mean", "noise"}:
            return counts.cumulants(self._weights(word.current), 2)[word.kind == "noise"]
        if word.kind == "covariance":
            return counts.covariance(self._weights(word.current), self._weights(word.other))
        if word.kind == "production":
            return counts.mean(counts.spread(entropy_balls(self.model, counts.generator, 0)))
        if word.kind == "response":
            scores = [ball(float(one)) for one in jumps_of(self._case, word.where)]
            return counts.response(self._weights(word.current), scores)
        if word.kind == "pairs":
            pairs = zip(*pairs_of(self._case, word.where), strict=True)
            rates = counts.rates
            terms = ((rates[one] - rates[two]) * (rates[one] / rates[two]).log() for one, two in pairs)
            return sum(terms, flint().arb(0))
        raise ArgumentError(f"{words!r} is not had in ball arithmetic.", "inequality")


@dataclass(frozen=True, eq=False)
class BallRelaxation:
    """A relaxation of closed populations: exponentials of a matrix of balls.

    Args:
        system: the relaxation.
        generator: of its model.
    """

    system: Relaxation
    generator: BallGenerator

    def fresh(self) -> BallRelaxation:
        """The same at the precision that is set now."""
        return replace(self)

    @cached_property
    def _counts(self) -> BallCounts:
        return BallCounts(replace(self.generator))

    @cached_property
    def _start(self) -> list[Ball]:
        populations = initial_state(self.system.model, self.system.initial).populations
        balls = [ball(float(one)) for one in np.reshape(populations, -1)]
        total = sum(balls, flint().arb(0))
        return [one / total for one in balls]

    def _moments(self, weights: list[Ball]) -> tuple[Ball, Ball, list[Ball]]:
        """Mean and variance since time 0, and the populations then."""
        found, size = flint(), self.generator.size
        matrix = [[found.arb(0)] * (3 * size) for _ in range(3 * size)]
        generator = self._counts.generator.matrix.tolist()
        for block in range(3):
            for row in range(size):
                matrix[block * size + row][block * size : (block + 1) * size] = generator[row]
        for target, source, jump, value in self._counts.generator.gains:
            rate = value.real
            matrix[size + target][source] += weights[jump] * rate
            matrix[2 * size + target][source] += weights[jump] ** 2 * rate
            matrix[2 * size + target][size + source] += 2 * weights[jump] * rate
        moved = (found.arb_mat(matrix) * ball(self.system.time)).exp()
        start = found.arb_mat([[one] for one in self._start] + [[found.arb(0)]] * (2 * size))
        end = [row[0] for row in (moved * start).tolist()]
        first, second = (sum(end[k * size : (k + 1) * size], found.arb(0)) for k in (1, 2))
        return first, second - first**2, end[:size]

    def number(self, words: str) -> Ball:
        """An output, as `BallRest.number`."""
        word, model = word_of(words), self.system.model
        if word.kind == "production":
            flow = entropy_balls(model, self.generator, 0)
            given, _, end = self._moments(self._counts.spread(flow))
            return given + _entropy(end) - _entropy(self._start)
        if word.kind not in {"mean", "noise"}:
            raise ArgumentError(f"{words!r} is not had of a relaxation in ball arithmetic.", "inequality")
        current: Current = current_of(model, word.current)
        return self._moments(weight_balls(self._counts, current, 0))[word.kind == "noise"]


def _entropy(populations: list[Ball]) -> Ball:
    return sum((-one * one.log() for one in populations if not one.is_zero()), flint().arb(0))


def ball_system(system: System) -> BallRest | BallRelaxation | BallJunction:
    """A system whose outputs are had in ball arithmetic.

    Args:
        system: of one point.

    Returns:
        The system.

    Raises:
        ArgumentError: if it is too large, is a relaxation with coherences, or a junction of a scatterer that is none of
            `one_way_ring` and `boxcar`.
    """
    if isinstance(system, Junction):
        return BallJunction.of(system)
    model = system.model if isinstance(system, Relaxation) else system
    (generator,) = ball_generators(model)
    if not isinstance(system, Relaxation):
        return BallRest(model, generator)
    start = initial_state(model, system.initial)
    if not Liouvillian(model).populations_closed or start.matrix is not None:
        raise ArgumentError(
            "a relaxation is certified where populations alone move; this one has coherences.", "family"
        )
    return BallRelaxation(system, generator)
