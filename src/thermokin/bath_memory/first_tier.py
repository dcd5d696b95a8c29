"""What the first tier of a hierarchy says of its baths: heat, particles, and the energy of the interaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.contact import Contact

__all__ = ["Flows", "flows_of"]


@dataclass(frozen=True, eq=False)
class Flows:
    """The state and what passes between it and the contacts, over times.

    Args:
        state: rho (t, d, d).
        heat: energy that leaves the bath of each contact, of a lead less the chemical work (t, c) [energy/time].
        energy: tr(H D_c rho), energy that enters the system (t, c) [energy/time].
        particles: that leave the lead (t, c) [1/time]; 0 of a bath without particles.
        interaction: energy of the interaction with each contact (t, c) [energy].
    """

    state: ComplexArray
    heat: FloatArray
    energy: FloatArray
    particles: FloatArray
    interaction: FloatArray

    def times(self, unit: float) -> Flows:
        """The flows in the user's units.

        Args:
            unit: the energy that is 1 here.

        Returns:
            The flows.
        """
        rate = unit**2
        return Flows(self.state, rate * self.heat, rate * self.energy, unit * self.particles, unit * self.interaction)


def flows_of(
    hamiltonian: ComplexArray,
    contacts: Sequence[Contact],
    tier: ComplexArray,
    exponents: Sequence[Any],
    unit: float,
) -> Flows:
    """State and flows, all in one unit of energy.

    Args:
        hamiltonian: H (d, d) [energy].
        contacts: the contacts.
        tier: the state, and its first tier (t, k + 1, d, d).
        exponents: QuTiP's (k,), each with the position of its contact as tag.
        unit: the energy that is 1 in H, tier and exponents.

    Returns:
        The flows.
    """
    state = 0.5 * (tier[:, 0] + tier[:, 0].conj().swapaxes(-1, -2))
    each = []
    for place, contact in enumerate(contacts):
        mine = [number for number, one in enumerate(exponents) if one.tag == place]
        parts, own = tier[:, [1 + number for number in mine]], [exponents[number] for number in mine]
        if contact.bath.statistics.moves_particles:
            potential = float(contact.bath.chemical_potential) / unit
            each.append(_of_lead(hamiltonian, contact, state, parts, own, potential))
        else:
            each.append(_of_bath(hamiltonian, contact, state, parts, own))
    heat, energy, particles, interaction = (np.stack(column, axis=-1) for column in zip(*each, strict=True))
    return Flows(state, heat, energy, particles, interaction)


Numbers = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def _of_bath(
    hamiltonian: ComplexArray, contact: Contact, state: ComplexArray, parts: ComplexArray, exponents: Sequence[Any]
) -> Numbers:
    # With X the bath operator, the sum of the parts is tr_B(X rho), and the bath alone changes it by -v of each part.
    # Heat leaves as <A dX/dt>, to which the odd part of C adds what it is just after time 0.
    operator = contact.operator
    rates = np.array([one.vk for one in exponents])
    odd = [complex(one.ck2 if one.type.name == "RI" else one.ck) for one in exponents if one.type.name != "R"]
    together = parts.sum(axis=1)
    decaying = (rates[:, None, None] * parts).sum(axis=1)
    heat = 2.0 * sum(odd) * _trace(operator @ operator, state) - _trace(operator, decaying)
    energy = -1j * _trace(hamiltonian @ operator - operator @ hamiltonian, together)
    return heat.real, energy.real, np.zeros(heat.shape), _trace(operator, together).real


def _of_lead(
    hamiltonian: ComplexArray,
    contact: Contact,
    state: ComplexArray,
    parts: ComplexArray,
    exponents: Sequence[Any],
    potential: float,
) -> Numbers:
    kinds = np.array([one.type.name for one in exponents])
    rates, starts = (np.array([getattr(one, name) for one in exponents]) for name in ("vk", "ck"))
    energy = interaction = particles = heat = np.zeros(len(state), dtype=np.complex128)
    for kind, sign, operator in (("+", 1j, contact.operator), ("-", -1j, contact.operator.conj().T)):
        mine = kinds == kind
        together = parts[:, mine].sum(axis=1)
        decaying = (rates[mine, None, None] * parts[:, mine]).sum(axis=1)
        energy = energy - 1j * _trace(hamiltonian @ operator - operator @ hamiltonian, together)
        interaction = interaction + _trace(operator, together)
        particles = particles + sign * _trace(operator, together)
        rest = 2.0 * starts[mine].sum().imag * _trace(operator @ operator.conj().T, state)
        heat = heat + rest - _trace(operator, decaying)
    work = potential * particles.real
    return heat.real - work, energy.real, particles.real, interaction.real


def _trace(operator: ComplexArray, matrices: ComplexArray) -> ComplexArray:
    """tr(X rho) (...)."""
    return np.asarray((matrices * operator.T).sum(axis=(-2, -1)))
