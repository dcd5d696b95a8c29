"""Derivatives of eigenvalues and modes of relaxation against differences of whole superoperators in 50 digits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from relaxation_oracles import Generator, branch_slopes, generator_of, mode_slopes
from response_library import CASES, Case, flattened
from response_oracles import DIGITS, Jump, Number, matrix

Array = np.ndarray[Any, Any]
FIFTY = 1e-30  # of numbers of order one: what differences of fifty digits leave of a derivative that is 0
X, Y, Z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, -1j], [1j, 0.0]]), np.diag([1.0, -1.0])


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def compare(
    found: tk.results.Response, number: int, generator: Generator, at: dict[str, float], *, whole: bool
) -> None:
    """Every derivative of a mode with the same of fifty digits."""
    mode = found.mode(number, whole=whole)
    assert np.linalg.norm(mode.right) == pytest.approx(1.0, rel=1e-13)
    assert np.vdot(mode.left, mode.right) == pytest.approx(1.0, rel=1e-12)
    of = " of the generator" if whole else ""
    words = (f"decay rate of mode {number}{of}", f"frequency of mode {number}{of}")
    for place, name in enumerate(found.parameters):
        value, right, left = mode_slopes(generator, at, name, complex(mode.value), mode.right, mode.left)
        for own, true, error in (
            (mode.value_change[place], value, mode.value_error[place]),
            (mode.right_change[place], right, mode.right_error[place]),
            (mode.left_change[place], left, mode.left_error[place]),
        ):
            miss, size = np.abs(own - true), np.abs(true).max()
            assert (miss <= error + FIFTY).all(), (name, miss.max(), np.max(error))
            unit = 1.0 / (abs(at[name]) or 1.0)  # what a mode moves in all when a parameter doubles, if it moves
            assert (miss <= 1e-10 * size + 1e-13 * unit).all(), (name, miss.max(), size)
            assert np.max(error) <= 1e-8 * size + 1e-11 * unit, (name, np.max(error), size)
        sign = 1.0 if mode.value.imag >= 0.0 else -1.0
        for word, true in zip(words, (-value.real, sign * value.imag if mode.value.imag else 0.0), strict=True):
            miss = abs(found.of(word, name) - true)
            assert miss <= found.error[found.outputs.index(word), place] + FIFTY, (word, name, miss)


def asked(family: Any, at: dict[str, Any], names: list[str], numbers: list[int], *, whole: bool) -> tk.results.Response:
    of = " of the generator" if whole else ""
    words = [f"{what} of mode {number}{of}" for number in numbers for what in ("decay rate", "frequency")]
    return tk.response(family, at, names, [*words, "gap", "gap of the generator"])


MODES = {
    "maser": ([1, 2, 3], False), "maser, lower pair": ([1, 2], False), "coupled qubits": ([1, 2], False),
    "levels": ([1, 2], False), "oscillator": ([1, 3], False), "fermionic level": ([1], False),
    "XXZ chain": ([1, 2], False), "Ising chain": ([1, 2], False),
}  # fmt: skip


def rebuilt(case: Case) -> Generator:
    return lambda p: case.steady(p).generator


@pytest.mark.parametrize("name", sorted(MODES))
def test_modes_of_library_models_move_as_differences_of_fifty_digits_do(name: str) -> None:
    case, (numbers, whole) = CASES[name], MODES[name]
    names = list(case.at)
    found = asked(case.family, dict(case.at), names, numbers, whole=whole)
    at = {key: float(one) for key, one in flattened(dict(case.at)).items()}
    for number in numbers:
        compare(found, number, rebuilt(case), at, whole=whole)
