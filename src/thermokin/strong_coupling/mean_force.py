"""The state of mean force: what a strong bath leaves of the Gibbs state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, OperatorLike
from thermokin.model.bath import Bath, finite_numbers, one_temperature
from thermokin.model.contact import Contact
from thermokin.model.secular_parts import checked_contacts
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import as_hermitian
from thermokin.strong_coupling.enlarged_system import BareSystem
from thermokin.strong_coupling.levels import Levels, checked_tolerance, kept_levels
from thermokin.strong_coupling.mean_force_state import MeanForce
from thermokin.strong_coupling.taken_in import taken_in

__all__ = ["mean_force"]


def mean_force(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    strong: Sequence[str] | None = None,
    levels: Levels = None,
    tolerance: float = 1e-9,
    counterterm: ArrayLike = 1.0,
) -> MeanForce:
    """The equilibrium of a system that couples strongly to baths of one temperature.

    rho = tr_B e^(-H/T) / Z, in three ways: with a coordinate of each bath, exact up to what its residual bath adds, of
    the order of the width; to second order in the coupling, for the whole spectrum; and in the limit of ultrastrong
    coupling, sum_n P_n H_S P_n in place of H_S. The first gives the Hamiltonian of mean force and its thermodynamics.

    Args:
        hamiltonian: H_S (..., d, d) [energy].
        contacts: how baths touch the system; those that are not strong leave no trace in the state.
        strong: names of the baths of which coordinates are taken; if None, those with a `Brownian` spectrum.
        levels: kept of each mode, one number or one for each; if None, as many as the tolerance wants.
        tolerance: of the choice of levels, as in `reaction_coordinate`.
        counterterm: share (...) [1] of the counterterm in H, as in `reaction_coordinate`.

    Returns:
        The states, the distances between them, and the thermodynamics of the first.

    Raises:
        ValueError: if shapes differ, an argument is out of its range, strong baths differ in temperature or are at 0,
            one is a lead, or none is strong.
        TypeError: if a contact is not a `Contact`.
        NotConvergedError: if the tolerance wants more levels than can be kept.

    Cost:
        One eigendecomposition with d times the levels; d^3 integrals for the second order.

    Reference:
        cresser2021, nazir2018.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> spin = tk.operators.pauli()
        >>> peaked = [tk.Contact(tk.Bath("bath", 0.5), spin.x, tk.Brownian(g, 2.0, 1e-3)) for g in (0.02, 8.0)]
        >>> weak, ultrastrong = (tk.mean_force(0.5 * spin.z, [contact]) for contact in peaked)
        >>> bool(weak.distances[1] < 1e-6), bool(ultrastrong.distances[2] < 1e-2)
        (True, True)
    """
    matrix = as_hermitian(hamiltonian, "hamiltonian")
    listed = list(checked_contacts(contacts, matrix.shape[-1]))
    share = finite_numbers(counterterm, "counterterm")
    taken = taken_in(listed, strong)
    chosen = [listed[position] for position in taken]
    common_axes(
        {
            "hamiltonian": matrix.shape[:-2],
            "counterterm": share.shape,
            **{f"contacts[{place}]": listed[place].batch_shape for place in taken},
        }
    )
    temperature = _temperature([contact.bath for contact in chosen])
    places = dict(enumerate(taken.values()))
    bare = BareSystem(matrix, chosen, None, places, share)
    dims = (matrix.shape[-1], *kept_levels(bare, levels, checked_tolerance(tolerance)))
    return MeanForce(bare=bare, temperature=temperature, dims=dims)


def _temperature(baths: Sequence[Bath]) -> FloatArray:
    """The one temperature of all baths."""
    if any(bath.statistics.moves_particles for bath in baths):
        raise ArgumentError(
            "`contacts` of a state of mean force must be with bosonic baths; of leads, take the state of "
            "tk.reaction_coordinate at rest, with all leads alike.",
            "contacts",
        )
    if not one_temperature(baths):
        raise ArgumentError(
            "`contacts` must have baths of one temperature: between different ones there is no equilibrium; use "
            "tk.reaction_coordinate.",
            "contacts",
        )
    if not np.all(baths[0].temperature > 0.0):
        raise ArgumentError("`contacts` must have baths above temperature 0.", "contacts")
    return baths[0].temperature
