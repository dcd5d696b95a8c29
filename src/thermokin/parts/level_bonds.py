"""Currents between the parts of a model on levels, by commutators of terms of its Hamiltonian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.steady_state import SteadyState
from thermokin.operators.outside import dims_of
from thermokin.parts.bond_balance import BondCurrents
from thermokin.parts.cluster_terms import cluster_terms
from thermokin.parts.dissipated import dissipated
from thermokin.parts.given_state import GivenState, require_order
from thermokin.parts.part_quantity import part_quantity
from thermokin.parts.term_flows import Flows, LocalQuantity, energy_flows, energy_of_parts, local_flows
from thermokin.parts.touching import bath_temperatures, touched_by_baths

__all__ = ["bonds_of_levels"]

EPS = float(np.finfo(np.float64).eps)


def bonds_of_levels(
    rest: SteadyState | Evolution,
    given: GivenState,
    sizes: tuple[int, ...],
    quantity: object,
    share: float | None,
    baths: Mapping[str, int | Sequence[int]] | None,
    positions: FloatArray | None,
) -> BondCurrents:
    """The currents of a model on levels.

    Args:
        rest: states at rest or over time.
        given: the same as matrices.
        sizes: of the parts.
        quantity: as `bond_currents` takes it.
        share: of a link that the first of its parts holds; None for equal shares.
        baths: parts of baths, as given.
        positions: of the parts.

    Returns:
        The currents.
    """
    model = rest.model
    said = None if isinstance(quantity, str | list | tuple) else dims_of(quantity, "quantity")
    if said is not None and len(said) > 1:
        require_order(said, sizes, "quantity")
    hamiltonian = given.over_time(model.hamiltonian)
    split = cluster_terms(hamiltonian, sizes)
    words, unit, local = part_quantity(rest, sizes, quantity)
    held = energy_of_parts(split, share) if local is None else local
    found = energy_flows(split, share, given.states) if local is None else local_flows(split, local, given.states)
    timed = isinstance(rest, Evolution)
    frame = (
        None
        if model.frame is None
        else model.frame
        if not timed or model.frame.ndim == 2
        else model.frame[..., None, :, :]
    )
    moved = dissipated(model, rest.frame_states if isinstance(rest, Evolution) else rest.matrix, timed=timed)
    changes = {name: _turned(one, frame) for name, (one, _) in moved.items()}
    still = np.zeros((1, 1), dtype=np.complex128)
    rate = _turned(rest.frame_rates, frame) if isinstance(rest, Evolution) else still
    off = np.linalg.norm(rate - sum(changes.values(), _rotation(hamiltonian, given.states)), axis=(-2, -1))
    touched = touched_by_baths(model, sizes, tuple(changes), baths)
    bonds = tuple(sorted(found.between))
    lead = np.broadcast_shapes(given.states.shape[:-2], held.means(given.states).shape[:-1])
    return BondCurrents(
        words,
        unit,
        sizes,
        bonds,
        _rows([found.between[pair] for pair in bonds], lead),
        np.broadcast_to(found.generated, (*lead, len(sizes))),
        _sources([held.means(one) for one in changes.values()], lead, len(sizes)),
        _sources(
            [held.means(one, near) for one, near in zip(changes.values(), touched, strict=True)], lead, len(sizes)
        ),
        tuple(changes),
        bath_temperatures(model.baths, tuple(changes)),
        touched,
        np.broadcast_to(held.means(given.states), (*lead, len(sizes))),
        np.broadcast_to(held.means(rate) if timed else 0.0, (*lead, len(sizes))),
        np.broadcast_to(_error(found, held, [size for _, size in moved.values()], off), (*lead, len(sizes))),
        split.links,
        given.times,
        given.parameters,
        positions,
    )


def _rotation(hamiltonian: ComplexArray, states: ComplexArray) -> ComplexArray:
    """-i [H, rho]."""
    product = hamiltonian @ states
    return np.asarray(-1j * (product - product.conj().swapaxes(-1, -2)))


def _turned(matrix: ComplexArray, frame: ComplexArray | None) -> ComplexArray:
    """From the frame to the basis of the user."""
    return matrix if frame is None else np.asarray(frame @ matrix @ frame.conj().swapaxes(-1, -2))


def _rows(columns: Sequence[FloatArray], lead: tuple[int, ...]) -> FloatArray:
    """Numbers of each bond on a last axis."""
    return np.stack([np.broadcast_to(one, lead) for one in columns], axis=-1) if columns else np.zeros((*lead, 0))


def _sources(rows: Sequence[FloatArray], lead: tuple[int, ...], parts: int) -> FloatArray:
    """Numbers of each bath (..., bath, part)."""
    if not rows:
        return np.zeros((*lead, 0, parts))
    return np.stack([np.broadcast_to(one, (*lead, parts)) for one in rows], axis=-2)


def _error(found: Flows, held: LocalQuantity, rates: Sequence[FloatArray], off: FloatArray) -> FloatArray:
    """Rounding of all terms, and what the equation of motion leaves, by Cauchy and Schwarz (..., part)."""
    terms = found.generated_size + held.sizes * sum(rates, np.zeros(()))[..., None]
    flows = np.zeros((*np.broadcast_shapes(terms.shape[:-1], off.shape), len(held.dims)))
    for (one, other), width in found.sizes.items():
        flows[..., one] += width
        flows[..., other] += width
    rounding = EPS * (8.0 + float(np.prod(held.dims)))
    return np.asarray(rounding * (terms + flows) + held.sizes * off[..., None])
