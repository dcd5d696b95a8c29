"""A system together with coordinates of its baths: Hamiltonian, contacts, and how parts are told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.contact import Contact
from thermokin.operators.as_numbers import require_room
from thermokin.operators.fock import destroy
from thermokin.operators.tensor import tensor
from thermokin.strong_coupling.coordinate import Coordinate, LeadSite, TakenIn

__all__ = ["BareSystem", "EnlargedSystem", "enlarged_system"]


@dataclass(frozen=True, eq=False)
class BareSystem:
    """What the user gave.

    Args:
        hamiltonian: of the system (..., d, d).
        contacts: with its baths.
        number: of particles (..., d, d), or None.
        taken: by the position of a contact, what of its bath becomes part of the system.
        counterterm: share of the counterterm that the whole Hamiltonian holds (...).
    """

    hamiltonian: ComplexArray
    contacts: Sequence[Contact]
    number: ComplexArray | None
    taken: Mapping[int, TakenIn]
    counterterm: FloatArray

    @property
    def hottest(self) -> FloatArray:
        """The highest temperature of a bath (...)."""
        shapes = [contact.bath.temperature for contact in self.contacts]
        return np.asarray(np.max(np.stack(np.broadcast_arrays(*shapes)), axis=0))

    def alone_with(self, position: int) -> BareSystem:
        """The system with one of its coordinates only."""
        taken = {position: self.taken[position]}
        return BareSystem(self.hamiltonian, self.contacts, self.number, taken, self.counterterm)


@dataclass(frozen=True, eq=False)
class EnlargedSystem:
    """The system and the coordinates.

    Args:
        hamiltonian: of both (..., D, D).
        contacts: with the residual baths, and those that stayed as they were; in the order they were given.
        number: of particles (..., D, D), or None.
        dims: levels of the system and of each coordinate.
    """

    hamiltonian: ComplexArray
    contacts: list[Contact]
    number: ComplexArray | None
    dims: tuple[int, ...]

    def on_system(self, operator: ComplexArray) -> ComplexArray:
        """An operator of the system (..., d, d) as one of both (..., D, D)."""
        return tensor(operator, np.eye(prod(self.dims[1:])))

    def on_part(self, operator: ComplexArray, part: int, strings: ComplexArray | None = None) -> ComplexArray:
        """An operator of a coordinate as one of both.

        Args:
            operator: (n, n).
            part: 1 for the first coordinate.
            strings: parity (..., k, k) of all that stands before it, or None.

        Returns:
            (..., D, D).
        """
        before = np.eye(prod(self.dims[:part])) if strings is None else strings
        return tensor(before, operator, np.eye(prod(self.dims[part + 1 :])))


def enlarged_system(bare: BareSystem, levels: Sequence[int]) -> EnlargedSystem:
    """The system with the coordinates of its baths.

    Args:
        bare: what was given.
        levels: of each coordinate, in the order of their contacts; 2 of a lead's site.

    Returns:
        Both together.

    Raises:
        ArgumentError: if a lead's site is wanted and there is no number operator.
    """
    size = bare.hamiltonian.shape[-1]
    dims = (size, *levels)
    require_room(prod(dims), "levels")
    found = EnlargedSystem(bare.hamiltonian, [], bare.number, dims)
    shifted = bare.hamiltonian
    for position, one in bare.taken.items():
        if isinstance(one, Coordinate):
            lift = (bare.counterterm * one.reorganisation)[..., None, None]
            shifted = shifted + lift * (bare.contacts[position].operator @ bare.contacts[position].operator)
    total = found.on_system(shifted)
    number = None if bare.number is None else found.on_system(bare.number)
    parity = None if bare.number is None else _parity(bare.number)
    contacts: list[Contact] = []
    places = {position: part for part, position in enumerate(bare.taken, start=1)}
    for position, contact in enumerate(bare.contacts):
        if position not in bare.taken:
            contacts.append(Contact(contact.bath, found.on_system(contact.operator), contact.spectrum))
            continue
        one, part = bare.taken[position], places[position]
        if isinstance(one, LeadSite):
            if parity is None or number is None:
                raise ArgumentError("`number_operator` must be given where a lead becomes a site.", "number_operator")
            touched = found.on_part(np.array([[0.0, 1.0], [0.0, 0.0]]), part, parity)
            occupied = found.on_part(np.diag([0.0, 1.0]), part)
            hop = _adjoint(found.on_system(contact.operator)) @ touched
            total = total + one.energy[..., None, None] * occupied
            total = total + one.coupling[..., None, None] * (hop + _adjoint(hop))
            number = number + occupied
            parity = tensor(parity, np.diag([1.0, -1.0]))
        else:
            lower = destroy(dims[part])
            touched = found.on_part(lower + lower.T, part)
            total = total + one.frequency[..., None, None] * found.on_part(np.diag(np.arange(1.0 * dims[part])), part)
            pulled = _beside(contact.operator, lower + lower.T, dims, part)
            total = total + one.coupling[..., None, None] * pulled
            parity = None if parity is None else tensor(parity, np.eye(dims[part]))
        contacts.append(Contact(contact.bath, touched, one.residual))
    return EnlargedSystem(total, contacts, number, dims)


def _adjoint(operator: ComplexArray) -> ComplexArray:
    return np.asarray(operator.conj().swapaxes(-1, -2))


def _beside(system: ComplexArray, other: ComplexArray, dims: tuple[int, ...], part: int) -> ComplexArray:
    """The product of an operator of the system and one of a coordinate."""
    return tensor(system, np.eye(prod(dims[1:part])), other, np.eye(prod(dims[part + 1 :])))


def _parity(number: ComplexArray) -> ComplexArray:
    """(-1)^N of the system."""
    values, vectors = np.linalg.eigh(number)
    signs = 1.0 - 2.0 * np.remainder(np.rint(values), 2.0)
    return np.asarray((vectors * signs[..., None, :]) @ _adjoint(vectors))
