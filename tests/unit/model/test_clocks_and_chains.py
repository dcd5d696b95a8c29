"""Clocks, boundary-driven chains, exclusion and masers of many atoms: closed forms, and jumps written out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

import machines
import thermokin as tk
from exact_jumps import Hop, mean_and_noise, mp

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
lib = tk.library


def named(model: tk.Model, name: str) -> Any:
    return tk.cumulants(model, tk.current(model, name))


@pytest.mark.parametrize(("states", "affinity"), [(3, 0.5), (6, 12.0), (11, 40.0)])
def test_a_uniform_ring_ticks_as_its_closed_form(states: int, affinity: float) -> None:
    ticks = named(lib.ring_clock(states, affinity, 0.7), "ticks")
    assert ticks.mean == pytest.approx(0.7 * -np.expm1(-affinity / states) / states, rel=1e-11)
    assert ticks.noise / ticks.mean == pytest.approx(1.0 / np.tanh(affinity / (2 * states)) / states, rel=1e-10)


def test_a_ring_that_turns_one_way_is_as_precise_as_it_has_states() -> None:
    ticks = named(lib.ring_clock(7, np.inf), "ticks")
    assert ticks.mean / ticks.noise == pytest.approx(7.0, rel=1e-12)


def test_a_turn_of_the_ring_puts_its_affinity_into_the_surroundings() -> None:
    clock = lib.ring_clock(5, [1.0, 9.0])
    produced = tk.cumulants(clock, tk.entropy_flow(clock), order=1).mean
    np.testing.assert_allclose(produced / named(clock, "ticks").mean, [1.0, 9.0], rtol=1e-11)


@pytest.mark.parametrize("coupling", [0.2, 1.0, 3.0])
def test_a_clock_of_two_sites_is_a_fluorescing_atom(coupling: float) -> None:
    rate = 1.7
    ticks, shared = named(lib.coherent_ring_clock([coupling], rate), "ticks"), rate**2 + 8.0 * coupling**2
    assert ticks.mean == pytest.approx(4.0 * coupling**2 * rate / shared, rel=1e-11)
    expected = 1.0 - 24.0 * coupling**2 * rate**2 / shared**2
    assert ticks.noise / ticks.mean == pytest.approx(expected, rel=1e-10)


def test_ticks_of_a_one_way_clock_are_a_renewal_process() -> None:
    # Mean and variance of the waiting time by the no-jump resolvent, -L0^-1 and twice its square.
    couplings, rate = np.array([1.0, 0.7, 1.3]), 2.1
    ticks = named(lib.coherent_ring_clock(couplings, rate), "ticks")
    H = np.diag(couplings, 1) + np.diag(couplings, -1) + 0j
    H[3, 3] -= 0.5j * rate
    generator = -1j * (np.kron(H, np.eye(4)) - np.kron(np.eye(4), H.conj()))
    start = np.zeros(16, dtype=complex)
    start[0] = 1.0
    once = np.linalg.solve(-generator, start)
    twice = np.linalg.solve(-generator, once)
    trace = np.eye(4).ravel()
    mean, square = (trace @ once).real, 2.0 * (trace @ twice).real
    assert ticks.mean == pytest.approx(1.0 / mean, rel=1e-10)
    assert ticks.mean / ticks.noise == pytest.approx(mean**2 / (square - mean**2), rel=1e-9)


def test_a_clock_whose_ticks_can_be_undone_stalls_without_affinity() -> None:
    clock = lib.coherent_ring_clock([1.0, 1.0], 1.0, affinity=[0.0, 3.0])
    ticks = named(clock, "ticks")
    assert abs(ticks.mean[0]) < 1e-14
    produced = tk.cumulants(clock, tk.entropy_flow(clock), order=1).mean
    assert produced[1] == pytest.approx(3.0 * ticks.mean[1], rel=1e-10)


@pytest.mark.parametrize("sites", [2, 3, 4])
@pytest.mark.parametrize("dephasing", [0.0, 0.7])
def test_xx_carries_the_magnetisation_of_its_closed_form(sites: int, dephasing: float) -> None:
    chain = lib.boundary_driven_chain(sites, 1.7, 0.6, dephasing=dephasing)
    expected = 8.0 * 0.6 / (1.7 + 4.0 / 1.7 + (sites - 1) * dephasing)
    assert named(chain, "magnetisation").mean == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("bias", [0.3, 1.0])
def test_xxz_is_that_of_its_jumps_written_out(bias: float) -> None:
    x = machines.LOWER + machines.LOWER.T
    y, z = 1j * (machines.LOWER - machines.LOWER.T), np.diag([-1.0, 1.0])
    H = sum(
        size * machines.site(p, i, 3) @ machines.site(p, i + 1, 3)
        for i in range(2)
        for p, size in ((x, 1), (y, 1), (z, 0.8))
    )
    up = machines.LOWER.T
    jumps = [
        np.sqrt(1.3 * (1 + bias)) * machines.site(up, 0, 3),
        np.sqrt(1.3 * (1 - bias)) * machines.site(up.T, 0, 3),
        np.sqrt(1.3 * (1 - bias)) * machines.site(up, 2, 3),
        np.sqrt(1.3 * (1 + bias)) * machines.site(up.T, 2, 3),
    ]
    kept = [(jump, weight) for jump, weight in zip(jumps, (2.0, -2.0, 0.0, 0.0), strict=True) if jump.any()]
    plain = tk.Model(0.5 * np.asarray(H), [tk.Channel(jump, None) for jump, _ in kept])
    expected = tk.cumulants(plain, tk.current(plain, [weight for _, weight in kept]))
    chain = lib.boundary_driven_chain(3, 1.3, bias, anisotropy=0.8, coupling=0.5)
    np.testing.assert_allclose(named(chain, "magnetisation").values, expected.values, rtol=1e-10)


@pytest.mark.parametrize("sites", [2, 3, 5])
def test_symmetric_exclusion_has_its_exact_fractions(sites: int) -> None:
    entering = named(lib.exclusion_process(sites, 1.0, 1.0), "entering")
    assert entering.mean == pytest.approx(float(Fraction(1, sites + 1)), rel=1e-11)
    assert entering.noise / entering.mean == pytest.approx((1.0 + 1.0 / (sites + 1)) / 3.0, rel=1e-10)


def test_symmetric_exclusion_between_any_reservoirs_has_its_closed_current() -> None:
    line = lib.exclusion_process(4, 0.7, 1.4, leave_left=0.2, enter_right=0.3)
    left, right = 0.7 / 0.9, 0.3 / 1.7
    expected = (left - right) / (3.0 + 1.0 / 0.9 + 1.0 / 1.7)
    assert named(line, "entering").mean == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("sites", [2, 4])
def test_totally_asymmetric_exclusion_carries_its_closed_current(sites: int) -> None:
    line = lib.exclusion_process(sites, 1.0, 1.0, backward=0.0)
    assert named(line, "entering").mean == pytest.approx((sites + 2) / (2 * (2 * sites + 1)), rel=1e-11)


def test_asymmetric_exclusion_obeys_the_rate_equation_of_its_configurations() -> None:
    rates = {
        "enter_left": 0.8,
        "leave_left": 0.1,
        "enter_right": 0.3,
        "leave_right": 1.1,
        "forward": 1.4,
        "backward": 0.6,
    }
    hops, every = [], list(product((0, 1), repeat=3))
    place = {state: number for number, state in enumerate(every)}
    for state in every:
        for site, (fill, empty) in ((0, ("enter_left", "leave_left")), (2, ("enter_right", "leave_right"))):
            moved = list(state)
            moved[site] = 1 - moved[site]
            counts = (1 if state[site] == 0 else -1) if site == 0 else 0
            rate = mp.mpf(rates[fill if state[site] == 0 else empty])
            hops.append(Hop(place[tuple(moved)], place[state], rate, counts))
        for site in (0, 1):
            if state[site] != state[site + 1]:
                moved = list(state)
                moved[site], moved[site + 1] = moved[site + 1], moved[site]
                rate = mp.mpf(rates["forward" if state[site] else "backward"])
                hops.append(Hop(place[tuple(moved)], place[state], rate))
    line = lib.exclusion_process(3, **rates)
    np.testing.assert_allclose(named(line, "entering").values, mean_and_noise(8, hops), rtol=1e-11)


def heats(model: tk.Model) -> list[float]:
    return [float(tk.cumulants(model, tk.heat(model, bath.name), order=1).mean) for bath in model.baths]


def test_one_atom_of_a_collective_maser_is_the_maser() -> None:
    given = {"gap_hot": 2.2, "gap_cold": 0.9, "rate_hot": 0.02, "detuning": 0.004}
    many, one = lib.collective_maser(1, 0.03, 5.0, 0.8, **given), lib.three_level_maser(0.03, 5.0, 0.8, **given)
    for name in ("hot", "cold"):
        ours, theirs = (tk.cumulants(model, tk.heat(model, name)).values for model in (many, one))
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)


def test_two_atoms_that_act_as_one_are_two_atoms_in_their_symmetric_states() -> None:
    n_h, n_c = 1.0 / np.expm1(2.5 / 5.0), 1.0 / np.expm1(1.0 / 0.8)

    def both(row: int, column: int) -> Any:
        unit = np.zeros((3, 3))
        unit[row, column] = 1.0
        return np.kron(unit, np.eye(3)) + np.kron(np.eye(3), unit)

    jumps = [
        np.sqrt(0.01 * (n_h + 1.0)) * both(0, 2),
        np.sqrt(0.01 * n_h) * both(2, 0),
        np.sqrt(0.01 * (n_c + 1.0)) * both(0, 1),
        np.sqrt(0.01 * n_c) * both(1, 0),
    ]
    swap = np.eye(9)[[0, 3, 6, 1, 4, 7, 2, 5, 8]]
    values, vectors = np.linalg.eigh(0.5 * (np.eye(9) + swap))
    symmetric = vectors[:, values > 0.5]
    H = symmetric.T @ (0.03 * (both(1, 2) + both(2, 1))) @ symmetric
    plain = tk.Model(H, [tk.Channel(symmetric.T @ jump @ symmetric, None) for jump in jumps])
    expected = tk.cumulants(plain, tk.current(plain, [-2.5, 2.5, 0.0, 0.0]))
    model = lib.collective_maser(2, 0.03, 5.0, 0.8)
    np.testing.assert_allclose(tk.cumulants(model, tk.heat(model, "hot")).values, expected.values, rtol=1e-9)


@pytest.mark.parametrize("pair", ["upper", "lower"])
def test_heats_of_a_maser_in_its_cavity_are_as_the_gaps(pair: str) -> None:
    model = lib.maser_in_cavity(6, 0.01, 5.0, 0.5, 0.3, gap_hot=2.6, gap_cold=1.1, rate_cavity=0.004, driven_pair=pair)
    hot, cold, cavity = heats(model)
    assert hot > 0.0
    np.testing.assert_allclose([cold / hot, cavity / hot], [-1.1 / 2.6, -1.5 / 2.6], rtol=1e-10)


@pytest.mark.parametrize("pair", ["upper", "lower"])
def test_a_bad_cavity_that_is_pumped_is_a_classical_drive(pair: str) -> None:
    # <a> = -2 i pump / rate_cavity = -2i; what one atom does to it falls with coupling / rate_cavity.
    common: dict[str, Any] = {"gap_hot": 2.6, "gap_cold": 1.1, "rate_hot": 1e-3, "rate_cold": 2e-3}
    driven = lib.three_level_maser(2e-3, 5.0, 0.5, driven_pair=pair, **common)
    pumped = lib.maser_in_cavity(16, 1e-3, 5.0, 0.5, 0.01, rate_cavity=0.3, pump=0.3, driven_pair=pair, **common)
    assert heats(pumped)[0] == pytest.approx(heats(driven)[1], rel=2e-2)
    assert [bath.name for bath in driven.baths] == ["cold", "hot"]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: lib.ring_clock(2, 1.0), "`states` must be at least 3, got 2"),
        (lambda: lib.ring_clock(3, -1.0), "`affinity` must be >= 0"),
        (lambda: lib.ring_clock(3, [1.0, np.inf]), "`affinity` must be finite or infinite all along a sweep"),
        (lambda: lib.coherent_ring_clock([]), "`couplings` must hold at least one number"),
        (lambda: lib.coherent_ring_clock([1.0, 0.0]), "`couplings` must be a row of numbers other than 0"),
        (lambda: lib.coherent_ring_clock([1.0], 0.0), "`rate` must be > 0 and finite, got 0"),
        (lambda: lib.boundary_driven_chain(3, 1.0, 1.5), "`bias` must be from -1 to 1"),
        (lambda: lib.boundary_driven_chain(1, 1.0, 0.5), "`sites` must be at least 2, got 1"),
        (lambda: lib.boundary_driven_chain(3, 1.0, 0.5, dephasing=-1.0), "`dephasing` must be >= 0, got -1"),
        (lambda: lib.exclusion_process(3, 1.0, -1.0), "`leave_right` must be >= 0, got -1"),
        (lambda: lib.exclusion_process(3, 1.0, 0.0), "`leave_left` or `leave_right` must be > 0: nothing would leave"),
        (lambda: lib.exclusion_process(1, 1.0, 1.0), "`sites` must be at least 2, got 1"),
        (lambda: lib.collective_maser(2, 0.1, 1.0, gap_hot=0.5), "`gap_hot` must be > `gap_cold`"),
        (lambda: lib.collective_spins(0, 1.0, 1.0, 1.0, 1.0, 1.0), "`spins` must be at least 1, got 0"),
        (lambda: lib.maser_in_cavity(1, 0.1, 1.0, 1.0, 1.0), "`levels` must be at least 2, got 1"),
        (lambda: lib.maser_in_cavity(3, 0.1, 1.0, 1.0, 1.0, driven_pair="outer"), '`driven_pair` must be "upper" or'),
        (lambda: lib.three_level_refrigerator(3.0, 2.0, 1.0, gap_hot=0.5), "`gap_hot` must be > `gap_cold`"),
        (
            lambda: lib.three_qubit_refrigerator(0.1, 3.0, 2.0, 1.0, touch="kick"),
            '`touch` must be "thermal" or "reset"',
        ),
        (lambda: lib.heat_valve(3, 1.0, 1.0, 0.1, 0.1, 1.0, 1.0, middle="spin"), '`middle` must be "qubit" or'),
        (lambda: lib.thermal_transistor(1.0, 1.0, 1.0, 1.0, zero_frequency="half"), '`zero_frequency` must be "ohmic"'),
    ],
)
def test_machines_that_cannot_be_are_refused(build: Callable[[], tk.Model], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()


def _rates(**changed: Any) -> tk.Model:
    some = np.ones((4, 4)) - np.eye(4)
    given = {f"rates_{name}": some for name in ("work", "hot", "cold")}
    return lib.four_level_refrigerator([0.0, 1.0, 2.3, 4.1], 3.0, 2.0, 1.0, **{**given, **changed})


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.eye(3), r"`rates_hot` must have shape \(..., 4, 4\), got \(3, 3\)"),
        (np.zeros((4, 4)), "`rates_hot` must link some levels, got 0 for all pairs"),
        (np.eye(4), "`rates_hot` must be 0 on its diagonal"),
        (np.triu(np.ones((4, 4)), 1), "`rates_hot` must be symmetric: a pair has one rate"),
        (np.eye(4) - 1.0, "`rates_hot` must hold rates >= 0, got -1"),
    ],
)
def test_rates_of_pairs_are_checked(matrix: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _rates(rates_hot=matrix)
