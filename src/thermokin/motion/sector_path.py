"""The elements of one sector over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.diagonal_parts import lone_rates
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.model.frame_operator import FrameOperator
from thermokin.motion.coherent_motion import STACKED_UP_TO
from thermokin.motion.initial import InitialState
from thermokin.motion.population_motion import PopulationMotion
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.sector_motion import SectorMotion, SectorsTogether
from thermokin.numerics.level_sums import mean_over_levels, scatter

__all__ = [
    "LASTING",
    "SectorPath",
    "empty_paths",
    "exponents",
    "mean_of",
    "scattered_diagonal",
    "standing",
    "transposition",
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
        together: small sectors with which it is moved at few times, if it is.
        whole: the motion of all sectors as one, None if there are no others.
        mirror: the path of the transposed elements, if it follows from that.
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
    together: SectorsTogether | None = None
    whole: SectorMotion | None = None
    mirror: SectorPath | None = None

    @cached_property
    def deviation(self) -> ComplexArray:
        """Values less their long-time limit (..., t, n), accurate at late times."""
        if self.known_deviation is not None:
            return self.known_deviation
        if self.mirror is not None:
            return np.asarray(self.mirror.deviation[..., transposition(self.mirror.sector)].conj())
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
    motions = [SectorMotion(SectorGenerator(liouvillian, sector)) for sector in groups]
    together, whole, alike = None, None, set[SectorMotion]()
    if len(motions) > 1 and not liouvillian.model.batch_shape:
        alike = {one for one in motions if one.sector.size <= STACKED_UP_TO and standing(one.sector) > 0}
        together = SectorsTogether.of([one for one in motions if one in alike])
        if max(sector.size for sector in groups) > STACKED_UP_TO:
            whole = SectorMotion(SectorGenerator(liouvillian, _joined(groups, liouvillian.dimension)))
    paths = [
        SectorPath(one.sector, nothing, nothing, one, None, together=together if one in alike else None, whole=whole)
        for one in motions
    ]
    if single.size:
        energies = liouvillian.model.generator.diagonal
        paths.append(SectorPath(single, nothing, nothing, None, exponents(liouvillian, single), energies))
    return tuple(paths)


def _joined(sectors: Sequence[Sector], size: int) -> Sector:
    """All elements of several sectors, in ascending order."""
    every = np.sort(np.concatenate([sector.rows * size + sector.columns for sector in sectors]))
    return Sector(every // size, every % size)


def transposition(sector: Sector) -> IntArray:
    """The order (n,) of the elements by their transposes, ascending."""
    return np.lexsort((sector.rows, sector.columns))


def standing(sector: Sector) -> int:
    """1 if the sector stands before that of its transposes, 0 if it holds them, -1 if it stands after it."""
    other = transposition(sector)[0]
    first, turned = (sector.rows[0], sector.columns[0]), (sector.columns[other], sector.rows[other])
    return int(first < turned) - int(first > turned)


def exponents(liouvillian: Liouvillian, sector: Sector) -> ComplexArray:
    """What elements |a><b| that feed no other turn and decay with, -i(K_a - K_b*) + sum_k L_aa L_bb* (..., n)."""
    table, rows, columns = liouvillian.table, sector.rows, sector.columns
    away = np.flatnonzero(table.row != table.column)
    left = scatter(table.strength[..., away], table.column[away], table.dimension)
    energies = liouvillian.model.generator.diagonal
    turned = -0.5 * (left[..., rows] + left[..., columns]) - 1j * (energies[..., rows] - energies[..., columns])
    return np.asarray(turned + lone_rates(table, rows, columns))
