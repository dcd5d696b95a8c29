"""Limit cycles: fixed points of maps, with the ledger of each leg."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from driven import DOWN, SX, SZ, Array, flat, momentary_jumps, ohmic, rotating_field, turning_gap, walked
from thermokin.errors import DegenerateSteadyStateError, ValidityWarning

DIGITS = 1e-11


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def qubit(gap: float, name: str, temperature: float, rate: float = 1.0) -> tk.Model:
    bath = tk.Bath(name, temperature, statistics=tk.SpinBath())
    return tk.davies(np.diag([0.0, gap]), [tk.Contact(bath, SX, tk.Flat(rate))])


def test_a_rotating_field_with_local_jumps_has_two_bookkeepings_both_right() -> None:
    # Static Liouvillian in the rotating frame, independent of any integration in time.
    bath = tk.Bath("bath", 1.0 / np.log(13.0 / 3.0))

    def model(times: object) -> tk.Model:
        channels = [tk.Channel(np.sqrt(0.13) * DOWN, bath, -1.0), tk.Channel(np.sqrt(0.03) * DOWN.T, bath, 1.0)]
        return tk.Model(rotating_field(times), channels, energy_operator=0.5 * SZ)

    cycle = tk.limit_cycle(tk.Leg(2.0 * np.pi / 0.9, model))  # type: ignore[arg-type]
    assert cycle.heat["bath"] / cycle.period == pytest.approx(-0.04149377593361073, abs=DIGITS)
    assert cycle.work_on_counted / cycle.period == pytest.approx(0.04149377593361073, abs=DIGITS)
    assert cycle.power_of_drive / cycle.period == pytest.approx(0.037344398340250384, abs=DIGITS)
    assert cycle.power == pytest.approx(-0.04149377593361073, abs=DIGITS)
    assert cycle.first_law < 1e-12
    assert cycle.entropy_production == pytest.approx(-cycle.heat["bath"] * np.log(13.0 / 3.0), abs=1e-10)
    cumulants = tk.cycle_cumulants(cycle, "bath")
    assert cumulants.per_time == pytest.approx([-0.04149377593361073, 0.06433610637197892], abs=DIGITS)


def otto(contact: float, ramp: float) -> tk.Protocol:
    cold, hot = -0.5 * SZ, -0.5 * (2.0 * SZ + SX)
    baths = {"hot": tk.Bath("hot", 4.0), "cold": tk.Bath("cold", 0.5)}

    def model(hamiltonian: Array, name: str) -> tk.Model:
        found = momentary_jumps(hamiltonian, SX, flat(0.5), float(baths[name].temperature), 0, 0.0)
        return tk.Model(hamiltonian, [tk.Channel(jump, baths[name], energy) for jump, energy, _ in found[:-1]])

    def stroke(first: Array, last: Array) -> tk.Leg:
        def hamiltonian(times: object) -> Array:
            share = np.asarray(times, dtype=float)[..., None, None] / ramp
            return (1.0 - share) * first + share * last

        return tk.Leg(ramp, lambda t: tk.Model(hamiltonian(t), []))

    legs = [
        tk.Leg(contact, model(hot, "hot")),
        stroke(hot, cold),
        tk.Leg(contact, model(cold, "cold")),
        stroke(cold, hot),
    ]
    return tk.Protocol(legs)


def test_an_otto_cycle_with_coherence_exchanges_the_known_heats() -> None:
    # The cycle of qthermo.otto_cycle(-.5 sz, -.5 (2 sz + sx), .5, 4., [sx], gamma=.5), independent evaluation.
    cycle = tk.limit_cycle(otto(3.0, 0.5))
    assert cycle.heat["hot"] == pytest.approx(0.3614169743905, abs=DIGITS)
    assert cycle.heat["cold"] == pytest.approx(-0.2206087996734, abs=DIGITS)
    assert cycle.work_on_counted == pytest.approx(-0.1408081747172, abs=DIGITS)
    assert cycle.first_law < 1e-12
    assert cycle.entropy_production == pytest.approx(-0.3614169743905 / 4.0 + 0.2206087996734 / 0.5, abs=DIGITS)
    assert cycle.ledger.states[-1] == pytest.approx(cycle.state, abs=1e-12)
    assert cycle.ledger.entropy_production[[1, 3]] == pytest.approx([0.0, 0.0], abs=1e-12)


def test_the_limit_cycle_is_where_many_cycles_lead() -> None:
    protocol = otto(3.0, 0.5)
    cycle = tk.limit_cycle(protocol)
    rho = np.diag([0.2, 0.8]).astype(complex)
    for _ in range(30):
        rho = tk.evolve(protocol, rho, [protocol.duration]).states[0]
    assert rho == pytest.approx(cycle.state, abs=1e-10)
    assert cycle.relaxation**30 < 1e-8


def test_the_fast_limit_of_a_two_level_engine_is_the_closed_form() -> None:
    # P = (G/4)(e_h - e_c)(f_h - f_c), of Erdman and Noe (npj Quantum Inf. 8, 1, 2022), at its maximum.
    high, low = 2.03273980964, 1.43037645954

    def power(step: float) -> float:
        legs = [tk.Leg(step, qubit(high, "hot", 1.0)), tk.Leg(step, qubit(low, "cold", 0.5))]
        return tk.limit_cycle(tk.Protocol(legs, quench=True)).power

    # Even in the duration of a stroke.
    extrapolated = (4.0 * power(0.01) - power(0.02)) / 3.0
    assert extrapolated == pytest.approx(0.00928843384544, abs=2e-11)
    assert power(0.5) < 0.00928843384544


def test_a_two_level_engine_of_any_speed_is_that_of_two_relaxations() -> None:
    # Populations relax towards f by 1 - exp(-G t) in each stroke; the fixed point by hand.
    high, low, step = 2.0, 1.4, 0.7
    hot, cold = 1.0 / (1.0 + np.exp(high)), 1.0 / (1.0 + np.exp(low / 0.5))
    left = np.exp(-step)
    start = (cold * (1.0 - left) + hot * (1.0 - left) * left) / (1.0 - left**2)
    after = hot + (start - hot) * left
    legs = [tk.Leg(step, qubit(high, "hot", 1.0)), tk.Leg(step, qubit(low, "cold", 0.5))]
    cycle = tk.limit_cycle(tk.Protocol(legs, quench=True))
    assert cycle.heat["hot"] == pytest.approx(high * (after - start), abs=1e-14)
    assert cycle.work_on_counted == pytest.approx((low - high) * (after - start), abs=1e-14)
    assert cycle.ledger.quench_work == pytest.approx([(high - low) * start, (low - high) * after], abs=1e-14)
    assert cycle.relaxation == pytest.approx(left, abs=1e-12)  # coherences decay half as fast in each


def test_slow_cycles_are_the_quasistatic_ones() -> None:
    # Carnot: two isotherms at 1 and .5, two adiabats on which populations stand still.
    def isotherm(first: float, last: float, name: str, temperature: float, slow: float) -> tk.Leg:
        bath = tk.Contact(tk.Bath(name, temperature), SX, tk.Ohmic(1.0))

        def hamiltonian(times: object) -> Array:
            now = np.asarray(times, dtype=float)[..., None, None] / slow
            return (first + (last - first) * now) * np.diag([0.0, 1.0])

        return tk.Leg(slow, lambda t: tk.davies(hamiltonian(t), [bath]), name=f"{name} isotherm")

    def work(slow: float) -> tuple[float, float]:
        legs = [isotherm(2.0, 1.0, "hot", 1.0, slow), isotherm(0.5, 1.0, "cold", 0.5, slow)]
        cycle = tk.limit_cycle(tk.Protocol(legs, quench=True))
        return cycle.heat["hot"], cycle.work_on_counted

    def entropy(gap: float) -> float:
        p = 1.0 / (1.0 + np.exp(gap))
        return float(-p * np.log(p) - (1.0 - p) * np.log(1.0 - p))

    drawn = entropy(1.0) - entropy(2.0)
    # What speed adds falls as its inverse; two speeds take it off.
    near, far = work(400.0), work(800.0)
    heat, done = 2.0 * far[0] - near[0], 2.0 * far[1] - near[1]
    assert heat == pytest.approx(drawn, rel=2e-4)
    assert -done / heat == pytest.approx(0.5, rel=2e-4)
    assert -far[1] / far[0] < 0.5


@settings(max_examples=10, deadline=None)
@given(st.floats(0.3, 3.0), st.floats(0.3, 3.0), st.floats(0.2, 3.0), st.floats(0.2, 3.0), st.floats(0.05, 4.0))
def test_no_cycle_of_momentary_jumps_produces_negative_entropy_in_any_leg(
    hot: float, cold: float, strength: float, turn: float, duration: float
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)

        def hamiltonian(times: object) -> Array:
            angle = 2.0 * np.pi * np.asarray(times, dtype=float)[..., None, None] / duration
            return (1.0 + 0.4 * np.cos(angle)) * 0.5 * SZ + 0.3 * turn * np.sin(angle) * SX

        contacts = [
            tk.Contact(tk.Bath("hot", hot), SX, tk.Ohmic(0.3 * strength)),
            tk.Contact(tk.Bath("cold", cold), SZ + 0.5 * SX, tk.Ohmic(0.2)),
        ]
        cycle = tk.limit_cycle(tk.Leg(duration, lambda t: tk.davies(hamiltonian(t), contacts)))
    assert (cycle.ledger.entropy_production >= -1e-11).all()
    assert cycle.first_law < 1e-10
    assert cycle.choi > -1e-10
    flow = -cycle.heat["hot"] / hot - cycle.heat["cold"] / cold
    assert cycle.entropy_production == pytest.approx(flow, abs=1e-10)


def test_a_driven_cycle_agrees_with_an_integration_by_hand() -> None:
    duration = 4.0

    def hamiltonian(times: object) -> Array:
        angle = 2.0 * np.pi * np.asarray(times, dtype=float)[..., None, None] / duration
        return (1.0 + 0.3 * np.cos(angle)) * 0.5 * SZ + 0.4 * np.sin(angle) * SX

    bath = tk.Contact(tk.Bath("bath", 0.6), SX, tk.Ohmic(0.2))
    cycle = tk.limit_cycle(tk.Leg(duration, lambda t: tk.davies(hamiltonian(t), [bath])))
    slow = walked(
        cycle.state,
        duration,
        hamiltonian,
        lambda t: momentary_jumps(hamiltonian(t), SX, ohmic(0.2), 0.6, 0, 0.2 * 0.6),
    )
    assert slow.rho == pytest.approx(cycle.state, abs=1e-10)
    assert slow.heat[0] == pytest.approx(cycle.heat["bath"], abs=1e-10)
    assert slow.work == pytest.approx(cycle.work_on_counted, abs=1e-10)


def test_a_static_model_is_its_own_limit_cycle() -> None:
    model = tk.library.qubit(gap=1.0, rate=0.1, temperature=0.5)
    cycle = tk.limit_cycle(tk.Leg(3.0, model))
    assert cycle.state == pytest.approx(tk.operators.gibbs(model.hamiltonian, 0.5), abs=1e-13)
    assert cycle.heat["bath"] == pytest.approx(0.0, abs=1e-14)


def test_cycles_that_keep_something_are_refused_and_name_what() -> None:
    coupling = np.zeros((4, 4))
    coupling[0, 1] = coupling[1, 0] = coupling[2, 3] = coupling[3, 2] = 1.0
    bath = tk.Contact(tk.Bath("bath", 1.0), coupling, tk.Flat(0.1))
    model = tk.davies(np.diag([0.0, 1.0, 5.0, 6.3]), [bath])
    with pytest.raises(DegenerateSteadyStateError, match=r"nothing passes between the levels \{0, 1\} and \{2, 3\}"):
        tk.limit_cycle(tk.Leg(3.0, model))
    with pytest.raises(DegenerateSteadyStateError, match="has several periodic states"):
        tk.limit_cycle(tk.Leg(2.0 * np.pi / 0.9, lambda t: tk.Model(rotating_field(t), [])))


def test_protocols_without_period_are_refused() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))
    ramp = tk.Leg(5.0, lambda t: tk.davies(turning_gap(t), [bath]))
    with pytest.raises(ValueError, match="from the last leg back to the first: no period"):
        tk.limit_cycle(ramp)
    assert tk.limit_cycle(tk.Protocol([ramp], quench=True)).first_law < 1e-12
    with pytest.raises(TypeError, match="`protocol` must be a Protocol or a Leg"):
        tk.limit_cycle(tk.library.qubit(gap=1.0, rate=0.1, temperature=0.5))  # type: ignore[arg-type]


def test_what_maps_lack_is_multiplied_by_how_slowly_deviations_decay() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.004))

    def hamiltonian(times: object) -> Array:
        angle = 2.0 * np.pi * np.asarray(times, dtype=float)[..., None, None]
        return (1.0 + 0.3 * np.cos(angle)) * 0.5 * SZ + 0.4 * np.sin(angle) * SX

    leg = tk.Leg(1.0, lambda t: tk.davies(hamiltonian(t), [bath]))
    exact, rough = tk.limit_cycle(leg, tolerance=1e-13), tk.limit_cycle(leg, tolerance=1e-5)
    assert 0.99 < rough.relaxation < 1.0
    assert rough.error > 50.0 * tk.evolve(leg, exact.state, [1.0], tolerance=1e-5).error
    assert np.abs(rough.state - exact.state).max() <= rough.error


def test_legs_that_meet_up_to_rounding_book_no_work_of_a_jump() -> None:
    def ramp(first: float, last: float) -> tk.Leg:
        contact = tk.Contact(tk.Bath("bath", 0.7), [[0, 1], [1, 0]], tk.Ohmic(0.02))
        return tk.Leg(3.0, lambda t: tk.davies(np.diag([0.0, first + (last - first) * t / 3.0]), [contact]))

    cycle = tk.limit_cycle(tk.Protocol([ramp(0.1, 0.3), ramp(0.1 + 0.2, 0.1)]))
    assert (cycle.ledger.quench_work == 0.0).all()
    assert (cycle.ledger.quench_power == 0.0).all()
