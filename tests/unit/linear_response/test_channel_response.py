"""Responses to single jumps: against differences, exact arithmetic, and what pairs of jumps must say."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import machines
import oracles
import thermokin as tk
from machines import LOWER, Machine
from oracles import Array

STEP = 1e-4
MACHINES = {
    "chain": machines.xxz(2),
    "fluorescence": machines.resonance_fluorescence(0.8, 1.0),
    "maser": machines.maser(),
    "anharmonic mode": machines.kerr(6),
    "modes": machines.oscillators(3),
}


def network(seed: int, size: int) -> tuple[Array, Array]:
    """A connected network with some one-way links, and what its jumps count."""
    random = np.random.default_rng(seed)
    rates = np.where(random.random((size, size)) < 0.7, np.exp(1.5 * random.normal(size=(size, size))), 0.0)
    for place in range(size):
        rates[(place + 1) % size, place] = 1.0 + random.random()
    np.fill_diagonal(rates, 0.0)
    return rates, random.normal(size=(size, size))


def shifted(machine: Machine, channel: int, step: float) -> float:
    jumps = [np.exp(0.5 * step * (place == channel)) * jump for place, jump in enumerate(machine.jumps)]
    model = Machine(machine.hamiltonian, jumps, machine.weights).model
    return float(tk.cumulants(model, tk.current(model, machine.weights)).mean)


@pytest.mark.parametrize("name", MACHINES)
def test_coherent_machines_answer_as_differences_say(name: str) -> None:
    machine = MACHINES[name]
    model = machine.model
    found = tk.channel_response(model, tk.current(model, machine.weights))
    slopes = [
        (shifted(machine, channel, STEP) - shifted(machine, channel, -STEP)) / (2.0 * STEP)
        for channel in range(len(machine.jumps))
    ]
    np.testing.assert_allclose(found, slopes, rtol=0, atol=2e-8 * np.abs(found.rates).max())
    state = oracles.steady_state(np.asarray(machine.hamiltonian, complex), [oracles.Jump(j) for j in machine.jumps])
    rates = [np.trace(jump @ state @ jump.conj().T).real for jump in machine.jumps]
    np.testing.assert_allclose(found.rates, rates, rtol=1e-11, atol=1e-14)
    assert (found.error < 1e-11).all()


@pytest.mark.parametrize("name", MACHINES)
def test_the_excess_is_what_a_start_counts_more_than_the_mean(name: str) -> None:
    # int_0^inf [J(t) - J] dt of a start, by the integral of the generator's own exponential.
    machine = MACHINES[name]
    model = machine.model
    found = tk.channel_response(model, tk.current(model, machine.weights))
    size = len(machine.hamiltonian)
    random = np.random.default_rng(1)
    one = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    start = one @ one.conj().T / np.trace(one @ one.conj().T)
    excess = model.from_frame(found.excess)
    jumps = [oracles.Jump(jump) for jump in machine.jumps]
    generator = oracles.liouvillian(np.asarray(machine.hamiltonian, complex), jumps)
    counted = sum(c * jump.conj().T @ jump for c, jump in zip(machine.weights, machine.jumps, strict=True))
    state = oracles.steady_state(np.asarray(machine.hamiltonian, complex), jumps)
    # Least squares with the trace as one more equation: L x = rho - rho_0.
    rows = np.vstack([generator, np.eye(size).reshape(1, -1)])
    right = np.append(oracles.vec(state - start), 0.0)
    gone = oracles.unvec(np.linalg.lstsq(rows, right, rcond=None)[0])
    expected = np.trace(np.asarray(counted) @ gone).real
    np.testing.assert_allclose(np.trace(excess @ start).real, expected, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(np.trace(excess @ state), 0.0, atol=1e-12 * np.abs(excess).max())


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
@settings(max_examples=30, deadline=None)
def test_networks_answer_as_exact_differences_say(seed: int, size: int) -> None:
    rates, counts = network(seed, size)
    model = tk.rates(rates, weights={"count": counts})
    found = tk.channel_response(model, tk.current(model, "count"))
    with mpmath.workdps(40):
        for channel in np.random.default_rng(seed).choice(model.table.size, 2):
            target, source = int(model.table.row[channel]), int(model.table.column[channel])
            high, low = (_exact_mean(rates, counts, target, source, sign) for sign in (1, -1))
            exact = (high - low) / (2 * mpmath.mpf(10) ** -12)
            assert abs(exact - found[channel]) <= found.error[channel] + 1e-20
            assert abs(exact - found[channel]) <= 1e-12 * np.abs(found.values).max()
    np.testing.assert_allclose(
        found.values.sum(), tk.cumulants(model, tk.current(model, "count")).mean, rtol=0, atol=found.error.sum()
    )


def _exact_mean(rates: Array, counts: Array, target: int, source: int, sign: int) -> mpmath.mpf:
    size = len(rates)
    matrix = mpmath.matrix(rates.tolist())
    matrix[target, source] *= mpmath.exp(sign * mpmath.mpf(10) ** -12)
    generator = matrix.copy()
    for place in range(size):
        generator[place, place] = -mpmath.fsum(matrix[row, place] for row in range(size))
    for place in range(size):
        generator[0, place] = 1
    state = mpmath.lu_solve(generator, mpmath.matrix([1] + [0] * (size - 1)))
    weighed = (float(counts[i, j]) * matrix[i, j] * state[j] for i in range(size) for j in range(size))
    return mpmath.fsum(weighed)


def test_pairs_of_jumps_have_a_symmetric_and_an_antisymmetric_part() -> None:
    # One transition between leads: J = G_L G_R (f_L - f_R) / (G_L + G_R) in closed form.
    into, out = np.array([0.3, 0.2]), np.array([0.1, 0.6])
    channels = [tk.Channel(np.sqrt(rate) * LOWER.T, None) for rate in into]
    channels += [tk.Channel(np.sqrt(rate) * LOWER, None) for rate in out]
    model = tk.Model(np.diag([0.0, 1.0]), channels)
    found = tk.channel_response(model, tk.current(model, [1.0, 0.0, -1.0, 0.0]))
    total = into.sum() + out.sum()

    def flow(a: Array, b: Array) -> float:
        return float((a[0] * b[1] - b[0] * a[1]) / (a.sum() + b.sum()))

    here = flow(into, out)
    slopes = [
        into[0] * (out[1] - here) / total,
        into[1] * (-out[0] - here) / total,
        out[0] * (-into[1] - here) / total,
        out[1] * (into[0] - here) / total,
    ]
    np.testing.assert_allclose(found, slopes, rtol=1e-13)
    reverse = model.table.reverse
    np.testing.assert_allclose(found.symmetric, np.array(slopes) + np.array(slopes)[reverse], rtol=1e-13)
    np.testing.assert_allclose(found.antisymmetric, 0.5 * (np.array(slopes) - np.array(slopes)[reverse]), rtol=1e-13)


def test_what_nothing_undoes_has_no_parts_and_what_undoes_itself_no_antisymmetric_one() -> None:
    z = np.diag([1.0, -1.0])
    atom = tk.Model(0.4 * (LOWER + LOWER.T), [tk.Channel(LOWER.T, None), tk.Channel(0.3 * z, None)])
    found = tk.channel_response(atom, tk.current(atom, [1.0, 0.0]))
    assert np.isnan(found.symmetric[0])
    assert np.isnan(found.antisymmetric[0])
    assert found.symmetric[1] == found[1] != 0.0
    assert found.antisymmetric[1] == 0.0


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_sweep_is_its_points() -> None:
    drives, hot = np.array([0.05, 0.3]), np.array([3.0, 4.0, 5.0])
    swept = tk.library.three_level_maser(drives[:, None], hot)
    together = tk.channel_response(swept, tk.heat(swept, "hot"))
    assert together.shape == (2, 3, 4)
    for place in np.ndindex(2, 3):
        alone = tk.library.three_level_maser(float(drives[place[0]]), float(hot[place[1]]))
        found = tk.channel_response(alone, tk.heat(alone, "hot"))
        np.testing.assert_allclose(together[place], found, rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(together.excess[place], found.excess, rtol=1e-9, atol=1e-11)
    assert set(found.labels) == {"hot 0 -> 2", "hot 2 -> 0", "cold 0 -> 1", "cold 1 -> 0"}


def test_one_of_several_steady_states_is_answered_for_in_the_frame_of_the_model() -> None:
    # Two pairs of levels that nothing joins: the start names the first of them.
    up = [np.zeros((4, 4)) for _ in range(2)]
    up[0][1, 0], up[1][3, 2] = 1.0, 1.0
    jumps = [*(part.T for part in up), *(0.6 * part for part in up)]
    model = tk.Model(np.diag([0.0, 1.0, 0.2, 1.7]), [tk.Channel(jump, None) for jump in jumps])
    start = tk.Populations([0.0, 1.0, 0.0, 0.0])
    found = tk.channel_response(model, tk.current(model, np.ones(4)), initial=start)
    assert found.excess.shape == (4, 4)
    down, lift = 1.0, 0.36
    slopes = np.array([2.0 * down * lift**2, 0.0, 2.0 * lift * down**2, 0.0]) / (down + lift) ** 2
    np.testing.assert_allclose(found, slopes, rtol=1e-13)


@pytest.mark.parametrize("name", ["chain", "maser", "anharmonic mode"])
def test_swinging_rates_move_a_current_and_an_operator_as_the_superoperator_says(name: str) -> None:
    machine = MACHINES[name]
    model, size, grid = machine.model, len(machine.hamiltonian), np.array([-1.5, 0.0, 0.2, 7.0])
    hamiltonian = np.asarray(machine.hamiltonian, complex)
    jumps = [oracles.Jump(jump) for jump in machine.jumps]
    generator, state = oracles.liouvillian(hamiltonian, jumps), oracles.steady_state(hamiltonian, jumps)
    random = np.random.default_rng(3)
    one = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    seen = one + one.conj().T
    counted = np.asarray(sum(c * jump.conj().T @ jump for c, jump in zip(machine.weights, machine.jumps, strict=True)))
    current = tk.channel_response(model, tk.current(model, machine.weights), frequencies=grid)
    mean = tk.channel_response(model, seen, frequencies=grid)
    assert current.shape == (4, len(jumps))
    for place, frequency in enumerate(grid):
        rows = np.vstack([-1j * frequency * np.eye(size**2) - generator, np.eye(size).reshape(1, -1)])
        for channel, jump in enumerate(machine.jumps):
            rate = jump.conj().T @ jump
            pushed = jump @ state @ jump.conj().T - 0.5 * (rate @ state + state @ rate)
            moved = oracles.unvec(np.linalg.lstsq(rows, np.append(oracles.vec(pushed), 0.0), rcond=None)[0])
            direct = machine.weights[channel] * np.trace(rate @ state)
            scale = 1e-9 * max(1.0, np.abs(current.rates).max()) * np.abs(seen).sum()
            assert abs(current[place, channel] - direct - np.trace(counted @ moved)) < scale
            assert abs(mean[place, channel] - np.trace(seen @ moved)) < scale
    np.testing.assert_allclose(tk.channel_response(model, seen), mean[1].real, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("link", [1e-4, 1e-6, 1e-8])
def test_errors_tell_what_a_weak_link_takes(link: float) -> None:
    rates = np.zeros((4, 4))
    rates[0, 1], rates[1, 0], rates[2, 3], rates[3, 2] = 1.1, 2.3, 1.7, 0.6
    rates[2, 1], rates[1, 2], rates[0, 3] = link, 2.0 * link, link
    counts = np.random.default_rng(0).normal(size=(4, 4))
    model = tk.rates(rates, weights={"count": counts})
    found = tk.channel_response(model, tk.current(model, "count"))
    with mpmath.workdps(40):
        for channel, (target, source) in enumerate(zip(model.table.row, model.table.column, strict=True)):
            high, low = (_exact_mean(rates, counts, int(target), int(source), sign) for sign in (1, -1))
            exact = (high - low) / (2 * mpmath.mpf(10) ** -12)
            assert abs(exact - found[channel]) <= found.error[channel]
    assert found.error.max() < 2e-17 / link


def test_channels_of_one_name_are_told_apart() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(part, None) for part in (LOWER, 0.5 * LOWER, LOWER.T)])
    found = tk.channel_response(model, tk.current(model, [1.0, 0.0, 0.0]))
    assert found.labels == ("1 -> 0 (0)", "1 -> 0 (1)", "0 -> 1")


def test_answers_that_a_weak_link_hides_are_refused() -> None:
    rates = np.zeros((4, 4))
    rates[0, 1], rates[1, 0], rates[2, 3], rates[3, 2] = 1.0, 2.0, 1.5, 0.5
    rates[2, 1], rates[1, 2], rates[0, 3] = 1e-15, 2e-15, 1e-15
    model = tk.rates(rates)
    with pytest.raises(tk.errors.NotConvergedError, match=r"the response to channel 0.* lost its digits"):
        tk.channel_response(model, tk.current(model, np.arange(7.0)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_stated_errors_lie_above_the_true_ones(seed: int) -> None:
    # Coherent models with rates over many orders of magnitude, against 40 digits.
    random = np.random.default_rng(seed)
    parts = [random.normal(size=(2, 2)) + 1j * random.normal(size=(2, 2)) for _ in range(4)]
    hamiltonian = (parts[0] + parts[0].conj().T) * 10.0 ** random.uniform(-2, 2)
    jumps = [part * 10.0 ** random.uniform(-3, 1) for part in parts[1:]]
    counts = random.normal(size=3)
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    found = tk.channel_response(model, tk.current(model, counts))
    with mpmath.workdps(40):
        for exact, value, error in zip(_exact_answers(hamiltonian, jumps, counts), found, found.error, strict=True):
            assert abs(exact - value) <= error


def _exact_answers(hamiltonian: Array, jumps: list[Array], counts: Array) -> list[mpmath.mpf]:
    """tr(J x) + c a with L x = -D rho, all of it at the working precision."""

    def kron(one: mpmath.matrix, two: mpmath.matrix) -> mpmath.matrix:
        return mpmath.matrix([[one[i // 2, j // 2] * two[i % 2, j % 2] for j in range(4)] for i in range(4)])

    unit, energy = mpmath.eye(2), mpmath.matrix(hamiltonian.tolist())
    operators = [mpmath.matrix(jump.tolist()) for jump in jumps]
    rates = [jump.H * jump for jump in operators]
    moves = [
        kron(jump, jump.apply(mpmath.conj)) - (kron(rate, unit) + kron(unit, rate.T)) / 2
        for jump, rate in zip(operators, rates, strict=True)
    ]
    generator = -1j * (kron(energy, unit) - kron(unit, energy.T))
    counted = mpmath.zeros(2)
    for count, rate, move in zip(counts, rates, moves, strict=True):
        generator += move
        counted += mpmath.mpf(float(count)) * rate
    pinned = generator.copy()
    for column in range(4):
        pinned[0, column] = 1 if column in {0, 3} else 0
    state = mpmath.lu_solve(pinned, mpmath.matrix([1, 0, 0, 0]))
    found = []
    for count, rate, move in zip(counts, rates, moves, strict=True):
        right = -(move * state)
        right[0] = 0
        away = mpmath.lu_solve(pinned, right)
        found.append((mpmath.mpf(float(count)) * _trace(rate, state) + _trace(counted, away)).real)
    return found


def _trace(operator: mpmath.matrix, elements: mpmath.matrix) -> mpmath.mpc:
    return mpmath.fsum(operator[i, j] * elements[2 * j + i] for i in range(2) for j in range(2))


def test_what_is_wrong_is_said() -> None:
    model = MACHINES["chain"].model
    other = MACHINES["maser"].model
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.channel_response(model, tk.activity(other))
    with pytest.raises(ValueError, match="`current` must be Hermitian"):
        tk.channel_response(model, np.eye(4)[:, [1, 0, 2, 3]] @ np.diag([1.0, 2.0, 1.0, 1.0]))
    with pytest.raises(ValueError, match=r"`current` must be a Current or an operator of shape \(4, 4\)"):
        tk.channel_response(model, np.eye(3))
    with pytest.raises(ValueError, match="`frequencies` must be a number, got NaN"):
        tk.channel_response(model, tk.activity(model), frequencies=[np.nan])
    with pytest.raises(TypeError, match="`current` must be a Current"):
        tk.channel_response(model, "heat")  # type: ignore[arg-type]
    swept = tk.current(model, np.arange(8.0).reshape(2, 4))
    with pytest.raises(ValueError, match=r"is a sweep of weights, which needs the method Dense\(\)"):
        tk.channel_response(model, swept, method=tk.Sparse())
    assert tk.channel_response(model, swept).shape == (2, 4)
    with pytest.raises(tk.errors.NotConvergedError, match="needs a solve for row vectors"):
        tk.channel_response(model, tk.activity(model), method=tk.Krylov())
