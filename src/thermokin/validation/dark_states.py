"""Cases of dark states: scattering and populations that large numbers cancel to."""

from __future__ import annotations

import numpy as np

from thermokin.counting.counting import cumulants
from thermokin.model.channel import Channel
from thermokin.model.current import activity
from thermokin.model.model import Model
from thermokin.motion.steady_state import steady_state
from thermokin.validation.case import Case

__all__ = ["atoms_that_decay_together", "detuned_dark_state"]

# Detuning, mean and noise of the photons that a dark state scatters.
SCATTERED = (
    (1e-1, 2.4060815475574318e-3, 4.0647142160484113e-3),
    (1e-3, 2.4324297685931187e-7, 4.1417014405524725e-7),
    (1e-6, 2.4324324324297684e-13, 4.1417092768365753e-13),
    (1e-8, 2.4324324324324323e-17, 4.1417092768444114e-17),
)
SOURCE = "60-digit solution of the same master equation"
EXACT = 1e-12


def detuned_dark_state() -> list[Case]:
    """A Lambda with Rabi frequencies 1 and 3 whose two-photon detuning is small: what its dark state scatters."""
    found: list[Case] = []
    for detuning, mean, noise in SCATTERED:
        hamiltonian, first, second = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
        hamiltonian[0, 2] = hamiltonian[2, 0] = 0.5
        hamiltonian[1, 2] = hamiltonian[2, 1] = 1.5
        hamiltonian[1, 1] = detuning
        first[0, 2], second[1, 2] = 2.0, 1.0
        model = Model(hamiltonian, [Channel(first, None), Channel(second, None)])
        counted = cumulants(model, activity(model))
        system = f"dark state of a Lambda, detuning {detuning:g}"
        found.append(Case(system, "scattered photons per time", mean, float(counted.mean), EXACT, SOURCE))
        found.append(Case(system, "their noise", noise, float(counted.noise), EXACT, SOURCE))
    return found


def atoms_that_decay_together() -> list[Case]:
    """Two driven atoms of opposite detuning that decay together: their dark state is |gg> beside the singlet."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    both = np.kron(lower, one) + np.kron(one, lower)
    excited = np.diag([0.0, 1.0])
    apart = np.kron(excited, one) - np.kron(one, excited)
    found: list[Case] = []
    for drive, detuning in ((0.5, 0.01), (1.0, 0.01), (0.5, 0.03)):
        model = Model(drive * (both + both.T) + detuning * apart, [Channel(both, None)])
        ground = float(steady_state(model).populations[0])
        expected = detuning**2 / (detuning**2 + 2.0 * drive**2)
        system = f"two atoms that decay together, drive {drive:g}, detuning {detuning:g}"
        found.append(Case(system, "population of the ground state", expected, ground, 1e-7, "closed form"))
    return found
