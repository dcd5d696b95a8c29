"""Bounds since time 0 that are on more than a variance: speed limits, Landauer, survival; and two states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

import builders
import strategies
import thermokin as tk
from oracles import Array
from strategies import CoherentData, LevelsData
from thermokin.bounds import dynamical_activity, evaluate, two_states

CHORD = np.array([[0.0, 1.3, 0.7, 2.1], [3.2, 0.0, 0.9, 0.0], [1.6, 2.4, 0.0, 0.5], [0.8, 0.0, 1.9, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
FEW = settings(max_examples=20, deadline=None)


def test_a_network_has_the_numbers_of_an_independent_evaluation_with_40_digits() -> None:
    # Four states, a ring and a chord, from (.7, .2, .1, 0), counted to time 3.
    model, start = tk.rates(CHORD), tk.Populations([0.7, 0.2, 0.1, 0.0])
    ways = list(zip(model.table.column.tolist(), model.table.row.tolist(), strict=True))
    along = tk.current(model, [{(0, 1): 1.0, (1, 0): -1.0}.get(way, 0.0) for way in ways])
    found = evaluate(model, along, start, [3.0])
    expected = {
        "thermodynamic": 0.3115392615587943,
        "kinetic": 0.07699037498573692,
        "thermo-kinetic": 0.3389746707331832,
    }
    for name, limit in expected.items():
        assert found[name].limit[0] == pytest.approx(limit, rel=1e-9)
    assert found["speed limit"].value[0] == pytest.approx(5.613507371443953, rel=1e-9)
    assert found["speed limit"].limit[0] == pytest.approx(0.04499220792749202, rel=1e-9)
    assert found["speed limit"].cost.values[0] == pytest.approx(11.357445275324881, rel=1e-9)
    jumps = evaluate(model, tk.activity(model), start, [3.0])["survival"]
    assert jumps.relative_limit[0] == pytest.approx(5.811539192175575e-06, rel=1e-9)


def test_a_driven_qubit_has_the_numbers_of_an_independent_evaluation_with_40_digits() -> None:
    # Omega = 1.5, n = .2, from [[.5, .4], [.4, .5]] to time 1.5.
    gap, bath = np.log(6.0), tk.Bath("bath", 1.0)
    channels = [tk.Channel(np.sqrt(1.2) * LOWER, bath, -gap), tk.Channel(np.sqrt(0.2) * LOWER.T, bath, gap)]
    model = tk.Model(0.75 * (LOWER + LOWER.T), channels, energy_operator=np.diag([0.0, gap]))
    start = np.array([[0.5, 0.4], [0.4, 0.5]])
    found = evaluate(model, tk.current(model, [1.0, -1.0]), start, [1.5])
    assert found["kinetic"].value[0] == pytest.approx(0.4943213594097914, rel=1e-9)
    assert found["kinetic"].limit[0] == pytest.approx(0.05611206451197845, rel=1e-8)
    assert found["thermo-kinetic, exact information"].limit[0] == pytest.approx(0.23199166760299694, rel=1e-8)
    assert found["speed limit"].value[0] == pytest.approx(0.9062220680161732, rel=1e-9)
    assert found["speed limit"].limit[0] == pytest.approx(0.016688702166541294, rel=1e-9)
    jumps = evaluate(model, tk.activity(model), start, [1.5])
    assert jumps["survival"].relative_limit[0] == pytest.approx(0.7139811298433436, rel=1e-9)
    assert jumps["survival"].value[0] == pytest.approx(0.7355420799134385, rel=1e-9)
    assert jumps["kinetic"].limit[0] == pytest.approx(0.5455193012140902, rel=1e-8)
    assert found["kinetic"].response.symbol == "psi"
    assert found["thermo-kinetic"].response.symbol == "delta"


def test_what_happens_once_saturates_the_survival_bound() -> None:
    # One decay from the upper level: the count is 1 after it, and there is no second one.
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(0.6 * LOWER, None)])
    found = evaluate(model, tk.activity(model), tk.Populations([0.0, 1.0]), [0.5, 2.0])["survival"]
    np.testing.assert_allclose(found.ratio, 1.0, rtol=1e-9)
    assert found.holds.all()


def test_landauer_asks_for_one_temperature_and_says_so() -> None:
    model = tk.library.qubit(1.0, 0.01, 0.4)
    (bound,) = evaluate(model, tk.heat(model), tk.Gibbs(3.0), [40.0], theorems=["finite-time Landauer"])
    given = -tk.ledger(model, tk.evolve(model, tk.Gibbs(3.0), [40.0])).heat["bath"] / 0.4
    assert bound.value[0] == pytest.approx(given[0], rel=1e-9)
    assert bound.holds.all()
    hot, cold = (
        tk.Contact(tk.Bath("hot", 1.0), LOWER + LOWER.T, tk.Flat(0.01)),
        tk.Contact(tk.Bath("cold", 0.5), LOWER + LOWER.T, tk.Flat(0.01)),
    )
    two = tk.davies(np.diag([0.0, 1.0]), [hot, cold])
    with pytest.raises(tk.errors.HypothesisError, match="every jump is one of baths at one temperature"):
        evaluate(two, tk.heat(two, "hot"), tk.Gibbs(3.0), [40.0], theorems=["finite-time Landauer"])


@FEW
@given(strategies.levels_with_populations(largest=4), strategies.time_grids(4))
def test_speed_limits_hold_for_thermal_levels(drawn: tuple[LevelsData, Array], grid: Array) -> None:
    data, start = drawn
    model = builders.levels(data)
    found = evaluate(model, tk.activity(model), tk.Populations(start), grid * data.time_unit)
    for name in ("speed limit", "finite-time Landauer", "survival", "kinetic"):
        assert found[name].applies, name
        assert found[name].holds.all(), name


@FEW
@given(strategies.models_with_states(number_of_baths=2, largest=3), strategies.time_grids(4))
def test_speed_limits_hold_for_coherent_states(drawn: tuple[CoherentData, Array], grid: Array) -> None:
    data, state = drawn
    model = builders.coherent(data)
    found = evaluate(model, tk.activity(model), state, grid * data.time_unit)
    for name in ("speed limit", "survival"):
        assert found[name].applies, name
        assert found[name].holds.all(), (name, found[name].value, found[name].limit)


def test_the_exchange_bound_is_the_weaker_form_of_the_fluctuation_theorem() -> None:
    model = tk.library.qubit(1.0, 0.01, 1.5)
    found = evaluate(model, tk.heat(model), tk.Gibbs(0.4), [10.0, 300.0])
    mean = found["exchange"].mean
    np.testing.assert_allclose(
        found["exchange"].relative_limit, 2.0 / np.expm1((1.0 / 0.4 - 1.0 / 1.5) * mean), rtol=1e-12
    )
    assert (found["exchange"].limit < found["fluctuation theorem"].limit).all()
    assert found["exchange"].applies


def test_two_gibbs_states_have_the_relation_of_an_independent_evaluation_with_40_digits() -> None:
    levels = np.array([0.0, 1.3, 2.2])

    def gibbs(temperature: float) -> Array:
        weights = np.exp(-levels / temperature)
        return np.diag(weights / weights.sum())

    found = two_states(gibbs(0.4), gibbs(1.5), np.diag(levels))
    assert found.value / 2.0 == pytest.approx(2.3002278173868165, rel=1e-12)
    assert found.limit / 2.0 == pytest.approx(1.5554167506306849, rel=1e-12)
    assert "Relative-entropy relation of two states" in repr(found)
    assert found.to_xarray()["entropy"].attrs["units"] == "nats"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 4))
def test_the_relation_holds_for_any_two_states_and_two_point_states_reach_it(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)

    def state() -> Array:
        root = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
        matrix = root @ root.conj().T
        return matrix / np.trace(matrix).real

    operator = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    found = two_states(state(), state(), operator + operator.conj().T)
    assert found.ratio >= 1.0 - 1e-9
    share = random.uniform(0.05, 0.45)
    mirrored = two_states(np.diag([share, 1.0 - share]), np.diag([1.0 - share, share]), np.diag([1.0, -1.0]))
    assert mirrored.ratio == pytest.approx(1.0, rel=1e-10)


def test_states_that_hardly_differ_keep_the_digits_of_their_difference() -> None:
    step = 2.0**-30
    found = two_states(np.diag([0.5, 0.5]), np.diag([0.5 + step, 0.5 - step]), np.diag([1.0, -1.0]))
    # Variances 1 and 1 - 4 step^2, means 2 step apart; S = 2 step^2 (1 + O(step^2)), and csch^2 Phi(S/2) = 2/S - 1/3.
    assert found.value == pytest.approx((2.0 - 4.0 * step**2) / (2.0 * step**2), rel=1e-14)
    assert found.ratio == pytest.approx(1.0, rel=1e-12)


# The dynamical activity since time 0


def record_information(hamiltonian: Array, jumps: list[Array], state: Array, time: float, step: float) -> float:
    """4 d^2 ln Z / dtheta dphi, Z the overlap of the records of speeds 1 + theta and 1 + phi of everything."""
    unit = np.eye(len(hamiltonian))
    decay = sum(jump.conj().T @ jump for jump in jumps)

    def overlap(theta: float, phi: float) -> complex:
        left = -1j * (1.0 + theta) * hamiltonian - 0.5 * np.exp(theta) * decay
        right = 1j * (1.0 + phi) * hamiltonian - 0.5 * np.exp(phi) * decay
        both = sum(np.exp(0.5 * (theta + phi)) * np.kron(jump, jump.conj()) for jump in jumps)
        moved = expm((np.kron(left, unit) + np.kron(unit, right.T) + both) * time) @ state.reshape(-1)
        return complex(np.log(np.trace(moved.reshape(unit.shape))))

    corners = [(one, other) for one in (step, -step) for other in (step, -step)]
    return 4.0 * sum(np.sign(one * other) * overlap(one, other).real for one, other in corners) / (4.0 * step**2)


def coherent_machine(size: int) -> tuple[Array, list[Array], tk.Model]:
    draw = np.random.default_rng(size)
    hamiltonian = draw.normal(size=(size, size)) + 1j * draw.normal(size=(size, size))
    hamiltonian = hamiltonian + hamiltonian.conj().T
    jumps = [draw.normal(size=(size, size)) * 0.4 for _ in range(2)]
    return hamiltonian, jumps, tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])


@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.parametrize("most", [dynamical_activity.DENSE, 0.0], ids=["exponentials", "sparse products"])
def test_the_activity_since_the_start_is_the_information_of_the_record(
    size: int, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamical_activity, "DENSE", most)
    hamiltonian, jumps, model = coherent_machine(size)
    ket = np.random.default_rng(7).normal(size=size)
    ket /= np.linalg.norm(ket)
    times = np.array([0.0, 0.3, 0.5, 1.4])
    found = evaluate(model, tk.activity(model), tk.Ket(ket), times)["dynamical activity"]
    expected = [record_information(hamiltonian, jumps, np.outer(ket, ket), time, 3e-4) for time in times[1:]]
    assert found.cost is not None
    assert found.cost.values[0] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(found.cost.values[1:], expected, rtol=1e-5)


def test_an_activity_that_is_too_dear_is_marked_and_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamical_activity, "DENSE", 0.0)
    _, _, model = coherent_machine(3)
    start, late = tk.Ket([1.0, 0.0, 0.0]), [1.0, 1e6]
    found = evaluate(model, tk.activity(model), start, late)["dynamical activity"]
    assert not found.applies
    assert np.isnan(found.limit).all()
    with pytest.raises(tk.HypothesisError, match="its information can be moved along in seconds"):
        evaluate(model, tk.activity(model), start, late, theorems="dynamical activity")


def test_a_bound_that_says_nothing_since_the_start_is_refused_by_name() -> None:
    model = tk.library.qubit(1.0, 0.01, 1.5)
    with pytest.raises(tk.HypothesisError, match="the bound 'dynamical activity' says nothing here"):
        evaluate(model, tk.activity(model), tk.Gibbs(0.3), [1.0], theorems="dynamical activity")


def test_no_speed_limit_is_broken_by_rounding_where_every_jump_counts() -> None:
    # From a pure start 1 - T/A is the share of jumps back, some t, and is lost before times of 1e-8.
    model = tk.rates([[0.0, 1.0], [3.0, 0.0]])
    times = np.geomspace(1e-13, 1e-2, 34)
    found = evaluate(model, tk.activity(model), tk.Populations([1.0, 0.0]), times)["speed limit"]
    assert found.applies
    assert found.holds.all()
    assert (found.ratio >= 1.0).all()
    np.testing.assert_array_less(found.ratio[times > 1e-7], 1.1)
    qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=2.0)
    for name in ("speed limit", "finite-time Landauer"):
        found = evaluate(qubit, tk.heat(qubit), tk.Populations([1.0, 0.0]), times)[name]
        assert found.holds.all(), name
