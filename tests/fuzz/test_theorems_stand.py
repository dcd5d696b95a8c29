"""No search breaks a theorem of the catalogue: what doubles say is broken is rounding, proven or admitted."""

from __future__ import annotations

import os

import pytest

from fuzz.budget import VARIABLE
from fuzz.catalogue import FAMILIES, places_of, searched
from thermokin.bounds import catalogue

pytest.importorskip("flint")
FEW = 48  # evaluations of each in the test command; with `make fuzz N=100000` so many
STANDING = {"none found", "rounding", "within its error"}
EVERY = [(theorem.name, place) for theorem in catalogue() for place in places_of(theorem)]


@pytest.mark.parametrize(("theorem", "place"), EVERY)
def test_a_theorem_stands(theorem: str, place: str) -> None:
    asked = os.environ.get(VARIABLE)
    if asked is None and FAMILIES[place].most < 10**9:
        pytest.skip("milliseconds for each evaluation; `make fuzz` has it")
    found = searched(theorem, place, int(asked or FEW))
    assert found.verdict in STANDING, [(one.verdict, one.slack, one.numbers, one.reason) for one in found.candidates]


def test_every_theorem_has_a_family() -> None:
    assert all(places_of(theorem) for theorem in catalogue())
