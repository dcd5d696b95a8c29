"""Cumulants of what a cycle exchanges in the long run, and of the work of one run."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import thermokin as tk
from driven import DOWN, SX, SZ, Array, rotating_field, turning_gap
from thermokin.errors import NotConvergedError, ValidityWarning


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def spin(gap: float, name: str, temperature: float) -> tk.Model:
    bath = tk.Bath(name, temperature, statistics=tk.SpinBath())
    return tk.davies(np.diag([0.0, gap]), [tk.Contact(bath, SX, tk.Flat(1.0))])


def engine(step: float, high: float = 2.0, low: float = 1.4) -> tk.Protocol:
    return tk.Protocol([tk.Leg(step, spin(high, "hot", 1.0)), tk.Leg(step, spin(low, "cold", 0.5))], quench=True)


def by_generating_function(step: float, high: float, low: float, order: int, *, heat: bool) -> Array:
    """Derivatives of ln of the leading eigenvalue of a 2 x 2 map, by a Cauchy integral of 64 points."""
    from scipy.linalg import expm

    hot, cold = 1.0 / (1.0 + np.exp(high)), 1.0 / (1.0 + np.exp(low / 0.5))
    radius, count = 0.3, 64
    points = radius * np.exp(2j * np.pi * np.arange(count) / count)
    values = []
    for s in points:
        weights = (high, 0.0) if heat else (-high, -low)
        maps = []
        for full, weight in zip((hot, cold), weights, strict=True):
            rates = np.array([[-full, (1.0 - full) * np.exp(-s * weight)], [full * np.exp(s * weight), full - 1.0]])
            maps.append(expm(step * rates))
        eigen = np.linalg.eigvals(maps[1] @ maps[0])
        values.append(np.log(eigen[np.argmax(np.abs(eigen))]))
    coefficients = np.fft.fft(values) / count
    factorial = np.cumprod(np.arange(1.0, order + 1.0))
    return np.real(coefficients[1 : order + 1] / radius ** np.arange(1, order + 1)) * factorial


@pytest.mark.parametrize("counted", ["hot", "work"])
@pytest.mark.parametrize("step", [0.3, 2.0])
def test_cumulants_are_derivatives_of_the_leading_eigenvalue(counted: str, step: float) -> None:
    expected = by_generating_function(step, 2.0, 1.4, 5, heat=counted == "hot")
    found = tk.cycle_cumulants(engine(step), counted, order=5)
    assert found.values == pytest.approx(expected, abs=1e-11)
    # The integral itself lacks 5! / .3^5 times the rounding of a logarithm.
    assert (np.abs(found.values - expected) <= found.error + 1e-11).all()
    assert found.per_time == pytest.approx(expected / (2.0 * step), abs=1e-11)


def test_a_static_model_has_the_cumulants_of_its_steady_state() -> None:
    model = tk.library.three_level_maser(hot=2.0, cold=0.5, drive=0.3)
    rates = tk.cumulants(model, tk.heat(model, "hot"), order=3)
    found = tk.cycle_cumulants(tk.Leg(1.7, model), "hot", order=3)
    assert found.per_time == pytest.approx(np.asarray(rates), rel=1e-9)


def test_fluctuations_of_work_in_a_slow_isothermal_cycle_obey_the_symmetry_of_one_bath() -> None:
    # Of one bath, exp(-W/T) averages to 1 over cycles: the cumulants of W add up to nothing.
    bath = tk.Contact(tk.Bath("bath", 0.8), SX, tk.Ohmic(0.3))

    def hamiltonian(times: object) -> Array:
        return (1.0 + 0.02 * np.sin(np.asarray(times, dtype=float)[..., None, None])) * 0.5 * SZ

    leg = tk.Leg(2.0 * np.pi, lambda t: tk.davies(hamiltonian(t), [bath]))
    work = tk.cycle_cumulants(leg, "work", order=6, tolerance=1e-13)
    terms = np.asarray(work) * (-1.0 / 0.8) ** np.arange(1, 7) / np.cumprod(np.arange(1.0, 7.0))
    assert terms.sum() == pytest.approx(0.0, abs=1e-9)
    assert terms[1] > 1e-6


def test_names_and_orders_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="`counted` must be one of 'hot', 'cold', 'work', got 'warm'"):
        tk.cycle_cumulants(engine(1.0), "warm")
    with pytest.raises(ValueError, match="`order`"):
        tk.cycle_cumulants(engine(1.0), "hot", order=9)


def test_the_work_of_an_open_run_obeys_jarzynski_at_any_speed() -> None:
    # Generating function at 11 real points and a hand-written moment hierarchy agreed to 1e-12.
    bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))
    leg = tk.Leg(5.0, lambda t: tk.davies(turning_gap(t), [bath]))
    work = tk.two_point_work(leg, tk.Gibbs(0.7))
    assert work.mean == pytest.approx(-0.13113998281736972, abs=1e-11)
    assert work.variance == pytest.approx(0.12047844133601059, abs=1e-11)
    assert work.exponential_average(0.7) == pytest.approx(1.3104277852836599, abs=1e-11)
    run = tk.evolve(leg, tk.Gibbs(0.7), [5.0])
    assert run.work_on_counted[0] == pytest.approx(work.mean, abs=1e-11)
    for duration, rate in [(0.5, 0.1), (0.5, 1.0), (5.0, 1.0)]:
        bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(rate))
        hurried = tk.Leg(duration, lambda t, d=duration, b=bath: tk.davies(turning_gap(np.asarray(t) * 5.0 / d), [b]))
        open_work = tk.two_point_work(hurried, tk.Gibbs(0.7))
        expected = np.exp(-open_work.free_energy_difference(0.7) / 0.7)
        assert open_work.exponential_average(0.7) == pytest.approx(expected, abs=1e-11)


def test_unitary_strokes_obey_jarzynski_and_crooks() -> None:
    forward = tk.Leg(5.0, lambda t: tk.Model(turning_gap(t), []))
    backward = tk.Leg(5.0, lambda t: tk.Model(turning_gap(5.0 - np.asarray(t)).conj(), []))
    work, back = tk.two_point_work(forward, tk.Gibbs(0.7), order=4), tk.two_point_work(backward, tk.Gibbs(0.7))
    gained = work.free_energy_difference(0.7)
    assert work.exponential_average(0.7) == pytest.approx(np.exp(-gained / 0.7), rel=1e-12)
    assert work.values is not None
    assert work.probabilities is not None
    assert back.values is not None
    assert back.probabilities is not None
    assert back.values[::-1] == pytest.approx(-work.values, abs=1e-12)
    ratio = work.probabilities / back.probabilities[::-1]
    assert ratio == pytest.approx(np.exp((work.values - gained) / 0.7), rel=1e-11)
    assert work.probabilities.sum() == pytest.approx(1.0, abs=1e-14)
    centred = work.values - work.mean
    fourth = (work.probabilities * centred**4).sum() - 3.0 * work.variance**2
    assert work.cumulants[3] == pytest.approx(fourth, abs=1e-13)
    assert work.cumulants[2] == pytest.approx((work.probabilities * centred**3).sum(), abs=1e-13)


def test_an_open_run_with_no_rate_to_speak_of_is_a_unitary_one() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(1e-13))
    weak = tk.two_point_work(tk.Leg(5.0, lambda t: tk.davies(turning_gap(t), [bath])), tk.Gibbs(0.7), order=4)
    none = tk.two_point_work(tk.Leg(5.0, lambda t: tk.Model(turning_gap(t), [])), tk.Gibbs(0.7), order=4)
    assert weak.values is None
    assert weak.cumulants == pytest.approx(none.cumulants, abs=1e-10)


def test_coherent_starts_are_measured_only_if_that_is_wanted() -> None:
    start = np.array([[0.6, 0.2], [0.2, 0.4]])
    leg = tk.Leg(5.0, lambda t: tk.Model(turning_gap(t), []))
    with pytest.raises(ValueError, match="pass dephase_first=True"):
        tk.two_point_work(leg, start)
    measured = tk.two_point_work(leg, start, dephase_first=True)
    assert measured.mean != pytest.approx(tk.evolve(leg, start, [5.0]).work_on_counted[0], abs=1e-3)
    assert measured.mean == pytest.approx(tk.evolve(leg, measured.initial, [5.0]).work_on_counted[0], abs=1e-11)


def test_jumps_without_a_bath_have_no_work() -> None:
    leg = tk.Leg(1.0, lambda t: tk.Model(rotating_field(t), [tk.Channel(DOWN, bath=None)]))
    with pytest.raises(ValueError, match="`protocol` has jumps without a bath"):
        tk.two_point_work(leg, tk.Gibbs(0.7))


def test_three_levels_are_left_and_reached_with_their_own_chances() -> None:
    cross = np.array([[0.0, 1.0, 0.3j], [1.0, 0.0, 0.5], [-0.3j, 0.5, 0.0]])

    def hamiltonian(times: object) -> Array:
        now = np.asarray(times, dtype=float)[..., None, None]
        return np.diag([0.0, 1.0, 1.7]) + 0.4 * now * cross

    leg = tk.Leg(2.0, lambda t: tk.Model(hamiltonian(t), []))
    work = tk.two_point_work(leg, tk.Gibbs(0.7))
    assert work.mean == pytest.approx(tk.evolve(leg, tk.Gibbs(0.7), [2.0]).work_on_counted[0], abs=1e-11)
    expected = np.exp(-work.free_energy_difference(0.7) / 0.7)
    assert work.exponential_average(0.7) == pytest.approx(expected, rel=1e-12)


def test_cumulants_lost_in_the_rounding_of_a_long_leg_do_not_ask_for_a_finer_tolerance() -> None:
    def pump(time: float) -> tk.Model:
        return tk.library.electron_pump(time / 400.0, 12.0, 5.0, 1.0, 1.0, 1.0, potential_left=1.0)

    pumping = tk.Protocol([tk.Leg(400.0, pump)])
    known = tk.cycle_cumulants(pumping, "work")
    assert known.values == pytest.approx([1.0025675, 0.0053892562], rel=1e-7)
    with pytest.raises(NotConvergedError, match="known no better, whatever the tolerance"):
        tk.cycle_cumulants(pumping, "work", order=4)
