"""When two quenches are even, on curves whose crossings are known beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.optimize

import systems
import thermokin as tk
from oracles import Array
from thermokin.quench.branch import Branch, branch
from thermokin.quench.crossings import crossing_time, time_when

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

HEATING, COOLING = systems.TwoStateQuench(), systems.TwoStateQuench().reversed()


def qubit(initial: Any, bath: Any, times: Any) -> Branch:
    return branch(tk.Quench("a quench", tk.library.qubit(1.0, 1.0, bath), tk.Gibbs(initial)), times)


def pair(times: Any) -> tuple[Branch, Branch]:
    return qubit(0.5, 2.0, times), qubit(2.0, 0.5, times)


def of_time(function: Callable[[Array], Array]) -> tuple[Branch, Branch, Callable[[Branch], Array]]:
    """Two branches and a quantity that is a given function of time for the first and zero for the second."""
    one, two = pair(np.linspace(0.0, 8.0, 9))

    def quantity(side: Branch) -> Array:
        return function(side.times) if side.evolution.model is one.evolution.model else np.zeros_like(side.times)

    return one, two, quantity


@pytest.mark.parametrize(
    ("name", "quantity", "bracket"),
    [
        ("rates", "entropy_production_rate", (0.01, 1.0)),
        ("totals", "entropy_production", (0.1, 3.0)),
    ],
)
def test_curves_of_a_qubit_cross_where_bisection_in_fifty_digits_says(
    name: str, quantity: str, bracket: tuple[float, float]
) -> None:
    expected = systems.crossing_time(HEATING, COOLING, quantity, bracket)
    for times in (np.linspace(0.0, 4.0, 9), np.array([0.05, 3.9]), np.array([0.0, 3.9])):
        one, two = pair(times)
        found = crossing_time(one, two, lambda side: getattr(side.ledger, quantity))
        # A bracketing search to a few roundings of the curves, which cross steeply.
        assert float(found) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("last", [0.1, 0.15])
def test_a_grid_that_ends_before_the_crossing_shows_none(last: float) -> None:
    one, two = pair([0.0, last])
    assert np.isnan(crossing_time(one, two, lambda side: side.ledger.entropy_production_rate))


def test_a_single_time_shows_a_crossing_only_before_itself() -> None:
    """At time 0 alone nothing can cross; one later time is compared with a probe well before it."""
    one, two = pair([0.0])
    assert np.isnan(crossing_time(one, two, lambda side: side.ledger.entropy_production_rate))
    one, two = pair([1.0])
    found = crossing_time(one, two, lambda side: side.ledger.entropy_production_rate)
    assert float(found) == pytest.approx(systems.rate_crossing(HEATING, COOLING, (0.01, 1.0)), rel=1e-11)


def test_one_quantity_against_itself_never_crosses() -> None:
    one, _ = pair(np.linspace(0.0, 4.0, 9))
    for quantity in (
        lambda side: side.ledger.entropy_production_rate,
        lambda side: side.ledger.entropy_production,
        lambda side: side.kinematics.completion,
    ):
        assert np.isnan(crossing_time(one, one, quantity))


def test_curves_even_to_rounding_do_not_cross() -> None:
    one, two, quantity = of_time(lambda t: 1e-14 * np.sin(2.5 * t))

    def shifted(side: Branch) -> Array:
        return quantity(side) + 1.0

    assert np.isnan(crossing_time(one, two, shifted))


def test_a_touch_is_no_crossing() -> None:
    one, two, quantity = of_time(lambda t: (t - 3.0) ** 2)
    assert np.isnan(crossing_time(one, two, quantity))


def test_a_crossing_at_a_time_of_the_grid_is_found_there() -> None:
    one, two, quantity = of_time(lambda t: t - 3.0)
    assert float(crossing_time(one, two, quantity)) == pytest.approx(3.0, rel=1e-14)


def test_of_two_crossings_the_first_is_told() -> None:
    one, two, quantity = of_time(lambda t: (t - 2.5) * (t - 6.5))
    assert float(crossing_time(one, two, quantity)) == pytest.approx(2.5, rel=1e-14)


def test_a_lead_that_changes_twice_between_two_times_is_not_seen() -> None:
    """As documented: the grid must be fine enough to see a change of the lead."""
    one, two, quantity = of_time(lambda t: (t - 2.25) * (t - 2.75))
    assert np.isnan(crossing_time(one, two, quantity))


def test_two_infinite_starts_are_even() -> None:
    """Both starts lack a level: infinite against infinite is no lead, and the curves after it decide."""
    model = tk.library.levels([0.0, 1.0, 1.7], rate=0.05, temperature=0.8)
    times = np.linspace(0.0, 400.0, 21)
    one, two = (
        branch(tk.Quench("emptied", model, tk.Populations(p)), times) for p in ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    )
    rates = [side.ledger.entropy_production_rate for side in (one, two)]
    assert rates[0][0] == rates[1][0] == np.inf
    found = float(crossing_time(one, two, lambda side: side.ledger.entropy_production_rate))

    def lead(time: float) -> float:
        first, second = (side.at([time]).ledger.entropy_production_rate[0] for side in (one, two))
        return float(first - second)

    signs = np.sign(rates[0][1:] - rates[1][1:])
    change = np.flatnonzero(np.diff(signs))
    if change.size:
        expected = scipy.optimize.brentq(lead, times[1:][change[0]], times[1:][change[0] + 1], xtol=1e-12)
        assert found == pytest.approx(expected, rel=1e-9)
    else:
        assert np.isnan(found) or found < times[1]


def test_every_point_of_a_sweep_has_its_own_crossing_or_none() -> None:
    cold = np.array([0.5, 0.5, 1.9])
    hot = np.array([2.0, 0.9, 2.0])
    one, two = qubit(cold, hot, [0.0, 0.3]), qubit(hot, cold, [0.0, 0.3])
    found = crossing_time(one, two, lambda side: side.ledger.entropy_production_rate)
    for index in range(3):
        heating = systems.TwoStateQuench(1.0, 1.0, float(cold[index]), float(hot[index]))
        rates = [float(q.entropy_production_rate(0.3)) for q in (heating, heating.reversed())]
        if rates[0] > rates[1]:
            assert np.isnan(found[index])
        else:
            expected = systems.rate_crossing(heating, heating.reversed(), (1e-4, 0.3))
            assert found[index] == pytest.approx(expected, rel=1e-9)


def test_coherent_starts_between_two_baths_begin_even_in_what_they_have_produced() -> None:
    """Roundings of an integral at time 0 once stood for a lead and crossed at 1e-17."""
    rng = np.random.default_rng(7)
    contacts = []
    for name, temperature in (("cold", 0.5), ("hot", 1.5)):
        coupling = rng.normal(size=(3, 3))
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling + coupling.T, tk.Ohmic(0.01)))
    model = tk.davies(np.diag([0.0, 1.0, 2.3]), contacts)
    for _ in range(10):
        sides = []
        for _ in range(2):
            root = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
            state = root @ root.conj().T
            sides.append(branch(tk.Quench("by hand", model, state / np.trace(state).real), np.linspace(0.0, 200.0, 6)))
        produced = [side.ledger.entropy_production for side in sides]
        assert produced[0][0] == produced[1][0] == 0.0
        found = float(crossing_time(sides[0], sides[1], lambda side: side.ledger.entropy_production))
        assert np.isnan(found) or found > 1e-3


@pytest.mark.parametrize("times", [[0.0], [0.0, 0.3, 5.0], [0.7], [3.0, 20.0]])
def test_a_growing_quantity_reaches_a_value_at_the_time_of_its_closed_form(times: list[float]) -> None:
    side = qubit(0.5, 2.0, times)
    total = float(HEATING.heat_mean(np.inf))
    for fraction in (0.1, 0.5, 0.99):
        expected = -np.log1p(-fraction) / HEATING.relaxation
        found = time_when(side, lambda b: b.heat.mean, np.asarray(fraction * total), np.asarray(20.0))
        # Heat at 1e-16 of its end value fixes a late time to 1e-14.
        assert float(found) == pytest.approx(expected, rel=1e-10)


def test_a_value_beyond_reach_has_no_time() -> None:
    side = qubit(0.5, 2.0, [0.0, 1.0])
    total = float(HEATING.heat_mean(np.inf))
    assert np.isnan(time_when(side, lambda b: b.heat.mean, np.asarray(1.01 * total), np.asarray(20.0)))
    # Reached, but later than it is looked for.
    assert np.isnan(time_when(side, lambda b: b.heat.mean, np.asarray(0.99 * total), np.asarray(1.05)))


def test_each_point_of_a_sweep_reaches_its_own_value() -> None:
    side = qubit(0.5, np.array([2.0, 1.0]), [0.0, 0.1])
    levels = np.array([0.1, 0.05])
    found = time_when(side, lambda b: b.heat.mean, levels, np.asarray(30.0))
    for index, bath in enumerate((2.0, 1.0)):
        quench = systems.TwoStateQuench(1.0, 1.0, 0.5, bath)
        expected = -np.log1p(-levels[index] / float(quench.heat_mean(np.inf))) / quench.relaxation
        assert found[index] == pytest.approx(expected, rel=1e-10)


def test_rows_of_times_that_start_at_zero_and_later_cross_as_each_alone() -> None:
    family = tk.reciprocal(lambda t: tk.library.qutrit_ladder(1.0, t), 0.5, 2.0)
    times = np.array([[0.0, 10.0], [0.0, 20.0], [5.0, 50.0]])
    found = tk.compare(family, times).crossings
    for position, row in enumerate(times):
        alone = tk.compare(family, row).crossings
        for name, when in alone.items():
            np.testing.assert_allclose(found[name][position], when, rtol=1e-9, err_msg=name)
