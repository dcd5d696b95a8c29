"""How the jumps between eigenstates move with what they are made of: first-order perturbation theory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin.linear_response.bath_slopes import same_spectrum
from thermokin.linear_response.contact_entries import SPLIT, ContactEntries, Matrix
from thermokin.linear_response.perturbed_levels import Turned, blurred, perturbed
from thermokin.linear_response.table_change import NO_EXTRA, Extra, TableChange, relative_error
from thermokin.model.bohr import smallest_gap
from thermokin.model.model import Model
from thermokin.model.origin import Origin, SecularInputs
from thermokin.numerics.differences import Slope
from thermokin.operators.as_operators import as_operator

__all__ = ["SecularChanges"]

OPERATORS = 0.1  # of the largest element: what of it rounds the others of an operator that is a sum
ABSENT = 1e-12  # of a change of a coupling: elements below are rounding


@dataclass(frozen=True, eq=False)
class SecularChanges:
    """A secular model, ready to say how its table moves.

    Args:
        model: of one point.
        origin: of it.
        inputs: what it was made of.
        gaining: whether elements that jumps gain are told: they move coherences, and populations by these alone.
    """

    model: Model
    origin: Origin
    inputs: SecularInputs
    gaining: bool

    @cached_property
    def hamiltonian(self) -> ComplexArray:
        """Of the levels (d, d), in the user's basis."""
        return as_operator(self.inputs.hamiltonian, "hamiltonian")

    @cached_property
    def generator(self) -> ComplexArray | None:
        """Of the motion, where it is another."""
        given = self.inputs.generator
        return None if given is None else as_operator(given, "hamiltonian")

    @cached_property
    def parts(self) -> tuple[ContactEntries, ...]:
        """The contacts with their entries."""
        table, found, first = self.model.table, [], 0
        levels = self.model.energy.diagonal
        for contact, count in zip(self.inputs.contacts, self.origin.entries, strict=True):
            here = slice(first, first + count)
            still = first + np.flatnonzero(table.reverse[table.channel[here]] == table.channel[here])
            thermal = np.arange(first, first + (count - still.size) // 2)
            row, column = table.row[thermal].astype(np.int64), table.column[thermal].astype(np.int64)
            still_row, still_column = table.row[still].astype(np.int64), table.column[still].astype(np.int64)
            coupling = self._in_frame(contact.operator)
            gaps = levels[column] - levels[row]
            found.append(ContactEntries(contact, coupling, first, row, column, gaps, still_row, still_column))
            first += count
        return tuple(found)

    @cached_property
    def _frame(self) -> Matrix | None:
        return None if self.model.frame is None else _thin(self.model.frame)

    def _in_frame(self, operator: ComplexArray) -> Matrix:
        """An operator of the user's basis in the frame (d, d), real where nothing is imaginary."""
        thin = _thin(operator)
        return thin if self._frame is None else np.asarray(self._frame.conj().T @ thin @ self._frame)

    @cached_property
    def _same_level(self) -> BoolArray:
        """(d, d) which levels have one energy."""
        levels = self.model.energy.diagonal
        limit = smallest_gap(levels, self.origin.tolerance)
        return np.abs(levels[:, None] - levels[None, :]) <= limit

    @cached_property
    def _blurred(self) -> float:
        if self._frame is None:
            return 0.0
        return blurred([part.coupling for part in self.parts], self.model.energy.diagonal, self._same_level)

    def arrays(self, inputs: SecularInputs) -> list[NDArray[Any]]:
        """The inputs as arrays; those that are what they were are the same objects.

        Args:
            inputs: of the same builder, at another value of a parameter.

        Returns:
            Hamiltonian, generator, and for each contact operator, temperature, chemical potential, the numbers of the
            spectrum, and its value and slope at frequency zero.

        Raises:
            ArgumentError: if there are other contacts.
        """
        alike = len(inputs.contacts) == len(self.parts) and (inputs.generator is None) == (self.generator is None)
        alike = alike and all(
            other.bath.name == one.contact.bath.name and other.bath.statistics == one.contact.bath.statistics
            for other, one in zip(inputs.contacts, self.parts, strict=True)
        )
        if not alike:
            raise ArgumentError(
                "`parameters` change which contacts the model has, so that it has no derivative; derive at points "
                "around which the contacts stay.",
                "parameters",
            )
        base = self.base_arrays
        found: list[NDArray[Any]] = [_operator(inputs.hamiltonian, base[0])]
        found.append(base[1] if inputs.generator is None else _operator(inputs.generator, base[1]))
        for number, (contact, part) in enumerate(zip(inputs.contacts, self.parts, strict=True)):
            own = base[2 + 5 * number :]
            found.append(_kept(contact.operator, own[0]))
            found.append(_kept(contact.bath.temperature, own[1]))
            found.append(_kept(contact.bath.chemical_potential, own[2]))
            found.append(own[3] if same_spectrum(contact.spectrum, part.contact.spectrum) else part.numbers_of(contact))
            found.append(_kept(part.start_of(contact), own[4]))
        return found

    @cached_property
    def base_arrays(self) -> list[NDArray[Any]]:
        """The same at the value itself."""
        found: list[NDArray[Any]] = [self.hamiltonian]
        found.append(np.zeros(0) if self.generator is None else self.generator)
        for part in self.parts:
            bath = part.contact.bath
            numbers = part.numbers_of(part.contact)
            found += [part.contact.operator, bath.temperature, bath.chemical_potential, numbers]
            found.append(part.start_of(part.contact))
        return found

    @property
    def roundings(self) -> list[float]:
        """Of `arrays`, the part of the largest element whose rounding the others have: operators are often sums."""
        return [OPERATORS, OPERATORS, *([OPERATORS, 0.0, 0.0, 0.0, 0.0] * len(self.parts))]

    def change(self, slopes: Sequence[Slope], name: str) -> TableChange:
        """How the table moves.

        Args:
            slopes: of `arrays`.
            name: of the parameter, for errors.

        Returns:
            The change.

        Raises:
            ArgumentError: if a level of several states is split so that the derivative is not defined, or a derivative
                with a temperature of 0 is wanted.
        """
        turned = self._turned(slopes[0].value, name)
        table = self.model.table
        amplitude = np.zeros(table.entries, dtype=np.result_type(table.amplitude, *self._kinds(slopes, turned)))
        energy = np.zeros(table.entries)
        extras: list[Extra] = []
        couplings: list[Matrix] = []
        for number, part in enumerate(self.parts):
            own = [slope.value for slope in slopes[2 + 5 * number : 7 + 5 * number]]
            if part.frozen and own[1] is not None:
                raise ArgumentError(
                    f"`parameters` hold {name!r}, which moves the temperature of bath {part.contact.bath.name!r} away "
                    "from 0, where rates have no derivative; derive at a temperature above 0.",
                    "parameters",
                )
            if turned.turning is None and all(value is None for value in own):
                continue
            moved = self._coupling(part, own[0], turned)
            part.fill(amplitude, energy, table.amplitude, own, moved, turned.shift, SPLIT * turned.scale)
            if self.gaining and moved is not None:
                extras.append(self._extra(part, moved))
                couplings.append(self._moving(part, moved))
        return TableChange(
            generator=self._generator(slopes[1].value, turned),
            amplitude=amplitude,
            energy=energy,
            particles=np.zeros(table.size),
            temperature=self._of_baths(slopes, 1),
            potential=self._of_baths(slopes, 2),
            turning=turned.turning,
            relative_error=self._blurred + max([turned.error, *(relative_error(slope) for slope in slopes)]),
            extra=Extra.joined(extras),
            scale=turned.scale,
            couplings=tuple(couplings),
        )

    @staticmethod
    def _kinds(slopes: Sequence[Slope], turned: Turned) -> list[Any]:
        found: list[Any] = [turned.turning] if turned.turning is not None else []
        return found + [slope.value for slope in slopes[2::5] if slope.value is not None and slope.value.imag.any()]

    def _of_baths(self, slopes: Sequence[Slope], place: int) -> FloatArray:
        found = np.zeros(len(self.model.baths))
        for number, part in enumerate(self.parts):
            value = slopes[2 + 5 * number + place].value
            if value is not None:
                found[self.model.bath_position(part.contact.bath.name)] = float(value)
        return found

    def _turned(self, change: ComplexArray | None, name: str) -> Turned:
        levels = self.model.energy.diagonal
        if change is None:
            return Turned(np.zeros_like(levels), None, 0.0)
        return perturbed(levels, self._in_frame(change), self._same_level, name, exact=self._frame is None)

    def _generator(self, change: ComplexArray | None, turned: Turned) -> ComplexArray | None:
        if self.generator is None:
            return None if turned.turning is None else np.diag(turned.shift).astype(np.complex128)
        moved = None if change is None else self._in_frame(change).astype(np.complex128)
        if turned.turning is not None and turned.turning.any():
            whole = self.model.generator.dense
            twisted = whole @ turned.turning
            twisted = twisted + twisted.conj().T
            return twisted if moved is None else moved + twisted
        return moved

    def _coupling(self, part: ContactEntries, change: ComplexArray | None, turned: Turned) -> Matrix | None:
        """How the operator moves in the frame (d, d)."""
        moved = None if change is None else self._in_frame(change)
        turning = turned.turning
        if turning is None or not turning.any():
            return moved
        twisted = part.coupling @ turning
        if part.contact.bath.statistics.moves_particles:
            twisted = twisted - turning @ part.coupling
        else:
            twisted = twisted + twisted.conj().T
        return np.asarray(twisted if moved is None else moved + twisted)

    def _moving(self, part: ContactEntries, moved: Matrix) -> Matrix:
        """What of the change of an operator makes jumps: at temperature 0 those that give energy away."""
        levels = self.model.energy.diagonal
        return np.where(levels[:, None] < levels, moved, 0.0) if part.frozen else moved

    def _extra(self, part: ContactEntries, moved: Matrix) -> Extra:
        """Elements that jumps of this contact gain: of one gap with theirs, and not among them."""
        table, levels = self.model.table, self.model.energy.diagonal
        limit, count = smallest_gap(levels, self.origin.tolerance), part.row.size
        gained = np.abs(moved) > ABSENT * max(float(np.abs(moved).max()), float(np.abs(part.coupling).max()))
        gained[part.row, part.column] = False
        gained[part.still_row, part.still_column] = False
        row, column = np.nonzero(gained)
        if not row.size:
            return NO_EXTRA
        gap, found = levels[column] - levels[row], []
        if count:
            order = np.argsort(part.frequency, kind="stable")
            near = np.searchsorted(part.frequency[order], gap)
            sides = [order[np.clip(near - side, 0, count - 1)] for side in (0, 1)]
            misses = [np.abs(part.frequency[side] - gap) for side in sides]
            place = np.where(misses[0] <= misses[1], *sides)
            here = np.flatnonzero(np.minimum(*misses) <= limit)
            place, rows, columns = place[here], row[here], column[here]
            down, up = (root[place] * moved[rows, columns] for root in part.roots)
            found.append(Extra(table.channel[part.first + place].astype(np.int64), rows, columns, down))
            back = table.channel[part.first + count + place].astype(np.int64)
            found.append(Extra(back, columns, rows, up.conj()))
        if part.still_row.size:
            here = np.flatnonzero(np.abs(gap) <= limit)
            own = np.full(here.size, table.channel[part.first + 2 * count], dtype=np.int64)
            element = moved[row[here], column[here]] * np.sqrt(part.still_rate)
            found.append(Extra(own, row[here], column[here], element))
        return Extra.joined(found)


def _kept(found: NDArray[Any], base: NDArray[Any]) -> NDArray[Any]:
    """The base itself, if nothing differs."""
    if found is base:
        return base
    return base if found.shape == base.shape and bool((found == base).all()) else np.asarray(found)


def _operator(given: OperatorLike, base: ComplexArray) -> ComplexArray:
    """An operator as it is given; the base itself, if nothing differs."""
    if isinstance(given, np.ndarray) and given.shape == base.shape and bool((given == base).all()):
        return base
    return _kept(as_operator(given, "hamiltonian"), base)


def _thin(matrix: ComplexArray) -> Matrix:
    """A real matrix, where nothing is imaginary."""
    return matrix if matrix.imag.any() else np.ascontiguousarray(matrix.real)
