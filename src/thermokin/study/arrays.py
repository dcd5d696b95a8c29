"""The arrays of a study, written in it or kept in files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from thermokin.files.array_file import ArrayFile, ArrayFileError, array_file
from thermokin.study.problem import MOST_TOLD, Place, Problem
from thermokin.study.section import Axes, Section, Sections

__all__ = ["Arrays", "Found", "find_arrays", "hermitian_flaw", "read_arrays"]

Arrays = dict[Place, NDArray[Any]]
Found = dict[Place, ArrayFile | NDArray[Any]]
"""Arrays by place: those in files not read yet, those in the study as numbers."""
DRIVEN = frozenset({"start_hamiltonian", "swing_hamiltonian"})
OF_A_PART = frozenset({"battery"})  # matrices that may have another size than the system
WHOLE = frozenset({"hamiltonian", "coupling", "number_operator", "energy_operator", "jump", "matrix", *DRIVEN})
MATRICES = WHOLE | OF_A_PART
FREE = frozenset({"coupling", "jump", "matrix"})  # matrices that need not be Hermitian, or are judged elsewhere
ROUNDING = 1e-12  # of the largest element: how far a matrix may be from Hermitian


def find_arrays(sections: Sections, folder: Path) -> tuple[Found, list[Problem]]:
    """Every array of a study, by its place in the file, those in files as far as their headers go."""
    found: Found = {}
    problems: list[Problem] = []
    for place, value, dimensions in _sources(sections):
        array = _found(value, folder, place, dimensions, problems)
        if array is not None:
            problem = _size_flaw(place, array) or (None if isinstance(array, ArrayFile) else _flaw(place, array))
            if problem is None:
                found[place] = array
            else:
                problems.append(problem)
    _compare_sizes(found, problems)
    return found, problems


def read_arrays(found: Found) -> tuple[Arrays, list[Problem]]:
    """The numbers of arrays; of a file that stands in several places once."""
    arrays: Arrays = {}
    problems: list[Problem] = []
    known: dict[ArrayFile, NDArray[Any]] = {}
    for place, array in found.items():
        if not isinstance(array, ArrayFile):
            arrays[place] = array
            continue
        try:
            numbers = known[array] = known[array] if array in known else array.read()
        except ArrayFileError as error:
            problems.append(Problem(place, str(error), f"the file is {array.path.name}"))
            continue
        problem = _flaw(place, numbers)
        if problem is None:
            arrays[place] = numbers.astype(np.float64) if numbers.dtype == np.bool_ else numbers
        else:
            problems.append(problem)
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
        elif isinstance(value, tuple) and value and isinstance(value[0], Section):
            for index, inner in enumerate(value):
                yield from _within(inner, (*place, key, index))
        elif axes is not None and value is not None:
            yield (*place, key), value, axes.count


def _axes(parts: tuple[Any, ...]) -> Iterator[Axes]:
    for part in parts:
        if isinstance(part, Axes):
            yield part
        yield from _axes(get_args(part))


def _found(
    value: Any, folder: Path, place: Place, dimensions: int, problems: list[Problem]
) -> ArrayFile | NDArray[Any] | None:
    if isinstance(value, str):
        try:
            return array_file(folder / value, str(place[-1]), dimensions)
        except ArrayFileError as error:
            problems.append(Problem(place, str(error), f"the file is {value}"))
            return None
    if not value:
        problems.append(Problem(place, "must not be empty"))
        return None
    if dimensions == 2:
        bad = [row for row, entries in enumerate(value) if len(entries) != len(value)]
        need = f"must hold {len(value)} numbers, one for each row"
        problems += [Problem((*place, row), f"{need}, got {len(value[row])}") for row in bad[:MOST_TOLD]]
        problems += [Problem(place, need)] * len(bad[MOST_TOLD:])
        if bad:
            return None
    return np.array(value, dtype=np.float64)


def _size_flaw(place: Place, array: ArrayFile | NDArray[Any]) -> Problem | None:
    """What is wrong with the size or the kind of one array."""
    key, shape = place[-1], array.shape
    if key in MATRICES:
        if shape[0] != shape[1]:
            return Problem(place, f"must be square, got shape {shape}")
        return Problem(place, "must act on at least 2 levels, got 1") if shape[0] < 2 else None
    if array.dtype.kind == "c" and key != "ket":
        return Problem(place, f"must hold real numbers, got dtype {array.dtype}")
    if key == "energies" and shape[0] < 2:
        return Problem(place, f"must hold at least 2 levels, got {shape[0]}")
    return None


def _flaw(place: Place, array: NDArray[Any]) -> Problem | None:
    """What is wrong with the numbers of one array, looked at alone."""
    finite = np.isfinite(array)
    if not finite.all():
        where = tuple(int(index) for index in np.argwhere(~finite)[0])
        return Problem((*place, *where), f"must be finite, got {array[where]:g}")
    key = place[-1]
    if key in MATRICES:
        # A coupling of a fermionic bath is not Hermitian: the rules between keys see to it.
        return None if key in FREE else hermitian_flaw(place, array)
    return None if key == "energies" else _table_flaw(place, array)


def hermitian_flaw(place: Place, matrix: NDArray[Any]) -> Problem | None:
    """What keeps a finite square matrix from being Hermitian, at its worst element."""
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


def _compare_sizes(found: Found, problems: list[Problem]) -> None:
    """Drop the arrays whose size differs from that of the array which sets it."""
    for place in list(found):
        masters: tuple[Place, ...] = (("model", "energies"), ("model", "hamiltonian"))
        if place[-1] == "rates":
            masters = ((*place[:-1], "frequencies"),)
        master = next((one for one in masters if one in found and one != place), None)
        if place[-1] not in {*WHOLE, "rates"} or master is None:
            continue
        size, wanted = found[place].shape[0], found[master].shape[0]
        if size != wanted:
            what = "numbers" if len(found[place].shape) == 1 else "rows and columns"
            problems.append(Problem(place, f"must have {wanted} {what}, as {master[-1]} has, got {size}"))
            del found[place]
