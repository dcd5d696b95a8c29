"""Fluctuations of systems whose parts are joined by links far below rounding of the rates inside them."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import thermokin as tk
from exact_counting import exact_cumulants, exact_rate_cumulants, exact_rate_noise
from oracles import Array

# Noise of the activity of two pairs of levels with a link e; 80-digit reference.
NOISE = {
    1e-6: 1.0916152542332648e4,
    1e-10: 1.0915605243538e8,
    1e-13: 1.09156051888e11,
    1e-16: 1.0915605189e14,
    1e-17: 1.0915605189e15,
    1e-20: 1.0915605189e18,
    1e-40: 1.0915605189e38,
}
FEW_DIGITS = 1e-10  # of the reference as printed


def linked_pairs(link: float) -> Array:
    return np.array([[0.0, 0.3, 0.0, 0.0], [0.7, 0.0, link, 0.0], [0.0, 0.3 * link, 0.0, 0.2], [0.0, 0.0, 0.9, 0.0]])


def linked_groups(rng: np.random.Generator) -> tuple[Array, Array]:
    """Rates of three groups of levels with links of 1 to 1e-20 of them, and what the jumps count."""
    size = int(rng.integers(4, 9))
    group = rng.integers(0, 3, size)
    rates = rng.random((size, size)) * 10.0 ** rng.uniform(-1.0, 1.0, (size, size))
    rates = np.where(group[:, None] == group, rates, rates * 10.0 ** -rng.uniform(0.0, 20.0))
    np.fill_diagonal(rates, 0.0)
    return rates, np.where(np.eye(size, dtype=bool), 0.0, rng.normal(size=(size, size)))


def counted(rates: Array, weights: Array) -> tuple[tk.Model, tk.Current]:
    model = tk.rates(rates, weights={"count": weights})
    return model, tk.current(model, "count")


def missed(values: Array, exact: list[mpmath.mpf]) -> Array:
    return np.array([float(abs(mpmath.mpf(float(value)) - right)) for value, right in zip(values, exact, strict=True)])


@pytest.mark.parametrize("link", NOISE)
def test_every_route_to_the_noise_of_linked_pairs_finds_the_reference(link: float) -> None:
    model = tk.rates(linked_pairs(link))
    activity = tk.activity(model)
    generating = tk.cumulant_generating_function(model, activity, [-1e-3, 0.0, 1e-3])
    routes = {
        "cumulants": tk.cumulants(model, activity).noise,
        "covariance": tk.covariance(model, [activity]).values[0, 0],
        "spectrum": tk.spectrum(model, activity, [0.0, 0.1]).values[0],
        "its limit": tk.spectrum(model, activity, [0.1]).zero_frequency,
        "generating function": generating.noise[1],
        "alone": tk.cumulant_generating_function(model, activity, [0.0]).noise[0],
    }
    for name, found in routes.items():
        assert float(found) == pytest.approx(NOISE[link], rel=FEW_DIGITS), name


@pytest.mark.parametrize("link", [1e-6, 1e-10, 1e-16, 1e-20, 1e-40])
def test_four_cumulants_of_linked_pairs_are_right_whatever_the_link(link: float) -> None:
    rates = linked_pairs(link)
    model = tk.rates(rates)
    found = tk.cumulants(model, tk.activity(model), order=4)
    exact = exact_rate_cumulants(rates, np.ones((4, 4)), 4)
    error = missed(found.values, exact)
    np.testing.assert_array_less(error, 1e-13 * np.abs(found.values))
    np.testing.assert_array_less(error, found.error)
    assert (found.relative_error < 1e-11).all()


@pytest.mark.parametrize("seed", range(20))
def test_cumulants_of_random_linked_groups_are_right_within_the_error_they_state(seed: int) -> None:
    rates, weights = linked_groups(np.random.default_rng(seed))
    exact = exact_rate_cumulants(rates, weights, 4)
    model, current = counted(rates, weights)
    found = tk.cumulants(model, current, order=4)
    np.testing.assert_array_less(missed(found.values, exact), found.error)
    assert (found.relative_error < 1e-6).all()


@pytest.mark.parametrize("method", [tk.Sparse(), tk.Krylov()])
@pytest.mark.parametrize("seed", range(12))
def test_a_method_that_cannot_hold_weak_links_says_how_wrong_it_is_or_refuses(seed: int, method: tk.Sparse) -> None:
    rates, weights = linked_groups(np.random.default_rng(seed))
    model, current = counted(rates, weights)
    try:
        found = tk.cumulants(model, current, order=3, method=method)
    except (tk.errors.NotConvergedError, tk.errors.DegenerateSteadyStateError):
        return
    np.testing.assert_array_less(missed(found.values, exact_rate_cumulants(rates, weights, 3)), found.error)


@pytest.mark.parametrize("seed", range(12))
def test_noise_at_any_frequency_is_right_within_the_error_it_states(seed: int) -> None:
    rates, weights = linked_groups(np.random.default_rng(100 + seed))
    frequencies = [0.0, 1e-19, 1e-12, 1e-7, 1e-3, 0.3, 10.0]
    model, current = counted(rates, weights)
    found = tk.spectrum(model, current, frequencies)
    error = missed(found.values, exact_rate_noise(rates, weights, frequencies))
    np.testing.assert_array_less(error, found.error)
    np.testing.assert_array_less(error, 1e-8 * np.maximum(np.abs(found.values), found.shot_noise))


@pytest.mark.parametrize("seed", range(8))
def test_covariances_of_random_linked_groups_follow_from_the_noise_of_sums(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    rates, weights = linked_groups(rng)
    other = np.where(weights == 0.0, 0.0, rng.normal(size=weights.shape))
    model = tk.rates(rates, weights={"one": weights, "two": other})
    one, two = tk.current(model, "one"), tk.current(model, "two")
    found = tk.covariance(model, [one, two])
    noise = [exact_rate_cumulants(rates, part, 2)[1] for part in (weights, other, weights + other, weights - other)]
    exact = [noise[0], (noise[2] - noise[3]) / 4, (noise[2] - noise[3]) / 4, noise[1]]
    error, scale = missed(found.values.ravel(), exact), np.sqrt(np.outer(*[np.diagonal(found.values)] * 2)).ravel()
    # The sum and difference of weights are rounded in the reference.
    np.testing.assert_array_less(error, found.error.ravel() + 1e-13 * scale)


def test_a_sweep_of_links_over_forty_decades_is_right_at_every_point() -> None:
    links = 10.0 ** -np.arange(1.0, 41.0, 3.0)
    rates = np.stack([linked_pairs(link) for link in links])
    model = tk.rates(rates)
    found = tk.cumulants(model, tk.activity(model), order=3)
    for number in range(links.size):
        exact = exact_rate_cumulants(rates[number], np.ones((4, 4)), 3)
        np.testing.assert_array_less(missed(found.values[number], exact), 1e-13 * np.abs(found.values[number]))


def test_fields_as_small_as_a_link_are_refused_and_never_answered_by_a_negative_noise() -> None:
    model = tk.rates(linked_pairs(1e-16))
    found = tk.cumulant_generating_function(model, tk.activity(model), [1e-17])
    assert float(found.relative_derivative_error[0]) > 1e-6
    with pytest.raises(tk.errors.NotConvergedError, match=r"two eigenvalues come so close .* Ask for fields farther"):
        _ = found.noise


@pytest.mark.parametrize("link", [1e-6, 1e-16, 1e-40])
def test_returns_across_a_weak_link_keep_their_mean_and_their_spread(link: float) -> None:
    # Between two jumps 1 -> 0: an excursion to the far pair comes with probability link-small and lasts 1/link.
    model = tk.rates(linked_pairs(link))
    found = tk.waiting_times(model, [1], [1], [0.0, 1.0])
    # Jumps of a renewal process: mean wait = 1/rate, relative variance = Fano factor of their number.
    number = tk.current(model, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    weights = np.zeros((4, 4))
    weights[0, 1] = 1.0
    mean, noise = exact_rate_cumulants(linked_pairs(link), weights, 2)
    assert float(found.mean) == pytest.approx(float(1 / mean), rel=1e-12)
    assert float(found.relative_variance) == pytest.approx(float(noise / mean), rel=1e-12)
    assert float(tk.cumulants(model, number).noise) == pytest.approx(float(noise), rel=1e-12)


def element(row: int, column: int, rate: float) -> Array:
    jump = np.zeros((4, 4))
    jump[row, column] = np.sqrt(rate)
    return jump


def driven_blocks(link: float, kind: str) -> tuple[Array, list[Array]]:
    """Two driven qubits, levels 0, 1 and 2, 3, linked by jumps or by a Hamiltonian."""
    hamiltonian = np.zeros((4, 4))
    hamiltonian[0, 1] = hamiltonian[1, 0] = 0.3
    hamiltonian[2, 3] = hamiltonian[3, 2] = 0.5
    hamiltonian[1, 1], hamiltonian[3, 3] = 0.2, -0.1
    jumps = [element(0, 1, 0.7), element(1, 0, 0.2), element(2, 3, 0.4), element(3, 2, 0.1)]
    if kind == "jumps":
        return hamiltonian, [*jumps, element(2, 0, link), element(0, 2, 0.6 * link)]
    hamiltonian[1, 2] = hamiltonian[2, 1] = np.sqrt(link)
    return hamiltonian, jumps


def dark_singlet(leak: float) -> tuple[Array, list[Array]]:
    """Two driven qubits that decay together; their singlet leaks by one of them alone."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    first = np.kron(lower, one)
    both = first + np.kron(one, lower)
    return 0.3 * (both + both.T), [np.sqrt(0.8) * both, np.sqrt(0.2) * both.T, np.sqrt(leak) * first]


def built(hamiltonian: Array, jumps: list[Array]) -> tuple[tk.Model, tk.Current]:
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    return model, tk.activity(model)


@pytest.mark.parametrize("kind", ["jumps", "hamiltonian"])
@pytest.mark.parametrize("link", [1e-6, 1e-12, 1e-16, 1e-20])
def test_coherent_blocks_keep_their_digits_however_weak_the_link(kind: str, link: float) -> None:
    hamiltonian, jumps = driven_blocks(link, kind)
    found = tk.cumulants(*built(hamiltonian, jumps), order=3)
    error = missed(found.values, exact_cumulants(hamiltonian, jumps, np.ones(len(jumps)), 3))
    np.testing.assert_array_less(error, found.error)
    np.testing.assert_array_less(error, 1e-13 * np.abs(found.values))
    assert (found.relative_error < 1e-9).all()


@pytest.mark.parametrize("leak", [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-14, 1e-18])
def test_a_slow_mode_that_is_no_population_is_right_within_its_error_or_refused(leak: float) -> None:
    hamiltonian, jumps = dark_singlet(leak)
    model, activity = built(hamiltonian, jumps)
    if leak <= 1e-8:
        with pytest.raises(
            tk.errors.NotConvergedError, match=r"lost its digits|too weak .* one steady state or several"
        ):
            tk.cumulants(model, activity, order=2)
        return
    found = tk.cumulants(model, activity, order=3)
    error = missed(found.values, exact_cumulants(hamiltonian, jumps, np.ones(3), 3))
    np.testing.assert_array_less(error, found.error)


@pytest.mark.slow
@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse(), tk.Krylov()])
@pytest.mark.parametrize("seed", range(10))
def test_random_coherent_blocks_are_right_within_the_error_they_state_or_refused(seed: int, method: tk.Dense) -> None:
    rng = np.random.default_rng(seed)
    size = 3 + seed % 2
    group = rng.integers(0, 2, size)
    link = np.where(group[:, None] == group, 1.0, 10.0 ** -rng.uniform(1.0, 9.0))
    hamiltonian = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    hamiltonian = (hamiltonian + hamiltonian.conj().T) * link
    jumps = [0.5 * rng.normal(size=(size, size)) * link for _ in range(3)]
    weights = rng.normal(size=3)
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    try:
        found = tk.cumulants(model, tk.current(model, weights), order=3, method=method)
    except (tk.errors.NotConvergedError, tk.errors.DegenerateSteadyStateError):
        assert not isinstance(method, tk.Dense)
        return
    np.testing.assert_array_less(missed(found.values, exact_cumulants(hamiltonian, jumps, weights, 3)), found.error)
