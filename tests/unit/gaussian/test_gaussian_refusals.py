"""What Gaussian models refuse, each with the remedy."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.errors import LostPointsWarning

g = tk.gaussian
HOT, COLD = tk.Bath("hot", 2.0), tk.Bath("cold", 0.5)
LEAD = tk.Bath("lead", 1.0, 0.3, tk.Fermi())
PAIR = [[1.0, 0.01], [0.01, 1.0]]


def site(bath: tk.Bath = HOT, number: object = 0, rate: float = 0.01) -> tk.gaussian.SiteContact:
    return g.SiteContact(bath, number, tk.Flat(rate))


def test_a_mode_that_no_bath_touches_is_refused_by_its_site() -> None:
    with pytest.raises(ValueError, match=r"mode \d \(largest on site 2\) is coupled to no bath.*or leave it out"):
        g.bosons(np.diag([1.0, 1.2, 1.5]), [site(), site(number=1)])


def test_a_chain_with_disorder_that_hides_its_middle_is_refused() -> None:
    energies = 1.0 + 0.3 * np.random.default_rng(1).random(200)
    h = np.diag(energies) + 0.02 * (np.eye(200, k=1) + np.eye(200, k=-1))
    with pytest.raises(ValueError, match=r"coupled to no bath, as far as doubles tell"):
        g.bosons(h, [site(HOT, 0, 0.02), site(COLD, 199, 0.02)])


def test_a_verdict_does_not_hang_on_the_zero_of_energy() -> None:
    h = np.array([[0.0, 1e-5], [1e-5, 0.0]])
    one = g.fermions(h, [site(LEAD)])
    shifted = tk.Bath("lead", 1.0, 1e6 + 0.3, tk.Fermi())
    two = g.fermions(h + 1e6 * np.eye(2), [site(shifted)])
    np.testing.assert_allclose(one.gap, two.gap, rtol=1e-9)


def test_gain_above_loss_is_refused_for_bosons_and_natural_for_fermions() -> None:
    touched = np.eye(1)
    with pytest.raises(ValueError, match=r"grows at rate 0\.1: gain exceeds loss, and nothing is at rest"):
        g.bosons([[1.0]], [g.RateContact(None, 0.1 * touched, 0.2 * touched)])
    model = g.fermions([[1.0]], [g.RateContact(None, 0.1 * touched, 0.2 * touched)])
    np.testing.assert_allclose(tk.steady_state(model).occupations, [2.0 / 3.0], rtol=1e-14)


def test_a_point_of_a_sweep_that_grows_is_named() -> None:
    gain = np.array([0.05, 0.2])[:, None, None] * np.eye(1)
    with pytest.warns(LostPointsWarning, match=r"grows at rate 0\.1 at the point \(1,\) of the sweep"):
        g.bosons([[1.0]], [g.RateContact(None, 0.1 * np.eye(1), gain)])


def test_a_hamiltonian_that_is_not_hermitian_is_refused() -> None:
    with pytest.raises(ValueError, match="`hamiltonian` must be Hermitian"):
        g.bosons([[1.0, 0.1], [0.2, 1.0]], [site()])


def test_a_frequency_below_the_chemical_potential_of_bosons_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`contacts\[0\]`: bath 'hot' has chemical potential 0.*frequency of -0\.1"):
        g.bosons([[-0.1]], [site()])
    with pytest.raises(ValueError, match=r"`contacts\[1\]`: .*got a frequency of -0\.5"):
        g.bosons([[1.0, 1.5], [1.5, 1.0]], [site(), g.NormalModeContact(COLD, 1, tk.Flat(0.01))])


def test_statistics_that_do_not_belong_to_the_modes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"bath 'hot' of Bose statistics; fermions come from leads"):
        g.fermions(PAIR, [site()])
    with pytest.raises(ValueError, match=r"bath 'lead' of Fermi statistics; a lead has no bosons"):
        g.bosons(PAIR, [site(LEAD)])


def test_pairing_without_a_lowest_energy_is_refused() -> None:
    with pytest.raises(ValueError, match=r"with `pairing` is not bounded from below: .* eigenvalue of -0\.5"):
        g.bosons([[1.0]], [g.NormalModeContact(HOT, 0, tk.Flat(0.1))], pairing=[[1.5]])
    with pytest.raises(ValueError, match=r"a mode grows at rate .*: the pairing is stronger than the damping"):
        g.bosons([[1.0]], [site()], pairing=[[1.5]])
    with pytest.raises(ValueError, match="`pairing` must be symmetric"):
        g.bosons(PAIR, [site()], pairing=[[0.0, 0.1], [-0.1, 0.0]])
    with pytest.raises(ValueError, match=r"`pairing` must have shape \(..., 2, 2\), got \(1, 1\)"):
        g.bosons(PAIR, [site()], pairing=[[0.1]])
    normal = g.NormalModeContact(HOT, 0, tk.Flat(0.01))
    with pytest.raises(ValueError, match=r"`contacts\[1\]`: with pairing normal modes mix a and a\^\+, and the others"):
        g.bosons(PAIR, [site(COLD, 1), normal], pairing=[[0.1, 0.0], [0.0, 0.1]])


def test_rates_that_are_no_rates_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`contacts\[0\]\.loss` must be >= 0, got an eigenvalue of -1"):
        g.bosons([[1.0]], [g.RateContact(None, [[-1.0]], [[0.0]])])
    with pytest.raises(ValueError, match=r"`contacts\[0\]\.gain` must have shape"):
        g.bosons([[1.0]], [g.RateContact(None, [[1.0]], np.eye(2))])
    with pytest.raises(ValueError, match=r"gain and loss must have the ratio 0\.606531 of bath 'hot' at energy 1"):
        g.bosons([[1.0]], [g.RateContact(HOT, [[1.0]], [[0.5]], energy=1.0)])
    with pytest.raises(ValueError, match="`loss` must be Hermitian"):
        g.RateContact(None, [[1.0, 1.0], [0.0, 1.0]], np.zeros((2, 2)))


def test_contacts_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="must hold at least one contact"):
        g.bosons([[1.0]], [])
    with pytest.raises(TypeError, match=r"`contacts\[0\]` must be a SiteContact"):
        g.bosons([[1.0]], [HOT])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="`contacts` must be a list of contacts"):
        g.bosons([[1.0]], site())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"`contacts\[0\]\.site` must be one of 1 sites, from 0, got 1"):
        g.bosons([[1.0]], [site(number=1)])
    with pytest.raises(ValueError, match=r"`contacts\[0\]\.site` must be the number of a site, or amplitudes"):
        g.bosons([[1.0]], [site(number=[1.0, 1.0])])
    with pytest.raises(ValueError, match=r"`contacts\[0\]\.site` is zero"):
        g.bosons([[1.0]], [site(number=[0.0])])
    with pytest.raises(TypeError, match="`bath` of a contact must be a Bath"):
        g.SiteContact("hot", 0, tk.Flat(0.1))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"pass tk\.Flat"):
        g.SiteContact(HOT, 0, 0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`width` must be >= 0"):
        g.NormalModeContact(HOT, 0, tk.Flat(0.1), width=-1.0)
    with pytest.raises(ValueError, match=r"`contacts\[1\]` names a second, different bath 'hot'"):
        g.bosons(PAIR, [site(), site(tk.Bath("hot", 1.0), 1)])


def test_currents_of_elsewhere_are_refused() -> None:
    one, two = (g.bosons([[1.0]], [site(), site(COLD)]) for _ in range(2))
    with pytest.raises(ValueError, match="current 'heat' belongs to another model"):
        tk.cumulants(one, tk.heat(two))
    with pytest.raises(TypeError, match="must be a current of a Gaussian model"):
        tk.cumulants(one, tk.heat(tk.library.qubit(1.0, 0.01, 2.0)))
    with pytest.raises(ValueError, match="belong to different models"):
        _ = tk.heat(one) + tk.heat(two)
    with pytest.raises(TypeError, match="only a current of the same model can be added"):
        _ = tk.heat(one) + 1.0
    with pytest.raises(ValueError, match="`bath` must be one of 'hot', 'cold', got 'warm'"):
        tk.heat(one, "warm")
    with pytest.raises(ValueError, match=r"`weights` must have shape \(..., 4\)"):
        tk.current(one, [1.0])
    with pytest.raises(ValueError, match="`divisor` of current 'heat' must not be 0"):
        _ = tk.heat(one) / 0.0
    with pytest.raises(ValueError, match="`order` must be >= 1"):
        tk.cumulants(one, tk.heat(one), order=0)
    with pytest.raises(ValueError, match="at least one current"):
        tk.covariance(one, [])


def test_entropy_that_nothing_gives_back_is_not_counted() -> None:
    model = g.bosons([[1.0]], [site(tk.Bath("ground", 0.0)), site(HOT)])
    with pytest.raises(ValueError, match="infinite weights, so that it has no cumulants"):
        tk.cumulants(model, tk.entropy_flow(model))
    assert tk.steady_state(model).entropy_production_rate == np.inf
    still = g.bosons([[1.0]], [site(tk.Bath("ground", 0.0))])
    assert tk.steady_state(still).entropy_production_rate == 0.0


def test_verbs_that_a_gaussian_model_does_not_answer_are_refused() -> None:
    model = g.bosons([[1.0]], [site()])
    with pytest.raises(TypeError, match="must be a Model, got"):
        tk.modes(model)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`hamiltonian` must hold numbers"):
        g.bosons("chain", [site()])
