"""Refrigerators, valve, rectifier, diode, transistor and collective spins against the rate equation in 40 digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from exact_jumps import Hop, bose, mean, mean_and_noise, mp, pair

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
lib = tk.library


def counted(model: tk.Model, bath: str) -> tuple[float, float]:
    found = tk.cumulants(model, tk.heat(model, bath))
    return float(found.mean), float(found.noise)


def rest(hamiltonian: Any, dissipator: Callable[[Any], Any]) -> Any:
    """The state that -i[H, rho] + D(rho) leaves alone, by dense algebra on every element of it."""
    size = len(hamiltonian)
    columns = []
    for place in range(size * size):
        rho = np.zeros(size * size, dtype=complex)
        rho[place] = 1.0
        rho = rho.reshape(size, size)
        columns.append((-1j * (hamiltonian @ rho - rho @ hamiltonian) + dissipator(rho)).ravel())
    generator = np.array(columns).T
    generator[0] = np.eye(size).ravel()
    right = np.zeros(size * size, dtype=complex)
    right[0] = 1.0
    return np.linalg.solve(generator, right).reshape(size, size)


def test_three_levels_cool_as_their_rate_equation_and_as_the_closed_form() -> None:
    T, G = {"work": 6.0, "hot": 1.5, "cold": 1.0}, {"work": 0.03, "hot": 0.02, "cold": 0.05}
    model = lib.three_level_refrigerator(**T, gap_cold=1.2, gap_hot=4.4, **{f"rate_{name}": G[name] for name in G})
    hops = pair(0, 1, 1.2, G["cold"], T["cold"], 1.2)
    hops += pair(1, 2, 3.2, G["work"], T["work"]) + pair(0, 2, 4.4, G["hot"], T["hot"])
    np.testing.assert_allclose(counted(model, "cold"), mean_and_noise(3, hops), rtol=1e-11)
    n = {name: float(bose(gap, T[name])) for name, gap in (("work", 3.2), ("hot", 4.4), ("cold", 1.2))}
    up, down = {name: G[name] * n[name] for name in n}, {name: G[name] * (n[name] + 1.0) for name in n}
    forward = up["cold"] * up["work"] * down["hot"] - down["cold"] * down["work"] * up["hot"]
    c, w, h = "cold", "work", "hot"
    trees = up[w] * down[h] + down[c] * down[w] + down[c] * down[h] + up[c] * down[h] + down[w] * up[h]
    trees += up[c] * down[w] + up[c] * up[w] + up[h] * up[w] + up[h] * down[c]
    assert counted(model, "cold")[0] == pytest.approx(1.2 * forward / trees, rel=1e-12)
    assert counted(model, "hot")[0] == pytest.approx(-4.4 * forward / trees, rel=1e-12)


def test_the_window_of_cooling_ends_where_the_gaps_are_as_the_temperatures_say() -> None:
    # gap_c / gap_h = (1/T_h - 1/T_w) / (1/T_c - 1/T_w)
    edge = (1.0 / 1.5 - 1.0 / 6.0) / (1.0 - 1.0 / 6.0) * 5.0
    model = lib.three_level_refrigerator(6.0, 1.5, 1.0, gap_cold=[0.999 * edge, 1.001 * edge], gap_hot=5.0)
    assert tk.figures_of_merit(model).does.tolist() == ["absorption refrigerator", "heat transformer"]


@pytest.mark.parametrize("seed", range(4))
def test_four_levels_of_any_couplings_obey_the_rate_equation(seed: int) -> None:
    random = np.random.default_rng(seed)
    energies, names = np.cumsum(random.uniform(0.3, 2.0, 4)), ("work", "hot", "cold")
    T = dict(zip(names, random.uniform(0.3, 4.0, 3), strict=True))
    rates, hops = {}, []
    for name in names:
        half = np.triu(random.uniform(0.0, 1.0, (4, 4)) * (random.uniform(size=(4, 4)) < 0.7), 1)
        rates[f"rates_{name}"] = half + half.T
        for low in range(4):
            for high in range(low + 1, 4):
                gap = float(energies[high]) - float(energies[low])
                hops += pair(low, high, gap, half[low, high], T[name], gap if name == "cold" else 0)
    model = lib.four_level_refrigerator(energies, **T, **rates)
    np.testing.assert_allclose(counted(model, "cold"), mean_and_noise(4, hops), rtol=1e-9, atol=1e-14)


def test_qubits_that_are_reset_rest_where_the_map_of_resets_says() -> None:
    T, G, g = {"cold": 1.0, "hot": 1.3, "work": 7.0}, {"cold": 0.02, "hot": 0.03, "work": 0.01}, 0.05
    model = lib.three_qubit_refrigerator(g, **T, **{f"rate_{name}": rate for name, rate in G.items()}, touch="reset")
    gaps = {"cold": 1.0, "hot": 5.0, "work": 4.0}
    bits = [(n >> 2 & 1, n >> 1 & 1, n & 1) for n in range(8)]
    H = np.diag([one + 5.0 * two + 4.0 * three for one, two, three in bits])
    H[0b010, 0b101] = H[0b101, 0b010] = g

    def resets(rho: Any) -> Any:
        total, tensor = np.zeros((8, 8), dtype=complex), rho.reshape((2,) * 6)
        for place, name in enumerate(gaps):
            filled = 1.0 / (np.exp(gaps[name] / T[name]) + 1.0)
            left = np.trace(tensor, axis1=place, axis2=place + 3)  # of the other two qubits
            made = np.multiply.outer(np.diag([1.0 - filled, filled]), left)
            made = np.moveaxis(made, [0, 1], [place, place + 3])
            # axes now (own, own', others...) in the places of the bits
            total += G[name] * (made.reshape(8, 8) - rho)
        return total

    expected = rest(H, resets)
    np.testing.assert_allclose(tk.steady_state(model).state, expected, atol=1e-12)
    flow = 2.0 * g * expected[0b101, 0b010].imag
    assert abs(counted(model, "cold")[0]) == pytest.approx(abs(flow) * gaps["cold"], rel=1e-9)
    found = tk.figures_of_merit(model)
    assert found.coefficient_of_performance == pytest.approx(0.25, rel=1e-9)


def test_qubits_on_thermal_baths_rest_where_dense_algebra_says() -> None:
    model = lib.three_qubit_refrigerator(0.03, 7.0, 1.3, 1.0, gap_work=3.0, rate_cold=0.02)
    jumps = [np.asarray(channel.jump) for channel in model.channels]
    assert len(jumps) == 6

    def lindblad(rho: Any) -> Any:
        gain = sum(L @ rho @ L.conj().T for L in jumps)
        loss = sum(L.conj().T @ L for L in jumps)
        return gain - 0.5 * (loss @ rho + rho @ loss)

    np.testing.assert_allclose(tk.steady_state(model).state, rest(model.hamiltonian, lindblad), atol=1e-11)
    cold, work = counted(model, "cold")[0], counted(model, "work")[0]
    assert cold / work == pytest.approx(1.0 / 3.0, rel=1e-9)


def test_a_valve_with_a_resonator_between_is_three_independent_modes() -> None:
    # Cold enough that five states of each mode hold all of them: e^-5 = 7e-3 a quantum, whose fifth power is left out.
    model = lib.heat_valve(4, 1.0, 1.003, 0.004, 0.006, 0.2, 0.1, middle="resonator")
    ends = [
        tk.gaussian.SiteContact(tk.Bath(n, T), s, tk.Flat(0.006)) for n, T, s in (("hot", 0.2, 0), ("cold", 0.1, 2))
    ]
    modes = np.diag([1.0, 1.003, 1.0]) + 0.004 * (np.eye(3, k=1) + np.eye(3, k=-1))
    exact = tk.gaussian.bosons(modes, ends)
    expected = tk.cumulants(exact, tk.heat(exact, "hot"), order=2)
    assert counted(model, "hot")[0] == pytest.approx(float(expected[0]), rel=1e-6)
    assert counted(model, "hot")[1] == pytest.approx(float(expected[1]), rel=1e-5)


def test_a_valve_opens_on_resonance() -> None:
    swept = lib.heat_valve(4, 1.0, np.linspace(0.9, 1.1, 5), 0.01, 0.01, 0.3, 0.1)
    heat = tk.cumulants(swept, tk.heat(swept, "hot"), order=1).mean
    assert int(np.argmax(heat)) == 2
    assert heat[2] > 10.0 * heat[0]


def test_a_two_level_rectifier_has_its_closed_form_and_a_qubit_of_equal_rates_rectifies_nothing() -> None:
    gap, left, right, hot, cold = 1.3, 0.01, 0.004, 2.0, 0.6
    n_hot, n_cold = float(bose(gap, hot)), float(bose(gap, cold))

    def heat(n_left: float, n_right: float) -> float:
        below = left * (1.0 + 2.0 * n_left) + right * (1.0 + 2.0 * n_right)
        return gap * left * right * (n_left - n_right) / below

    family = tk.Family(lib.heat_rectifier, {"gap": gap, "rate_left": left, "rate_right": right})
    found = tk.rectification(family, hot, cold)
    forward, backward = heat(n_hot, n_cold), -heat(n_cold, n_hot)
    assert found.forward == pytest.approx(forward, rel=1e-12)
    assert found.backward == pytest.approx(backward, rel=1e-12)
    assert found.factor == pytest.approx(abs(forward - backward) / max(forward, backward), rel=1e-11)
    assert found.ratio == pytest.approx(forward / backward, rel=1e-12)
    even = tk.rectification(
        tk.Family(lib.heat_rectifier, {"gap": gap, "rate_left": 0.01, "rate_right": 0.01}), hot, cold
    )
    assert even.factor <= even.factor_error + 1e-14


def ising_hops(energies: list[Any], sites: int, baths: list[Any], counted_site: int, *, free: bool) -> list[Hop]:
    """Ohmic flips of every spin, |w| (n + 1) down and |w| n up, at the rate T where they cost nothing."""
    hops = []
    for state in range(2**sites):
        for site in range(sites):
            other = state ^ (1 << (sites - 1 - site))
            gain = energies[other] - energies[state]
            counts = gain if site == counted_site else 0
            temperature = mp.mpf(baths[site])
            if gain == 0:
                rate = temperature if free else mp.mpf(0)
            else:
                rate = abs(gain) * (bose(abs(gain), temperature) + (1 if gain < 0 else 0))
            hops.append(Hop(other, state, rate, counts))
    return hops


def spins(state: int, sites: int) -> list[int]:
    return [1 if state >> (sites - 1 - site) & 1 else -1 for site in range(sites)]


@pytest.mark.parametrize("temperatures", [(1.0, 0.1), (0.1, 1.0)])
def test_a_diode_of_two_spins_obeys_the_rate_equation(temperatures: tuple[float, float]) -> None:
    model = lib.spin_diode(2.0, 1.0, *temperatures, field_right=0.3, rate=1.0)
    energies = [mp.mpf(2 * one + mp.mpf(0.3) * two + one * two) / 2 for one, two in (spins(n, 2) for n in range(4))]
    hops = ising_hops(energies, 2, list(temperatures), 0, free=True)
    np.testing.assert_allclose(counted(model, "left"), mean_and_noise(4, hops), rtol=1e-10)


@pytest.mark.parametrize(("convention", "known"), [("ohmic", 151.889), ("none", -0.5)])
def test_the_amplification_of_three_spins_hangs_on_flips_that_cost_nothing(convention: str, known: float) -> None:
    energies = [mp.mpf(a * b + b * c) / 2 for a, b, c in (spins(n, 3) for n in range(8))]

    def heat(middle: Any, site: int) -> Any:
        temperatures = [mp.mpf("0.2"), middle, mp.mpf("0.02")]
        return mean(8, ising_hops(energies, 3, temperatures, site, free=convention == "ohmic"))

    base, step = mp.mpf("0.1"), mp.mpf("1e-12")
    model = lib.thermal_transistor(1.0, 0.2, 0.1, 0.02, rate=1.0, zero_frequency=convention)
    scale = abs(float(heat(base, 0)))
    for site, bath in enumerate(("left", "middle", "right")):
        assert counted(model, bath)[0] == pytest.approx(float(heat(base, site)), rel=1e-9, abs=1e-14 * scale)
    given = {"coupling": 1.0, "left": 0.2, "right": 0.02, "rate": 1.0, "zero_frequency": convention}
    found = tk.amplification(tk.Family(lib.thermal_transistor, given), {"middle": 0.1})
    by_hand = [heat(base + step, site) - heat(base - step, site) for site in (2, 1)]
    expected = float(by_hand[0] / by_hand[1])
    assert expected == pytest.approx(known, abs=1e-3)
    assert found.factor == pytest.approx(expected, rel=1e-9)
    assert abs(found.factor - expected) <= found.factor_error + 1e-12


def test_spins_that_baths_see_as_one_climb_their_ladder() -> None:
    N, gap, G_h, G_c, T_h, T_c = 5, 1.2, 0.003, 0.002, 2.0, 0.7
    model = lib.collective_spins(N, gap, G_h, G_c, T_h, T_c)
    hops = []
    for n in range(N):
        element = (n + 1) * (N - n)
        hops += pair(n, n + 1, gap, G_h * element, T_h, gap) + pair(n, n + 1, gap, G_c * element, T_c)
    np.testing.assert_allclose(counted(model, "hot"), mean_and_noise(N + 1, hops), rtol=1e-11)
    one, qubit = lib.collective_spins(1, gap, G_h, G_c, T_h, T_c), lib.heat_rectifier(gap, G_h, G_c, T_h, T_c)
    assert counted(one, "hot") == pytest.approx(counted(qubit, "left"), rel=1e-12)
    hot = 1e4  # all states alike: (N + 1)(N + 2) N / 6 / (N + 1) elements
    many, few = (counted(lib.collective_spins(m, gap, G_h, G_c, hot, 0.9 * hot), "hot")[0] for m in (40, 10))
    assert many / few == pytest.approx(40.0 * 42.0 / (10.0 * 12.0), rel=1e-2)
