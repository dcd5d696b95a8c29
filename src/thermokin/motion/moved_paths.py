"""Sectors moved: each alone, all as one, small ones together, and those that hold transposes by their partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.motion.initial import InitialState
from thermokin.motion.sector_path import SectorPath, standing, transposition
from thermokin.numerics.rounding_guard import EPS, require_phase
from thermokin.numerics.trace_conserving import exact_product

__all__ = ["level_phases", "moved_paths"]

_Found: TypeAlias = tuple[ComplexArray, ComplexArray | None, FloatArray]
"""Elements over time, their deviation from the limit where it is known, and what they lack."""


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
    starts = [state.elements(path.sector) if path.start is None else path.start for path in paths]
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
    motions = [path.motion for _, path in members if path.motion is not None and standing(path.sector) >= 0]
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


def _transposed(path: SectorPath, other: SectorPath, start: ComplexArray) -> SectorPath | None:
    """The path of the transposed elements of another one, their conjugates; None if it is not."""
    if other.start is None or other.sector.size != path.sector.size:
        return None
    order = transposition(other.sector)
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
