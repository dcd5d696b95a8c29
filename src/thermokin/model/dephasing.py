"""The zero-frequency jumps of a contact, and which of their elements are there at all."""

from __future__ import annotations

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.bohr import DEFAULT_TOLERANCE, BohrClusters, smallest_gap
from thermokin.model.contact import Contact
from thermokin.model.eigenframe import Eigenframe
from thermokin.operators.numbers import in_sweep

__all__ = ["NEGLIGIBLE", "dephasing"]

NEGLIGIBLE = 1e-13  # matrix elements below this fraction of the operator's largest are rounding of the eigenbasis
EPSILON = float(np.finfo(np.float64).eps)
GENEROUS = (
    8.0  # times the square root of the dimension: rounding of eigenvectors, and of a basis that was turned before
)


def dephasing(
    position: int,
    contact: Contact,
    operator: ComplexArray,
    found: BohrClusters,
    coupling: ComplexArray,
    at_zero: BoolArray,
    states: Eigenframe,
) -> ComplexArray:
    """Amplitudes of the elements between levels of equal energy.

    Args:
        position: which contact it is, for errors.
        contact: the contact.
        operator: its operator in the eigenbasis (..., d, d).
        found: its clusters.
        coupling: (..., m) elements of the coupling less a multiple of the identity.
        at_zero: (m,) which of them are at frequency zero.
        states: the eigenstates.

    Returns:
        (..., m), 0 for elements at other frequencies.

    Raises:
        ValueError: if an element is there and the zero-frequency rate diverges.
    """
    batch = np.broadcast_shapes(coupling.shape[:-1], contact.bath.temperature.shape)
    nothing = np.zeros((*batch, coupling.shape[-1]), dtype=coupling.dtype)
    size = np.where(at_zero, np.abs(coupling), 0.0)
    largest = np.abs(contact.operator).max()
    if not (size > NEGLIGIBLE * largest).any():
        return nothing
    rate = _rate(contact)
    diverging = np.isinf(rate)
    if diverging.any():
        unsure = np.maximum(NEGLIGIBLE * largest, _rounding(operator, found, states))
        there = (size > unsure) & diverging[..., None]
        if there.any():
            _refuse(position, contact, found, there)
    return np.asarray(coupling * np.where(at_zero, np.sqrt(np.where(diverging, 0.0, rate))[..., None], 0.0))


def _rate(contact: Contact) -> FloatArray:
    """The zero-frequency rate (...) [1/time]; inf where it diverges, or where a table does not say."""
    bath, spectrum = contact.bath, contact.spectrum
    if not spectrum.reaches_zero:
        known = bath.statistics.dephasing_rate(np.ones(()), np.zeros(()), bath.temperature)
        return np.where(known > 0.0, np.inf, 0.0)
    return bath.statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, bath.temperature)


def _rounding(operator: ComplexArray, found: BohrClusters, states: Eigenframe) -> FloatArray:
    """How large elements (..., m) may be that a rounding of the Hamiltonian and of the operator alone puts there.

    A change dH turns level j towards level k by dH_kj / (E_j - E_k); so it changes A_ij by at most |dH| times the root
    of the sum over k of |A_ik / (E_j - E_k)|^2, and likewise from the left.

    Args:
        operator: in the eigenbasis (..., d, d).
        found: its clusters.
        states: the eigenstates.

    Returns:
        The bound.
    """
    size = operator.shape[-1]
    unit = GENEROUS * np.sqrt(size) * EPSILON
    limit = smallest_gap(states.levels, DEFAULT_TOLERANCE)[..., None, None]
    gap = np.abs(states.levels[..., :, None] - states.levels[..., None, :])
    near = np.where(gap > limit, 1.0 / np.where(gap > limit, gap, 1.0) ** 2, 0.0)
    square = np.abs(operator) ** 2
    turning = np.sqrt(square @ near) + np.sqrt(near @ square)
    energy = np.abs(states.energies).max(axis=-1)[..., None]
    own = np.sqrt(square.sum(axis=-1).max(axis=-1))[..., None]
    return np.asarray(unit * (energy * turning[..., found.row, found.column] + own))


def _refuse(position: int, contact: Contact, found: BohrClusters, there: BoolArray) -> None:
    element = int(np.argmax(there.reshape(-1, there.shape[-1]).any(axis=0)))
    row, column = int(found.row[element]), int(found.column[element])
    where = f"on level {row}" if row == column else f"between levels {row} and {column}"
    points = np.asarray(there.any(axis=-1))
    if contact.spectrum.reaches_zero:
        trouble = (
            "and the zero-frequency rate of its spectrum diverges at temperature "
            f"{np.max(contact.bath.temperature):g}; use an Ohmic spectrum with exponent >= 1, a Drude spectrum, "
            "or a coupling without those elements."
        )
    else:
        trouble = (
            "and its tabulated spectrum does not reach frequency 0, where they need a rate; extend the table to 0, "
            "or use a coupling without those elements."
        )
    raise ArgumentError(
        f"`contacts[{position}].operator` has elements between levels of equal energy{in_sweep(points)}, "
        f"here one {where}, {trouble}",
        f"contacts[{position}].operator",
    )
