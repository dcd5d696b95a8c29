"""Cycles at the edges: baths at temperature 0, degenerate levels, names that are taken, jumps that come late."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

import thermokin as tk
from driven import SX, SZ, turning_gap
from thermokin.errors import ValidityWarning


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def qubit(gap: float, name: str, temperature: float) -> tk.Model:
    return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath(name, temperature), SX, tk.Flat(0.1))])


@pytest.mark.parametrize("model", [qubit(1.0, "cold", 0.0), lambda t: qubit(1.0 + 0.1 * t, "cold", 0.0)])
def test_heat_into_a_bath_at_temperature_zero_makes_infinite_entropy(model: Any) -> None:
    leg = tk.Leg(10.0, model)
    run = tk.evolve(leg, tk.Populations([0.0, 1.0]), [0.0, 5.0, 10.0])
    assert run.entropy_production.tolist() == [0.0, np.inf, np.inf]
    few = tk.evolve(leg, tk.Populations([0.999, 0.001]), [10.0], tolerance=1e-2)
    assert few.entropy_production[0] == np.inf
    rest = tk.evolve(leg, tk.Populations([1.0, 0.0]), [5.0, 10.0])
    assert rest.entropy_production == pytest.approx([0.0, 0.0], abs=1e-10)
    cycle = tk.limit_cycle(tk.Protocol([tk.Leg(5.0, qubit(1.0, "cold", 0.0)), tk.Leg(5.0, qubit(1.0, "hot", 1.0))]))
    assert cycle.entropy_production == np.inf
    assert cycle.ledger.entropy_production[0] == np.inf
    assert np.isfinite(cycle.ledger.entropy_production[1])


def test_two_point_work_of_a_start_that_is_coherent_within_a_level() -> None:
    # H(0) = 0: any state is an eigenstate of it, and its first measurement changes nothing.
    stroke = tk.Leg(1.0, lambda t: tk.Model(0.5 * t * SX, []))
    plus = np.full((2, 2), 0.5)
    work = tk.two_point_work(stroke, plus)
    assert work.mean == pytest.approx(0.5, abs=1e-12)
    assert work.variance == pytest.approx(0.0, abs=1e-12)
    assert work.probabilities == pytest.approx([0.0, 1.0], abs=1e-12)


def test_two_point_work_of_a_degenerate_level_by_projectors() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    last = 0.5 * (a + a.conj().T)
    first = np.diag([0.2, 0.2, 1.3]).astype(complex)
    rho = np.array([[0.4, 0.2 - 0.1j, 0.0], [0.2 + 0.1j, 0.35, 0.0], [0.0, 0.0, 0.25]])
    sudden = tk.Protocol(
        [tk.Leg(1e-9, tk.Model(first, [])), tk.Leg(0.7, tk.Model(last, [])), tk.Leg(1e-9, tk.Model(first, []))],
        quench=True,
    )
    work = tk.two_point_work(sudden, rho, order=3)
    moved = expm(-0.7j * last)
    levels = {0.2: np.diag([1.0, 1.0, 0.0]), 1.3: np.diag([0.0, 0.0, 1.0])}
    chances = {
        (one, two): np.trace(after @ moved @ before @ rho @ before @ moved.conj().T).real
        for one, before in levels.items()
        for two, after in levels.items()
    }
    mean = sum(p * (two - one) for (one, two), p in chances.items())
    square = sum(p * (two - one) ** 2 for (one, two), p in chances.items())
    assert work.mean == pytest.approx(mean, abs=1e-8)
    assert work.variance == pytest.approx(square - mean**2, abs=1e-8)


def test_levels_are_told_apart_wherever_energies_are_counted_from() -> None:
    # A gap of 1e-5 beside an offset of 1e6 is a gap: coherence across it is not that of one level.
    offset = 1e6 * np.eye(2)
    with pytest.raises(ValueError, match="coherence between different energies"):
        tk.two_point_work(tk.Leg(1.0, tk.Model(offset + 1e-5 * SZ, [])), np.full((2, 2), 0.5))


def test_a_bath_that_is_called_work_is_not_taken_for_the_work() -> None:
    engine = tk.Protocol([tk.Leg(9.0, qubit(2.0, "work", 2.0)), tk.Leg(9.0, qubit(1.0, "cold", 0.5))], quench=True)
    with pytest.raises(ValueError, match="give that bath another name"):
        tk.cycle_cumulants(engine, "work")
    assert tk.cycle_cumulants(engine, "cold", order=1).values[0] < 0.0


def idle_at_first(time: float) -> tk.Model:
    """A coupling that commutes with the Hamiltonian until 7, in a bath that does not dephase."""
    angle = np.maximum(0.0, np.asarray(time) - 7.0)[..., None, None]
    hamiltonian = np.cos(angle) * SZ + np.sin(angle) * SX
    return tk.davies(hamiltonian, [tk.Contact(tk.Bath("late", 0.0), SZ, tk.Ohmic(0.1))])


def test_jumps_that_come_late_are_not_left_out() -> None:
    # The same leg cut in two where the bath comes in.
    whole = tk.Leg(10.0, idle_at_first, breaks=[7.0])
    run = tk.evolve(whole, tk.Populations([0.3, 0.7]), [7.0, 10.0])
    late = tk.Leg(3.0, lambda t: idle_at_first(7.0 + np.asarray(t)))
    end = tk.evolve(late, tk.Populations([0.3, 0.7]), [3.0])
    assert run.heat["late"][0] == 0.0
    assert run.heat["late"][1] == pytest.approx(end.heat["late"][0], abs=1e-8)
    assert run.heat["late"][1] < -0.05
    work = tk.two_point_work(whole, tk.Populations([0.3, 0.7]))
    assert work.mean == pytest.approx(run.work_on_counted[1], abs=1e-8)


def test_a_bath_that_never_does_anything_changes_nothing() -> None:
    idle = tk.Leg(2.0, tk.davies(SZ, [tk.Contact(tk.Bath("idle", 0.0), SZ, tk.Ohmic(0.1))]))
    run = tk.evolve(idle, np.full((2, 2), 0.5), [2.0])
    assert run.heat["idle"][0] == 0.0
    assert np.abs(run.states[0, 0, 1]) == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("duration", [1e3, 1e7, 1e12])
def test_fixed_legs_state_what_doublings_make_of_rounding(duration: float) -> None:
    hamiltonian = np.array([[0.3, 0.2], [0.2, -0.6]])
    still = tk.Leg(duration, tk.davies(hamiltonian, [tk.Contact(tk.Bath("bath", 1.0), SX, tk.Ohmic(0.1))]))
    run = tk.evolve(still, tk.Populations([0.9, 0.1]), [duration])
    rest = expm(-hamiltonian) / np.trace(expm(-hamiltonian))
    assert np.abs(run.states[0] - rest).max() <= run.error < 1e-15 * duration
    assert tk.evolve(tk.Leg(duration, tk.Model(hamiltonian, [])), tk.Gibbs(1.0), [duration]).error > 1e-17 * duration


def test_an_ideal_cycle_wants_legs_that_come_to_one_equilibrium() -> None:
    warming = tk.Leg(10.0, lambda t: qubit(1.0, "bath", 0.5 + 0.04 * t))
    with pytest.raises(ValueError, match="a bath whose temperature changes"):
        tk.ideal_cycle(warming)
    dephasing = tk.Leg(5.0, tk.davies(SZ, [tk.Contact(tk.Bath("bath", 1.0), SZ, tk.Ohmic(0.1))]))
    with pytest.raises(ValueError, match="leave some levels apart"):
        tk.ideal_cycle(dephasing)


def test_a_leg_warns_once_of_what_it_assumes() -> None:
    contact = tk.Contact(tk.Bath("bath", 0.8), SX, tk.Ohmic(0.1))
    fast = tk.Leg(0.5, lambda t: tk.davies(turning_gap(10.0 * np.asarray(t)), [contact]))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            run = tk.evolve(fast, tk.Gibbs(0.8), [0.5])
    said = [str(one.message) for one in caught]
    assert said
    assert len(set(said)) == len(said)
    assert any(line.in_doubt for line in run.validity)


@pytest.mark.parametrize("breaks", [(), (3.21,)])
def test_a_hamiltonian_that_jumps_inside_a_leg_is_refused_and_work_is_booked_at_seams(
    breaks: tuple[float, ...],
) -> None:
    contact = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))

    def turned(scale: object) -> tk.Model:
        return tk.davies(0.5 * np.asarray(scale)[..., None, None] * SZ + 0.2 * SX, [contact])

    jumping = tk.Leg(10.0, lambda t: turned(1.0 + 0.3 * (np.asarray(t) > 3.21)), breaks=breaks)
    with pytest.raises(ValueError, match=r"jumps by 0\.15 at time 3\.21 of its leg; make two legs"):
        tk.evolve(jumping, tk.Gibbs(0.7), [10.0])
    two = tk.Protocol([tk.Leg(3.21, turned(1.0)), tk.Leg(6.79, turned(1.3))], quench=True)
    assert abs(tk.evolve(two, tk.Gibbs(0.7), [10.0]).first_law[0]) < 1e-12
    bending = tk.Leg(10.0, lambda t: turned(1.0 + 0.3 * np.maximum(np.asarray(t) - 3.21, 0.0)), breaks=breaks)
    assert abs(tk.evolve(bending, tk.Gibbs(0.7), [10.0]).first_law[0]) < 1e-9


def test_a_periodic_state_that_no_start_ends_in_says_so() -> None:
    # A pi pulse swaps populations that the bath leaves alone.
    pulse = tk.Leg(np.pi / 2.0, tk.Model(SX, []))
    dephasing = tk.Leg(5.0, tk.davies(SZ, [tk.Contact(tk.Bath("bath", 1.0), SZ, tk.Ohmic(0.1))]))
    cycle = tk.limit_cycle(tk.Protocol([pulse, dephasing], quench=True))
    assert cycle.relaxation == pytest.approx(1.0, abs=1e-12)
    assert any("deviations do not decay" in note for note in cycle.notes)


def test_levels_that_are_equal_at_an_end_are_followed_as_the_drive_splits_them() -> None:
    hot = tk.davies(np.diag([0.0, 1.0, 2.5]), [tk.Contact(tk.Bath("hot", 0.7), np.ones((3, 3)), tk.Ohmic(0.1))])
    split = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    equal = np.diag([1.0, 1.0, 2.0])
    lift = tk.Leg(5.0, lambda t: tk.Model(equal + 0.2 * np.asarray(t)[..., None, None] * split, []))
    slow = tk.Leg(3e3, lambda t: tk.Model(equal + np.asarray(t)[..., None, None] / 3e3 * split, []))
    ideal = tk.ideal_cycle(tk.Protocol([tk.Leg(9.0, hot), lift], quench=True))
    run = tk.limit_cycle(tk.Protocol([tk.Leg(3e3, hot), slow], quench=True))
    assert ideal.work[1] == pytest.approx(run.ledger.work_on_counted[1], abs=1e-6)
    assert ideal.quench_work[1] == pytest.approx(run.ledger.quench_work[1], abs=1e-6)


def test_a_stroke_whose_counted_energy_is_of_a_part_has_two_works() -> None:
    bare, field = 0.5 * SZ, 0.3 * SX
    stroke = tk.Leg(2.0, lambda t: tk.Model(bare + t * field, [], energy_operator=bare))
    run = tk.evolve(stroke, tk.Populations([0.2, 0.8]), [2.0])
    end, start = run.states[0], tk.evolve(stroke, tk.Populations([0.2, 0.8]), [1e-12]).states[0]
    assert run.work_on_counted[0] == pytest.approx(np.trace(bare @ (end - start)).real, abs=1e-10)
    assert run.power_of_drive[0] == pytest.approx(np.trace((bare + 2.0 * field) @ end - bare @ start).real, abs=1e-10)
    assert abs(run.work_on_counted[0] - run.power_of_drive[0]) > 1e-2
