"""No digit, crossing or verdict hangs on the zero of energy, on the basis, or on how early or how near one looks."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FEW = settings(max_examples=8, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)
TIMES = np.linspace(0.0, 300.0, 21)
SHIFTS = (1.0, -37.5, 1024.0, 1e6)


def on_spin_bath(gap: float, rate: float) -> Any:
    return lambda t: tk.library.qubit(gap=gap, rate=rate, temperature=t, statistics=tk.SpinBath())


def qubit_account(gap: float, rate: float, start: float, end: float, time: float) -> tuple[float, float]:
    """Entropy production and heat of a qubit on a spin bath in fifty digits, from its closed form."""
    with mpmath.workdps(50):
        first, last = (1 / (1 + mpmath.e ** (mpmath.mpf(gap) / mpmath.mpf(t))) for t in (start, end))
        now = last + (first - last) * mpmath.exp(-mpmath.mpf(rate) * mpmath.mpf(time))

        def away(p: Any) -> Any:
            return p * mpmath.log(p / last) + (1 - p) * mpmath.log((1 - p) / (1 - last))

        return float(away(first) - away(now)), float(mpmath.mpf(gap) * (now - first))


@FEW
@given(st.floats(0.3, 3.0), st.floats(-9.0, 0.0), st.floats(0.2, 3.0), st.floats(0.2, 3.0), st.floats(-12.0, 2.0))
def test_what_a_qubit_has_produced_and_taken_keeps_its_digits_at_any_time(
    gap: float, rate: float, start: float, end: float, time: float
) -> None:
    model = on_spin_bath(gap, 10.0**rate)(end)
    found = tk.ledger(model, tk.evolve(model, tk.Gibbs(start), [10.0**time]))
    produced, heat = qubit_account(gap, 10.0**rate, start, end, 10.0**time)
    if abs(start - end) > 1e-3:
        # Near-equal temperatures make both small by themselves: they have a test of their own.
        assert found.entropy_production[0] == pytest.approx(produced, rel=1e-11)
        assert found.heat["bath"][0] == pytest.approx(heat, rel=1e-12)
    assert abs(found.entropy_production[0] - produced) <= found.entropy_production_error[0] + 1e-11 * produced


@pytest.mark.parametrize("step", [1e-3, 1e-6, 1e-9, 1e-12])
def test_nearly_equal_gibbs_states_keep_all_digits_of_what_is_between_them(step: float) -> None:
    start, end, rate = 1.0 + step, 1.0, 0.1
    model = on_spin_bath(1.0, rate)(end)
    found = tk.ledger(model, tk.evolve(model, tk.Gibbs(start), [0.0, 1e-6, 3.0]))
    with mpmath.workdps(60):
        first, last = (1 / (1 + mpmath.e ** (1 / mpmath.mpf(t))) for t in (start, end))
        speed = mpmath.mpf(rate)
        rates = []
        for time in (0.0, 1e-6, 3.0):
            away = (first - last) * mpmath.exp(-speed * mpmath.mpf(time))
            force = mpmath.log1p(away / last) - mpmath.log1p(-away / (1 - last))
            rates.append(float(speed * away * force))
        total = first * mpmath.log(first / last) + (1 - first) * mpmath.log((1 - first) / (1 - last))
        heat = [float((first - last) * mpmath.expm1(-speed * mpmath.mpf(t))) for t in (1e-6, 3.0)]
    np.testing.assert_allclose(found.entropy_production_rate, rates, rtol=1e-12)
    np.testing.assert_allclose(found.heat["bath"][1:], heat, rtol=1e-12)
    assert float(found.total_entropy_production) == pytest.approx(float(total), rel=1e-12)
    produced = [qubit_account(1.0, rate, start, end, time)[0] for time in (1e-6, 3.0)]
    np.testing.assert_allclose(found.entropy_production[1:], produced, rtol=1e-10)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.3, 3.0), st.sampled_from([1e-2, 1e-4, 1e-6]), st.floats(0.2, 1.5), st.floats(1.05, 4.0))
def test_no_pair_of_qubits_on_a_spin_bath_crosses_before_its_rates_do(
    gap: float, rate: float, cold: float, ratio: float
) -> None:
    """Both decay alike and start at one rate; heating's then falls faster, so what it has produced is never more."""
    found = tk.compare(tk.reciprocal(on_spin_bath(gap, rate), cold, cold * ratio), TIMES)
    assert np.isnan(found.crossings["entropy production"])


@FEW
@given(st.floats(0.3, 3.0), st.sampled_from([1e-2, 1e-1]), st.floats(0.3, 1.5), st.floats(1.2, 4.0))
def test_the_same_qubits_cross_on_a_bose_bath_where_their_closed_forms_do(
    gap: float, speed: float, cold: float, ratio: float
) -> None:
    """Hot baths are quicker there, so the lead of heating is lost: one crossing, after that of the rates."""
    cold, hot, rate = cold * gap, cold * gap * ratio, speed * gap
    grid = np.linspace(0.0, 12.0 / rate, 61)
    found = tk.compare(tk.reciprocal(lambda t: tk.library.qubit(gap=gap, rate=rate, temperature=t), cold, hot), grid)

    def lead(time: float) -> float:
        effective = [rate / np.tanh(gap / (2.0 * end)) for end in (hot, cold)]
        heating, cooling = (
            qubit_account(gap, speed, start, end, time)[0]
            for speed, start, end in zip(effective, (cold, hot), (hot, cold), strict=True)
        )
        return heating - cooling

    crossing = float(found.crossings["entropy production"])
    assert lead(0.9 * crossing) * lead(1.1 * crossing) < 0.0
    assert abs(lead(crossing)) <= 1e-9 * abs(lead(0.9 * crossing))


def test_the_accumulated_lead_of_a_slow_qubit_is_resolved() -> None:
    """Forty digits: heating less cooling is -1.758e-19, -1.758e-15, -1.758e-11, -1.581e-8; one sign, no crossing."""
    found = tk.compare(tk.reciprocal(on_spin_bath(1.0, 1e-6), 0.5, 2.0), TIMES)
    one, two = (side.at([1e-3, 0.1, 10.0, 300.0]).ledger.entropy_production for side in (found.heating, found.cooling))
    np.testing.assert_allclose(one - two, [-1.75827e-19, -1.75827e-15, -1.75823e-11, -1.58140e-8], rtol=1e-5)
    assert np.isnan(found.crossings["entropy production"])


@pytest.mark.parametrize("shift", [0.0, 1e3, 1e6, 1e9])
def test_the_heat_of_one_bath_does_not_know_the_zero_of_energy(shift: float) -> None:
    """Gap 1 exactly, T from .5 to 2, rate .01 coth(1/4): the closed form at every shift and time."""
    bath = tk.Contact(tk.Bath("b", 2.0), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Flat(0.01))
    model = tk.davies(np.diag([shift, shift + 1.0]), [bath])
    times = np.array([1e-9, 1e-6, 1e-3, 1.0])
    found = tk.ledger(model, tk.evolve(model, tk.Gibbs(0.5), times)).heat["b"]
    first, last = 1.0 / (1.0 + np.exp(2.0)), 1.0 / (1.0 + np.exp(0.5))
    np.testing.assert_allclose(found, (first - last) * np.expm1(-0.01 / np.tanh(0.25) * times), rtol=1e-13)


@pytest.mark.parametrize("ends", [(0.5, 2.0), (0.91, 1.18), (1.59, 2.52)])
def test_a_tie_at_equal_heat_stays_one_at_any_zero_of_energy(ends: tuple[float, float]) -> None:
    for shift in (0.0, 1e6, 1e7, 1e9):
        pair = tk.reciprocal(
            lambda t, s=shift: tk.library.levels([s, s + 1.0], [[0.0, 1.0], [1.0, 0.0]], 0.01, t), *ends
        )
        verdict = tk.compare(pair, TIMES).verdict("steadier at equal heat")
        assert bool(verdict.tie), shift
        assert not bool(verdict.holds), shift


def judged(
    energies: Array, coupling: Array, basis: Array, ends: tuple[float, float]
) -> tuple[dict[str, float], list[Any]]:
    def family(temperature: Array) -> tk.Model:
        turn = basis.conj().T
        contact = tk.Contact(tk.Bath("b", temperature), basis @ coupling @ turn, tk.Ohmic(0.02))
        hamiltonian = basis @ np.diag(energies) @ turn
        return tk.davies(0.5 * (hamiltonian + hamiltonian.conj().T), [contact])

    found = tk.compare(tk.reciprocal(family, *ends), TIMES, distances=[tk.distances.Trace()])
    crossings = {name: float(time) for name, time in found.crossings.items()}
    return crossings, [(v.name, bool(v.holds), bool(v.tie)) for v in found.verdicts]


@pytest.mark.slow
@FEW
@given(SEEDS, st.integers(2, 4))
def test_no_crossing_or_verdict_changes_with_a_shift_or_a_unitary(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    # Sums of quarters: every shift below leaves all gaps exact.
    energies = np.cumsum(np.r_[0.0, rng.integers(1, 9, size - 1) + rng.integers(0, 4, size - 1) / 4.0])
    energies = energies / 4.0
    root = rng.normal(size=(size, size))
    coupling, basis = root + root.T, np.linalg.qr(rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))[0]
    ends = (float(rng.uniform(0.4, 1.0)), float(rng.uniform(1.2, 3.0)))
    plain = judged(energies, coupling, np.eye(size), ends)
    others = [judged(energies + shift, coupling, np.eye(size), ends) for shift in SHIFTS]
    others.append(judged(energies, coupling, basis, ends))
    for crossings, verdicts in others:
        assert verdicts == plain[1]
        assert crossings == pytest.approx(plain[0], rel=1e-7, nan_ok=True)
