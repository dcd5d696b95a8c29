"""The geometric generator: all jumps of a contact are one, each with the root of its own rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import eigenframe

__all__ = ["dissipated", "gap_rates", "geometric_jumps"]

NEGLIGIBLE = 1e-13  # of the largest element: rounding of the eigenbasis


def geometric_jumps(hamiltonian: ComplexArray, contacts: Sequence[Contact]) -> list[list[ComplexArray]]:
    """L = sum over w of sqrt(gamma(w)) A(w) of each contact: cross terms weigh sqrt(gamma(w) gamma(w')).

    It keeps states positive, makes no secular approximation and serves as a yardstick. Its jumps have no quantum of
    energy, so that nothing can be counted.

    Args:
        hamiltonian: H (d, d) [energy].
        contacts: the contacts, at one point.

    Returns:
        The jumps (d, d) of each contact, two of a lead [1/sqrt(time)].

    Raises:
        ArgumentError: if a rate at frequency zero diverges.
    """
    states = eigenframe(hamiltonian, None)
    frame = np.eye(hamiltonian.shape[-1], dtype=np.complex128) if states.frame is None else states.frame
    gaps = states.levels[None, :] - states.levels[:, None]
    found = []
    for position, contact in enumerate(contacts):
        inside = frame.conj().T @ contact.operator @ frame
        inside = np.where(np.abs(inside) > NEGLIGIBLE * np.abs(inside).max(), inside, 0.0)
        bath = contact.bath
        if bath.statistics.moves_particles:
            strength = contact.spectrum.continued(gaps)
            known = (gaps, bath.temperature, bath.chemical_potential)
            out = inside * np.sqrt(strength * bath.statistics.emission(*known))
            into = (inside * np.sqrt(strength * bath.statistics.absorption(*known))).conj().T
            found.append([frame @ jump @ frame.conj().T for jump in (out, into)])
            continue
        inside = inside - np.eye(len(gaps)) * np.trace(inside) / len(gaps)
        jump = inside * np.sqrt(gap_rates(position, contact, gaps, inside != 0.0))
        found.append([frame @ jump @ frame.conj().T])
    return found


def gap_rates(position: int, contact: Contact, gaps: FloatArray, there: BoolArray) -> FloatArray:
    """Rates of a contact, not of a lead, at each gap, 0 where no element is.

    Args:
        position: of the contact, for the error.
        contact: the contact.
        gaps: what a jump from column to row leaves to the bath (..., d, d) [energy].
        there: where the coupling operator has elements (..., d, d).

    Returns:
        gamma (..., d, d) [1/time].

    Raises:
        ArgumentError: if a rate at frequency zero diverges.
    """
    bath, spectrum, size = contact.bath, contact.spectrum, np.abs(gaps)
    widest = size.max(axis=(-2, -1), keepdims=True)
    still = size <= NEGLIGIBLE * np.maximum(widest, 1e-300)
    asked = np.where(still, np.where(widest > 0.0, widest, 1.0), size)
    flat = asked.reshape(*asked.shape[:-2], -1)
    down = bath.statistics.emission(flat, bath.temperature, bath.chemical_potential)
    up = bath.statistics.absorption(flat, bath.temperature, bath.chemical_potential)
    zero = np.asarray(bath.statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, bath.temperature))
    zero = zero[..., None, None]
    if (there & still & np.isinf(zero)).any():
        raise ArgumentError(
            f"`contacts[{position}].operator` has elements between levels of equal energy, and the zero-frequency rate "
            "of its spectrum diverges; use an Ohmic or a Drude spectrum.",
            f"contacts[{position}].operator",
        )
    falling = gaps.reshape(*gaps.shape[:-2], -1) > 0.0
    rates = spectrum.continued(flat) * np.where(falling, down, up)
    rates = rates.reshape(*rates.shape[:-1], *gaps.shape[-2:])
    return np.where(there, np.where(still, np.where(np.isfinite(zero), zero, 0.0), rates), 0.0)


def dissipated(jumps: Sequence[ComplexArray], state: ComplexArray) -> ComplexArray:
    """The sum over jumps of L rho L^+ - (L^+ L rho + rho L^+ L)/2 (d, d) [1/time].

    Args:
        jumps: L (d, d) of each.
        state: rho (d, d).

    Returns:
        The change of the state per time.
    """
    found = np.zeros_like(state)
    for jump in jumps:
        square = jump.conj().T @ jump
        found = found + jump @ state @ jump.conj().T - 0.5 * (square @ state + state @ square)
    return np.asarray(found)
