"""The Bloch-Redfield equation of a system on baths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import OperatorLike
from thermokin.master_equations import redfield_counting, redfield_evolution, redfield_state  # what answers for it
from thermokin.master_equations.redfield_equation import Redfield
from thermokin.master_equations.redfield_generator import redfield_generator
from thermokin.model.contact import Contact
from thermokin.model.davies import LambShift
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.model.secular_parts import secular_system
from thermokin.operators.as_numbers import shown
from thermokin.operators.outside import dims_of

__all__ = ["redfield", "redfield_counting", "redfield_evolution", "redfield_state"]


def redfield(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    number_operator: OperatorLike | None = None,
    lamb_shift: LambShift | None = None,
) -> Redfield:
    """The Bloch-Redfield equation: weak coupling without any secular approximation, and without positive states.

    d rho/dt = -i[H, rho] + sum over contacts of K rho A - A K rho + adjoint, where K is the coupling operator A with
    half the rate of its gap on each element between eigenstates. Populations feed coherences and the other way round,
    which is right where levels lie closer than their decay. It is not of Lindblad form: states can get negative
    eigenvalues, which `steady_state` and `evolve` find and warn of, and there are no jumps to be counted. Heat is
    tr(H D_b rho); its noise is that of the equation with a counting field.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), for baths with a chemical potential; must commute with H.
        lamb_shift: how to integrate the shift of each gap by the baths, at one point; left out if None.

    Returns:
        The equation, which `steady_state`, `evolve`, `heat` and `cumulants` take; `nearest` is the unified model.

    Raises:
        ValueError: if shapes or the dims of QuTiP objects differ, a zero-frequency rate diverges, or a shift cannot be
            integrated.
        ArgumentError: if a lead with a chemical potential meets no particle number.
        TypeError: if a contact is not a `Contact`.

    Cost:
        At rest d^6, above 20 levels an iteration with a few products of d x d in each of its steps.

    Reference:
        redfield1957, breuer2002, suarez1992.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> a, b = (tk.operators.embed(tk.operators.pauli().minus, site, (2, 2)) for site in (0, 1))
        >>> H = a.T @ a + b.T @ b + 0.02 * (a.T @ b + b.T @ a)
        >>> hot, cold = tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
        >>> contacts = [tk.Contact(hot, a + a.T, tk.Flat(0.02)), tk.Contact(cold, b + b.T, tk.Flat(0.02))]
        >>> rest = tk.steady_state(tk.redfield(H, contacts))
        >>> rest.heat.round(6), bool(rest.lowest_eigenvalue > 0.0)
        (array([ 0.000875, -0.000875]), True)
    """
    said = {"hamiltonian": dims_of(hamiltonian, "hamiltonian")}
    system = secular_system(hamiltonian, contacts, number_operator, 0.0, said)
    if lamb_shift is not None and not isinstance(lamb_shift, LambShift):
        raise TypeError(f"`lamb_shift` must be thermokin.LambShift() or None, got {shown(lamb_shift)}.")
    for position, contact in enumerate(contacts):
        if number_operator is None and np.any(contact.bath.chemical_potential):
            raise ArgumentError(
                f"`number_operator` is needed: the lead {contact.bath.name!r} has a chemical potential, and the heat "
                f"of `contacts[{position}]` is its energy less that times the particles.",
                "number_operator",
            )
    states = system.states
    size = states.levels.shape[-1]
    none = np.zeros(0, dtype=np.int32)
    empty = JumpTable(size, none, none, none, np.zeros(0), none, np.zeros(0), np.zeros(0), none)
    energy = FrameOperator(states.energies)
    particles = None if states.particles is None else FrameOperator(states.particles)
    carrier = Model.from_table(
        energy, energy, empty, system.baths, number=particles, frame=states.frame, dims=system.dims
    )
    generator = redfield_generator(states, system.contacts, lamb_shift)
    return Redfield(carrier, generator, tuple(contacts), hamiltonian, number_operator, lamb_shift)
