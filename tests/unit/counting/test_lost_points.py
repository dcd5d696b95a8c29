"""Points of a sweep that doubles cannot hold: every verb marks those that alone it would refuse, and only those."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest

import thermokin as tk

Array = np.ndarray
TEMPERATURE = 0.01
FIELDS = (-0.1, 0.0, 0.1)
FREQUENCIES = (0.0, 1e-9, 2e-5, 1.0)
TIMES = (0.0, 10.0, 1e4)


def blockaded(gate: Array | float, bias: Array | float) -> tk.Model:
    """Two equal levels with a charging energy of 20 between two cold leads."""
    gate, bias = np.broadcast_arrays(np.asarray(gate, dtype=float), np.asarray(bias, dtype=float))
    modes = tk.operators.annihilators(2)
    number = [one.conj().T @ one for one in modes]
    leads = [tk.Bath(name, TEMPERATURE, side * bias, tk.Fermi()) for name, side in (("left", 1), ("right", -1))]
    return tk.davies(
        gate[..., None, None] * (number[0] + number[1]) + 20.0 * number[0] @ number[1],
        [tk.Contact(lead, one, tk.Flat(1e-4)) for lead in leads for one in modes],
        number_operator=number[0] + number[1],
    )


def left(model: tk.Model) -> tk.Current:
    return tk.particles(model, "left")


VERBS: dict[str, tuple[int, Callable[[tk.Model], Array]]] = {
    "cumulants": (1, lambda m: tk.cumulants(m, left(m), order=3).values),
    "mean": (1, lambda m: tk.cumulants(m, left(m), order=1).values),
    "covariance": (2, lambda m: tk.covariance(m, [left(m), tk.particles(m, "right")]).values),
    "generating function": (1, lambda m: tk.cumulant_generating_function(m, left(m), FIELDS).noise),
    "generating function at rest": (1, lambda m: tk.cumulant_generating_function(m, left(m), [0.0]).mean),
    "spectrum": (1, lambda m: tk.spectrum(m, left(m), FREQUENCIES).values),
    "fast spectrum": (1, lambda m: tk.spectrum(m, left(m), [1.0]).values),
    "waiting times": (1, lambda m: tk.waiting_times(m, "right", "right", TIMES).values),
    "moments": (1, lambda m: tk.waiting_times(m, "right", "right", TIMES).moments()),
}
REFUSALS = (tk.errors.NotConvergedError, ValueError)


def random_sweep(seed: int) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    gates, biases = random.uniform(-30.0, 12.0, 6), random.uniform(-4.0, 4.0, 6)
    gates[:2], biases[:2] = (-10.0, 0.5), (2.0, 2.0)  # one in the middle of the blockade, one that conducts
    order = random.permutation(6)
    return gates[order], biases[order]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("seed", range(4))
def test_every_verb_marks_the_points_that_alone_it_refuses_and_its_neighbours_live(verb: str, seed: int) -> None:
    own, ask = VERBS[verb]
    gates, biases = random_sweep(seed)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        swept = ask(blockaded(gates, biases))
    assert all(isinstance(one.message, tk.errors.LostPointsWarning) for one in said)
    named = {point for one in said for point in one.message.points}
    marked = ~np.isfinite(swept).all(axis=tuple(range(-own, 0)))
    assert named == {(int(place),) for place in np.flatnonzero(marked)}
    for place, (gate, bias) in enumerate(zip(gates, biases, strict=True)):
        try:
            alone = ask(blockaded(gate, bias))
        except REFUSALS:
            assert marked[place], (place, gate, bias)
            continue
        assert not marked[place], (place, gate, bias)
        scale = np.abs(alone).max()
        np.testing.assert_allclose(swept[place], alone, rtol=1e-9, atol=1e-12 * scale)


GATES, BIASES = np.array([-19.0, -10.0, 1.0]), np.full(3, 2.0)


def test_results_say_which_points_are_lost() -> None:
    model = blockaded(GATES, BIASES)
    current = left(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.LostPointsWarning)
        found = [
            tk.cumulants(model, current),
            tk.covariance(model, [current]),
            tk.spectrum(model, current, [0.0]),
            tk.cumulant_generating_function(model, current, [0.0]),
            tk.waiting_times(model, "right", "right", TIMES),
        ]
    for one in found:
        np.testing.assert_array_equal(one.lost, [False, True, False])


def test_a_finite_frequency_needs_no_noise_at_rest_and_says_nothing_of_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = blockaded(GATES, BIASES)
        found = tk.spectrum(model, left(model), [1.0])
    assert not found.lost.any()
    with pytest.warns(tk.errors.LostPointsWarning, match=r"cumulant 2 .* at the point \(1,\)"):
        assert np.isnan(found.zero_frequency[1])


def leaking(leaks: Array | float) -> tk.Model:
    """Two driven qubits with collective decay, whose singlet is dark but for a leak: no population shows the mode."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    first = np.kron(lower, one)
    both = first + np.kron(one, lower)
    jumps = [np.sqrt(0.8) * both, np.sqrt(0.2) * both.T, np.sqrt(np.asarray(leaks))[..., None, None] * first]
    return tk.Model(0.3 * (both + both.T), [tk.Channel(jump, None) for jump in jumps])


@pytest.mark.parametrize(
    ("ask", "own"),
    [
        (lambda m: tk.cumulants(m, tk.activity(m)).values, 1),
        (lambda m: tk.covariance(m, [tk.activity(m)]).values, 2),
        (lambda m: tk.spectrum(m, tk.activity(m), [0.0]).values, 1),
        (lambda m: tk.cumulant_generating_function(m, tk.activity(m), [0.0]).noise, 1),
    ],
    ids=["cumulants", "covariance", "spectrum", "generating function"],
)
def test_a_point_of_a_sweep_that_rounding_has_taken_is_marked_and_alone_it_is_refused(
    ask: Callable[[tk.Model], Array], own: int
) -> None:
    with pytest.warns(tk.errors.LostPointsWarning, match=r"lost (its|their) digits at the point \(1,\) of the sweep"):
        swept = ask(leaking(np.array([1e-2, 1e-10, 1e-3])))
    np.testing.assert_array_equal(np.isnan(swept).any(axis=tuple(range(-own, 0))), [False, True, False])
    with pytest.raises(tk.errors.NotConvergedError, match=r"lost (its|their) digits"):
        ask(leaking(1e-10))
    np.testing.assert_allclose(swept[0], ask(leaking(1e-2)), rtol=1e-9)


@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse()])
def test_a_frequency_that_nothing_damps_is_refused_by_its_own_name_or_answered(method: tk.Dense) -> None:
    # H = sigma_x with the jump 1: two steady states, coherences that turn at 2 for ever, and a Poisson process.
    sigma = tk.operators.pauli()
    model = tk.Model(sigma.x, [tk.Channel(np.eye(2), None)])
    np.testing.assert_allclose(
        tk.spectrum(model, tk.activity(model), [0.0, 1.0], method=method).values, 1.0, rtol=1e-12
    )
    try:
        made = tk.spectrum(model, tk.activity(model), [1.0, 2.0], method=method).values
    except tk.errors.NotConvergedError as error:
        assert "at the frequency 2 is singular" in str(error)  # noqa: PT017
        assert "unique" not in str(error)  # noqa: PT017
        assert "order" not in str(error)  # noqa: PT017
        return
    np.testing.assert_allclose(made, 1.0, rtol=1e-12)


@pytest.mark.parametrize("start", [None, tk.Populations([0.5, 0.0, 0.5])], ids=["from anywhere", "from a start"])
def test_a_generating_function_is_lost_where_levels_are_cut_off_and_right_beside(start: tk.Populations | None) -> None:
    rates = np.array([[0.0, 0.4, 0.2], [0.1, 0.0, 0.0], [0.3, 0.0, 0.0]]) * np.ones((3, 1, 1))
    rates[1, 0, 1] = rates[1, 1, 0] = 0.0
    rates[2] *= 2.0
    model = tk.rates(rates)
    with pytest.warns(tk.errors.LostPointsWarning, match=r"the generating function is not unique at the point \(1,\)"):
        found = tk.cumulant_generating_function(model, tk.activity(model), FIELDS, initial=start)
    assert found.lost.tolist() == [False, True, False]
    for values in (found.values, found.mean, found.noise, found.residual, found.rate_function().values):
        assert np.isnan(values[1]).all()
    for point in (0, 2):
        alone = tk.rates(rates[point])
        expected = tk.cumulant_generating_function(alone, tk.activity(alone), FIELDS)
        np.testing.assert_allclose(found.values[point], expected.values, rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(found.noise[point], expected.noise, rtol=1e-11)
        np.testing.assert_allclose(found.noise[point, 1], tk.cumulants(alone, tk.activity(alone)).noise, rtol=1e-12)
    cut = tk.rates(rates[[1, 1]])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
        tk.cumulant_generating_function(cut, tk.activity(cut), FIELDS)


def test_a_generating_function_at_zero_temperature_leaves_the_rest_of_the_sweep_right() -> None:
    warm = np.array([0.5, 0.0, 0.05])
    sweep = tk.library.qutrit_lambda(0.002, warm, couplings=(1.0, 2.0))
    with pytest.warns(tk.errors.LostPointsWarning, match=r"at the point \(1,\)"):
        found = tk.cumulant_generating_function(sweep, tk.activity(sweep), FIELDS)
    for point in (0, 2):
        alone = tk.library.qutrit_lambda(0.002, warm[point], couplings=(1.0, 2.0))
        expected = tk.cumulant_generating_function(alone, tk.activity(alone), FIELDS)
        np.testing.assert_allclose(found.values[point], expected.values, rtol=1e-10, atol=1e-16)
