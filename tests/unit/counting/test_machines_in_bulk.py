"""Small machines at all points of a long sweep at once, against resolvents and 80 digits."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable

import numpy as np
import pytest

import thermokin as tk
from exact_counting import exact_cumulants, exact_rate_cumulants
from oracles import Array
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import transition_rates
from thermokin.solvers.bulk import bulk_machine
from thermokin.solvers.method import Auto

POINTS = 3000
LOOKED_AT = 4  # points of each sweep that are worked out to 80 digits


def quiet(make: Callable[[], tk.Model]) -> tk.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return make()


def flips(size: int, *pairs: tuple[int, int]) -> Array:
    out = np.zeros((size, size))
    for one, two in pairs:
        out[one, two] = out[two, one] = 1.0
    return out


def maser(random: np.random.Generator) -> tk.Model:
    """Drives over eight decades, detunings over six, and hot baths on both sides of the reversal."""
    drive, detuning = 10.0 ** random.uniform(-8, -0.5, POINTS), 10.0 ** random.uniform(-5, 1, POINTS)
    hot = np.where(random.random(POINTS) < 0.1, 2.5 * (1.0 + 10.0 ** random.uniform(-8, -1, POINTS)), 4.0)
    return quiet(lambda: tk.library.three_level_maser(drive, hot, detuning=detuning))


def driven_levels(random: np.random.Generator) -> tk.Model:
    """Five levels, three baths, two drives, one of them complex; strengths over four decades."""
    energies = np.array([0.0, 0.4, 1.0, 1.7, 2.6])
    hamiltonian = np.zeros((POINTS, 5, 5), dtype=complex)
    hamiltonian[:, range(5), range(5)] = energies + 0.05 * random.normal(size=(POINTS, 5))
    hamiltonian[:, 2, 3] = 0.03 * (random.normal(size=POINTS) + 1j * random.normal(size=POINTS))
    hamiltonian[:, 0, 1] = 0.02 * random.normal(size=POINTS)
    hamiltonian = 0.5 * (hamiltonian + hamiltonian.conj().swapaxes(-1, -2))
    rate = 10.0 ** random.uniform(-4, -1, (3, POINTS))
    heat = random.uniform(0.4, 3.0, (3, POINTS))
    places = [flips(5, (0, 1), (0, 4)), flips(5, (0, 2), (1, 3)), flips(5, (3, 4), (1, 2))]
    contacts = [
        tk.Contact(tk.Bath(name, heat[k]), place, tk.Flat(rate[k]))
        for k, (name, place) in enumerate(zip("abc", places, strict=True))
    ]
    return quiet(lambda: tk.local(hamiltonian, contacts, np.diag(energies)))


def collective(random: np.random.Generator) -> tk.Model:
    """Two equal qubits that share their baths: jumps of several elements, and a coherence that they feed."""
    low = np.array([[0.0, 1.0], [0.0, 0.0]])
    one, two = np.kron(low, np.eye(2)), np.kron(np.eye(2), low)
    share = random.uniform(-0.8, 0.8, POINTS)[:, None, None]
    rates = random.uniform(0.1, 1.0, (3, POINTS, 1, 1))
    jumps = [
        np.sqrt(rates[0]) * (one + share * two),
        np.sqrt(rates[1]) * (one.T + share * two.T),
        np.sqrt(rates[2]) * two,
    ]
    energy = one.T @ one + two.T @ two
    return tk.Model(energy, [tk.Channel(jump, bath=None) for jump in jumps])


def qubits(random: np.random.Generator) -> tk.Model:
    """Three interacting qubits, each with its bath, between their common eigenstates."""
    x, z = flips(2, (0, 1)), np.diag([1.0, -1.0])

    def at(operators: dict[int, Array]) -> Array:
        return np.kron(np.kron(operators.get(0, np.eye(2)), operators.get(1, np.eye(2))), operators.get(2, np.eye(2)))

    bare = sum(-0.5 * gap * at({k: z}) for k, gap in enumerate((1.0, 1.37, 0.83)))
    coupling = at({0: x, 1: x}) + 0.7 * at({1: x, 2: x})
    hamiltonian = bare + random.uniform(0.05, 0.3, POINTS)[:, None, None] * coupling
    heat = random.uniform(0.3, 2.0, (3, POINTS))
    contacts = [tk.Contact(tk.Bath("abc"[k], heat[k]), at({k: x}), tk.Flat(0.01 * (k + 1))) for k in range(3)]
    return quiet(lambda: tk.davies(hamiltonian, contacts))


def network(random: np.random.Generator) -> tk.Model:
    """Six states joined by jumps of rates over ten decades."""
    rates = 10.0 ** random.uniform(-10, 0, (POINTS, 6, 6))
    rates[:, np.arange(6), np.arange(6)] = 0.0
    table = [(i, j) for i in range(6) for j in range(6) if i != j]
    jumps = []
    for i, j in table:
        jump = np.zeros((POINTS, 6, 6))
        jump[:, i, j] = np.sqrt(rates[:, i, j])
        jumps.append(tk.Channel(jump, bath=None))
    return tk.Model(np.diag(np.arange(6.0)), jumps)


MACHINES = {
    "maser": maser,
    "five driven levels": driven_levels,
    "collective": collective,
    "three qubits": qubits,
    "network": network,
}


def counted(model: tk.Model, random: np.random.Generator) -> tk.Current:
    if model.baths:
        return tk.heat(model, model.baths[0].name)
    return tk.current(model, random.normal(size=model.table.size))


def point_of(model: tk.Model, weights: Array, place: int) -> list[float]:
    """Mean and noise of the numbers that a model holds at one point, to 80 digits."""

    def here(values: Array, own: int) -> Array:
        return values if values.ndim == own else values[place]

    weights = here(weights, 1)
    if Liouvillian(model).populations_closed:
        rates = here(np.asarray(transition_rates(Liouvillian(model), slice(None))), 2)
        summed = here(np.asarray(transition_rates(Liouvillian(model), slice(None), weights)), 2)
        # One count for each pair of levels: these models have one channel for each.
        counts = np.divide(summed, rates, out=np.zeros_like(rates), where=rates > 0.0)
        return [float(value) for value in exact_rate_cumulants(rates, counts, 2)]
    jumps = [here(model.table.jump(number), 2) for number in range(model.table.size)]
    return [float(value) for value in exact_cumulants(here(model.generator.dense, 2), jumps, weights, 2)]


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("seed", range(2))
def test_sweeps_taken_at_once_agree_with_resolvents_and_with_80_digits(name: str, seed: int) -> None:
    random = np.random.default_rng([seed, len(name)])
    model = MACHINES[name](random)
    current = counted(model, random)
    assert bulk_machine(Liouvillian(model), Auto()) is not None
    found, other = tk.cumulants(model, current), tk.Counting(model).cumulants(current)
    apart = np.abs(found.values - other.values)
    assert (apart <= found.error + other.error).all()
    np.testing.assert_allclose(found.mean, other.mean, rtol=1e-9)
    np.testing.assert_allclose(found.noise, other.noise, rtol=1e-9)
    if name == "three qubits":  # several channels join one pair of levels
        return
    worst = [int(np.argmax(part)) for part in (apart / np.abs(other.values)).T]
    for place in {*worst, *random.integers(POINTS, size=LOOKED_AT).tolist()}:
        right = np.array(point_of(model, current.weights, int(place)))
        np.testing.assert_allclose(found.values[place], right, rtol=1e-6)
        assert (np.abs(found.values[place] - right) <= found.error[place] + 1e-16 * np.abs(right)).all()


@pytest.mark.parametrize("name", MACHINES)
def test_states_and_covariances_of_a_sweep_agree_with_resolvents(name: str) -> None:
    random = np.random.default_rng(5)
    model = MACHINES[name](random)
    currents = [counted(model, random), tk.activity(model)]
    found, other = tk.covariance(model, currents), tk.Counting(model).covariance(currents)
    assert (np.abs(found.values - other.values) <= found.error + other.error).all()
    np.testing.assert_allclose(found.mean, other.mean, rtol=1e-9)
    state, right = tk.steady_state(model), tk.steady_state(model, method=tk.Dense())
    np.testing.assert_allclose(state.frame_state, right.frame_state, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(found.steady_state.frame_state, right.frame_state, rtol=1e-9, atol=1e-11)
    assert state.residual.max() < 1e-12
    np.testing.assert_array_equal(state.condition, right.condition)
    assert found.defect.max() < 1e-12
    assert pickle.loads(pickle.dumps(state)).residual.shape == (POINTS,)  # noqa: S301 - our own


def test_closed_populations_are_each_known_to_rounding_of_themselves() -> None:
    model = qubits(np.random.default_rng(2))
    found, right = tk.steady_state(model), tk.steady_state(model, method=tk.Dense())
    np.testing.assert_allclose(found.populations, right.populations, rtol=1e-13)


def test_a_point_that_keeps_two_steady_states_is_named_as_by_resolvents() -> None:
    """Two qubits that decay together alone keep their singlet."""
    low = np.array([[0.0, 1.0], [0.0, 0.0]])
    one, two = np.kron(low, np.eye(2)), np.kron(np.eye(2), low)
    alone = np.linspace(-1.0, 1.0, 2 * POINTS + 1)[:, None, None]
    jumps = [one + (1.0 + alone) * two, one.T + (1.0 + alone) * two.T]
    model = tk.Model(one.T @ one + two.T @ two, [tk.Channel(jump, bath=None) for jump in jumps])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="keeps 2 stationary states") as found:
        tk.cumulants(model, tk.activity(model))
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="keeps 2 stationary states") as other:
        tk.Counting(model)
    assert str(found.value) == str(other.value)


def test_grids_and_weights_that_are_swept_are_taken_at_once() -> None:
    drive, hot = np.linspace(0.01, 0.2, 50)[:, None], np.linspace(3.0, 8.0, 40)
    model = quiet(lambda: tk.library.three_level_maser(drive, hot))
    scale = np.linspace(1.0, 2.0, 40)
    current = scale * tk.heat(model, "hot") + tk.heat(model, "cold")
    found, other = tk.cumulants(model, current), tk.Counting(model).cumulants(current)
    assert found.values.shape == (50, 40, 2)
    np.testing.assert_allclose(found.values, other.values, rtol=1e-10)
    np.testing.assert_allclose(found.ledger_mismatch, 0.0, atol=1e-15)
    np.testing.assert_allclose(found.factorial, other.factorial, rtol=1e-10)
    alone = tk.cumulants(model, current, order=1)
    np.testing.assert_allclose(alone.values[..., 0], found.mean, rtol=1e-12)
    assert (alone.error[..., 0] > 0.0).all()


@pytest.mark.parametrize("order", [True, [1], "2", 2.0, None])
def test_what_is_no_order_is_refused_alike_of_one_point_and_of_many(order: object) -> None:
    for drive in (0.02, np.linspace(0.01, 0.2, 2000)):
        model = quiet(lambda drive=drive: tk.library.three_level_maser(drive, 4.0))
        with pytest.raises(TypeError, match="`order` must be a whole number, got"):
            tk.cumulants(model, tk.heat(model, "hot"), order=order)  # type: ignore[arg-type]
