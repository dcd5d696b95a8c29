"""The contact of a library model with its one bath, from the operator that lowers the system."""

from __future__ import annotations

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Spectrum

__all__ = ["lowering_contact"]


def lowering_contact(bath: Bath, lowering: FloatArray | ComplexArray, spectrum: Spectrum) -> Contact:
    """A bath that moves no particles touches A + A^+; a lead, of which every quantum is a particle, touches A.

    Both ways each gap is emptied and filled at the bath's two rates, once.

    Args:
        bath: the bath.
        lowering: A (..., d, d), whose elements all lower the energy.
        spectrum: of the contact.

    Returns:
        The contact.
    """
    if bath.statistics.moves_particles:
        return Contact(bath, lowering, spectrum)
    return Contact(bath, lowering + lowering.conj().swapaxes(-1, -2), spectrum)
