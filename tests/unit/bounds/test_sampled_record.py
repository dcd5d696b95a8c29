"""The bounds of the record where jumps do not reset: averages by sampled trajectories, against exact ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import jump_machines
import machines
import oracles
import thermokin as tk
from machines import LOWER
from oracles import Array
from thermokin.bounds import RestCase, evaluate
from thermokin.bounds.catalogue import catalogue
from thermokin.linear_response import record_responses, relaxation_time, reset_noise, sampled_record
from thermokin.linear_response.record_responses import RecordResponses
from thermokin.linear_response.record_runs import record_runs
from thermokin.linear_response.sampling import Sampling, sampling
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.trajectories import reset_kets

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

X = LOWER + LOWER.T
Z = np.diag([1.0, -1.0])
X3 = np.diag([0.7, 0.4], 1) + np.diag([0.7, 0.4], -1)
RECORDS = [theorem.name for theorem in catalogue() if theorem.name.startswith("record, ")]
ANY_COUNT = RECORDS[1:]  # the first is for counts that change sign with the jump


def model_of(hamiltonian: Array, jumps: list[Array]) -> tk.Model:
    return tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])


def driven(dephasing: float = 0.3, omega: float = 1.0) -> tuple[Array, list[Array]]:
    """A driven atom whose phase jumps as well: kets move on a circle, and dephasing resets them to no point of it."""
    return 0.5 * omega * X, [LOWER, np.sqrt(dephasing) * Z]


def two_qubits() -> tk.Model:
    """Two driven qubits that exchange excitations; the jumps of one leave the other as it is."""
    first, second = np.kron(LOWER, np.eye(2)), np.kron(np.eye(2), LOWER)
    turning = 0.5 * np.kron(X, np.eye(2)) + 0.4 * np.kron(np.eye(2), X)
    return model_of(turning + 0.6 * (first.T @ second + second.T @ first), [first, 0.8 * second, 0.4 * first.T])


def secret_bit(tells: float = 0.5, flips: float = 1.0) -> tk.Model:
    """A driven atom whose decay tells slowly of a bit that flips fast, by jumps that are seen."""
    decay = np.kron(np.diag(np.sqrt([1.0 + tells, 1.0 - tells])), LOWER)
    return model_of(np.kron(np.eye(2), 0.5 * X), [decay, np.sqrt(flips) * np.kron(X, np.eye(2))])


def found(model: tk.Model, weights: Any, runs: int | None, seed: int = 1) -> RecordResponses:
    current = tk.current(model, weights)
    return RestCase(tk.cumulants(model, current), sampling=sampling(runs, seed)).record


def errors(record: RecordResponses) -> Array:
    return np.array([float(record.standard_error(one)) for one in np.eye(record.values.size)])


def never_resets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_responses, "reset_noise", lambda *args, **wish: None)


def on_the_circle(hamiltonian: Array, jumps: list[Array], weights: Array, points: int = 128) -> Array:
    """The responses of the record of a driven atom with dephasing, by an equation for the angle of its ket.

    psi = (cos a/2, -i sin a/2) turns as a' = O - (g/2) sin a; a phase jump leads from a to -a, a decay to a = 0. What
    is summed until the next decay solves an equation that Fourier collocation solves to rounding.
    """
    angles = 2.0 * np.pi * np.arange(points) / points
    waves = np.fft.fftfreq(points, 1.0 / points)
    waves[points // 2] = 0.0
    slope = np.fft.ifft(1j * waves[:, None] * np.fft.fft(np.eye(points), axis=0), axis=0).real
    kets = np.stack([np.cos(0.5 * angles) + 0j, -1j * np.sin(0.5 * angles)], axis=1)
    decays, dephasing = np.sin(0.5 * angles) ** 2, float(jumps[1][0, 0] ** 2)
    turning = 2.0 * hamiltonian[0, 1].real - 0.5 * np.sin(angles)
    mirrored = np.eye(points)[-np.arange(points) % points]
    backward = turning[:, None] * slope + dephasing * (mirrored - np.eye(points)) - np.diag(decays)
    worth = oracles.excess(hamiltonian, jumps, weights)
    held = np.einsum("pd,de,pe->p", kets.conj(), worth, kets).real
    odds = np.stack([decays, dephasing * np.ones(points)])
    until = np.linalg.solve(backward, -np.column_stack([*(odds * held), np.ones(points)]))
    state = oracles.steady_state(hamiltonian, [*map(oracles.Jump, jumps)])
    landed = [jump @ state @ jump.conj().T for jump in jumps]
    whole = [c * np.trace(after) + np.trace(worth @ after) for c, after in zip(weights, landed, strict=True)]
    return np.real(whole) - until[0, :2] / until[0, 2]


@pytest.mark.slow
@pytest.mark.parametrize(("omega", "dephasing"), [(1.0, 0.3), (3.0, 0.3), (0.7, 2.0)])
def test_a_driven_atom_with_dephasing_is_what_an_equation_on_its_circle_says(omega: float, dephasing: float) -> None:
    hamiltonian, jumps = driven(dephasing, omega)
    model = model_of(hamiltonian, jumps)
    for weights in (np.array([1.0, 0.0]), np.array([0.4, -0.7])):
        exact = on_the_circle(hamiltonian, jumps, weights)
        np.testing.assert_allclose(exact, on_the_circle(hamiltonian, jumps, weights, 192), atol=1e-12)
        record = found(model, weights, 2000)
        assert record.runs == 2000
        assert (np.abs(record.values - exact) <= 4.0 * errors(record) + 1e-12).all()
        assert errors(record).max() < 1e-3 * np.abs(exact).max()
        current = tk.current(model, weights)
        limit = float(np.sum(exact**2 / tk.channel_response(model, current).rates))
        (bound,) = evaluate(model, current, theorems=RECORDS[-1], trajectories=2000)
        assert bound.applies
        assert abs(float(bound.limit) - limit) <= float(bound.error)
        assert float(bound.error) < 4e-3 * limit


RESETS = {
    "driven qubit": lambda: jump_machines.driven_qubit(1.0),
    "fluorescence": lambda: machines.resonance_fluorescence(0.8, 1.0).model,
    "maser": jump_machines.maser,
    "two sites": lambda: machines.xxz(2).model,
}


@pytest.mark.parametrize("name", RESETS)
def test_runs_meet_the_exact_average_where_jumps_reset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = RESETS[name]()
    weights = np.cos(np.arange(model.table.size) + 0.3)
    exact = found(model, weights, None)
    assert exact.known
    assert found(model, weights, 10).runs == 0  # where it is known, nothing is sampled
    never_resets(monkeypatch)
    assert not found(model, weights, None).known
    record = found(model, weights, 2000)
    assert (np.abs(record.values - exact.values) <= 4.0 * errors(record) + 1e-12).all()
    assert (errors(record) <= 0.02 * np.abs(exact.values).max()).all()


@pytest.mark.parametrize("seed", [0, 9, 60])
def test_jumps_that_are_few_or_alike_leave_an_honest_error(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Kets settle between jumps long before the next: most of what is fitted is then fitted to few of them.
    random = np.random.default_rng(seed)
    size, count = 2 + seed % 3, 2 + seed % 4
    root = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    kets = random.normal(size=(2, count, size)) + 1j * random.normal(size=(2, count, size))
    jumps = [np.exp(random.normal()) * np.outer(*pair) for pair in kets.swapaxes(0, 1)]
    model, weights = model_of(root + root.conj().T, jumps), random.normal(size=count)
    exact = found(model, weights, None).values
    never_resets(monkeypatch)
    for runs in (2, 3, 8, 40, 200):
        record = found(model, weights, runs, seed + 1)
        reach = np.array([float(record.margin(one)) for one in np.eye(count)])
        assert (np.abs(record.values - exact) <= reach + 1e-12).all(), runs
    assert record.margin(np.ones(count)) == pytest.approx(3.0 * float(record.standard_error(np.ones(count))), rel=0.03)


@pytest.mark.slow
def test_more_kets_than_exact_averages_look_for_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    kets = random.normal(size=(2, 80, 3)) + 1j * random.normal(size=(2, 80, 3))
    model = model_of(np.diag([0.0, 4.0, 9.0]) + X3, [0.2 * np.outer(*pair) for pair in kets.swapaxes(0, 1)])
    weights = random.normal(size=80)
    assert not found(model, weights, None).known
    record = found(model, weights, 1000)
    monkeypatch.setattr(reset_kets, "MOST", 100)
    exact = found(model, weights, None)
    assert exact.known
    off = (record.values - exact.values) / errors(record)
    # They are off together: one kind of deviation makes half of the variance.
    assert np.abs(off).max() < 4.5
    assert errors(record).max() < 1e-3 * np.abs(exact.values).max()
    scores = random.normal(size=80)
    apart = float(scores @ (record.values - exact.values))
    assert abs(apart) < 4.0 * float(record.standard_error(scores))


@pytest.mark.slow
def test_the_error_is_that_of_the_seeds_and_falls_as_the_root_of_the_runs() -> None:
    hamiltonian, jumps = driven()
    model, weights = model_of(hamiltonian, jumps), np.array([1.0, 0.0])
    exact = on_the_circle(hamiltonian, jumps, weights)[0]
    means = []
    for runs in (20, 100, 900):  # of the first no fit is made
        records = [found(model, weights, runs, seed) for seed in range(16)]
        off = np.array([record.values[0] - exact for record in records])
        stated = np.sqrt(np.array([record.covariance[0, 0] for record in records]))
        assert 0.55 < np.sqrt(np.mean((off / stated) ** 2)) < 1.5
        means.append(stated.mean())
    assert means[1] / means[2] == pytest.approx(3.0, rel=0.15)
    assert means[0] > 3.0 * np.sqrt(5.0) * means[1]  # what the fit gains


@pytest.mark.slow
def test_kets_at_given_times_have_the_same_averages() -> None:
    # Another route: kets of runs at times of their own choosing, without a sum over jumps and without a fit.
    model = two_qubits()
    weights, size = np.array([1.0, 0.0, -1.0]), 4
    jumps = [model.table.jump(channel) for channel in range(3)]
    worth = oracles.excess(model.generator.dense, jumps, weights)
    state = tk.steady_state(model).matrix
    kets = tk.unravel(model, np.eye(size) / size, np.linspace(30.0, 60.0, 11), trajectories=4000, seed=3).kets
    held = np.einsum("ntd,de,nte->nt", kets.conj(), worth, kets).real
    record = found(model, weights, 2000)
    for channel, jump in enumerate(jumps):
        odds = (np.abs(kets @ jump.T) ** 2).sum(axis=-1)
        each = (odds * held).mean(axis=1)
        landed = jump @ state @ jump.conj().T
        whole = weights[channel] * np.trace(landed).real + np.trace(worth @ landed).real
        spread = np.hypot(each.std(ddof=1) / np.sqrt(each.size), errors(record)[channel])
        assert abs(whole - each.mean() - record.values[channel]) < 4.0 * spread


def test_the_error_of_a_sum_is_the_larger_of_two_estimates() -> None:
    values, covariance = np.array([1.0, 2.0]), np.array([[4.0, 1.0], [1.0, 9.0]])
    record = RecordResponses(values, np.zeros(2), runs=10**6, covariance=covariance, apart=np.array([0.5, 3.5]))
    for scores, expected in (([1.0, 0.0], 2.0), ([0.0, 1.0], 3.5), ([1.0, 1.0], 4.0), ([1.0, -1.0], np.sqrt(11.0))):
        assert record.standard_error(np.array(scores)) == pytest.approx(expected, rel=1e-12)
        assert record.margin(np.array(scores)) == pytest.approx(3.0 * expected, rel=1e-4)
    assert RecordResponses(values, np.zeros(2)).margin(values) == 0.0


def test_both_kinds_of_start_have_the_steady_state_for_their_mean() -> None:
    model = two_qubits()
    state = tk.steady_state(model).matrix
    runs = record_runs(Liouvillian(model), state, np.eye(4, dtype=complex), np.ones(3), 1.0, 2.0)
    kets, count = runs.process.starts.kets, runs.odds.size
    others = np.full(count, 1.0 / count)
    for part, odds in ((kets[:count], runs.odds), (kets[count:], others)):
        np.testing.assert_allclose(np.einsum("n,nd,ne->de", odds, part, part.conj()), state, atol=1e-14)
        np.testing.assert_allclose(np.linalg.norm(part, axis=1), 1.0, rtol=1e-13)
    assert np.abs(kets[:count].conj() @ kets[count:].T).max() < 0.999


@pytest.mark.slow
def test_runs_that_remember_their_start_are_made_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    model, weights = secret_bit(), [1.0, 0.0]
    record = found(model, weights, 800)
    monkeypatch.setattr(sampled_record, "LENGTHENED", 1)
    with pytest.raises(tk.NotConvergedError, match="two kinds of start still differ after 12 relaxation times"):
        found(model, weights, 800)
    monkeypatch.setattr(sampled_record, "SETTLING", 150.0)
    long = found(model, weights, 400)
    assert (np.abs(record.values - long.values) <= 4.0 * np.hypot(errors(record), errors(long))).all()
    monkeypatch.setattr(sampled_record, "SETTLING", 12.0)
    monkeypatch.setattr(sampled_record, "LENGTHENED", 5)
    monkeypatch.setattr(sampled_record, "MOST_JUMPS", 1.5 * 800 * 36 * 1.5)
    with pytest.raises(tk.NotConvergedError, match="two kinds of start still differ after"):
        found(model, weights, 800)


@pytest.mark.parametrize("seed", range(8))
def test_no_bound_of_the_record_is_broken_beyond_its_error(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = 2 + seed % 3
    root = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    jumps = [random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)) for _ in range(3)]
    model = model_of(root + root.conj().T, jumps)
    bounds = evaluate(model, tk.current(model, random.normal(size=3)), theorems=ANY_COUNT, trajectories=300, seed=seed)
    for bound in bounds:
        assert bound.applies
        assert bound.holds, bound.name
        assert float(bound.error) < 0.2 * float(bound.value)
        assert "+-" in repr(bounds)
    assert bounds[RECORDS[-1]].limit + bounds[RECORDS[-1]].error >= bounds["record, kinetic"].limit


def test_a_sweep_is_sampled_where_it_must_be_and_a_seed_gives_the_same_numbers() -> None:
    drives = np.array([0.5, 1.0, 2.0])
    told: list[float] = []
    model = model_of(drives[:, None, None] * 0.5 * X, driven()[1])
    asked: dict[str, Any] = {"theorems": ANY_COUNT, "trajectories": 200}
    swept = evaluate(model, tk.current(model, [1.0, 0.0]), **asked, progress=told.append)
    assert told == sorted(told)
    assert told[0] < 0.1
    assert told[-1] > 0.95
    for place, drive in enumerate(drives):
        alone = model_of(0.5 * drive * X, driven()[1])
        for bound in evaluate(alone, tk.current(alone, [1.0, 0.0]), **asked):
            assert swept[bound.name].limit[place] == pytest.approx(float(bound.limit), rel=1e-9)
            assert swept[bound.name].error[place] == pytest.approx(float(bound.error), rel=1e-6)
    other = evaluate(alone, tk.current(alone, [1.0, 0.0]), **asked, seed=2)
    assert other["record, kinetic"].limit != bound.limit
    assert "from 200 trajectories" in other["record, kinetic"].response.name


def test_a_wish_that_nothing_would_use_or_that_is_no_number_is_refused() -> None:
    model = model_of(*driven())
    current = tk.activity(model)
    with pytest.raises(tk.HypothesisError, match=r"Pass `trajectories=1000` to sample what is averaged over"):
        evaluate(model, current, theorems=ANY_COUNT)
    with pytest.raises(ValueError, match="`trajectories` is for the bounds of the record; ask for some by `theorems`"):
        evaluate(model, current, trajectories=100)
    with pytest.raises(ValueError, match="`trajectories` is for the steady state; leave it out beside `times`"):
        evaluate(model, current, np.eye(2) / 2, [1.0], trajectories=100)
    for runs, kind, said in ((1, ValueError, "must be >= 2"), (2.5, TypeError, "whole"), (True, TypeError, "whole")):
        with pytest.raises(kind, match=f"`trajectories` must be.*{said}|`trajectories` {said}"):
            evaluate(model, current, theorems=ANY_COUNT, trajectories=runs)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`seed` must be >= 0, got -1"):
        evaluate(model, current, theorems=ANY_COUNT, trajectories=10, seed=-1)
    with pytest.raises(TypeError, match="`seed` must be a whole number"):
        evaluate(model, current, theorems=ANY_COUNT, trajectories=10, seed=1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"about .* jumps, .* in each run; .* Ask for at most \d+ runs"):
        evaluate(model, current, theorems=ANY_COUNT, trajectories=10**9)


def test_a_system_in_the_dark_has_a_record_of_nothing() -> None:
    # Two jumps of rank two empty all but one level, and nothing fills them.
    down = np.diag(np.sqrt([1.0, 2.0]), 1)
    model = model_of(np.zeros((3, 3)), [down, 0.3 * down + np.diag([0.0, 0.2, 0.5])])
    record = found(model, [1.0, 2.0], 10)
    assert (record.values == 0.0).all()
    assert Sampling(10).part(0.0, 1.0) == Sampling(10)


def test_what_cannot_be_integrated_is_sampled_where_that_is_wished_for(monkeypatch: pytest.MonkeyPatch) -> None:
    model = jump_machines.driven_qubit(1.0)
    exact = found(model, [1.0], None).values
    monkeypatch.setattr(reset_noise, "PANELS", 1)
    with pytest.raises(tk.NotConvergedError, match="or pass `trajectories=`"):
        found(model, [1.0], None)
    record = found(model, [1.0], 400)
    assert record.runs == 400
    assert abs(record.values[0] - exact[0]) < 4.0 * errors(record)[0]


def test_an_initial_state_says_of_which_steady_state_the_record_is_sampled() -> None:
    hamiltonian, jumps = driven()
    random = np.random.default_rng(0)
    turn, _ = np.linalg.qr(random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4)))
    zero = np.zeros((2, 2))

    def turned(one: Array, other: Array) -> Array:
        return turn @ np.block([[one, zero], [zero, other]]) @ turn.conj().T

    model = model_of(turned(hamiltonian, 2.0 * hamiltonian), [turned(jump, 0.3 * jump) for jump in jumps])
    # Which dephasing is left out of the activity is told in the basis: the best scores do without.
    asked: dict[str, Any] = {"theorems": "record, optimal scores", "trajectories": 500}
    alone = model_of(hamiltonian, jumps)
    (expected,) = evaluate(alone, tk.current(alone, [1.0, 0.0]), **asked, seed=2)
    (bound,) = evaluate(model, tk.current(model, [1.0, 0.0]), initial=tk.Ket(turn[:, 0]), **asked)
    assert abs(bound.limit - expected.limit) <= bound.error + expected.error
    assert bound.error < 0.01 * bound.limit


@pytest.mark.parametrize("name", RESETS)
def test_the_time_in_which_a_start_is_forgotten_is_that_of_the_slowest_mode(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = RESETS[name]()
    resolvent = tk.cumulants(model, tk.activity(model)).resolvent
    exact = relaxation_time.relaxation_time(resolvent)
    assert exact <= 1.0 / float(tk.modes(model).gap) * (1.0 + 1e-9)  # of the modes that populations see
    monkeypatch.setattr(relaxation_time, "MOST", 0)
    assert 0.5 * exact < relaxation_time.relaxation_time(resolvent) < 3.0 * exact
