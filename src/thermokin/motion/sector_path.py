"""The elements of one sector over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.diagonal_parts import lone_rates
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.motion.coherent_motion import STACKED_UP_TO
from thermokin.motion.initial import InitialState
from thermokin.motion.population_motion import PopulationMotion
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.sector_motion import SectorMotion, SectorsTogether
from thermokin.numerics.rounding_guard import EPS, require_phase
from thermokin.numerics.scatter import scatter
from thermokin.numerics.trace_conserving import exact_product

__all__ = ["SectorPath", "empty_paths", "exponents", "level_phases", "moved_paths", "scattered_diagonal"]

_Found: TypeAlias = tuple[ComplexArray, ComplexArray | None, FloatArray]
"""Elements over time, their deviation from the limit where it is known, and what they lack."""

THIN_FROM = 64  # elements from which products with the sparse generator are quicker


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
            return np.asarray(self.mirror.deviation[..., _transposition(self.mirror.sector)].conj())
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
        return bool((values.real < -1e-12 * np.abs(values).max()).all())


def scattered_diagonal(paths: Sequence[SectorPath], values: Sequence[ComplexArray], size: int) -> FloatArray:
    """The populations (..., t, d) among the elements of several sectors."""
    lead = np.broadcast_shapes(*(value.shape[:-1] for value in values))
    diagonal = np.zeros((*lead, size))
    for path, value in zip(paths, values, strict=True):
        on = path.sector.diagonal
        diagonal[..., path.sector.rows[on]] = value[..., on].real
    return diagonal


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
        alike = {one for one in motions if one.sector.size <= STACKED_UP_TO and _order(one.sector) > 0}
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


def _transposition(sector: Sector) -> IntArray:
    """(n,) the elements in the ascending order of their transposes."""
    return np.lexsort((sector.rows, sector.columns))


def _order(sector: Sector) -> int:
    """1 if the sector stands before that of its transposes, 0 if it holds them, -1 if it stands after it."""
    other = _transposition(sector)[0]
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
    starts = [_start(path, state) for path in paths]
    ready = _moved_whole(paths, state, times) or _moved_together(paths, starts, times)
    done: dict[int, SectorPath] = {}
    for number, (path, start) in enumerate(zip(paths, starts, strict=True)):
        other = done.get(int((path.sector.columns * size + path.sector.rows).min()))
        turned = None if other is None or path.motion is None else _transposed(path, other, start)
        # The elements of a sector stand in ascending order.
        first = int(path.sector.rows[0] * size + path.sector.columns[0])
        moved = _moved(path, start, times, ready.get(number)) if turned is None else turned
        done[first if path.motion is not None else -1] = moved
    return tuple(done.values())


def _moved_whole(paths: Sequence[SectorPath], state: InitialState, times: FloatArray) -> dict[int, _Found]:
    """Values and error of all paths of sectors, by their number, where they had better be moved as one."""
    whole, matrix = paths[0].whole if paths else None, state.matrix
    if whole is None or matrix is None or not np.array_equal(matrix, matrix.conj().swapaxes(-1, -2)):
        return {}
    members = [(number, path) for number, path in enumerate(paths) if path.motion is not None]
    motions = [path.motion for _, path in members if path.motion is not None and _order(path.sector) >= 0]
    start = np.asarray(matrix[..., whole.sector.rows, whole.sector.columns])
    if not whole.as_one(motions, start, times):
        return {}
    values, _, error = whole.values(start, times)
    place = whole.generator.position
    return {number: (values[:, place[path.sector.rows, path.sector.columns]], None, error) for number, path in members}


def _moved_together(
    paths: Sequence[SectorPath], starts: Sequence[ComplexArray], times: FloatArray
) -> dict[int, _Found]:
    """Values, deviation and error of the paths that are moved at once, by their number."""
    members = [number for number, path in enumerate(paths) if path.together is not None]
    theirs = [starts[number] for number in members]
    together = paths[members[0]].together if members else None
    if together is None or not together.serves(theirs, times):
        return {}
    found: list[_Found] = [*together.values(theirs, times)]
    return dict(zip(members, found, strict=True))


def _start(path: SectorPath, state: InitialState) -> ComplexArray:
    if path.start is not None:
        return path.start
    sector = path.sector
    if state.matrix is not None:
        return np.asarray(state.matrix[..., sector.rows, sector.columns])
    return np.where(sector.diagonal, state.populations[..., sector.rows], 0.0).astype(np.complex128)


def _transposed(path: SectorPath, other: SectorPath, start: ComplexArray) -> SectorPath | None:
    """The path of the transposed elements of another one, their conjugates; None if it is not."""
    if other.start is None or other.sector.size != path.sector.size:
        return None
    order = _transposition(other.sector)
    if not np.array_equal(start, other.start[..., order].conj()):
        return None
    values = other.values[..., order].conj()
    return replace(
        path, values=values, known_deviation=None, error=other.error, start=start, times=other.times, mirror=other
    )


def _moved(path: SectorPath, start: ComplexArray, times: FloatArray, ready: _Found | None) -> SectorPath:
    if path.motion is not None:
        values, deviation, error = ready or path.motion.values(start, times)
        return replace(
            path, values=values, known_deviation=deviation, error=error, start=start, times=times, mirror=None
        )
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
