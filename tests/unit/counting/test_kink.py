from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from counted_systems import fluorescence, switching, switching_generating, transistor

EVEN = tk.Populations([0.25, 0.25, 0.25, 0.25])


def test_two_separate_processes_cross_in_real_kinks() -> None:
    # Jumps of weight 1 at rate 3 and of weight 2 at rate 1: 3 (x - 1) = x^2 - 1 at x = e^s = 1 and 2.
    rates, counts = np.zeros((4, 4)), np.zeros((4, 4))
    for first, rate, weight in ((0, 3.0, 1.0), (2, 1.0, 2.0)):
        rates[first, first + 1] = rates[first + 1, first] = rate
        counts[first, first + 1] = counts[first + 1, first] = weight
    model = tk.rates(rates, weights={"count": counts})
    s = np.linspace(-1.03, 1.5, 12)
    found = tk.cumulant_generating_function(model, tk.current(model, "count"), s, initial=EVEN)
    x = np.exp(s)
    np.testing.assert_allclose(found.values, np.maximum(3.0 * (x - 1.0), x**2 - 1.0), atol=1e-12)
    zero, two = found.kinks
    np.testing.assert_allclose([zero.s, two.s], [0.0, np.log(2.0)], atol=1e-12)
    np.testing.assert_allclose(zero.currents, [2.0, 3.0], rtol=1e-12)
    np.testing.assert_allclose(two.currents, [6.0, 8.0], rtol=1e-12)
    np.testing.assert_allclose([zero.jump, two.jump, two.value], [1.0, 2.0, 3.0], rtol=1e-12)
    assert zero.gap == zero.width == two.gap == two.width == 0.0
    # Between both currents the rate function is a straight line: time is shared between the phases.
    line = found.rate_function().at([6.0, 6.5, 7.0, 8.0])
    np.testing.assert_allclose(line, np.log(2.0) * np.array([6.0, 6.5, 7.0, 8.0]) - 3.0, atol=1e-12)


def test_a_kink_that_is_a_field_of_the_grid_is_found_as_well() -> None:
    model = switching(0.0)
    found = tk.cumulant_generating_function(model, tk.current(model, "flips"), [-1.0, 0.0, 1.0], initial=EVEN)
    (kink,) = found.kinks
    np.testing.assert_allclose([kink.s, *kink.currents], [0.0, 0.05, 1.0], atol=1e-12)


def test_two_driven_atoms_in_separate_sectors_cross_at_zero_field() -> None:
    hamiltonian = np.zeros((4, 4))
    hamiltonian[0, 1] = hamiltonian[1, 0] = 0.2
    hamiltonian[2, 3] = hamiltonian[3, 2] = 1.5
    jumps = [np.zeros((4, 4)), np.zeros((4, 4))]
    jumps[0][0, 1] = jumps[1][2, 3] = 1.0
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    found = tk.cumulant_generating_function(model, tk.activity(model), np.linspace(-1.0, 1.0, 8), initial=EVEN)
    weak, strong = (
        tk.cumulant_generating_function(atom, tk.activity(atom), found.s)
        for atom in (fluorescence(0.4), fluorescence(3.0))
    )
    np.testing.assert_allclose(found.values, np.maximum(weak.values, strong.values), atol=1e-13)
    (kink,) = found.kinks
    means = [tk.cumulants(atom, tk.activity(atom), order=1).mean for atom in (fluorescence(0.4), fluorescence(3.0))]
    np.testing.assert_allclose([kink.s, *kink.currents], [0.0, *means], atol=1e-12)


@pytest.mark.parametrize("switch", [1e-2, 1e-4, 1e-8])
def test_slow_switching_between_two_activities_is_almost_a_kink(switch: float) -> None:
    model = switching(switch)
    s = np.linspace(-1.0, 1.0, 21)
    found = tk.cumulant_generating_function(model, tk.current(model, "flips"), s)
    np.testing.assert_allclose(found.values, switching_generating(s, switch), atol=1e-13)
    (kink,) = found.kinks
    # The gap is twice the switching rate where both environments are as active; the current changes by 0.95 there.
    # The lines of the phases bend over a width of 4 k / 0.95, which corrects these numbers to first order.
    correction = 10.0 * switch
    assert abs(kink.s) < (correction + 1e-3) * kink.width  # a maximum is flat: it is found to the root of rounding
    np.testing.assert_allclose(kink.gap, 2.0 * switch, rtol=correction + 1e-6)
    np.testing.assert_allclose(kink.currents, [0.05, 1.0], atol=correction + 1e-4)
    np.testing.assert_allclose(kink.width, 4.0 * switch / 0.95, rtol=correction + 1e-6)


@pytest.mark.parametrize("points", [3, 4, 7, 40, 201])
def test_a_sharp_kink_is_found_on_a_grid_that_misses_it(points: int) -> None:
    model = switching(1e-6)
    found = tk.cumulant_generating_function(model, tk.current(model, "flips"), np.linspace(-0.9, 1.1, points))
    (kink,) = found.kinks
    assert abs(kink.s) < 1e-8


def test_smooth_crossovers_are_not_marked() -> None:
    s = np.linspace(-4.0, 4.0, 33)
    for model in (switching(0.3), transistor(), fluorescence(1.0)):
        assert tk.cumulant_generating_function(model, tk.activity(model), s).kinks == ()
