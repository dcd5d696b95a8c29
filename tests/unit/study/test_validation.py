"""The cases of `thermokin validate`: their data, their deviations, and that all of this issue's are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reference_cases import CASES
from thermokin.validation import case as cases
from thermokin.validation.case import Case, reference, table_row
from thermokin.validation.registry import GROUPS, cases_of

NAMES = [
    entry["name"]
    for entry in json.loads(Path(cases.__file__).with_name("reference_cases.json").read_text(encoding="utf-8"))["cases"]
]


def test_every_reference_case_is_packaged() -> None:
    assert set(CASES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_packaged_case_is_the_one_that_the_tests_use(name: str) -> None:
    packaged, known = reference(name), CASES[name]
    assert packaged.parameters == known.parameters
    assert packaged.expected == known.expected
    assert (packaged.allowed, packaged.source) == (known.rtol, known.source)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_every_result_of_a_group_agrees_and_names_its_source(group: object) -> None:
    found = cases_of(group)  # type: ignore[arg-type]
    assert found
    assert all(case.source and case.system and case.quantity for case in found)
    assert [case for case in found if not case.holds] == []


@pytest.mark.parametrize(
    ("printed", "ours", "holds"),
    [
        ("1.182", 1.18245, True),
        ("1.182", 1.1826, False),
        ("7.9e4", 78600.0, True),
        ("7.9e4", 78400.0, False),
        ("5.3e-4", 5.27e-4, True),
        (".5167", 0.51666, True),
        ("0", 0.4, True),
    ],
)
def test_a_printed_number_allows_half_a_unit_in_its_last_place(printed: str, ours: float, holds: bool) -> None:  # noqa: FBT001
    (case,) = table_row("system", "nobody", {"x": (printed, ours)})
    assert case.holds is holds


@pytest.mark.parametrize(
    ("expected", "ours", "deviation"),
    [
        (2.0, 2.0, 0.0),
        (2.0, 3.0, 0.5),
        (0.0, 0.25, 0.25),
        (1.0, float("nan"), float("inf")),
        (float("inf"), 1.0, float("inf")),
    ],
)
def test_a_deviation_is_relative_and_never_hides_a_number_that_is_none(
    expected: float, ours: float, deviation: float
) -> None:
    assert Case("system", "x", expected, ours, 1e-8, "nobody").deviation == deviation
