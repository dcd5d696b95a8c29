"""The `local heat` line against exact transport of oscillators, and of spins against the geometric generator."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

import thermokin as tk
from thermokin.model.assumption import Assumption
from thermokin.operators.fock import destroy
from thermokin.operators.spins import pauli

SPIN = pauli()


def exact_heat(h: np.ndarray, rates: tuple[float, float], temperatures: tuple[float, float]) -> float:
    """int dw/2pi w G_l G_r |G_1n|^2 (n_l - n_r), white baths at both ends of a chain of oscillators."""
    damped = np.zeros_like(h)
    damped[0, 0], damped[-1, -1] = 0.5 * rates[0], 0.5 * rates[1]

    def density(w: float) -> float:
        through = np.linalg.inv(w * np.eye(len(h)) - h + 1j * damped)[0, -1]
        unlike = 1.0 / np.expm1(w / temperatures[0]) - 1.0 / np.expm1(w / temperatures[1])
        return w * rates[0] * rates[1] * abs(through) ** 2 * unlike / (2.0 * np.pi)

    modes = np.linalg.eigvalsh(h)
    around = np.unique(np.concatenate([[1e-9, 12.0], *(modes + k * max(rates) for k in (-30, -3, 0, 3, 30))]))
    around = around[around > 0.0]
    pieces = (quad(density, a, b, limit=400, epsrel=1e-9)[0] for a, b in pairwise(around))
    return float(sum(pieces))


def rule_of_sites(h: np.ndarray, rates: tuple[float, float], temperatures: tuple[float, float]) -> float:
    """Heat from the left end by local jumps: second moments by one linear system."""
    n = len(h)
    loss, gain = np.zeros((n, n)), np.zeros((n, n))
    for end, rate, temperature in zip((0, n - 1), rates, temperatures, strict=True):
        filled = 1.0 / np.expm1(h[end, end] / temperature)
        loss[end, end], gain[end, end] = rate * (filled + 1.0), rate * filled
    turned = 1j * h + 0.5 * (loss - gain)
    system = np.kron(turned, np.eye(n)) + np.kron(np.eye(n), turned.conj())
    moments = np.linalg.solve(system, gain.ravel()).reshape(n, n)
    return float(h[0, 0] * (gain[0, 0] * (1.0 + moments[0, 0].real) - loss[0, 0] * moments[0, 0].real))


def chain(
    h: np.ndarray, rates: tuple[float, float], temperatures: tuple[float, float], levels: int
) -> tuple[np.ndarray, list[tk.Contact], np.ndarray]:
    """Whole Hamiltonian, contacts and bare Hamiltonian of oscillators that are cut off."""
    n = len(h)
    a = [tk.operators.embed(destroy(levels), site, (levels,) * n) for site in range(n)]
    whole = sum(h[i, j] * a[i].T @ a[j] for i in range(n) for j in range(n))
    bare = sum(h[i, i] * a[i].T @ a[i] for i in range(n))
    contacts = [
        tk.Contact(tk.Bath(name, temperature), a[end] + a[end].T, tk.Flat(rate))
        for name, temperature, end, rate in zip(("left", "right"), temperatures, (0, n - 1), rates, strict=True)
    ]
    return whole, contacts, bare


def figure(model: tk.Model, name: str = "local heat") -> Assumption:
    (line,) = [line for line in model.validity if line.name == name]
    return line


def random_chain(rng: np.random.Generator) -> tuple[np.ndarray, tuple[float, float], tuple[float, float]]:
    n = int(rng.integers(2, 4))
    own = rng.uniform(0.7, 1.5, n) if rng.random() < 0.6 else np.ones(n)
    hops = 10.0 ** rng.uniform(-2.5, -0.7, n - 1)
    rates, temperatures = 10.0 ** rng.uniform(-3.5, -1.4, 2), np.exp(rng.uniform(np.log(0.2), np.log(2.0), 2))
    return np.diag(own) + np.diag(hops, 1) + np.diag(hops, -1), tuple(rates), tuple(temperatures)


@pytest.mark.parametrize("seed", range(12))
def test_a_local_model_says_how_far_its_heat_is_off_exact_transport(seed: int) -> None:
    h, rates, temperatures = random_chain(np.random.default_rng(seed))
    exact = exact_heat(h, rates, temperatures)
    back = h[::-1, ::-1], rates[::-1], temperatures[::-1]
    wrong = max(abs(rule_of_sites(h, rates, temperatures) / exact - 1.0), abs(rule_of_sites(*back) / exact + 1.0))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = tk.local(*chain(h, rates, temperatures, 3))
    assert 1.0 / figure(model).smallest == pytest.approx(wrong, rel=0.05, abs=2e-4)
    assert any("local" in str(one.message) for one in caught) or wrong < 0.1


def test_a_local_chain_that_was_silent_and_wrong_warns() -> None:
    # Detuned by a half, linked weakly: the heat was off by 40 % and more where no line was in doubt.
    h, rates, temperatures = np.array([[1.0, 0.01], [0.01, 1.5]]), (0.01, 0.01), (0.5, 0.4)
    wrong = rule_of_sites(h, rates, temperatures) / exact_heat(h, rates, temperatures) - 1.0
    assert abs(wrong) > 0.4
    whole, contacts, bare = chain(h, rates, temperatures, 3)
    with pytest.warns(
        tk.errors.ValidityWarning, match="the local heat assumption is in doubt: the heat that single quanta carry, .*"
    ):
        model = tk.local(whole, contacts, bare)
    assert figure(model, "local").smallest > 10.0


def test_one_warning_says_both_of_a_local_model() -> None:
    h, rates, temperatures = np.array([[1.0, 0.2], [0.2, 1.5]]), (0.01, 0.01), (0.5, 0.4)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = tk.local(*chain(h, rates, temperatures, 3))
    (said,) = [str(one.message) for one in caught]
    assert "the smallest gap that a bath sees" in said
    assert f"heat that single quanta carry is off by {1.0 / figure(model).smallest:.1g} of it." in said
    assert figure(model).in_doubt


def test_davies_says_what_its_doubt_costs_of_heat() -> None:
    # Below 10 both times: heat is off sevenfold where the lines overlap, and by little where they are apart.
    temperatures = (0.5, 0.25)
    for h, rates, off in (
        (np.array([[1.0, 0.004], [0.004, 1.0]]), (0.02, 0.02), "6"),
        (np.array([[1.0, 0.05], [0.05, 1.0]]), (0.02, 0.02), "0.04"),
    ):
        whole, contacts, _ = chain(h, rates, temperatures, 4)
        with pytest.warns(tk.errors.ValidityWarning, match="secular") as caught:
            model = tk.davies(whole, contacts)
        assert f"heat that single quanta carry is off by {off} of it." in str(caught[0].message)
        e, turn = np.linalg.eigh(h)
        shares = rates[0] * turn[0] ** 2, rates[1] * turn[-1] ** 2
        unlike = 1.0 / np.expm1(e / temperatures[0]) - 1.0 / np.expm1(e / temperatures[1])
        secular = float((e * shares[0] * shares[1] / (shares[0] + shares[1]) * unlike).sum())
        wrong = secular / exact_heat(h, rates, temperatures) - 1.0
        assert float(off) == pytest.approx(wrong, rel=0.15)
        heat = float(tk.heat(model, "left").mean(tk.steady_state(model)))
        assert heat == pytest.approx(secular, rel=0.05)  # four levels of each


def test_each_point_of_a_sweep_is_as_alone() -> None:
    links = np.array([0.0, 1e-3, 0.02, 0.2])
    detuned = np.array([[0.0], [0.3], [1.4]])
    h = np.zeros((3, 4, 3, 3))
    h[..., 0, 0], h[..., 1, 1], h[..., 2, 2] = 1.0, 1.0 + detuned, 1.05
    for i, j in ((0, 1), (1, 0), (1, 2), (2, 1)):
        h[..., i, j] = links
    ends, names = (0.5, np.array([0.5, 0.4, 0.2, 0.3])), ("left", "right")
    a = [tk.operators.embed(SPIN.minus, site, (2, 2, 2)) for site in range(3)]
    whole = sum(h[..., i, j, None, None] * (a[i].T @ a[j]) for i in range(3) for j in range(3))
    bare = sum(h[..., i, i, None, None] * (a[i].T @ a[i]) for i in range(3))
    flips = [a[0] + a[0].T, a[2] + a[2].T]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        swept = tk.local(
            whole,
            [tk.Contact(tk.Bath(n, T), x, tk.Ohmic(0.01)) for n, T, x in zip(names, ends, flips, strict=True)],
            bare,
        )
        for point in np.ndindex(3, 4):
            baths = [tk.Bath("left", 0.5), tk.Bath("right", ends[1][point[1]])]
            contacts = [tk.Contact(bath, x, tk.Ohmic(0.01)) for bath, x in zip(baths, flips, strict=True)]
            alone = tk.local(whole[point], contacts, bare[point])
            assert figure(swept).ratio[point] == pytest.approx(float(figure(alone).ratio), rel=1e-9)


@pytest.mark.parametrize("temperatures", [(0.5, 0.25), (0.4, 0.4)])
def test_spins_that_make_pairs_lose_heat_that_no_bath_drives(temperatures: tuple[float, float]) -> None:
    flips = [tk.operators.embed(SPIN.x, site, (2, 2)) for site in (0, 1)]
    bare = 0.5 * sum(tk.operators.embed(SPIN.z, site, (2, 2)) for site in (0, 1))
    contacts = [
        tk.Contact(tk.Bath(name, T), flip, tk.Flat(0.01))
        for name, T, flip in zip("ab", temperatures, flips, strict=True)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tk.local(bare + 0.05 * flips[0] @ flips[1], contacts, bare)
        found = tk.generators(bare + 0.05 * flips[0] @ flips[1], contacts, bare=bare)
    equal = temperatures[0] == temperatures[1]
    assert figure(model).in_doubt == equal
    assert found.deviations[0] > 1e3 if equal else found.deviations[0] < 0.1
    assert found.estimated_errors[0] == pytest.approx(1.0 / figure(model).smallest)


@pytest.mark.parametrize(("scale", "rates"), [(1e-12, (1e-14, 3e-14)), (1e12, (1e10, 3e10))])
def test_no_unit_of_energy_changes_it(scale: float, rates: tuple[float, float]) -> None:
    h = np.array([[1.0, 0.03], [0.03, 1.2]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = tk.local(*chain(h, (0.01, 0.03), (0.5, 0.3), 3))
        other = tk.local(*chain(scale * h, rates, (0.5 * scale, 0.3 * scale), 3))
    assert figure(other).smallest == pytest.approx(figure(one).smallest, rel=1e-9)


def test_it_is_silent_where_single_quanta_tell_nothing() -> None:
    h = np.array([[1.0, 0.01], [0.01, 1.0]])
    whole, contacts, bare = chain(h, (0.01, 0.01), (0.5, 0.3), 2)
    alone = tk.local(whole, contacts[:1], bare)  # one bath
    cold = tk.local(whole, [tk.Contact(tk.Bath(c.bath.name, 0.0), c.operator, c.spectrum) for c in contacts], bare)
    apart = tk.local(bare, contacts, bare)
    assert "local heat" not in [line.name for line in alone.validity]
    assert figure(cold).ratio == np.inf
    assert figure(apart).ratio == np.inf


def test_at_one_temperature_heat_is_held_against_a_small_difference() -> None:
    # Fillings n that differ by 4e-3 n (1 + n) stand in, here by a difference of temperatures 4e-3 T^2 / w.
    h, rates = np.array([[1.0, 0.03], [0.03, 1.3]]), (0.01, 0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tk.local(*chain(h, rates, (0.4, 0.4), 3))
    driven = exact_heat(h, rates, (0.4 + 4e-3 * 0.16, 0.4))
    carried = rule_of_sites(h[::-1, ::-1], rates, (0.4, 0.4))
    assert 1.0 / figure(model).smallest == pytest.approx(abs(carried) / driven, rel=0.25)


def test_spins_that_shift_each_other_are_off_by_that() -> None:
    flips = [tk.operators.embed(SPIN.x, site, (2, 2)) for site in (0, 1)]
    z = [tk.operators.embed(SPIN.z, site, (2, 2)) for site in (0, 1)]
    lower = [tk.operators.embed(SPIN.minus, site, (2, 2)) for site in (0, 1)]
    bare = 0.5 * (z[0] + z[1])
    whole = bare + 0.01 * (lower[0].T @ lower[1] + lower[1].T @ lower[0]) + 0.05 * z[0] @ z[1]
    contacts = [
        tk.Contact(tk.Bath(name, T), flip, tk.Flat(0.002))
        for name, T, flip in zip("ab", (0.15, 0.1), flips, strict=True)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tk.local(whole, contacts, bare)
        found = tk.generators(whole, contacts, bare=bare)
    wrong = found.deviations[found.names.index("local")]
    assert 1.0 / figure(model).smallest == pytest.approx(float(wrong), rel=0.1)
    assert wrong > 0.3
