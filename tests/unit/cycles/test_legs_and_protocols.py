"""Legs and protocols: what they take, what they refuse and in which words, and how results look."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SY, SZ, rotating_field, turning_gap
from thermokin.errors import ValidityWarning
from thermokin.model.model import Model

WEAK = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.001))


def ramp(**rest: object) -> tk.Leg:
    return tk.Leg(10.0, lambda t: tk.davies(turning_gap(0.5 * np.asarray(t)), [WEAK]), **rest)  # type: ignore[arg-type]


def rate(time: float) -> np.ndarray:
    angle = np.pi * time / 20.0
    along, across = np.cos(angle) * SZ + np.sin(angle) * SX, np.cos(angle) * SX - np.sin(angle) * SZ
    return np.asarray(0.75 * (0.03 * along + (1.0 + 0.03 * time) * np.pi / 20.0 * across))


def test_a_leg_says_what_it_is() -> None:
    assert repr(ramp(name="turn")) == "Leg 'turn' of duration 10, driven, 2 levels, baths 'bath'"
    assert repr(tk.Leg(1.0, Model(SZ, []))) == "Leg of duration 1, 2 levels, baths none"
    assert repr(tk.Protocol([ramp()])) == "Protocol of 1 leg, duration 10, 2 levels, baths 'bath'"


def test_the_right_rate_of_change_changes_nothing_and_a_wrong_one_is_refused() -> None:
    told, found = (tk.evolve(leg, tk.Gibbs(0.7), [10.0]) for leg in (ramp(rate_of_change=rate), ramp()))
    assert told.work_on_counted == pytest.approx(found.work_on_counted, abs=1e-12)
    with pytest.raises(ValueError, match="`rate_of_change` is not the derivative of the Hamiltonian: at time"):
        ramp(rate_of_change=lambda t: 1.01 * rate(t))
    with pytest.raises(ValueError, match=r"`rate_of_change` must have shape \(2, 2\), got \(3, 3\)"):
        ramp(rate_of_change=lambda _: np.eye(3))
    with pytest.raises(ValueError, match="a fixed one has none"):
        tk.Leg(1.0, Model(SZ, []), rate_of_change=rate)
    with pytest.raises(TypeError, match="`rate_of_change` must be a function"):
        ramp(rate_of_change=SZ)


@pytest.mark.parametrize("duration", [0.0, -1.0, np.inf, np.nan, [1.0, -2.0]])
def test_durations_that_are_none_are_refused(duration: object) -> None:
    with pytest.raises(ValueError, match="`duration`"):
        tk.Leg(duration, Model(SZ, []))  # type: ignore[arg-type]


def test_more_levels_than_a_map_can_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="`model` has 30 levels; a leg with jumps is a map"):
        tk.Leg(1.0, tk.library.oscillator(levels=30, frequency=1.0, rate=0.001, temperature=0.5))


def test_breaks_lie_inside_the_leg() -> None:
    with pytest.raises(ValueError, match="`breaks` must lie inside the leg, between 0 and 10"):
        ramp(breaks=[10.0])


def test_what_is_no_model_of_a_time_is_refused_with_the_time() -> None:
    with pytest.raises(TypeError, match="`model` of a leg must be a Model or a function"):
        tk.Leg(1.0, SZ)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`model` must make a Model of a time"):
        tk.Leg(1.0, lambda t: t * SZ)  # type: ignore[arg-type, return-value]
    with pytest.raises(ValueError, match=r"(?s)Hermitian") as told:
        tk.Leg(1.0, lambda t: Model(SZ + 1j * t * SX, []))
    assert any("of its leg" in note for note in told.value.__notes__)

    def shrinking(time: float) -> Model:
        return Model(SZ if time < 0.5 else np.eye(3), [])

    with pytest.raises(ValueError, match=r"has 2 levels at time 0 and 3 at 0\.6"):
        tk.Leg(1.0, shrinking)

    def renamed(time: float) -> Model:
        return tk.davies(SZ, [tk.Contact(tk.Bath("a" if time < 0.5 else "b", 0.7), SX, tk.Ohmic(0.001))])

    with pytest.raises(ValueError, match=r"has other baths at time 0\.6\d+ than at time 0 \(a, b\); make two legs"):
        tk.Leg(1.0, renamed)


def bending(times: object) -> np.ndarray:
    """Hermitian up to time 0.7 only."""
    t = np.asarray(times)[..., None, None]
    return np.asarray(np.where(t > 0.7, 1j * t * SX, 0.0) + (1.0 + t) * SZ)


@pytest.mark.parametrize(
    "make",
    [
        lambda: tk.Leg(1.0, tk.Drive(bending)),
        lambda: tk.Leg(1.0, tk.Drive([SZ, [SX, lambda t: np.where(np.asarray(t) > 0.7, 1j, 1.0)]])),
        lambda: tk.Leg(1.0, lambda t: tk.davies(bending(t), [tk.Contact(tk.Bath("a", 0.7), SX, tk.Ohmic(0.001))])),
        lambda: tk.Leg(1.0, lambda t: tk.local(bending(t), [tk.Contact(tk.Bath("a", 0.7), SX, tk.Ohmic(0.001))], SZ)),
    ],
)
def test_a_hamiltonian_that_stops_being_hermitian_is_refused_with_the_time(make: Callable[[], tk.Leg]) -> None:
    with pytest.raises(ValueError, match=r"at time 0\.70\d+ of its leg: `hamiltonian` must be Hermitian"):
        tk.evolve(make(), np.eye(2) / 2, [1.0])


def test_models_of_many_times_that_stop_being_hermitian_tell_the_time() -> None:
    with pytest.raises(ValueError, match="must be Hermitian") as told:
        tk.evolve(tk.Leg(1.0, lambda t: tk.Model(bending(t), [])), np.eye(2) / 2, [1.0])
    assert any("was asked for time 0.70" in note for note in told.value.__notes__)
    with pytest.raises(ValueError, match=r"`rate_of_change` at time 0\.77 of its leg: `dH/dt` must be Hermitian"):
        tk.Leg(1.0, tk.Drive([SX, [SZ, lambda t: 1.0 + t]]), rate_of_change=bending)


def test_an_error_of_the_users_function_tells_the_time() -> None:
    def broken(time: float) -> Model:
        if time > 0.3:
            raise ZeroDivisionError("my own trouble")
        return Model(SZ, [])

    with pytest.raises(ZeroDivisionError, match="my own trouble") as told:
        tk.Leg(1.0, broken)
    assert told.value.__notes__ == ["`model` was asked for time 0.618034 of its leg."]


@pytest.mark.parametrize("closes", [5.0, 3.217])
def test_a_gap_that_closes_under_a_flat_spectrum_is_refused_with_its_time(closes: float) -> None:
    flat = tk.Contact(tk.Bath("bath", 0.6), SX, tk.Flat(0.001))
    with pytest.raises(ValueError, match=rf"gap that bath 'bath' sees closes, .* at time {closes:g}, where the rate"):
        tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0 - t / closes]), [flat]))
    # One that only comes near is no trouble.
    tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, np.hypot(1.0 - t / closes, 0.2)]), [flat]))


def test_a_coupling_that_comes_to_dephase_under_a_flat_spectrum_is_refused_not_dropped() -> None:
    flat = tk.Contact(tk.Bath("bath", 0.6), SX, tk.Flat(0.001))
    with pytest.raises(ValueError, match="zero-frequency rate of its spectrum diverges"):
        tk.Leg(5.0, lambda t: tk.davies(turning_gap(t), [flat]))


def test_protocols_name_what_does_not_fit() -> None:
    qubit = tk.library.qubit(gap=1.0, rate=0.001, temperature=0.5)
    with pytest.raises(ValueError, match="`legs` must hold at least one Leg"):
        tk.Protocol([])
    with pytest.raises(TypeError, match=r"`legs\[0\]` must be a Leg"):
        tk.Protocol([qubit])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"`legs\[1\]` has 3 levels, `legs\[0\]` has 2"):
        tk.Protocol([tk.Leg(1.0, Model(SZ, [])), tk.Leg(1.0, Model(np.eye(3), []))])
    warmer = tk.library.qubit(gap=1.0, rate=0.001, temperature=0.9)
    with pytest.raises(
        ValueError, match=r"`legs\[1\]` has a bath 'bath' at temperature 0.9, an earlier leg one at 0.5"
    ):
        tk.Protocol([tk.Leg(1.0, qubit), tk.Leg(1.0, warmer)])
    with pytest.raises(
        ValueError, match=r"jumps by 1 between `legs\[0\]` and `legs\[1\]`; let legs meet, or pass quench"
    ):
        tk.Protocol([tk.Leg(1.0, Model(SZ, [])), tk.Leg(1.0, Model(2.0 * SZ, []))])


def test_a_leg_says_how_far_its_assumptions_hold_and_warns_once() -> None:
    slow = tk.Protocol([ramp(name="turn")])
    names = [assumption.name for assumption in slow.validity]
    assert names == ["secular (turn)", "slow drive (turn)"]
    # |<-|dH/dt|+>| is w/2 times the angular speed pi/20 of the axis: w^2 over it is 2 w / (pi/20), least at first.
    assert slow.validity[1].smallest == pytest.approx(2.0 * 1.5 / (np.pi / 20.0), rel=2e-2)
    fast = tk.Leg(0.5, lambda t: tk.davies(turning_gap(10.0 * np.asarray(t)), [WEAK]))
    with pytest.warns(ValidityWarning, match="the slow drive .leg 0. assumption is in doubt"):
        tk.Protocol([fast])


def test_equal_frequencies_stay_one_jump_all_along_a_leg() -> None:
    # Two equal qubits and one collective bath: the singlet never decays.
    lowering = np.kron(SX, np.eye(2)) + np.kron(np.eye(2), SX)
    both = np.kron(SZ, np.eye(2)) + np.kron(np.eye(2), SZ)
    bath = tk.Contact(tk.Bath("bath", 0.7), lowering, tk.Ohmic(0.001))

    def hamiltonian(times: object) -> np.ndarray:
        return np.asarray((0.5 + 0.1 * np.sin(np.asarray(times, dtype=float)))[..., None, None] * both)

    singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2.0)
    leg = tk.Leg(5.0, lambda t: tk.davies(hamiltonian(t), [bath]))
    run = tk.evolve(leg, tk.Ket(singlet), [5.0])
    assert (singlet @ run.states[0] @ singlet).real == pytest.approx(1.0, abs=1e-13)


def test_times_at_which_frequencies_happen_to_be_equal_are_no_other_model() -> None:
    # The equal spacing at time 5 would merge two jumps; asked exactly there, the generator is that beside it.
    coupling = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    bath = tk.Contact(tk.Bath("bath", 0.6), coupling, tk.Ohmic(0.1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        leg = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0, 2.5 - 0.1 * t]), [bath]))
    leg.nodes(np.array([1.0]))
    there, beside = leg.nodes(np.array([5.0])), leg.nodes(np.array([5.0 + 1e-6]))
    assert there.energy.shape == beside.energy.shape
    assert np.sort(there.energy) == pytest.approx(np.sort(beside.energy), abs=1e-6)
    decay = [(part.jumps.conj().swapaxes(-1, -2) @ part.jumps).sum(axis=1) for part in (there, beside)]
    assert decay[0] == pytest.approx(decay[1], abs=1e-6)


def test_results_look_like_results() -> None:
    run = tk.evolve(ramp(), tk.Gibbs(0.7), [1.0, 5.0])
    assert "DrivenEvolution at 2 times from 1 to 5: 1 leg, duration 10, 2 levels" in repr(run)
    data = run.to_xarray()
    assert data["heat"].dims == ("bath", "time")
    assert data["work_on_counted"].attrs["units"] == "energy"
    cycle = tk.limit_cycle(tk.Protocol([ramp()], quench=True))
    assert "LimitCycle: 1 leg" in repr(cycle)
    assert cycle.to_xarray()["heat"].dims == ("bath",)
    assert cycle.ledger.to_xarray()["heat"].dims == ("bath", "leg")
    cumulants = tk.cycle_cumulants(cycle, "bath")
    assert "heat from 'bath'" in repr(cumulants)
    assert cumulants.to_xarray()["values_error"].dims == ("order",)
    work = tk.two_point_work(tk.Leg(5.0, lambda t: Model(rotating_field(t), [])), tk.Gibbs(0.7))
    assert work.to_xarray()["probabilities"].dims == ("work",)
    assert "TwoPointWork" in repr(work)
    for result in (run, cycle.ledger, cumulants, work):
        figure, _ = result.plot()
        assert figure.axes


def test_fields_of_any_direction_turn_back_where_they_came_from() -> None:
    def field(times: object) -> np.ndarray:
        angle = np.asarray(times, dtype=float)[..., None, None]
        return np.asarray(np.cos(angle) * SX + np.sin(angle) * SY)

    assert tk.Protocol([tk.Leg(2.0 * np.pi, lambda t: Model(field(t), []))]).duration == pytest.approx(2.0 * np.pi)
