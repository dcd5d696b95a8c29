"""Derivatives of every library model against central differences of 50-digit superoperators."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from response_library import CASES, Case, flattened
from response_oracles import DIGITS, STEP

FIFTY = 1e-34  # of numbers of order one: what differences of fifty digits leave of a derivative that is 0

WORDS = (
    "heat from {bath}", "noise of heat from {bath}", "covariance of heat from {bath} and activity",
    "entropy production", "activity", "noise of activity", "energy", "noise of particles",
)  # fmt: skip


def reference(case: Case, parameter: str, words: list[str]) -> np.ndarray:
    with mp.workdps(DIGITS):
        base = flattened(dict(case.at))
        up, down = ({**base, parameter: base[parameter] + sign * STEP} for sign in (1, -1))
        high, low = case.steady(up), case.steady(down)
        return np.array([float((high.number(one) - low.number(one)) / (2 * STEP)) for one in words])


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_library_model_answers_as_differences_of_fifty_digits_do(name: str) -> None:
    case = CASES[name]
    words = [one.format(bath=case.bath) for one in WORDS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        found = tk.response(case.family, case.at, list(case.at), words)
    assert found.shape == (len(words), len(found.parameters))
    for place, parameter in enumerate(found.parameters):
        right = reference(case, parameter, words)
        miss = np.abs(found.values[:, place] - right)
        assert (miss <= found.error[:, place] + FIFTY).all(), (parameter, miss, found.error[:, place])
        # What is no zero has 12 digits, more than the nine that are asked for.
        there = np.abs(right) > 1e-12 * np.abs(found.numbers) + 1e-15
        assert (miss[there] <= 1e-12 * np.abs(right[there])).all(), (parameter, miss / np.abs(right))
