"""Exact noises of coherent transport: oscillators between white baths, correlations of leads, one-way rings."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.transport_bounds import evaluate
from thermokin.model.bath import Bath
from thermokin.model.statistics import Bose, Fermi
from thermokin.transport import Junction, Transmission, dots, one_way_ring
from thermokin.transport.answers import covariance, cumulants, heat, particles
from thermokin.validation.case import Case

__all__ = ["correlated_leads", "one_way_rings", "oscillators_between_white_baths"]

QUADRATURE = "independent quadrature with 22 digits"
EXACT = 1e-9


def oscillators_between_white_baths() -> list[Case]:
    """The exact heat current between two coupled oscillators, by transmission, and its noise."""
    known = {
        (1.0, 0.004): (0.0001901569630155577, 0.00025771637203331465),
        (1.0, 0.02): (0.0011030034426875888, 0.001557583792472496),
        (1.0, 0.1): (0.0013679511280571544, 0.0018890787066420643),
        (1.1, 0.02): (0.0001741920476205782, 0.00023543769888490613),
    }
    found = []
    for (second, coupling), expected in known.items():
        poles = np.linalg.eigvals(np.array([[1.0 - 0.01j, coupling], [coupling, second - 0.01j]]))

        def through(energies: FloatArray, second: float = second, coupling: float = coupling) -> FloatArray:
            inverse = (energies - 1.0 + 0.01j) * (energies - second + 0.01j) - coupling**2
            return np.asarray(np.where(energies > 0.0, (0.02 * coupling) ** 2 / np.abs(inverse) ** 2, 0.0))

        pair = Transmission(through, resonances=[(pole.real, 0.02) for pole in poles])
        junction = Junction(pair, [Bath(*bath, statistics=Bose()) for bath in (("hot", 0.5), ("cold", 0.25))])
        ours = cumulants(junction, heat(junction, "hot"))
        system = f"oscillators at 1 and {second:g}, coupling {coupling:g}, white baths of damping 0.02"
        for quantity, number, own in zip(("heat current", "its noise"), expected, ours, strict=True):
            found.append(Case(system, quantity, number, float(own), EXACT, QUADRATURE))
    return found


def correlated_leads() -> list[Case]:
    """Cross-correlations of three leads on a ring of dots with a flux."""
    hopping = 0.5 * np.exp(0.7j / 3.0)
    hamiltonian = np.zeros((3, 3), dtype=np.complex128)
    for one, other in ((0, 1), (1, 2), (2, 0)):
        hamiltonian[one, other], hamiltonian[other, one] = hopping, hopping.conjugate()
    leads = [Bath(str(n), *pair, Fermi()) for n, pair in enumerate(((0.5, 0.3), (0.8, 0.0), (0.4, -0.3)))]
    rates = [[0.6, 0.0, 0.0], [0.0, 0.4, 0.0], [0.0, 0.0, 0.5]]
    junction = Junction(dots(hamiltonian, rates), leads)
    matrix = covariance(junction, [particles(junction, name) for name in "012"]).values
    expected = {(0, 1): -0.04163867201646945, (0, 2): -0.04686881599249511, (1, 2): -0.03968781805765997}
    return [
        Case(
            "ring of three dots with a flux",
            f"correlation of leads {one} and {other}",
            *(number, float(matrix[one, other]), EXACT, "independent sum over channels by quadrature"),
        )
        for (one, other), number in expected.items()
    ]


def one_way_rings() -> list[Case]:
    """Terminals joined in one sense, which need a factor in the bound of symmetric transmissions.

    Returns:
        The case: the factor in the limit that ten terminals are held against.

    Reference:
        brandner2025.
    """
    filled = np.sin(np.linspace(1.3, 1e-3, 10)) ** 2
    leads = [Bath(f"{n}", 1.0, float(np.log(f / (1.0 - f))), Fermi()) for n, f in enumerate(filled)]
    junction = Junction(one_way_ring(10, -1e-6, 1e-6), leads)
    bound = evaluate(junction, particles(junction, "0"))["coherent fermions, any symmetry"]
    sent = abs(float(bound.mean))
    factor = float(bound.cost.values) / (2.0 * sent * float(np.arcsinh(sent / float(bound.limit))))
    source = "closed form, least of -ln(1 - f) / (2 f asinh(1 / (1 - f))); case of arXiv:2502.07917"
    return [Case("one-way ring of ten terminals", "factor of the bound", 0.426233127265, factor, EXACT, source)]
