"""Evolution in time: what the sectors of a state hold, and full density matrices only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray, OperatorLike
from thermokin._verbs import verb
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.initial import Initial, InitialState, initial_state
from thermokin.motion.moved_paths import moved_paths
from thermokin.motion.observable import Observed, hermitian_parts
from thermokin.motion.population_change import change_is_difference, known_change, move, with_slow_rates
from thermokin.motion.population_motion import PopulationMotion, population_motion
from thermokin.motion.preparation import Preparation
from thermokin.motion.sector_path import SectorPath, empty_paths, mean_of, scattered_diagonal
from thermokin.motion.time_grid import checked_times
from thermokin.numerics import two_level
from thermokin.numerics.rounding_guard import require_trace
from thermokin.operators.as_numbers import common_axes

__all__ = ["Evolution", "at_points", "evolve"]


@dataclass(frozen=True, eq=False)
class Evolution(Observed, Result):
    """A state over time. Populations are N numbers a time; density matrices are made only when asked for.

    Args:
        preparation: what it starts from.
        times: (..., t).
        populations: (..., t, d) in the frame.
        known_deviation: populations less their long-time limit (..., t, d), None where it follows from the paths.
        paths: the sectors that hold coherences (and the populations, where they are not closed).

    Example:
        >>> import numpy as np, thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=0.0)
        >>> falling = tk.evolve(qubit, tk.Populations([0.0, 1.0]), [0.0])
        >>> falling.at([100.0]).expectation(np.diag([0.0, 1.0])).round(6)  # e^-1
        array([0.367879])
    """

    preparation: Preparation
    times: FloatArray
    populations: FloatArray
    known_deviation: FloatArray | None
    paths: tuple[SectorPath, ...]

    @property
    def liouvillian(self) -> Liouvillian:
        """The generator."""
        return self.preparation.liouvillian

    @property
    def initial(self) -> InitialState:
        """The initial state in the frame."""
        return self.preparation.initial

    @property
    def motion(self) -> PopulationMotion | None:
        """Of the populations where they are closed, else None."""
        return self.preparation.motion

    @property
    def final(self) -> FloatArray | None:
        """Where the populations end (..., d), if they are closed."""
        return self.preparation.final

    @property
    def away(self) -> FloatArray | None:
        """The populations at time 0 less where they end (..., d), if they are closed."""
        return self.preparation.away

    @property
    def model(self) -> Model:
        """The model that moved."""
        return self.liouvillian.model

    @property
    def population_only(self) -> bool:
        """Whether the state stays diagonal in the frame."""
        return not self.paths

    @cached_property
    def deviation(self) -> FloatArray:
        """Populations less their long-time limit (..., t, d), accurate at late times."""
        if self.known_deviation is not None:
            return self.known_deviation
        return scattered_diagonal(self.paths, [path.deviation for path in self.paths], self.model.dimension)

    @cached_property
    def coherent_error(self) -> FloatArray:
        """Estimate from above of what the elements of sectors with coherences lack (..., t), as a norm."""
        squares = [path.error**2 for path in self.paths if path.error is not None]
        return np.asarray(np.sqrt(sum(squares, np.zeros(self.populations.shape[:-1]))))

    @property
    def change(self) -> FloatArray:
        """Populations less those at time 0 (..., t, d), accurate at early times where they are closed."""
        return self._known_change[0]

    @property
    def change_is_difference(self) -> BoolArray:
        """Where `change` is a difference (..., t), which keeps the digits of its terms alone."""
        return change_is_difference(self.motion, self.times)

    @property
    def change_sizes(self) -> FloatArray:
        """The sizes of what `change` is a sum of (..., t, d)."""
        sizes = self._known_change[1]
        return np.abs(self.change) if sizes is None else sizes

    @cached_property
    def _known_change(self) -> tuple[FloatArray, FloatArray | None]:
        deviation = None if self.motion is None else self.deviation
        return known_change(self.preparation, self.populations, deviation, self.times)

    @cached_property
    def population_rates(self) -> FloatArray:
        """Rates of the populations, d p / dt (..., t, d) [1/time], accurate at late times."""
        if self.motion is None or self.away is None:
            return scattered_diagonal(self.paths, [path.rates for path in self.paths], self.model.dimension)
        if self.motion.size == 2:  # one mode
            return np.asarray(-two_level.decay_rate(self.motion.dense)[..., None, None] * self.deviation)
        rates = move(self.motion.rates, self.deviation)
        return with_slow_rates(rates, self.motion, self.away, self.deviation, self.times)

    @cached_property
    def frame_states(self) -> ComplexArray:
        """Density matrices (..., t, d, d) in the frame. Cost: d^2 numbers a time."""
        return self._matrices([path.values for path in self.paths], self.populations)

    @cached_property
    def frame_rates(self) -> ComplexArray:
        """Rates of the density matrix, d rho / dt (..., t, d, d) in the frame. Cost: d^2 numbers a time."""
        return self._matrices([path.rates for path in self.paths], self.population_rates)

    @cached_property
    def frame_deviation(self) -> ComplexArray:
        """Density matrices less their long-time limit (..., t, d, d) in the frame, accurate at late times."""
        return self._matrices([path.deviation for path in self.paths], self.deviation)

    def _matrices(self, values: Sequence[ComplexArray], diagonal: FloatArray) -> ComplexArray:
        size = self.model.dimension
        states = np.zeros((*diagonal.shape, size), dtype=np.complex128)
        level = np.arange(size)
        states[..., level, level] = diagonal
        for path, value in zip(self.paths, values, strict=True):
            states[..., path.sector.rows, path.sector.columns] = value
        return states

    @property
    def states(self) -> ComplexArray:
        """Density matrices (..., t, d, d) in the user's basis. Cost: d^2 numbers a time."""
        frame = self.model.frame
        if frame is None:
            return self.frame_states
        frame = frame[..., None, :, :]
        return np.asarray(frame @ self.frame_states @ frame.conj().swapaxes(-1, -2))

    _density_matrices = states

    @overload
    def expectation_rate(self, operator: FrameOperator) -> FloatArray: ...

    @overload
    def expectation_rate(self, operator: OperatorLike) -> FloatArray | ComplexArray: ...

    def expectation_rate(self, operator: OperatorLike | FrameOperator) -> FloatArray | ComplexArray:
        """Time derivative of tr(A rho), accurate at late times.

        Args:
            operator: A (..., d, d) in the user's basis, as in `expectation`.

        Returns:
            (..., t) [1/time], real for a Hermitian operator, complex for any other.

        Raises:
            ValueError: if the operator has another dimension, or its leading axes do not broadcast.
            TypeError: if it does not hold numbers.
        """
        rates = [path.rates for path in self.paths]
        return self._mean_of_any(operator, lambda part: mean_of(part, self.population_rates, self.paths, rates))

    def _parts(self, operator: OperatorLike | FrameOperator) -> tuple[FrameOperator, FrameOperator | None]:
        return hermitian_parts(self.model, operator, ("evolution", self.populations.shape[:-2]))

    def _mean(self, operator: FrameOperator) -> FloatArray:
        return mean_of(operator, self.populations, self.paths, [path.values for path in self.paths])

    def at(self, times: ArrayLike) -> Evolution:
        """The same evolution at other times; what was prepared is used again.

        Args:
            times: (..., t) ascending, >= 0 [time].

        Returns:
            The evolution; other times are refused by a `ValueError`.
        """
        grid = checked_times(times)
        _require_common_axes(self.model, self.initial, grid)
        return _moved(self.preparation, grid, self.paths)

    def at_many(self, times: FloatArray) -> Evolution:
        """As `at`, for a caller that comes again and again: a first late time of one large system costs O(n^3)."""
        grid, alone = checked_times(times), self.population_only and self.populations.ndim == 2
        engine = self.motion.engine_for_many(grid) if self.motion is not None and alone else None
        return _moved(self.preparation, grid, self.paths, engine)


@verb
def evolve(model: Model, initial: Initial, times: ArrayLike) -> Evolution:
    """The state of a model over time, by exact exponential propagation in the sectors that the initial state populates.

    Args:
        model: the model.
        initial: `Gibbs(temperature)`, `Populations(values)` of the energy eigenstates, `Ket(vector)`, or an array: a
            density matrix (..., d, d) or a ket (d, 1) in the user's basis; real numbers (..., d) only where they cannot
            mean two states.
        times: (..., t) strictly ascending, >= 0 [time].

    Returns:
        The evolution; leading axes of model, initial state and times broadcast.

    Raises:
        ValueError: if the initial state or the times are not valid, or leading axes do not broadcast.
        TypeError: if they are of the wrong type.
        NotConvergedError: if times are so long beside the fastest rate that rounding shows in the trace, or in the
            phases of coherences that feed one another.

    Cost:
        For closed populations a few matrix exponentials, one eigendecomposition or polynomials, whichever is cheapest.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> tk.evolve(qubit, tk.Gibbs(0.0), [0.0, 100.0]).populations[:, 1].round(8)  # (1 - e^-2.164) / (e + 1)
        array([0.       , 0.2380481])
    """
    liouvillian = Liouvillian(model)
    grid = checked_times(times)
    state = initial_state(model, initial)
    _require_common_axes(model, state, grid)
    motion = population_motion(liouvillian) if liouvillian.populations_closed else None
    return _moved(Preparation.of(liouvillian, state, motion), grid, empty_paths(liouvillian, state, motion))


def at_points(evolution: Evolution, points: IntArray | slice, times: slice = slice(None)) -> Evolution | None:
    """An evolution of populations at some points of its sweep; None where coherences move or nothing is swept.

    Args:
        evolution: the evolution.
        points: (m,) numbers in the flattened leading axes, or a stretch of them, of which the arrays are views.
        times: which of its times are kept; it can be asked `at` others.

    Returns:
        The evolution over one leading axis (m,).
    """
    batch, motion = evolution.populations.shape[:-2], evolution.motion
    if motion is None or not evolution.population_only or not batch or not isinstance(motion.rates, np.ndarray):
        return None
    pick = ChosenPoints(batch, points)
    return Evolution(
        evolution.preparation.at_points(pick),
        pick.of(evolution.times[..., times], 1),
        pick.of(evolution.populations[..., times, :], 2),
        pick.of(evolution.deviation[..., times, :], 2),
        (),
    )


def _require_common_axes(model: Model, state: InitialState, times: FloatArray) -> None:
    common_axes({"model": model.batch_shape, "initial": state.populations.shape[:-1], "times": times.shape[:-1]})


def _moved(
    start: Preparation, times: FloatArray, sectors: tuple[SectorPath, ...], engine: str | None = None
) -> Evolution:
    with few_threads(start.liouvillian.dimension):
        paths, deviation = moved_paths(sectors, start.initial, times), None
        if start.motion is None:
            populations = scattered_diagonal(paths, [path.values for path in paths], start.liouvillian.dimension)
        else:
            first = start.initial.populations
            populations, deviation = start.motion.path(first, times, start.final, start.away, engine)
        if start.motion is None or start.motion.size > 2:  # two are in closed form
            require_trace(populations)
        return Evolution(start, times, populations, deviation, paths)
