"""The Bloch-Redfield equation: its limits, its heats and noise, and how its lost positivity is told."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pytest
from scipy.linalg import expm

import thermokin as tk
from thermokin._typing import ComplexArray
from thermokin.master_equations.redfield_counting import RedfieldCumulants
from thermokin.master_equations.redfield_equation import Redfield
from thermokin.master_equations.redfield_evolution import RedfieldEvolution
from thermokin.master_equations.redfield_state import RedfieldState

mpl.use("Agg")
SPIN = tk.operators.pauli()
A, B = (tk.operators.embed(SPIN.minus, site, (2, 2)) for site in (0, 1))
FLIPS = (A + A.T, B + B.T)


def quiet(equation: Redfield) -> RedfieldState:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        found: RedfieldState = tk.steady_state(equation)
    return found


def pair(second: float, coupling: float, rate: float, hot: float = 1.0, cold: float = 0.5) -> Redfield:
    whole = A.T @ A + second * B.T @ B + coupling * (A.T @ B + B.T @ A)
    ends = zip(("cold", "hot"), (cold, hot), FLIPS, strict=True)
    return tk.redfield(whole, [tk.Contact(tk.Bath(name, at), flip, tk.Ohmic(rate)) for name, at, flip in ends])


def from_tensor(equation: Redfield) -> tuple[ComplexArray, ComplexArray]:
    """State at rest and generator by loops over the double commutator: D rho = -[A, K rho - rho K^+]."""
    levels, vectors = np.linalg.eigh(equation.hamiltonian)
    size = levels.size
    matrix = np.zeros((size**2, size**2), dtype=complex)
    for element in range(size**2):
        rho = np.zeros(size**2, dtype=complex)
        rho[element] = 1.0
        rho = rho.reshape(size, size)
        change = -1j * np.diag(levels) @ rho + 1j * rho @ np.diag(levels)
        for contact in equation.contacts:
            inside = vectors.conj().T @ contact.operator @ vectors
            half = np.zeros_like(inside)
            for row in range(size):
                for column in range(size):
                    gap = levels[column] - levels[row]
                    if abs(inside[row, column]) > 1e-12:
                        strength = np.sign(gap) * contact.spectrum(np.array([abs(gap)]))[0]
                        half[row, column] = 0.5 * strength / -np.expm1(-gap / float(contact.bath.temperature))
            kept = half * inside
            both = kept @ rho - rho @ kept.conj().T
            change = change - inside @ both + both @ inside
        matrix[:, element] = change.reshape(-1)
    values, right = np.linalg.eig(matrix)
    rest = right[:, np.abs(values).argmin()].reshape(size, size)
    rest = rest / np.trace(rest)
    return vectors @ rest @ vectors.conj().T, matrix


def referee(couplings: Sequence[float] = (0.79603,)) -> Redfield:
    whole = 0.5 * (np.diag([1.0, 1.0, -1.0, -1.0]) + 1.00709 * np.diag([1.0, -1.0, 1.0, -1.0]))
    ladder = [tk.operators.embed(SPIN.plus, 0, (2, 2)) @ tk.operators.embed(SPIN.minus, 1, (2, 2))]
    swept = np.asarray(couplings)[:, None, None] * (ladder[0] + ladder[0].T)
    ends = [
        tk.Contact(tk.Bath(name, at), tk.operators.embed(SPIN.x, site, (2, 2)), tk.Flat(0.25432))
        for site, (name, at) in enumerate((("cold", 0.08524), ("hot", 1.65135)))
    ]
    return tk.redfield((whole + swept)[0] if len(couplings) == 1 else whole + swept, ends)


def test_the_unified_state_beside_it_is_one() -> None:
    rest = quiet(referee())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        state = np.asarray(tk.steady_state(rest.nearest).state)
        apart = float(rest.distance_to_nearest)
    assert np.linalg.eigvalsh(state)[0] > 0.0
    assert apart == pytest.approx(0.5 * np.abs(np.linalg.eigvalsh(state - rest.state)).sum())


def test_two_strongly_damped_qubits_have_no_state_at_rest() -> None:
    with pytest.warns(tk.errors.ValidityWarning, match=r"lowest eigenvalue is -0\.0156321"):
        rest = tk.steady_state(referee())
    assert float(rest.lowest_eigenvalue) == pytest.approx(-0.0156321, abs=5e-8)
    assert not rest.is_positive
    assert rest.heat.sum() == pytest.approx(0.0, abs=1e-15)
    assert "no state" in repr(rest)


def test_a_sweep_is_its_points_and_names_those_that_are_no_states() -> None:
    with pytest.warns(tk.errors.ValidityWarning, match="Bloch-Redfield") as told:
        swept = tk.steady_state(referee((0.1, 0.79603, 0.9)))
    assert ["breaks the second law at the point (2,)" in str(one.message) for one in told] == [False, True]
    assert "the points" in str(told[0].message)
    assert swept.breaks_second_law.tolist() == [False, False, True]
    np.testing.assert_allclose(swept.state[1], quiet(referee()).state, atol=1e-13)
    assert swept.lowest_eigenvalue.shape == (3,)
    assert swept.heat.shape == (3, 2)


@pytest.mark.parametrize(("second", "coupling"), [(1.0, 0.002), (1.3, 0.2)])
def test_state_and_generator_are_those_of_the_double_commutator(second: float, coupling: float) -> None:
    equation = pair(second, coupling, 0.02)
    state, matrix = from_tensor(equation)
    rest = quiet(equation)
    np.testing.assert_allclose(rest.state, state, atol=1e-10)
    start = np.diag([0.1, 0.2, 0.3, 0.4]).astype(complex)
    _, vectors = np.linalg.eigh(equation.hamiltonian)
    inside = vectors.conj().T @ start @ vectors
    moved = expm(7.0 * matrix) @ inside.reshape(-1)
    expected = vectors @ moved.reshape(4, 4) @ vectors.conj().T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        found = tk.evolve(equation, start, [0.0, 7.0])
    np.testing.assert_allclose(found.states[1], expected, atol=1e-11)


def test_apart_it_tends_to_davies_with_the_rate() -> None:
    """Populations and heats differ by the rate over the gaps, so ten times the rate is ten times the relative error."""
    errors = []
    for rate in (1e-3, 1e-4):
        equation = pair(1.5, 0.2, rate)
        model = tk.davies(equation.hamiltonian, equation.contacts)
        exact = float(tk.heat(model, "hot").mean(tk.steady_state(model)))
        errors.append(abs(float(quiet(equation).heat[1]) / exact - 1.0))
    assert errors[0] < 1e-3
    assert 5.0 < errors[0] / errors[1] < 200.0


def test_lamb_shifts_of_distant_levels_are_those_of_davies() -> None:
    levels = np.diag([0.0, 1.0, 2.7])
    ladder = np.array([[0.0, 1.0, 0.4], [1.0, 0.0, 0.7], [0.4, 0.7, 0.0]])
    contact = tk.Contact(tk.Bath("bath", 0.8), ladder, tk.Drude(1e-4, cutoff=3.0))
    shift = tk.LambShift()
    equation = tk.redfield(levels, [contact], lamb_shift=shift)
    model = tk.davies(levels, [contact], lamb_shift=shift)
    start = np.full((3, 3), 1.0 / 3.0)
    times = [0.0, 2000.0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        found, secular = (tk.evolve(one, start, times).states[1] for one in (equation, model))
    plain = tk.evolve(tk.davies(levels, [contact]), start, times).states[1]
    assert np.abs(found - secular).max() < 1e-3 < 0.03 < np.abs(plain - secular).max()


def test_noise_is_that_of_the_jumps_where_levels_lie_apart_and_of_the_unified_ones_on_resonance() -> None:
    for second, coupling, within in ((1.5, 0.2, 2e-3), (1.0, 1e-3, 5e-3)):
        equation = pair(second, coupling, 1e-3)
        model = tk.unified(equation.hamiltonian, equation.contacts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", tk.errors.ValidityWarning)
            ours: RedfieldCumulants = tk.cumulants(equation, tk.heat(equation, "hot"))
        jumps = tk.cumulants(model, tk.heat(model, "hot"), order=2)
        np.testing.assert_allclose(ours.values, jumps.values, rtol=within)
        assert abs(float(ours.mismatch)) < within * abs(float(ours.mean))


def test_noise_is_the_curvature_of_the_tilted_eigenvalue() -> None:
    """A second route: the largest eigenvalue with a counting field, differentiated on a circle."""
    equation = pair(1.1, 0.05, 0.02)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        ours = tk.cumulants(equation, tk.heat(equation, "hot"))
    generator = equation.generator

    def top(field: complex) -> complex:
        factor = [np.exp(-field * parts[0].quanta) - 1.0 for parts in generator.parts]
        factor[0] = np.zeros_like(factor[0])
        tilted = generator.matrix.copy()
        for parts, weight in zip(generator.parts, factor, strict=True):
            kept, operator = parts[0].weighed, parts[0].operator
            tilted += np.kron(weight * kept, operator.conj()) + np.kron(operator, weight * kept.conj())
        values = np.linalg.eigvals(tilted)
        return complex(values[values.real.argmax()])

    radius, points = 0.02, 8
    turns = np.exp(2j * np.pi * np.arange(points) / points)
    values = np.array([top(radius * turn) for turn in turns])
    mean, half = ((values * turns**-order).mean().real / radius**order for order in (1, 2))
    np.testing.assert_allclose(ours.values, [mean, 2.0 * half], rtol=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_trace_hermiticity_and_first_law_hold_for_random_systems(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 6))
    whole, *couplings = (one + one.conj().T for one in random.normal(size=(3, size, size, 2)) @ [1.0, 1j])
    contacts = [
        tk.Contact(tk.Bath(name, at), coupling, tk.Ohmic(0.02, cutoff=5.0))
        for name, at, coupling in zip("ab", (0.5, 2.0), couplings, strict=True)
    ]
    equation = tk.redfield(whole, contacts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        moved: RedfieldEvolution = tk.evolve(equation, tk.Ket(np.eye(size)[0]), np.linspace(0.0, 2.0, 5))
        rest = quiet(equation)
    states = moved.states
    np.testing.assert_allclose(np.trace(states, axis1=-2, axis2=-1), 1.0, atol=1e-12)
    np.testing.assert_allclose(states, states.conj().swapaxes(-1, -2), atol=1e-13)
    change = np.array([equation.generator.change(one) for one in moved.matrices])
    energy = np.einsum("tii,i->t", change, equation.generator.levels).real
    np.testing.assert_allclose(moved.heat_rate.sum(axis=-1), energy, atol=1e-12)
    assert rest.heat.sum() == pytest.approx(0.0, abs=1e-12)
    assert bool(rest.entropy_production >= -1e-12) or bool(rest.breaks_second_law)


def test_a_level_between_leads_carries_what_its_jumps_carry() -> None:
    leads = [tk.Bath(name, 0.3, potential, tk.Fermi()) for name, potential in (("left", 0.6), ("right", -0.2))]
    lower, number = tk.operators.destroy(2), tk.operators.number(2)
    contacts = [tk.Contact(lead, lower, tk.Flat(rate)) for lead, rate in zip(leads, (0.01, 0.03), strict=True)]
    equation = tk.redfield(0.4 * number, contacts, number_operator=number)
    model = tk.davies(0.4 * number, contacts, number_operator=number)
    rest, jumps = tk.steady_state(equation), tk.steady_state(model)
    np.testing.assert_allclose(rest.particles[0], tk.particles(model, "left").mean(jumps), rtol=1e-12)
    np.testing.assert_allclose(rest.heat[1], tk.heat(model, "right").mean(jumps), rtol=1e-12)
    ours, counted = tk.cumulants(equation, tk.heat(equation, "left")), tk.cumulants(model, tk.heat(model, "left"))
    np.testing.assert_allclose(ours.values, counted.values[:2], rtol=1e-10)
    with pytest.raises(ValueError, match="`number_operator` is needed"):
        tk.redfield(0.4 * number, contacts)


def test_what_it_cannot_answer_is_refused_with_the_remedy() -> None:
    equation = pair(1.3, 0.1, 0.01)
    with pytest.raises(ValueError, match="one of 'cold', 'hot'"):
        tk.heat(equation, "warm")
    with pytest.raises(ValueError, match="`order` must be 1 or 2"):
        tk.cumulants(equation, tk.heat(equation, "hot"), order=3)
    with pytest.raises(ValueError, match="belongs to another equation"):
        tk.cumulants(equation, tk.heat(pair(1.3, 0.1, 0.01), "hot"))
    with pytest.raises(TypeError, match="must be thermokin"):
        tk.cumulants(equation, "hot")
    with pytest.raises(TypeError, match="`lamb_shift`"):
        tk.redfield(np.eye(4), equation.contacts, lamb_shift=True)
    with pytest.raises(TypeError, match="answers cumulants, evolve, heat, steady_state"):
        tk.activity(equation)
    for verb in (tk.ledger, tk.figures_of_merit):
        with pytest.raises(TypeError, match="must be a model, a junction or a Gaussian model, got Bloch-Redfiel"):
            verb(equation)
    still = tk.Contact(tk.Bath("bath", 1.0), SPIN.z, tk.Ohmic(0.1))
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="more than one state"):
        tk.steady_state(tk.redfield(0.5 * SPIN.z, [still]))
    with pytest.raises(ValueError, match="rate of its spectrum diverges"):
        tk.redfield(0.5 * SPIN.z, [tk.Contact(tk.Bath("bath", 1.0), SPIN.z + SPIN.x, tk.Flat(0.1))])


def test_results_are_shown_labelled_and_drawn() -> None:
    equation = pair(1.3, 0.1, 0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        moved = tk.evolve(equation, tk.Gibbs(0.2), [0.0, 1.0, 2.0])
        counted = tk.cumulants(equation, tk.heat(equation, "hot"))
        rest = tk.steady_state(equation)
    assert rest.to_xarray().sizes == {"bath": 2, "level": 4}
    assert moved.to_xarray().sizes == {"time": 3, "bath": 2}
    assert "mismatch" in repr(counted)
    assert "Bloch-Redfield equation of 4 levels" in repr(equation)
    for one in (rest, moved, counted):
        one.plot()
