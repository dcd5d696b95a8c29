"""Entropy and relative entropy: exact at the edges, and to the last digits between near-equal states."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import oracles
import reference_cases
from random_states import (
    SEEDS,
    groups_of_full_rank_states,
    groups_of_populations,
    groups_of_states,
    random_state,
    random_unitary,
)
from thermokin.errors import UnphysicalStateError
from thermokin.operators.distances import trace_distance
from thermokin.operators.entropy import (
    entropy,
    relative_entropy,
    relative_entropy_of_populations,
)
from thermokin.operators.gibbs import gibbs, gibbs_populations
from thermokin.operators.tensor import partial_trace, tensor

Array = NDArray[Any]
ROUNDING = 1e-12  # some thousand roundings: eigenvalues down to 0.002 divide them


def exact_divergence(a: Array, b: Array) -> mpmath.mpf:
    """tr a (ln a - ln b) - tr(a - b) of the very numbers given, for full rank; the last term is their rounding."""
    first, second = (mpmath.matrix(np.asarray(state, complex).tolist()) for state in (a, b))
    logarithms = []
    for state in (first, second):
        values, vectors = mpmath.eighe(state)
        logarithms.append(vectors * mpmath.diag([mpmath.log(value) for value in values]) * vectors.H)
    terms = first * (logarithms[0] - logarithms[1]) - first + second
    return mpmath.mpf(sum(terms[k, k].real for k in range(terms.rows)))


def exact_population_divergence(p: Array, q: Array) -> mpmath.mpf:
    """sum p ln(p/q) - p + q of the very numbers given."""
    pairs = [(mpmath.mpf(a), mpmath.mpf(b)) for a, b in zip(p.tolist(), q.tolist(), strict=True)]
    return mpmath.mpf(sum(a * mpmath.log(a / b) - a + b for a, b in pairs))


# Entropy


def test_a_pure_state_has_no_entropy() -> None:
    assert entropy(np.diag([0.0, 1.0, 0.0])) == 0.0
    assert not np.signbit(entropy(np.diag([0.0, 1.0, 0.0])))
    psi = np.array([0.6, 0.8j])
    np.testing.assert_allclose(entropy(np.outer(psi, psi.conj())), 0.0, atol=1e-15)  # the rounding of the trace


def test_the_most_mixed_state_has_the_logarithm_of_its_dimension() -> None:
    np.testing.assert_allclose(entropy(np.eye(7) / 7), np.log(7.0), rtol=1e-15)


def test_the_entropy_of_a_gibbs_state_is_mean_energy_plus_logarithm_of_the_partition_function() -> None:
    energies, temperature = np.array([0.0, 0.4, 1.7]), 0.6
    populations = gibbs_populations(energies, temperature)
    partition = np.sum(np.exp(-energies / temperature))
    expected = populations @ energies / temperature + np.log(partition)
    np.testing.assert_allclose(entropy(np.diag(populations)), expected, rtol=ROUNDING)


@given(groups_of_states(1), SEEDS)
@settings(deadline=None, max_examples=40)
def test_a_unitary_changes_no_entropy(states: tuple[Array], seed: int) -> None:
    state = states[0]
    unitary = random_unitary(np.random.default_rng(seed), len(state))
    # zero eigenvalues rounded to 1e-16 count as zero on both sides
    np.testing.assert_allclose(entropy(unitary @ state @ unitary.conj().T), entropy(state), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(entropy(state), oracles.entropy(state), rtol=0, atol=ROUNDING)


@given(groups_of_states(2))
@settings(deadline=None, max_examples=40)
def test_entropy_is_additive_and_concave(states: tuple[Array, Array]) -> None:
    a, b = states
    np.testing.assert_allclose(entropy(tensor(a, b)), entropy(a) + entropy(b), rtol=0, atol=ROUNDING)
    assert entropy(0.5 * (a + b)) >= 0.5 * (entropy(a) + entropy(b)) - ROUNDING


def test_a_negative_eigenvalue_of_rounding_size_counts_as_zero() -> None:
    np.testing.assert_array_equal(entropy(np.diag([1.0, -5e-13])), entropy(np.diag([1.0, 0.0])))
    np.testing.assert_array_equal(entropy(np.diag([1.0, -5e-13])), 0.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: entropy([[0.5, 0.6], [0.6, 0.5]]),
        lambda: entropy(np.diag([1.1, -0.1])),
    ],
    ids=["coherent", "diagonal"],
)
def test_the_entropy_of_a_state_that_is_not_positive_is_refused(call: Any) -> None:
    with pytest.raises(UnphysicalStateError, match=r"`state` must be positive to 1e-12, got a probability -0\.1"):
        call()


def test_the_relative_entropy_of_negative_populations_is_refused() -> None:
    with pytest.raises(UnphysicalStateError, match=r"`p` must be positive to 1e-12, got a probability -0\.1"):
        relative_entropy_of_populations([1.1, -0.1], [0.5, 0.5])


# Relative entropy


def test_thermal_qubits_have_the_relative_entropies_of_the_closed_form() -> None:
    case = reference_cases.case("distances_gibbs_qubits")  # source: closed form
    a, b = (gibbs(np.diag([0.0, case.parameters["w"]]), case.parameters[key]) for key in ("T_a", "T_b"))
    unitary = random_unitary(np.random.default_rng(5), 2)
    for u in (np.eye(2), unitary):
        turned_a, turned_b = u @ a @ u.conj().T, u @ b @ u.conj().T
        case.agrees("relent_ab", relative_entropy(turned_a, turned_b))
        case.agrees("relent_ba", relative_entropy(turned_b, turned_a))
    case.agrees("relent_ab", relative_entropy_of_populations(np.diagonal(a).real, np.diagonal(b).real))


@pytest.mark.parametrize("size", [1.0, 1e-1, 1e-3, 1e-6, 1e-9, 1e-12])
def test_near_equal_populations_lose_no_digits(size: float) -> None:
    generator = np.random.default_rng(11)
    with mpmath.workdps(50):
        for _ in range(20):
            q, other = generator.dirichlet(np.ones(6), size=2)
            p = (1.0 - size) * q + size * other
            exact = float(exact_population_divergence(p, q))
            # measured: at worst 5e-15, at the seam |p/q - 1| = 1/8 between series and logarithm
            np.testing.assert_allclose(relative_entropy_of_populations(p, q), exact, rtol=2e-14)


@pytest.mark.parametrize("ratio", [0.874, 0.876, 1.124, 1.126, 0.3, 5.0, 1e-200, 1e200])
def test_each_population_enters_the_divergence_with_its_own_digits(ratio: float) -> None:
    small = 1e-250 if ratio > 1e9 else 1e-3
    q = np.array([small, 1.0 - small])
    p = np.array([ratio * small, 1.0 - ratio * small])
    with mpmath.workdps(300):
        exact = float(exact_population_divergence(p, q))
    np.testing.assert_allclose(relative_entropy_of_populations(p, q), exact, rtol=1e-13)  # ln 1e-250 has 600 roundings


@pytest.mark.parametrize("size", [1e-3, 1e-6, 1e-9, 1e-12])
def test_a_known_difference_brings_digits_that_subtraction_has_lost(size: float) -> None:
    generator = np.random.default_rng(12)
    change = generator.normal(size=4)
    q, difference = generator.dirichlet(np.ones(4)), size * (change - change.mean())
    with mpmath.workdps(50):
        base, moved = ([mpmath.mpf(x) for x in array.tolist()] for array in (q, difference))
        pairs = [(x, y - sum(moved) / 4) for x, y in zip(base, moved, strict=True)]
        exact = float(sum((x + y) * mpmath.log((x + y) / x) - y for x, y in pairs))
    with_it = relative_entropy_of_populations(q + difference, q, difference)
    np.testing.assert_allclose(with_it, exact, rtol=1e-13)  # some hundred roundings
    states = np.diag(q + difference), np.diag(q), np.diag(difference)
    np.testing.assert_allclose(relative_entropy(states[0], states[1], difference=states[2]), exact, rtol=1e-13)
    unitary = random_unitary(generator, 4)
    one, two, apart = (unitary @ state @ unitary.conj().T for state in states)
    np.testing.assert_allclose(
        relative_entropy(one, two, difference=apart), exact, rtol=1e-10
    )  # divided by the smallest population


@pytest.mark.parametrize("dimension", [2, 4])
@pytest.mark.parametrize("size", [1e-1, 1e-3, 1e-6, 1e-9, 1e-12])
def test_near_equal_states_that_do_not_commute_lose_no_digits(dimension: int, size: float) -> None:
    generator = np.random.default_rng(13)
    with mpmath.workdps(50):
        for _ in range(4):
            b = 0.9 * random_state(generator, dimension, dimension) + 0.1 * np.eye(dimension) / dimension
            a = (1.0 - size) * b + size * random_state(generator, dimension, dimension)
            a = 0.5 * (a + a.conj().T)
            # eigenvalues down to 0.025 divide the roundings of an eigensolver; measured: 3e-14
            np.testing.assert_allclose(relative_entropy(a, b), float(exact_divergence(a, b)), rtol=1e-12)


@given(groups_of_full_rank_states(2))
@settings(deadline=None, max_examples=40)
def test_relative_entropy_is_that_of_the_textbook(states: tuple[Array, Array]) -> None:
    a, b = states
    np.testing.assert_allclose(relative_entropy(a, b), oracles.relative_entropy(a, b), rtol=1e-11, atol=1e-13)


@given(groups_of_states(2))
@settings(deadline=None, max_examples=60)
def test_pinsker_bounds_the_relative_entropy_from_below(states: tuple[Array, Array]) -> None:
    a, b = states
    assert relative_entropy(a, b) >= 2.0 * trace_distance(a, b) ** 2 * (1.0 - ROUNDING)


@given(groups_of_full_rank_states(2), SEEDS)
@settings(deadline=None, max_examples=40)
def test_a_unitary_changes_no_relative_entropy(states: tuple[Array, Array], seed: int) -> None:
    unitary = random_unitary(np.random.default_rng(seed), len(states[0]))
    turned = (unitary @ state @ unitary.conj().T for state in states)
    np.testing.assert_allclose(relative_entropy(*turned), relative_entropy(*states), rtol=1e-10, atol=1e-14)


@given(SEEDS)
@settings(deadline=None, max_examples=40)
def test_looking_at_a_part_only_loses_relative_entropy(seed: int) -> None:
    generator = np.random.default_rng(seed)
    a, b = (random_state(generator, 6, 6) for _ in range(2))
    parts = (partial_trace(state, 0, (2, 3)) for state in (a, b))
    assert relative_entropy(*parts) <= relative_entropy(a, b) * (1.0 + 1e-10)


@given(groups_of_populations(2))
@settings(deadline=None, max_examples=40)
def test_the_relative_entropy_of_populations_is_that_of_diagonal_states(pair: tuple[Array, Array]) -> None:
    p, q = pair
    np.testing.assert_array_equal(relative_entropy(np.diag(p), np.diag(q)), relative_entropy_of_populations(p, q))
    np.testing.assert_allclose(
        relative_entropy_of_populations(p, q), oracles.classical_divergence(p, q), rtol=1e-12, atol=1e-15
    )


def test_relative_entropy_to_the_most_mixed_state_is_missing_entropy() -> None:
    state = random_state(np.random.default_rng(2), 5, 2)
    np.testing.assert_allclose(relative_entropy(state, np.eye(5) / 5), np.log(5.0) - entropy(state), rtol=ROUNDING)


# Support


def test_outside_its_support_a_state_is_infinitely_far() -> None:
    assert relative_entropy_of_populations([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert relative_entropy_of_populations([1.0, 0.0], [0.5, 0.5]) == pytest.approx(np.log(2.0), rel=1e-15)
    assert relative_entropy_of_populations([1e-300, 1.0], [0.0, 1.0]) == np.inf
    assert relative_entropy_of_populations([0.3, 0.7, 0.0], [0.3, 0.7, 0.0]) == 0.0


@given(SEEDS, st.integers(min_value=2, max_value=5))
@settings(deadline=None, max_examples=40)
def test_the_support_of_a_state_is_found_in_any_basis(seed: int, dimension: int) -> None:
    generator = np.random.default_rng(seed)
    unitary = random_unitary(generator, dimension)
    p, q = (np.append(generator.dirichlet(np.ones(dimension - 1)), 0.0) for _ in range(2))
    a, b = ((unitary * populations) @ unitary.conj().T for populations in (p, q))
    inside = relative_entropy_of_populations(p, q)
    np.testing.assert_allclose(relative_entropy(a, b), inside, rtol=1e-8, atol=1e-12)  # populations down to 1e-5
    full = random_state(generator, dimension, dimension)
    assert relative_entropy(full, b) == np.inf
    assert np.isfinite(relative_entropy(b, full))


def test_a_rotated_pure_state_is_outside_the_support_of_the_first() -> None:
    angle = 1e-6
    psi, phi = np.array([1.0, 0.0]), np.array([np.cos(angle), np.sin(angle)])
    assert relative_entropy(np.outer(psi, psi), np.outer(phi, phi)) == np.inf
    assert relative_entropy(np.outer(phi, phi), np.outer(phi, phi)) == pytest.approx(0.0, abs=1e-15)


def test_a_nearly_frozen_reference_keeps_its_tiny_populations() -> None:
    frozen = gibbs(np.diag([0.0, 1.0]), 1.0 / 300.0)
    coherent = np.array([[0.75, 0.25], [0.25, 0.25]])
    expected = -entropy(coherent) + 0.25 * 300.0  # -tr a ln b, with ln b = -300 |1><1| to 1e-130
    np.testing.assert_allclose(relative_entropy(coherent, frozen), expected, rtol=ROUNDING)


@pytest.mark.parametrize("small", [1e-40, 1e-100, 1e-300])
def test_rounding_of_a_dense_state_is_not_weighed_against_tiny_populations(small: float) -> None:
    for angle in np.linspace(0.1, 1.5, 15):
        psi = np.array([np.cos(angle), 1j * np.sin(angle)])
        # D(|psi><psi| || diag(1, q)) = -|psi_1|^2 ln q, up to q itself
        expected = -(np.sin(angle) ** 2) * np.log(small)
        found = relative_entropy(np.outer(psi, psi.conj()), np.diag([1.0, small]))
        np.testing.assert_allclose(found, expected, rtol=ROUNDING)


def test_a_dense_state_keeps_what_its_eigenvalues_resolve() -> None:
    unitary = random_unitary(np.random.default_rng(9), 3)
    populations = np.array([1.0 - 2e-12, 1e-12, 1e-12])
    frozen = (unitary * populations) @ unitary.conj().T
    expected = relative_entropy_of_populations(np.full(3, 1.0 / 3.0), populations)
    # 1e-12 is known to 1e-16, four digits, and enters by its logarithm, 27
    np.testing.assert_allclose(relative_entropy(np.eye(3) / 3, frozen), expected, rtol=1e-4)


# Shapes


def test_leading_axes_of_states_broadcast() -> None:
    generator = np.random.default_rng(4)
    a = np.stack([random_state(generator, 3, 3) for _ in range(4)])[:, None]
    b = np.stack([random_state(generator, 3, 3), np.diag([0.5, 0.5, 0.0])])
    result = relative_entropy(a, b)
    assert result.shape == (4, 2)
    np.testing.assert_allclose(result[2, 0], relative_entropy(a[2, 0], b[0]), rtol=ROUNDING)
    np.testing.assert_array_equal(result[:, 1], np.inf)
    p, q = generator.dirichlet(np.ones(3), size=(40, 1000)), generator.dirichlet(np.ones(3), size=1000)
    many = relative_entropy_of_populations(p, q)
    assert many.shape == (40, 1000)
    np.testing.assert_allclose(many[7, 9], relative_entropy_of_populations(p[7, 9], q[9]), rtol=ROUNDING)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: relative_entropy(np.eye(2) / 2, np.eye(3) / 3),
            r"`a` and `b` must have one dimension .* got \(2, 2\)",
        ),
        (lambda: relative_entropy(np.eye(2), np.eye(2) / 2), r"`a` must have trace one to 1e-10, got 2"),
        (
            lambda: relative_entropy([1, 0], np.eye(2) / 2),
            r"`a` must be a density matrix .* got a vector of shape \(2,\)",
        ),
        (
            lambda: relative_entropy_of_populations([1, 0], [0.5, 0.6]),
            r"`q` must sum to one to 1e-10, got a sum off by",
        ),
        (lambda: relative_entropy_of_populations([1, 0], [1, 0, 0]), r"`p` and `q` must have one dimension"),
        (lambda: relative_entropy_of_populations(1.0, [1.0]), r"`p` must have shape \(\.\.\., d\) with d at least 1"),
        (
            lambda: relative_entropy_of_populations([1, 0], [0.5, 0.5], [-0.5, 0.5]),
            r"`difference` must be the first state minus the second to 1e-10, got a deviation of 1\.",
        ),
        (
            lambda: relative_entropy(np.eye(2) / 2, np.eye(2) / 2, difference=np.diag([0.1, -0.1])),
            r"`difference` must be the first state minus the second to 1e-10, got a deviation of 0\.1\.",
        ),
    ],
)
def test_states_that_cannot_be_compared_are_refused_by_name(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("relative", [-0.49, -0.3, -0.26, -0.2, -0.13, 0.126, 0.2, 0.26, 0.3, 0.49])
def test_populations_that_differ_by_a_fraction_lose_no_digit_of_what_their_difference_knows(relative: float) -> None:
    """40-digit reference: a logarithm of their quotient would have lost two digits of q h(u) at u = 1/8."""
    q = np.array([0.3, 0.7])
    difference = np.array([relative * 0.3, -relative * 0.3])
    found = float(relative_entropy_of_populations(q + difference, q, difference))
    with mpmath.workdps(40):
        shares = [(mpmath.mpf(float(a)), mpmath.mpf(float(b))) for a, b in zip(q, difference, strict=True)]
        expected = sum(a * ((1 + b / a) * mpmath.log(1 + b / a) - b / a) for a, b in shares)
        assert abs(mpmath.mpf(found) / expected - 1) < 4e-15
