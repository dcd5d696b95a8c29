"""Distances between states: metrics that shrink when a part is lost and keep their digits between near-equal states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

import oracles
import reference_cases
from random_states import SEEDS, groups_of_populations, groups_of_states, random_state, random_unitary
from thermokin.errors import UnphysicalStateError
from thermokin.operators.distance import Bures, Distance, HilbertSchmidt, RelativeEntropy, Trace, WignerYanase
from thermokin.operators.distances import (
    bures_angle,
    bures_distance,
    chord,
    fidelity,
    hellinger_distance,
    hilbert_schmidt_distance,
    trace_distance,
    wigner_yanase_angle,
)
from thermokin.operators.gibbs import gibbs
from thermokin.operators.state_pair import pair_of_populations
from thermokin.operators.tensor import partial_trace

Array = NDArray[Any]
DistanceFunction = Callable[..., Array]

STATES: list[DistanceFunction] = [
    trace_distance,
    hilbert_schmidt_distance,
    bures_distance,
    bures_angle,
    hellinger_distance,
    wigner_yanase_angle,
]


def statistical_distance(p: object, q: object, difference: object = None) -> Array:
    """The chord between populations on the sphere of their square roots."""
    return chord(*pair_of_populations(p, q, difference))


statistical_angle: DistanceFunction = Bures().between_populations
POPULATIONS: list[DistanceFunction] = [
    Trace().between_populations,
    HilbertSchmidt().between_populations,
    statistical_distance,
    Bures().between_populations,
    statistical_distance,
    WignerYanase().between_populations,
]
MEASURES: list[Distance] = [RelativeEntropy(), Trace(), Bures(), HilbertSchmidt(), WignerYanase()]
# Square roots of eigenvalues that are zero up to rounding, 1e-15, would be 3e-8; those are zeroed, and what is left
# is a few hundred roundings.
ROUNDING = 1e-12


def exact_root(state: Any) -> Any:
    values, vectors = mpmath.eighe(state)
    return vectors * mpmath.diag([mpmath.sqrt(max(value, 0)) for value in values]) * vectors.H


def exact_trace(matrix: Any) -> Any:
    return sum(matrix[k, k].real for k in range(matrix.rows))


def exact_bures(a: Any, b: Any) -> Any:
    """sqrt(tr a + tr b - 2 tr sqrt(sqrt a b sqrt a))."""
    root = exact_root(a)
    return mpmath.sqrt(exact_trace(a) + exact_trace(b) - 2 * exact_trace(exact_root(root * b * root)))


def exact_hellinger(a: Any, b: Any) -> Any:
    """sqrt(tr a + tr b - 2 tr sqrt(a) sqrt(b))."""
    return mpmath.sqrt(exact_trace(a) + exact_trace(b) - 2 * exact_trace(exact_root(a) * exact_root(b)))


def exact_trace_distance(a: Any, b: Any) -> Any:
    return sum(abs(value) for value in mpmath.eighe(a - b, eigvals_only=True)) / 2


# Closed forms


def test_thermal_qubits_have_the_distances_of_the_closed_form() -> None:
    case = reference_cases.case("distances_gibbs_qubits")  # source: closed form
    a, b = (gibbs(np.diag([0.0, case.parameters["w"]]), case.parameters[key]) for key in ("T_a", "T_b"))
    for u in (np.eye(2), random_unitary(np.random.default_rng(5), 2)):
        pair = u @ a @ u.conj().T, u @ b @ u.conj().T
        case.agrees("trace_distance", trace_distance(*pair))
        case.agrees("sqrt_fidelity", fidelity(*pair))
        case.agrees("bures_distance", bures_distance(*pair))
        case.agrees("bures_angle", bures_angle(*pair))
        case.agrees("hilbert_schmidt", hilbert_schmidt_distance(*pair))
        case.agrees("wigner_yanase_angle", wigner_yanase_angle(*pair))


@pytest.mark.parametrize("angle", [1e-12, 1e-6, 0.1, 1.0, np.pi / 2])
def test_pure_states_are_as_far_apart_as_their_angle(angle: float) -> None:
    psi, phi = np.array([1.0, 0.0]), np.array([np.cos(angle), np.sin(angle)])
    pair = np.outer(psi, psi), np.outer(phi, phi)
    # relative to the angle: the two states are given to a rounding of 1e-16 each
    tolerance = {"rtol": ROUNDING, "atol": 1e-15}
    np.testing.assert_allclose(trace_distance(*pair), np.sin(angle), **tolerance)
    np.testing.assert_allclose(hilbert_schmidt_distance(*pair), np.sqrt(2.0) * np.sin(angle), **tolerance)
    np.testing.assert_allclose(bures_angle(*pair), angle, **tolerance)
    np.testing.assert_allclose(bures_distance(*pair), 2.0 * np.sin(angle / 2), **tolerance)
    np.testing.assert_allclose(hellinger_distance(*pair), np.sqrt(2.0) * np.sin(angle), **tolerance)
    np.testing.assert_allclose(fidelity(*pair), np.cos(angle), **tolerance)


def test_states_without_common_support_are_as_far_apart_as_can_be() -> None:
    a, b = np.diag([0.3, 0.7, 0.0, 0.0]), np.diag([0.0, 0.0, 0.4, 0.6])
    unitary = random_unitary(np.random.default_rng(1), 4)
    for u in (np.eye(4), unitary):
        pair = u @ a @ u.conj().T, u @ b @ u.conj().T
        np.testing.assert_allclose(trace_distance(*pair), 1.0, rtol=ROUNDING)
        np.testing.assert_allclose(bures_distance(*pair), np.sqrt(2.0), rtol=ROUNDING)
        np.testing.assert_allclose(bures_angle(*pair), np.pi / 2, rtol=ROUNDING)
        np.testing.assert_allclose(wigner_yanase_angle(*pair), np.pi / 2, rtol=ROUNDING)
        np.testing.assert_allclose(fidelity(*pair), 0.0, atol=ROUNDING)


# Digits


@pytest.mark.parametrize("dimension", [2, 4])
@pytest.mark.parametrize("size", [1e-1, 1e-3, 1e-6, 1e-9, 1e-12])
def test_near_equal_states_lose_no_digits(dimension: int, size: float) -> None:
    generator = np.random.default_rng(21)
    with mpmath.workdps(50):
        for _ in range(4):
            b = 0.9 * random_state(generator, dimension, dimension) + 0.1 * np.eye(dimension) / dimension
            a = (1.0 - size) * b + size * random_state(generator, dimension, dimension)
            a = 0.5 * (a + a.conj().T)
            pair = tuple(mpmath.matrix(np.asarray(state, complex).tolist()) for state in (a, b))
            # eigenvalues down to 0.025 divide the roundings of an eigensolver; measured: 2e-14
            np.testing.assert_allclose(bures_distance(a, b), float(exact_bures(*pair)), rtol=ROUNDING)
            np.testing.assert_allclose(hellinger_distance(a, b), float(exact_hellinger(*pair)), rtol=ROUNDING)
            np.testing.assert_allclose(trace_distance(a, b), float(exact_trace_distance(*pair)), rtol=ROUNDING)


@pytest.mark.parametrize("size", [1e-2, 1e-4, 1e-6])
def test_near_equal_states_of_lower_rank_lose_no_more_than_was_given(size: float) -> None:
    generator = np.random.default_rng(22)
    factor = generator.normal(size=(4, 2)) + 1j * generator.normal(size=(4, 2))
    factors = factor, factor + size * generator.normal(size=(4, 2))
    with mpmath.workdps(50):
        exact = []
        for given_factor in factors:
            matrix = mpmath.matrix(given_factor.tolist())
            state = matrix * matrix.H
            exact.append(state / exact_trace(state))
        expected = float(exact_bures(*exact)), float(exact_hellinger(*exact))
    a, b = (f @ f.conj().T / np.sum(np.abs(f) ** 2) for f in factors)
    # the states themselves are rounded to 1e-16, that is 1e-16 / size of their difference
    tolerance = 1e-14 / size
    np.testing.assert_allclose((bures_distance(a, b), hellinger_distance(a, b)), expected, rtol=tolerance)


@pytest.mark.parametrize("size", [1.0, 1e-3, 1e-9, 1e-14])
def test_near_equal_populations_lose_no_digits(size: float) -> None:
    generator = np.random.default_rng(23)
    q, other = generator.dirichlet(np.ones(5), size=2)
    p = (1.0 - size) * q + size * other
    with mpmath.workdps(50):
        pairs = [(mpmath.mpf(x), mpmath.mpf(y)) for x, y in zip(p.tolist(), q.tolist(), strict=True)]
        chord = mpmath.sqrt(sum((mpmath.sqrt(x) - mpmath.sqrt(y)) ** 2 for x, y in pairs))
        expected = float(chord), float(2 * mpmath.asin(chord / 2))
    np.testing.assert_allclose((statistical_distance(p, q), statistical_angle(p, q)), expected, rtol=1e-14)


@pytest.mark.parametrize(("of_states", "of_populations"), list(zip(STATES, POPULATIONS, strict=True)))
def test_a_known_difference_brings_digits_that_subtraction_has_lost(
    of_states: DistanceFunction, of_populations: DistanceFunction
) -> None:
    p, direction = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.5, -0.25, 0.5, -0.75])
    tiny, small = 1e-18 * direction, 1e-6 * direction
    # to first order all these distances are linear in the difference; the next order is 1e-5 of it
    np.testing.assert_allclose(of_populations(p, p, difference=tiny), 1e-12 * of_populations(p + small, p), rtol=1e-5)
    np.testing.assert_allclose(
        of_states(np.diag(p), np.diag(p), difference=np.diag(tiny)),
        of_populations(p, p, difference=tiny),
        rtol=ROUNDING,
    )


# Laws


@pytest.mark.parametrize("distance", STATES)
@given(trio=groups_of_states(3), seed=SEEDS)
@settings(deadline=None, max_examples=30)
def test_a_distance_is_a_metric_that_no_unitary_changes(
    distance: DistanceFunction, trio: tuple[Array, Array, Array], seed: int
) -> None:
    a, b, c = trio
    between = distance(a, b)
    np.testing.assert_allclose(distance(b, a), between, rtol=0, atol=ROUNDING)
    # a few roundings of the square roots, where both states have no weight
    np.testing.assert_allclose(distance(a, a), 0.0, atol=1e-15)
    assert between <= distance(a, c) + distance(c, b) + ROUNDING
    unitary = random_unitary(np.random.default_rng(seed), len(a))
    turned = (unitary @ state @ unitary.conj().T for state in (a, b))
    # a zero eigenvalue turned into one of 1e-15 would change a root by 3e-8, were it not known as rounding
    np.testing.assert_allclose(distance(*turned), between, rtol=0, atol=1e-11)


@pytest.mark.parametrize("distance", [trace_distance, bures_distance, bures_angle, hellinger_distance])
@given(seed=SEEDS)
@settings(deadline=None, max_examples=30)
def test_looking_at_a_part_only_brings_states_closer(distance: DistanceFunction, seed: int) -> None:
    generator = np.random.default_rng(seed)
    a, b = (random_state(generator, 6, 4) for _ in range(2))
    parts = (partial_trace(state, 0, (2, 3)) for state in (a, b))
    assert distance(*parts) <= distance(a, b) + ROUNDING


@given(groups_of_states(2))
@settings(deadline=None, max_examples=50)
def test_distances_are_those_of_their_definitions(pair: tuple[Array, Array]) -> None:
    expected = oracles.distances(*pair)
    found = {
        "trace_distance": trace_distance(*pair),
        "sqrt_fidelity": fidelity(*pair),
        "bures_distance": bures_distance(*pair),
        "bures_angle": bures_angle(*pair),
        "hilbert_schmidt": hilbert_schmidt_distance(*pair),
        "wigner_yanase_angle": wigner_yanase_angle(*pair),
        "hellinger": hellinger_distance(*pair),
    }
    assert set(found) == set(expected)
    for key, value in found.items():
        # the oracle takes square roots of eigenvalues that are rounded zeros, up to 1e-15
        np.testing.assert_allclose(value, expected[key], rtol=0, atol=1e-7, err_msg=key)


@given(groups_of_states(2))
@settings(deadline=None, max_examples=50)
def test_fuchs_and_van_de_graaf_enclose_the_trace_distance(pair: tuple[Array, Array]) -> None:
    overlap, between = fidelity(*pair), trace_distance(*pair)
    assert 1.0 - overlap - ROUNDING <= between <= np.sqrt(max(1.0 - overlap**2, 0.0)) + ROUNDING


@given(groups_of_states(2))
@settings(deadline=None, max_examples=50)
def test_affinity_never_exceeds_fidelity(pair: tuple[Array, Array]) -> None:
    assert hellinger_distance(*pair) >= bures_distance(*pair) - ROUNDING


@pytest.mark.parametrize(("of_states", "of_populations"), list(zip(STATES, POPULATIONS, strict=True)))
@given(pair=groups_of_populations(2))
@settings(deadline=None, max_examples=30)
def test_populations_are_as_far_apart_as_their_diagonal_states(
    of_states: DistanceFunction, of_populations: DistanceFunction, pair: tuple[Array, Array]
) -> None:
    p, q = pair
    np.testing.assert_allclose(of_states(np.diag(p), np.diag(q)), of_populations(p, q), rtol=1e-12)


# Shapes and refusals


@pytest.mark.parametrize("distance", [*STATES, fidelity])
def test_leading_axes_of_states_broadcast(distance: DistanceFunction) -> None:
    generator = np.random.default_rng(6)
    a = np.stack([random_state(generator, 3, rank) for rank in (1, 2, 3, 3)])[:, None]
    b = np.stack([random_state(generator, 3, 3), random_state(generator, 3, 1)])
    result = distance(a, b)
    assert result.shape == (4, 2)
    for i, j in np.ndindex(4, 2):
        np.testing.assert_allclose(result[i, j], distance(a[i, 0], b[j]), rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("distance", POPULATIONS[:4])
def test_leading_axes_of_populations_broadcast(distance: DistanceFunction) -> None:
    generator = np.random.default_rng(7)
    p, q = generator.dirichlet(np.ones(3), size=(4, 1)), generator.dirichlet(np.ones(3), size=2)
    result = distance(p, q)
    assert result.shape == (4, 2)
    np.testing.assert_allclose(result[3, 1], distance(p[3, 0], q[1]), rtol=1e-14)


@pytest.mark.parametrize("distance", [*STATES, fidelity])
def test_a_matrix_that_is_no_state_has_no_distance(distance: DistanceFunction) -> None:
    good, negative = np.eye(2) / 2, np.array([[0.5, 0.6], [0.6, 0.5]])
    with pytest.raises(UnphysicalStateError, match=r"`a` must be positive to 1e-12, got a probability -0\.1"):
        distance(negative, good)
    with pytest.raises(UnphysicalStateError, match=r"`b` must be positive to 1e-12, got a probability -0\.1"):
        distance(good, negative)
    with pytest.raises(ValueError, match="`b` must have trace one to 1e-10, got 2"):
        distance(good, np.eye(2))
    with pytest.raises(ValueError, match="`a` and `b` must have one dimension"):
        distance(good, np.eye(3) / 3)


@pytest.mark.parametrize("distance", POPULATIONS[:4])
def test_numbers_that_are_no_populations_have_no_distance(distance: DistanceFunction) -> None:
    with pytest.raises(UnphysicalStateError, match=r"`q` must be positive to 1e-12, got a probability -0\.1"):
        distance([0.5, 0.5], [1.1, -0.1])
    with pytest.raises(ValueError, match="`p` must sum to one to 1e-10"):
        distance([0.5, 0.6], [0.5, 0.5])


# Measures


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_measure_is_a_value(measure: Distance) -> None:
    assert measure == type(measure)()
    assert hash(measure) == hash(type(measure)())
    assert measure.name


def test_measures_have_different_names() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@given(pair=groups_of_populations(2))
@settings(deadline=None, max_examples=20)
def test_a_measure_agrees_between_populations_and_states(measure: Distance, pair: tuple[Array, Array]) -> None:
    p, q = pair
    diagonal = np.diag(p), np.diag(q)
    np.testing.assert_allclose(measure.between_states(*diagonal), measure.between_populations(p, q), rtol=1e-12)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_measure_uses_the_difference_it_is_given(measure: Distance) -> None:
    p, tiny = np.array([0.2, 0.3, 0.5]), np.array([1e-20, 2e-20, -3e-20])
    of_populations = measure.between_populations(p, p, difference=tiny)
    assert 0.0 < of_populations < 1e-19
    of_states = measure.between_states(np.diag(p), np.diag(p), difference=np.diag(tiny))
    np.testing.assert_allclose(of_states, of_populations, rtol=1e-12)


def test_each_measure_measures_what_its_name_says() -> None:
    generator = np.random.default_rng(8)
    a, b = random_state(generator, 3, 3), random_state(generator, 3, 3)
    expected = {**oracles.distances(a, b), "relative_entropy": oracles.relative_entropy(a, b)}
    keys = ["relative_entropy", "trace_distance", "bures_angle", "hilbert_schmidt", "wigner_yanase_angle"]
    for measure, key in zip(MEASURES, keys, strict=True):
        # the oracle's arccos loses half the digits at worst
        np.testing.assert_allclose(measure.between_states(a, b), expected[key], rtol=1e-8, err_msg=measure.name)


def test_what_measures_nothing_is_no_distance() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Distance()  # type: ignore[abstract]
