"""What a contact's correlation function leaves of each element of its coupling: half its rate, and its shift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.master_equations.geometric import gap_rates
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import present_elements
from thermokin.model.davies import LambShift

__all__ = ["Coupling", "couplings"]

ALIKE = 1e-12  # of the widest gap: gaps that are shifted as one


@dataclass(frozen=True, eq=False)
class Coupling:
    """One process of a contact, D rho = K rho B^+ - B^+ K rho + its adjoint, in the eigenbasis of H.

    Args:
        operator: B (..., d, d), the coupling operator, of a lead also its adjoint.
        weighed: K (..., d, d), B with half its rate, and i times its shift, on each element [1/time].
        quanta: energy that each element leaves to the bath (..., d, d), of a lead less the chemical work [energy].
    """

    operator: ComplexArray
    weighed: ComplexArray
    quanta: FloatArray


def couplings(
    position: int, contact: Contact, levels: FloatArray, inside: ComplexArray, shift: LambShift | None
) -> tuple[Coupling, ...]:
    """The processes of a contact.

    Args:
        position: of the contact, for errors.
        contact: the contact.
        levels: (..., d) [energy].
        inside: its operator in the eigenbasis of the Hamiltonian (..., d, d).
        shift: how shifts are integrated; none if None.

    Returns:
        One, and of a lead two: a particle that leaves, and one that enters.

    Raises:
        ValueError: if a rate at frequency zero diverges, the spectrum is asked outside its domain, or a shift cannot be
            integrated.
    """
    gaps = levels[..., None, :] - levels[..., :, None]
    inside = np.where(present_elements(inside), inside, 0.0)
    if contact.bath.statistics.moves_particles:
        return _of_lead(contact, gaps, inside)
    size = levels.shape[-1]
    # What is proportional to the identity moves nothing, and would ask for a rate at frequency zero.
    inside = inside - np.eye(size) * (np.trace(inside, axis1=-2, axis2=-1) / size)[..., None, None]
    there = np.asarray(inside != 0.0)
    half = 0.5 * gap_rates(position, contact, gaps, there).astype(np.complex128)
    if shift is not None:
        half = half + 1j * _shifts(contact, gaps, there, shift)
    return (Coupling(inside, half * inside, gaps),)


def _of_lead(contact: Contact, gaps: FloatArray, inside: ComplexArray) -> tuple[Coupling, ...]:
    bath = contact.bath
    flat = gaps.reshape(*gaps.shape[:-2], -1)
    known = (flat, bath.temperature, bath.chemical_potential)
    strength = 0.5 * contact.spectrum.continued(flat)
    rates = [strength * factor(*known) for factor in (bath.statistics.emission, bath.statistics.absorption)]
    out, into = (half.reshape(*half.shape[:-1], *gaps.shape[-2:]) for half in rates)
    quanta = gaps - np.asarray(bath.chemical_potential)[..., None, None]
    adjoint = inside.conj().swapaxes(-1, -2)
    return (
        Coupling(inside, out * inside, quanta),
        Coupling(adjoint, into.swapaxes(-1, -2) * adjoint, -quanta.swapaxes(-1, -2)),
    )


def _shifts(contact: Contact, gaps: FloatArray, there: BoolArray, shift: LambShift) -> FloatArray:
    """S(w) of each gap (d, d), one integral for gaps that are alike."""
    shift.require(contact, gaps.shape[:-2])
    values = np.sort(gaps[there])
    limit = ALIKE * max(float(np.abs(gaps).max()), 1e-300)
    first = values[np.concatenate([[True], np.diff(values) > limit])]
    known = np.array([shift.value(float(one) if abs(one) > limit else 0.0, contact) for one in first])
    place = np.clip(np.searchsorted(first, gaps + limit, side="right") - 1, 0, first.size - 1)
    return np.where(there, known[place], 0.0)
