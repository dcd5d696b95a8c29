"""The energy and the particles that a channel declares are those that its jump gives: [X, L] = x L."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from library_models import NAMES, example
from thermokin.model import own_quanta as module
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.own_quanta import own_quanta

Array = np.ndarray
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
FLIP = LOWER + LOWER.T
GAP = np.diag([0.0, 1.0])
BATH = tk.Bath("b", 0.5)


def pair(jump: Array, quantum: float, bath: tk.Bath = BATH, particles: float = 0.0) -> list[tk.Channel]:
    """A jump that gives the bath a quantum, and its way back, in local detailed balance."""
    weight = np.exp(-(quantum - float(bath.chemical_potential) * particles) / float(bath.temperature) / 2.0)
    back = weight * jump.conj().T
    return [tk.Channel(0.1 * jump, bath, -quantum, -particles), tk.Channel(0.1 * back, bath, quantum, particles)]


def turned(seed: int, *matrices: Array) -> list[Array]:
    """The matrices in another basis; seed 0 is the basis given."""
    random, size = np.random.default_rng(seed), matrices[0].shape[-1]
    basis = np.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]
    return [matrix if seed == 0 else basis @ matrix @ basis.conj().T for matrix in matrices]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_quantum_that_the_jump_does_not_have_is_refused_with_the_right_one(seed: int) -> None:
    hamiltonian, jump = turned(seed, GAP, LOWER)
    right = tk.Model(hamiltonian, pair(jump, 1.0))
    assert right.validity == ()
    account = tk.ledger(right, tk.evolve(right, tk.Gibbs(2.0), [5000.0]))
    assert account.heat["b"][-1] == pytest.approx(-0.2583377, abs=1e-7)  # Gibbs at 0.5 less Gibbs at 2, closed form
    for wrong in (2.0, 0.5, 1.0 + 1e-7):
        with pytest.raises(
            ValueError, match=r"`channels\[0\].energy` \(bath 'b'\) must be .*, -1: .*; give energy=-1, or"
        ):
            tk.Model(hamiltonian, pair(jump, wrong))
    with pytest.raises(ValueError, match=r"must be what one jump gives to the system, -1: .* got 0; give energy=-1"):
        tk.Model(
            hamiltonian,
            [
                tk.Channel(jump, tk.Bath("b", np.inf, statistics=tk.SpinBath())),
                tk.Channel(jump.conj().T, tk.Bath("b", np.inf, statistics=tk.SpinBath())),
            ],
        )


@pytest.mark.parametrize("drive", [0.0, 0.01])
def test_raising_and_lowering_exchanged_is_said(drive: float) -> None:
    hamiltonian = GAP + drive * FLIP
    with pytest.raises(
        ValueError, match=r"`channels\[0\].energy`.* got -1; exchange raising and lowering, or give energy="
    ):
        tk.Model(hamiltonian, pair(LOWER.T, 1.0))
    with pytest.raises(
        ValueError, match="X = `energy_operator`, got -1; exchange raising and lowering, or give energy=1"
    ):
        tk.Model(hamiltonian, pair(LOWER.T, 1.0), energy_operator=GAP)


@pytest.mark.parametrize("seed", range(15))
def test_random_quanta_are_held_at_every_scale_shift_and_basis(seed: int) -> None:
    random = np.random.default_rng(seed)
    size, unit = int(random.integers(2, 7)), 10.0 ** random.integers(-6, 7)
    levels = unit * (np.sort(random.uniform(0.0, 3.0, size)) + random.choice([0.0, 100.0]))
    low, high = sorted(random.choice(size, 2, replace=False))
    jump = np.zeros((size, size))
    jump[low, high] = 1.0
    gap = float(levels[high] - levels[low])
    hamiltonian, lowering = turned(int(random.integers(0, 2)) * (seed + 1), np.diag(levels), jump)
    bath = tk.Bath("b", unit * random.uniform(0.5, 2.0))
    assert tk.Model(hamiltonian, pair(lowering, gap, bath)).validity == ()
    for factor in (1.001, 0.9, 2.0):
        with pytest.raises(ValueError, match=r"`channels\[0\].energy` \(bath 'b'\) must be what one jump gives"):
            tk.Model(hamiltonian, pair(lowering, factor * gap, bath))
        with pytest.raises(ValueError, match="X = `energy_operator`"):
            tk.Model(0.0 * hamiltonian, pair(lowering, factor * gap, bath), energy_operator=hamiltonian)


def test_the_zero_of_energy_costs_no_more_than_the_digits_of_a_gap() -> None:
    for shift in (1e3, 1e6, 1e9):
        assert tk.Model(GAP + shift * np.eye(2), pair(LOWER, 1.0)).validity == ()
        with pytest.raises(ValueError, match="give energy=-1, or"):
            tk.Model(GAP + shift * np.eye(2), pair(LOWER, 1.01))


def test_a_squeezed_bath_has_a_line_of_validity_with_its_size() -> None:
    """cosh r a + sinh r a^+ gives -w and +w: off by 2 w sinh r in sqrt(cosh^2 + sinh^2), whatever the truncation."""
    a, r = tk.operators.destroy(30), 0.5
    squeezed = np.cosh(r) * a + np.sinh(r) * a.T
    model = tk.Model(a.T @ a, pair(squeezed, 1.0))
    (line,) = model.validity
    assert line.name == "declared energy"
    expected = np.sqrt(np.cosh(r) ** 2 + np.sinh(r) ** 2) / (2.0 * np.sinh(r))
    assert float(line.ratio) == pytest.approx(expected, rel=1e-12)
    assert line.in_doubt
    evolution = tk.evolve(model, tk.Gibbs(0.5), [0.0, 1.0])
    np.testing.assert_array_equal(tk.ledger(model, evolution).work_rate, 0.0)


def test_a_drive_that_is_counted_has_a_line_of_validity_and_one_that_is_not_has_none() -> None:
    strengths = np.array([0.0, 1e-3, 0.1])
    driven = GAP + strengths[:, None, None] * FLIP
    (line,) = tk.Model(driven, pair(LOWER, 1.0)).validity
    # [d sigma_x, sigma_-] = d sigma_z, of norm sqrt(2) d beside |L| = 1.
    np.testing.assert_allclose(line.ratio, [np.inf, 1.0 / (np.sqrt(2.0) * 1e-3), 1.0 / (np.sqrt(2.0) * 0.1)], rtol=1e-9)
    assert tk.Model(driven, pair(LOWER, 1.0), energy_operator=GAP).validity == ()
    with pytest.raises(ValueError, match="got -2; give energy=-1"):
        tk.Model(driven[0], pair(LOWER, 2.0))
    with pytest.raises(ValueError, match=r"got -2 at index \(0,\); give energy=-1"):
        tk.Model(np.array([1.0, 1.5])[:, None, None] * GAP, pair(LOWER, 2.0))


def test_the_interaction_picture_is_allowed_and_said() -> None:
    (line,) = tk.Model(np.zeros((2, 2)), pair(LOWER, 1.0)).validity
    assert float(line.ratio) == pytest.approx(1.0, rel=1e-12)
    (line,) = tk.Model(0.05 * FLIP, pair(LOWER, 1.0)).validity
    assert line.in_doubt
    assert tk.Model(0.05 * FLIP, pair(LOWER, 1.0), energy_operator=GAP).validity == ()
    with pytest.raises(ValueError, match="or pass the operator whose energy is counted as `energy_operator`"):
        tk.Model(0.05 * GAP, pair(LOWER, 1.0))


def swept(name: str) -> tuple[Array, list[tk.Channel]]:
    """A sweep in a rotating frame from 0 of what makes its jumps lose their own quantum, with laboratory quanta."""
    if name == "drive":
        return 0.05 * GAP + np.array([0.0, 0.1])[:, None, None] * FLIP, pair(LOWER, 1.0)
    if name == "Kerr":
        a = tk.operators.destroy(5)
        return 0.2 * a.T @ a - np.array([0.0, 0.05])[:, None, None] * (a.T @ a.T @ a @ a), pair(a, 5.0)
    one, two = (tk.operators.embed(LOWER, site, (2, 2)) for site in (0, 1))
    exchange = one.T @ two + two.T @ one
    bare = 0.05 * one.T @ one + 0.02 * two.T @ two
    return bare + np.array([0.0, 0.05])[:, None, None] * exchange, pair(one, 1.0) + pair(two, 1.0)


@pytest.mark.parametrize("name", ["drive", "Kerr", "exchange"])
def test_a_sweep_in_a_rotating_frame_may_start_without_what_it_sweeps(name: str) -> None:
    hamiltonian, channels = swept(name)
    for sweep in (hamiltonian, hamiltonian[::-1], np.stack([hamiltonian, hamiltonian])):
        (line,) = tk.Model(sweep, channels).validity
        assert line.name == "declared energy"
        assert (line.ratio < 2.0).all()
    with pytest.raises(ValueError, match=r"rotating frame, keep the declared energy and pass `energy_operator`"):
        tk.Model(hamiltonian[0], channels)
    with pytest.raises(ValueError, match=r"rotating frame.* otherwise give energy="):
        tk.Model(hamiltonian[:1], channels)


def test_raising_and_lowering_exchanged_is_said_along_a_drive_but_not_along_a_detuning() -> None:
    drive = np.array([0.0, 0.01, 0.5])[:, None, None] * FLIP
    with pytest.raises(ValueError, match=r"got -1 at index \(0,\); exchange raising and lowering"):
        tk.Model(GAP + drive, pair(LOWER.T, 1.0))
    detuning = np.linspace(-2.0, 2.0, 5)[:, None, None] * GAP
    (line,) = tk.Model(detuning + 0.01 * FLIP, pair(LOWER, 1.0)).validity
    assert line.in_doubt


def test_jumps_without_a_bath_are_counted_as_declared_and_a_mismatch_is_a_line() -> None:
    silent = tk.Model(GAP, [tk.Channel(LOWER, None)])
    assert silent.validity == ()
    assert tk.Model(GAP, [tk.Channel(LOWER, None, -1.0)]).validity == ()
    (line,) = tk.Model(GAP, [tk.Channel(LOWER, None, -3.0)]).validity
    assert line.name == "declared energy without a bath"
    assert float(line.ratio) == pytest.approx(1.5, rel=1e-12)
    evolution = tk.evolve(silent, tk.Populations([0.2, 0.8]), [0.0, 1.0])
    np.testing.assert_array_equal(tk.ledger(silent, evolution).work_rate, 0.0)


def test_the_work_of_a_drive_is_what_jumps_leave_of_the_energy() -> None:
    model = tk.Model(0.3 * FLIP, pair(LOWER, 1.0), energy_operator=GAP)
    evolution = tk.evolve(model, np.array([[0.7, 0.2j], [-0.2j, 0.3]]), np.linspace(0.0, 4.0, 9))
    account = tk.ledger(model, evolution)
    change = evolution.expectation_rate(model.energy)
    np.testing.assert_allclose(account.work_rate, change - account.heat_rate["b"], rtol=0, atol=1e-14)
    assert np.abs(account.work_rate).max() > 0.1


def test_particles_are_held_against_the_number() -> None:
    lead = tk.Bath("lead", 0.5, 0.4, tk.Fermi())
    assert tk.Model(GAP, pair(LOWER, 1.0, lead, 1.0), number_operator=GAP).validity == ()
    for wrong, right in ((0.0, -1), (2.0, -1)):
        with pytest.raises(
            ValueError, match=rf"`channels\[0\].particles` \(bath 'lead'\) must be .*, {right}: .*`number_op"
        ):
            tk.Model(GAP, pair(LOWER, 1.0, lead, wrong), number_operator=GAP)
    with pytest.raises(
        ValueError, match=r"`channels\[0\].particles`.*exchange raising and lowering, or give particles=1"
    ):
        tk.Model(GAP, pair(LOWER, 1.0, lead, 1.0), number_operator=np.diag([1.0, 0.0]))
    assert tk.Model(GAP, pair(LOWER, 1.0), number_operator=GAP).validity == ()  # a bath of photons moves none
    (line,) = tk.Model(GAP, [tk.Channel(LOWER, None, particles=-2.0)], number_operator=GAP).validity
    assert line.name == "declared particles without a bath"


@pytest.mark.parametrize("name", NAMES)
def test_the_channels_of_a_builder_have_the_quanta_they_declare(name: str) -> None:
    model = example(name)
    energy = model.from_frame(model.energy.dense)
    again = tk.Model(model.hamiltonian, list(model.channels), energy_operator=energy)
    assert all(line.smallest > 1e6 for line in again.validity)


@pytest.mark.parametrize("seed", range(6))
def test_own_quanta_are_the_same_by_every_route(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels alone, sparse and dense products, and a stack, against commutators written out."""
    random = np.random.default_rng(seed)
    size = 5
    levels = random.normal(size=size)
    jumps = [random.normal(size=(size, size)) * (random.random((size, size)) < 0.4) for _ in range(3)]
    jumps[1] = np.zeros((size, size))
    model = tk.Model(np.diag(levels), [tk.Channel(jump, None) for jump in jumps])
    full = np.diag(levels) + 0.0 * np.eye(size)
    stack = np.stack([full, 2.0 * full])
    found = [own_quanta(FrameOperator.from_matrix(full.astype(complex)), model.table)]
    for share in (0.0, 2.0):
        monkeypatch.setattr(module, "FULL", share)
        found.append(own_quanta(FrameOperator(levels, full.astype(complex)), model.table))
    stacked = own_quanta(FrameOperator(np.stack([levels, 2.0 * levels]), stack.astype(complex)), model.table)
    for position, jump in enumerate(jumps):
        total = (jump**2).sum()
        turned_ = full @ jump - jump @ full
        mean = (jump * turned_).sum() / total if total else 0.0
        spread = np.sqrt(((turned_ - mean * jump) ** 2).sum() / total) if total else 0.0
        for each in found:
            assert each.moving[position] == (total > 0.0)
            assert each.mean[position] == pytest.approx(mean, abs=1e-13)
            assert each.spread[position] == pytest.approx(spread, abs=1e-13)
        np.testing.assert_allclose(stacked.mean[:, position], [mean, 2.0 * mean], rtol=0, atol=1e-13)
        np.testing.assert_allclose(stacked.spread[:, position], [spread, 2.0 * spread], rtol=0, atol=1e-13)


def test_a_line_of_validity_names_the_argument_that_mends_it() -> None:
    """A mode and a qubit whose coupling is part of H: only the bare energies change by what a jump gives."""
    a = np.kron(np.diag(np.sqrt(np.arange(1.0, 3.0)), 1), np.eye(2))
    lower = np.kron(np.eye(3), LOWER)
    bare = a.T @ a + lower.T @ lower
    coupled = bare + 0.05 * (a.T @ lower + lower.T @ a)
    (line,) = tk.Model(coupled, pair(a, 1.0)).validity
    assert (
        line.remedy == "; where the Hamiltonian holds a coupling or a drive, pass it without them as `energy_operator=`"
    )
    (line,) = tk.Model(coupled, pair(a, 1.0), energy_operator=coupled).validity
    assert line.remedy == "; where `energy_operator` holds a coupling or a drive, leave them out of it"
    assert tk.Model(coupled, pair(a, 1.0), energy_operator=bare).validity == ()
