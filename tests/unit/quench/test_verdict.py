"""One verdict: what holds, what ties, what cannot be decided, from two numbers alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from thermokin.quench.verdicts import Verdict


def of(heating: Any, cooling: Any, larger: bool = True) -> Verdict:  # noqa: FBT001, FBT002
    return Verdict("name", "statement", np.asarray(heating, float), np.asarray(cooling, float), larger=larger)


@pytest.mark.parametrize(
    ("heating", "cooling", "more", "less", "tie", "undecided"),
    [
        (2.0, 1.0, True, False, False, False),
        (1.0, 2.0, False, True, False, False),
        (1.0, 1.0, False, False, True, False),
        (1.0, 1.0 + 5e-10, False, False, True, False),  # even to a billionth
        (1.0, 1.0 + 5e-9, False, True, False, False),
        (1e-300, 1e-300 * (1.0 + 1e-8), False, True, False, False),  # no absolute scale
        (0.0, 0.0, False, False, True, False),
        (0.0, 1e-300, False, True, False, False),
        (np.inf, np.inf, False, False, True, False),
        (np.inf, 1.0, True, False, False, False),
        (1.0, np.inf, False, True, False, False),
        (-2.0, 1.0, False, True, False, False),
        (np.nan, 1.0, False, False, False, True),
        (1.0, np.nan, False, False, False, True),
    ],
)
def test_a_tie_fulfils_no_claim_and_a_missing_number_none_either(
    heating: float,
    cooling: float,
    more: bool,  # noqa: FBT001
    less: bool,  # noqa: FBT001
    tie: bool,  # noqa: FBT001
    undecided: bool,  # noqa: FBT001
) -> None:
    one, two = of(heating, cooling), of(heating, cooling, larger=False)
    assert bool(one.holds) == more
    assert bool(two.holds) == less
    for verdict in (one, two):
        assert bool(verdict.tie) == tie
        assert bool(verdict.undecided) == undecided


def test_every_point_of_a_sweep_has_its_own_verdict() -> None:
    verdict = of([1.0, 2.0, np.nan], [[2.0], [1.0]])
    np.testing.assert_array_equal(verdict.holds, [[False, False, False], [False, True, False]])
    np.testing.assert_array_equal(verdict.tie, [[False, True, False], [True, False, False]])
    np.testing.assert_array_equal(verdict.undecided, [[False, False, True]] * 2)
    assert verdict.heating.shape == verdict.cooling.shape == (2, 3)


def test_a_verdict_keeps_its_words_and_its_unit() -> None:
    verdict = Verdict("a", "b", np.zeros(()), np.ones(()), larger=False, unit="nats", time=np.asarray(3.0), about="c")
    assert (verdict.name, verdict.statement, verdict.unit, verdict.about) == ("a", "b", "nats", "c")
    assert verdict.time == 3.0
    assert verdict.labels == ("heating", "cooling")
    assert not verdict.larger
    assert of(1.0, 1.0).time is None


def test_a_printed_verdict_says_what_is_claimed_and_what_the_numbers_are() -> None:
    claim = "heating stays ahead"
    words = {"unit": "nats", "about": "fraction left"}
    ahead = Verdict("name", claim, np.asarray(0.25), np.asarray(0.5), larger=False, **words)  # type: ignore[arg-type]
    assert str(ahead) == "heating stays ahead: holds; fraction left: heating 0.25, cooling 0.5 [nats]"
    assert repr(ahead) == f"Verdict 'name': {ahead}"
    assert [str(of(*pair)).split("; ")[0] for pair in ((1.0, 2.0), (1.0, 1.0), (np.nan, 1.0))] == [
        "statement: fails",
        "statement: a tie",
        "statement: undecided",
    ]
    assert str(of([1.0, 3.0], 2.0)) == "statement: holds at 1 of 2 points"
    nothing = np.asarray(np.nan)
    off = Verdict("name", claim, nothing, nothing, larger=True, reason="no heat is exchanged")
    assert str(off) == "heating stays ahead: does not apply, no heat is exchanged"
