"""Steady states that no population tells apart: found in every model, at every size and at every point of a sweep."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import oracles
import thermokin as tk
from thermokin.motion import lasting_coherences as apart
from thermokin.motion import lasting_coherences as lasting

X, Z, ONE = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
QUICK = settings(max_examples=60, deadline=None)


def hidden(levels: int) -> tk.Model:
    """A ladder times a qubit whose sigma_x every jump keeps: pi x (1 + a sigma_x) / 2 is at rest for every a."""
    flip, one, bath = sparse.csr_array(X), sparse.eye_array(2), tk.Bath("b", 5.0)
    step = 0.3 * sparse.diags_array(np.sqrt(np.arange(1, levels)), offsets=1).tocsr()
    down, up = sparse.kron(step, flip).tocsr(), sparse.kron(np.exp(-0.1) * step.T, flip).tocsr()
    flips = 0.2 * sparse.kron(sparse.eye_array(levels), flip).tocsr()
    energies = sparse.kron(sparse.diags_array(np.arange(levels) * 1.0), one).tocsr()
    return tk.Model(energies, [tk.Channel(down, bath, -1.0), tk.Channel(up, bath, 1.0), tk.Channel(flips, None)])


@pytest.mark.parametrize("levels", [3, 256, 257, 700])
def test_a_conserved_coherence_is_found_at_every_number_of_levels(levels: int) -> None:
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"keeps 2 stationary states\. Give `initial`"):
        tk.steady_state(hidden(levels))


def dephased(strength: np.ndarray) -> tk.Model:
    """The same with two levels and dephasing of the qubit, which leaves one steady state where it is not zero."""
    bath, a = tk.Bath("b", 1.0), 0.3 * LOWER
    channels = [
        tk.Channel(np.kron(a, X), bath, -1.0),
        tk.Channel(np.kron(np.exp(-0.5) * a.T, X), bath, 1.0),
        tk.Channel(0.2 * np.kron(ONE, X), None),
        tk.Channel(np.sqrt(strength)[..., None, None] * np.kron(ONE, Z), None),
    ]
    return tk.Model(np.kron(np.diag([0.0, 1.0]), ONE), channels)


def driven(strength: np.ndarray) -> tk.Model:
    """A driven, damped qubit beside one that is flipped, and dephased where the strength is not zero."""
    channels = [
        tk.Channel(0.5 * np.kron(LOWER, ONE), None),
        tk.Channel(0.2 * np.kron(ONE, X), None),
        tk.Channel(np.sqrt(strength)[..., None, None] * np.kron(ONE, Z), None),
    ]
    return tk.Model(0.3 * np.kron(X, ONE), channels)


@pytest.mark.parametrize("family", [dephased, driven])
@pytest.mark.parametrize("place", [0, 5, 998])
def test_one_degenerate_point_of_a_long_sweep_is_found_and_named(
    family: Callable[[np.ndarray], tk.Model], place: int
) -> None:
    strengths = np.linspace(0.1, 1.0, 1000)
    assert tk.steady_state(family(strengths)).coherences_tested
    strengths[place] = 0.0
    with pytest.raises(
        tk.errors.DegenerateSteadyStateError, match=rf"at the point \({place},\) of the sweep: .* keeps 2 "
    ):
        tk.steady_state(family(strengths))


def test_two_levels_that_meet_at_one_point_of_a_sweep_are_found_there() -> None:
    # Flips keep sigma_x of the qubit, which its own splitting breaks everywhere but where it vanishes.
    splitting = np.linspace(-1.0, 1.0, 41)[:, None, None]
    hamiltonian = np.kron(np.diag([0.0, 1.0]), ONE) + splitting * np.kron(ONE, np.diag([0.0, 1.0]))
    jumps = [np.kron(LOWER, ONE), np.kron(LOWER.T, ONE), np.kron(ONE, X)]
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"at the point \(20,\) of the sweep"):
        tk.steady_state(tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps]))


def test_a_qubit_that_two_anticommuting_jumps_leave_alone_has_several_steady_states() -> None:
    # What commutes with both is another qubit: four stationary operators. Beside a driven qubit the populations'
    # sector has one of them, and two equal parts are told from one by the double eigenvalue alone.
    pair = 1.2 * np.kron(X, ONE), np.kron(Z, X)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="keeps 4 stationary states"):
        tk.steady_state(tk.Model(np.zeros((4, 4)), [tk.Channel(jump, None) for jump in pair]))
    beside = [np.kron(0.5 * LOWER, np.eye(4)), *(np.kron(ONE, jump) for jump in pair)]
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"keeps . stationary states"):
        tk.steady_state(tk.Model(0.3 * np.kron(X, np.eye(4)), [tk.Channel(jump, None) for jump in beside]))


def test_equal_parts_are_told_from_one_by_the_double_eigenvalue() -> None:
    from thermokin.liouville.liouvillian import Liouvillian
    from thermokin.motion.conserved_quantities import conserved_parts

    model = tk.Model(np.zeros((4, 4)), [tk.Channel(1.2 * np.kron(X, ONE), None), tk.Channel(np.kron(Z, X), None)])
    assert conserved_parts(Liouvillian(model), np.eye(4, dtype=complex)[None] / 4)[0] > 1


def stationary_operators(model: tk.Model) -> int:
    jumps = [oracles.Jump(channel.jump) for channel in model.channels]
    values = np.linalg.svd(oracles.liouvillian(model.hamiltonian, jumps), compute_uv=False)
    return int((values <= 1e-10 * max(values[0], 1e-3)).sum())


@st.composite
def permuting_models(draw: st.DrawFn) -> tk.Model:
    """Closed populations: every jump takes each level to one level, with few strengths and phases to choose from."""
    size = draw(st.integers(2, 6))
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strengths, phases = (
        draw(st.sampled_from([[1.0], [1.0, 1.0, 0.0], [1.0, 2.0]])),
        draw(st.sampled_from([[1.0], [1.0, -1.0], [1.0, 1j], [1.0, np.exp(2j)]])),
    )
    jumps = []
    for _ in range(draw(st.integers(1, 3))):
        jump = np.zeros((size, size), dtype=complex)
        jump[seed.permutation(size), np.arange(size)] = seed.choice(strengths, size) * seed.choice(phases, size)
        jumps.append(jump)
    energies = seed.choice(draw(st.sampled_from([[0.0], [0.0, 1.0], [0.0, 1.0, 2.5]])), size)
    return tk.Model(np.diag(energies), [tk.Channel(jump, None) for jump in jumps])


@QUICK
@given(permuting_models())
def test_closed_populations_are_refused_just_where_several_operators_are_at_rest(model: tk.Model) -> None:
    if stationary_operators(model) > 1:
        with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
            tk.steady_state(model)
    else:
        assert tk.steady_state(model).coherences_tested


@st.composite
def tensored_models(draw: st.DrawFn) -> tk.Model:
    """A sweep of two qubits with Pauli jumps, some of which vanish at some points."""
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    paulis = [ONE, X, Z, LOWER, np.array([[0, -1j], [1j, 0]])]
    points = draw(st.integers(1, 5))

    def some() -> np.ndarray:
        return np.kron(paulis[seed.integers(5)], paulis[seed.integers(5)])

    weights = seed.choice([0.0, 1.0, 0.6], size=(draw(st.integers(1, 4)), points))
    hamiltonian = sum(seed.choice([0.0, 0.7], size=points)[:, None, None] * (part + part.conj().T) for part in [some()])
    return tk.Model(hamiltonian, [tk.Channel(weight[:, None, None] * some(), None) for weight in weights])


@QUICK
@given(tensored_models())
def test_a_sweep_is_refused_or_loses_points_just_where_its_points_are_refused(sweep: tk.Model) -> None:
    require_lost_points(sweep)


def require_lost_points(sweep: tk.Model) -> None:
    """A sweep is answered where each point has one steady state; those with several are lost, or named in a refusal."""
    counts = counted_point_by_point(sweep)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", tk.errors.LostPointsWarning)
        try:
            lost = tk.steady_state(sweep).lost.tolist()
        except (tk.errors.DegenerateSteadyStateError, ValueError) as error:
            assert re.search(r"not unique|not linked at others", str(error))  # noqa: PT017 - one of two answers
            assert max(counts) > 1
            return
    assert lost == [count > 1 for count in counts]
    assert bool(caught) == any(lost)


def counted_point_by_point(sweep: tk.Model) -> list[int]:
    (points,) = sweep.batch_shape
    jumps = [np.broadcast_to(channel.jump, (points, 4, 4)) for channel in sweep.channels]
    hamiltonians = np.broadcast_to(sweep.hamiltonian, (points, 4, 4))
    return [
        stationary_operators(tk.Model(hamiltonians[point], [tk.Channel(jump[point], None) for jump in jumps]))
        for point in range(points)
    ]


@pytest.mark.parametrize("keeping", [0, 1])
def test_a_point_of_a_sweep_that_empties_levels_is_judged_on_those_that_it_holds(keeping: int) -> None:
    # A flipped qubit that is dephased only beside an excited neighbour: it keeps its sigma_x where nothing excites it.
    pumped = np.ones(2)
    pumped[keeping] = 0.0
    jumps = [np.kron(LOWER, ONE), np.kron(np.diag([0.0, 1.0]), Z), np.kron(ONE, X)]
    pump = pumped[:, None, None] * np.kron(LOWER.T, ONE)
    sweep = tk.Model(np.zeros((4, 4)), [tk.Channel(jump, None) for jump in [*jumps, pump]])
    assert sorted(counted_point_by_point(sweep)) == [1, 2]
    with pytest.raises(
        tk.errors.DegenerateSteadyStateError, match=rf"at the point \({keeping},\) of the sweep: .* keeps 2 "
    ):
        tk.steady_state(sweep)


@st.composite
def emptying_sweeps(draw: st.DrawFn) -> tk.Model:
    """A qubit beside one that decays and is excited at some points alone, with jumps of both that vanish at others."""
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = draw(st.integers(2, 4))
    excited, ground = np.diag([0.0, 1.0]), np.diag([1.0, 0.0])
    turns = [ONE, X, Z, np.diag([1.0, 1j]), LOWER]
    jumps = [np.broadcast_to(np.kron(LOWER, turns[seed.integers(4)]), (points, 4, 4))]
    for place in [LOWER.T, excited, ONE, [ground, excited, LOWER][seed.integers(3)]]:
        weights = seed.choice([0.0, 1.0, 0.6], size=points)
        jumps.append(weights[:, None, None] * np.kron(place, turns[seed.integers(5)]))
    return tk.Model(np.zeros((4, 4)), [tk.Channel(jump, None) for jump in jumps])


@QUICK
@given(emptying_sweeps())
def test_a_sweep_that_empties_levels_at_some_points_is_refused_just_where_one_point_is(sweep: tk.Model) -> None:
    require_lost_points(sweep)


def test_a_weak_element_of_a_shared_jump_still_joins_its_levels() -> None:
    # Two equal gaps share a jump, with an amplitude of 1e-10 beside 1: one steady state, the Gibbs state.
    coupling = np.diag([1.0, 1.0, 1e-10], 1)
    contact = tk.Contact(tk.Bath("b", 1.0), coupling + coupling.T, tk.Flat(1e-3))
    energies = np.array([0.0, 1.0, 2.3, 3.3])
    made = tk.steady_state(tk.davies(np.diag(energies), [contact])).populations
    np.testing.assert_allclose(made, oracles.gibbs_populations(energies, 1.0), rtol=1e-14)


def test_what_was_not_looked_at_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    model = driven(np.array(0.3))
    assert tk.steady_state(model).coherences_tested
    monkeypatch.setattr(apart, "ALGEBRA_UP_TO", 3)
    assert not tk.steady_state(model).coherences_tested


def test_a_long_sweep_in_pieces_is_the_sweep_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    strengths = np.linspace(0.1, 1.0, 50)
    strengths[33] = 0.0
    monkeypatch.setattr(lasting, "CHUNK", 20)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"at the point \(33,\)"):
        tk.steady_state(dephased(strengths))


def spinful_double_dot(left: np.ndarray, right: np.ndarray, temperature: float, charging: float = 1.0) -> tk.Model:
    """Two dots of two spins each, one charging energy for both, hopping .05, a bias of .2 and contacts of 1e-3."""
    c = tk.operators.annihilators(4)
    number = [operator.T @ operator for operator in c]
    here, there = number[0] + number[1], number[2] + number[3]
    hop = c[0].T @ c[2] + c[1].T @ c[3]
    energies = left[..., None, None] * here + right[..., None, None] * there
    repelled = charging * (number[0] @ number[1] + number[2] @ number[3]) + here @ there
    baths = [tk.Bath(name, temperature, mu, tk.Fermi()) for name, mu in (("L", 0.1), ("R", -0.1))]
    contacts = [tk.Contact(baths[place // 2], c[place], tk.Flat(1e-3)) for place in range(4)]
    return tk.davies(energies + repelled + 0.05 * (hop + hop.T), contacts, number_operator=here + there)


@pytest.mark.parametrize("temperature", [0.1, 0.05, 0.02])
def test_states_too_rare_to_be_seen_still_join_the_spins_of_a_blockaded_double_dot(temperature: float) -> None:
    # The generator has one zero and its next eigenvalue is about the contact rate: the steady state is the only one.
    gates = np.linspace(-3.6, -1.6, 9)
    made = tk.steady_state(spinful_double_dot(gates[:, None], gates, temperature))
    assert made.coherences_tested
    assert made.residual.max() < 1e-14


@QUICK
@given(st.integers(0, 2**32 - 1), st.floats(6.0, 20.0))
def test_two_levels_joined_through_one_that_is_next_to_never_visited_keep_one_steady_state(
    seed: int, rarity: float
) -> None:
    # A driven pair and a spectator pair that is flipped only in a state of weight 10^-rarity.
    random = np.random.default_rng(seed)
    excited = np.diag([0.0, 1.0])
    spectator = random.normal(size=(2, 2)) + 1j * random.normal(size=(2, 2))
    jumps = [
        np.kron(LOWER, ONE),
        10.0 ** (-0.5 * rarity) * np.kron(LOWER.T, ONE),
        np.kron(excited, spectator),
        np.kron(excited, X),
    ]
    level = np.kron(ONE, 0.3 * X)
    assert tk.steady_state(tk.Model(level, [tk.Channel(jump, None) for jump in jumps])).coherences_tested


@pytest.mark.parametrize("rarity", [0.0, 6.0, 13.0, 20.0])
def test_a_rare_state_that_joins_nothing_leaves_several_steady_states(rarity: float) -> None:
    excited = np.diag([0.0, 1.0])
    jumps = [np.kron(LOWER, ONE), 10.0 ** (-0.5 * rarity) * np.kron(LOWER.T, ONE), np.kron(excited, X)]
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"not unique"):
        tk.steady_state(tk.Model(np.kron(ONE, 0.3 * X), [tk.Channel(jump, None) for jump in jumps]))


def test_operators_that_anticommute_are_no_conserved_quantity() -> None:
    # Any sum of them has double eigenvalues of its own; the generator has one zero and its next value is .18.
    Y = np.array([[0, -1j], [1j, 0]])
    jumps = [0.6 * np.kron(Z, ONE), 0.6 * np.kron(Y, Z), 0.6 * np.kron(Y, LOWER)]
    model = tk.Model(1.4 * np.kron(Y, Y), [tk.Channel(jump, None) for jump in jumps])
    assert stationary_operators(model) == 1
    assert tk.steady_state(model).coherences_tested


def test_a_channel_without_elements_at_the_end_of_a_sweep_is_passed_over() -> None:
    # Beside a driven, damped qubit whose drive is swept, a jump that is nothing anywhere.
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    drive = np.linspace(0.1, 1.0, 4)[:, None, None] * (lower + lower.T)
    model = tk.Model(drive, [tk.Channel(lower, None), tk.Channel(np.zeros((2, 2)), None)])
    alone = [tk.steady_state(tk.Model(one, [tk.Channel(lower, None)])).state for one in drive]
    np.testing.assert_allclose(tk.steady_state(model).state, np.array(alone), rtol=0, atol=1e-14)


@pytest.mark.parametrize("strength", [10.0**-power for power in range(2, 13)])
@pytest.mark.parametrize("operator", [X, np.array([[0.0, -1j], [1j, 0.0]]), 0.6 * X + 0.8 * Z], ids="xyn")
def test_a_jump_that_commutes_with_the_hamiltonian_keeps_two_states_however_weak(
    operator: np.ndarray, strength: float
) -> None:
    # Its square is 1: products of such operators are 1 but for rounding, and rounding joins nothing.
    model = tk.Model(0.25 * operator, [tk.Channel(strength * operator, None)])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
        tk.steady_state(model)


@st.composite
def turned_commuting(draw: st.DrawFn) -> tk.Model:
    """H and one jump, diagonal in one basis, which is not that of the levels; each with a multiple of 1 of any size."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = draw(st.integers(2, 4))
    basis = np.linalg.qr(random.normal(size=(levels, levels)) + 1j * random.normal(size=(levels, levels)))[0]
    shifts = [draw(st.sampled_from([0.0, 1.0, 3e2, 1e5, 4e5])) for _ in range(2)]
    energy, jump = ((basis * (shift + random.normal(size=levels))) @ basis.conj().T for shift in shifts)
    return tk.Model((energy + energy.conj().T) / 2.0, [tk.Channel(jump, None)])


@given(turned_commuting())
@settings(max_examples=150, deadline=None)
def test_what_rounding_joins_is_never_answered_by_one_steady_state(model: tk.Model) -> None:
    # A multiple of 1 in L hides digits of the rest, and turns into a drive: eps |L|^2 of it joins what is apart.
    with pytest.raises(
        (tk.errors.DegenerateSteadyStateError, tk.errors.NotConvergedError), match=r"not unique|too weak"
    ):
        tk.steady_state(model)


def test_two_levels_that_a_jump_near_a_multiple_of_1_leaves_apart_keep_two_states() -> None:
    random = np.random.default_rng(148)
    levels = int(random.integers(2, 5))
    basis = np.linalg.qr(random.normal(size=(levels, levels)) + 1j * random.normal(size=(levels, levels)))[0]
    energy, jump = ((basis * random.normal(size=levels)) @ basis.conj().T for _ in range(2))
    assert np.ptp(np.linalg.eigvals(jump).real) < 3e-5  # beside 2.2
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
        tk.steady_state(tk.Model((energy + energy.conj().T) / 2.0, [tk.Channel(jump, None)]))


def test_a_weak_part_of_a_jump_beside_a_multiple_of_1_still_joins_two_states() -> None:
    jumps = [np.eye(2) * 1e3 + 1e-2 * X, np.diag([0.0, 1.0])]
    state = tk.steady_state(tk.Model(np.zeros((2, 2)), [tk.Channel(jump, None) for jump in jumps])).state
    np.testing.assert_allclose(state, np.eye(2) / 2.0, rtol=0, atol=1e-12)
