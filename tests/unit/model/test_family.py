"""A family is a function of named numbers: what is known of each is read off the function's signature."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.model.parameter import REQUIRED, Parameter, parameters_of


def test_the_parameters_of_a_maser_are_those_of_its_signature() -> None:
    family = tk.Family(tk.library.three_level_maser, {"cold": 1.0})
    assert "cold" not in family.parameters
    assert family.parameters["drive"].unit == "energy"
    assert family.parameters["drive"].default is REQUIRED
    assert family.parameters["hot"].role == "temperature"
    assert (family.parameters["gap_hot"].default, family.parameters["gap_hot"].above) == (2.5, 0.0)
    assert family.parameters["driven_pair"].choices == ("upper", "lower")
    assert repr(family).startswith("Family(three_level_maser: drive, hot, gap_hot=")


def test_a_family_makes_the_model_that_its_function_makes_also_over_leading_axes() -> None:
    drives = np.array([[0.01], [0.02]])
    ours = tk.Family(tk.library.three_level_maser).given({"cold": 0.5})(drive=drives, hot=[2.0, 3.0, 4.0])
    theirs = tk.library.three_level_maser(drives, [2.0, 3.0, 4.0], 0.5)
    assert ours.batch_shape == (2, 3)
    np.testing.assert_array_equal(ours.table.amplitude, theirs.table.amplitude)


def test_a_family_of_one_open_number_is_a_function_of_temperature_for_a_quench() -> None:
    pair = tk.reciprocal(tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01}), 0.5, 2.0)
    same = tk.reciprocal(lambda temperature: tk.library.qubit(1.0, 0.01, temperature), 0.5, 2.0)
    np.testing.assert_array_equal(pair.heating.model.table.amplitude, same.heating.model.table.amplitude)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda family: family(gpa=1.0), "`gpa` is no number of .*did you mean `gap`"),
        (lambda family: family(gap=1.0), "`rate` must be given"),
        (lambda family: family(1.0), "`numbers` must be given by name"),
        (lambda family: family.given({"g": 1.0}), "`g` is no number"),
    ],
)
def test_names_that_a_family_does_not_have_are_refused(call: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call(tk.Family(tk.library.qubit))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "flaw"),
    [(1.0, ""), ([1.0, -2.0], "must be > 0, got -2"), (np.nan, "must be finite"), (np.inf, "must be finite")],
)
def test_numbers_out_of_the_range_of_a_parameter_are_told(value: object, flaw: str) -> None:
    assert tk.Family(tk.library.qubit).parameters["gap"].flaw(value) == flaw  # type: ignore[arg-type]


@pytest.mark.parametrize("name", tk.library.__all__)
def test_every_number_of_a_library_model_says_what_it_is(name: str) -> None:
    for parameter in parameters_of(getattr(tk.library, name)).values():
        assert parameter.words
        assert isinstance(parameter, Parameter)
