"""Bounds on a current in the steady state: closed forms, brute-force derivatives, hypotheses, and their looks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg

import thermokin as tk
from oracles import Array
from thermokin.bounds import BoundsAtRest, Situation, catalogue, evaluate, occupation_bound, response_bound
from thermokin.linear_response.cycles import simple_cycles
from thermokin.validation import bounds_at_rest
from thermokin.validation.case import Case

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
DRIVE = LOWER + LOWER.T
RING = np.array([[0.0, 2.0, 0.5], [0.3, 0.0, 1.5], [1.1, 0.4, 0.0]])


def driven_qubit(omega: float, gamma: float, n: float) -> tk.Model:
    gap = np.log((n + 1.0) / n)
    bath = tk.Bath("bath", 1.0)
    channels = [
        tk.Channel(np.sqrt(gamma * (n + 1.0)) * LOWER, bath, -gap),
        tk.Channel(np.sqrt(gamma * n) * LOWER.T, bath, gap),
    ]
    return tk.Model(0.5 * omega * DRIVE, channels, energy_operator=np.diag([0.0, gap]))


def fluorescence(omega: float) -> tk.Model:
    return tk.Model(0.5 * omega * DRIVE, [tk.Channel(LOWER, None)])


def superoperator(hamiltonian: Array, jumps: list[Array], other: Array, others: list[Array]) -> Array:
    """-i (H rho - rho H') + sum L rho L'^+ - (L^+ L rho + rho L'^+ L') / 2, row by row: two sides, two generators."""
    one = np.eye(len(hamiltonian))
    total = -1j * (np.kron(hamiltonian, one) - np.kron(one, other.T))
    for left, right in zip(jumps, others, strict=True):
        total = total + np.kron(left, right.conj())
        total = total - 0.5 * (np.kron(left.conj().T @ left, one) + np.kron(one, (right.conj().T @ right).T))
    return total


def two_sided_information(hamiltonian: Array, jumps: list[Array], scores: Array, scale: float) -> float:
    """4 d^2 lambda / d one d other of the largest eigenvalue when both sides change apart, by central differences."""

    def largest(one: float, other: float) -> float:
        parts = []
        for theta in (one, other):
            parts.append(hamiltonian * (1.0 + scale * theta))
            parts.append([jump * np.exp(0.5 * theta * score) for jump, score in zip(jumps, scores, strict=True)])
        values = np.linalg.eigvals(superoperator(parts[0], parts[1], parts[2], parts[3]))
        return float(values.real.max())

    h = 1e-3
    mixed = largest(h, h) - largest(h, -h) - largest(-h, h) + largest(-h, -h)
    finer = largest(h / 2, h / 2) - largest(h / 2, -h / 2) - largest(-h / 2, h / 2) + largest(-h / 2, -h / 2)
    return float((4.0 * finer / h**2 * 4.0 - mixed / (4.0 * h**2) * 4.0) / 3.0)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
@pytest.mark.parametrize("group", bounds_at_rest.__all__)
def test_every_number_of_an_independent_evaluation_with_40_digits_is_met(group: str) -> None:
    cases: list[Case] = getattr(bounds_at_rest, group)()
    assert len(cases) > 10
    assert [case for case in cases if case.deviation > 1e-12] == []


def test_the_driven_qubit_has_the_limits_of_its_published_comparison() -> None:
    # Source: issue text, each from an independent evaluation; H = Omega/2 sigma_x, Omega = gamma = 1, n = .1.
    model = driven_qubit(1.0, 1.0, 0.1)
    found = evaluate(model, tk.current(model, [1.0, -1.0]), perturbation=0.5 * DRIVE)
    assert found["kinetic"].value == pytest.approx(0.17197, abs=6e-6)
    expected = {
        "thermo-kinetic": 0.03831,
        "thermo-kinetic, exact information": 0.05010,
        "optimal scores": 0.06221,
        "optimal scores with the Hamiltonian": 0.13352,
        "dynamical activity": 0.03029,
    }
    for name, limit in expected.items():
        assert found[name].limit == pytest.approx(limit, abs=6e-6), name
        assert found[name].applies
        assert found[name].holds
    assert found["bare thermodynamic"].ratio < 1.0
    assert not found["bare thermodynamic"].applies


RECORDS = ["record, thermo-kinetic", "record, exact information", "record, kinetic", "record, optimal scores"]


def test_the_record_of_the_driven_qubit_says_more_than_its_jumps_alone() -> None:
    # Source: independent evaluation: martingale .15247 and optimal martingale .15821 at noise .17197.
    model = driven_qubit(1.0, 1.0, 0.1)
    found = evaluate(model, tk.current(model, [1.0, -1.0]), theorems=RECORDS)
    assert found["record, exact information"].limit == pytest.approx(0.15247, abs=6e-6)
    assert found["record, thermo-kinetic"].limit == pytest.approx(0.11658, abs=6e-6)
    assert found["record, optimal scores"].limit == pytest.approx(0.15821, abs=6e-6)
    assert all(bound.holds for bound in found)
    maser = tk.library.three_level_maser(np.array([0.005, 0.02]), 6.0, rate_hot=0.003, rate_cold=0.001)
    swept = evaluate(maser, tk.heat(maser, "hot"), theorems=RECORDS)
    alone = tk.library.three_level_maser(0.02, 6.0, rate_hot=0.003, rate_cold=0.001)
    for bound in evaluate(alone, tk.heat(alone, "hot"), theorems=RECORDS):
        assert swept[bound.name].limit[1] == pytest.approx(bound.limit, rel=1e-9)


def test_the_bounds_of_the_record_are_those_of_the_jumps_where_populations_obey_a_rate_equation() -> None:
    model = tk.rates(RING)
    along = np.where((model.table.row - model.table.column) % 3 == 1, 1.0, -1.0)
    found = evaluate(
        model, tk.current(model, along), theorems=[*RECORDS, "optimal scores", "kinetic", "thermo-kinetic"]
    )
    for record, jumps in (("optimal scores", "optimal scores"), ("kinetic", "kinetic")):
        assert found[f"record, {record}"].limit == pytest.approx(found[jumps].limit, rel=1e-11)
    assert found["record, thermo-kinetic"].limit == pytest.approx(found["thermo-kinetic"].limit, rel=1e-11)


@pytest.mark.parametrize("seed", range(5))
def test_the_bounds_of_the_record_hold_where_jumps_reset(seed: int) -> None:
    random = np.random.default_rng(seed)
    root = random.normal(size=(3, 3)) + 1j * random.normal(size=(3, 3))
    kets = random.normal(size=(2, 4, 3)) + 1j * random.normal(size=(2, 4, 3))
    model = model_of(root + root.conj().T, [np.outer(*pair) for pair in kets.swapaxes(0, 1)])
    found = evaluate(model, tk.current(model, random.normal(size=4)), theorems=RECORDS, outside=True)
    for name in RECORDS[1:]:
        assert found[name].applies
        assert found[name].holds
    assert found["record, optimal scores"].limit >= found["record, kinetic"].limit


def test_a_record_that_does_not_reset_is_refused_by_name() -> None:
    model = model_of(*random_machine(3)[:2])
    with pytest.raises(tk.HypothesisError, match="every jump resets the system to one of few states"):
        evaluate(model, tk.activity(model), theorems=["record, kinetic"])
    assert "record, kinetic" not in {bound.name for bound in evaluate(model, tk.activity(model))}


@pytest.mark.parametrize("omega", [0.2, 1.0, 3.0])
def test_fluorescence_has_its_closed_forms(omega: float) -> None:
    # rho_ee = Omega^2 / (1 + 2 Omega^2) for gamma = 1; b = a (1 + 8 Omega^2), and 4 for V = sigma_x / 2.
    model = fluorescence(omega)
    found = evaluate(model, tk.activity(model), perturbation=0.5 * DRIVE)
    rate = omega**2 / (1.0 + 2.0 * omega**2)
    assert found["kinetic"].mean == pytest.approx(rate, rel=1e-12)
    cost = {name: found[name].cost for name in ("dynamical activity", "response to the Hamiltonian")}
    assert cost["dynamical activity"] is not None
    assert cost["dynamical activity"].values == pytest.approx(rate * (1.0 + 8.0 * omega**2), rel=1e-11)
    assert cost["response to the Hamiltonian"] is not None
    assert cost["response to the Hamiltonian"].values == pytest.approx(4.0, rel=1e-11)
    assert all(bound.holds for bound in found if bound.applies)


def test_the_response_to_the_drive_is_saturated_by_weak_fluorescence() -> None:
    model = fluorescence(1e-3)
    (bound,) = evaluate(model, tk.activity(model), perturbation=0.5 * DRIVE, theorems=["response to the Hamiltonian"])
    assert bound.ratio == pytest.approx(1.0, abs=1e-5)
    assert bound.ratio >= 1.0 - 1e-9


def test_fluorescence_breaks_the_clock_and_the_bare_kinetic_bound_outside_their_domain() -> None:
    model = fluorescence(1.0 / np.sqrt(2.0))
    with pytest.raises(tk.HypothesisError, match=r"populations obey a rate equation \(sum of the sizes of coherences"):
        evaluate(model, tk.activity(model), theorems=["clock"])
    (clock,) = evaluate(model, tk.activity(model), theorems=["clock"], outside=True)
    assert clock.ratio == pytest.approx(0.4, rel=1e-9)
    assert not clock.applies
    assert clock.hypotheses[0].shortfall > 0.1
    # The photon rate is 1/4 and the noise 1/16: a Fano factor of 1/4.
    (bare,) = evaluate(model, tk.activity(model), theorems=["bare kinetic"], outside=True)
    assert bare.ratio == pytest.approx(0.0625 * 0.25 / 0.25**2, rel=1e-9)


def test_a_count_that_adds_the_mean_stay_saturates_the_clock_bound_and_one_way_rings_do_by_any_count() -> None:
    model = tk.rates(RING)
    stays = 1.0 / RING.sum(axis=0)
    clock = tk.current(model, stays[model.table.column])
    (found,) = evaluate(model, clock, theorems=["clock"])
    assert found.ratio == pytest.approx(1.0, rel=1e-12)
    assert found.limit == pytest.approx(found.value, rel=1e-12)
    one_way = tk.rates(np.array([[0.0, 0.0, 0.7], [2.0, 0.0, 0.0], [0.0, 0.3, 0.0]]))
    (ring,) = evaluate(one_way, tk.current(one_way, [1.0, 0.0, 0.0]), theorems=["clock"])
    assert ring.ratio == pytest.approx(1.0, rel=1e-12)


def test_the_three_state_ring_has_its_published_residual_time_and_responses() -> None:
    # Source: clock uncertainty relation and fluctuation-response relation of this ring, independent evaluation.
    model = tk.rates(RING)
    column, row = model.table.column, model.table.row
    along = np.where((row - column) % 3 == 1, 1.0, -1.0)
    counted = tk.current(model, along)
    found = evaluate(model, counted)
    assert found["clock"].ratio * 0.577361563518 == pytest.approx(1.68837325684, rel=1e-10)
    assert found["clock"].mean == pytest.approx(-1.05537459283, rel=1e-11)
    assert found["clock"].value == pytest.approx(1.88053635593, rel=1e-11)
    published = {(1, 0): -0.262411272268, (2, 0): -0.409086568558, (2, 1): -0.383876752008}
    for (one, other), value in published.items():
        both = np.where((np.minimum(row, column) == other) & (np.maximum(row, column) == one), 1.0, 0.0)
        response = response_bound(model, counted, both, symmetric=True).response
        assert response is not None
        assert response.values == pytest.approx(value, rel=1e-11)
    tight = response_bound(model, counted, np.ones(6), symmetric=True)
    left = tight.response.values**2 / tight.value
    assert left == pytest.approx(0.592286093108, rel=1e-11)
    assert tight.cost.values == pytest.approx(0.614001861331, rel=1e-11)
    assert found["thermodynamic"].cost.values == pytest.approx(0.704872938119, rel=1e-11)


def test_optimal_scores_are_the_noise_itself_where_populations_obey_a_rate_equation() -> None:
    model = tk.rates(RING)
    for counted in (tk.activity(model), tk.current(model, [1.0, 0.5, -0.2, 3.0, 0.0, 1.0])):
        (found,) = evaluate(model, counted, theorems=["optimal scores"])
        assert found.limit == pytest.approx(found.value, rel=1e-12)


def random_machine(seed: int) -> tuple[Array, list[Array], Array]:
    random = np.random.default_rng(seed)
    root = random.normal(size=(3, 3)) + 1j * random.normal(size=(3, 3))
    jumps = [random.normal(size=(3, 3)) + 1j * random.normal(size=(3, 3)) for _ in range(3)]
    return root + root.conj().T, jumps, random.normal(size=3)


def model_of(hamiltonian: Array, jumps: list[Array]) -> tk.Model:
    return tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])


@pytest.mark.parametrize("seed", range(4))
def test_responses_are_the_derivatives_of_the_mean_when_jumps_and_hamiltonian_are_changed(seed: int) -> None:
    hamiltonian, jumps, counts = random_machine(seed)

    def mean(theta: float, scores: Array, turn: float) -> float:
        changed = [jump * np.exp(0.5 * theta * score) for jump, score in zip(jumps, scores, strict=True)]
        matrix = superoperator(*(2 * [hamiltonian * (1.0 + turn * theta), changed]))
        kernel = scipy.linalg.null_space(matrix, rcond=1e-10)
        assert kernel.shape[1] == 1
        state = kernel[:, 0].reshape(3, 3)
        state = state / np.trace(state)
        every = zip(counts, changed, strict=True)
        return float(sum(c * np.trace(jump @ state @ jump.conj().T).real for c, jump in every))

    def slope(scores: Array, turn: float) -> float:
        h = 1e-3
        wide, near = ((mean(step, scores, turn) - mean(-step, scores, turn)) / (2.0 * step) for step in (h, h / 2.0))
        return (4.0 * near - wide) / 3.0

    model = model_of(hamiltonian, jumps)
    counted = tk.current(model, counts)
    for scores in np.eye(3):
        response = response_bound(model, counted, scores).response
        assert response is not None
        assert response.values == pytest.approx(slope(scores, 0.0), rel=1e-7, abs=1e-8)
    found = evaluate(model, counted)
    assert found["kinetic"].response.values == pytest.approx(slope(np.ones(3), 0.0), rel=1e-7, abs=1e-8)
    assert found["response to the Hamiltonian"].response.values == pytest.approx(
        slope(np.zeros(3), 1.0), rel=1e-7, abs=1e-8
    )


@pytest.mark.parametrize("seed", range(4))
def test_costs_are_the_fisher_information_of_two_sides_that_change_apart(seed: int) -> None:
    hamiltonian, jumps, counts = random_machine(seed)
    model = model_of(hamiltonian, jumps)
    counted = tk.current(model, counts)
    found = evaluate(model, counted)
    zero, one = np.zeros(3), np.ones(3)
    assert found["response to the Hamiltonian"].cost.values == pytest.approx(
        two_sided_information(hamiltonian, jumps, zero, 1.0), rel=1e-5
    )
    assert found["dynamical activity"].cost.values == pytest.approx(
        two_sided_information(hamiltonian, jumps, one, 1.0), rel=1e-5
    )
    assert found["kinetic"].cost.values == pytest.approx(two_sided_information(hamiltonian, jumps, one, 0.0), rel=1e-5)
    # Unpaired jumps have force one, so that the bound by forces and Hamiltonian has the cost of the dynamical activity.
    assert found["forces and Hamiltonian"].cost.values == pytest.approx(
        found["dynamical activity"].cost.values, rel=1e-12
    )
    scores = np.array([0.3, -1.0, 2.0])
    assert response_bound(model, counted, scores).cost.values == pytest.approx(
        two_sided_information(hamiltonian, jumps, scores, 0.0), rel=1e-5
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_with_the_hamiltonian_is_reached_by_a_search_over_all_scores(seed: int) -> None:
    hamiltonian, jumps, counts = random_machine(seed)
    model = model_of(hamiltonian, jumps)
    counted = tk.current(model, counts)
    found = evaluate(model, counted)

    def information(scores: Array) -> float:
        return two_sided_information(hamiltonian, jumps, scores[:3], scores[3])

    def mixed(one: int, other: int) -> float:
        unit = np.eye(4)
        return (information(unit[one] + unit[other]) - information(unit[one] - unit[other])) / 4.0

    gram = np.array([[mixed(one, other) for other in range(4)] for one in range(4)])
    turned = found["response to the Hamiltonian"].response.values
    responses = [float(response_bound(model, counted, scores).response.values) for scores in np.eye(3)]
    vector = np.append(responses, turned)
    assert found["optimal scores with the Hamiltonian"].limit == pytest.approx(
        vector @ np.linalg.solve(gram, vector), rel=1e-4
    )
    assert found["optimal scores"].limit == pytest.approx(
        np.sum(np.array(responses) ** 2 / np.diag(gram)[:3]), rel=1e-5
    )


def test_the_inverse_bound_and_the_gap_are_their_definitions_in_the_kms_product() -> None:
    hamiltonian, jumps, counts = random_machine(7)
    model = model_of(hamiltonian, jumps)
    found = evaluate(model, tk.current(model, counts))
    matrix = superoperator(hamiltonian, jumps, hamiltonian, jumps)
    state = scipy.linalg.null_space(matrix, rcond=1e-10)[:, 0].reshape(3, 3)
    state = state / np.trace(state)
    root = scipy.linalg.sqrtm(state)
    quarter = scipy.linalg.sqrtm(root)
    there = np.kron(quarter, quarter.T)
    kms = np.linalg.inv(there) @ matrix @ there
    gap = -np.sort(np.linalg.eigvalsh(0.5 * (kms + kms.conj().T)))[-2]
    assert found["gap"].limit == pytest.approx(gap, rel=1e-10)
    assert found["gap"].value == pytest.approx(-np.sort(np.linalg.eigvals(matrix).real)[-2], rel=1e-10)
    every = list(zip(counts, jumps, strict=True))
    out = sum(c * jump.conj().T @ jump for c, jump in every)
    mean = np.trace(out @ state).real
    gained = sum(c * jump @ state @ jump.conj().T for c, jump in every)
    back = np.linalg.inv(root)
    one, other = out - mean * np.eye(3), back @ gained @ back - mean * np.eye(3)
    norms = [np.sqrt(np.trace(root @ each @ root @ each).real) for each in (one, other)]
    poisson = sum(c**2 * np.trace(jump @ state @ jump.conj().T).real for c, jump in every)
    assert found["inverse"].limit == pytest.approx(poisson + 2.0 * norms[0] * norms[1] / gap, rel=1e-9)
    assert found["inverse"].slack > 0.0
    assert found["inverse"].holds


def test_the_scale_of_all_forces_is_told_by_a_quarter_of_their_squares() -> None:
    model = tk.rates(RING)
    populations = tk.steady_state(model).populations
    flows = RING * populations
    cost = 0.25 * sum(flows[i, j] * np.log(RING[i, j] / RING[j, i]) ** 2 for i in range(3) for j in range(3) if i != j)
    along = np.where((model.table.row - model.table.column) % 3 == 1, 1.0, -1.0)
    bound = evaluate(model, tk.current(model, along))["scaled forces"]
    assert bound.cost.values == pytest.approx(cost, rel=1e-12)


def test_dephasing_counts_as_activity_only_where_it_is_asked_to() -> None:
    base = tk.library.qubit(1.0, 0.01, 1.0)
    noisy = tk.Model(np.diag([0.0, 1.0]), [*base.channels, tk.Channel(np.diag([0.04, -0.04]), None)])
    plain = evaluate(base, tk.activity(base))["kinetic"]
    left_out, counted = (
        evaluate(noisy, tk.current(noisy, [1.0, 1.0, 0.0]), counts_dephasing=wish)["kinetic"] for wish in (False, True)
    )
    assert left_out.limit == pytest.approx(plain.limit, rel=1e-12)
    assert counted.cost.values == pytest.approx(plain.cost.values + 0.0016, rel=1e-12)
    # Flips without a bath move populations, and always count.
    flipping = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(DRIVE, None), tk.Channel(LOWER, None)])
    bound = evaluate(flipping, tk.current(flipping, [0.0, 1.0]))["kinetic"]
    assert bound.cost.values == pytest.approx(1.0 + 1.0 / 3.0, rel=1e-12)
    assert bound.holds


def test_jumps_that_undo_themselves_but_move_populations_count_with_coherence_too() -> None:
    channels = [tk.Channel(LOWER, None), tk.Channel(0.5 * DRIVE, None), tk.Channel(np.diag([0.3, -0.3]), None)]
    model = tk.Model(0.4 * DRIVE, channels)
    found = evaluate(model, tk.current(model, [1.0, 0.0, 0.0]))["kinetic"]
    assert found.cost.values == pytest.approx(float(found.mean) + 0.25, rel=1e-12)
    assert found.holds


def test_a_sweep_has_the_bounds_of_its_points() -> None:
    drives = np.array([0.005, 0.02, 0.09])

    def maser(drive: Any) -> tk.Model:
        return tk.library.three_level_maser(drive, 6.0, rate_hot=0.003, rate_cold=0.001)

    model = maser(drives)
    swept = evaluate(model, tk.heat(model, "hot"))
    for place, drive in enumerate(drives):
        alone_model = maser(drive)
        alone = evaluate(alone_model, tk.heat(alone_model, "hot"))
        assert [bound.name for bound in alone] == [bound.name for bound in swept]
        for bound in alone:
            assert swept[bound.name].limit[place] == pytest.approx(bound.limit, rel=1e-9), bound.name
            assert swept[bound.name].value[place] == pytest.approx(bound.value, rel=1e-9), bound.name
            for part in ("cost", "response"):
                own = getattr(bound, part)
                if own is not None:
                    there = getattr(swept[bound.name], part)
                    assert there.name == own.name
                    assert there.values[place] == pytest.approx(own.values, rel=1e-9, abs=1e-15), (bound.name, part)


def test_at_equilibrium_nothing_is_claimed_and_nothing_breaks() -> None:
    contacts = [tk.Contact(tk.Bath(name, 0.7), DRIVE, tk.Flat(0.01)) for name in ("left", "right")]
    model = tk.davies(np.diag([0.0, 1.0]), contacts)
    found = evaluate(model, tk.heat(model, "left"))
    for bound in found:
        assert bound.holds, bound.name
        assert np.isfinite(bound.limit), bound.name
    assert found["thermodynamic"].limit < 1e-9 * found["thermodynamic"].value


def test_jumps_that_nothing_undoes_produce_entropy_without_limit() -> None:
    one_way = tk.rates(np.array([[0.0, 0.0, 0.7], [2.0, 0.0, 0.0], [0.0, 0.3, 0.0]]))
    found = evaluate(one_way, tk.current(one_way, [1.0, 0.0, 0.0]))
    assert np.isposinf(found["thermodynamic"].cost.values)
    assert found["thermodynamic"].limit == 0.0
    assert not found["thermodynamic"].applies
    assert found["thermodynamic"].hypotheses[0].shortfall == 3.0
    with pytest.raises(tk.HypothesisError, match="jumps that nothing undoes: 3"):
        evaluate(one_way, tk.current(one_way, [1.0, 0.0, 0.0]), theorems=["thermodynamic"])


@pytest.mark.parametrize(("size", "cycles"), [(3, 1), (4, 7), (5, 37), (6, 197)])
def test_a_complete_graph_has_its_number_of_cycles(size: int, cycles: int) -> None:
    one, other = np.triu_indices(size, 1)
    found = simple_cycles(one, other, size)
    assert found is not None
    assert len(found.edges) == cycles
    # Two edges between two vertices are a cycle of their own, and every other one may take either.
    doubled = simple_cycles(np.append(one, one[0]), np.append(other, other[0]), size)
    through = sum(bool((cycle == 0).any()) for cycle in found.edges)
    assert doubled is not None
    assert len(doubled.edges) == cycles + through + 1


def test_a_uniform_ring_oscillates_as_long_as_its_affinity_allows() -> None:
    for size, factor in ((3, 5.0), (5, 40.0)):
        matrix = np.zeros((size, size))
        for state in range(size):
            matrix[(state + 1) % size, state], matrix[state, (state + 1) % size] = factor, 1.0
        ring = tk.rates(matrix)
        (bound,) = evaluate(ring, tk.activity(ring), theorems=["oscillation"])
        force = size * np.log(factor)
        assert bound.limit == pytest.approx(np.tanh(force / (2 * size)) / np.tan(np.pi / size), rel=1e-12)
        assert bound.value == pytest.approx(float(bound.limit), rel=1e-9)


def test_populations_answer_to_a_barrier_as_far_as_the_affinity_around_it_allows() -> None:
    model = tk.rates(RING)
    (bound,) = evaluate(model, tk.activity(model), theorems=["barrier response"])

    def populations(matrix: Array) -> Array:
        kernel = scipy.linalg.null_space(matrix - np.diag(matrix.sum(axis=0)))[:, 0]
        return kernel / kernel.sum()

    answers = []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        logarithms = []
        for step in (1e-4, -1e-4):
            changed = RING.copy()
            changed[[one, other], [other, one]] *= np.exp(step)
            logarithms.append(np.log(populations(changed)))
        slope = (logarithms[0] - logarithms[1]) / 2e-4
        answers.append(slope.max() - slope.min())
    affinity = np.log(RING[1, 0] * RING[2, 1] * RING[0, 2] / (RING[0, 1] * RING[1, 2] * RING[2, 0]))
    assert bound.value == pytest.approx(max(answers), rel=1e-7)
    assert bound.limit == pytest.approx(np.tanh(abs(affinity) / 4.0), rel=1e-12)
    far = tk.rates(np.array([[0.0, 1e-4, 1.0], [1e4, 0.0, 1e-4], [1.0, 1e4, 0.0]]))
    (tight,) = evaluate(far, tk.activity(far), theorems=["barrier response"])
    assert tight.ratio == pytest.approx(1.0, abs=1e-6)
    assert tight.holds


def test_the_time_spent_in_a_level_is_no_steadier_than_its_stays() -> None:
    one_way = tk.rates(np.array([[0.0, 0.0, 0.7], [2.0, 0.0, 0.0], [0.0, 0.3, 0.0]]))
    bound = occupation_bound(one_way, np.diag([1.0, -0.4, 0.2]))
    assert bound.ratio == pytest.approx(1.0, rel=1e-11)
    random = np.random.default_rng(3)
    for _ in range(40):
        matrix = np.exp(3.0 * random.normal(size=(4, 4)))
        np.fill_diagonal(matrix, 0.0)
        model, values = tk.rates(matrix), random.normal(size=4)
        found = occupation_bound(model, np.diag(values))
        assert found.holds
        assert found.ratio >= 1.0 - 1e-9
        generator = matrix - np.diag(matrix.sum(axis=0))
        populations = tk.steady_state(model).populations
        apart = values - populations @ values
        solved = np.linalg.lstsq(np.vstack([generator, np.ones(4)]), np.append(-apart * populations, 0.0), rcond=None)[
            0
        ]
        assert found.value == pytest.approx(2.0 * values @ solved, rel=1e-7)
    atom = fluorescence(0.7)
    with pytest.raises(tk.HypothesisError, match="the occupation bound is no theorem here"):
        occupation_bound(atom, np.diag([0.0, 1.0]))
    assert not occupation_bound(atom, np.diag([0.0, 1.0]), outside=True).applies
    with pytest.raises(ValueError, match="`observable` must be Hermitian"):
        occupation_bound(one_way, np.triu(np.ones((3, 3))))


def test_two_pairs_that_hardly_anything_joins_have_their_noise_whatever_the_link() -> None:
    # Values of a 100-digit evaluation: D = 5.3043766e-14 at links of 1e-14, and response 7.433181477791e-15 to 2 -> 3.
    for link in (1e-14, 1e-18):
        matrix = np.array(
            [
                [0.0, 0.5, link, 2 * link],
                [0.45, 0.0, 3 * link, link],
                [link, 2 * link, 0.0, 0.9],
                [link, link, 0.4, 0.0],
            ]
        )
        counts = np.array([[0.0, -1.5, 0, 0], [1.5, 0, 0, 0], [0, 0, 0, -2.0], [0, 0, 2.0, 0]])
        model = tk.rates(matrix, weights={"x": counts})
        current = tk.current(model, "x")
        found = evaluate(model, current)
        assert found["optimal scores"].limit == pytest.approx(5.3043766 * link, rel=1e-7)
        assert found["optimal scores"].limit == pytest.approx(float(found["kinetic"].value), rel=1e-9)
        assert all(bound.holds for bound in found if bound.applies)
        answer = tk.channel_response(model, current)
        place = int(np.flatnonzero((model.table.row == 3) & (model.table.column == 2))[0])
        assert answer.values[place] == pytest.approx(0.7433181477791 * link, abs=3.0 * float(answer.error[place]))
        assert answer.error[place] < 1e-14

        def family(theta: float, matrix: Array = matrix, counts: Array = counts) -> tk.Model:
            changed = matrix.copy()
            changed[3, 2] *= np.exp(theta)
            return tk.rates(changed, weights={"x": counts})

        derived = tk.response(family, {"theta": 0.0}, ["theta"], {"x": lambda model: tk.current(model, "x")})
        assert derived.values[0, 0] == pytest.approx(0.7433181477791 * link, abs=float(derived.error[0, 0]))
        assert derived.error[0, 0] < 1e-14


def test_a_network_over_ten_decades_answers_to_its_digits() -> None:
    # Values of a 100-digit evaluation.
    matrix = [[0, 4.6e3, 4.5e4, 5.3e-6], [0.16, 0, 5.4e-5, 4.1e-5], [5e4, 4.9e3, 0, 4.4e-6], [1.7e-4, 1.7e-5, 3e-5, 0]]
    counts = np.array([[0, -1, 1.4, 1.1], [1, 0, -0.13, 3.4], [-1.4, 0.13, 0, -1.4], [-1.1, -3.4, 1.4, 0]])
    model = tk.rates(matrix, weights={"x": counts})
    answer = tk.channel_response(model, tk.current(model, "x"))
    for (row, column), exact in {(0, 2): 0.009866317680705434, (2, 1): 0.016538211414330754}.items():
        place = int(np.flatnonzero((model.table.row == row) & (model.table.column == column))[0])
        assert answer.values[place] == pytest.approx(exact, abs=float(answer.error[place]))
        assert answer.error[place] < 1e-6
    assert tk.noise_by_channel(model, tk.current(model, "x")).values.sum() == pytest.approx(
        30.15943170346974, rel=1e-12
    )


def test_one_way_rings_oscillate_at_their_bound() -> None:
    ring = tk.rates(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    (bound,) = evaluate(ring, tk.activity(ring), theorems=["oscillation"])
    assert bound.limit == pytest.approx(1.0 / np.tan(np.pi / 3.0), rel=1e-12)
    assert bound.value == pytest.approx(float(bound.limit), rel=1e-9)
    assert bound.holds


def test_in_the_dark_nothing_is_claimed() -> None:
    decays = [np.eye(3)[[0]].T @ np.eye(3)[[2]], np.eye(3)[[1]].T @ np.eye(3)[[2]]]
    for one, other in ((0.3, 0.4), (0.11, 0.7)):
        hamiltonian = np.array([[0, 0, one], [0, 0, other], [one, other, 0]])
        model = model_of(hamiltonian, decays)
        for bound in evaluate(model, tk.activity(model)):
            assert bound.holds or not bound.applies, bound.name
            assert not np.isnan(bound.limit)


def test_one_lost_point_leaves_the_bounds_of_the_others() -> None:
    matrix = np.zeros((2, 3, 3))
    matrix[:, 0, 1], matrix[:, 1, 0] = 1.0, 2.0
    matrix[:, 1, 2] = matrix[:, 2, 1] = [1.0, 0.0]
    model = tk.rates(matrix)
    with pytest.warns(tk.errors.LostPointsWarning, match="point"):
        found = evaluate(model, tk.activity(model))
    alone = tk.rates(matrix[0])
    for bound in evaluate(alone, tk.activity(alone)):
        assert found[bound.name].limit[0] == pytest.approx(bound.limit, rel=1e-9), bound.name
        assert np.isnan(found[bound.name].limit[1])
        assert np.isnan(found[bound.name].value[1])


def test_a_bound_that_says_nothing_of_a_case_is_refused_by_name() -> None:
    model = tk.rates(RING)
    with pytest.raises(tk.HypothesisError, match="the bound 'forces and Hamiltonian' says nothing here; its domain"):
        evaluate(model, tk.activity(model), theorems=["forces and Hamiltonian"])


def test_what_a_lone_bound_cannot_be_told_does_not_refuse_the_others() -> None:
    flipped = tk.Model(DRIVE, [tk.Channel(DRIVE, None)])
    found = evaluate(flipped, tk.activity(flipped), initial=tk.Populations([1.0, 0.0]))
    assert found["kinetic"].ratio == pytest.approx(1.0, rel=1e-12)


def test_no_unit_of_time_changes_what_a_record_says() -> None:
    def photons(unit: float) -> tk.Model:
        return tk.Model(0.35 * unit * DRIVE, [tk.Channel(np.sqrt(unit) * LOWER, None)])

    limits = []
    for unit in (1.0, 1e-12, 1e12, 1e30):
        model = photons(unit)
        (bound,) = evaluate(model, tk.activity(model), theorems=["record, optimal scores"])
        limits.append(float(bound.limit) / unit)
        parts = tk.noise_by_channel(model, tk.activity(model))
        assert float(parts.values.sum()) == pytest.approx(float(parts.noise), rel=1e-13)
    assert limits == pytest.approx([limits[0]] * 4, rel=1e-12)


def test_equilibrium_gives_the_record_no_claim_either() -> None:
    for unit in (1.0, 3.0, 1e-12, 1e12):
        model = driven_qubit(0.0, unit, 0.3)
        found = evaluate(model, tk.current(model, [1.0, -1.0]), theorems=RECORDS, outside=True)
        assert found["record, exact information"].limit == 0.0


def test_a_long_sweep_past_weak_links_has_what_its_points_have() -> None:
    links = np.geomspace(1e-16, 1e-2, 300)
    matrix = np.zeros((300, 4, 4))
    matrix[:, [0, 1, 2, 3], [1, 0, 3, 2]] = 0.5, 0.45, 0.9, 0.4
    for row, column, times in ((0, 2, 1), (0, 3, 2), (1, 2, 3), (1, 3, 1), (2, 0, 1), (2, 1, 2), (3, 0, 1), (3, 1, 1)):
        matrix[:, row, column] = times * links
    counts = np.array([[0.0, -1.5, 0, 0], [1.5, 0, 0, 0], [0, 0, 0, -2.0], [0, 0, 2.0, 0]])
    model = tk.rates(matrix, weights={"x": counts})
    swept = tk.channel_response(model, tk.current(model, "x"))
    parts = tk.noise_by_channel(model, tk.current(model, "x"))
    np.testing.assert_allclose(parts.values.sum(axis=-1), parts.noise, rtol=1e-9)
    for place in (0, 60, 150, 299):
        alone = tk.rates(matrix[place], weights={"x": counts})
        answer = tk.channel_response(alone, tk.current(alone, "x"))
        assert (np.abs(swept.values[place] - answer.values) <= swept.error[place] + answer.error).all()


def test_a_channel_that_moves_some_levels_and_leaves_others_has_a_clock() -> None:
    # Levels 0 and 1 change places at a rate .8, level 2 stays: one channel with elements on and off the diagonal.
    swap = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    channels = [tk.Channel(np.sqrt(0.8) * swap, None)]
    for row, column, rate in ((0, 2, 0.5), (2, 1, 0.7)):
        jump = np.zeros((3, 3))
        jump[row, column] = np.sqrt(rate)
        channels.append(tk.Channel(jump, None))
    model = tk.Model(np.diag([0.0, 1.0, 2.5]), channels)
    (bound,) = evaluate(model, tk.current(model, [0.0, 1.0, 0.3]), theorems=["clock"])
    populations = tk.steady_state(model).populations
    assert 1.0 / bound.cost.values == pytest.approx(populations @ (1.0 / np.array([0.8, 1.5, 0.5])), rel=1e-12)
    assert bound.holds


@pytest.mark.parametrize("seed", range(12))
def test_jumps_that_undo_themselves_break_no_bound_whatever_they_are(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 5))
    root = random.normal(size=(size, size)) + 1j * (seed % 3 == 0) * random.normal(size=(size, size))
    kinds = [root + root.conj().T, np.eye(size)[np.roll(np.arange(size), 1)], np.eye(size)[::-1]]
    down, up = np.zeros((2, size, size))
    down[0, -1], up[1, 0] = 1.0, random.uniform(0.3, 1.5)
    hamiltonian = root + root.conj().T if seed % 2 else np.diag(random.normal(size=size))
    model = model_of(hamiltonian, [random.uniform(0.1, 3.0) * kinds[seed % 3], down, up])
    current = tk.current(model, [0.0, 1.0, random.normal()])
    for bound in (*evaluate(model, current), *evaluate(model, current, np.eye(size) / size, [0.3, 3.0, 30.0])):
        assert np.all(bound.holds) or not bound.applies, bound.name


def test_every_bound_shows_itself_in_its_own_unit() -> None:
    model = tk.rates(RING)
    current = tk.activity(model)
    units = {"gap": "1/time", "oscillation": "1", "kinetic": "amount^2/time"}
    for name, unit in units.items():
        found = evaluate(model, current, theorems=[name])
        assert name in repr(found)
        assert found[0].to_xarray()["value"].attrs["units"] == unit
    with pytest.raises(tk.HypothesisError, match="no bound on the variance is a theorem here"):
        evaluate(model, current, theorems=["gap"]).tightest  # noqa: B018 - it is the reading that is refused
    qubit = tk.library.qubit(1.0, 0.01, 2.0)
    since = evaluate(qubit, tk.heat(qubit), tk.Gibbs(0.5), [1.0, 10.0, 100.0])
    assert since["speed limit"].to_xarray()["value"].attrs["units"] == "nats"
    assert "limit/value" in repr(since)
    # A heated qubit takes entropy from its bath: given to it is less than nothing, and no ratio.
    assert np.isnan(since["finite-time Landauer"].ratio).all()
    assert "value less limit from" in repr(since)
    _, axes = since.plot()
    drawn = {line.get_label() for line in axes[0, 0].get_lines()}
    assert {"time-weighted", "thermo-kinetic"} <= drawn
    assert not {"speed limit", "finite-time Landauer"} & drawn
    assert since["speed limit"].plot()[1][0, 0].get_ylabel() == "entropy production"
    with pytest.raises(ValueError, match="`perturbation` is for the steady state; leave it out beside `times`"):
        evaluate(qubit, tk.heat(qubit), tk.Gibbs(0.5), [1.0], perturbation=np.eye(2))


def test_one_level_without_jumps_has_bounds_of_nothing() -> None:
    model = tk.Model(np.zeros((1, 1)), [])
    found = evaluate(model, tk.activity(model))
    assert all(bound.limit == 0.0 and bound.holds for bound in found if bound.applies)


def test_an_initial_state_says_in_which_steady_state_bounds_are_meant() -> None:
    flips = np.kron(np.eye(2), LOWER)
    random = np.random.default_rng(0)
    turn, _ = np.linalg.qr(random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4)))
    turned = [turn @ jump @ turn.conj().T for jump in (flips, 0.7 * flips.T)]
    model = tk.Model(np.zeros((4, 4)), [tk.Channel(jump, None) for jump in turned])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="Give `initial`"):
        evaluate(model, tk.activity(model))
    found = evaluate(model, tk.activity(model), initial=tk.Ket(turn[:, 0]))
    alone = tk.Model(np.zeros((2, 2)), [tk.Channel(LOWER, None), tk.Channel(0.7 * LOWER.T, None)])
    expected = evaluate(alone, tk.activity(alone))
    for name in ("kinetic", "optimal scores", "inverse", "gap"):
        assert found[name].limit == pytest.approx(expected[name].limit, rel=1e-9), name


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    model = tk.rates(RING)
    counted = tk.activity(model)
    with pytest.raises(ValueError, match="`theorems` must name bounds of the catalogue, 'thermo-kinetic'"):
        evaluate(model, counted, theorems=["heisenberg"])
    assert [bound.name for bound in evaluate(model, counted, theorems="kinetic")] == ["kinetic"]
    with pytest.raises(ValueError, match="`initial` must say where it starts at time 0"):
        evaluate(model, counted, times=[1.0])
    with pytest.raises(ValueError, match=r"`scores` must hold one number for each of 6 channels, got \(3,\)"):
        response_bound(model, counted, [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="`scores` must be equal for the two jumps of a pair"):
        response_bound(model, counted, np.arange(6.0), symmetric=True)
    with pytest.raises(tk.HypothesisError, match="the symmetric form is no theorem here"):
        response_bound(model, counted, np.ones(6), symmetric=True)  # the activity is no odd count
    with pytest.raises(ValueError, match=r"`perturbation` must have shape \(3, 3\), got \(2, 2\)"):
        evaluate(model, counted, perturbation=np.eye(2))
    with pytest.raises(ValueError, match="`perturbation` must be Hermitian"):
        evaluate(model, counted, perturbation=np.triu(np.ones((3, 3))))
    other = tk.rates(RING)
    with pytest.raises(ValueError, match="belongs to another model"):
        evaluate(model, tk.activity(other))


def test_a_bound_shows_its_parts_and_the_list_names_the_tightest() -> None:
    model = driven_qubit(0.6, 1.0, 0.25)
    found = evaluate(model, tk.current(model, [1.0, -1.0]))
    assert isinstance(found, BoundsAtRest)
    assert found.tightest.name == "optimal scores with the Hamiltonian"
    text = repr(found)
    assert "the tightest on the noise: optimal scores with the Hamiltonian" in text
    assert "no theorem here" in text
    table = found.to_latex()
    assert table.startswith("\\begin{tabular}{llllll}\n\\toprule\nbound & value/limit")
    assert "optimal scores with the Hamiltonian & 2.065 & 0.06649 &  &  & yes" in table
    assert found["kinetic"].to_latex().count("\\\\") == 7
    data = found.to_xarray()
    assert data.ratio.dims == ("bound",)
    assert float(data.cost.sel(bound="kinetic")) == pytest.approx(0.49747474747474746, rel=1e-12)
    assert np.isnan(data.cost.sel(bound="optimal scores"))
    one = found["kinetic"].to_xarray()
    assert one.attrs["cost"] == "number of jumps"
    assert found["kinetic"].correction == pytest.approx(-1.5151515151515151, rel=1e-12)
    assert np.isnan(found["dynamical activity"].correction)
    found.plot()
    sweep = tk.library.three_level_maser(np.array([0.005, 0.02, 0.09]), 6.0, rate_hot=0.003, rate_cold=0.001)
    evaluate(sweep, tk.heat(sweep, "hot")).plot()


def test_the_catalogue_tells_situations_apart() -> None:
    rest = {theorem.name for theorem in catalogue(Situation.REST)}
    relaxation = {theorem.name for theorem in catalogue(Situation.RELAXATION)}
    between_leads = {theorem.name for theorem in catalogue(Situation.TRANSPORT)}
    assert rest | relaxation | between_leads == {theorem.name for theorem in catalogue()}
    assert {"clock", "gap", "inverse"} <= rest - relaxation
    assert {"time-weighted", "fluctuation theorem"} <= relaxation - rest
    assert "kinetic" in rest & relaxation
