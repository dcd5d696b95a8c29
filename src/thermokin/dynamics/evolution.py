"""Evolution in time: what the sectors of a state hold, and full density matrices only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from thermokin._threads import SMALL, one_thread
from thermokin._typing import ComplexArray, FloatArray
from thermokin.dynamics.initial import Initial, InitialState, initial_state, thermal_energies
from thermokin.dynamics.long_time_limit import long_time_limit
from thermokin.dynamics.population_motion import PopulationMotion
from thermokin.dynamics.sector_motion import SectorMotion
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.rate_matrix import rate_matrix
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.model.bath import real_numbers
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.operators.gibbs import gibbs_populations

__all__ = ["Evolution", "SectorPath", "evolve", "population_motion"]


@dataclass(frozen=True, eq=False)
class SectorPath:
    """The elements of one sector over time.

    Args:
        sector: the elements.
        values: rho[rows, columns] (..., t, n) in the frame.
        deviation: values less their long-time limit (..., t, n), accurate at late times.
        motion: what moved them; None for elements that turn and decay alone.
        exponents: (..., n) of elements that turn and decay alone, else None.
    """

    sector: Sector
    values: ComplexArray
    deviation: ComplexArray
    motion: SectorMotion | None
    exponents: ComplexArray | None

    @property
    def rates(self) -> ComplexArray:
        """Time derivative of the values (..., t, n)."""
        if self.motion is None:
            assert self.exponents is not None  # noqa: S101 - one of the two is always there
            return np.asarray(self.exponents[..., None, :] * self.values)
        generator = self.motion.generator
        if self.sector.size > 2000:
            return np.asarray((generator.sparse @ self.deviation.T).T)
        return np.asarray(self.deviation @ generator.matrix.swapaxes(-1, -2))


@dataclass(frozen=True, eq=False)
class Evolution:
    """A state over time. Populations are N numbers a time; density matrices are made only when asked for.

    Args:
        liouvillian: the generator.
        initial: the initial state in the frame.
        times: (..., t).
        populations: (..., t, d) in the frame.
        deviation: populations less their long-time limit (..., t, d), accurate at late times.
        motion: of the populations where they are closed, else None.
        paths: the sectors that hold coherences (and the populations, where they are not closed).
    """

    liouvillian: Liouvillian
    initial: InitialState
    times: FloatArray
    populations: FloatArray
    deviation: FloatArray
    motion: PopulationMotion | None
    paths: tuple[SectorPath, ...]

    @property
    def model(self) -> Model:
        """The model that moved."""
        return self.liouvillian.model

    @property
    def population_only(self) -> bool:
        """Whether the state stays diagonal in the frame."""
        return not self.paths

    @cached_property
    def population_rates(self) -> FloatArray:
        """d p / dt (..., t, d) [1/time], accurate at late times."""
        if self.motion is None:
            return self._diagonal_of([path.rates for path in self.paths])
        return move(self.motion.rates, self.deviation)

    def _diagonal_of(self, values: Sequence[ComplexArray]) -> FloatArray:
        return scattered_diagonal(self.paths, values, self.model.dimension)

    @cached_property
    def frame_states(self) -> ComplexArray:
        """Density matrices (..., t, d, d) in the frame. Cost: d^2 numbers a time."""
        return self._matrices([path.values for path in self.paths], self.populations)

    @cached_property
    def frame_rates(self) -> ComplexArray:
        """d rho / dt (..., t, d, d) in the frame. Cost: d^2 numbers a time."""
        return self._matrices([path.rates for path in self.paths], self.population_rates)

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

    def expectation(self, operator: FrameOperator) -> FloatArray:
        """tr(operator rho) over time.

        Args:
            operator: a Hermitian operator in the frame.

        Returns:
            (..., t).
        """
        return self._mean(operator, self.populations, [path.values for path in self.paths])

    def expectation_rate(self, operator: FrameOperator) -> FloatArray:
        """Time derivative of tr(operator rho).

        Args:
            operator: a Hermitian operator in the frame.

        Returns:
            (..., t).
        """
        return self._mean(operator, self.population_rates, [path.rates for path in self.paths])

    def _mean(self, operator: FrameOperator, diagonal: FloatArray, values: Sequence[ComplexArray]) -> FloatArray:
        mean = np.einsum("...tn,...n->...t", diagonal, operator.diagonal)
        if operator.matrix is None:
            return mean
        for path, value in zip(self.paths, values, strict=True):
            off = ~path.sector.diagonal
            elements = operator.matrix[..., path.sector.columns[off], path.sector.rows[off]]
            mean = mean + np.einsum("...tn,...n->...t", value[..., off], elements).real
        return np.asarray(mean)

    def at(self, times: ArrayLike) -> Evolution:
        """The same evolution at other times; what was prepared is used again.

        Args:
            times: (..., t) ascending, >= 0 [time].

        Returns:
            The evolution.

        Raises:
            ValueError: if the times are not ascending and >= 0.
        """
        return _moved(self.liouvillian, self.initial, checked_times(times), self.motion, self.paths)


def move(rates: object, vectors: FloatArray) -> FloatArray:
    """W v of vectors (..., t, d) that stand in rows."""
    if isinstance(rates, sparse.csr_array):
        return np.asarray((rates @ vectors.reshape(-1, vectors.shape[-1]).T).T.reshape(vectors.shape))
    return np.asarray(vectors @ np.asarray(rates).swapaxes(-1, -2))


def scattered_diagonal(paths: Sequence[SectorPath], values: Sequence[ComplexArray], size: int) -> FloatArray:
    """The populations (..., t, d) among the elements of several sectors."""
    lead = np.broadcast_shapes(*(value.shape[:-1] for value in values))
    diagonal = np.zeros((*lead, size))
    for path, value in zip(paths, values, strict=True):
        on = path.sector.diagonal
        diagonal[..., path.sector.rows[on]] = value[..., on].real
    return diagonal


def checked_times(times: ArrayLike) -> FloatArray:
    """Times as an array (..., t), finite, ascending and >= 0.

    Raises:
        ValueError: if they are not.
    """
    grid = real_numbers(times, "times")
    if grid.ndim == 0 or grid.shape[-1] == 0:
        raise ValueError(f"`times` must have shape (..., t) with t >= 1, got shape {grid.shape}.")
    if not np.isfinite(grid).all() or (grid < 0.0).any():
        raise ValueError("`times` must be finite and >= 0.")
    if (np.diff(grid, axis=-1) <= 0.0).any():
        raise ValueError("`times` must be strictly ascending.")
    return grid


def population_motion(liouvillian: Liouvillian) -> PopulationMotion:
    """The prepared motion of closed populations.

    Args:
        liouvillian: a generator whose populations are closed.

    Returns:
        The motion.
    """
    model = liouvillian.model
    rates = rate_matrix(liouvillian)
    return PopulationMotion(rates, long_time_limit(rates, model.energies, _common_gibbs(model)))


def _common_gibbs(model: Model) -> FloatArray | None:
    """The Gibbs populations on which all baths agree, or None."""
    if not model.baths or not model.energy.is_diagonal:
        return None
    first = model.baths[0]
    alike = all(
        np.array_equal(bath.temperature, first.temperature)
        and np.array_equal(bath.chemical_potential, first.chemical_potential)
        for bath in model.baths
    )
    if not alike or (first.chemical_potential.any() and model.number is None):
        return None
    return gibbs_populations(thermal_energies(model), first.temperature)


def evolve(model: Model, initial: Initial, times: ArrayLike) -> Evolution:
    """The state of a model over time, by exact exponential propagation in the sectors that the initial state populates.

    Args:
        model: the model.
        initial: a density matrix (..., d, d) in the user's basis, populations of the energy eigenstates (..., d), or
            `Gibbs(temperature)`.
        times: (..., t) strictly ascending, >= 0 [time].

    Returns:
        The evolution; leading axes of model, initial state and times broadcast.

    Raises:
        ValueError: if the initial state or the times are not valid.
        TypeError: if they are of the wrong type.

    Cost:
        For closed populations a few matrix exponentials, one eigendecomposition or polynomials in the rate matrix,
        whichever is cheapest; N numbers a time.
    """
    liouvillian = Liouvillian(model)
    grid = checked_times(times)
    state = initial_state(model, initial)
    motion = population_motion(liouvillian) if liouvillian.populations_closed else None
    return _moved(liouvillian, state, grid, motion, _sectors(liouvillian, state, motion))


def _sectors(liouvillian: Liouvillian, state: InitialState, motion: PopulationMotion | None) -> tuple[SectorPath, ...]:
    """Empty paths of the sectors to move, populations excepted where they are closed."""
    if motion is not None and state.matrix is None:
        return ()
    support = state.support.copy()
    if motion is not None:
        np.fill_diagonal(support, False)  # noqa: FBT003 - an array's fill value
    if liouvillian.diagonal_motion and liouvillian.table.one_element_each:
        rows, columns = np.nonzero(support)
        groups, single = [], Sector(rows, columns)
    else:
        groups, single = sector_map(liouvillian).sectors(support)
    nothing = np.zeros(0, dtype=np.complex128)
    paths = [
        SectorPath(sector, nothing, nothing, SectorMotion(SectorGenerator(liouvillian, sector)), None) for sector in groups
    ]
    if single.size:
        paths.append(SectorPath(single, nothing, nothing, None, _exponents(liouvillian, single)))
    return tuple(paths)


def _exponents(liouvillian: Liouvillian, sector: Sector) -> ComplexArray:
    """-i(K_a - K_b*) + sum_k L_aa L_bb* of elements |a><b| that feed no other."""
    effective = liouvillian.model.generator.diagonal - 0.5j * liouvillian.decay.diagonal
    exponents = -1j * (effective[..., sector.rows] - np.conj(effective[..., sector.columns]))
    table = liouvillian.table
    loops = np.flatnonzero(table.row == table.column)
    for channel in np.unique(table.channel[loops]):
        diagonal = np.zeros((*table.amplitude.shape[:-1], table.dimension), dtype=np.complex128)
        here = loops[table.channel[loops] == channel]
        diagonal[..., table.row[here]] = table.amplitude[..., here]
        exponents = exponents + diagonal[..., sector.rows] * np.conj(diagonal[..., sector.columns])
    return np.asarray(exponents)


def _moved(
    liouvillian: Liouvillian,
    state: InitialState,
    times: FloatArray,
    motion: PopulationMotion | None,
    sectors: tuple[SectorPath, ...],
) -> Evolution:
    if liouvillian.dimension > SMALL:
        return _placed(liouvillian, state, times, motion, sectors)
    with one_thread():
        return _placed(liouvillian, state, times, motion, sectors)


def _placed(
    liouvillian: Liouvillian,
    state: InitialState,
    times: FloatArray,
    motion: PopulationMotion | None,
    sectors: tuple[SectorPath, ...],
) -> Evolution:
    paths = tuple(_path(sector, state, times) for sector in sectors)
    if motion is not None:
        populations, deviation = motion.path(state.populations, times)
    else:
        size = liouvillian.dimension
        populations = scattered_diagonal(paths, [path.values for path in paths], size)
        deviation = scattered_diagonal(paths, [path.deviation for path in paths], size)
    return Evolution(liouvillian, state, times, populations, deviation, motion, paths)


def _path(path: SectorPath, state: InitialState, times: FloatArray) -> SectorPath:
    rows, columns = path.sector.rows, path.sector.columns
    if state.matrix is not None:
        start = state.matrix[..., rows, columns]
    else:
        start = np.where(path.sector.diagonal, state.populations[..., rows], 0.0).astype(np.complex128)
    if path.motion is not None:
        values, deviation = path.motion.path(start, times)
        return replace(path, values=values, deviation=deviation)
    assert path.exponents is not None  # noqa: S101 - one of the two is always there
    values = np.exp(path.exponents[..., None, :] * times[..., None]) * start[..., None, :]
    return replace(path, values=values, deviation=values)


