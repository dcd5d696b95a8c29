"""Steady states: unique ones, several ones, frozen ones, and what is known of their error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import builders
import oracles
import strategies
import systems
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from reference_cases import case
from strategies import CoherentData
from thermokin.motion import sector_motion, stationary_projector
from thermokin.numerics import eliminated_generator

QUICK = settings(max_examples=30, deadline=None)


@pytest.mark.parametrize("name", NAMES)
def test_a_steady_state_does_not_move(name: str) -> None:
    model = example(name)
    steady = tk.steady_state(model)
    jumps = [oracles.Jump(channel.jump) for channel in model.channels]
    flow = oracles.master_equation(model.hamiltonian, jumps, steady.state)
    scale = np.abs(oracles.liouvillian(model.hamiltonian, jumps)).max()
    assert np.abs(flow).max() < 1e-15 * scale
    assert np.trace(steady.state).real == pytest.approx(1.0, abs=1e-14)
    assert float(steady.residual) < 1e-13
    np.testing.assert_array_equal(np.asarray(steady), steady.state)


@QUICK
@given(strategies.two_bath_models())
def test_the_steady_state_between_two_baths_is_the_null_vector(data: CoherentData) -> None:
    jumps = [jump for some, _ in data.oracle_baths() for jump in some]
    expected = oracles.steady_state(data.hamiltonian, jumps)
    # The null vector of a matrix whose gap is 1e-4 of its norm.
    np.testing.assert_allclose(tk.steady_state(builders.coherent(data)).state, expected, rtol=0, atol=1e-10)


@pytest.fixture(scope="module")
def refrigerator() -> tk.Model:
    with pytest.warns(tk.errors.ValidityWarning, match="secular"):  # its fastest rate is a tenth of its smallest gap
        return builders.absorption_refrigerator(systems.AbsorptionRefrigerator())


def test_the_refrigerators_populations_are_its_spanning_trees(refrigerator: tk.Model) -> None:
    expected = systems.AbsorptionRefrigerator().populations
    np.testing.assert_allclose(tk.steady_state(refrigerator).populations, expected, rtol=1e-14)


def test_the_refrigerators_currents_are_those_of_the_reference(refrigerator: tk.Model) -> None:
    reference, model = case("absorption_refrigerator"), refrigerator
    state = tk.steady_state(model).state
    reference.agrees("Qc", tk.heat(model, "cold").mean(state))
    reference.agrees("Qh", tk.heat(model, "hot").mean(state))
    reference.agrees("Qw", tk.heat(model, "work").mean(state))
    reference.agrees("epr", tk.entropy_flow(model).mean(state))


def test_a_qubit_between_two_baths_is_filled_by_their_sum() -> None:
    system = systems.TwoBathQubit()
    with pytest.warns(tk.errors.ValidityWarning, match="secular"):
        model = builders.two_bath_qubit(system)
    assert tk.steady_state(model).populations[1] == pytest.approx(system.excited, rel=1e-15)


def test_tiny_steady_populations_keep_their_digits_far_from_equilibrium() -> None:
    baths = [tk.Bath("one", 0.02), tk.Bath("two", 0.025)]
    A = np.ones((3, 3)) - np.eye(3)
    model = tk.davies(np.diag([0.0, 1.0, 2.3]), [tk.Contact(bath, A, tk.Flat(1e-3)) for bath in baths])
    made = tk.steady_state(model).populations
    W = np.zeros((3, 3))
    for channel in model.channels:
        W += np.abs(channel.jump) ** 2
    trees = [
        W[0, 1] * W[0, 2] + W[0, 1] * W[1, 2] + W[0, 2] * W[2, 1],
        W[1, 0] * W[1, 2] + W[1, 0] * W[0, 2] + W[1, 2] * W[2, 0],
        W[2, 0] * W[2, 1] + W[2, 0] * W[0, 1] + W[2, 1] * W[1, 0],
    ]
    np.testing.assert_allclose(made, np.array(trees) / sum(trees), rtol=1e-13, atol=0)
    assert made[2] < 1e-30


def test_a_frozen_bath_empties_every_level_but_the_lowest() -> None:
    for name in ("qubit", "oscillator", "levels", "V", "qutrit ladder"):
        np.testing.assert_array_equal(
            tk.steady_state(example(name, hot=0.0)).populations, [1.0] + [0.0] * (example(name).dimension - 1)
        )


def test_a_frozen_lambda_keeps_what_each_lower_level_has() -> None:
    # Without heat nothing leaves either lower level: two steady states.
    model = example("Lambda", hot=0.0)
    with pytest.raises(
        tk.errors.DegenerateSteadyStateError, match=r"keeps apart the levels 0; 1\. Give `initial`"
    ) as failure:
        tk.steady_state(model)
    assert failure.value.sectors == ((0,), (1,))
    down = tk.library.qutrit_lambda(0.002, 0.0, couplings=(1.0, 2.0))
    # From the top the two ways share by their rates, 1 : 4.
    ends = tk.steady_state(down, initial=tk.Populations([0.1, 0.2, 0.7])).populations
    np.testing.assert_allclose(ends, [0.1 + 0.14, 0.2 + 0.56, 0.0], rtol=1e-14)
    late = tk.evolve(down, tk.Populations([0.1, 0.2, 0.7]), [1e4])
    np.testing.assert_allclose(late.populations[0], ends, rtol=1e-12, atol=1e-40)
    # rates 0.002 (1 + 4), the deviation of the top level
    assert late.deviation[0, 2] == pytest.approx(0.7 * np.exp(-0.01 * 1e4), rel=1e-10)


def test_a_sweep_may_start_at_zero_temperature() -> None:
    batch = tk.steady_state(example("V", np.array([0.0, 0.5, 2.0]))).populations
    for point, temperature in enumerate((0.0, 0.5, 2.0)):
        np.testing.assert_allclose(batch[point], tk.steady_state(example("V", temperature)).populations, rtol=1e-14)


def test_levels_that_lose_their_only_link_at_a_point_of_a_sweep_leave_its_neighbours_right() -> None:
    couplings = np.ones((2, 3, 3))
    couplings[1, 2, :2] = couplings[1, :2, 2] = 0.0
    cut = tk.library.levels([0.0, 1.0, 2.5], couplings, 1e-3, 0.7)
    frozen = example("Lambda", np.array([0.5, 0.0]))
    joined = tk.library.levels([0.0, 1.0, 2.5], couplings[0], 1e-3, 0.7), example("Lambda", 0.5)
    for model, first in zip((cut, frozen), joined, strict=True):
        with pytest.warns(
            tk.errors.LostPointsWarning,
            match=r"not unique at the point \(1,\) of the sweep, where levels.*Give `initial`",
        ) as caught:
            found = tk.steady_state(model)
        assert [each.message.points for each in caught] == [((1,),)]
        assert found.lost.tolist() == [False, True]
        np.testing.assert_allclose(found.populations[0], tk.steady_state(first).populations, rtol=1e-14)
        assert np.isnan(found.populations[1]).all()
    relaxing = tk.modes(frozen)
    assert relaxing.lasting.tolist() == [1, 2]
    assert relaxing.gap[0] == pytest.approx(float(tk.modes(example("Lambda", 0.5)).gap), rel=1e-13)
    assert relaxing.gap[1] == pytest.approx(float(tk.modes(example("Lambda", 0.0)).gap), rel=1e-13)


def test_a_start_says_where_the_points_of_a_sweep_end_that_have_several_steady_states() -> None:
    start = tk.Populations([0.1, 0.2, 0.7])
    warm = np.array([0.5, 0.0, 0.05])
    sweep = tk.library.qutrit_lambda(0.002, warm, couplings=(1.0, 2.0))
    ends, paths = tk.steady_state(sweep, initial=start), tk.evolve(sweep, start, [0.0, 50.0, 1e4])
    for point, temperature in enumerate(warm):
        alone = tk.library.qutrit_lambda(0.002, temperature, couplings=(1.0, 2.0))
        np.testing.assert_allclose(
            ends.populations[point], tk.steady_state(alone, initial=start).populations, rtol=1e-13
        )
        np.testing.assert_allclose(
            paths.populations[point], tk.evolve(alone, start, [0.0, 50.0, 1e4]).populations, rtol=1e-12, atol=1e-40
        )
    np.testing.assert_allclose(ends.populations[1], [0.1 + 0.14, 0.2 + 0.56, 0.0], rtol=1e-14)


def apart() -> tk.Model:
    """Two qubits' worth of levels, 0-1 and 2-3, that no jump joins."""
    A = np.zeros((4, 4))
    A[0, 1] = A[1, 0] = A[2, 3] = A[3, 2] = 1.0
    return tk.davies(np.diag([0.0, 1.0, 5.0, 7.0]), [tk.Contact(tk.Bath("b", 0.7), A, tk.Flat(1e-3))])


def test_levels_that_never_meet_have_no_one_steady_state() -> None:
    with pytest.raises(
        tk.errors.DegenerateSteadyStateError, match=r"keeps apart the levels 0, 1; 2, 3\. Give `initial`"
    ) as failure:
        tk.steady_state(apart())
    assert failure.value.sectors == ((0, 1), (2, 3))


def test_an_initial_state_says_which_steady_state_is_meant() -> None:
    weights = 1 / (1 + np.exp(-1 / 0.7)), 1 / (1 + np.exp(-2 / 0.7))
    made = tk.steady_state(apart(), initial=tk.Populations([0.1, 0.2, 0.3, 0.4])).populations
    expected = [0.3 * weights[0], 0.3 * (1 - weights[0]), 0.7 * weights[1], 0.7 * (1 - weights[1])]
    np.testing.assert_allclose(made, expected, rtol=1e-14)
    late = tk.evolve(apart(), tk.Populations([0.1, 0.2, 0.3, 0.4]), [3e4, 6e4])
    np.testing.assert_allclose(late.populations[1], expected, rtol=1e-13)
    slowest = 1e-3 / np.tanh(2 / 1.4)
    assert late.deviation[1, 3] == pytest.approx((0.4 - expected[3]) * np.exp(-slowest * 6e4), rel=1e-9)


def test_coherent_parts_that_never_meet_are_named() -> None:
    H = np.zeros((4, 4))
    H[0, 1] = H[1, 0] = H[2, 3] = H[3, 2] = 0.3
    lower = [np.zeros((4, 4)), np.zeros((4, 4))]
    lower[0][0, 1] = lower[1][2, 3] = 0.5
    model = tk.Model(H, [tk.Channel(jump, None) for jump in lower])
    with pytest.raises(
        tk.errors.DegenerateSteadyStateError, match=r"keeps apart the levels 0, 1; 2, 3\. Give `initial`"
    ) as failure:
        tk.steady_state(model)
    assert failure.value.sectors == ((0, 1), (2, 3))
    made = tk.steady_state(model, initial=np.diag([0.0, 0.0, 0.5, 0.5])).populations
    assert made[:2].sum() == pytest.approx(0.0, abs=1e-15)
    assert made[2:].sum() == pytest.approx(1.0, abs=1e-14)


def test_a_hidden_symmetry_is_found_where_no_level_stands_apart() -> None:
    # Two spins under collective decay: the singlet is dark, though every level is linked in this basis.
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    collective = np.kron(lower, np.eye(2)) + np.kron(np.eye(2), lower)
    model = tk.Model(np.zeros((4, 4)), [tk.Channel(collective, None)])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="the levels 0, 1, 2, 3 keeps 2 stationary"):
        tk.steady_state(model)
    singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2)
    dark = np.outer(singlet, singlet)
    np.testing.assert_allclose(tk.steady_state(model, initial=dark).state, dark, rtol=0, atol=1e-14)
    half = 0.5 * dark + 0.5 * np.diag([0.0, 0.0, 0.0, 1.0])
    np.testing.assert_allclose(
        tk.steady_state(model, initial=half).state, 0.5 * dark + np.diag([0.5, 0, 0, 0]), atol=1e-14
    )
    late = tk.evolve(model, half, [50.0])
    np.testing.assert_allclose(late.states[0], 0.5 * dark + np.diag([0.5, 0, 0, 0]), rtol=0, atol=1e-13)


def test_each_point_of_a_sweep_has_as_many_steady_states_as_it_has() -> None:
    drive = np.array([0.0, 0.4])
    H = drive[:, None, None] * np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    lower = np.zeros((3, 3))
    lower[0, 1] = 0.5
    batch = tk.Model(H, [tk.Channel(lower, None)])
    start = random_density_matrix(3)
    for point in range(2):
        single = tk.Model(H[point], [tk.Channel(lower, None)])
        expected = tk.evolve(single, start, [0.5, 200.0])
        made = tk.evolve(batch, start, [0.5, 200.0])
        np.testing.assert_allclose(made.states[point], expected.states, rtol=0, atol=1e-14)
        jumps = [oracles.Jump(lower)]
        G = oracles.liouvillian(H[point].astype(complex), jumps)
        dense = oracles.unvec(oracles.propagate(G, oracles.vec(start), 0.5))
        np.testing.assert_allclose(made.states[point, 0], dense, rtol=0, atol=1e-14)


def test_a_level_that_nothing_reaches_is_its_own_limit() -> None:
    H = np.zeros((3, 3))
    H[0, 1] = H[1, 0] = 0.4
    lower = np.zeros((3, 3))
    lower[0, 1] = 0.5
    evolution = tk.evolve(tk.Model(H, [tk.Channel(lower, None)]), np.diag([0.2, 0.2, 0.6]), [1.0, 300.0])
    np.testing.assert_allclose(evolution.populations[:, 2], 0.6, rtol=1e-15)
    np.testing.assert_array_equal(evolution.deviation[:, 2], 0.0)


@pytest.mark.parametrize("sites", [2, 3])
def test_the_sparse_steady_state_is_the_dense_one(sites: int) -> None:
    model = tk.library.xxz_chain(sites, 0.5, 0.01, 1.1, 0.0, coupling=0.02)
    dense = tk.steady_state(model, method=tk.Dense())
    sparse = tk.steady_state(model, method=tk.Sparse())
    np.testing.assert_allclose(sparse.state, dense.state, rtol=0, atol=1e-13)
    assert float(sparse.residual) < 1e-12


def test_a_frozen_chain_has_a_sparse_steady_state() -> None:
    # Every spin ends down: the levels that end empty must not be pinned.
    model = tk.library.xxz_chain(3, 0.5, 0.01, 0.0, 0.0, coupling=0.02)
    steady = tk.steady_state(model, method=tk.Sparse())
    assert steady.populations[np.argmin(model.energies)] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse()])
def test_two_dark_states_are_refused_by_every_method(method: tk.Dense | tk.Sparse) -> None:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    collective = np.kron(lower, np.eye(2)) + np.kron(np.eye(2), lower)
    model = tk.Model(np.zeros((4, 4)), [tk.Channel(collective, None)])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"keeps .* stationary states?\. Give `initial`"):
        tk.steady_state(model, method=method)


def test_weak_damping_of_a_fast_system_still_has_one_steady_state() -> None:
    # Rates 1e-9 of the frequencies: the slowest decay is far below the generator's norm, yet no zero.
    bare = np.diag([0.0, 1.0, 1.0, 2.0])
    hop = np.zeros((4, 4))
    hop[1, 2] = hop[2, 1] = 0.02
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    sites = np.kron(lower, np.eye(2)), np.kron(np.eye(2), lower)
    contacts = [
        tk.Contact(tk.Bath(name, T), site + site.T, tk.Flat(1e-9))
        for name, T, site in zip("ab", (0.7, 0.7), sites, strict=True)
    ]
    steady = tk.steady_state(tk.local(bare + hop, contacts, bare))
    np.testing.assert_allclose(steady.populations, oracles.gibbs_populations([0.0, 1.0, 1.0, 2.0], 0.7), atol=1e-6)


def test_a_large_rate_matrix_is_solved_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    contacts = [
        tk.Contact(tk.Bath(name, T), np.ones((4, 4)) - np.eye(4), tk.Flat(1e-4)) for name, T in (("a", 0.5), ("b", 1.0))
    ]
    model = tk.davies(np.diag([0.0, 1.0, 1.7, 3.1]), contacts)
    small = tk.steady_state(model).populations
    monkeypatch.setattr(eliminated_generator, "BLOCKS_ABOVE", 1)
    np.testing.assert_allclose(tk.steady_state(model).populations, small, rtol=1e-13)


def test_a_thermal_state_that_is_not_stationary_is_not_believed() -> None:
    # Detailed balance at T = 0.5 for the energies that the jumps declare, in their interaction picture: H is 0.
    H, bath = np.zeros((2, 2)), tk.Bath("b", 0.5)
    down = np.array([[0.0, 1.0], [0.0, 0.0]])
    model = tk.Model(H, [tk.Channel(down, bath, -20.0), tk.Channel(np.exp(-20.0) * down.T, bath, 20.0)])
    assert tk.steady_state(model).populations[1] == pytest.approx(np.exp(-40.0), rel=1e-12)


def test_a_thermal_state_that_is_wrong_only_where_it_is_tiny_is_not_believed() -> None:
    # Levels 0 and 1 exchange as their energies say; the jump to levels 2 and 3 declares the mean of their two gaps.
    H, bath = np.diag([0.0, 0.3, 30.0, 10.3]), tk.Bath("b", 0.5)
    near, far = np.zeros((4, 4)), np.zeros((4, 4))
    near[0, 1] = far[0, 2] = far[1, 3] = 1.0
    pairs = [(near, 0.3), (far, 20.0)]
    channels = [tk.Channel(L, bath, -w) for L, w in pairs] + [tk.Channel(np.exp(-w) * L.T, bath, w) for L, w in pairs]
    made = tk.steady_state(tk.Model(H, channels)).populations
    weights = np.exp([0.0, -0.6, -40.0, -40.6])
    np.testing.assert_allclose(made, weights / weights.sum(), rtol=1e-12)


def test_the_projector_is_what_remains_after_a_long_time() -> None:
    from thermokin.liouville.liouvillian import Liouvillian
    from thermokin.liouville.sector_generator import SectorGenerator
    from thermokin.liouville.sectors import sector_map

    liouvillian = Liouvillian(example("coupled oscillators"))
    (sector,) = sector_map(liouvillian).of_populations()
    generator = SectorGenerator(liouvillian, sector)
    stationary = stationary_projector.stationary_projector(generator)
    projector = stationary.projector
    assert stationary.unsure == 0.0  # the trace is kept exactly, and nothing else is stationary
    np.testing.assert_allclose(projector @ projector, projector, rtol=0, atol=1e-13)
    np.testing.assert_allclose(generator.matrix @ projector, 0.0, atol=1e-13)
    np.testing.assert_allclose(projector @ generator.matrix, 0.0, atol=1e-13)
    assert sector_motion.SectorMotion(generator).coordinates.stationary.count == 1


@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse(), tk.Krylov()])
@pytest.mark.parametrize("jumps", [[], [np.array([[0.0, 1.0], [1.0, 0.0]])]], ids=["closed", "flips"])
def test_a_coherence_that_nothing_damps_is_a_second_steady_state(jumps: list[np.ndarray], method: tk.Krylov) -> None:
    # sigma_x is conserved, though populations alone have one fixed point: every (1 + c sigma_x) / 2 is at rest.
    hamiltonian = np.array([[0.0, 0.7], [0.7, 0.0]])
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"keeps .* stationary states?\. Give `initial`"):
        tk.steady_state(model, method=method)
    plus = np.full((2, 2), 0.5)
    np.testing.assert_allclose(tk.steady_state(model, initial=plus, method=method).state, plus, rtol=0, atol=1e-14)


@pytest.mark.parametrize("seed", [11, 300, 483, 1003, 1116])
def test_a_qubit_that_one_turned_hermitian_jump_dephases_has_no_single_steady_state(seed: int) -> None:
    """Without H every state along the axis of the jump stays; of these an elimination leaves exactly nothing."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 5))
    phase = np.exp(1j * rng.uniform(0.0, 6.0))
    root = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    jump = phase * ((root @ root.conj().T) / np.trace(root @ root.conj().T).real)
    model = tk.Model(np.zeros((size, size)), [tk.Channel(jump, None)])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
        tk.steady_state(model)
    ledger = tk.ledger(model, tk.evolve(model, np.eye(size) / size, [0.0, 1.0]))
    np.testing.assert_allclose(ledger.entropy_production, 0.0, rtol=0, atol=1e-14)
