"""The pairing of a quadratic Hamiltonian: symmetric of bosons, antisymmetric of fermions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, OperatorLike
from thermokin.gaussian.contacts import ModeContact, NormalModeContact
from thermokin.gaussian.one_particle import OneParticle
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import as_operator

__all__ = ["with_pairing"]

ROUNDING = 1e-12  # of the largest element: what a pairing differs from its transpose and is taken for rounding


def with_pairing(system: OneParticle, pairing: OperatorLike | None, contacts: Sequence[ModeContact]) -> OneParticle:
    """The system with a pairing, if there is any.

    Args:
        system: the Hamiltonian of one particle.
        pairing: D (..., n, n), or None.
        contacts: of the model, which must all tell a from a^+ in one way.

    Returns:
        The system.

    Raises:
        ArgumentError: if the pairing does not fit the system and its statistics, or some contacts see normal modes and
            others do not.
    """
    paired = None if pairing is None else _checked(pairing, system)
    if paired is None or not paired.any():
        return system
    kinds = [isinstance(contact, NormalModeContact) for contact in contacts]
    if any(kinds) and not all(kinds):
        raise ArgumentError(
            f"`contacts[{kinds.index(True)}]`: with pairing normal modes mix a and a^+, and the others do not; "
            "give all contacts or none as NormalModeContact.",
            "contacts",
        )
    return replace(system, pairing=paired)


def _checked(pairing: OperatorLike, system: OneParticle) -> ComplexArray:
    matrix = as_operator(pairing, "pairing")
    if matrix.shape[-1] != system.modes:
        raise ArgumentError(
            f"`pairing` must have shape (..., {system.modes}, {system.modes}), got {matrix.shape}.", "pairing"
        )
    common_axes({"hamiltonian": system.matrix.shape[:-2], "pairing": matrix.shape[:-2]})
    flipped = system.z * np.swapaxes(matrix, -1, -2)
    if (np.abs(matrix - flipped) > ROUNDING * np.abs(matrix).max()).any():
        word, sign, order = ("symmetric", "", "+") if system.z > 0 else ("antisymmetric", "-", "-")
        raise ArgumentError(
            f"`pairing` must be {word}, D_ij = {sign}D_ji, since a_i^+ a_j^+ = {sign}a_j^+ a_i^+; it is off by "
            f"{np.abs(matrix - flipped).max():.3g}. Use (D {order} D.T) / 2.",
            "pairing",
        )
    return np.asarray(0.5 * (matrix + flipped))
