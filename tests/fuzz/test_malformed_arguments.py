"""Whatever is given to a public constructor or verb, the answer is a clear refusal or finite numbers."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given

import thermokin as tk
from fuzz.arguments import CONSTRUCTORS, KINDRED, OWN, VERBS
from fuzz.budget import budget
from fuzz.judge import Refused, holds_numbers, outcome
from fuzz.junk import junk


@st.composite
def exchanged(draw: st.DrawFn, given_: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Sound arguments, one or two of them replaced by others of their kind or by junk."""
    arguments = dict(given_)
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)):
        kindred = KINDRED.get(name)
        arguments[name] = draw(junk() if kindred is None or draw(st.booleans()) else st.sampled_from(kindred))
    return arguments


def all_used(result: Any) -> None:
    """Assert that what a constructor made goes through the solvers, or is refused there."""
    if not isinstance(result, tk.Model):
        return
    steady = outcome(lambda: tk.steady_state(result))
    assert isinstance(steady, Refused) or holds_numbers(steady.frame_state)
    counted = outcome(lambda: tk.cumulants(result, tk.activity(result)))
    assert isinstance(counted, Refused) or holds_numbers(counted.values)


@budget(0.3)
@given(data=st.data(), name=st.sampled_from(sorted(CONSTRUCTORS)))
def test_a_constructor_refuses_in_clear_words_or_makes_finite_numbers(data: st.DataObject, name: str) -> None:
    constructor, sound = CONSTRUCTORS[name]
    arguments = data.draw(exchanged(sound, list(sound)))
    result = outcome(lambda: constructor(**arguments))
    if isinstance(result, Refused):
        return
    assert holds_numbers(result, infinite=True), result
    all_used(result)


@budget(0.3)
@given(data=st.data(), name=st.sampled_from(sorted(VERBS)))
def test_a_verb_refuses_in_clear_words_or_gives_finite_numbers(data: st.DataObject, name: str) -> None:
    verb, sound = VERBS[name]
    # Single runs may be as many and as long as asked for: a large number is no mistake, only slow.
    names = [key for key in sound if name != "unravel" or key not in {"times", "trajectories"}]
    arguments = data.draw(exchanged(sound, names))
    own = OWN.get(id(arguments["model"]))
    if own is not None and arguments["model"] is not sound["model"] and data.draw(st.booleans()):
        arguments |= {"current": own} if "current" in sound else {}
        arguments |= {"currents": [own]} if "currents" in sound else {}
    result = outcome(lambda: verb(**arguments))
    # An evolution holds logarithms of empty levels, and trajectories the times of jumps that never come.
    assert isinstance(result, Refused) or holds_numbers(result, infinite=name in {"evolve", "unravel"}), result
