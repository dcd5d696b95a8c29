"""Published numbers of coherent transport, and exact junctions."""

from __future__ import annotations

import numpy as np

from thermokin.bounds.transport_bounds import evaluate
from thermokin.model.bath import Bath
from thermokin.model.statistics import Bose, Fermi
from thermokin.transport import Junction, Scatterer, boxcar, chain, constant, dots, resonant_level, step
from thermokin.transport.answers import cumulants, entropy_flow, heat, particles
from thermokin.validation.case import Case

__all__ = ["below_the_classical_relation", "flux_through_three_leads", "level_and_boxcar", "point_contacts"]

QUADRATURE = "independent quadrature with 22 digits"
EXACT = 1e-10
GRID = 31


def _between(scatterer: Scatterer, left: tuple[float, float], right: tuple[float, float]) -> Junction:
    return Junction(scatterer, [Bath("left", *left, Fermi()), Bath("right", *right, Fermi())])


def _product(junction: Junction) -> float:
    counted = cumulants(junction, particles(junction, "left"))
    produced = cumulants(junction, entropy_flow(junction), order=1).mean
    return float(counted.noise * produced / counted.mean**2)


def level_and_boxcar() -> list[Case]:
    """A resonant level and a boxcar between leads that differ in temperature and potential."""
    level = _between(resonant_level(0.3, 0.4, 0.2), (0.3, 0.5), (0.6, -0.5))
    window = _between(boxcar(-0.4, 1.1), (0.5, 0.7), (0.25, -0.3))
    known = {
        "resonant level": (
            level,
            QUADRATURE,
            (0.04520865955525982, 0.04777723938778861, 0.008585201893727332, 0.005050812120775267),
        ),
        "boxcar": (window, "closed form", (0.1177205889219951, 0.07064296680061789, -0.019289929817612027)),
    }
    found = []
    for system, (junction, source, expected) in known.items():
        ours = cumulants(junction, particles(junction, "left"), order=len(expected))
        for order, number in enumerate(expected, start=1):
            quantity = f"cumulant {order} of particles per time"
            found.append(Case(system, quantity, number, float(ours[order - 1]), EXACT, source))
    heats = (-0.01662719706232449, -0.02858146249293514)
    for name, number in zip(("left", "right"), heats, strict=True):
        ours_of = float(cumulants(level, heat(level, name), order=1).mean)
        found.append(Case("resonant level", f"heat from the {name} lead", number, ours_of, EXACT, QUADRATURE))
    return found


def flux_through_three_leads() -> list[Case]:
    """Three dots in a ring with a flux, a lead on each."""
    hopping = 0.5 * np.exp(0.7j / 3.0)
    hamiltonian = np.zeros((3, 3), dtype=np.complex128)
    for one, other in ((0, 1), (1, 2), (2, 0)):
        hamiltonian[one, other], hamiltonian[other, one] = hopping, hopping.conjugate()
    leads = [Bath(str(n), *pair, Fermi()) for n, pair in enumerate(((0.5, 0.3), (0.8, 0.0), (0.4, -0.3)))]
    junction = Junction(dots(hamiltonian, list(np.diag([0.6, 0.4, 0.5]))), leads)
    expected = (
        (0.044052581162538164, 0.08850748800896457),
        (-0.011634193009695568, 0.08132649007412943),
        (-0.03241838815284264, 0.0865566340501551),
    )
    found, system = [], "ring of three dots with a flux"
    for name, numbers in zip("012", expected, strict=True):
        ours = cumulants(junction, particles(junction, name))
        for quantity, number, own in zip(("current", "noise"), numbers, ours, strict=True):
            found.append(Case(system, f"{quantity} of lead {name}", number, float(own), EXACT, QUADRATURE))
    return found


def point_contacts() -> list[Case]:
    """Noise of a quantum point contact, the quantum of heat, and the largest power of a step.

    Returns:
        The cases.

    Reference:
        blanter2000; pendry1983; whitney2014.
    """
    contact = _between(constant(0.4), (1.0, 1.5), (1.0, -1.5))
    counted = cumulants(contact, particles(contact, "left"))
    shot = float(3.0 * counted.noise / counted.mean)
    phonons = Junction(constant(1.0), [Bath("hot", 1.0, statistics=Bose()), Bath("cold", 0.0, statistics=Bose())])
    quantum = float(cumulants(phonons, heat(phonons, "hot"), order=1).mean) * 2.0 * np.pi
    source, system = "Blanter, Buttiker 2000", "quantum point contact, T = 0.4, V = 3 kT"
    return [
        Case(system, "V D / kT I", 2.78862450737, shot, EXACT, source),
        Case("one channel of phonons", "heat in (kT)^2/h", np.pi**2 / 6.0, quantum, EXACT, "Pendry 1983"),
        *_largest_power(),
    ]


def _largest_power() -> list[Case]:
    """A step between leads at temperatures 2 and 1, at the bias and threshold of largest power."""
    edges, biases = np.linspace(1.0, 3.0, GRID)[:, None], np.linspace(0.6, 1.8, GRID)
    best = efficiency = 0.0
    for _ in range(5):  # a grid that closes in on the maximum
        leads = [Bath("left", 2.0, -biases, Fermi()), Bath("right", 1.0, 0.0, Fermi())]
        junction = Junction(step(edges), leads)
        power = biases * cumulants(junction, particles(junction, "left"), order=1).mean
        row, column = np.unravel_index(int(np.argmax(power)), power.shape)
        drawn = cumulants(junction, heat(junction, "left"), order=1).mean
        best, efficiency = float(power[row, column]), float(power[row, column] / drawn[row, column])
        width, height = (4.0 * float(np.ptp(grid)) / GRID for grid in (edges, biases))
        edges = np.linspace(edges[row, 0] - width, edges[row, 0] + width, GRID)[:, None]
        biases = np.linspace(biases[column] - height, biases[column] + height, GRID)
    source, system = "Whitney 2014", "step between leads at 2 and 1"
    unit = 2.0 / np.pi  # of pi^2 (k dT)^2 / h with hbar = 1
    return [
        Case(system, "largest power in pi^2 (k dT)^2/h", 0.0320526232374, best * unit, 1e-7, source),
        Case(system, "its efficiency over Carnot's", 0.415992498945, efficiency / 0.5, 2e-5, source),
    ]


def below_the_classical_relation() -> list[Case]:
    """Junctions whose noise lies below 2 J^2 / sigma, and the bound that they obey.

    Returns:
        The cases.

    Reference:
        brandner2025; agarwalla2018.
    """
    narrow = _between(boxcar(-1e-7, 1e-7), (1.0, 3.0), (1.0, -3.0))
    counted = cumulants(narrow, particles(narrow, "left"))
    ratio = float(evaluate(narrow, particles(narrow, "left"))["coherent fermions"].ratio)
    bias, rate = 2.619387325835, 1.73546083304
    two = _between(chain([0.0, 0.0], 1.06713501178, rate, rate), (1.0, bias), (1.0, -bias))
    half = 0.5 * 7.22101340235
    three = _between(chain([0.0] * 3, 5e-5, 1e-4, 1e-4), (1.0, half), (1.0, -half))
    ours, theirs, system = "this project, independent quadrature", "Brandner, Saito 2025", "narrow boxcar, bias 6 kT"
    return [
        Case(system, "D / J", 0.0998215696688, float(counted.noise / counted.mean), EXACT, theirs),
        Case(system, "D sigma / J^2", 0.598929418013, _product(narrow), EXACT, theirs),
        Case(system, "noise over the bound", 1.0, ratio, 1e-12, theirs),
        Case("serial double dot", "least D sigma / J^2", 1.73369761828, _product(two), 1e-9, ours),
        Case("three dots, narrow band", "least D sigma / J^2", 1.24587224889, _product(three), 1e-7, ours),
    ]
