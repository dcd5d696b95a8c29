"""What a driven leg is seen to do before it is integrated: where it swings, and its operators as series."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.sampled_model import SampledModel
from thermokin.cycles.slopes import CHECKED
from thermokin.numerics.chebyshev_pieces import DEGREE, ChebyshevPieces, chebyshev_pieces, chebyshev_times
from thermokin.numerics.kinks import kinks
from thermokin.numerics.magnus import Survey, survey, survey_times

__all__ = ["Look"]

SAMPLES = (192, 256)  # times at which sudden changes are looked for, one by one and at once
NUMBERS = 2**22  # of what is made at a time
SURVEYED = 2 + CHECKED.size + DEGREE + 1  # of the first times, where the samples of the survey begin
EPSILON = float(np.finfo(np.float64).eps)
EXACT = 4e-15  # of the largest value: a series that close is the function


class Look:
    """A driven leg's operators, from few calls of the user's function.

    Args:
        sampled: the function.
        duration: of the leg [time].
        breaks: where its drive bends or jumps (m,) [time].
    """

    def __init__(self, sampled: SampledModel, duration: float, breaks: FloatArray) -> None:
        self._sampled, self.duration, self._breaks = sampled, duration, breaks
        self.noise = 4.0 * EPSILON * float(np.abs(sampled.offset).max()) * (not sampled.is_exact)  # of operators
        self.generators: dict[Any, tuple[ChebyshevPieces | None, float, FloatArray]] = {}  # series, row sum, edges

    @cached_property
    def _first(self) -> tuple[FloatArray, ComplexArray]:
        """Times and what the motion depends on there: ends, a few between, and the samples of the survey."""
        end, samples = self.duration, SAMPLES[int(self._sampled.at_once)]
        series = chebyshev_times(np.array([0.0, end]))
        times = np.concatenate([[0.0, end], end * CHECKED, series, survey_times(0.0, end, samples)])
        return times, self._sampled.coefficients(times)

    @property
    def ends(self) -> ComplexArray:
        """Hamiltonian and counted operator (2, 2, d, d) at the beginning and at the end [energy]."""
        return self._first[1][:2, :2]

    @property
    def checked(self) -> ComplexArray:
        """The same at a few times between (k, 2, d, d) [energy]."""
        return self._first[1][2 : 2 + CHECKED.size, :2]

    @cached_property
    def survey(self) -> Survey:
        """Where something happens suddenly, and how many panels to begin with."""
        times, values = self._first
        return survey(values[SURVEYED:], times[SURVEYED:], 0.0, self.duration)

    @cached_property
    def edges(self) -> FloatArray:
        """Where the leg must be cut: breaks, where something happens suddenly, and where operators bend (m,) [time]."""
        return np.union1d(self._seen, kinks(self.series))

    @cached_property
    def _seen(self) -> FloatArray:
        """What is known before operators are made series: breaks, and where samples change suddenly (m,) [time]."""
        marks = [np.zeros(1), self._breaks, self.survey.sudden, np.full(1, self.duration)]
        return np.unique(np.concatenate(marks))

    @cached_property
    def series(self) -> ChebyshevPieces:
        """Of the two operators."""
        size = self._first[1][0, :2].size
        return chebyshev_pieces(self._asked, self._seen, noise=self.noise, at_once=max(25, NUMBERS // size))

    def _asked(self, times: FloatArray) -> ComplexArray:
        """Operators, those of a series over the whole leg from the first call."""
        known, values = self._first
        place = slice(SURVEYED - DEGREE - 1, SURVEYED)
        return values[place, :2] if np.array_equal(times, known[place]) else self._sampled.operators(times)

    @cached_property
    def is_series(self) -> bool:
        """Whether the series is the operators to rounding, at times that it was not made of too."""
        times, values = self._first
        largest = float(np.abs(values[:, :2]).max())
        if self.series.floor * largest > EXACT * largest + self.noise:
            return False
        miss = np.abs(self.series.value(times[1:]) - values[1:, :2]).max()
        return bool(miss <= EXACT * largest + 2.0 * self.noise)

    def operators(self, times: FloatArray) -> ComplexArray:
        """Hamiltonian and counted operator (k, 2, d, d) [energy] at times (k,), by the series where it is exact."""
        return self.series.value(times) if self.is_series else self._sampled.operators(times)
