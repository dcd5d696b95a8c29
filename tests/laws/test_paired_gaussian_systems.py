"""Laws of random Gaussian systems with pairing, fermionic and bosonic, and of what is exchanged since time 0."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import thermokin as tk

g = tk.gaussian
KINDS = [("site", 1), ("site", -1), ("normal", 1), ("normal", -1)]
GRID = np.geomspace(1e-3, 300.0, 20)


def system(
    kind: str, z: int, seed: int, temperatures: tuple[float, ...], potentials: tuple[float, float] = (0.4, -0.2)
) -> tk.gaussian.GaussianModel:
    """Three modes with hopping and pairing, a bath on each of two."""
    rng = np.random.default_rng(seed)
    hop, pairs = 0.1 * (rng.normal(size=(2, 3, 3)) + 1j * rng.normal(size=(2, 3, 3)))
    h = np.diag(rng.uniform(1.5, 2.0, 3)) + hop + hop.conj().T
    contacts = []
    for number, (temperature, site) in enumerate(zip(temperatures, (0, 2), strict=False)):
        statistics, potential = (tk.Bose(), 0.0) if z > 0 else (tk.Fermi(), potentials[number])
        bath = tk.Bath(f"bath {number}", temperature, potential, statistics)
        made = g.SiteContact if kind == "site" else g.NormalModeContact
        contacts.append(made(bath, site, tk.Flat(0.1 + 0.05 * number)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return (g.bosons if z > 0 else g.fermions)(h, contacts, pairs + z * pairs.T)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("kind", "z"), KINDS)
def test_energy_is_conserved_and_entropy_produced(kind: str, z: int, seed: int) -> None:
    model = system(kind, z, seed, (1.5, 0.6))
    rest = tk.steady_state(model)
    energy = {name: float(rest.full_energy_rate[name]) for name in ("bath 0", "bath 1")}
    assert abs(sum(energy.values())) < 1e-12
    assert abs(sum(rest.particles.values()) + rest.particles_from_pairing) < 1e-12
    if kind == "normal":
        for name, rate in energy.items():
            assert float(tk.energy(model, name).mean(rest)) == pytest.approx(rate, abs=1e-12)
        total = tk.cumulants(model, tk.energy(model), order=4)
        assert (np.abs(total.values) <= np.maximum(total.error, 1e-12)).all()
    assert rest.entropy_production_rate > 0.0
    account = tk.ledger(model, tk.evolve(model, [0.4, 0.0, 0.9], GRID))
    assert (account.entropy_production_rate > -1e-14).all()
    assert (np.diff(account.entropy_production) > -1e-12).all()


@pytest.mark.parametrize("z", [1, -1])
@pytest.mark.parametrize("seed", range(3))
def test_equal_baths_on_normal_modes_leave_the_gibbs_state(z: int, seed: int) -> None:
    model = system("normal", z, seed, (0.9, 0.9), (0.0, 0.0))
    rest, start = tk.steady_state(model), tk.evolve(model, tk.Gibbs(0.9), [0.0, 50.0])
    np.testing.assert_allclose(start.moments[0], rest.moments, atol=1e-13)
    np.testing.assert_allclose(start.moments[1], rest.moments, atol=1e-13)
    assert all(abs(heat) < 1e-13 for heat in rest.heat.values())
    odd = tk.cumulants(model, tk.heat(model, "bath 0"), order=3)
    assert abs(odd.values[2]) < 1e-12


def generating_function(
    model: tk.gaussian.GaussianModel, weights: np.ndarray, start: np.ndarray, time: float, field: float
) -> float:
    """ln <exp(s N)> at a finite field, by integrating the Riccati equation of the jumps."""
    space, size = model.space, model.space.drift.shape[-1]
    factor = np.expm1(field * weights)

    def added(moments: np.ndarray) -> np.ndarray:
        moved = space.moved(moments, bare=True)
        return space.added(factor, moved, moved)

    def rise(_: float, packed: np.ndarray) -> np.ndarray:
        moments = packed[:-1].reshape(size, size)
        turned = space.drift @ moments
        change = space.diffusion - turned - turned.conj().T + added(moments)
        rate = (factor * space.rates(space.moved(moments, bare=True))).sum()
        return np.append(change.ravel(), rate)

    packed = np.append(np.asarray(start, dtype=complex).ravel(), 0.0)
    found = solve_ivp(rise, (0.0, time), packed, method="DOP853", rtol=1e-12, atol=1e-14)
    return float(found.y[-1, -1].real)


@pytest.mark.parametrize(("kind", "z"), [("normal", 1), ("normal", -1)])
def test_heat_from_a_gibbs_state_obeys_the_exchange_fluctuation_theorem(kind: str, z: int) -> None:
    # <exp(s Q)> of a state at T_i on one bath at T_f is even about s = (1/T_f - 1/T_i)/2.
    warm, cold = 1.1, 0.7
    model = system(kind, z, 2, (cold,), (0.0, 0.0))
    start = tk.evolve(model, tk.Gibbs(warm), [0.0]).start
    force = 1.0 / cold - 1.0 / warm
    weights = tk.heat(model).weights
    for time in (0.7, 12.0):
        assert generating_function(model, weights, start, time, force) == pytest.approx(0.0, abs=1e-10)
        one, two = (generating_function(model, weights, start, time, s) for s in (-0.1, force + 0.1))
        assert one == pytest.approx(two, rel=1e-9)
        # The counts that the package gives are the Taylor series of this function at 0.
        made = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(warm), [time], order=4).values[0]
        step = 0.02
        series = made @ (step ** np.arange(1, 5) / [1.0, 2.0, 6.0, 24.0])
        assert generating_function(model, weights, start, time, step) == pytest.approx(series, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("z", [1, -1])
def test_entropy_flow_has_the_symmetry_of_gallavotti_and_cohen(z: int) -> None:
    # Late differences of ln <exp(s S)>, S the entropy that jumps put into the baths: even about s = -1/2.
    model = system("normal", z, 1, (1.5, 1.0))
    weights = tk.entropy_flow(model).weights
    start = tk.steady_state(model).moments
    rates = []
    for field in (-0.2, -0.8):
        early, late = (generating_function(model, weights, start, time, field) for time in (600.0, 650.0))
        rates.append((late - early) / 50.0)
    assert rates[0] == pytest.approx(rates[1], rel=1e-8)
