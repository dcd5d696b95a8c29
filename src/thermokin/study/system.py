"""The system of a study of models: a family of them, whose numbers go by the places that they have in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from inspect import signature
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.family import Family
from thermokin.model.frame_operator import conserved
from thermokin.model.library.one_bath import Parts, parts_of
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.parameter import REQUIRED, Parameter, parameters_of
from thermokin.model.spectrum import Flat, Spectrum
from thermokin.model.statistics import Bose, Fermi, SpinBath, Statistics
from thermokin.model.unified import unified
from thermokin.study.any_system import AnySystem
from thermokin.study.arrays import Arrays
from thermokin.study.model_table import SPECTRA, ModelTable
from thermokin.study.problem import Place
from thermokin.study.section import Section, Sections

__all__ = ["STATISTICS", "System", "conserved_number", "is_behind_channels", "statistics_of"]

STATISTICS: Mapping[str, Statistics] = {"bose": Bose(), "fermi": Fermi(), "spin": SpinBath()}
Get = Callable[..., Any]
"""The value at a place: that asked for, the array that the file holds or names, or what the file says."""
_TEMPERATURE = Parameter("energy", least=0.0, role="temperature", words="of the bath")


@dataclass(frozen=True, eq=False)
class System(AnySystem):
    """A model and its baths.

    Args:
        touching: the baths that the model is in contact with, as in a leg of a cycle; all of them if None.
    """

    touching: frozenset[str] | None = None

    @property
    def table(self) -> ModelTable:
        """The table [model]."""
        found: ModelTable = self.sections["model"]
        return found

    @property
    def own_baths(self) -> tuple[str, ...]:
        """The baths that a sound model brings with it, by the keys of their temperatures."""
        model: ModelTable | None = self.sections.get("model")
        return () if model is None else model.own_baths

    @cached_property
    def bath_tables(self) -> tuple[tuple[Place, str, Any], ...]:
        """Place, name and table of every bath that the file describes; [[baths]] of a model with its own are none."""
        one, several = self.sections.get("bath"), () if self.own_baths else self.sections.get("baths") or ()
        found = [] if one is None else [(("bath",), "bath", one)]
        return (*found, *((("baths", index), bath.name, bath) for index, bath in enumerate(several)))

    @cached_property
    def baths(self) -> tuple[tuple[Place, str, Any], ...]:
        """Those of them that the model takes: none beside its own, and one [bath] alone."""
        found = () if self.own_baths else self.bath_tables
        if self.touching is not None:
            return tuple(one for one in found if one[1] in self.touching)
        return found if self.sections.get("bath") is None else found[:1]

    @property
    def temperatures(self) -> tuple[str, ...]:
        """What the family calls the temperatures of its baths."""
        if self.own_baths:
            return tuple(f"model.{key}" for key in self.own_baths)
        return tuple(self._called((*place, "temperature")) for place, _, _ in self.baths)

    @cached_property
    def family(self) -> Family:
        """The models of the study, by the numbers of its file: "model.gap", "baths.hot.temperature"."""
        found: dict[str, Parameter] = {}
        for key, known in self.table.known.items():
            if key in type(self.table).model_fields and known.axes == 0 and not known.choices:
                value = getattr(self.table, key)
                if value is not None:
                    found[f"model.{key}"] = replace(known, default=value)
            elif known.role == "temperature" and key in self.table.own_baths:
                found[f"model.{key}"] = replace(known, default=REQUIRED)
        for place, _, bath in self.baths:
            found |= self._numbers(place, bath)
        return Family(self._build, parameters=found)

    def made(self, numbers: Mapping[str, Any]) -> Model:
        """The model at some numbers or arrays by their places, as "model.hamiltonian"; the rest as in the file."""
        return self._build(**numbers)

    @cached_property
    def model(self) -> Model:
        """The model at the numbers of the file."""
        return self.family.at({})

    @property
    def numbers_of_a_point(self) -> int:
        """Elements of a density matrix."""
        return int(self.model.dimension**2)

    @cached_property
    def contact_places(self) -> tuple[Place, ...]:
        """Where what each contact couples to stands in the file, in the order in which a model is given them."""
        if self.table.made_by is None and self.sections.get("bath") is not None:
            return (("model",),)
        found: list[Place] = []
        for place, _, bath in self.baths:
            several = getattr(bath, "couplings", None)
            if several:
                found += [(*place, "couplings", index) for index in range(len(several))]
            elif not is_behind_channels(self.sections, bath):
                found.append(place)
        return tuple(found)

    def _numbers(self, place: Place, bath: Any) -> dict[str, Parameter]:
        """What can be set of a bath: its own numbers and those of its spectrum."""
        found = {
            "temperature": replace(_TEMPERATURE, default=getattr(bath, "temperature", REQUIRED)),
            "chemical_potential": Parameter("energy", words="chemical potential", default=bath.chemical_potential),
        }
        if getattr(bath, "rate", None) is not None:
            found["rate"] = Parameter("1/time", above=0.0, words="rate", default=bath.rate)
        if bath.spectrum is not None:
            for key, known in parameters_of(SPECTRA[bath.spectrum.kind]).items():
                if known.axes == 0:
                    found[f"spectrum.{key}"] = replace(known, default=getattr(bath.spectrum, key))
        return {f"{self._called(place)}.{key}": known for key, known in found.items()}

    def _called(self, place: Place) -> str:
        """What the family calls the number at a place: baths go by their names."""
        if place[0] == "baths":
            place = ("baths", self.sections["baths"][place[1]].name, *place[2:])
        return ".".join(str(step) for step in place)

    def hamiltonian_at(self, numbers: Mapping[str, Any]) -> Any:
        """The Hamiltonian (..., d, d) that a builder would take, at some numbers by their places."""
        get = self._getter(numbers)
        parts = self._parts(get)
        return self._gated(get, get("model", "hamiltonian")) if parts is None else parts.hamiltonian

    def contacts_at(self, numbers: Mapping[str, Any]) -> list[Contact]:
        """The contacts that a builder would take, of a system that is set between [[baths]]."""
        get = self._getter(numbers)
        return self._contacts(get, self._parts(get))[0]

    def _getter(self, numbers: Mapping[str, Any]) -> Get:
        """Finds what stands at a place: one of some numbers, an array, or what the file says."""

        def get(*place: Any) -> Any:
            called = self._called(place)
            if called in numbers:
                return numbers[called]
            if place in self.arrays:
                return self.arrays[place]
            value: Any = self.sections
            for step in place:
                if isinstance(step, int):
                    value = value[step]
                else:
                    value = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
            return value

        return get

    def _build(self, **numbers: Any) -> Model:
        get = self._getter(numbers)
        if self.table.made_by is None or "baths" in self.sections:
            return self._assembled(get)
        arguments = {key: get("model", key) for key in type(self.table).model_fields if key != "name"}
        arguments |= {key: get("model", key) for key in self.table.own_baths}
        if self.baths:
            bath = self.baths[0][2]
            said = {
                "temperature": get("bath", "temperature"),
                "statistics": STATISTICS[statistics_of(self.table, bath)],
                "chemical_potential": get("bath", "chemical_potential"),
                "spectrum": _spectrum(get, ("bath",)),
            }
            arguments |= {key: value for key, value in said.items() if key in self.table.known}
        return self.table.made_by(**{key: value for key, value in arguments.items() if value is not None})

    def _assembled(self, get: Get) -> Model:
        """The model of a system with contacts and hand-written channels."""
        parts = self._parts(get)
        hamiltonian = self._gated(get, get("model", "hamiltonian")) if parts is None else parts.hamiltonian
        particles = conserved_number(self.arrays) if parts is None else parts.number
        contacts, baths = self._contacts(get, parts)
        bare, written = self._gated(get, get("model", "energy_operator")), self.sections.get("channels", ())
        channels = [_channel(get, index, channel, baths) for index, channel in enumerate(written)]
        if get("model", "builder") == "unified" and contacts:
            merged = unified(hamiltonian, contacts, number_operator=particles, width=get("model", "width"))
            if not channels:
                return merged
            bare, channels = merged.from_frame(merged.energy.dense), [*channels, *merged.channels]
            return Model(hamiltonian, channels, energy_operator=bare, number_operator=particles)
        if self.touching is not None and not contacts:
            return Model(hamiltonian, channels, energy_operator=bare, number_operator=particles)
        if not channels and bare is None:
            return davies(hamiltonian, contacts, number_operator=particles)
        if not channels:
            return local(hamiltonian, contacts, bare, number_operator=particles)
        if contacts:
            thermal = davies(hamiltonian if bare is None else bare, contacts, number_operator=particles)
            channels = [*channels, *thermal.channels]
        return Model(hamiltonian, channels, energy_operator=bare, number_operator=particles)

    def _parts(self, get: Get) -> Parts | None:
        """What a function of the library puts together; None of other systems."""
        make = parts_of(self.table.made_by)
        return None if make is None else make(**{key: get("model", key) for key in signature(make).parameters})

    def _contacts(self, get: Get, parts: Parts | None) -> tuple[list[Contact], dict[str, Bath]]:
        """Contacts, and the baths by name."""
        baths = {
            name: Bath(name, get(*place, "temperature"), potential, STATISTICS[statistics_of(self.table, bath)])
            for (place, name, bath), potential in zip(self.baths, self._potentials(get), strict=True)
        }
        return [
            self._contact(index, place, baths, parts, get) for index, place in enumerate(self.contact_places)
        ], baths

    def _potentials(self, get: Get) -> list[Any]:
        """Chemical potentials of the baths, a bias between the first two included."""
        found = [get(*place, "chemical_potential") for place, _, _ in self.baths]
        bias = get("model", "bias")
        if bias is None or len(found) != 2:
            return found
        half = 0.5 * np.asarray(bias, dtype=np.float64)
        return [found[0] + half, found[1] - half]

    def _gated(self, get: Get, operator: Any) -> Any:
        """An operator less the gate times the number of particles."""
        gate, number = get("model", "gate"), get("model", "number_operator")
        if gate is None or number is None or operator is None:
            return operator
        return operator - np.asarray(gate)[..., None, None] * number

    def _contact(self, index: int, place: Place, baths: Mapping[str, Bath], parts: Parts | None, get: Get) -> Contact:
        bath = next(baths[name] for at, name, _ in self.baths if at == place[: len(at)] or place == ("model",))
        spectrum = _spectrum(get, ("bath",) if place == ("model",) else place)
        if spectrum is None:
            rate = get(*place, "rate")
            spectrum = Flat(np.nan if rate is None else rate)
        own = None if place == ("model",) else get(*place, "coupling")
        if own is None:
            own = get("model", "coupling") if parts is None else parts.touched_by(bath.statistics)
        try:
            return Contact(bath, own, spectrum)
        except ArgumentError as error:
            raise ArgumentError(str(error), f"contacts[{index}].{error.argument}") from error


def statistics_of(table: ModelTable, bath: Section) -> str:
    """The statistics of a bath, "bose", "fermi" or "spin"."""
    return getattr(bath, "statistics", None) or table.allowed[0]


def is_behind_channels(sections: Sections, bath: Section) -> bool:
    """Whether a bath is in no contact with the system and only stands behind hand-written channels."""
    said = (getattr(bath, key, None) for key in ("rate", "spectrum", "coupling"))
    return "channels" in sections and all(value is None for value in said)


def conserved_number(arrays: Arrays) -> Any:
    """The number operator of a study, if its Hamiltonian conserves it."""
    # Where pairing does not, it is what couplings are held against, and no part of the model: leads count what they
    # exchange all the same. Where the energy of another operator is counted, that one must conserve it.
    held = arrays.get(("model", "energy_operator"), arrays.get(("model", "hamiltonian")))
    particles = arrays.get(("model", "number_operator"))
    return particles if particles is None or held is None or conserved(held, particles) else None


def _spectrum(get: Get, place: Place) -> Spectrum | None:
    section = get(*place, "spectrum")
    if section is None:
        return None
    made = SPECTRA[section.kind]
    return made(**{key: get(*place, "spectrum", key) for key in parameters_of(made)})


def _channel(get: Get, index: int, table: Any, baths: Mapping[str, Bath]) -> Channel:
    jump = np.sqrt(table.rate) * np.asarray(get("channels", index, "jump"))
    return Channel(jump, None if table.bath is None else baths[table.bath], table.energy, table.particles)
