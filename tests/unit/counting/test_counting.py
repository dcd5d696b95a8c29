"""Cumulants, covariances and noise spectra in the steady state, by every method."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import builders
import counting_oracles
import machines
import systems
import thermokin as tk
from library_models import NAMES, example
from reference_cases import case
from thermokin.counting.counting import Counting

METHODS: dict[str, Any] = {"dense": tk.Dense(), "sparse": tk.Sparse(), "Krylov": tk.Krylov()}
MACHINES = sorted(machines.SMALL)


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("name", MACHINES)
def test_cumulants_are_derivatives_of_the_tilted_eigenvalue(name: str, method: str) -> None:
    machine = machines.SMALL[name]
    expected = counting_oracles.scaled_cumulants(machine.tilted, 4, radius=0.05)
    current = machine.current
    made = tk.cumulants(current.model, current, order=4, method=METHODS[method])
    # The contour divides rounding by radius^4.
    np.testing.assert_allclose(made.values, expected, rtol=1e-8, atol=1e-8)
    assert float(made.residual) < 1e-11
    assert float(made.defect) < 1e-11
    assert float(made.trace_defect) < 1e-13
    assert float(made.positivity_defect) < 1e-12
    assert float(made.ledger_mismatch) < 1e-12
    assert 1.0 <= float(made.condition) < 1e8


def test_a_level_between_leads_has_the_cumulants_of_its_closed_form() -> None:
    # In at 0.5, out at 0.1: lambda(x) = [-(a + b) + sqrt((a - b)^2 + 4 a b e^x)] / 2.
    model = tk.rates([[0.0, 0.1], [0.5, 0.0]], weights={"out": [[0.0, 1.0], [0.0, 0.0]]})
    made = tk.cumulants(model, tk.current(model, "out"), order=3).values
    a, b = 0.5, 0.1
    s = a + b
    mean = a * b / s
    fano = (a**2 + b**2) / s**2
    third = mean * (a**4 - 2 * a**3 * b + 6 * a**2 * b**2 - 2 * a * b**3 + b**4) / s**4
    np.testing.assert_allclose(made, [mean, mean * fano, third], rtol=1e-14)
    np.testing.assert_allclose(made, [0.0833333, 0.0601852, 0.0331790], atol=5e-8)


def test_a_single_electron_transistor_is_that_of_the_reference() -> None:
    reference = case("single_electron_transistor")
    a, b = reference.parameters["GL"], reference.parameters["GR"]
    model = tk.rates([[0.0, b], [a, 0.0]], weights={"out": [[0.0, 1.0], [0.0, 0.0]]})
    made = tk.cumulants(model, tk.current(model, "out"), order=3).values
    for name, value in zip(("I", "D", "c3"), made, strict=True):
        reference.agrees(name, value)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_qubit_between_two_baths_is_that_of_the_reference() -> None:
    reference, model = case("qubit_two_baths_cumulants"), builders.two_bath_qubit(systems.TwoBathQubit())
    made = tk.cumulants(model, tk.heat(model, "hot"), order=4).values
    for order in range(4):
        reference.agrees(f"c{order + 1}", made[order])


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_the_refrigerators_noise_is_that_of_the_reference() -> None:
    reference, model = (
        case("absorption_refrigerator"),
        builders.absorption_refrigerator(systems.AbsorptionRefrigerator()),
    )
    quanta = tk.heat(model, "cold") * (1.0 / reference.parameters["wc"])
    reference.agrees("noise", tk.cumulants(model, quanta).noise)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_the_third_cumulant_of_energy_weighs_its_gap_three_times() -> None:
    X = np.array([[0.0, 1.0], [1.0, 0.0]])
    contacts = [tk.Contact(tk.Bath(n, T), X, tk.Flat(r)) for n, T, r in (("hot", 2.0, 0.3), ("cold", 0.5, 0.7))]
    model = tk.davies(np.diag([0.0, 2.5]), contacts)
    energy = tk.cumulants(model, tk.heat(model, "hot"), order=3).values
    quanta = tk.cumulants(model, tk.heat(model, "hot") * 0.4, order=3).values
    np.testing.assert_allclose(energy, quanta * 2.5 ** np.arange(1, 4), rtol=1e-13)
    assert energy[2] == pytest.approx(0.725435, abs=5e-7)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_photons_of_a_driven_cavity_are_poissonian(method: str) -> None:
    current = machines.driven_cavity(28).current
    made = tk.cumulants(current.model, current, order=4, method=METHODS[method])
    # |alpha|^2 = drive^2 / (w^2 + kappa^2 / 4); 28 levels hold a coherent state of 0.25 photons to rounding.
    np.testing.assert_allclose(made.values, 0.1 * 0.25 / (1.0 + 0.0025), rtol=1e-10)
    np.testing.assert_allclose(made.factorial[1:], 0.0, atol=1e-10)


def test_fluorescence_photons_are_fewer_by_chance_than_poissonian() -> None:
    rabi, rate = 0.9, 0.4
    current = machines.resonance_fluorescence(rabi, rate).current
    made = tk.cumulants(current.model, current).values
    # Mandel: excited = rabi^2 / (rate^2 + 2 rabi^2), Q = -6 rabi^2 rate^2 / (rate^2 + 2 rabi^2)^2.
    wide = rate**2 + 2.0 * rabi**2
    mean = rate * rabi**2 / wide
    np.testing.assert_allclose(made, [mean, mean * (1.0 - 6.0 * (rabi * rate / wide) ** 2)], rtol=1e-13)


def test_two_coupled_oscillators_tend_to_their_gaussian_values() -> None:
    found = tk.truncated_cumulants(lambda levels: machines.oscillators(levels).current, levels=[6, 13, 19, 24])
    # Gaussian theory, all levels: -0.07399328859 and 0.11883072959.
    np.testing.assert_allclose(found.cumulants.values, [-0.07399328859, 0.11883072959], rtol=2e-7)
    assert (np.diff(found.change) < 0.0).all()
    with pytest.raises(tk.errors.NotConvergedError, match=r"still change by .* Give larger `levels`"):
        tk.truncated_cumulants(lambda levels: machines.oscillators(levels).current, levels=[3, 4])


def test_factorial_cumulants_follow_from_the_ordinary_ones() -> None:
    current = machines.maser().current
    made = tk.cumulants(current.model, current, order=4)
    stirling = np.array([[1, 0, 0, 0], [-1, 1, 0, 0], [2, -3, 1, 0], [-6, 11, -6, 1]])
    np.testing.assert_allclose(made.factorial, stirling @ made.values, rtol=1e-12)


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("name", MACHINES)
def test_covariances_follow_from_the_noise_of_sums(name: str, method: str) -> None:
    machine = machines.SMALL[name]
    model = machine.model
    one = tk.current(model, machine.weights)
    two = tk.current(model, np.arange(1.0, model.table.size + 1.0))
    prepared = Counting(model, method=METHODS[method])
    made = prepared.covariance([one, two])
    by_sums = 0.25 * (prepared.cumulants(one + two)[1] - prepared.cumulants(one - two)[1])
    scale = np.abs(made.values).max()
    assert made[0, 1] == pytest.approx(by_sums, abs=1e-11 * scale)
    np.testing.assert_allclose(np.diagonal(made.values), [prepared.cumulants(c)[1] for c in (one, two)], rtol=1e-10)
    np.testing.assert_allclose(made.mean, [prepared.cumulants(c)[0] for c in (one, two)], rtol=1e-12)
    assert np.linalg.eigvalsh(made.values)[0] > -1e-13 * scale


def test_heat_of_both_baths_is_perfectly_anticorrelated_in_the_long_run() -> None:
    model = example("coupled qubits")
    found = tk.covariance(model, [tk.heat(model, "hot"), tk.heat(model, "cold")])
    np.testing.assert_allclose(found.correlation, [[1.0, -1.0], [-1.0, 1.0]], rtol=1e-9)


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("name", MACHINES)
def test_the_noise_spectrum_lies_between_its_limits(name: str, method: str) -> None:
    machine = machines.SMALL[name]
    current = machine.current
    grid = np.array([0.0, 0.13, 1.0, 7.0, 1e5])
    made = tk.spectrum(current.model, current, grid, method=METHODS[method])
    # By the dense resolvent in complex elements.
    G, size = machine.generator, len(machine.hamiltonian)
    gain = sum(c * np.kron(L, L.conj()) for c, L in zip(machine.weights, machine.jumps, strict=True))
    shot = sum(c**2 * np.kron(L, L.conj()) for c, L in zip(machine.weights, machine.jumps, strict=True))
    trace = np.eye(size).reshape(-1)
    rho = tk.steady_state(current.model).state.reshape(-1)
    kick = gain @ rho - (trace @ gain @ rho) * rho
    expected = []
    for w in grid[1:]:
        answer = np.linalg.solve(1j * w * np.eye(size**2) - G, kick)
        expected.append((trace @ shot @ rho + 2.0 * trace @ gain @ answer).real)
    np.testing.assert_allclose(made.values[1:], expected, rtol=1e-9, atol=1e-10)
    noise = tk.cumulants(current.model, current)[1]
    assert made[0] == pytest.approx(noise, rel=1e-9)
    assert float(made.zero_frequency) == pytest.approx(noise, rel=1e-10)
    assert made[-1] == pytest.approx(float(made.shot_noise), rel=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_the_shot_noise_of_unit_weights_is_the_activity(name: str) -> None:
    model = example(name)
    found = tk.spectrum(model, tk.activity(model), [0.3])
    assert float(found.shot_noise) == pytest.approx(float(tk.activity(model).mean(tk.steady_state(model))), rel=1e-12)


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("spins", [2, 3])
def test_collective_qubits_are_refused_by_every_method(spins: int, method: str) -> None:
    current = machines.collective(spins).current
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="the steady state is not unique"):
        tk.cumulants(current.model, current, method=METHODS[method])


def test_a_start_in_the_triplet_counts_as_a_spin_one() -> None:
    current = machines.collective(2).current
    start = np.zeros((4, 4))
    start[0, 0] = 1.0
    made = tk.cumulants(current.model, current, order=3, initial=start)
    root = np.sqrt(2.0) * np.diag([1.0, 1.0], 1)
    spin = machines.Machine(np.zeros((3, 3)), [np.sqrt(1.5) * root, np.sqrt(0.5) * root.T], np.array([-1.0, 1.0]))
    expected = counting_oracles.scaled_cumulants(spin.tilted, 3)
    np.testing.assert_allclose(made.values, expected, atol=1e-9)
    np.testing.assert_allclose(made.steady_state.state, tk.steady_state(current.model, initial=start).state, atol=1e-13)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="ends in a mixture of several steady states"):
        tk.cumulants(current.model, current, order=3, initial=np.eye(4) / 4.0)


def test_a_start_names_the_class_of_a_classical_process() -> None:
    W = np.zeros((4, 4))
    W[1, 0], W[0, 1], W[3, 2], W[2, 3] = 1.0, 2.0, 3.0, 5.0
    model = tk.rates(W)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=r"keeps apart the levels 0, 1; 2, 3\."):
        tk.cumulants(model, tk.activity(model))
    part = tk.rates(W[2:, 2:])
    expected = tk.cumulants(part, tk.activity(part), order=3).values
    for method in (tk.Dense(), tk.Sparse()):
        made = tk.cumulants(model, tk.activity(model), order=3, method=method, initial=tk.Populations([0, 0, 0.2, 0.8]))
        np.testing.assert_allclose(made.values, expected, rtol=1e-13)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="ends in a mixture"):
        tk.cumulants(model, tk.activity(model), initial=tk.Populations([0.5, 0, 0.5, 0]))


def test_a_sweep_counts_each_of_its_points() -> None:
    temperatures = np.array([0.6, 1.1, 1.9])
    for name in ("coupled qubits", "XXZ chain", "coupled oscillators"):
        model = example(name, hot=temperatures)
        heat = tk.heat(model, model.baths[0].name)
        made = tk.cumulants(model, heat, order=3)
        noise = tk.spectrum(model, heat, [0.0, 0.02])
        covariance = tk.covariance(model, [heat, tk.activity(model)])
        for point, temperature in enumerate(temperatures):
            single = example(name, hot=temperature)
            one = tk.heat(single, single.baths[0].name)
            np.testing.assert_allclose(made[point], tk.cumulants(single, one, order=3).values, rtol=1e-8, atol=1e-14)
            np.testing.assert_allclose(noise[point], tk.spectrum(single, one, [0.0, 0.02]).values, rtol=1e-8)
            expected = tk.covariance(single, [one, tk.activity(single)]).values
            np.testing.assert_allclose(covariance[point], expected, rtol=1e-8, atol=1e-14)
        with pytest.raises(ValueError, match=r"takes one point at a time; a sweep needs Dense"):
            tk.cumulants(model, heat, method=tk.Sparse())


@pytest.mark.parametrize(
    ("arguments", "kind", "match"),
    [
        ({"order": 0}, ValueError, "`order` must be >= 1, got 0"),
        ({"order": 2.0}, TypeError, "`order` must be a whole number"),
        ({"order": True}, TypeError, "`order` must be a whole number"),
        ({"method": "dense"}, TypeError, r"`method` must be Auto\(\), Dense\(\), Sparse\(\) or Krylov\(\)"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, Any], kind: type[Exception], match: str) -> None:
    current = machines.maser().current
    with pytest.raises(kind, match=match):
        tk.cumulants(current.model, current, **arguments)


def test_a_current_must_be_of_the_model_and_finite() -> None:
    one, other = machines.maser().current, machines.maser().current
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.cumulants(one.model, other)
    with pytest.raises(TypeError, match="must be a Current"):
        tk.cumulants(one.model, "heat")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`model` must be a Model"):
        tk.cumulants(one, one)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one current"):
        tk.covariance(one.model, [])
    with pytest.raises(ValueError, match="`frequencies` must be finite"):
        tk.spectrum(one.model, one, [np.inf])
    frozen = example("qubit", hot=0.0)
    with pytest.raises(ValueError, match="infinite weights, so that it has no cumulants"):
        tk.cumulants(frozen, tk.entropy_flow(frozen))


def test_asking_for_noise_needs_two_orders() -> None:
    current = machines.maser().current
    with pytest.raises(ValueError, match="ask for `order` >= 2"):
        _ = tk.cumulants(current.model, current, order=1).noise
