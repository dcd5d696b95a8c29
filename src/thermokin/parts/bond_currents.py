"""Currents on the bonds between parts, and the balance of each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.gaussian.gaussian_state import steady_state as gaussian_rest
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.moments import GaussianMoments
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.motion.steady_state import SteadyState, steady_state
from thermokin.operators.as_numbers import as_real, shown
from thermokin.parts.bond_balance import BondCurrents
from thermokin.parts.given_state import dims_given, given_state
from thermokin.parts.level_bonds import bonds_of_levels
from thermokin.parts.mode_bonds import bonds_of_modes
from thermokin.parts.sources import mode_groups

__all__ = ["bond_currents"]


def bond_currents(
    state: object,
    dims: Sequence[int] | None = None,
    *,
    quantity: object = "energy",
    share: float | None = None,
    baths: Mapping[str, int | Sequence[int]] | None = None,
    positions: ArrayLike | None = None,
) -> BondCurrents:
    """Currents of energy, particles or another quantity between the parts of a system, and the balance of each part.

    Each part holds its own term of H and its share of those that it has with others, H = sum_k E_k. Then dE_k/dt is
    the sum over j of J_jk = i <[E_j, E_k]> and over the baths b of tr(E_k D_b rho); what two links make pass between
    parts that no link joins goes by way of the part that both hold. A quantity q_k of the part alone flows on a link
    H_S between those m of its parts that it changes as J_jk = (r_k - r_j)/m, r_k = i <[H_S, q_k]>; the mean of r, 0
    if the link conserves the sum, is what the Hamiltonian makes on each.

    Args:
        state: a model, which is taken at rest, or what `steady_state` and `evolve` return; of Gaussian models too.
        dims: sizes of the parts; None for those that QuTiP's objects have said. Of Gaussian models how many
            neighbouring modes each part has; None for one each.
        quantity: "energy", of the Hamiltonian that moves the state; "bare energy", that baths are booked with where it
            has no links, as in local models; "particles"; an operator of the whole (..., d, d) that is a sum of
            operators of parts; one operator for each part, or one for all. Of Gaussian models "energy", "particles" or
            a number for each mode (..., modes), its weight.
        share: of a link's energy that the first of its parts holds, 0 to 1, the others the rest in equal shares; None
            for equal shares.
        baths: the part or parts that a bath touches, by its name; None for those on which the operators of its contacts
            act, or its jumps where a model was made without contacts.
        positions: where the parts stand in the map (part, 2); None for a chain, a ring or a lattice, whichever fits.

    Returns:
        The currents (..., bond) with sources, balances and their errors; `plot` draws the map.

    Raises:
        ArgumentError: if sizes do not make the dimension, or an argument cannot be.
        HypothesisError: if the quantity is not a sum over parts.
        TypeError: if `state` has no model with a constant generator.

    Warns:
        ValidityWarning: where a secular generator moves the quantity between baths without a current on any bond.

    Cost:
        d^3 for each bath; of Gaussian models a few products of 2n x 2n matrices.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> chain = tk.gaussian.hopping_chain(3, hopping=0.1, rate=0.1, temperature=1.0, left=400.0, right=-400.0)
        >>> found = tk.bond_currents(chain, quantity="particles")
        >>> found.bonds, found.currents.round(8)  # 2 t^2 r / (4 t^2 + r^2) on each bond
        (((0, 1), (1, 2)), array([0.04, 0.04]))
    """
    rest, held = _rest_or_motion(state), _as_share(share)
    if isinstance(rest, GaussianMoments):
        sizes = mode_groups(rest.model.modes, dims)
        where = _as_positions(positions, len(sizes))
        return bonds_of_modes(rest, sizes, quantity, 0.5 if held is None else held, baths, where).told()
    given = given_state(rest)
    parts = dims_given(given, dims)
    return bonds_of_levels(rest, given, parts, quantity, held, baths, _as_positions(positions, len(parts))).told()


def _rest_or_motion(state: object) -> SteadyState | Evolution | GaussianMoments:
    """The states at rest or over time that a user gives, with the model that moves them.

    Args:
        state: a model, or a result.

    Returns:
        The states.

    Raises:
        TypeError: if it has no model.
    """
    if isinstance(state, Model):
        return steady_state(state)
    if isinstance(state, GaussianModel):
        return gaussian_rest(state)
    if isinstance(state, SteadyState | Evolution | GaussianMoments):
        return state
    given_state(state)  # what is no state at all is told so
    raise TypeError(
        f"`state` must be a model, or what `steady_state` or `evolve` of a model with constant generator return, got "
        f"{shown(state)}; of a density matrix rho take tk.evolve(model, rho, [0.0]), along a drive the model "
        "and the state of one moment likewise."
    )


def _as_share(share: Any) -> float | None:
    """The share of a link that the first of its parts holds, seen to be between 0 and 1."""
    if share is None:
        return None
    values = as_real(share, "share")
    value = float(values) if values.ndim == 0 else np.nan
    if not 0.0 <= value <= 1.0:
        raise ArgumentError(f"`share` must be one number between 0 and 1, got {shown(share)}.", "share")
    return value


def _as_positions(positions: ArrayLike | None, parts: int) -> FloatArray | None:
    """Where the parts stand (part, 2), seen to be different points."""
    if positions is None:
        return None
    found = as_real(positions, "positions")
    if found.shape != (parts, 2) or len(np.unique(found, axis=0)) < parts:
        raise ArgumentError(
            f"`positions` must be {parts} different points of a plane, shape ({parts}, 2), got shape {found.shape}.",
            "positions",
        )
    return found
