"""Verbs that systems of other kinds answer in their own way."""

from __future__ import annotations

import inspect

import pytest

import thermokin as tk
from thermokin._verbs import OtherSystem, answers, verb


class Stone(OtherSystem):
    """A system of a kind that nothing knows."""


@verb
def weight(model: object, factor: float = 1.0) -> str:
    """What a model weighs."""
    return f"model times {factor:g}"


@verb
def colour(model: object) -> str:
    """Which colour a model has."""
    return "grey"


@answers(Stone, "weight")
def weight_of_stone(model: Stone, factor: float = 1.0) -> str:
    return f"stone times {factor:g}"


def test_a_verb_asks_the_kind_of_its_first_argument() -> None:
    assert weight(3) == "model times 1"
    assert weight(Stone(), 2.0) == "stone times 2"
    assert weight(model=Stone(), factor=3.0) == "stone times 3"


def test_a_verb_that_a_kind_does_not_answer_is_refused_with_those_it_does() -> None:
    with pytest.raises(TypeError, match="`colour` does not take a Stone, which answers weight"):
        colour(Stone())


def test_a_verb_keeps_its_name_and_its_signature() -> None:
    given = ["model", "current", "initial", "order", "method", "certify"]
    assert list(inspect.signature(tk.cumulants).parameters) == given
    assert tk.cumulants.__name__ == "cumulants"
    assert inspect.getdoc(tk.cumulants)
