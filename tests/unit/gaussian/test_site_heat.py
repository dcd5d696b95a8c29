"""Contacts at sites say how far what they carry is off: against integrals over energy, exact in the rates."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk
from thermokin.model.assumption import Assumption

Numbers = tuple[float, float]


def exact(z: int, h: np.ndarray, rates: Numbers, temperatures: Numbers, potentials: Numbers = (0.0, 0.0)) -> float:
    """Heat of bosons, or particles of fermions, that pass from the first site to the last."""
    least = 1e-9 if z > 0 else -12.0
    damped = np.zeros_like(h)
    damped[0, 0], damped[-1, -1] = 0.5 * rates[0], 0.5 * rates[1]

    def density(w: float) -> float:
        through = rates[0] * rates[1] * abs(np.linalg.inv(w * np.eye(len(h)) - h + 1j * damped)[0, -1]) ** 2
        left, right = (1.0 / (np.exp((w - mu) / T) - z) for T, mu in zip(temperatures, potentials, strict=True))
        return (w if z > 0 else 1.0) * through * (left - right) / (2.0 * np.pi)

    # Panels about each pole, in units of its own width: a mode in the middle is far narrower than the rates.
    poles = np.linalg.eigvals(h - 1j * damped)
    steps = np.concatenate([-(3.0 ** np.arange(12.0)), [0.0], 3.0 ** np.arange(12.0)])
    around = np.concatenate([np.linspace(least, 20.0, 60), *(pole.real + steps * pole.imag for pole in poles)])
    around = np.unique(around[(around >= least) & (around <= 20.0)])
    nodes, weights = np.polynomial.legendre.leggauss(24)
    middle, half = 0.5 * (around[1:] + around[:-1])[:, None], 0.5 * np.diff(around)[:, None]
    values = np.array([[density(w) for w in row] for row in middle + half * nodes])
    return float((half * weights * values).sum())


def model(
    z: int, h: np.ndarray, rates: Numbers, temperatures: Numbers, potentials: Numbers = (0.0, 0.0)
) -> tk.gaussian.GaussianModel:
    statistics = {} if z > 0 else {"statistics": tk.Fermi()}
    baths = [
        tk.Bath(n, T, mu, **statistics) for n, T, mu in zip(("left", "right"), temperatures, potentials, strict=True)
    ]
    ends = [
        tk.gaussian.SiteContact(b, s, tk.Flat(r)) for b, s, r in zip(baths, (0, h.shape[-1] - 1), rates, strict=True)
    ]
    return (tk.gaussian.bosons if z > 0 else tk.gaussian.fermions)(h, ends)


def figure(found: tk.gaussian.GaussianModel) -> Assumption:
    (line,) = [line for line in found.validity if line.name in ("local heat", "local filling")]
    return line


def random_chain(rng: np.random.Generator, z: int) -> tuple[np.ndarray, Numbers, Numbers, Numbers]:
    n = int(rng.integers(2, 5))
    own = rng.uniform(0.7, 1.5, n) if rng.random() < 0.6 else np.ones(n)
    hops = 10.0 ** rng.uniform(-2.5, -0.7, n - 1)
    rates, temperatures = 10.0 ** rng.uniform(-3.5, -1.4, 2), np.exp(rng.uniform(np.log(0.2), np.log(2.0), 2))
    potentials = (0.0, 0.0) if z > 0 else tuple(rng.uniform(0.0, 2.0, 2))
    return np.diag(own) + np.diag(hops, 1) + np.diag(hops, -1), tuple(rates), tuple(temperatures), potentials


@pytest.mark.parametrize("z", [1, -1])
@pytest.mark.parametrize("seed", range(8))
def test_what_sites_carry_is_off_by_what_the_figure_says(seed: int, z: int) -> None:
    h, rates, temperatures, potentials = random_chain(np.random.default_rng(seed), z)
    right = exact(z, h, rates, temperatures, potentials)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = model(z, h, rates, temperatures, potentials)
    current = tk.heat if z > 0 else tk.particles
    wrong = max(
        abs(float(tk.cumulants(found, current(found, name), order=1).mean) / (sign * right) - 1.0)
        for name, sign in (("left", 1.0), ("right", -1.0))
    )
    assert 1.0 / figure(found).smallest == pytest.approx(wrong, rel=0.05, abs=5e-4)
    assert any("local" in str(one.message) for one in caught) or wrong < 0.1


def test_each_point_of_a_sweep_is_as_alone() -> None:
    links = np.array([1e-3, 0.02, 0.2])
    h = np.diag([1.0, 1.3, 1.05]) + links[:, None, None] * (np.eye(3, k=1) + np.eye(3, k=-1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        swept = model(1, h, (0.01, 0.02), (0.5, 0.3))
        for point, one in enumerate(h):
            alone = model(1, one, (0.01, 0.02), (0.5, 0.3))
            assert figure(swept).ratio[point] == pytest.approx(float(figure(alone).ratio), rel=1e-9)


def test_other_contacts_and_pairing_have_no_such_line() -> None:
    h, spring = np.array([[1.0, 0.01], [0.01, 1.0]]), 0.01 * np.array([[0.0, 1.0], [1.0, 0.0]])
    baths = [tk.Bath("left", 0.5), tk.Bath("right", 0.3)]
    site = [tk.gaussian.SiteContact(bath, s, tk.Flat(0.01)) for s, bath in enumerate(baths)]
    other = [site[0], tk.gaussian.NormalModeContact(baths[1], 1, tk.Flat(1e-4))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = tk.gaussian.bosons(h, site, pairing=spring), tk.gaussian.bosons(h, other)
    assert "local heat" not in [line.name for one in models for line in one.validity]
