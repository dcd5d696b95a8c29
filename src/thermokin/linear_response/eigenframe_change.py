"""How the jumps between eigenstates move with what they are made of: first-order perturbation theory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.linear_response.bath_slopes import (
    log_change_of_spectrum,
    log_slope_of_spectrum,
    log_slopes_of_filling,
    numbers_of_spectrum,
    same_spectrum,
)
from thermokin.linear_response.table_change import NO_EXTRA, Extra, TableChange, relative_error
from thermokin.model.bohr import smallest_gap
from thermokin.model.contact import Contact
from thermokin.model.model import Model
from thermokin.model.origin import Origin, SecularInputs
from thermokin.model.statistics import Bose
from thermokin.numerics.differences import Slope
from thermokin.operators.as_operators import as_operator

__all__ = ["ContactEntries", "SecularChanges"]

EPSILON = float(np.finfo(np.float64).eps)
SPLIT = 1e-8  # of a change of the Hamiltonian: what of it is rounding between levels of one energy
OPERATORS = 0.1  # of the largest element: what of it rounds the others of an operator that is a sum
ABSENT = 1e-12  # of a change of a coupling: elements below are rounding

Matrix = NDArray[np.float64] | ComplexArray


@dataclass(frozen=True, eq=False)
class ContactEntries:
    """The entries of the jump table that one contact made, and what their rates are made of.

    Args:
        contact: of one point.
        coupling: its operator in the frame (d, d).
        first: where its entries begin.
        row: (t,) of the elements that exchange energy, as emission.
        column: (t,), likewise.
        frequency: (t,) the energy that each takes out of the system.
        still_row: (s,) of the elements that only dephase.
        still_column: (s,).
    """

    contact: Contact
    coupling: Matrix
    first: int
    row: IntArray
    column: IntArray
    frequency: FloatArray
    still_row: IntArray
    still_column: IntArray

    @cached_property
    def roots(self) -> tuple[FloatArray, FloatArray]:
        """Roots of the rates of unit elements, emission and absorption (t,)."""
        bath, strength = self.contact.bath, np.asarray(self.contact.spectrum(self.frequency))
        known = (self.frequency, bath.temperature, bath.chemical_potential)
        emission, absorption = bath.statistics.factors(*known)
        return np.sqrt(strength * emission), np.sqrt(strength * absorption)

    def numbers_of(self, contact: Contact) -> FloatArray:
        """What may move of the spectrum of a contact."""
        if type(contact.spectrum) is not type(self.contact.spectrum):
            raise ArgumentError(
                f"`parameters` change the kind of spectrum of bath {contact.bath.name!r}, so that rates have no "
                "derivative; derive at a point around which the kind stays.",
                "parameters",
            )
        return numbers_of_spectrum(contact.spectrum, self.frequency)

    @cached_property
    def still_rate(self) -> float:
        """Rate of a unit element at frequency zero."""
        bath = self.contact.bath
        return float(bath.statistics.dephasing_rate(*self.start_of(self.contact), bath.temperature))

    def start_of(self, contact: Contact) -> FloatArray:
        """G(0) and G'(0) of the spectrum of a contact (2,); 0 where no element needs them."""
        spectrum = contact.spectrum
        return np.array([float(spectrum.at_zero), float(spectrum.slope_at_zero)]) if self.still_row.size else np.zeros(2)

    def still_change(self, start: FloatArray | None, temperature: FloatArray | None) -> float:
        """How the rate at frequency zero moves with those, and with the temperature."""
        moved = np.zeros(2) if start is None else start
        if not isinstance(self.contact.bath.statistics, Bose):
            return 0.5 * float(moved[0])
        warmed = 0.0 if temperature is None else float(temperature) * float(self.start_of(self.contact)[1])
        return warmed + float(self.contact.bath.temperature) * float(moved[1])

    @cached_property
    def of_frequency(self) -> FloatArray:
        """d ln G / dw (t,)."""
        return log_slope_of_spectrum(self.contact.spectrum, self.frequency)

    @cached_property
    def of_filling(self) -> tuple[FloatArray, FloatArray]:
        """d ln emission / dx and d ln absorption / dx (t,)."""
        return log_slopes_of_filling(self.contact, self.frequency)

    @property
    def frozen(self) -> bool:
        """Whether its bath is at temperature 0."""
        return not float(self.contact.bath.temperature) > 0.0


@dataclass(frozen=True, eq=False)
class SecularChanges:
    """A secular model, ready to say how its table moves.

    Args:
        model: of one point.
        origin: of it.
        inputs: what it was made of.
        closed: whether populations are moved by nothing but populations: elements that jumps gain do not matter then.
    """

    model: Model
    origin: Origin
    inputs: SecularInputs
    closed: bool

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
            row, column = table.row[thermal], table.column[thermal]
            coupling = self._in_frame(contact.operator)
            gaps = levels[column] - levels[row]
            found.append(
                ContactEntries(
                    contact, coupling, first, row, column, gaps, table.row[still], table.column[still]
                )
            )
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
        found = [_kept(as_operator(inputs.hamiltonian, "hamiltonian"), base[0])]
        found.append(base[1] if inputs.generator is None else _kept(as_operator(inputs.generator, "hamiltonian"), base[1]))
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
        turned = self._perturbed(slopes[0].value, name)
        table = self.model.table
        amplitude = np.zeros(table.entries, dtype=np.result_type(table.amplitude, *self._kinds(slopes, turned)))
        energy = np.zeros(table.entries)
        extras: list[Extra] = []
        for number, part in enumerate(self.parts):
            own = [slope.value for slope in slopes[2 + 5 * number : 7 + 5 * number]]
            if part.frozen and own[1] is not None:
                raise ArgumentError(
                    f"`parameters` hold {name!r}, which moves the temperature of bath {part.contact.bath.name!r} away "
                    "from 0, where rates have no derivative; derive at a temperature above 0.",
                    "parameters",
                )
            moved = self._coupling(part, own[0], turned)
            _fill(amplitude, energy, table.amplitude, part, own, moved, turned)
            if not self.closed and moved is not None:
                extras.append(self._extra(part, moved))
        return TableChange(
            generator=self._generator(slopes[1].value, turned),
            amplitude=amplitude,
            energy=energy,
            particles=np.zeros(table.size),
            temperature=self._of_baths(slopes, 1),
            potential=self._of_baths(slopes, 2),
            turning=turned.turning,
            relative_error=max([turned.error, *(relative_error(slope) for slope in slopes)]),
            extra=_joined(extras) if extras else NO_EXTRA,
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

    def _perturbed(self, change: ComplexArray | None, name: str) -> Turned:
        levels = self.model.energy.diagonal
        if change is None:
            return Turned(np.zeros_like(levels), None, 0.0)
        moved = self._in_frame(change)
        shift = np.diagonal(moved).real.copy()
        size, together = float(np.abs(moved).max()), self._same_level
        level = np.arange(levels.size)
        inside = np.abs(moved) * together
        inside[level, level] = 0.0
        if inside.max() > SPLIT * size:
            one, two = (int(place) for place in np.unravel_index(np.argmax(inside), inside.shape))
            raise ArgumentError(
                f"`parameters` hold {name!r}, which mixes levels {one} and {two} of one energy: the eigenstates next to "
                "the point are others than at it, so that the jumps change at once; choose a point at which the levels "
                "are apart, or write the Hamiltonian in the basis in which they part.",
                "parameters",
            )
        gap = levels[None, :] - levels[:, None]
        turning = np.where(together, 0.0, moved / np.where(together, 1.0, gap))
        # The difference of two energies is known to some roundings of the largest.
        scale = EPSILON * float(np.abs(levels - levels[0]).max())
        largest = float(np.abs(turning).max())
        blurred = np.abs(turning) * (scale / np.where(together, np.inf, np.abs(gap)))
        return Turned(shift, turning, float(blurred.max()) / largest if largest > 0.0 else 0.0)

    def _generator(self, change: ComplexArray | None, turned: Turned) -> ComplexArray | None:
        if self.generator is None:
            if self.closed:
                return None
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

    def _extra(self, part: ContactEntries, moved: Matrix) -> Extra:
        """Elements that jumps of this contact gain: of one gap with theirs, and not among them."""
        table, levels = self.model.table, self.model.energy.diagonal
        limit = smallest_gap(levels, self.origin.tolerance)
        count, found = part.row.size, []
        gained = np.abs(moved) > ABSENT * max(float(np.abs(moved).max()), float(np.abs(part.coupling).max()))
        gained[part.row, part.column] = False
        gap = levels[None, :] - levels[:, None]
        channels = table.channel[part.first : part.first + count]
        starts = np.flatnonzero(np.diff(channels, prepend=-1))
        for place in starts:
            row, column = np.nonzero(gained & (np.abs(gap - part.frequency[place]) <= limit))
            if row.size:
                down, up = (root[place] for root in part.roots)
                own, back = channels[place], table.channel[part.first + count + place]
                found.append(Extra(np.full(row.size, own), row, column, moved[row, column] * down))
                found.append(Extra(np.full(row.size, back), column, row, moved[row, column].conj() * up))
        return _joined(found) if found else NO_EXTRA


@dataclass(frozen=True, eq=False)
class Turned:
    """How energies and eigenstates move.

    Args:
        shift: of the energies (d,).
        turning: U^+ dU (d, d); None if the Hamiltonian stays.
        error: of the turning, as a part of its largest element.
    """

    shift: FloatArray
    turning: Matrix | None
    error: float


def _fill(
    amplitude: NDArray[Any],
    energy: FloatArray,
    base: NDArray[Any],
    part: ContactEntries,
    own: Sequence[Any],
    moved: Matrix | None,
    turned: Turned,
) -> None:
    """Write the changes of the entries of one contact."""
    count = part.row.size
    gap = turned.shift[part.column] - turned.shift[part.row]
    both = [slice(part.first + number * count, part.first + (number + 1) * count) for number in range(2)]
    energy[both[0]], energy[both[1]] = -gap, gap
    _, temperature, potential, strength, start = own
    if count:
        common = part.of_frequency * gap
        if strength is not None:
            common = common + log_change_of_spectrum(part.contact.spectrum, part.frequency, strength)
        reduced = np.zeros(count)
        if not part.frozen:
            bath = part.contact.bath
            reduced = gap - (0.0 if potential is None else float(potential))
            if temperature is not None:
                reduced = reduced - (part.frequency - bath.chemical_potential) / bath.temperature * float(temperature)
            reduced = reduced / float(bath.temperature)
        for where, root, filling in zip(both, part.roots, _fillings(part, reduced), strict=True):
            amplitude[where] = 0.5 * base[where] * (common + filling)
            if moved is not None:
                element = moved[part.row, part.column]
                amplitude[where] += root * (element if where is both[0] else element.conj())
    _fill_still(amplitude, base, part, part.still_change(start, temperature), moved, turned)


def _fillings(part: ContactEntries, reduced: FloatArray) -> tuple[FloatArray, FloatArray]:
    if not reduced.any():
        return reduced, reduced
    emission, absorption = part.of_filling
    return emission * reduced, absorption * reduced


def _fill_still(
    amplitude: NDArray[Any], base: NDArray[Any], part: ContactEntries, rate: float, moved: Matrix | None, turned: Turned
) -> None:
    row, column = part.still_row, part.still_column
    if not row.size:
        return
    parting = (row != column) & (turned.shift[row] != turned.shift[column])
    if np.abs(turned.shift[row] - turned.shift[column])[row != column].max(initial=0.0) > SPLIT * np.abs(turned.shift).max():
        place = int(np.argmax(parting))
        raise ArgumentError(
            f"`parameters` part levels {row[place]} and {column[place]} of one energy between which the bath "
            f"{part.contact.bath.name!r} jumps, so that the rate of these jumps has no derivative; choose a point at "
            "which the levels are apart.",
            "parameters",
        )
    here = slice(part.first + 2 * part.row.size, part.first + 2 * part.row.size + row.size)
    amplitude[here] = 0.5 * base[here] * (rate / part.still_rate)
    if moved is not None:
        element = moved[row, column]
        diagonal = row == column
        element = np.where(diagonal, element - np.trace(moved) / len(moved), element)
        amplitude[here] += element * np.sqrt(part.still_rate)


def _joined(extras: Sequence[Extra]) -> Extra:
    return Extra(
        np.concatenate([one.channel for one in extras]),
        np.concatenate([one.row for one in extras]),
        np.concatenate([one.column for one in extras]),
        np.concatenate([one.amplitude for one in extras]).astype(np.complex128),
    )


def _kept(found: NDArray[Any], base: NDArray[Any]) -> NDArray[Any]:
    """The base itself, if nothing differs."""
    if found is base:
        return base
    return base if found.shape == base.shape and np.array_equal(found, base) else np.asarray(found)


def _thin(matrix: ComplexArray) -> Matrix:
    """A real matrix, where nothing is imaginary."""
    return matrix if matrix.imag.any() else np.ascontiguousarray(matrix.real)
