"""The reaction-coordinate mapping: what a bath's collective mode does becomes part of the system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import OperatorLike
from thermokin.model.bath import finite_numbers
from thermokin.model.brownian import Brownian
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.secular_parts import checked_contacts
from thermokin.model.spectrum import Lorentzian
from thermokin.operators.as_numbers import as_whole, common_axes, shown
from thermokin.operators.as_operators import as_hermitian
from thermokin.strong_coupling.coordinate import Coordinate, LeadSite, TakenIn
from thermokin.strong_coupling.enlarged_system import BareSystem, EnlargedSystem, enlarged_system
from thermokin.strong_coupling.levels import checked_tolerance, enough_levels, levels_figure
from thermokin.strong_coupling.strongly_coupled import Builder, StronglyCoupled

__all__ = ["Levels", "reaction_coordinate", "taken_in"]

Levels: TypeAlias = int | Sequence[int] | None
SITE = 2  # levels of a lead's site


def reaction_coordinate(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    number_operator: OperatorLike | None = None,
    strong: Sequence[str] | None = None,
    levels: Levels = None,
    tolerance: float = 1e-6,
    counterterm: ArrayLike = 1.0,
    builder: Builder = davies,
) -> StronglyCoupled:
    """A system that couples strongly to peaked baths, with a collective mode of each taken into it.

    H = H_S + sum over strong contacts of [L A (a + a^+) + F a^+ a + c (L^2 / F) A^2], with L and F those of the
    spectrum's `Coordinate`, and c the share of the counterterm; a + a^+ touches the residual bath, which may be weak
    where the whole bath is not. A lead with a Lorentzian spectrum gives a site, L (A^+ f + f^+ A) + E f^+ f. Both
    mappings are exact; what is approximated is the residual bath, by the builder.

    Args:
        hamiltonian: H_S (..., d, d) [energy].
        contacts: how baths touch the system; weak ones stay as they are.
        number_operator: particle number of the system (..., d, d), for leads.
        strong: names of the baths of which coordinates are taken; if None, all bosonic ones with a `Brownian` and all
            leads with a `Lorentzian` spectrum.
        levels: kept of each mode, one number or one for each; if None, as many as the tolerance wants.
        tolerance: of the choice of levels: weight of the two top ones, and change of the system's equilibrium by
            another quarter of them, both at the hottest temperature.
        counterterm: share c (...) [1] of the counterterm in H: with 1 the bath does not lower the system's potential,
            with 0 H_S and the coupling are all there is.
        builder: of the model, `davies` or `unified`, or a function like them.

    Returns:
        The model of system and modes, an ordinary `Model`, with the system's state, heat and energies. Its `validity`
        holds what the builder assumes, and whether the levels are enough.

    Raises:
        ValueError: if shapes differ, an argument is out of its range, a strong bath has no contact or no coordinate, or
            none is strong.
        TypeError: if a contact is not a `Contact`.
        NotConvergedError: if the tolerance wants more levels than can be kept.

    Cost:
        That of the builder with d times the levels.

    Reference:
        ilessmith2014, strasberg2016, nazir2018.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> spin, hot, cold = tk.operators.pauli(), tk.Bath("hot", 1.0), tk.Bath("cold", 0.5)
        >>> peaked = tk.Contact(hot, spin.x, tk.Brownian(0.3, frequency=1.3, width=1e-3))
        >>> found = tk.reaction_coordinate(0.5 * spin.z, [peaked, tk.Contact(cold, spin.x, tk.Flat(1e-3))])
        >>> bool(found.heat[0] > 0.0), bool(abs(found.heat.sum()) < 1e-15), found.state.shape
        (True, True, (2, 2))
    """
    matrix = as_hermitian(hamiltonian, "hamiltonian")
    listed = list(checked_contacts(contacts, matrix.shape[-1]))
    number = None if number_operator is None else as_hermitian(number_operator, "number_operator")
    share = finite_numbers(counterterm, "counterterm")
    taken = taken_in(listed, strong)
    common_axes(
        {
            "hamiltonian": matrix.shape[:-2],
            "counterterm": share.shape,
            **{f"contacts[{place}]": contact.batch_shape for place, contact in enumerate(listed)},
        }
    )
    bare = BareSystem(matrix, listed, number, taken, share)
    kept = _levels(bare, levels, checked_tolerance(tolerance))
    enlarged = enlarged_system(bare, kept)
    model = _built(builder, enlarged)
    line = levels_figure(bare, enlarged, model)
    if line is not None:
        line.warn(model.batch_shape)
    return StronglyCoupled(model=model, bare=bare, dims=enlarged.dims, line=line, builder=builder)


def taken_in(contacts: Sequence[Contact], strong: Sequence[str] | None) -> dict[int, TakenIn]:
    """What of the baths becomes part of the system.

    Args:
        contacts: checked.
        strong: names of baths, or None for those whose spectra say so.

    Returns:
        By the position of a contact, in their order.

    Raises:
        ArgumentError: if a name is that of no bath, or nothing is taken in.
    """
    names = {contact.bath.name for contact in contacts}
    if isinstance(strong, str) or (strong is not None and not set(strong) <= names):
        raise ArgumentError(
            f"`strong` must list names of baths, among {', '.join(map(repr, sorted(names)))}, got {shown(strong)}.",
            "strong",
        )
    found: dict[int, TakenIn] = {}
    for position, contact in enumerate(contacts):
        lead = contact.bath.statistics.moves_particles
        own = isinstance(contact.spectrum, Lorentzian if lead else Brownian)
        if own if strong is None else contact.bath.name in strong:
            found[position] = LeadSite.of(contact.spectrum) if lead else Coordinate.of(contact.spectrum)
    if not found:
        raise ArgumentError(
            "no contact is strong: none has a Brownian spectrum, or a Lorentzian one with a lead; name the baths in "
            "`strong`, or use tk.davies.",
            "strong",
        )
    return found


def _levels(bare: BareSystem, levels: Levels, tolerance: float) -> tuple[int, ...]:
    """Levels of each coordinate."""
    modes = [position for position, one in bare.taken.items() if isinstance(one, Coordinate)]
    if levels is None:
        kept = {position: enough_levels(bare, position, tolerance) for position in modes}
        return tuple(kept.get(position, SITE) for position in bare.taken)
    asked = [levels] * len(modes) if isinstance(levels, int | np.integer) else list(levels)
    numbers = [as_whole(value, "levels", least=2) for value in asked]
    if len(numbers) != len(modes):
        raise ArgumentError(
            f"`levels` must be a whole number, or {len(modes)} of them, one for each mode, got {shown(levels)}.",
            "levels",
        )
    each = iter(numbers)
    return tuple(next(each) if position in modes else SITE for position in bare.taken)


def _built(builder: Builder, enlarged: EnlargedSystem) -> Model:
    model = builder(enlarged.hamiltonian, enlarged.contacts, number_operator=enlarged.number)
    if not isinstance(model, Model):
        raise TypeError(f"`builder` must return a Model, as tk.davies does, got {shown(model)}.")
    return model
