"""The elements of one sector over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.diagonal_parts import lone_rates
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.model.frame_operator import FrameOperator
from thermokin.motion.initial import InitialState
from thermokin.motion.population_motion import PopulationMotion
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.sector_motion import SectorMotion
from thermokin.numerics.level_sums import mean_over_levels, scatter
from thermokin.numerics.rounding_guard import EPS, require_phase
from thermokin.numerics.trace_conserving import exact_product

__all__ = [
    "LASTING",
    "SectorPath",
    "empty_paths",
    "exponents",
    "level_phases",
    "mean_of",
    "moved_paths",
    "scattered_diagonal",
]

THIN_FROM = 64  # elements from which products with the sparse generator are quicker
LASTING = 1e-12  # of the fastest rate: a decay this slow is an eigensolver's rounding of none


@dataclass(frozen=True, eq=False)
class SectorPath:
    """The elements of one sector over time.

    Args:
        sector: the elements.
        values: rho[rows, columns] (..., t, n) in the frame.
        known_deviation: values less their long-time limit (..., t, n), None where nobody has asked for it yet.
        motion: what moved them; None for elements that turn and decay alone.
        exponents: (..., n) of elements that turn and decay alone, else None.
        energies: (..., d) of the levels between which these turn, else None.
        error: estimate from above of the norm of what the values lack (..., t); None for elements that turn and decay
            alone, which are right to rounding.
        start: the elements at time 0 (..., n), and
        times: (..., t), from which the deviation follows.
    """

    sector: Sector
    values: ComplexArray
    known_deviation: ComplexArray | None
    motion: SectorMotion | None
    exponents: ComplexArray | None
    energies: FloatArray | None = None
    error: FloatArray | None = None
    start: ComplexArray | None = None
    times: FloatArray | None = None

    @cached_property
    def deviation(self) -> ComplexArray:
        """Values less their long-time limit (..., t, n), accurate at late times."""
        if self.known_deviation is not None:
            return self.known_deviation
        assert self.motion is not None  # noqa: S101 - elements that move alone know it
        assert self.start is not None  # noqa: S101 - the three come together
        assert self.times is not None  # noqa: S101 - the three come together
        return self.motion.deviation(self.start, self.times)[0]

    @property
    def rates(self) -> ComplexArray:
        """Time derivative of the values (..., t, n)."""
        if self.motion is None:
            assert self.exponents is not None  # noqa: S101 - one of the two is always there
            return np.asarray(self.exponents[..., None, :] * self.values)
        generator = self.motion.generator
        if self.deviation.ndim == 2 and self.sector.size > THIN_FROM and not generator.liouvillian.model.batch_shape:
            return np.asarray((generator.sparse @ self.deviation.T).T)
        return np.asarray(self.deviation @ generator.matrix.swapaxes(-1, -2))

    @property
    def decays(self) -> bool:
        """Whether the elements vanish in the end, wherever they start; for a sector without populations."""
        if self.motion is None:
            return self.exponents is not None and bool((self.exponents.real < 0.0).all())
        if self.sector.size > DENSE_UP_TO:
            return False  # not known without the spectrum
        values = np.linalg.eigvals(self.motion.generator.matrix)
        return bool((values.real < -LASTING * np.abs(values).max()).all())


def scattered_diagonal(paths: Sequence[SectorPath], values: Sequence[ComplexArray], size: int) -> FloatArray:
    """The populations (..., t, d) among the elements of several sectors."""
    lead = np.broadcast_shapes(*(value.shape[:-1] for value in values))
    diagonal = np.zeros((*lead, size))
    for path, value in zip(paths, values, strict=True):
        on = path.sector.diagonal
        diagonal[..., path.sector.rows[on]] = value[..., on].real
    return diagonal


def mean_of(
    operator: FrameOperator, diagonal: FloatArray, paths: Sequence[SectorPath], values: Sequence[ComplexArray]
) -> FloatArray:
    """tr(A rho) (..., t) of a Hermitian operator, from the diagonal (..., t, d) and the elements of several sectors."""
    mean: FloatArray = mean_over_levels(diagonal, operator.diagonal)
    if operator.matrix is None:
        return mean
    for path, value in zip(paths, values, strict=True):
        off = ~path.sector.diagonal
        elements = operator.matrix[..., path.sector.columns[off], path.sector.rows[off]]
        mean = mean + np.einsum("...tn,...n->...t", value[..., off], elements).real
    return np.asarray(mean)


def empty_paths(
    liouvillian: Liouvillian, state: InitialState, motion: PopulationMotion | None
) -> tuple[SectorPath, ...]:
    """Empty paths of the sectors to move, populations excepted where they are closed.

    Args:
        liouvillian: the generator.
        state: the initial state.
        motion: of the populations where they are closed, else None.

    Returns:
        One path for each sector of two and more elements, and one for all elements that turn and decay alone.
    """
    if motion is not None and state.matrix is None:
        return ()
    support = state.support.copy()
    if motion is not None:
        np.fill_diagonal(support, False)  # noqa: FBT003 - an array's fill value
    if liouvillian.diagonal_motion and liouvillian.table.one_element_each:
        rows, columns = np.nonzero(support)
        groups, single = list[Sector](), Sector(rows, columns)
    else:
        groups, single = sector_map(liouvillian).sectors(support)
    nothing = np.zeros(0, dtype=np.complex128)
    paths = [
        SectorPath(sector, nothing, nothing, SectorMotion(SectorGenerator(liouvillian, sector)), None)
        for sector in groups
    ]
    if single.size:
        energies = liouvillian.model.generator.diagonal
        paths.append(SectorPath(single, nothing, nothing, None, exponents(liouvillian, single), energies))
    return tuple(paths)


def exponents(liouvillian: Liouvillian, sector: Sector) -> ComplexArray:
    """What elements |a><b| that feed no other turn and decay with, -i(K_a - K_b*) + sum_k L_aa L_bb* (..., n)."""
    table, rows, columns = liouvillian.table, sector.rows, sector.columns
    away = np.flatnonzero(table.row != table.column)
    left = scatter(table.strength[..., away], table.column[away], table.dimension)
    energies = liouvillian.model.generator.diagonal
    turned = -0.5 * (left[..., rows] + left[..., columns]) - 1j * (energies[..., rows] - energies[..., columns])
    return np.asarray(turned + lone_rates(table, rows, columns))


def moved_paths(paths: Sequence[SectorPath], state: InitialState, times: FloatArray) -> tuple[SectorPath, ...]:
    """The paths of all sectors at given times.

    Args:
        paths: of those sectors, empty or at other times.
        state: the initial state.
        times: (..., t).

    Returns:
        The paths; where sectors hold each other's transposes, one of the two is moved.
    """
    size = state.populations.shape[-1]
    done: dict[int, SectorPath] = {}
    for path in paths:
        start = state.elements(path.sector)
        other = done.get(int((path.sector.columns * size + path.sector.rows).min()))
        turned = None if other is None or path.motion is None else _transposed(path, other, start, size)
        # The elements of a sector stand in ascending order.
        first = int(path.sector.rows[0] * size + path.sector.columns[0])
        done[first if path.motion is not None else -1] = _moved(path, start, times) if turned is None else turned
    return tuple(done.values())


def _transposed(path: SectorPath, other: SectorPath, start: ComplexArray, size: int) -> SectorPath | None:
    """The path of the transposed elements of another one, their conjugates; None if it is not."""
    if other.start is None or other.sector.size != path.sector.size:
        return None
    order = np.argsort(other.sector.columns * size + other.sector.rows)
    if not np.array_equal(start, other.start[..., order].conj()):
        return None
    away = other.known_deviation
    return replace(
        path,
        values=other.values[..., order].conj(),
        known_deviation=None if away is None else away[..., order].conj(),
        error=other.error,
        start=start,
        times=other.times,
    )


def _moved(path: SectorPath, start: ComplexArray, times: FloatArray) -> SectorPath:
    if path.motion is not None:
        values, deviation, error = path.motion.values(start, times)
        return replace(path, values=values, known_deviation=deviation, error=error, start=start, times=times)
    assert path.exponents is not None  # noqa: S101 - one of the two is always there
    values = _turned(path, start, times)
    lasting = (path.exponents == 0.0)[..., None, :]  # a level that nothing reaches or leaves
    return replace(path, values=values, known_deviation=np.where(lasting, 0.0, values))


def _turned(path: SectorPath, start: ComplexArray, times: FloatArray) -> ComplexArray:
    """Elements that turn with the difference of two levels' phases, and decay."""
    assert path.exponents is not None  # noqa: S101 - the caller has seen them
    assert path.energies is not None  # noqa: S101 - they come together
    rows, columns = path.sector.rows, path.sector.columns
    gaps = path.energies[..., rows] - path.energies[..., columns]
    rest = path.exponents + 1j * gaps
    phases = level_phases(path.energies, times)
    values = phases[..., rows] * phases[..., columns].conj() * np.exp(rest[..., None, :] * times[..., None])
    values = values * start[..., None, :]
    # Dephasing by complex amplitudes turns a coherence as well, and that phase is no difference of levels.
    unsure = np.where(rest.imag == 0.0, 0.0, EPS * np.abs(path.exponents))
    require_phase(unsure, times[..., None, :], np.abs(values).swapaxes(-1, -2))
    return np.asarray(values)


def level_phases(energies: FloatArray, times: FloatArray) -> ComplexArray:
    """exp(-i E t), each product E t the exact sum of two doubles, so that no turn is lost.

    The phase of a coherence is the difference of two of these; all coherences agree then, and a state stays one.

    Args:
        energies: E (..., d), at most 1e100 in magnitude.
        times: t (..., t), likewise [1/energy].

    Returns:
        (..., t, d).

    Reference:
        dekker1971.
    """
    product, rest = exact_product(energies[..., None, :], times[..., None])
    return np.asarray((np.cos(product) - 1j * np.sin(product)) * np.exp(-1j * rest))
