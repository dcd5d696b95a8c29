"""What a sweep will take: whether many points at once are what they are alone, and words about size and time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.sweeps.column import Column
from thermokin.sweeps.plan import planned, shown_bytes, shown_seconds

AXES = {"x": np.linspace(1.0, 2.0, 50), "y": np.linspace(3.0, 4.0, 20)}


@dataclass
class Of:
    """A function of two numbers."""

    function: Callable[[Any, Any], Any]

    def at(self, numbers: Mapping[str, Any], random: np.random.SeedSequence) -> Sequence[Column]:
        return [Column("value", "", "1", self.function(numbers["x"], numbers["y"]))]


@pytest.mark.parametrize(
    ("function", "bulk"),
    [
        (lambda x, y: x + y, True),
        (lambda x, y: x, True),
        (lambda x, y: float(x) + y, False),
        (lambda x, y: np.max(x) + y, False),
        (lambda x, y: x + y + 1e-3 * np.std(x), False),
        (lambda x, y: x if x > 0.0 else y, False),
        (lambda x, y: x + y + 1e-15 * np.random.default_rng().random(np.shape(x + y)), True),
    ],
)
def test_points_are_asked_for_at_once_where_that_gives_what_they_give_alone(function: Any, bulk: bool) -> None:  # noqa: FBT001
    assert planned(Of(function), AXES).bulk == bulk


def test_one_point_that_fails_does_not_keep_others_from_being_asked_at_once() -> None:
    def but_the_first(x: Any, y: Any) -> Any:
        if np.any(np.asarray(x) == 1.0):
            raise ValueError("no")
        return x + y

    assert planned(Of(but_the_first), AXES).bulk


def test_points_that_give_unlike_many_numbers_are_asked_for_alone_and_fail_in_words() -> None:
    def ragged(model: tk.Model) -> Any:
        return np.arange(int(np.ravel(model.parameters["gap"].numbers)[0]))

    family = tk.Family(tk.library.qubit, {"rate": 0.001, "temperature": 1.0})
    with pytest.warns(tk.errors.LostPointsWarning, match="2 of 4 points"):
        data = tk.sweep(family, {"gap": [3.0, 3.1, 4.0, 5.0]}, {"ragged": ragged})
    assert data["ragged"].values[:2].tolist() == [[0.0, 1.0, 2.0]] * 2
    assert (
        "'ragged' has the shape (4,) here and (3,) elsewhere; each point must give" in data["error"].attrs["meanings"]
    )


def test_a_function_that_fails_everywhere_is_refused_with_its_own_words() -> None:
    def fails(x: Any, y: Any) -> Any:
        raise KeyError("rate")

    said = "^the sweep fails at the first, middle and last point; at x = 1, y = 3 it says: KeyError: 'rate'$"
    with pytest.raises(tk.errors.SweepError, match=said) as refused:
        planned(Of(fails), AXES)
    assert isinstance(refused.value.__cause__, KeyError)
    with pytest.raises(tk.errors.SweepError, match=r"^the sweep fails at its only point; at x = 1 it"):
        planned(Of(fails), {"x": np.ones(1)})


def test_a_function_that_gives_nothing_but_nan_is_refused() -> None:
    said = "nothing but NaN at the first, middle and last point, as 'value' at x = 1, y = 3"
    with pytest.raises(tk.errors.SweepError, match=said):
        planned(Of(lambda x, y: np.nan), AXES)


def test_chunks_carry_about_a_second_of_work_and_fit_into_memory() -> None:
    quick = planned(Of(lambda x, y: x + y), {"x": np.linspace(0.0, 1.0, 10**6), "y": np.arange(1000.0)})
    assert quick.bulk
    assert 1000 <= prod(quick.chunk) <= 8**5
    assert quick.chunk[1] == 1000

    def slow(x: Any, y: Any) -> float:
        return float(sum(float(x) + number for number in range(100_000)))

    assert prod(planned(Of(slow), AXES).chunk) in {20, 40, 60, 500, 512}
    wide = planned(Of(lambda x, y: (x + y + np.zeros((10_000, 1, 1))).sum(axis=0)), AXES)
    assert prod(wide.chunk) <= 8**4
    assert prod(planned(Of(lambda x, y: x + y), AXES, points=7).chunk) == 7


def test_a_plan_says_points_time_data_and_memory() -> None:
    said = planned(Of(lambda x, y: x + y), AXES).said(workers=4).splitlines()
    assert said[0] == "1000 points (50 x 20), many at once, in 1 chunk of up to 1000 points"
    assert re.fullmatch(r"about [\d.e-]+ s of one processor's time, [\d.e-]+ s with 4 workers", said[1])
    assert said[2] == "0.0 MB of data, and 1.0 MB of memory for each worker's numbers"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.031, "0.031 s"), (12.4, "12 s"), (90.0, "90 s"), (600.0, "10 min"), (20_000.0, "5.6 h"), (1e6, "12 days")],
)
def test_times_are_said_in_two_digits(seconds: float, said: str) -> None:
    assert shown_seconds(seconds) == said


def test_sizes_are_said_in_decimal_units() -> None:
    assert [shown_bytes(size) for size in (2e6, 25e6, 3.2e9, 40e9, 5e12)] == [
        "2.0 MB",
        "25 MB",
        "3.2 GB",
        "40 GB",
        "5.0 TB",
    ]
