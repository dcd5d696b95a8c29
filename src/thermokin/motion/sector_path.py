"""The elements of one sector over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.diagonal_parts import lone_rates
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.motion.initial import InitialState
from thermokin.motion.level_phases import level_phases
from thermokin.motion.lost_phase import EPS, require_phase
from thermokin.motion.population_motion import PopulationMotion
from thermokin.motion.sector_motion import DENSE_UP_TO, SectorMotion
from thermokin.numerics.scatter import scatter

__all__ = ["SectorPath", "empty_paths", "moved_path", "scattered_diagonal"]


@dataclass(frozen=True, eq=False)
class SectorPath:
    """The elements of one sector over time.

    Args:
        sector: the elements.
        values: rho[rows, columns] (..., t, n) in the frame.
        deviation: values less their long-time limit (..., t, n), accurate at late times.
        motion: what moved them; None for elements that turn and decay alone.
        exponents: (..., n) of elements that turn and decay alone, else None.
        energies: (..., d) of the levels between which these turn, else None.
    """

    sector: Sector
    values: ComplexArray
    deviation: ComplexArray
    motion: SectorMotion | None
    exponents: ComplexArray | None
    energies: FloatArray | None = None

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
    paths = [
        SectorPath(sector, nothing, nothing, SectorMotion(SectorGenerator(liouvillian, sector)), None)
        for sector in groups
    ]
    if single.size:
        energies = liouvillian.model.generator.diagonal
        paths.append(SectorPath(single, nothing, nothing, None, _exponents(liouvillian, single), energies))
    return tuple(paths)


def _exponents(liouvillian: Liouvillian, sector: Sector) -> ComplexArray:
    """-i(K_a - K_b*) + sum_k L_aa L_bb* of elements |a><b| that feed no other."""
    table, rows, columns = liouvillian.table, sector.rows, sector.columns
    away = np.flatnonzero(table.row != table.column)
    left = scatter(table.strength[..., away], table.column[away], table.dimension)
    energies = liouvillian.model.generator.diagonal
    exponents = -0.5 * (left[..., rows] + left[..., columns]) - 1j * (energies[..., rows] - energies[..., columns])
    return np.asarray(exponents + lone_rates(table, rows, columns))


def moved_path(path: SectorPath, state: InitialState, times: FloatArray) -> SectorPath:
    """The path of a sector at given times.

    Args:
        path: of that sector, empty or at other times.
        state: the initial state.
        times: (..., t).

    Returns:
        The path.
    """
    rows, columns = path.sector.rows, path.sector.columns
    if state.matrix is not None:
        start = state.matrix[..., rows, columns]
    else:
        start = np.where(path.sector.diagonal, state.populations[..., rows], 0.0).astype(np.complex128)
    if path.motion is not None:
        values, deviation = path.motion.path(start, times)
        return replace(path, values=values, deviation=deviation)
    assert path.exponents is not None  # noqa: S101 - one of the two is always there
    values = _turned(path, start, times)
    lasting = (path.exponents == 0.0)[..., None, :]  # a level that nothing reaches or leaves
    return replace(path, values=values, deviation=np.where(lasting, 0.0, values))


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
