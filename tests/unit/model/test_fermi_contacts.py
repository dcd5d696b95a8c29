"""A lead fills and empties levels by whole particles: what it couples to removes one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import thermokin as tk
from thermokin.model.particle_removal import gradable

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
FLIP = LOWER + LOWER.T
OCCUPIED = np.diag([0.0, 1.0])
OCCUPATION = 0.731058578630  # 1 / (1 + exp(-1)), level 0.3, lead at mu = 0.5 and T = 0.2; closed form
CURRENT = 0.00484593293496  # 0.01 (f_L - f_R) / 2, leads at mu = +-1 and T = 0.2; closed form

Array = np.ndarray


def lead(name: str = "L", mu: float = 0.5) -> tk.Bath:
    return tk.Bath(name, 0.2, chemical_potential=mu, statistics=tk.Fermi())


def davies(hamiltonian: Array, baths: list[tk.Bath], operators: list[Array], number: Array | None) -> tk.Model:
    contacts = [tk.Contact(bath, operator, tk.Flat(0.01)) for bath in baths for operator in operators]
    return tk.davies(hamiltonian, contacts, number_operator=number)


def local(hamiltonian: Array, baths: list[tk.Bath], operators: list[Array], number: Array | None) -> tk.Model:
    contacts = [tk.Contact(bath, operator, tk.Flat(0.01)) for bath in baths for operator in operators]
    return tk.local(hamiltonian, contacts, bare=hamiltonian, number_operator=number)


BUILDERS = pytest.mark.parametrize("build", [davies, local])
Builder = Callable[[Array, list[tk.Bath], list[Array], Array | None], tk.Model]


def turned(seed: int, *matrices: Array) -> list[Array]:
    """The matrices in another basis; seed 0 is the basis given."""
    random, size = np.random.default_rng(seed), matrices[0].shape[-1]
    basis = np.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]
    return [matrix if seed == 0 else basis @ matrix @ basis.conj().T for matrix in matrices]


@BUILDERS
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_lead_fills_its_level_by_the_fermi_function(build: Builder, seed: int) -> None:
    annihilator, number = turned(seed, LOWER, OCCUPIED)
    for count in (number, None):
        alone = build(0.3 * number, [lead()], [annihilator], count)
        occupation = np.trace(number @ np.asarray(tk.steady_state(alone))).real
        assert occupation == pytest.approx(OCCUPATION, abs=1e-12)
        both = build(0.3 * number, [lead("L", 1.0), lead("R", -1.0)], [annihilator], count)
        assert float(tk.particles(both, "L").mean(tk.steady_state(both))) == pytest.approx(CURRENT, abs=1e-13)
    split = tk.operators.annihilation_part(annihilator + annihilator.conj().T, number)
    made = build(0.3 * number, [lead()], [split], number)
    assert np.trace(number @ np.asarray(tk.steady_state(made))).real == pytest.approx(OCCUPATION, abs=1e-12)


@pytest.mark.parametrize("phase", [1.0, 1j, np.exp(0.3j)])
def test_a_hermitian_operator_of_a_lead_is_refused_with_its_remedy(phase: complex) -> None:
    for operator in (*turned(0, FLIP, OCCUPIED), *turned(3, FLIP, OCCUPIED)):
        with pytest.raises(
            ValueError, match=r"bath 'L' must remove one particle, but it is Hermitian.*annihilation_part"
        ):
            tk.Contact(lead(), phase * operator, tk.Flat(0.01))
    swept = np.stack([LOWER, FLIP])
    with pytest.raises(ValueError, match="must remove one particle, but it is Hermitian"):
        tk.Contact(lead(), swept, tk.Flat(0.01))


@pytest.mark.parametrize("seed", [0, 3])
def test_what_is_hermitian_only_up_to_a_phase_is_called_so(seed: int) -> None:
    for operator, words in (
        (FLIP, "Hermitian, so"),
        (LOWER - LOWER.T, r"Hermitian up to a phase \(anti-Hermitian\), so"),
        (np.exp(0.3j) * FLIP, "Hermitian up to a phase, so"),
        (-1.0 * FLIP, "Hermitian, so"),
    ):
        for scale in (1.0, 1e-12, 1e12):
            with pytest.raises(ValueError, match=f"must remove one particle, but it is {words} that it adds one"):
                tk.Contact(lead(), scale * turned(seed, operator.astype(complex), OCCUPIED)[0], tk.Flat(0.01))


@BUILDERS
@pytest.mark.parametrize("seed", [0, 4])
def test_a_lead_is_held_against_the_number_given(build: Builder, seed: int) -> None:
    c = tk.operators.annihilators(2)
    one, two, number = turned(seed, *c, c[0].T @ c[0] + c[1].T @ c[1])
    wrong = {
        r"by \+1; it is the creation part: give the annihilation part, operator\.conj\(\)\.T": one.conj().T,
        r"by -2; a lead needs the annihilation part .* jumps of pairs are channels written by hand": one @ two,
        r"by -1 and \+1; give the annihilation part, thermokin\.operators\.annihilation_part\(": one
        + 1e-3 * two.conj().T,
        r"by -1 and 0; give the annihilation part": one + 0.5 * one @ one.conj().T,
        r"by 0; a lead needs the annihilation part .* Bose\(\) or SpinBath\(\)": two.conj().T @ one,
        r"by \+1, \+2; give|by \+1 and \+2; give the annihilation part": one.conj().T + (one @ two).conj().T,
    }
    for message, operator in wrong.items():
        with pytest.raises(ValueError, match=r"`contacts\[1\].operator` must remove one particle.*" + message):
            build(0.3 * number, [lead()], [one, operator], number)
    assert build(0.3 * number, [lead()], [one, 0.5 * one - 0.5j * two], number).number is not None


@BUILDERS
def test_a_number_that_does_not_count_or_is_not_kept_is_refused(build: Builder) -> None:
    with pytest.raises(ValueError, match=r"`number_operator` must have whole numbers as eigenvalues.*got 0\.5"):
        build(0.3 * OCCUPIED, [lead()], [LOWER], 0.5 * OCCUPIED)
    with pytest.raises(
        ValueError, match=r"`number_operator` must commute with the Hamiltonian.*leave `number_operator`"
    ):
        build(0.3 * OCCUPIED + 0.1 * FLIP, [lead()], [LOWER], OCCUPIED)


@BUILDERS
@pytest.mark.parametrize("seed", [0, 5])
def test_without_a_number_there_must_be_one_that_all_leads_lower(build: Builder, seed: int) -> None:
    c = tk.operators.annihilators(2)
    one, two, number = turned(seed, *c, c[0].T @ c[0] + c[1].T @ c[1])
    assert build(0.3 * number, [lead()], [one, two], None).number is None
    for wrong in (one + 1e-3 * one.conj().T, one + 0.1 * one.conj().T @ one):
        with pytest.raises(
            ValueError, match=r"`contacts\[1\].operator` must remove one particle, but no particle number"
        ):
            build(0.3 * number, [lead()], [one, wrong], None)
    for others in ([one, one.conj().T], [one @ two, one, two], [one, two, two.conj().T @ one]):
        with pytest.raises(ValueError, match=r"must (all )?remove one particle, but no particle number"):
            build(0.3 * number, [lead()], others, None)


def test_an_order_of_states_that_puts_the_full_one_first_is_as_good() -> None:
    """As with QuTiP's `sigmam`, where index 0 is the upper state."""
    model = davies(0.3 * np.diag([1.0, 0.0]), [lead()], [LOWER.T], None)
    assert tk.steady_state(model).populations[0] == pytest.approx(OCCUPATION, abs=1e-12)
    with pytest.raises(ValueError, match=r"changes the number by \+1; it is the creation part"):
        davies(0.3 * np.diag([1.0, 0.0]), [lead()], [LOWER], np.diag([1.0, 0.0]))


def golden_rule(hamiltonian: Array, operators: list[Array]) -> float:
    """Particles from the lead at mu = 0.5, T = 0.2 into a system with paired states, rates written out by hand."""
    energies, states = np.linalg.eigh(hamiltonian)
    gap = energies[None, :] - energies[:, None]  # what the jump from column to row gives to the lead
    filled = 1.0 / (np.exp((gap - 0.5) / 0.2) + 1.0)
    strength = 0.01 * sum(np.abs(states.conj().T @ operator @ states) ** 2 for operator in operators)
    out, into = strength * (1.0 - filled), (strength * filled).T
    rates = out + into
    balance = np.vstack([rates - np.diag(rates.sum(axis=0)), np.ones(energies.size)])
    populations = np.linalg.lstsq(balance, np.append(np.zeros(energies.size), 1.0), rcond=None)[0]
    return float(((into - out) @ populations).sum())


@pytest.mark.parametrize("seed", [0, 6])
def test_a_superconducting_dot_on_a_normal_lead_needs_no_number(seed: int) -> None:
    """Pairing breaks the number, not what the lead removes; a unitary changes no digit."""
    c = tk.operators.annihilators(2)
    n = c[0].T @ c[0] + c[1].T @ c[1]
    paired = 0.3 * n + 0.05 * (c[0] @ c[1] + (c[0] @ c[1]).T)
    hamiltonian, one, two, number = turned(seed, paired, *c, n)
    model = davies(hamiltonian, [lead()], [one, two], None)
    current = float(tk.particles(model, "L").mean(tk.steady_state(model)))
    assert current == pytest.approx(golden_rule(hamiltonian, [one, two]), rel=1e-10)
    assert current > 1e-4
    with pytest.raises(ValueError, match="must commute with the Hamiltonian"):
        davies(hamiltonian, [lead()], [one, two], number)


@pytest.mark.parametrize("seed", range(20))
def test_random_charges_are_found_in_any_basis_and_broken_ones_are_not(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 9))
    charge = np.sort(random.integers(0, 3, size))
    charge[:2] = [0, 1]
    steps = charge[:, None] - charge[None, :] == -1
    operators = [np.where(steps, random.normal(size=(size, size)), 0.0) for _ in range(int(random.integers(1, 4)))]
    number = np.diag(charge.astype(float))
    block = np.where(charge[:, None] == charge[None, :], random.normal(size=(size, size)), 0.0)
    hamiltonian, count, *given = turned(seed + 1, block + block.T, number, *operators)
    assert gradable(operators, None)
    assert gradable(given, None)
    np.testing.assert_allclose(
        tk.operators.annihilation_part(given[0] + given[0].conj().T, count), given[0], rtol=0, atol=1e-12 * size
    )
    contacts = [tk.Contact(lead(), operator, tk.Flat(1e-6)) for operator in given]
    made = [tk.davies(hamiltonian, contacts, number_operator=each, tolerance=1e-9) for each in (count, None)]
    for model in made:
        heat = tk.heat(model, "L")
        assert np.abs(heat.weights).max() > 0.0
    broken = given[0] + 0.1 * given[0].conj().T
    assert not gradable([*given[1:], broken], None)
    with pytest.raises(ValueError, match="must remove one particle"):
        tk.davies(hamiltonian, [tk.Contact(lead(), broken, tk.Flat(1e-6))], number_operator=count)


@pytest.mark.parametrize("seed", range(5))
def test_a_lead_alone_leaves_interacting_modes_in_the_grand_canonical_state(seed: int) -> None:
    random = np.random.default_rng(seed)
    c = tk.operators.annihilators(3)
    number = sum(x.T @ x for x in c)
    hop = random.normal(size=(3, 3))
    hamiltonian = sum((hop + hop.T)[i, j] * c[i].T @ c[j] for i in range(3) for j in range(3))
    hamiltonian = hamiltonian + random.uniform(0.5, 2.0) * (c[0].T @ c[0]) @ (c[1].T @ c[1])
    H, N, *operators = turned(seed, hamiltonian, number, *c)
    model = tk.davies(H, [tk.Contact(lead(), x, tk.Flat(1e-5)) for x in operators], number_operator=N)
    expected = tk.operators.gibbs(H - 0.5 * N, 0.2)
    np.testing.assert_allclose(np.asarray(tk.steady_state(model)), expected, rtol=0, atol=1e-10)


def test_a_number_that_turns_along_a_sweep_is_held_at_every_point() -> None:
    angles = np.linspace(0.0, 1.5, 4)
    turn = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]]).transpose(2, 0, 1)
    back = turn.swapaxes(-1, -2)
    number, operator = turn @ OCCUPIED @ back, turn @ LOWER @ back
    for count in (number, None):
        model = davies(0.3 * number, [lead()], [operator], count)
        state = np.asarray(tk.steady_state(model))
        np.testing.assert_allclose(np.trace(number @ state, axis1=-2, axis2=-1).real, OCCUPATION, rtol=1e-11)
    with pytest.raises(ValueError, match="must remove one particle"):
        davies(0.3 * number, [lead()], [operator.swapaxes(-1, -2)], number)


@pytest.mark.parametrize("statistics", [tk.Fermi(), tk.SpinBath()])
def test_a_quantum_of_a_library_model_goes_once_whatever_half_filled_bath_takes_it(statistics: tk.Bath) -> None:
    """One meaning with the closed forms: g for a qubit, g tanh(w/2T) for an oscillator."""
    qubit = tk.library.qubit(1.0, 0.1, 0.5, statistics=statistics)  # type: ignore[arg-type]
    closed = tk.exact.QubitQuench(1.0, 0.1, 0.3, 0.5, statistics=statistics)  # type: ignore[arg-type]
    assert float(tk.modes(qubit).gap) == pytest.approx(0.1, rel=1e-13)
    assert float(closed.relaxation_rate) == pytest.approx(0.1, rel=1e-13)
    mode = tk.library.oscillator(30, 1.0, 0.002, 0.5, statistics=statistics)  # type: ignore[arg-type]
    assert float(tk.modes(mode).gap) == pytest.approx(0.002 * np.tanh(1.0), rel=1e-9)


@pytest.mark.parametrize(
    "build",
    [
        lambda kind: tk.library.qubit(1.0, 0.01, 0.5, statistics=kind),
        lambda kind: tk.library.oscillator(5, 1.0, 0.01, 0.5, statistics=kind),
        lambda kind: tk.library.spin(1.5, 1.0, 0.01, 0.5, statistics=kind),
        lambda kind: tk.library.qutrit_ladder(0.01, 0.5, statistics=kind),
        lambda kind: tk.library.qutrit_v(0.01, 0.5, statistics=kind),
        lambda kind: tk.library.qutrit_lambda(0.01, 0.5, statistics=kind),
    ],
)
def test_a_lead_at_zero_potential_moves_a_library_model_as_a_spin_bath_does(build: Callable[..., tk.Model]) -> None:
    of_lead, of_spins = build(tk.Fermi()), build(tk.SpinBath())
    start, times = np.full(of_lead.dimension, 1.0 / of_lead.dimension), [0.0, 3.0, 200.0]
    made = [tk.evolve(model, tk.Populations(start), times).populations for model in (of_lead, of_spins)]
    np.testing.assert_allclose(made[0], made[1], rtol=1e-12)
    assert np.abs(tk.particles(of_lead, "bath").weights).max() == 1.0


def test_jumps_between_any_two_of_many_levels_move_no_particle_in_library_and_closed_form() -> None:
    levels = [0.0, 1.0, 2.5]
    with pytest.raises(ValueError, match=r"`statistics` of `levels` must be Bose\(\) or SpinBath\(\)"):
        tk.library.levels(levels, np.ones((3, 3)), 0.1, 0.5, statistics=tk.Fermi())
    with pytest.raises(ValueError, match=r"`statistics` of `NLevelQuench` must be Bose\(\) or SpinBath\(\)"):
        tk.exact.NLevelQuench(levels, np.ones((3, 3)), 0.1, 0.5, 1.0, statistics=tk.Fermi())
