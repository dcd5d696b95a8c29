"""The likelihood of click records as a function of the numbers of a family, with its gradient."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ValidityWarning
from thermokin._typing import ComplexArray, FloatArray
from thermokin.inference.clicks import Clicks
from thermokin.inference.detector import Detectors
from thermokin.inference.likelihood import Likelihood
from thermokin.inference.observed_generator import (
    ObservedGenerator,
    Seen,
    coordinates,
    flat_motion,
    observed_generator,
    seen_channels,
)
from thermokin.inference.timeline import Timeline, timeline
from thermokin.linear_response.family_parameters import Place, value_of
from thermokin.linear_response.family_point import FamilyPoint
from thermokin.model.better_builder import unadvised
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.motion.initial import Initial, initial_state
from thermokin.numerics.differences import jacobian

__all__ = ["FamilyLikelihood"]

CLOSE = 1e-3  # of the step of exact derivatives: the square of what it is of a number is missed


@dataclass(frozen=True, eq=False)
class FamilyLikelihood:
    """ln p of records along a family.

    Args:
        clicks: the records.
        family: from numbers to a model.
        numbers: those at which the search begins, with all that stay.
        places: those that are sought.
        channels: at which jumps each detector clicks.
        detectors: what they miss and add.
        initial: the state in which runs began that began with no click; None for the steady state.
    """

    clicks: Clicks
    family: Family
    numbers: Mapping[str, Any]
    places: tuple[Place, ...]
    channels: Seen | None
    detectors: Detectors
    initial: Initial | None

    @cached_property
    def line(self) -> Timeline:
        """The steps of the records."""
        return timeline(self.clicks, self.detectors.dead_time)

    @cached_property
    def start(self) -> FloatArray:
        """(p,) the numbers at which the search begins."""
        known = self.family.parameters
        return np.array([_element(value_of(p.name, known[p.name], self.numbers), p) for p in self.places])

    @cached_property
    def _flat(self) -> bool:
        """Whether populations tell all, at the start and beside it in every direction."""
        beside = [np.where(np.arange(len(self.places)) == p, 1e-3, 0.0) for p in range(len(self.places))]
        models = [self.model(self.start)] + [self.model(self.start * (1.0 + step) + step) for step in beside]
        return all(flat_motion(model) for model in models)

    def numbers_at(self, values: FloatArray) -> dict[str, Any]:
        """All numbers of the family.

        Args:
            values: (p,) of those that are sought.

        Returns:
            The numbers by name.
        """
        found = dict(self.numbers)
        for place, value in zip(self.places, values.tolist(), strict=True):
            if place.index is None:
                found[place.name] = value
            else:
                row = np.array(value_of(place.name, self.family.parameters[place.name], found))
                row[..., place.index] = value
                found[place.name] = row
        return found

    def model(self, values: FloatArray) -> Model:
        """The model at some values (p,)."""
        with _untold():
            return self.family.at(self.numbers_at(values))

    def observed(self, model: Model, like: ObservedGenerator | None = None) -> ObservedGenerator:
        """What the detectors see of a model, in the coordinates of another where that is given."""
        seen = seen_channels(model, self.clicks.names, self.channels)
        kept = None if like is None else like.kept
        return observed_generator(model, seen, self.detectors, flat=self._flat, kept=kept)

    def at(self, values: FloatArray) -> Likelihood:
        """The likelihood at some values.

        Args:
            values: (p,).

        Returns:
            The likelihood.
        """
        model = self.model(values)
        observed = self.observed(model)
        begun = None if self.initial is None else coordinates(observed, _density(model, self.initial))
        return Likelihood(observed, self.line, self.clicks.opening, begun)

    def gradient(self, values: FloatArray, found: Likelihood) -> FloatArray:
        """D ln p / d values.

        Args:
            values: (p,).
            found: the likelihood there.

        Returns:
            (p,).
        """
        return found.slope(*self.changes(values, found.observed))

    def climb(self, values: FloatArray, found: Likelihood) -> FloatArray:
        """D ln p / d values for a search, by models close by on both sides: wrong by some 1e-9 of its terms.

        Args:
            values: (p,).
            found: the likelihood there.

        Returns:
            (p,).
        """
        generator, clicks = [], []
        with _untold():
            point = FamilyPoint.of(self.family, self.numbers_at(values))
            for number, place in enumerate(self.places):
                step = CLOSE * abs(point.steps(place)[0])
                steps = np.where(np.arange(len(self.places)) == number, step, 0.0)
                up, down = (
                    self.observed(point.model_at(self.places, side), found.observed) for side in (steps, -steps)
                )
                generator.append((up.generator - down.generator) / (2.0 * step))
                clicks.append((up.clicks - down.clicks) / (2.0 * step))
        return found.slope(np.array(generator), np.array(clicks))

    def changes(self, values: FloatArray, base: ObservedGenerator) -> tuple[FloatArray, FloatArray]:
        """How generator and clicks move with the values.

        Args:
            values: (p,).
            base: generator and clicks there.

        Returns:
            dL (p, n, n) and dJ (p, l, n, n).
        """
        with _untold():
            point = FamilyPoint.of(self.family, self.numbers_at(values))
            steps, room = np.array([point.steps(place) for place in self.places]).T

            def arrays(moved: FloatArray) -> Sequence[FloatArray]:
                beside = self.observed(point.model_at(self.places, moved), base)
                return [beside.generator, beside.clicks]

            made = jacobian(arrays, [base.generator, base.clicks], steps, room)
        generator = [np.zeros_like(base.generator) if one[0].value is None else one[0].value for one in made]
        clicks = [np.zeros_like(base.clicks) if one[1].value is None else one[1].value for one in made]
        return np.array(generator), np.array(clicks)


@contextmanager
def _untold() -> Iterator[None]:
    """Doubts about assumptions are told of the model that is found."""
    with warnings.catch_warnings(), unadvised():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def _element(value: FloatArray, place: Place) -> float:
    return float(value if place.index is None else value[..., place.index])


def _density(model: Model, initial: Initial) -> ComplexArray:
    """A start in the user's basis (d, d)."""
    state = initial_state(model, initial)
    matrix = np.diag(state.populations) if state.matrix is None else state.matrix
    return model.from_frame(matrix.astype(np.complex128))
