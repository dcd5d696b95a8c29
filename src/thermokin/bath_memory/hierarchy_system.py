"""A system with its baths' memory: what a hierarchy is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin._verbs import OtherSystem
from thermokin.bath_memory.convergence import Converged, Wanted, converged
from thermokin.bath_memory.correlation_expansion import expansion_of
from thermokin.bath_memory.first_tier import Flows
from thermokin.bath_memory.truncation import Truncation
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.model import Model

__all__ = ["HierarchySystem"]


@final
@dataclass(frozen=True, eq=False, repr=False)
class HierarchySystem(OtherSystem):
    """A system on baths of any coupling; made by `hierarchy`.

    Args:
        carrier: its Hamiltonian, baths and frame, as a model without jumps.
        matrix: H (d, d) [energy] in the user's basis.
        contacts: how the baths touch the system.
        wanted: depth, terms and tolerance, as they were given.

    Example:
        >>> import thermokin as tk
        >>> x = tk.operators.pauli().x
        >>> contact = tk.Contact(tk.Bath("bath", 1.0), x, tk.Drude(0.1, cutoff=2.0))
        >>> tk.hierarchy(x, [contact]).reorganisation  # strength cutoff / 4
        array([0.05])
    """

    carrier: Model
    matrix: ComplexArray
    contacts: tuple[Contact, ...]
    wanted: Wanted

    def __repr__(self) -> str:
        names = ", ".join(repr(bath.name) for bath in self.baths)
        return f"Hierarchy of {self.dimension} levels, baths {names}"

    @property
    def dimension(self) -> int:
        """Number of levels d."""
        return int(self.matrix.shape[-1])

    @property
    def baths(self) -> tuple[Bath, ...]:
        """The baths, each once."""
        return self.carrier.baths

    @cached_property
    def reorganisation(self) -> FloatArray:
        """Int over w > 0 of G / (2 pi w) of each contact (c,) [energy]; 0 of leads.

        With it times A^2 added to H, a coupling A that commutes with H shifts no level.
        """
        found = []
        for place, contact in enumerate(self.contacts):
            poles = expansion_of(contact, 0, f"contacts[{place}]").poles
            # G is odd: half the integral over the line, which the lower poles give.
            value = 0.0 if contact.bath.statistics.moves_particles else -0.5j * (poles.residues / poles.places).sum()
            found.append(float(np.real(value)))
        return np.array(found)

    def truncated(self, depth: int, terms: tuple[int, ...]) -> Truncation:
        """The hierarchy of a depth and of terms.

        Args:
            depth: tiers.
            terms: poles of the occupation of each contact's bath.

        Returns:
            The hierarchy, which solves nothing yet.
        """
        return Truncation(self.matrix, self.contacts, depth, terms)

    def converged(self, find: Callable[[Truncation], Flows]) -> Converged:
        """What is found in the hierarchy as it was asked for.

        Args:
            find: what is wanted of it.

        Returns:
            What was found, with what it lacks.

        Raises:
            NotConvergedError: if the tolerance cannot be met.
            ArgumentError: if what was asked for is too large.
        """
        return converged(find, self.truncated, self.wanted)

    def by_bath(self, values: FloatArray) -> FloatArray:
        """The sums over the contacts of each bath.

        Args:
            values: (..., c).

        Returns:
            (..., b).
        """
        owners = np.array([contact.bath.name for contact in self.contacts])
        return np.stack([values[..., owners == bath.name].sum(axis=-1) for bath in self.baths], axis=-1)
