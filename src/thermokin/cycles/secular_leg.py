"""A driven leg whose models contacts make: only Hamiltonians change, and all times are one stack of matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.cycles.hermitian_at import hermitian_at
from thermokin.cycles.nodes import Nodes, mean_levels, stacked_nodes
from thermokin.cycles.secular_nodes import DivergingRateError, contact_nodes, same_contacts, smallest_gaps
from thermokin.model.contact import Contact
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs, inputs_of_call
from thermokin.operators.as_operators import as_hermitian

__all__ = ["ChangingContactsError", "SecularLeg"]

BESIDE = 1e-8  # of a leg: how far a time is moved at which frequencies happen to be equal
PROBES = 65  # times at which a closing gap is looked for
ZOOMS = 7  # each 16 times finer
CLOSED = 1e-7  # of the spectrum's width: a gap that a root search cannot tell from zero


class ChangingContactsError(ValueError):
    """Contacts differ between times: whole models must be looked at."""


class SecularLeg:
    """Secular or local models along a leg. Equal Bohr frequencies are one jump where they are equal all along.

    Args:
        build: makes the model of a time; only what it is made of is taken, the model itself is not made.
        first: the model at the beginning of the leg.
        inputs: what that was made of.
        call: how many secular models the function makes before.
        duration: of the leg [time].
        name: of the argument, for errors.
        at_once: whether the function takes an array of times.
    """

    def __init__(
        self,
        build: Callable[[Any], Any],
        first: Model,
        inputs: SecularInputs,
        call: int,
        duration: float,
        name: str,
        *,
        at_once: bool,
    ) -> None:
        self._build, self._call, self._duration, self._name = build, call, duration, name
        self.at_once = at_once
        self._contacts = tuple(inputs.contacts)
        self._local = inputs.generator is not None
        self._tolerance = first.origin.tolerance if first.origin is not None else 0.0
        self._size = first.dimension
        self._names = tuple(bath.name for bath in first.baths)
        self._offset = mean_levels(first)
        # Different frequencies of each contact as far as seen: a time that has fewer has some that happen to be equal.
        self._most: dict[int, int] = {}

    @property
    def stays(self) -> bool:
        """Whether the first contacts are those of one model."""
        return not any(contact.batch_shape for contact in self._contacts)

    def _inputs(self, time: Any) -> SecularInputs:
        inputs = inputs_of_call(lambda: self._build(time), self._call)
        if inputs is None or (inputs.generator is not None) != self._local:
            raise ArgumentError(
                f"`{self._name}` makes its model in another way at time {time}; make two legs.", self._name
            )
        return inputs

    def hamiltonians(self, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """The Hamiltonian whose eigenstates jumps join and that of the motion (k, d, d), less the mean level [energy].

        Args:
            times: (k,) [time].

        Returns:
            Both, the same object where they are.

        Raises:
            Exception: what the function raises, with the time.
        """
        if self.at_once:
            with np.errstate(all="ignore"):
                every = [self._inputs(times)]
            self._require_same(every[0])
        else:
            every = []
            for time in times:
                try:
                    every.append(self._inputs(float(time)))
                except Exception as error:
                    error.add_note(f"`{self._name}` was asked for time {float(time):.12g} of its leg.")
                    raise
                self._require_same(every[-1])
        one = np.eye(self._size)
        counted = self._stack([each.hamiltonian for each in every], times) - self._offset[1] * one
        if not self._local:
            return counted, counted
        return counted, self._stack([each.generator for each in every], times) - self._offset[0] * one

    def _stack(self, operators: Sequence[Any], times: FloatArray) -> ComplexArray:
        size = self._size
        if self.at_once:
            matrices = hermitian_at(operators[0], times, "hamiltonian", self._name)
            shape = (times.size, size, size)
            if matrices.shape == (size, size) and self._local:
                return np.broadcast_to(matrices, shape)
            if matrices.shape != shape:
                raise ValueError(f"`hamiltonian` must have shape {shape}, got {matrices.shape}.")
            return matrices
        made = []
        for operator, time in zip(operators, times, strict=True):
            try:
                made.append(as_hermitian(operator, "hamiltonian"))
            except ValueError as error:
                raise ArgumentError(f"`{self._name}` at time {time:g}: {error}", self._name) from error
            if made[-1].shape != (size, size):
                raise ArgumentError(
                    f"`{self._name}` has {size} levels at time 0 and {made[-1].shape[-1]} at time {time:g}; all models "
                    "of a protocol live on one space.",
                    self._name,
                )
        return np.stack(made)

    def nodes(self, times: FloatArray) -> Nodes:
        """The models at many times.

        Args:
            times: (k,) [time].

        Returns:
            Their Hamiltonians and jumps.
        """
        nodes, merged = self._found(times, self._most)
        return self._beside(nodes, times, merged) if merged.any() else nodes

    def _found(self, times: FloatArray, seen: dict[int, int]) -> tuple[Nodes, BoolArray]:
        """Models at many times, and which have fewer different frequencies than were seen so far."""
        counted, motion = self.hamiltonians(times)
        energies, frame = np.linalg.eigh(counted)
        parts, merged = [], np.zeros(times.size, dtype=bool)
        for position, contact in enumerate(self._contacts):
            try:
                part = contact_nodes(contact, energies, frame, self._tolerance)
            except DivergingRateError as error:
                raise self._closing(error.bath, float(times[error.node])) from None
            most = seen[position] = max(seen.get(position, 0), int(part.frequencies.max(initial=0)))
            merged |= part.frequencies < most
            parts.append(part)
        place = [
            np.full(part.energy.shape, self._names.index(c.bath.name))
            for part, c in zip(parts, self._contacts, strict=True)
        ]
        jumps, energy, heat, entropy = (
            np.concatenate([getattr(part, name) for part in parts], axis=1)
            for name in ("jumps", "energy", "heat", "entropy")
        )
        return Nodes(motion, counted, jumps, energy, heat, entropy, np.concatenate(place, axis=1)), merged

    def _beside(self, nodes: Nodes, times: FloatArray, merged: BoolArray) -> Nodes:
        """Nodes in which times at which frequencies only happen to be equal are replaced by times close by."""
        moved = np.where(times < 0.5 * self._duration, times + BESIDE * self._duration, times - BESIDE * self._duration)
        others, _ = self._found(moved[merged], {})
        rows = np.arange(times.size)
        rows[merged] = times.size + np.arange(np.count_nonzero(merged))
        return stacked_nodes([nodes, others]).at(rows)

    def _require_same(self, inputs: SecularInputs) -> None:
        if not same_contacts(inputs.contacts, self._contacts):
            raise ChangingContactsError

    def refuse_closing_gaps(self) -> None:
        """Refuse a gap that closes where the rate of a bath that sees it diverges.

        Raises:
            ArgumentError: with the time at which it closes.
        """
        risky = [contact for contact in self._contacts if _diverges(contact)]
        times = self._duration * np.linspace(0.0, 1.0, PROBES)
        for contact in risky:
            gaps, width = self._gaps(contact, times)
            # A gap that closes between two samples falls as steeply as it is high, there or beyond.
            low = (2.0 * gaps[1:-1] <= np.maximum(gaps[:-2], gaps[2:])) & np.isfinite(gaps[1:-1])
            for place in np.flatnonzero(low & (gaps[1:-1] <= np.minimum(gaps[:-2], gaps[2:]))):
                time, gap = self._lowest(contact, times[place], times[place + 2])
                if gap < CLOSED * width:
                    raise self._closing(contact.bath.name, time)

    def _lowest(self, contact: Contact, low: float, high: float) -> tuple[float, float]:
        """When the gap is smallest, and how small, by finer and finer samples."""
        for _ in range(ZOOMS):
            times = np.linspace(low, high, 33)
            gaps, _ = self._gaps(contact, times)
            best = int(np.argmin(gaps))
            low, high = times[max(best - 1, 0)], times[min(best + 1, times.size - 1)]
        return float(times[best]), float(gaps[best])

    def _gaps(self, contact: Contact, times: FloatArray) -> tuple[FloatArray, float]:
        energies, frame = np.linalg.eigh(self.hamiltonians(times)[0])
        return smallest_gaps(contact, energies, frame), float(np.ptp(energies, axis=-1).max())

    def _closing(self, bath: str, time: float) -> ArgumentError:
        return ArgumentError(
            f"`{self._name}`: a gap that bath {bath!r} sees closes, or its coupling dephases, at time {time:.6g}, "
            "where the rate of its flat spectrum diverges; use an Ohmic one, or a coupling without those elements.",
            self._name,
        )


def _diverges(contact: Contact) -> bool:
    bath, spectrum = contact.bath, contact.spectrum
    if bath.statistics.moves_particles:
        return False
    if not spectrum.reaches_zero:
        return True
    rate = bath.statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, bath.temperature)
    return bool(np.isinf(rate).any())
