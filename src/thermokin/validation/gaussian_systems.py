"""Cases of Gaussian systems: the ballistic chain of spins as free fermions, oscillators, springs."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.gaussian.bosons import bosons
from thermokin.gaussian.contacts import SiteContact
from thermokin.gaussian.cumulants import cumulants
from thermokin.gaussian.currents import particles
from thermokin.gaussian.fermions import fermions
from thermokin.gaussian.gaussian_state import steady_state
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.rate_contact import RateContact
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi
from thermokin.validation.case import Case

__all__ = ["free_spins", "oscillators", "springs"]

EXACT = 1e-9  # relative deviation allowed of numbers with that many digits


def _numbered(system: str, source: str, expected: list[float], ours: FloatArray) -> list[Case]:
    pairs = enumerate(zip(expected, ours.tolist(), strict=True), start=1)
    return [Case(system, f"c{number}", one, two, EXACT, source) for number, (one, two) in pairs]


def _spins(sites: int) -> GaussianModel:
    """The XX chain whose ends are turned up at 1.3 and .7, and down at .7 and 1.3, as free fermions."""
    contacts = []
    for name, site, filling in (("left", 0, 0.65), ("right", sites - 1, 0.35)):
        touched = np.zeros((sites, sites))
        touched[site, site] = 2.0
        bath = Bath(name, 1.0, np.log(filling / (1.0 - filling)), Fermi())
        contacts.append(RateContact(bath, (1.0 - filling) * touched, filling * touched))
    return fermions(2.0 * (np.eye(sites, k=1) + np.eye(sites, k=-1)), contacts)


def free_spins() -> list[Case]:
    """Cumulants of the spin through XX chains of several lengths."""
    published = "arXiv:1310.3670, and an independent evaluation by energy integrals"
    found = {
        3: [0.24, 0.38272, -0.02474112, -0.0445419008],
        4: [0.24, 0.38272, -0.0248448, -0.0455911424],
        50: [0.24, 0.38272, -0.0248448, -0.045603584],
    }
    cases = []
    for sites, expected in found.items():
        model = _spins(sites)
        ours = cumulants(model, particles(model, "left"), order=4).values
        cases += _numbered(f"XX chain of {sites} spins, driven at its ends", published, expected, ours)
    return cases


def _pair(
    fillings: tuple[float, float], rates: tuple[float, float], energies: tuple[float, float]
) -> list[RateContact]:
    contacts = []
    for site, (name, n, rate, energy) in enumerate(zip(("first", "second"), fillings, rates, energies, strict=True)):
        touched = rate * np.diag(np.arange(2) == site).astype(np.float64)
        bath = Bath(name, energy / np.log1p(1.0 / n))
        contacts.append(RateContact(bath, (n + 1.0) * touched, n * touched, energy=energy))
    return contacts


def oscillators() -> list[Case]:
    """Two oscillators in resonance, and the heat between them by their sites."""
    hop = np.ones((2, 2)) - np.eye(2)
    model = bosons(np.eye(2) + 0.35 * hop, _pair((0.5, 0.05), (1.0, 1.0), (1.0, 1.0)))
    source = "independent evaluation to 1e-13: Riccati equation on a circle, energy integrals"
    expected = [-0.0739932885906, 0.1188307295926, -0.1679221586384, 0.406671596282]
    ours = cumulants(model, particles(model, "second"), order=4).values
    cases = _numbered("two oscillators, hopping .35, damping 1, n .5 and .05", source, expected, ours)
    baths = (Bath("hot", 0.5), Bath("cold", 0.25))
    weak = bosons(np.eye(2) + 0.02 * hop, [SiteContact(bath, site, Flat(0.02)) for site, bath in enumerate(baths)])
    current = float(cumulants(weak, particles(weak, "hot"), order=1).mean)
    cases.append(
        Case(
            "two oscillators, hopping .02, damping .02, T .5 and .25, by sites",
            *("heat current", 0.001102882259087151, current, EXACT, "closed sum over modes"),
        )
    )
    return cases


def springs() -> list[Case]:
    """Two oscillators with a spring between them, which makes pairs."""
    spring = 0.2 * (np.ones((2, 2)) - np.eye(2))
    contacts = _pair((0.15, 0.03), (0.3, 0.4), (1.0, 1.3))
    model = bosons(np.diag([1.0, 1.3]) + spring, contacts, pairing=spring)
    rest = steady_state(model)
    numbers = {
        "n of the first": (0.1425835838024625, rest.occupations[0]),
        "n of the second": (0.07012961438663057, rest.occupations[1]),
        "entropy": (0.6292972372156274, rest.entropy),
        "tr(H D rho) of the first": (0.01021455684002676, rest.full_energy_rate["first"]),
    }
    for name, expected in (
        ("first", (0.0022249248592612625, 0.023794209257725865)),
        ("second", (-0.016051845754652214, 0.024411688917621917)),
    ):
        found = cumulants(model, particles(model, name))
        numbers[f"quanta from the {name}"] = (expected[0], found.mean)
        numbers[f"noise of the {name}"] = (expected[1], found.noise)
    source = "independent evaluation by quadratures; levels of a Fock space to 2e-6"
    system = "two oscillators with a spring of .2, contacts at sites"
    return [Case(system, name, one, float(two), EXACT, source) for name, (one, two) in numbers.items()]
