"""A counted current as operations on rows: its mean, its covariances, and what rounding may have done to them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from thermokin._cached import cached_property
from thermokin.numerics.row_program import Value, size_of, total
from thermokin.solvers.written_generator import WrittenGenerator, after, dot, times

__all__ = ["WrittenCurrent"]

ROUNDINGS = 4.0 * float(np.finfo(np.float64).eps)  # of an element of the generator, and of what a solve makes of it


class WrittenCurrent:
    """Jumps that count.

    Args:
        generator: of the motion.
        weights: what a jump of each channel counts.
    """

    def __init__(self, generator: WrittenGenerator, weights: list[Value]) -> None:
        self._generator, self._weights = generator, weights
        self._gains = generator.jumps(weights)
        self._row = after(generator.trace, self._gains)
        self._flow = times(self._gains, generator.state)
        self.mean = dot(generator.trace, {**dict.fromkeys(generator.places, 0.0), **self._flow})

    @property
    def every(self) -> Value:
        """What is counted in either direction."""
        generator = self._generator
        return dot(after(generator.trace, generator.jumps([size_of(one) for one in self._weights])), generator.state)

    @cached_property
    def _right(self) -> dict[int, Value]:
        """C p - K p."""
        state = self._generator.state
        return {place: self.mean * value - self._flow.get(place, 0.0) for place, value in state.items()}

    @cached_property
    def _driven(self) -> tuple[dict[int, Value], Value]:
        """An x with L x = c p - K p, and its trace, which is to be taken out along p."""
        found = self._generator.solve(self._right)
        return found, dot(self._generator.trace, found)

    @cached_property
    def _response(self) -> dict[int, Value]:
        """The one without trace."""
        found, trace = self._driven
        return {place: found[place] - trace * value for place, value in self._generator.state.items()}

    @cached_property
    def _adjoint(self) -> dict[int, Value]:
        """The y with y L = c <<1| - <<1|K and y p = 0."""
        return self._generator.adjoint({place: -value for place, value in self._row.items()})

    def _pair(self, other: WrittenCurrent) -> Mapping[tuple[int, int], Value]:
        """The jumps, each with the product of what it counts here and there."""
        return self._generator.jumps([one * two for one, two in zip(self._weights, other._weights, strict=True)])

    def covariance(self, other: WrittenCurrent) -> Value:
        """The covariance with another current, or with itself.

        Args:
            other: the other.

        Returns:
            The row.
        """
        direct = dot(after(self._generator.trace, self._pair(other)), self._generator.state)
        crossed = self._crossed(other)
        return direct + (2.0 * crossed if self is other else crossed + other._crossed(self))

    def _crossed(self, other: WrittenCurrent) -> Value:
        """What this counts in the response to the other."""
        found, trace = other._driven
        return dot(self._row, found) - self.mean * trace

    @property
    def mean_error(self) -> Value:
        """How far rounding may have moved the mean, from above as a rule."""
        generator, left = self._generator, self._adjoint
        fed = _fed(generator, self._gains, generator.state)
        missed = generator.missed(left, generator.state, {})
        return ROUNDINGS * (fed + generator.flow_error(left, generator.state)) + missed

    def covariance_error(self, other: WrittenCurrent) -> Value:
        """How far rounding may have moved a covariance, from above as a rule, as in `CovarianceSeries`.

        Args:
            other: the other current.

        Returns:
            The row.
        """
        generator, pair = self._generator, self._pair(other)
        state, sides = generator.state, ((self, other), (other, self))
        flow = after(generator.trace, pair)
        for one, two in sides:
            for place, value in after(one._adjoint, two._gains).items():
                flow[place] = flow.get(place, 0.0) + value
        right = {
            place: total(one.mean * two._adjoint[place] for one, two in sides) - flow.get(place, 0.0) for place in state
        }
        both, along = generator.adjoint(right), total(dot(one._adjoint, two._response) for one, two in sides)
        both = {place: value - along if place in generator.trace else value for place, value in both.items()}
        moved = generator.flow_error(both, state) + _fed(generator, pair, state)
        missed = generator.missed(both, state, {})
        for one, two in sides:
            moved = moved + one._moved(two)
            missed = missed + generator.missed(one._adjoint, two._response, two._right)
        return ROUNDINGS * moved + missed + size_of(dot(flow, state) - self.covariance(other))

    def _moved(self, other: WrittenCurrent) -> Value:
        """The part of the error that the response to the other has."""
        generator, left = self._generator, self._adjoint
        found, trace = other._driven
        fed = times(_sizes(other._gains), _sizes(generator.state))
        driven = total(
            size_of(left[place]) * (fed.get(place, 0.0) + size_of(other.mean * value))
            for place, value in generator.state.items()
        )
        summed = _fed(generator, self._gains, other._response)
        taken = dot(_sizes(self._row), _sizes(found)) + size_of(self.mean * trace)
        return generator.flow_error(left, other._response) + driven + summed + taken


def _sizes(values: Mapping) -> dict:  # type: ignore[type-arg]
    return {place: size_of(value) for place, value in values.items()}


def _fed(generator: WrittenGenerator, gains: Mapping[tuple[int, int], Value], vector: Mapping[int, Value]) -> Value:
    """What jumps lead to in all populations, each with its size."""
    return dot(after(generator.trace, _sizes(gains)), _sizes(vector))
