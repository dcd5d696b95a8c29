"""What a driven leg is seen to do before it is integrated: where it swings, and its operators as series."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.sampled_model import SampledModel
from thermokin.cycles.slopes import CHECKED
from thermokin.numerics.chebyshev_pieces import RESOLVED, ChebyshevPieces, chebyshev_pieces
from thermokin.numerics.magnus import Survey, survey, survey_times

__all__ = ["Look", "generator_series"]

SAMPLES = (192, 256)  # times at which sudden changes are looked for, one by one and at once
NUMBERS = 2**22  # of what is made at a time
SERIES = 2**21  # numbers of all coefficients of a generator to begin with, which halving makes more
HALVINGS = 5  # of a piece of a generator: what is not smooth by then is asked for node by node
BETWEEN = 24  # times at which a series of a generator is compared with it
EXACT = 4e-15  # of the largest value: a series that close is the function


class Look:
    """A driven leg's operators, from few calls of the user's function.

    Args:
        sampled: the function.
        duration: of the leg [time].
        breaks: where its drive bends or jumps (m,) [time].
    """

    def __init__(self, sampled: SampledModel, duration: float, breaks: FloatArray) -> None:
        self._sampled, self._duration, self._breaks = sampled, duration, breaks

    @cached_property
    def _first(self) -> tuple[FloatArray, ComplexArray]:
        """Times and what the motion depends on there: ends, a few between, and the samples of the survey."""
        end, samples = self._duration, SAMPLES[int(self._sampled.at_once)]
        times = np.concatenate([[0.0, end], end * CHECKED, survey_times(0.0, end, samples)])
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
        return survey(values[2 + CHECKED.size :], times[2 + CHECKED.size :], 0.0, self._duration)

    @cached_property
    def edges(self) -> FloatArray:
        """Where the leg must be cut: breaks, and where something happens suddenly (m,) [time]."""
        marks = [np.zeros(1), self._breaks, self.survey.sudden, np.full(1, self._duration)]
        return np.unique(np.concatenate(marks))

    @cached_property
    def series(self) -> ChebyshevPieces:
        """Of the two operators."""
        size = self._first[1][0, :2].size
        return chebyshev_pieces(self._sampled.operators, self.edges, at_once=max(25, NUMBERS // size))

    @cached_property
    def is_series(self) -> bool:
        """Whether the series is the operators to rounding, at times that it was not made of too."""
        if self.series.floor > EXACT:
            return False
        times, values = self._first
        miss = np.abs(self.series.value(times[1:]) - values[1:, :2]).max()
        return bool(miss <= EXACT * np.abs(values[:, :2]).max())

    def operators(self, times: FloatArray) -> ComplexArray:
        """Hamiltonian and counted operator (k, 2, d, d) [energy] at times (k,), by the series where it is exact."""
        return self.series.value(times) if self.is_series else self._sampled.operators(times)


def generator_series(
    generator: Callable[[FloatArray], NDArray[np.float64]], edges: FloatArray, size: int
) -> ChebyshevPieces | None:
    """A generator as a series, of which many nodes cost one product of matrices.

    Args:
        generator: matrices (k, n, n) at times (k,).
        edges: where it must be cut (m,) [time].
        size: numbers n^2 of one matrix.

    Returns:
        The series; None where it is not the generator to rounding: a kink, noise, or too many pieces.
    """
    most = SERIES // (25 * size)
    if edges.size - 1 > most:
        return None
    found = chebyshev_pieces(generator, edges, deepest=HALVINGS, at_once=max(25, NUMBERS // size))
    if found.floor > RESOLVED:
        return None
    times = edges[0] + (edges[-1] - edges[0]) * (np.arange(BETWEEN) + 0.618034) / BETWEEN
    values = generator(times)
    miss = np.abs(found.value(times) - values).max()
    return found if miss <= EXACT * 16.0 * np.abs(values).max() else None
