"""The inverse of x tanh x, the information and the fluctuation-theorem limit made of it: exact at both ends."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import counting_oracles as counting
import reference_cases
import thermokin as tk
from thermokin.bounds import fluctuation_theorem_limit, inverse_x_tanh_x, thermo_kinetic_information

# Both ends of the doubles, both ends of the interval of the start, the place where the function becomes straight.
EDGES = [1e-300, 1e-200, 1e-16, 1e-8, 1e-3, 19.999999, 20.0, 20.000001, 400.0, 1e8, 1e300]
POINTS = np.concatenate([EDGES, np.geomspace(1e-4, 40.0, 400)])
SIZES = st.floats(-12.0, 3.0).map(lambda power: 10.0**power)


def exact(z: float) -> mpmath.mpf:
    """The root by Newton's method in 50 digits, from above."""
    with mpmath.workdps(50):
        target = mpmath.mpf(z)
        x = mpmath.sqrt(target) * (1 + target / 6) if target < 1 else target * (1 + mpmath.exp(-target))
        for _ in range(12):
            t = mpmath.tanh(x)
            x -= (x * t - target) / (t + x * (1 - t * t))
        return x


def test_the_root_is_right_to_1e_minus_14_from_1e_minus_300_to_1e_plus_300() -> None:
    found = inverse_x_tanh_x(POINTS)
    errors = [abs(float(mpmath.mpf(x) / exact(z) - 1)) for x, z in zip(found.tolist(), POINTS.tolist(), strict=True)]
    assert max(errors) < 1e-14


def test_two_ways_to_the_exact_root_agree() -> None:
    for z in (1e-8, 0.3, 1.0, 7.0):
        assert abs(exact(z) / counting.inverse_x_tanh_x(z) - 1) < 1e-30


def test_the_root_of_nothing_is_nothing_and_that_of_infinity_is_infinite() -> None:
    np.testing.assert_array_equal(inverse_x_tanh_x([0.0, np.inf]), [0.0, np.inf])
    # The smallest double: its root is a normal number.
    assert inverse_x_tanh_x(5e-324) == pytest.approx(np.sqrt(5e-324), rel=1e-14)


def test_the_root_keeps_the_shape_of_its_argument() -> None:
    grid = np.linspace(0.0, 5.0, 24).reshape(2, 3, 4)
    assert inverse_x_tanh_x(grid).shape == (2, 3, 4)
    np.testing.assert_array_equal(inverse_x_tanh_x(grid.T), inverse_x_tanh_x(grid).T)
    assert inverse_x_tanh_x(np.ones(0)).shape == (0,)
    many = np.linspace(0.0, 3.0, 40_000)  # more than one block
    np.testing.assert_array_equal(inverse_x_tanh_x(many)[::999], inverse_x_tanh_x(many[::999]))


def test_the_reference_case_is_met() -> None:
    case = reference_cases.case("Phi_function")
    steps = [0.1, 1.0, 10.0]
    case.all_agree(
        {
            "Phi": inverse_x_tanh_x(case.parameters["z"]),
            "tkur_info": thermo_kinetic_information([1e-6, 1.0, 1.0, 50.0], [1.0, 1.0, 100.0, 1.0]),
            "ft_tur": fluctuation_theorem_limit(steps),
            "hvv": 2.0 / np.expm1(steps),
        }
    )


@settings(max_examples=60, deadline=None)
@given(SIZES, SIZES)
def test_the_information_lies_below_half_the_entropy_production_and_below_the_activity(
    entropy: float, activity: float
) -> None:
    found = float(thermo_kinetic_information(entropy, activity))
    # A tanh^2 of a root that is right to 1e-15.
    assert found == pytest.approx(counting.tkur_information(entropy, activity), rel=1e-14)
    assert found <= min(entropy / 2.0, activity) * (1.0 + 1e-15)


def test_the_information_is_the_activity_for_certain_jumps_and_half_the_entropy_for_gentle_ones() -> None:
    np.testing.assert_array_equal(
        thermo_kinetic_information([np.inf, 0.0, 0.0, 1.0], [3.0, 3.0, 0.0, 0.0]), [3, 0, 0, 0]
    )
    # Nothing underflows or cancels: the difference from S/2 is S^2/(12 A) of it, 1e-201.
    assert thermo_kinetic_information(1e-200, 1.0) == pytest.approx(5e-201, rel=1e-15)
    assert thermo_kinetic_information(1e-300, 1e-290) == pytest.approx(5e-301, rel=1e-9)
    assert thermo_kinetic_information(1e300, 1e-300) == 1e-300


def test_an_entropy_production_that_rounding_has_made_negative_counts_as_zero() -> None:
    assert thermo_kinetic_information(-1e-15, 1.0) == 0.0


@settings(max_examples=60, deadline=None)
@given(SIZES)
def test_the_fluctuation_theorem_limit_lies_between_its_weaker_form_and_two_over_the_entropy(entropy: float) -> None:
    found = float(fluctuation_theorem_limit(entropy))
    # Its logarithm is -2 Phi: relative rounding grows with the root.
    assert found == pytest.approx(counting.fluctuation_theorem_bound(entropy), rel=1e-14 * (1.0 + entropy))
    with np.errstate(over="ignore"):
        weaker = 2.0 / np.expm1(entropy)
    assert weaker * (1.0 - 1e-12) <= found <= 2.0 / entropy


def test_the_fluctuation_theorem_limit_neither_overflows_nor_cancels() -> None:
    np.testing.assert_array_equal(fluctuation_theorem_limit([0.0, np.inf, 1e4]), [np.inf, 0.0, 0.0])
    # csch^2 x = 4 exp(-2x) for large x.
    assert fluctuation_theorem_limit(700.0) == pytest.approx(4.0 * np.exp(-700.0), rel=1e-12)
    assert fluctuation_theorem_limit(1e-300) == pytest.approx(2e300, rel=1e-14)


def test_numbers_that_no_process_has_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`z` must be >= 0, got -1"):
        inverse_x_tanh_x([1.0, -1.0])
    with pytest.raises(ValueError, match="`z`"):
        inverse_x_tanh_x(np.nan)
    with pytest.raises(TypeError, match="`z`"):
        inverse_x_tanh_x("one")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`entropy_production` must be >= 0, got -1e-06"):
        thermo_kinetic_information(-1e-6, 1.0)
    with pytest.raises(ValueError, match="`activity` must be finite and >= 0"):
        thermo_kinetic_information(1.0, -1.0)
    with pytest.raises(ValueError, match="`activity` must be finite and >= 0"):
        thermo_kinetic_information(1.0, np.inf)
    with pytest.raises(ValueError, match=r"`entropy` must be >= 0, got -0\.5"):
        fluctuation_theorem_limit(-0.5)


def test_plain_numbers_have_the_information_of_arrays() -> None:
    one = tk.design.functions.thermo_kinetic_information(1.5, 1.0)
    assert one.shape == ()
    assert one == tk.design.functions.thermo_kinetic_information([1.5], [1.0])[0]
