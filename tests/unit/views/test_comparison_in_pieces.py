"""Blocks of a large comparison: cut and put together they hold the same numbers as the comparison in one piece."""

from __future__ import annotations

import weakref
from functools import partial
from typing import Any

import numpy as np
import pytest
import xarray as xr
from numpy.typing import ArrayLike

import thermokin as tk
from thermokin.quench.comparison import Comparison
from thermokin.views import comparison_dataset as module
from thermokin.views.comparison_dataset import pieces

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 0.2, 1.0, 3.0])
ROUNDING = 1e-9  # a search stops at eleven digits of a time, wherever it starts; all else agrees to rounding


def compared(times: ArrayLike = TIMES) -> Comparison:
    cold, hot = np.linspace(0.3, 0.9, 5)[:, None], np.array([1.0, 1.7, 3.0])
    gap = np.linspace(0.8, 1.6, 15).reshape(5, 3)
    return tk.compare(tk.reciprocal(lambda bath: tk.library.qubit(gap, 0.4, bath), cold, hot), times)


def cut(comparison: Comparison, monkeypatch: pytest.MonkeyPatch, parts: int) -> xr.Dataset:
    numbers = -(-comparison.heating.numbers // parts)
    with monkeypatch.context() as patch:
        patch.setattr(module, "NUMBERS", numbers)
        assert len(pieces(comparison)) == parts
        return comparison.to_xarray()


def test_a_sweep_in_blocks_has_the_numbers_it_has_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    for times in (TIMES, np.linspace(1.0, 2.0, 15).reshape(5, 3, 1) * TIMES):
        comparison = compared(times)
        assert len(pieces(comparison)) == 1
        xr.testing.assert_allclose(cut(comparison, monkeypatch, 4), comparison.to_xarray(), rtol=ROUNDING)


def test_blocks_worked_at_two_at_a_time_write_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    one = cut(compared(), monkeypatch, 5)
    monkeypatch.setattr("thermokin._threads.WORTHWHILE", 0)
    xr.testing.assert_identical(cut(compared(), monkeypatch, 5), one)


def test_what_one_block_cannot_tell_is_left_out_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    second = np.linspace(1.0, 1.5, 6)
    # At the first points both baths have one temperature, at the others they do not.
    second[:3] = 1.0
    jump = np.array([[0.0, 1.0], [1.0, 0.0]])
    contacts = [
        tk.Contact(tk.Bath(name, temperature), jump, tk.Flat(0.5))
        for name, temperature in (("one", np.ones(6)), ("two", second))
    ]
    model = tk.davies(np.diag([0.0, 1.0]), contacts)
    start, end = (tk.Quench(name, model, tk.Gibbs(value)) for name, value in (("a", 0.2), ("b", 3.0)))
    comparison = tk.compare(tk.QuenchPair(start, end, "by hand", {}), TIMES)
    data = cut(comparison, monkeypatch, 2)
    assert "total_entropy_production" not in data
    assert set(data) == set(comparison.to_xarray())


def test_sides_that_are_not_swept_alike_stay_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tk.library.qubit(1.0, 1.0, 0.8)
    quenches = tk.Quench("a", model, tk.Gibbs([0.2, 0.3, 0.4])), tk.Quench("b", model, tk.Gibbs(3.0))
    comparison = tk.compare(tk.QuenchPair(*quenches, "by hand", {}), TIMES)
    monkeypatch.setattr(module, "NUMBERS", 8)
    assert [made() for _, made in pieces(comparison)] == [comparison]
    assert comparison.to_xarray().sizes["initial_temperature"] == 3


def test_a_block_is_gone_before_the_next_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large sweep takes the memory of its results and of the blocks at work, not of all blocks."""
    made: list[weakref.ref[Comparison]] = []

    def watched(comparison: Comparison) -> Any:
        def watch(make: Any) -> Comparison:
            assert [block() for block in made] == [None] * len(made)
            part: Comparison = make()
            made.append(weakref.ref(part))
            return part

        return [(points, partial(watch, make)) for points, make in pieces(comparison)]

    monkeypatch.setattr("thermokin.views.comparison_dataset.pieces", watched)
    cut(compared(), monkeypatch, 5)
    assert len(made) == 5
