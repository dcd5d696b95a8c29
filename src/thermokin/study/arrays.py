"""The arrays of a study, written in it or kept in files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from thermokin.study.array_file import ArrayFileError, load_array
from thermokin.study.problem import Place, Problem
from thermokin.study.section import Axes, Section, Sections

__all__ = ["Arrays", "hermitian_flaw", "load_arrays"]

Arrays = dict[Place, NDArray[Any]]
ROUNDING = 1e-12  # of the largest element: how far a matrix may be from Hermitian


def load_arrays(sections: Sections, folder: Path) -> tuple[Arrays, list[Problem]]:
    """Every array of a study, by its place in the file.

    Args:
        sections: the sound sections.
        folder: of the study file, from which file names count.

    Returns:
        The arrays that are sound and the problems of the others.
    """
    arrays: Arrays = {}
    problems: list[Problem] = []
    for place, value, dimensions in _sources(sections):
        array = _array(value, folder, place, dimensions, problems)
        if array is not None:
            problem = _flaw(place, array)
            if problem is None:
                arrays[place] = array
            else:
                problems.append(problem)
    _compare_sizes(arrays, problems)
    return arrays, problems


def _sources(sections: Sections) -> Iterator[tuple[Place, Any, int]]:
    """Place, value and number of axes of every key that is an array."""
    for name, found in sections.items():
        if isinstance(found, Section):
            yield from _within(found, (name,))
        for index, section in enumerate(found if isinstance(found, tuple) else ()):
            yield from _within(section, (name, index))


def _within(section: Section, place: Place) -> Iterator[tuple[Place, Any, int]]:
    for key, field in type(section).model_fields.items():
        value = getattr(section, key)
        axes = next(iter(_axes((*field.metadata, field.annotation))), None)
        if isinstance(value, Section):
            yield from _within(value, (*place, key))
        elif axes is not None and value is not None:
            yield (*place, key), value, axes.count


def _axes(parts: tuple[Any, ...]) -> Iterator[Axes]:
    for part in parts:
        if isinstance(part, Axes):
            yield part
        yield from _axes(get_args(part))


def _array(value: Any, folder: Path, place: Place, dimensions: int, problems: list[Problem]) -> NDArray[Any] | None:
    if isinstance(value, str):
        try:
            array = load_array(folder / value, str(place[-1]), dimensions)
            return array.astype(np.float64) if array.dtype == np.bool_ else array
        except ArrayFileError as error:
            problems.append(Problem(place, str(error), f"the file is {value}"))
            return None
    if not value:
        problems.append(Problem(place, "must not be empty"))
        return None
    if dimensions == 2:
        bad = [row for row, entries in enumerate(value) if len(entries) != len(value)]
        need = f"must hold {len(value)} numbers, one for each row"
        problems += [Problem((*place, row), f"{need}, got {len(value[row])}") for row in bad]
        if bad:
            return None
    return np.array(value, dtype=np.float64)


def _flaw(place: Place, array: NDArray[Any]) -> Problem | None:
    """What is wrong with one array, looked at alone."""
    finite = np.isfinite(array)
    if not finite.all():
        where = tuple(int(index) for index in np.argwhere(~finite)[0])
        return Problem((*place, *where), f"must be finite, got {array[where]:g}")
    key = place[-1]
    if key in {"hamiltonian", "coupling", "number_operator"}:
        return _matrix_flaw(place, array)
    if np.iscomplexobj(array):
        return Problem(place, f"must hold real numbers, got dtype {array.dtype}")
    if key == "energies":
        return None if array.size >= 2 else Problem(place, f"must hold at least 2 levels, got {array.size}")
    return _table_flaw(place, array)


def _matrix_flaw(place: Place, matrix: NDArray[Any]) -> Problem | None:
    if matrix.shape[0] != matrix.shape[1]:
        return Problem(place, f"must be square, got shape {matrix.shape}")
    if matrix.shape[0] < 2:
        return Problem(place, "must act on at least 2 levels, got 1")
    if place[-1] == "coupling":
        return None  # that of a fermionic bath is not Hermitian: the rules between keys see to it
    return hermitian_flaw(place, matrix)


def hermitian_flaw(place: Place, matrix: NDArray[Any]) -> Problem | None:
    """What keeps a square matrix from being Hermitian.

    Args:
        place: of the matrix.
        matrix: finite numbers (d, d).

    Returns:
        The problem, at the worst element; None if there is none.
    """
    defect = np.abs(matrix - matrix.conj().T)
    row, column = (int(index) for index in np.unravel_index(np.argmax(defect), defect.shape))
    if defect[row, column] <= ROUNDING * np.abs(matrix).max():
        return None
    pair = f"element [{row}][{column}] is {matrix[row, column]:g} and [{column}][{row}] is {matrix[column, row]:g}"
    return Problem(place, f"must be Hermitian, but {pair}")


def _table_flaw(place: Place, numbers: NDArray[Any]) -> Problem | None:
    if place[-1] == "rates" and (numbers < 0.0).any():
        where = int(np.argmax(numbers < 0.0))
        return Problem((*place, where), f"must be >= 0, got {numbers[where]:g}")
    if place[-1] == "rates" and not numbers.any():
        return Problem(place, "must not all be 0: a bath without a spectrum couples nothing")
    if place[-1] == "frequencies" and not (np.diff(numbers) > 0.0).all():
        where = int(np.argmax(np.diff(numbers) <= 0.0)) + 1
        before, after = numbers[where - 1 : where + 1]
        return Problem((*place, where), f"must be > {before:g}, the frequency before it, got {after:g}")
    return None


def _compare_sizes(arrays: Arrays, problems: list[Problem]) -> None:
    """Drop the arrays whose size differs from that of the array which sets it."""
    for place in list(arrays):
        masters: tuple[Place, ...] = (("model", "energies"), ("model", "hamiltonian"))
        if place[-1] == "rates":
            masters = ((*place[:-1], "frequencies"),)
        master = next((one for one in masters if one in arrays and one != place), None)
        if place[-1] not in {"coupling", "number_operator", "rates"} or master is None:
            continue
        size, wanted = len(arrays[place]), len(arrays[master])
        if size != wanted:
            what = "numbers" if arrays[place].ndim == 1 else "rows and columns"
            problems.append(Problem(place, f"must have {wanted} {what}, as {master[-1]} has, got {size}"))
            del arrays[place]
