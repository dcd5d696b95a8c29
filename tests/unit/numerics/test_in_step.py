"""Searches in step: their questions come together, and what fails fails for all to see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from thermokin.numerics.in_step import in_step

Ask = Callable[[int], int]


def test_questions_of_one_round_are_answered_together() -> None:
    rounds: list[list[int]] = []

    def answer(every: list[int]) -> list[int]:
        rounds.append(every)
        return [one**2 for one in every]

    def twice(ask: Ask) -> int:
        return ask(2) + ask(3)

    def once(ask: Ask) -> int:
        return ask(5)

    assert in_step([twice, once], answer) == [13, 25]
    assert rounds == [[2, 5], [3]]


def test_an_end_that_is_asked_for_reaches_every_search() -> None:
    def ended(every: list[int]) -> list[int]:
        raise StopIteration

    def patient(ask: Ask) -> int:
        try:
            return ask(1)
        except StopIteration:
            return -1

    assert in_step([patient, patient], ended) == [-1, -1]


def test_what_fails_is_raised_again() -> None:
    def broken(every: list[int]) -> list[int]:
        raise ArithmeticError("no answer")

    with pytest.raises(ArithmeticError, match="no answer"):
        in_step([lambda ask: ask(1)], broken)

    def failing(ask: Ask) -> int:
        raise KeyError("own")

    with pytest.raises(KeyError, match="own"):
        in_step([failing, lambda ask: ask(1)], lambda every: every)
