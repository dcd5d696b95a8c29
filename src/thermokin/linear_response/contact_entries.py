"""The entries of the jump table that one contact made, and how their rates move with what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, IntArray
from thermokin.linear_response.bath_slopes import (
    log_change_of_spectrum,
    log_slope_of_spectrum,
    log_slopes_of_filling,
    numbers_of_spectrum,
)
from thermokin.model.contact import Contact
from thermokin.model.statistics import Bose

__all__ = ["SPLIT", "ContactEntries", "Matrix"]

SPLIT = 1e-8  # of a change of the Hamiltonian: what of it is rounding between levels of one energy

Matrix: TypeAlias = NDArray[Any]
"""(d, d), real where nothing is imaginary."""


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
        value, slope = self.start_of(self.contact)
        return float(bath.statistics.dephasing_rate(np.asarray(value), np.asarray(slope), bath.temperature))

    def start_of(self, contact: Contact) -> FloatArray:
        """G(0) and G'(0) of the spectrum of a contact (2,); 0 where no element needs them."""
        spectrum = contact.spectrum
        return (
            np.array([float(spectrum.at_zero), float(spectrum.slope_at_zero)]) if self.still_row.size else np.zeros(2)
        )

    def still_change(self, start: FloatArray | None, temperature: FloatArray | None) -> float:
        """How the rate at frequency zero moves with those, and with the temperature."""
        moved = np.zeros(2) if start is None else start
        if not isinstance(self.contact.bath.statistics, Bose):
            return 0.5 * float(moved[0])
        warmed = 0.0 if temperature is None else float(temperature) * float(self.start_of(self.contact)[1])
        return warmed + float(self.contact.bath.temperature) * float(moved[1])

    @cached_property
    def of_frequency(self) -> FloatArray:
        """The derivative of ln G with w (t,)."""
        return log_slope_of_spectrum(self.contact.spectrum, self.frequency)

    @cached_property
    def of_filling(self) -> tuple[FloatArray, FloatArray]:
        """The derivatives of ln emission and ln absorption with x = (w - mu)/T (t,)."""
        return log_slopes_of_filling(self.contact, self.frequency)

    @property
    def frozen(self) -> bool:
        """Whether its bath is at temperature 0."""
        return not float(self.contact.bath.temperature) > 0.0

    def fill(
        self,
        amplitude: NDArray[Any],
        energy: FloatArray,
        base: NDArray[Any],
        inputs: Sequence[Any],
        coupling: Matrix | None,
        shift: FloatArray,
        parted: float,
    ) -> None:
        """Write how its entries move.

        Args:
            amplitude: of all entries (m,), to be written in.
            energy: that the jumps give, likewise.
            base: the amplitudes themselves.
            inputs: how operator, temperature, chemical potential, numbers of the spectrum and its start move; None for
                what stays.
            coupling: how the operator moves in the frame (d, d).
            shift: of the levels (d,).
            parted: differences of shifts above it are no rounding.

        Raises:
            ArgumentError: if levels of one energy part between which it jumps.
        """
        _, temperature, potential, numbers, start = inputs
        count = self.row.size
        if count:
            both = [slice(self.first + number * count, self.first + (number + 1) * count) for number in range(2)]
            gap: Any = 0.0
            common: Any = 0.0
            if shift.any():
                gap = shift[self.column] - shift[self.row]
                energy[both[0]], energy[both[1]] = -gap, gap
                common = self.of_frequency * gap
            if numbers is not None:
                common = common + log_change_of_spectrum(self.contact.spectrum, self.frequency, numbers)
            fillings = self._fillings(gap, temperature, potential)
            for where, root, filling in zip(both, self.roots, fillings, strict=True):
                if np.any(common) or np.any(filling):
                    amplitude[where] = 0.5 * base[where] * (common + filling)
                if coupling is not None:
                    element = coupling[self.row, self.column]
                    amplitude[where] += root * (element if where is both[0] else element.conj())
        if self.still_row.size:
            self._require_together(shift, parted)
            self._fill_still(amplitude, base, self.still_change(start, temperature), coupling)

    def _fillings(self, gap: Any, temperature: Any, potential: Any) -> tuple[Any, Any]:
        """How ln of emission and of absorption move (t,)."""
        if self.frozen:
            return 0.0, 0.0
        bath = self.contact.bath
        moved = gap if potential is None else gap - float(potential)
        if temperature is not None:
            moved = moved - (self.frequency - bath.chemical_potential) / bath.temperature * float(temperature)
        if not np.any(moved):
            return 0.0, 0.0
        emission, absorption = self.of_filling
        moved = moved / float(bath.temperature)
        return emission * moved, absorption * moved

    def _require_together(self, shift: FloatArray, parted: float) -> None:
        row, column = self.still_row, self.still_column
        parting = np.abs(shift[row] - shift[column])
        if parting.max() > parted:
            place = int(np.argmax(parting))
            raise ArgumentError(
                f"`parameters` part levels {row[place]} and {column[place]} of one energy between which the bath "
                f"{self.contact.bath.name!r} jumps, so that the rate of these jumps has no derivative; choose a point "
                "at which the levels are apart.",
                "parameters",
            )

    def _fill_still(self, amplitude: NDArray[Any], base: NDArray[Any], rate: float, coupling: Matrix | None) -> None:
        row, column = self.still_row, self.still_column
        first = self.first + 2 * self.row.size
        here = slice(first, first + row.size)
        amplitude[here] = 0.5 * base[here] * (rate / self.still_rate)
        if coupling is not None:
            element = coupling[row, column]
            element = np.where(row == column, element - np.trace(coupling) / len(coupling), element)
            amplitude[here] += element * np.sqrt(self.still_rate)
