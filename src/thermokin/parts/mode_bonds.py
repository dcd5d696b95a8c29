"""Currents between groups of modes of a Gaussian model, by its second moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.gaussian.gaussian_state import GaussianState
from thermokin.gaussian.model import NO_BATH
from thermokin.gaussian.moments import GaussianMoments
from thermokin.model.bath_parameters import with_bath_parameters
from thermokin.numerics.lyapunov import forward
from thermokin.operators.as_numbers import as_real, common_axes, require_moderate, shown
from thermokin.parts.bond_balance import BondCurrents
from thermokin.parts.dissipated import NOBODY
from thermokin.parts.gaussian_flows import GaussianFlows
from thermokin.parts.part_quantity import ENERGY, PARTICLES
from thermokin.parts.touching import bath_temperatures, touched_by_mode_baths

__all__ = ["bonds_of_modes"]

EPS = float(np.finfo(np.float64).eps)


def bonds_of_modes(
    rest: GaussianMoments,
    sizes: tuple[int, ...],
    quantity: object,
    share: float,
    baths: Mapping[str, int | Sequence[int]] | None,
    positions: FloatArray | None,
) -> BondCurrents:
    """The currents of a Gaussian model.

    Args:
        rest: second moments at rest or over time.
        sizes: how many modes each part has.
        quantity: as `bond_currents` takes it.
        share: of a link that the first of its parts holds.
        baths: parts of baths, as given.
        positions: of the parts.

    Returns:
        The currents.
    """
    model, times = rest.model, getattr(rest, "times", None)
    words, unit, weights = _weights(rest, quantity)
    found = GaussianFlows(rest, sizes, weights, share)
    between, generated = found.flows
    amounts = found.amounts
    lead, pairs = amounts.shape[:-1], found.joined
    rows, columns = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    places = {bath.name: place for place, bath in enumerate(model.baths)}
    if (model.bath == NO_BATH).any():
        places[NOBODY] = NO_BATH
    changes = [found.changed(rest.changed_by(place)) for place in places.values()]
    touched = touched_by_mode_baths(model, sizes, tuple(places), baths)
    change = np.zeros(amounts.shape)
    if times is not None:
        space = model.space
        moved = rest.beside(space.diffusion) - forward(rest.beside(space.drift), rest.moments)
        change = found.means(found.changed(moved))
    left = rest.uncertainty[..., None] if isinstance(rest, GaussianState) else 0.0
    rates = rest.beside(np.linalg.norm(model.space.drift, axis=(-2, -1))[..., None, None])[..., 0]
    held = np.linalg.norm(found.moments, axis=(-2, -1))[..., None]
    error = found.norms * (left + EPS * 8.0 * rates * held) + EPS * (8.0 + model.modes) * found.sizes
    shape = (*lead, len(sizes))
    return BondCurrents(
        words,
        unit,
        sizes,
        tuple(pairs),
        np.asarray(between[..., rows, columns]),
        np.broadcast_to(generated, shape),
        np.stack([np.broadcast_to(found.means(one), shape) for one in changes], axis=-2),
        np.stack(
            [np.broadcast_to(found.means(one, near), shape) for one, near in zip(changes, touched, strict=True)],
            axis=-2,
        ),
        tuple(places),
        bath_temperatures(model.baths, tuple(places)),
        touched,
        amounts,
        change,
        np.broadcast_to(error, shape),
        tuple(pairs),
        times,
        with_bath_parameters({}, model.baths),
        positions,
    )


def _weights(rest: GaussianMoments, quantity: Any) -> tuple[str, str, FloatArray | None]:
    """What flows in words, its unit, and what a particle of each mode counts; None for the energy."""
    modes, batch = rest.model.modes, rest.model.batch_shape
    if isinstance(quantity, str):
        if quantity not in (ENERGY, PARTICLES):
            raise ArgumentError(
                f"`quantity` of a Gaussian model must be '{ENERGY}', '{PARTICLES}' or a number for each mode, got "
                f"{shown(quantity)}.",
                "quantity",
            )
        return (ENERGY, "energy", None) if quantity == ENERGY else (PARTICLES, "1", np.ones(modes))
    found = as_real(quantity, "quantity")
    require_moderate(found, "quantity")
    if found.shape[-1:] != (modes,):
        raise ArgumentError(
            f"`quantity` of a Gaussian model must be a number for each mode, shape (..., {modes}), got shape "
            f"{found.shape}.",
            "quantity",
        )
    common_axes({"state": batch, "quantity": found.shape[:-1]})
    return "quantity", "1", found
