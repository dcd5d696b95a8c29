"""The arrays of a study, written in it or kept in files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin.study.array_file import ArrayFileError, load_array
from thermokin.study.bath_section import BathSection, TabulatedSection
from thermokin.study.model_section import Levels, Operators
from thermokin.study.problem import Place, Problem
from thermokin.study.section import Section

__all__ = ["Arrays", "load_arrays"]

Arrays = dict[Place, NDArray[Any]]
ROUNDING = 1e-12  # of the largest element: how far a matrix may be from Hermitian


def load_arrays(sections: Mapping[str, Section], folder: Path) -> tuple[Arrays, list[Problem]]:
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


def _sources(sections: Mapping[str, Section]) -> list[tuple[Place, Any, int]]:
    model, bath = sections.get("model"), sections.get("bath")
    found: list[tuple[Place, Any, int]] = []
    if isinstance(model, Levels):
        found += [(("model", "energies"), model.energies, 1), (("model", "coupling"), model.coupling, 2)]
    if isinstance(model, Operators):
        found += [(("model", key), getattr(model, key), 2) for key in ("hamiltonian", "coupling", "number_operator")]
    if isinstance(bath, BathSection) and isinstance(bath.spectrum, TabulatedSection):
        found += [(("bath", "spectrum", key), getattr(bath.spectrum, key), 1) for key in ("frequencies", "rates")]
    return [(place, value, dimensions) for place, value, dimensions in found if value is not None]


def _array(value: Any, folder: Path, place: Place, dimensions: int, problems: list[Problem]) -> NDArray[Any] | None:
    if isinstance(value, str):
        try:
            return load_array(folder / value, str(place[-1]), dimensions)
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
        return None  # that of a fermionic bath is not Hermitian; see `sections_agree`
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
    if (numbers < 0.0).any():
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
    pairs: list[tuple[Place, Place]] = [
        (("model", "energies"), ("model", "coupling")),
        (("model", "hamiltonian"), ("model", "coupling")),
        (("model", "hamiltonian"), ("model", "number_operator")),
        (("bath", "spectrum", "frequencies"), ("bath", "spectrum", "rates")),
    ]
    for first, second in pairs:
        if first in arrays and second in arrays and len(arrays[first]) != len(arrays[second]):
            size, wanted = len(arrays[second]), len(arrays[first])
            what = "numbers" if arrays[second].ndim == 1 else "rows and columns"
            problems.append(Problem(second, f"must have {wanted} {what}, as {first[-1]} has, got {size}"))
            del arrays[second]
