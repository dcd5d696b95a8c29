"""What is exchanged besides heat: particles of leads, energy of jumps without a bath; maps that are not positive."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import thermokin as tk
from driven import DOWN, SX, SZ, turning_gap, walked
from thermokin.cycles import walk
from thermokin.cycles.driven_generator import real_map
from thermokin.errors import ValidityWarning


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


NUMBER = np.diag([0.0, 1.0])
LEADS = {"left": (0.4, 0.9, 0.3), "right": (0.6, -0.2, 0.5)}  # temperature, chemical potential, rate


def dot(level: float) -> tk.Model:
    contacts = [
        tk.Contact(tk.Bath(name, warmth, potential, tk.Fermi()), [[0.0, 1.0], [0.0, 0.0]], tk.Flat(rate))
        for name, (warmth, potential, rate) in LEADS.items()
    ]
    return tk.davies(level * NUMBER, contacts, number_operator=NUMBER)


def level(time: float) -> float:
    return 0.5 + 0.4 * np.sin(time)


def test_leads_give_chemical_work_beside_heat() -> None:
    # The rate equation of one level by hand.
    def motion(time: float, values: np.ndarray) -> np.ndarray:
        filled, now = values[0], level(time)
        flows = [
            rate * (1.0 / (np.exp((now - potential) / warmth) + 1.0) - filled)
            for warmth, potential, rate in LEADS.values()
        ]
        heats = [(now - one[1]) * flow for one, flow in zip(LEADS.values(), flows, strict=True)]
        chemical = sum(one[1] * flow for one, flow in zip(LEADS.values(), flows, strict=True))
        return np.array([sum(flows), *heats, chemical, 0.4 * np.cos(time) * filled])

    end = solve_ivp(motion, (0.0, 5.0), [0.3, 0.0, 0.0, 0.0, 0.0], method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
    run = tk.evolve(tk.Leg(5.0, lambda t: dot(level(t))), tk.Populations([0.7, 0.3]), [5.0])
    assert run.states[0, 1, 1].real == pytest.approx(end[0], abs=1e-11)
    assert [run.heat["left"][0], run.heat["right"][0]] == pytest.approx(end[1:3], abs=1e-11)
    assert run.chemical_work[0] == pytest.approx(end[3], abs=1e-11)
    assert run.work_on_counted[0] == pytest.approx(end[4], abs=1e-11)
    assert abs(run.first_law[0]) < 1e-10
    flow = -run.heat["left"][0] / 0.4 - run.heat["right"][0] / 0.6
    assert run.entropy_flow[0] == pytest.approx(flow, abs=1e-11)


def test_a_pumped_level_has_heat_and_energy_that_differ_by_its_particles() -> None:
    # Of a level between leads that stands still, all by another road: the counting of static models.
    model = dot(0.5)
    cycle = tk.limit_cycle(tk.Leg(1.3, model))
    heat = tk.cycle_cumulants(cycle, "left", order=2)
    assert heat.per_time == pytest.approx(np.asarray(tk.cumulants(model, tk.heat(model, "left"), order=2)), rel=1e-9)
    work = tk.cycle_cumulants(cycle, "work", order=2)
    total = sum(tk.energy(model, name) for name in LEADS)
    assert work.per_time[1] == pytest.approx(float(np.asarray(tk.cumulants(model, total, order=2))[1]), abs=1e-12)


def test_jumps_without_a_bath_give_energy_of_their_own_name() -> None:
    start = np.array([[0.3, 0.1j], [-0.1j, 0.7]])
    jump = 0.3 * DOWN + 0.2 * SX
    run = tk.evolve(tk.Leg(4.0, lambda t: tk.Model(turning_gap(t), [tk.Channel(jump, bath=None)])), start, [4.0])
    slow = walked(start, 4.0, turning_gap, lambda _: [(jump, 0.0, 0)])
    assert run.states[0] == pytest.approx(slow.rho, abs=1e-11)
    assert run.work_on_counted[0] == pytest.approx(slow.work, abs=1e-10)
    change = np.trace(turning_gap(4.0) @ slow.rho - turning_gap(0.0) @ start).real
    assert run.bathless[0] == pytest.approx(change - slow.work, abs=1e-10)
    assert abs(run.bathless[0]) > 1e-2
    cycle = tk.Protocol([tk.Leg(4.0, lambda t: tk.Model(turning_gap(t), [tk.Channel(jump, bath=None)]))], quench=True)
    with pytest.raises(ValueError, match="jumps without a bath give energy that is neither heat nor counted work"):
        tk.cycle_cumulants(cycle, "work")


def test_the_two_works_of_a_quench_are_those_of_the_two_operators() -> None:
    bath = tk.Bath("bath", 0.8)
    contact = tk.Contact(bath, SX, tk.Ohmic(0.1))
    models = [
        tk.local(0.5 * gap * SZ + field * SX, [contact], 0.5 * gap * SZ) for gap, field in ((1.0, 0.1), (1.4, 0.3))
    ]
    start = np.array([[0.6, 0.2], [0.2, 0.4]])
    protocol = tk.Protocol([tk.Leg(1.0, model) for model in models], quench=True)
    run = tk.evolve(protocol, start, [1.0, 2.0])
    rho = tk.evolve(models[0], start, [1.0]).states[0]
    jumped = [np.trace(0.2 * SZ @ rho).real, np.trace((0.2 * SZ + 0.2 * SX) @ rho).real]
    second = tk.evolve(tk.Protocol([tk.Leg(1.0, models[1])]), rho, [1.0])
    first = tk.evolve(tk.Protocol([tk.Leg(1.0, models[0])]), start, [1.0])
    assert run.power_of_drive[1] == pytest.approx(jumped[1], abs=1e-13)
    total = first.work_on_counted[0] + jumped[0] + second.work_on_counted[0]
    assert run.work_on_counted[1] == pytest.approx(total, abs=1e-13)
    assert run.heat["bath"][1] == pytest.approx(first.heat["bath"][0] + second.heat["bath"][0], abs=1e-13)
    cycle = tk.limit_cycle(protocol)
    assert cycle.work_on_counted == pytest.approx(-cycle.heat["bath"], abs=1e-12)
    assert abs(cycle.work_on_counted - cycle.power_of_drive) > 1e-3


def test_a_rate_of_change_of_a_local_leg_is_that_of_the_whole_hamiltonian() -> None:
    contact = tk.Contact(tk.Bath("bath", 0.8), SX, tk.Ohmic(0.1))
    leg = tk.Leg(
        2.0,
        lambda t: tk.local(0.5 * SZ + 0.2 * np.sin(t) * SX, [contact], 0.5 * SZ),
        rate_of_change=lambda t: 0.2 * np.cos(t) * SX,
    )
    run = tk.evolve(leg, tk.Ket([1.0, 0.0]), [2.0])
    assert abs(run.first_law[0]) < 1e-11
    assert abs(run.work_on_counted[0] - run.power_of_drive[0]) > 1e-4


def test_contacts_that_change_between_the_first_looks_are_still_followed() -> None:
    # Equal at the three times that are looked at first, stronger between.
    def model(time: float) -> tk.Model:
        strength = 0.1 if min(abs(time - probe) for probe in (0.0, 0.381966, 0.618034)) < 1e-9 else 0.2
        return tk.davies(0.5 * SZ, [tk.Contact(tk.Bath("bath", 0.8), SX, tk.Ohmic(strength))])

    run = tk.evolve(tk.Leg(1.0, model), tk.Populations([0.5, 0.5]), [1.0])
    fixed = tk.davies(0.5 * SZ, [tk.Contact(tk.Bath("bath", 0.8), SX, tk.Ohmic(0.2))])
    assert run.states[0] == pytest.approx(tk.evolve(fixed, tk.Populations([0.5, 0.5]), [1.0]).states[0], abs=1e-10)


def test_maps_that_are_not_positive_are_redone_by_steps_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    swap = np.eye(4)[[0, 2, 1, 3]].astype(complex)
    assert walk.smallest_choi(real_map(swap[None])[0], 2) == pytest.approx(-0.5, abs=1e-14)
    assert walk.smallest_choi(np.eye(4), 2) == pytest.approx(0.0, abs=1e-14)
    contact = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))

    def leg() -> tk.Leg:
        return tk.Leg(2.0, lambda t: tk.davies(turning_gap(t), [contact]))

    plain = tk.evolve(leg(), tk.Gibbs(0.7), [2.0])
    seen: list[int] = []

    def doubtful(maps: np.ndarray, dimension: int) -> float:
        seen.append(dimension)
        return -1.0 if len(seen) == 1 else 0.0

    monkeypatch.setattr(walk, "smallest_choi", doubtful)
    run = tk.evolve(leg(), tk.Gibbs(0.7), [2.0])
    assert run.notes == ("leg 0: integrated by steps of order 2, since those of order 6 were not positive",)
    assert run.panels > 50 * plain.panels
    assert run.states == pytest.approx(plain.states, abs=1e-7)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_other_units_change_no_digit(scale: float) -> None:
    def numbers(unit: float) -> list[float]:
        contact = tk.Contact(tk.Bath("bath", 0.7 * unit), SX, tk.Ohmic(0.1))
        there = tk.Leg(5.0 / unit, lambda t: tk.davies(unit * turning_gap(np.asarray(t) * unit), [contact]))
        back = tk.Leg(5.0 / unit, lambda t: tk.davies(unit * turning_gap(5.0 - np.asarray(t) * unit), [contact]))
        rest = tk.Leg(1.0 / unit, lambda t: tk.Model(unit * turning_gap(0.0 * np.asarray(t)), []))
        cycle = tk.limit_cycle(tk.Protocol([there, back, rest]))
        cumulants = tk.cycle_cumulants(cycle, "work", order=3)
        work = tk.two_point_work(there, tk.Gibbs(0.7 * unit), order=3)
        powers = unit ** np.arange(1.0, 4.0)
        exponential = work.exponential_average(0.7 * unit)
        amounts = [cycle.heat["bath"] / unit, cycle.work_on_counted / unit, cycle.entropy_production]
        return [*amounts, *(np.asarray(cumulants) / powers), *(work.cumulants / powers), exponential]

    assert numbers(scale) == pytest.approx(numbers(1.0), abs=1e-11)
