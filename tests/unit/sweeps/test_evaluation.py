"""A chunk evaluated: failing points are found among others, said in words, and cost no other its number."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.sweeps.column import Column
from thermokin.sweeps.evaluation import MOST_ALONE, MOST_TEXTS, Head, code_of, evaluated, unheard
from thermokin.sweeps.grid import Grid, chunk_shape, halves

HEADS = (Head("sum", "", "1"), Head("random", "", "1"))


@dataclass
class Sum:
    """The sum of two numbers, which refuses some, and gives NaN for others."""

    refused: tuple[float, ...] = ()
    lost: tuple[float, ...] = ()
    asked: list[int] = field(default_factory=list)

    def at(self, numbers: Mapping[str, Any], random: np.random.SeedSequence) -> Sequence[Column]:
        one, two = np.asarray(numbers["one"]), np.asarray(numbers["two"])
        lead = np.broadcast_shapes(one.shape, two.shape)
        self.asked.append(int(np.prod(lead)))
        for bad in self.refused:
            if (one == bad).any():
                raise ValueError(f"`one` must not be {bad:g}.")
        warnings.warn("in doubt, at points", tk.errors.ValidityWarning, stacklevel=1)
        total = np.where(np.isin(one, self.lost), np.nan, one + two)
        return [Column("sum", "", "1", total), Column("random", "", "1", np.random.default_rng(random).random(lead))]


def grid(first: int, second: int, chunk: tuple[int, int]) -> Grid:
    return Grid({"one": np.arange(float(first)), "two": 100.0 * np.arange(float(second))}, chunk)


def test_the_chunks_of_a_grid_cover_every_point_once() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        shape = tuple(int(size) for size in random.integers(1, 9, int(random.integers(1, 4))))
        chunk = chunk_shape(shape, int(random.integers(1, 30)))
        whole = Grid({f"x{axis}": np.arange(float(size)) for axis, size in enumerate(shape)}, chunk)
        seen = np.zeros(shape, dtype=int)
        for number in whole.chunks:
            seen[whole.region(number)] += 1
            assert whole.size_of(number) == np.zeros(shape)[whole.region(number)].size
        assert (seen == 1).all()


def test_halves_are_parts_of_a_region_that_meet() -> None:
    one, two = halves((slice(2, 5), slice(0, 8)))
    assert (one, two) == ((slice(2, 5), slice(0, 4)), (slice(2, 5), slice(4, 8)))


def test_points_that_fail_are_found_by_halving_and_all_others_keep_their_numbers() -> None:
    task, whole = Sum(refused=(3.0, 17.0)), grid(32, 1, (32, 1))
    block = evaluated(task, HEADS, whole, 0, bulk=True, seed=0)
    bad = np.zeros((32, 1), dtype=bool)
    bad[[3, 17]] = True
    assert np.array_equal(np.isnan(block.values["sum"]), bad)
    assert np.array_equal(block.values["sum"][~bad], np.arange(32.0)[~bad[:, 0]])
    assert block.texts[int(block.error[3, 0])] == "ValueError: `one` must not be 3."
    assert block.texts[int(block.error[17, 0])] == "ValueError: `one` must not be 17."
    assert (block.failed, len(block.texts)) == (2, 2)
    assert len(task.asked) <= 2 * 2 * 6  # two ways down of six levels
    assert task.asked[0] == 32


@pytest.mark.parametrize("how", ["at once", "one by one"])
def test_nan_is_never_silent(how: str) -> None:
    block = evaluated(Sum(lost=(2.0,)), HEADS, grid(5, 3, (5, 3)), 0, bulk=how == "at once", seed=0)
    assert np.isnan(block.values["sum"][2]).all()
    assert np.isfinite(block.values["random"]).all(), "what has a number keeps it"
    assert {block.texts[int(code)] for code in block.error[2]} == {"'sum' is NaN"}
    assert block.failed == 3


def test_many_nan_are_named_without_asking_each_alone() -> None:
    task = Sum(lost=tuple(np.arange(500.0)))
    block = evaluated(task, HEADS, grid(600, 1, (600, 1)), 0, bulk=True, seed=0)
    assert block.failed == 500
    assert len(task.asked) == 1 + MOST_ALONE


def test_a_column_that_is_not_given_everywhere_is_an_error_there() -> None:
    heads = (*HEADS, Head("more", "", "1"))
    block = evaluated(Sum(), heads, grid(2, 1, (2, 1)), 0, bulk=True, seed=0)
    assert set(block.texts.values()) == {"'more' is not given here"}
    assert block.failed == 2


def test_random_numbers_are_those_of_the_chunk_and_of_nothing_else() -> None:
    whole = grid(8, 2, (4, 2))
    first, again = (evaluated(Sum(), HEADS, whole, 0, bulk=True, seed=5).values["random"] for _ in range(2))
    expected = np.random.default_rng(np.random.SeedSequence(5, spawn_key=(0,))).random((4, 2))
    assert np.array_equal(first, again)
    assert np.array_equal(first, expected)
    other = evaluated(Sum(), HEADS, whole, 1, bulk=True, seed=5).values["random"]
    more = evaluated(Sum(), HEADS, whole, 0, bulk=True, seed=6).values["random"]
    alone = evaluated(Sum(), HEADS, whole, 0, bulk=False, seed=5).values["random"]
    assert np.unique(np.stack([first, other, more, alone])).size == 32


def test_texts_are_kept_up_to_a_number_of_them() -> None:
    count = MOST_TEXTS + 50
    block = evaluated(
        Sum(refused=tuple(np.arange(float(count)))), HEADS, grid(count, 1, (count, 1)), 0, bulk=False, seed=0
    )
    assert len(block.texts) == MOST_TEXTS + 1
    assert (block.error != 0).all()
    assert "ValueError: one of more than 100 different errors of its chunk" in block.texts.values()


def test_warnings_are_kept_by_kind_and_given_to_nobody() -> None:
    block = evaluated(Sum(), HEADS, grid(2, 1, (2, 1)), 0, bulk=True, seed=0)
    assert dict(block.warned) == {"ValidityWarning": "in doubt, at points"}


def test_threads_give_no_warnings_and_leave_the_filters_as_they_were() -> None:
    before = list(warnings.filters)

    def work(number: int) -> int:
        with unheard():
            warnings.warn("not heard", UserWarning, stacklevel=1)
        return number

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(200))) == list(range(200))
    assert list(warnings.filters) == before


def test_the_code_of_a_text_is_a_number_of_its_own() -> None:
    texts = [f"ValueError: {number}" for number in range(1000)]
    assert len({code_of(text) for text in texts}) == 1000
    assert all(0 < code_of(text) < 2**31 for text in texts)
