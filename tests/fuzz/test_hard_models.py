"""A model that is sound but numerically hard gets the right answer or a clear refusal; exact means 160 digits."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import mpmath
import numpy as np
from hypothesis import given
from scipy.sparse.csgraph import connected_components

import thermokin as tk
from fuzz import exact, nasty
from fuzz.budget import budget
from fuzz.judge import Refused, holds_numbers, outcome
from oracles import Array

EPS = np.finfo(float).eps
METHODS = st.sampled_from([tk.Auto(), tk.Dense(), tk.Sparse()])  # Krylov() works in single precision inside


def closed_classes(rates: Array) -> int:
    """How many groups of levels nothing leaves."""
    count, label = connected_components(rates.T != 0.0, directed=True, connection="strong")
    left = {label[source] for target, source in zip(*np.nonzero(rates), strict=True) if label[source] != label[target]}
    return count - len(left)


def exact_populations(rates: Array) -> mpmath.matrix:
    """The only stationary populations."""
    size = len(rates)
    return exact.solved(exact.generator(rates), mpmath.zeros(size, 1), [1] * size, 1)


@budget(0.1)
@given(nasty.stiff_rates(), METHODS)
def test_stiff_rates_keep_each_population_or_name_the_closed_classes(case: nasty.Classical, method: Any) -> None:
    made = outcome(lambda: tk.steady_state(tk.rates(case.rates), method=method))
    if closed_classes(case.rates) > 1:
        assert isinstance(made, Refused)
        assert isinstance(made.error, tk.errors.DegenerateSteadyStateError)
        return
    assert not isinstance(made, Refused), made.error
    with mpmath.workdps(exact.DIGITS):
        expected = exact.array(exact_populations(case.rates)).real
    # Elimination without subtraction: a few roundings for each level; the exact digits end long before 1e-100.
    np.testing.assert_allclose(made.populations, expected, rtol=1e-13, atol=1e-100)


@budget(0.1)
@given(nasty.stiff_rates().filter(lambda case: closed_classes(case.rates) == 1), METHODS)
def test_stiff_rates_have_the_mean_and_noise_of_their_drazin_inverse(case: nasty.Classical, method: Any) -> None:
    model = tk.rates(case.rates, weights={"count": case.weights})
    made = outcome(lambda: tk.cumulants(model, tk.current(model, "count"), order=2, method=method))
    if isinstance(made, Refused):
        assert isinstance(made.error, tk.errors.NotConvergedError | ValueError)
        return
    with mpmath.workdps(exact.DIGITS):
        size, whole, state = len(case.rates), exact.generator(case.rates), exact_populations(case.rates)
        gain = mpmath.matrix((case.rates * case.weights).tolist())
        square = mpmath.matrix((case.rates * case.weights**2).tolist())
        mean = mpmath.fsum(gain * state)
        right = mean * state - gain * state
        response = exact.solved(whole, right, [1] * size, 0)
        noise = mpmath.fsum(square * state) + 2 * mpmath.fsum(gain * response)
        shot = mpmath.fsum(square * state)
        reach = mpmath.fsum([abs(x) for x in gain]) * max(abs(x) for x in response)
        expected, size_of_mean = (
            np.array([float(mean), float(noise)]),
            float(mpmath.fsum([abs(x) for x in gain * state])),
        )
    # The digits that the result itself says the solve may lose; of a reach of nothing none, however ill it is.
    lost = min(1e3 * float(EPS) * float(made.condition), 1e300)
    # Where a level empties for ever, 160 digits leave rounding in its place, the more the further rates lie apart.
    apart = case.rates.max() / case.rates[case.rates > 0.0].min() if case.rates.any() else 1.0
    nothing = 1e-158 * apart * float((case.rates * np.maximum(np.abs(case.weights), case.weights**2)).max()) + 1e-290
    assert abs(made.values[0] - expected[0]) <= 1e-12 * size_of_mean + nothing
    assert abs(made.values[1] - expected[1]) <= 1e-12 * float(shot) + lost * float(reach) + nothing


@budget(0.07)
@given(nasty.coherent(), METHODS)
def test_hard_coherent_models_have_one_right_steady_state_or_are_refused(case: nasty.Coherent, method: Any) -> None:
    size = len(case.hamiltonian)
    made = outcome(lambda: tk.steady_state(case.model(), method=method))
    if isinstance(made, Refused) and not isinstance(made.error, tk.errors.DegenerateSteadyStateError):
        assert isinstance(made.error, tk.errors.NotConvergedError | ValueError)
        return
    with mpmath.workdps(exact.DIGITS):
        whole = exact.liouvillian(case.hamiltonian, case.jumps)
        stationary = exact.null_space_dimension(whole)
        doubles = np.array([[complex(x) for x in row] for row in whole.tolist()])
    values = np.linalg.svd(doubles, compute_uv=False)
    second = values[-2] / values[0] if size > 1 and values[0] > 0.0 else 1.0  # relative to the first
    if isinstance(made, Refused):
        # Beside a second rate this small rounding decides whether it is zero.
        assert stationary > 1 or second < 1e-9
        return
    assert stationary == 1
    with mpmath.workdps(exact.DIGITS):
        trace = [int(place % (size + 1) == 0) for place in range(size**2)]
        expected = exact.array(exact.solved(whole, mpmath.zeros(size**2, 1), trace, 1)).reshape(size, size)
    # The generator is a difference of these numbers: a jump proportional to the identity leaves only its rounding.
    parts = np.abs(case.hamiltonian).max() + sum(np.abs(jump).max() ** 2 for jump in case.jumps)
    lost = EPS * parts / (np.abs(doubles).max() or 1.0)
    # The condition that the result states, for a one-norm of at most nine elements.
    assert np.abs(made.state - expected).max() <= 100.0 * lost * max(float(made.condition), 1.0 / second)
    assert made.trace_defect <= 1e-12


@budget(0.1)
@given(nasty.stiff_rates(), st.data())
def test_stiff_rates_move_probability_without_losing_any(case: nasty.Classical, data: st.DataObject) -> None:
    size = len(case.rates)
    start, model = data.draw(nasty.starts(size)), outcome(lambda: tk.rates(case.rates))
    if isinstance(model, Refused):
        return
    unit = float(case.rates.max()) or 1.0
    times = np.array(data.draw(st.sampled_from([[0.0, 1.0], [1e-12], [1e-3, 30.0], [1e8, 1e22], [1e60]]))) / unit
    made = outcome(lambda: tk.evolve(model, tk.Populations(start), times))
    if isinstance(made, Refused):
        return
    assert holds_numbers(made.populations)
    assert made.populations.min() >= 0.0
    np.testing.assert_allclose(made.populations.sum(axis=-1), 1.0, rtol=1e-12)  # roundings of a few steps
    if times[-1] * unit > 100.0:
        return
    with mpmath.workdps(30):
        whole = exact.generator(case.rates)
        for time, found in zip(times, made.populations, strict=True):
            expected = mpmath.expm(whole * mpmath.mpf(float(time))) * mpmath.matrix(start.tolist())
            np.testing.assert_allclose(found, exact.array(expected).real, rtol=1e-9, atol=1e-13)


@budget(0.06)
@given(nasty.coherent(), st.sampled_from([0.0, 1e-9, 1.0, 1e3, 1e12]))
def test_hard_coherent_models_move_states_to_states(case: nasty.Coherent, time: float) -> None:
    size, model = len(case.hamiltonian), outcome(case.model)
    if isinstance(model, Refused):
        return
    unit = max(float(np.abs(jump).max()) ** 2 for jump in case.jumps) or 1.0
    start = np.full((size, size), 1.0 / size)
    made = outcome(lambda: tk.evolve(model, start, [time / unit]))
    if isinstance(made, Refused):
        return
    state = made.states[0]
    assert holds_numbers(state)
    # Rounding grows with time beside the fastest rate; beyond 1e-8 of probability the package refuses.
    assert abs(np.trace(state).real - 1.0) <= 1e-8
    # A motion whose elements are wrong by more than 1e-7 is refused; nine of them may add up.
    assert abs(np.trace(state).imag) <= 1e-6
    assert np.linalg.eigvalsh(state).min() >= -1e-6
    current = tk.activity(model)
    counted = outcome(lambda: tk.integrated_cumulants(model, current, start, [time / unit], order=2))
    assert isinstance(counted, Refused) or holds_numbers(counted)


@budget(0.05)
@given(
    nasty.coherent() | nasty.stiff_rates(),
    st.sampled_from(["covariance", "spectrum", "generating", "distribution", "waiting"]),
)
def test_whatever_is_counted_in_hard_models_is_a_number_or_refused(case: Any, verb: str) -> None:
    made = outcome(lambda: tk.rates(case.rates) if isinstance(case, nasty.Classical) else case.model())
    if isinstance(made, Refused):
        return
    model, current = made, tk.activity(made)
    unit = max(float(np.square(np.abs(model.table.amplitude)).max(initial=0.0)), 1e-60)
    start = np.full(model.dimension, 1.0 / model.dimension)
    calls = {
        "covariance": lambda: tk.covariance(model, [current, 2.0 * current]),
        "spectrum": lambda: tk.spectrum(model, current, [0.0, unit, 1e9 * unit]),
        "generating": lambda: tk.cumulant_generating_function(model, current, [-0.1, 0.0, 0.1]),
        "distribution": lambda: tk.distribution(model, current, np.diag(start), 1.0 / unit),
        "waiting": lambda: tk.waiting_times(model, 0, 0, [0.0, 1.0 / unit]),
    }
    found = outcome(calls[verb])
    # The gap above the only eigenvalue of a single level, and a wait for what never comes, are infinite.
    assert isinstance(found, Refused) or holds_numbers(found, infinite=verb in {"generating", "waiting"}), found


@budget(0.1)
@given(nasty.thermal(), METHODS)
def test_levels_on_one_bath_end_in_its_gibbs_state_whatever_their_gaps(case: Any, method: Any) -> None:
    energies, coupling, rate, temperature = case
    model = outcome(lambda: tk.library.levels(energies, coupling, rate, temperature))
    if isinstance(model, Refused):
        return
    made = outcome(lambda: tk.steady_state(model, method=method))
    linked, _ = connected_components(coupling, directed=False)
    if isinstance(made, Refused):
        frozen = not (model.table.amplitude > 0.0).all()
        assert linked > 1 or frozen, made.error
        return
    assert holds_numbers(made.populations)
    if temperature == 0.0 or linked > 1:
        return
    with mpmath.workdps(exact.DIGITS):
        factors = [mpmath.exp(-mpmath.mpf(float(e)) / mpmath.mpf(temperature)) for e in energies]
        expected = np.array([float(f / mpmath.fsum(factors)) for f in factors])
    # A gap as a difference of two energies, over T: relative rounding grows with the exponent.
    exponents = (energies.max() - energies.min()) / temperature
    np.testing.assert_allclose(made.populations, expected, rtol=1e-12 + 10.0 * EPS * exponents, atol=1e-280)


@budget(0.1)
@given(nasty.thermal(), st.data())
def test_the_ledger_of_levels_balances_whatever_their_gaps(case: Any, data: st.DataObject) -> None:
    energies, coupling, rate, temperature = case
    model = outcome(lambda: tk.library.levels(energies, coupling, rate, temperature))
    if isinstance(model, Refused):
        return
    start = data.draw(nasty.starts(len(energies)))
    unit = float(np.square(model.table.amplitude).max()) or 1.0
    times = np.array([1e-3, 1.0, 1e3]) / unit
    evolution = outcome(lambda: tk.evolve(model, tk.Populations(start), times))
    if isinstance(evolution, Refused):
        return
    ledger = tk.ledger(model, evolution)
    for name in ("energy", "entropy", "heat", "heat_rate", "work_rate", "activity", "activity_rate"):
        made = outcome(lambda name=name: getattr(ledger, name))
        assert isinstance(made, Refused) or holds_numbers(made), name
    scale = np.abs(energies).max()
    change = ledger.energy - energies @ start
    assert np.abs(sum(ledger.heat.values()) - change).max() <= 1e-9 * scale
    produced = outcome(lambda: ledger.entropy_production)
    assert isinstance(produced, Refused) or holds_numbers(produced, infinite=True)
    if not isinstance(produced, Refused) and temperature > 0.0:
        assert produced.min() >= -1e-9 * (1.0 + scale / temperature)
