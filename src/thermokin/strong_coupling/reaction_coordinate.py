"""The reaction-coordinate mapping: what a bath's collective mode does becomes part of the system."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import OperatorLike
from thermokin.model.bath import finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.secular_parts import checked_contacts
from thermokin.operators.as_numbers import common_axes, shown
from thermokin.operators.as_operators import as_hermitian
from thermokin.strong_coupling.enlarged_system import BareSystem, EnlargedSystem, enlarged_system
from thermokin.strong_coupling.levels import Levels, checked_tolerance, kept_levels, levels_figure
from thermokin.strong_coupling.strongly_coupled import Builder, StronglyCoupled
from thermokin.strong_coupling.taken_in import taken_in

__all__ = ["reaction_coordinate"]


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
        ArgumentError: a `ValueError`, if the number operator is not that of the system alone.
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
    if number is not None and number.shape[-1] != matrix.shape[-1]:
        size = matrix.shape[-1]
        raise ArgumentError(
            f"`number_operator` must have shape (..., {size}, {size}), that of the system alone, got {number.shape}.",
            "number_operator",
        )
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
    kept = kept_levels(bare, levels, checked_tolerance(tolerance))
    enlarged = enlarged_system(bare, kept)
    model = _built(builder, enlarged)
    line = levels_figure(bare, enlarged, model)
    if line is not None:
        line.warn(model.batch_shape)
    return StronglyCoupled(model=model, bare=bare, dims=enlarged.dims, line=line, builder=builder)


def _built(builder: Builder, enlarged: EnlargedSystem) -> Model:
    if not callable(builder):
        raise TypeError(f"`builder` must make a Model, as tk.davies does, got {shown(builder)}.")
    model = builder(enlarged.hamiltonian, enlarged.contacts, number_operator=enlarged.number)
    if not isinstance(model, Model):
        raise TypeError(f"`builder` must return a Model, as tk.davies does, got {shown(model)}.")
    return model
