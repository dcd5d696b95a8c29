"""The Davies generator against sums over all pairs of levels, its limits at zero frequency, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import builders
import oracles
import strategies
import thermokin as tk
from oracles import Array
from strategies import CoherentData
from thermokin.operators.fock import annihilators

QUICK = settings(max_examples=30, deadline=None)
X = np.array([[0.0, 1.0], [1.0, 0.0]])
COLD = tk.Bath("cold", 0.6)


def dense(model: tk.Model) -> Array:
    """The generator written out from the model's own channels, in the user's basis."""
    return oracles.liouvillian(model.hamiltonian, [oracles.Jump(channel.jump) for channel in model.channels])


def rotation(size: int, seed: int = 3) -> Array:
    random = np.random.default_rng(seed)
    return np.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]


def agrees(model: tk.Model, hamiltonian: Array, baths: list[tuple[list[oracles.Jump], float]]) -> None:
    expected = oracles.liouvillian(hamiltonian, [jump for jumps, _ in baths for jump in jumps])
    # Both sides come from an eigendecomposition of a matrix of norm 3 in doubles.
    np.testing.assert_allclose(dense(model), expected, rtol=0, atol=1e-13 * np.abs(expected).max())


@QUICK
@given(strategies.coherent_models(largest=5))
def test_one_bath_acts_by_every_bohr_frequency(data: CoherentData) -> None:
    agrees(builders.coherent(data), data.hamiltonian, data.oracle_baths())


@QUICK
@given(strategies.two_bath_models())
def test_two_baths_act_side_by_side(data: CoherentData) -> None:
    agrees(builders.coherent(data), data.hamiltonian, data.oracle_baths())


@pytest.mark.parametrize(
    "levels",
    [
        [0.0, 1.0, 2.0, 3.0],  # equal gaps
        [0.0, 1.0, 1.0, 2.0],  # degenerate levels and equal gaps
        [0.0, 0.0, 0.0, 1.0],
        [0.0, 1.0, 3.0, 4.0],  # two pairs of equal gaps
        [0.0, 0.0, 0.0, 0.0],  # only dephasing
    ],
)
def test_equal_gaps_and_degenerate_levels_jump_together(levels: list[float]) -> None:
    basis, random = rotation(4), np.random.default_rng(1)
    H = basis @ np.diag(levels) @ basis.conj().T
    A = random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4))
    A, H = A + A.conj().T, (H + H.conj().T) / 2
    bath = tk.Bath("bath", 0.8)
    model = tk.davies(H, [tk.Contact(bath, A, tk.Ohmic(1e-3))])
    gamma = oracles.emission_rate(lambda w: 1e-3 * w, 0.8, "bose", 0.8e-3)
    agrees(model, H, [(oracles.davies(H, A, gamma, 0.8), 0.8)])


def test_gaps_closer_than_the_tolerance_are_one_frequency() -> None:
    H = np.diag([0.0, 1.0, 2.0 + 1e-6])
    A = np.diag([1.0, 1.0], 1) + np.diag([1.0, 1.0], -1)
    contact = tk.Contact(COLD, A, tk.Flat(1e-9))
    assert len(tk.davies(H, [contact]).channels) == 4
    assert len(tk.davies(H, [contact], tolerance=1e-5).channels) == 2


def test_pure_dephasing_by_an_ohmic_bath_runs_at_temperature_times_slope() -> None:
    H, Z = np.diag([0.0, 1.0]), np.diag([1.0, -1.0])
    model = tk.davies(H, [tk.Contact(tk.Bath("bath", 0.7), Z, tk.Ohmic(0.01, 5.0))])
    (channel,) = model.channels
    assert channel.energy == 0.0
    coherence = tk.evolve(model, np.full((2, 2), 0.5), [10.0]).states[0, 0, 1]
    # D[Z] damps coherence at twice the rate 0.7 * 0.01.
    assert abs(coherence) == pytest.approx(0.5 * np.exp(-2 * 0.007 * 10), rel=1e-14)


def test_a_super_ohmic_bath_and_a_frozen_one_do_not_dephase() -> None:
    H, Z = np.diag([0.0, 1.0]), np.diag([1.0, -1.0])
    for bath, spectrum in ((COLD, tk.Ohmic(0.01, 5.0, 3.0)), (tk.Bath("cold", 0.0), tk.Ohmic(0.01, 5.0))):
        assert len(tk.davies(H, [tk.Contact(bath, Z, spectrum)]).channels) == 0


@pytest.mark.parametrize(
    "spectrum", [tk.Flat(0.01), tk.Ohmic(0.01, exponent=0.5), tk.Lorentzian(0.01, 1.0, 1.0)], ids=repr
)
def test_dephasing_that_diverges_is_refused(spectrum: tk.Flat) -> None:
    message = r"`contacts\[1\].operator` has elements between levels of equal energy.*diverges at temperature 0.6; use"
    contacts = [tk.Contact(COLD, X, spectrum), tk.Contact(COLD, X + np.diag([1.0, 0.0]), spectrum)]
    with pytest.raises(ValueError, match=message):
        tk.davies(np.diag([0.0, 1.0]), contacts)


@pytest.mark.parametrize("diagonal", [[0.7, 0.7], [1.4, 0.0]])
def test_a_multiple_of_the_identity_in_a_coupling_is_no_jump(diagonal: list[float]) -> None:
    centred = np.diag(np.array(diagonal) - np.mean(diagonal))
    made, plain = (
        tk.davies(np.diag([0.0, 1.0]), [tk.Contact(COLD, X + part, tk.Ohmic(0.01))])
        for part in (np.diag(diagonal), centred)
    )
    np.testing.assert_allclose(dense(made), dense(plain), rtol=0, atol=1e-17)
    rho = np.array([[0.4, 0.1], [0.1, 0.6]])
    assert tk.activity(made).mean(rho) == pytest.approx(tk.activity(plain).mean(rho), rel=1e-15)


def test_a_flat_bath_accepts_a_coupling_with_the_identity_in_it() -> None:
    model = tk.davies(np.diag([0.0, 1.0]), [tk.Contact(COLD, X + 0.3 * np.eye(2), tk.Flat(0.01))])
    assert len(model.channels) == 2


def test_a_table_is_asked_only_for_the_frequencies_of_the_model() -> None:
    table = tk.Tabulated([0.0, 0.1, 0.5], [0.0, 0.001, 0.003])
    model = tk.davies(np.diag([0.0, 0.4]), [tk.Contact(COLD, X + np.diag([0.2, 0.0]), table)])
    assert len(model.channels) == 3


def test_channels_obey_local_detailed_balance_pair_by_pair() -> None:
    random = np.random.default_rng(2)
    A = random.normal(size=(4, 4))
    H = rotation(4) @ np.diag([0.0, 1.0, 1.7, 3.0]) @ rotation(4).conj().T
    model = tk.davies((H + H.conj().T) / 2, [tk.Contact(COLD, A + A.T, tk.Ohmic(1e-3))])
    for channel, back in zip(model.channels, model.table.reverse, strict=True):
        other = model.channels[int(back)]
        weight = np.exp(channel.entropy_flow / 2)
        np.testing.assert_allclose(channel.jump, weight * other.jump.conj().T, rtol=0, atol=1e-15)
        # [L, H] = w L: a jump takes its energy from the Hamiltonian, whatever the state.
        lowered = channel.jump @ model.hamiltonian - model.hamiltonian @ channel.jump
        np.testing.assert_allclose(lowered, -channel.energy * channel.jump, rtol=0, atol=1e-15)


def two_sites(left: tuple[float, float], right: tuple[float, float]) -> tuple[tk.Model, Array, Array]:
    """Two coupled fermionic sites, each on its lead at (temperature, chemical potential)."""
    one, two = annihilators(2)
    H = 0.5 * one.conj().T @ one - 0.3 * two.conj().T @ two + 0.4 * (one.conj().T @ two + two.conj().T @ one)
    number = one.conj().T @ one + two.conj().T @ two
    contacts = [
        tk.Contact(tk.Bath(name, temperature, mu, tk.Fermi()), operator, tk.Flat(rate))
        for name, (temperature, mu), operator, rate in (("left", left, one, 0.01), ("right", right, two, 0.02))
    ]
    return tk.davies(H, contacts, number_operator=number), H, number


def test_two_leads_alike_keep_the_grand_canonical_state() -> None:
    model, H, number = two_sites((0.6, 0.2), (0.6, 0.2))
    state = oracles.gibbs(H - 0.2 * number, 0.6)
    np.testing.assert_allclose(tk.steady_state(model).state, state, rtol=0, atol=1e-14)
    np.testing.assert_allclose(tk.evolve(model, tk.Gibbs(0.6), [5.0]).states[0], state, rtol=0, atol=1e-14)


def test_each_mode_of_free_fermions_carries_its_share_of_the_current() -> None:
    (left, right), (warm, cold) = ((0.6, 0.5), (0.3, -0.1)), (0.01, 0.02)
    model, _, number = two_sites(left, right)
    energies, modes = np.linalg.eigh(np.array([[0.5, 0.4], [0.4, -0.3]]))
    rates = np.abs(modes) ** 2 * np.array([[warm], [cold]])  # rates[lead, mode]
    filling = [1 / (np.exp((energies - mu) / temperature) + 1) for temperature, mu in (left, right)]
    expected = (rates[0] * rates[1] / rates.sum(axis=0) * (filling[0] - filling[1])).sum()
    state = tk.steady_state(model).state
    assert tk.particles(model, "left").mean(state) == pytest.approx(expected, rel=1e-12)
    assert tk.particles(model, "right").mean(state) == pytest.approx(-expected, rel=1e-12)
    filled = (rates[0] * filling[0] + rates[1] * filling[1]) / rates.sum(axis=0)
    assert np.trace(number @ state).real == pytest.approx(filled.sum(), rel=1e-12)


def test_a_jump_into_a_lead_takes_one_particle_and_its_entropy() -> None:
    model = two_sites((0.6, 0.5), (0.3, -0.1))[0]
    assert {float(channel.particles) for channel in model.channels} == {-1.0, 1.0}
    for channel in model.channels:
        bath = channel.bath
        assert bath is not None
        gained = -(channel.energy - bath.chemical_potential * channel.particles) / bath.temperature
        assert channel.entropy_flow == pytest.approx(float(gained), rel=1e-15)


def test_two_contacts_may_share_one_bath() -> None:
    Z = np.diag([1.0, -1.0])
    model = tk.davies(np.diag([0.0, 1.0]), [tk.Contact(COLD, X, tk.Ohmic(0.01)), tk.Contact(COLD, Z, tk.Ohmic(0.02))])
    assert model.baths == (COLD,)
    assert len(model.channels) == 3


def test_one_name_for_two_baths_is_refused() -> None:
    contacts = [tk.Contact(tk.Bath("b", temperature), X, tk.Flat(0.01)) for temperature in (1.0, 2.0)]
    with pytest.raises(ValueError, match="two different baths are both named 'b'; give each its own name"):
        tk.davies(np.diag([0.0, 1.0]), contacts)


def test_contacts_are_named_where_they_do_not_fit() -> None:
    H = np.diag([0.0, 1.0])
    with pytest.raises(ValueError, match="`contacts` must name at least one contact"):
        tk.davies(H, [])
    with pytest.raises(TypeError, match=r"`contacts\[1\]` must be a Contact, got 3"):
        tk.davies(H, [tk.Contact(COLD, X, tk.Flat(0.01)), 3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"`contacts\[0\].operator` must have shape \(..., 2, 2\), got \(3, 3\)"):
        tk.davies(H, [tk.Contact(COLD, np.eye(3), tk.Flat(0.01))])
    with pytest.raises(ValueError, match="`hamiltonian` must be Hermitian"):
        tk.davies([[0.0, 1.0], [0.0, 0.0]], [tk.Contact(COLD, X, tk.Flat(0.01))])


def test_a_particle_number_that_moves_is_refused() -> None:
    with pytest.raises(ValueError, match="`number_operator` must commute with the Hamiltonian, the commutator's large"):
        tk.davies(X, [tk.Contact(COLD, np.diag([0.0, 1.0]), tk.Ohmic(0.01))], number_operator=np.diag([0.0, 1.0]))
