"""The verdicts on pairs of quenches, against closed forms."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

import systems
import thermokin as tk
from thermokin.quench.comparison import Comparison

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

lib = tk.library


TIMES = np.array([0.0, 0.1, 0.5, 1.0, 2.0])
HEATING = systems.TwoStateQuench()
COOLING = HEATING.reversed()


def reciprocal(family: Any, times: Any = TIMES, ends: tuple[float, float] = (0.5, 2.0)) -> Comparison:
    return tk.compare(tk.reciprocal(family, *ends), times)


@functools.cache
def qubit() -> Comparison:
    return reciprocal(lambda t: lib.qubit(1.0, 1.0, t))


def test_the_verdicts_on_a_qubit_are_those_of_its_closed_forms() -> None:
    found = {verdict.name: verdict for verdict in qubit().verdicts}
    expected: dict[str, tuple[float, float, bool]] = {
        "initial rate": (HEATING.entropy_production_rate(0.0), COOLING.entropy_production_rate(0.0), True),
        "gap": (HEATING.relaxation, COOLING.relaxation, True),
        "crossing": (systems.rate_crossing(HEATING, COOLING, (0.01, 1.0)), 2.0, True),
        "total": (HEATING.entropy_production(np.inf), COOLING.entropy_production(np.inf), True),
    }
    for name, (heating, cooling, holds) in expected.items():
        # One closed form each; the crossing comes out of a root search.
        assert float(found[name].heating) == pytest.approx(float(heating), rel=1e-10), name
        assert float(found[name].cooling) == pytest.approx(float(cooling), rel=1e-10), name
        assert bool(found[name].holds) == holds
    assert found["crossing"].labels == ("crossing", "last time")
    assert found["initial rate"].unit == "nats/time"
    assert found["initial rate"].time == 0.0


def closest(numbers: list[Any]) -> int:
    """The later time at which the smaller-is-better claim is relatively closest to failing."""
    one, two = (np.asarray(n, float) for n in numbers)
    return 1 + int(np.argmin((two - one)[1:] / np.maximum(np.abs(one), np.abs(two))[1:]))


def test_claims_over_all_times_are_told_where_they_are_closest_to_failing() -> None:
    curves = {
        "ahead in completion": [1.0 - q.completion(TIMES) for q in (HEATING, COOLING)],
        "ahead in relative entropy": [q.divergence(TIMES) / q.divergence(0.0) for q in (HEATING, COOLING)],
        "ahead in trace distance": [1.0 - q.progress(TIMES) for q in (HEATING, COOLING)],
        "ahead in Hilbert-Schmidt distance": [1.0 - q.progress(TIMES) for q in (HEATING, COOLING)],
    }
    later = [np.inf if t == 0 else t for t in TIMES]
    noise = []
    for quench in (HEATING, COOLING):
        with np.errstate(invalid="ignore", divide="ignore"):
            noise.append(np.where(TIMES > 0, quench.heat_variance(later) / quench.heat_mean(TIMES) ** 2, 1.0))
        noise[-1][1:] = quench.heat_variance(TIMES[1:]) / quench.heat_mean(TIMES[1:]) ** 2
    curves["steadier at equal time"] = noise
    for name, numbers in curves.items():
        verdict = qubit().verdict(name)
        at = closest(numbers)
        assert verdict.time == TIMES[at], name
        assert float(verdict.heating) == pytest.approx(float(numbers[0][at]), rel=1e-9), name
        assert float(verdict.cooling) == pytest.approx(float(numbers[1][at]), rel=1e-9), name
        assert verdict.holds == (numbers[0][1:] < numbers[1][1:]).all()
        assert verdict.about


def test_a_claim_over_all_times_fails_if_it_fails_once() -> None:
    """A large spin heats ahead at first and is overtaken: the second energy of the ladder decides late."""
    early = reciprocal(lambda t: lib.spin(4.5, 1.0, 1.0, t), [0.05, 0.1]).verdict("ahead in relative entropy")
    late = reciprocal(lambda t: lib.spin(4.5, 1.0, 1.0, t), [0.05, 2.0]).verdict("ahead in relative entropy")
    assert early.holds
    assert not late.holds
    assert late.time == 2.0


def test_ties_at_all_times_are_told_at_the_first() -> None:
    comparison = reciprocal(lambda t: lib.qubit(1.0, 1.0, t, statistics=tk.SpinBath()))
    for name in ("initial rate", "gap", "steadier at equal time", "ahead in trace distance"):
        verdict = comparison.verdict(name)
        assert verdict.tie, name
        assert not verdict.holds, name
    assert comparison.verdict("steadier at equal time").time == 0.1


def test_rates_that_do_not_cross_are_told_as_an_infinite_time() -> None:
    verdict = reciprocal(lambda t: lib.qubit(1.0, 1.0, t), [0.0, 0.1]).verdict("crossing")
    assert verdict.heating == np.inf
    assert verdict.cooling == 0.1
    assert np.isnan(verdict.time)
    assert not verdict.holds


def test_two_infinite_first_rates_are_a_tie() -> None:
    model = lib.levels([0.0, 1.0, 1.7], rate=0.05, temperature=0.8)
    one, two = (tk.Quench(n, model, tk.Populations(p)) for n, p in (("a", [1.0, 0.0, 0.0]), ("b", [0.0, 0.5, 0.5])))
    comparison = tk.compare(tk.QuenchPair(one, two, "by hand", {}), [0.0, 10.0])
    verdict = comparison.verdict("initial rate")
    assert verdict.heating == verdict.cooling == np.inf
    assert verdict.tie
    assert not verdict.holds
    assert not verdict.undecided


def test_an_infinite_first_rate_is_the_larger_one() -> None:
    """Equidistant starts, one at absolute zero: its upper level is being filled, that of the other has been."""
    comparison = tk.compare(tk.equidistant(lambda t: lib.qubit(1.0, 1.0, t), 0.3, 0.0), [0.0, 0.5])
    verdict = comparison.verdict("initial rate")
    assert verdict.heating == np.inf
    assert np.isfinite(verdict.cooling)
    assert verdict.holds
    assert not verdict.tie


def test_absolute_zero_on_either_side_is_a_tie_of_infinities() -> None:
    """A bath at zero takes in heat at the price of infinite entropy; so does the first jump out of a ground state."""
    comparison = reciprocal(lambda t: lib.qubit(1.0, 1.0, t), ends=(0.0, 2.0))
    verdict = comparison.verdict("initial rate")
    assert verdict.heating == verdict.cooling == np.inf
    assert verdict.tie
    # No state with population above the ground is at a finite relative entropy from it: all of it is always left.
    np.testing.assert_array_equal(comparison.cooling.remaining(tk.distances.RelativeEntropy()), 1.0)
    np.testing.assert_allclose(comparison.cooling.remaining(tk.distances.Trace()), np.exp(-TIMES), rtol=1e-12)
    verdict = comparison.verdict("ahead in relative entropy")
    assert verdict.holds
    assert verdict.cooling == 1.0


def test_an_infinite_number_at_one_time_is_where_a_claim_is_farthest_from_holding() -> None:
    """No heat in the mean, infinite relative variance: a start at the temperature of its bath never steadies."""
    model = lib.qubit(1.0, 1.0, 2.0)
    still, warming = (tk.Quench(name, model, tk.Gibbs(t)) for name, t in (("still", 2.0), ("warming", 0.5)))
    one = tk.compare(tk.QuenchPair(warming, still, "by hand", {}), [0.0, 0.5]).verdict("steadier at equal time")
    other = tk.compare(tk.QuenchPair(still, warming, "by hand", {}), [0.0, 0.5]).verdict("steadier at equal time")
    assert one.holds or one.cooling > 1e20  # the mean heat of the still one is rounding or nothing
    assert not other.holds
    assert not other.tie


def test_a_pair_between_two_baths_has_no_verdict_on_totals() -> None:
    """Rates beside gaps keep the turns of the coherences few."""
    contacts = [
        tk.Contact(tk.Bath(name, temperature), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Flat(0.5))
        for name, temperature in (("cold", 0.5), ("hot", 1.5))
    ]
    model = tk.davies(np.diag([0.0, 1.0]), contacts)
    states = [np.array([[0.7, 0.2], [0.2, 0.3]]), np.array([[0.2, 0.1j], [-0.1j, 0.8]])]
    one, two = (tk.Quench(name, model, state) for name, state in zip(("a", "b"), states, strict=True))
    comparison = tk.compare(tk.QuenchPair(one, two, "by hand", {}), [0.0, 0.5, 2.0])
    names = [verdict.name for verdict in comparison.verdicts]
    assert "total" not in names
    assert "ahead in completion" in names
    with pytest.raises(ValueError, match=r"`name` must be one of 'initial rate', .*, got 'total'\."):
        comparison.verdict("total")
    assert comparison.verdict("gap").tie  # one generator


def test_nearly_equal_temperatures_tie_where_rounding_would_decide() -> None:
    """At a relative difference of 1e-9 seven digits are lost: what differs by less than that is a tie."""
    couplings = np.ones((3, 3)) - np.eye(3)
    for difference, decided in ((1e-4, True), (1e-9, False), (1e-13, False)):
        found = reciprocal(lambda t: lib.levels([0.0, 1.0, 2.2], couplings, 0.01, t), ends=(1.0, 1.0 + difference))
        for name in ("initial rate", "total", "ahead in relative entropy", "ahead in trace distance"):
            assert bool(found.verdict(name).tie) != decided, (name, difference)


def test_what_no_jump_changes_ties() -> None:
    found = tk.compare(tk.reciprocal(lambda t: lib.ising_chain(2, 0.0, 0.3, 0.001, t, t), 0.5, 2.0), [0.0, 10.0])
    for name in ("initial rate", "ahead in completion", "ahead in trace distance"):
        assert found.verdict(name).tie, name


def test_late_times_at_which_both_rest_do_not_undo_a_lead() -> None:
    """The relative variances are one number at rest: the lead that heating has at all times ends in rounding there."""
    couplings = np.ones((3, 3)) - np.eye(3)
    early = np.linspace(0.0, 2.0, 9)
    for grid in (early, np.append(early, 200.0)):
        found = reciprocal(lambda t: lib.levels([0.0, 1.0, 2.2], couplings, 1.0, t), grid).verdict(
            "steadier at equal time"
        )
        assert found.holds
        assert not found.tie


def test_a_bath_at_temperature_zero_makes_an_endless_total() -> None:
    found = reciprocal(lambda t: lib.qubit(1.0, 0.01, t), ends=(0.0, 2.0)).verdict("total")
    # All of the start is in the ground state, of population 1 / (1 + e^(-1/2)) in the end.
    assert float(found.heating) == pytest.approx(np.log1p(np.exp(-0.5)), rel=1e-13)
    assert np.isinf(found.cooling)
    assert found.holds
