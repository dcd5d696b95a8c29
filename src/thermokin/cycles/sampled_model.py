"""A user's function from time to a model, asked for many times at once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError, ValidityWarning
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.nodes import Nodes, nodes_of_models, stacked_nodes
from thermokin.cycles.secular_nodes import DivergingRateError, contact_nodes, same_contacts, smallest_gaps
from thermokin.model.contact import Contact
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs, heard, inputs_of_call
from thermokin.operators.as_numbers import shown
from thermokin.operators.as_operators import as_hermitian

__all__ = ["SampledModel", "one_model"]

BESIDE = 1e-8  # of a leg: how far a time is moved at which frequencies happen to be equal
AGREED = 1e-9  # relative difference of two ways to the same jumps that is rounding
PROBES = 65  # times at which a closing gap is looked for
ZOOMS = 7  # each 16 times finer
CLOSED = 1e-7  # of the spectrum's width: a gap that a root search cannot tell from zero


def one_model(build: Callable[[float], Any], time: float, name: str) -> Model:
    """A user's model at one time.

    Args:
        build: makes it.
        time: when [time].
        name: of the argument, for errors.

    Returns:
        The model.

    Raises:
        ArgumentError: if it makes anything but a `Model` of one point.
        Exception: what the function raises, with the time.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            model = build(time)
    except Exception as error:
        error.add_note(f"`{name}` was asked for time {time:.12g} of its leg.")
        raise
    if not isinstance(model, Model):
        raise ArgumentError(f"`{name}` must make a Model of a time, got {shown(model)} at time {time:g}.", name)
    if model.batch_shape:
        raise ArgumentError(
            f"`{name}` must make one model of a time, got a sweep of shape {model.batch_shape}; make a protocol for "
            "each point.",
            name,
        )
    return model


@dataclass(frozen=True, eq=False)
class _Contacts:
    """What a secular or local model is made of at every time, as long as only Hamiltonians change."""

    contacts: Sequence[Contact]
    tolerance: float
    call: int
    at_once: bool
    local: bool


class SampledModel:
    """A function from time to a model. Where contacts make it, all times of a level are one stack of matrices.

    Args:
        build: makes the model of a time.
        duration: of the leg [time].
        name: of the argument, for errors.
        names: of the baths, in the order in which they are counted.
    """

    def __init__(self, build: Callable[[float], Any], duration: float, name: str) -> None:
        self._build, self._duration, self._name = build, duration, name
        probes = duration * np.array([0.0, 0.381966, 0.618034])
        with heard() as every:
            self.first = one_model(build, 0.0, name)
        self.names: tuple[str, ...] = tuple(bath.name for bath in self.first.baths)
        self._most: dict[int, int] = {}  # different frequencies of each contact, those that only coincide told apart
        others = [one_model(build, float(time), name) for time in probes[1:]]
        self.probed: tuple[Model, ...] = (self.first, *others)
        self._contacts = self._found_contacts(every, probes)
        self._swept = self._contacts is None and self._makes_sweeps(probes)
        self._refuse_closing_gaps()

    def nodes(self, times: FloatArray) -> Nodes:
        """The model at many times.

        Args:
            times: (k,) from the start of the leg [time].

        Returns:
            Its Hamiltonians and jumps.

        Raises:
            ValueError: if the Hamiltonian or the baths are not what a leg allows, with the time.
        """
        if self._contacts is not None:
            try:
                return self._by_contacts(self._contacts, times)
            except _ChangingContactsError:
                self._contacts = None
        return self._by_models(times)

    @property
    def at_once(self) -> bool:
        """Whether the function takes an array of times."""
        return self._swept if self._contacts is None else self._contacts.at_once

    def operators(self, times: FloatArray) -> ComplexArray:
        """The Hamiltonian of the motion and the operator whose energy is counted (k, 2, d, d) [energy]."""
        if self._contacts is None:
            nodes = self._by_models(times)
            return np.stack([nodes.hamiltonian, nodes.counted], axis=1)
        try:
            counted, motion = self._hamiltonians(self._contacts, times)
        except _ChangingContactsError:
            self._contacts = None
            return self.operators(times)
        return np.stack(np.broadcast_arrays(motion, counted), axis=1)

    # -- by whole models

    def _by_models(self, times: FloatArray) -> Nodes:
        if self._swept:
            return nodes_of_models([self._sweep(times)], self.names)
        models = [one_model(self._build, float(time), self._name) for time in times]
        return stacked_nodes([nodes_of_models([model], self.names) for model in self._alike(models, times)])

    def _sweep(self, times: FloatArray) -> Model:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            return self._build(times)  # type: ignore[arg-type, no-any-return]

    def _makes_sweeps(self, probes: FloatArray) -> bool:
        """Whether it makes one model of many times, the same as one by one."""
        self._swept = False
        theirs = self._by_models(probes)
        try:
            swept = self._sweep(probes)
            if swept.batch_shape != probes.shape or {bath.name for bath in swept.baths} != set(self.names):
                return False
            ours = nodes_of_models([swept], self.names)
        except Exception:  # whatever it raises, it does not take arrays
            return False
        return all(_close(one, two) for one, two in zip(_summary(ours), _summary(theirs), strict=True))

    def _alike(self, models: Sequence[Model], times: FloatArray) -> Sequence[Model]:
        """Models, seen to have the same space and baths as at time 0."""
        for model, time in zip(models, times, strict=True):
            if model.dimension != self.first.dimension:
                raise ArgumentError(
                    f"`{self._name}` has {self.first.dimension} levels at time 0 and {model.dimension} at {time:g}; "
                    "all models of a protocol live on one space.",
                    self._name,
                )
            strange = {bath.name for bath in model.baths} ^ set(self.names)
            if strange:
                raise ArgumentError(
                    f"`{self._name}` has other baths at time {time:g} than at time 0 ({', '.join(sorted(strange))}); "
                    "make two legs of it.",
                    self._name,
                )
        return models

    # -- by contacts

    def _found_contacts(self, every: Sequence[SecularInputs], probes: FloatArray) -> _Contacts | None:
        """How the model is made of contacts, if it is and if they stay the same; checked against whole models."""
        origin = self.first.origin
        if origin is None or origin.shifted:
            return None
        call = next((number for number, one in enumerate(every) if one.mark is origin.mark), -1)
        if call < 0:
            return None
        inputs = every[call]
        found = _Contacts(
            tuple(inputs.contacts), origin.tolerance, call, at_once=False, local=inputs.generator is not None
        )
        if any(contact.batch_shape for contact in found.contacts) or not self._agrees(found, probes):
            return None
        quick = _Contacts(found.contacts, found.tolerance, call, at_once=True, local=found.local)
        return quick if self._agrees(quick, probes) else found

    def _agrees(self, found: _Contacts, probes: FloatArray) -> bool:
        try:
            ours = self._by_contacts(found, probes)
        except _ChangingContactsError:
            return False
        except (ValueError, TypeError, IndexError, DivergingRateError):
            if not found.at_once:
                raise
            return False
        theirs = stacked_nodes([nodes_of_models([model], self.names) for model in self._alike(self.probed, probes)])
        return all(_close(one, two) for one, two in zip(_summary(ours), _summary(theirs), strict=True))

    def _inputs(self, found: _Contacts, time: Any) -> SecularInputs:
        inputs = inputs_of_call(lambda: self._build(time), found.call)
        if inputs is None or (inputs.generator is not None) != found.local:
            raise ArgumentError(
                f"`{self._name}` makes its model in another way at time {time}; make two legs.", self._name
            )
        return inputs

    def _hamiltonians(self, found: _Contacts, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """The Hamiltonian whose eigenstates jumps join and that of the motion (k, d, d)."""
        size = self.first.dimension
        if found.at_once:
            with np.errstate(all="ignore"):
                every = [self._inputs(found, times)]
            _require_same(every[0].contacts, found.contacts)
        else:
            every = []
            for time in times:
                try:
                    every.append(self._inputs(found, float(time)))
                except Exception as error:
                    error.add_note(f"`{self._name}` was asked for time {float(time):.12g} of its leg.")
                    raise
                _require_same(every[-1].contacts, found.contacts)
        counted = self._stack([one.hamiltonian for one in every], times, found, size)
        if not found.local:
            return counted, counted
        return counted, self._stack([one.generator for one in every], times, found, size)

    def _stack(self, operators: Sequence[Any], times: FloatArray, found: _Contacts, size: int) -> ComplexArray:
        if found.at_once:
            matrices = as_hermitian(operators[0], "hamiltonian")
            shape = (times.size, size, size)
            if matrices.shape == (size, size) and found.local:
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

    def _by_contacts(self, found: _Contacts, times: FloatArray) -> Nodes:
        counted, motion = self._hamiltonians(found, times)
        energies, frame = np.linalg.eigh(counted)
        parts, merged = [], np.zeros(times.size, dtype=bool)
        for position, contact in enumerate(found.contacts):
            try:
                part = contact_nodes(contact, energies, frame, found.tolerance)
            except DivergingRateError as error:
                raise self._closing(error.bath, float(times[error.node])) from None
            most = self._most[position] = max(self._most.get(position, 0), int(part.frequencies.max(initial=0)))
            merged |= part.frequencies < most
            parts.append(part)
        place = [
            np.full(part.energy.shape, self.names.index(c.bath.name))
            for part, c in zip(parts, found.contacts, strict=True)
        ]
        jumps, energy, heat, entropy = (
            np.concatenate([getattr(part, name) for part in parts], axis=1)
            for name in ("jumps", "energy", "heat", "entropy")
        )
        nodes = Nodes(motion, counted, jumps, energy, heat, entropy, np.concatenate(place, axis=1))
        return self._beside(found, nodes, times, merged) if merged.any() else nodes

    def _beside(self, found: _Contacts, nodes: Nodes, times: FloatArray, merged: Any) -> Nodes:
        """Nodes in which times at which frequencies only happen to be equal are replaced by times close by."""
        moved = np.where(times < 0.5 * self._duration, times + BESIDE * self._duration, times - BESIDE * self._duration)
        kept = dict(self._most)
        others = []
        for place in np.flatnonzero(merged):
            self._most = {}
            others.append(self._by_contacts(found, moved[place : place + 1]))
        self._most = kept
        picked = [nodes.at(np.array([place])) for place in range(times.size)]
        for place, other in zip(np.flatnonzero(merged), others, strict=True):
            picked[place] = other
        return stacked_nodes(picked)

    # -- a gap that closes where a rate diverges

    def _refuse_closing_gaps(self) -> None:
        found = self._contacts
        if found is None:
            return
        risky = [contact for contact in found.contacts if _diverges(contact)]
        if not risky:
            return
        times = self._duration * np.linspace(0.0, 1.0, PROBES)
        for contact in risky:
            gaps, width = self._gaps(found, contact, times)
            # A gap that closes between two samples falls as steeply as it is high, there or beyond.
            low = (2.0 * gaps[1:-1] <= np.maximum(gaps[:-2], gaps[2:])) & np.isfinite(gaps[1:-1])
            for place in np.flatnonzero(low & (gaps[1:-1] <= np.minimum(gaps[:-2], gaps[2:]))):
                time, gap = self._lowest(found, contact, times[place], times[place + 2])
                if gap < CLOSED * width:
                    raise self._closing(contact.bath.name, time)

    def _lowest(self, found: _Contacts, contact: Contact, low: float, high: float) -> tuple[float, float]:
        """When the gap is smallest, and how small, by finer and finer samples."""
        for _ in range(ZOOMS):
            times = np.linspace(low, high, 33)
            gaps, _ = self._gaps(found, contact, times)
            best = int(np.argmin(gaps))
            low, high = times[max(best - 1, 0)], times[min(best + 1, times.size - 1)]
        return float(times[best]), float(gaps[best])

    def _gaps(self, found: _Contacts, contact: Contact, times: FloatArray) -> tuple[FloatArray, float]:
        energies, frame = np.linalg.eigh(self._hamiltonians(found, times)[0])
        return smallest_gaps(contact, energies, frame), float(np.ptp(energies, axis=-1).max())

    def _closing(self, bath: str, time: float) -> ArgumentError:
        return ArgumentError(
            f"`{self._name}`: a gap that bath {bath!r} sees closes, or its coupling dephases, at time {time:.6g}, "
            "where the rate of its flat spectrum diverges; use an Ohmic spectrum, or a coupling without those elements.",
            self._name,
        )


def _require_same(contacts: Sequence[Contact], first: Sequence[Contact]) -> None:
    if not same_contacts(contacts, first):
        raise _ChangingContactsError


class _ChangingContactsError(ValueError):
    """Contacts differ between times: whole models must be looked at."""


def _diverges(contact: Contact) -> bool:
    bath, spectrum = contact.bath, contact.spectrum
    if bath.statistics.moves_particles:
        return False
    rate = bath.statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, bath.temperature)
    return not spectrum.reaches_zero or bool(np.isinf(rate).any())


def _summary(nodes: Nodes) -> list[ComplexArray]:
    """What two ways to the same model must agree in: Hamiltonians, decay, and the heat that it carries."""
    loss = nodes.jumps.conj().swapaxes(-1, -2) @ nodes.jumps
    heat = (np.where(nodes.bath >= 0, nodes.heat, 0.0)[..., None, None] * loss).sum(axis=1)
    return [nodes.hamiltonian, nodes.counted, loss.sum(axis=1), heat]


def _close(one: ComplexArray, two: ComplexArray) -> bool:
    return bool(np.abs(one - two).max(initial=0.0) <= AGREED * max(np.abs(two).max(initial=0.0), 1e-300))
