"""What the page says of a comparison: a tie is a tie, and what is missing is open."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import thermokin as tk
from thermokin.quench.verdicts import Verdict
from thermokin.report.blocks import Outcome, Verdicts
from thermokin.report.page import render
from thermokin.views.comparison_page import comparison_sections

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def race() -> tk.results.Comparison:
    pair = tk.reciprocal(lambda t: tk.library.qubit(gap=1.0, rate=0.01, temperature=t), 0.5, 2.0)
    return tk.compare(pair, np.linspace(0.0, 100.0, 11))


def shown(comparison: tk.results.Comparison) -> Verdicts:
    (found,) = [block for block in comparison_sections(comparison, {})["verdicts"] if isinstance(block, Verdicts)]
    return found


def test_a_tie_is_shown_as_a_tie_and_not_as_a_statement_that_fails() -> None:
    comparison = race()
    outcomes = [
        (verdict, one.outcome) for verdict, one in zip(comparison.verdicts, shown(comparison).items, strict=True)
    ]
    ties = [verdict.name for verdict, outcome in outcomes if outcome is Outcome.TIE]
    # Two levels are left at equal heat with equal variances: Var Q depends on the populations at both ends alone.
    assert "steadier at equal heat" in ties
    for verdict, outcome in outcomes:
        assert (outcome is Outcome.TIE) == bool(verdict.tie), verdict.name
        assert (outcome is Outcome.HOLDS) == bool(verdict.holds), verdict.name
    page = render("page", [shown(comparison)])
    assert page.count(Outcome.TIE.value) >= len(ties)


@pytest.mark.parametrize(
    ("heating", "cooling", "outcome"),
    [
        (1.0, 1.0, Outcome.TIE),
        (1.0 + 1e-12, 1.0, Outcome.TIE),
        (1.0, 1.0 + 1e-12, Outcome.TIE),
        (np.inf, np.inf, Outcome.TIE),
        (0.0, 0.0, Outcome.TIE),
        (1.0, 2.0, Outcome.FAILS),
        (2.0, 1.0, Outcome.HOLDS),
        (np.inf, 1.0, Outcome.HOLDS),
        (np.nan, 1.0, Outcome.OPEN),
    ],
)
def test_an_outcome_follows_from_the_two_numbers(
    heating: float, cooling: float, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = race()
    verdict = Verdict("name", "heating has more", np.array(heating), np.array(cooling), larger=True)
    monkeypatch.setattr(type(comparison), "verdicts", (verdict,))
    (one,) = shown(dataclasses.replace(comparison)).items
    assert one.outcome is outcome
