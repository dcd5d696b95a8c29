"""Theorems of a user's own, evaluated beside those of the catalogue."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.bounds import Hypothesis, Limit, RelaxationCase, Theorem
from thermokin.bounds.theorem import VARIANCE

TIMES = np.array([0.1, 1.0, 5.0])


def _half_of_the_kinetic_bound(case: RelaxationCase) -> Limit:
    return Limit(0.5 * case.over(case.squared_response_to_speed, case.activity))


HALF = Theorem(
    name="half kinetic",
    statement="Var J >= [d<J>/dtheta]^2 / 2A",
    domain="as kinetic; weaker",
    equality="never",
    reference="garrahan2017",
    relaxation=_half_of_the_kinetic_bound,
)


def test_a_theorem_of_ones_own_is_evaluated_as_those_of_the_catalogue() -> None:
    model = tk.library.qubit(gap=1.0, rate=0.03, temperature=0.7)
    current = tk.heat(model)
    (own,) = tk.bounds.evaluate(model, current, tk.Gibbs(3.0), TIMES, theorems=[HALF])
    kinetic = {bound.name: bound for bound in tk.bounds.evaluate(model, current, tk.Gibbs(3.0), TIMES)}["kinetic"]
    assert own.theorem is HALF
    assert np.array_equal(own.limit, 0.5 * kinetic.limit)
    assert np.array_equal(own.value, kinetic.value)
    assert own.applies
    assert own.holds.all()


def test_a_theorem_that_says_nothing_of_a_case_is_left_out() -> None:
    model = tk.library.qubit(gap=1.0, rate=0.03, temperature=0.7)
    silent = Theorem("silent", "Var J >= ?", "nowhere", "never", "garrahan2017", lambda _: None)
    asked = {"initial": tk.Gibbs(3.0), "times": TIMES, "theorems": [silent]}
    assert tk.bounds.evaluate(model, tk.heat(model), **asked, outside=True) == ()
    with pytest.raises(tk.HypothesisError, match="the bound 'silent' says nothing here; its domain: nowhere"):
        tk.bounds.evaluate(model, tk.heat(model), **asked)


def test_the_tightest_bound_is_the_closest_of_those_that_are_theorems_here() -> None:
    model = tk.library.qubit(gap=1.0, rate=0.03, temperature=0.7)
    broken = Theorem(
        *("nowhere", "Var J >= 0.999 Var J", "nowhere", "never", "garrahan2017"),
        lambda case: Limit(0.999 * case.exchanged.variance, (Hypothesis("it is a theorem", holds=False),)),
    )
    found = tk.bounds.evaluate(model, tk.heat(model), initial=tk.Gibbs(3.0), times=TIMES)
    judged = tk.bounds.evaluate(
        model,
        tk.heat(model),
        initial=tk.Gibbs(3.0),
        times=TIMES,
        theorems=[*tk.bounds.catalogue(), broken],
        outside=True,
    )
    tightest = judged.tightest
    assert tightest.applies
    assert tightest.name == found.tightest.name
    assert tightest.ratio.min() == min(
        bound.ratio.min() for bound in found if bound.applies and bound.theorem.bounded is VARIANCE
    )
    assert judged["nowhere"].ratio.min() < tightest.ratio.min()
