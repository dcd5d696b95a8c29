"""One point of a sweep, as each generator has it at rest."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import ThermokinError, ValidityWarning
from thermokin._typing import ComplexArray, FloatArray
from thermokin.master_equations.bloch_redfield import bloch_redfield
from thermokin.master_equations.geometric import dissipated, geometric_jumps
from thermokin.master_equations.local_error import local_error
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import heat
from thermokin.model.davies import davies
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.unified import unified
from thermokin.motion.steady_state import steady_state

__all__ = ["COUNTED", "Compared", "SystemPoint"]

COUNTED = ("local", "unified", "davies")  # those whose jumps have quanta
NONE = 1e-300


@dataclass(frozen=True, eq=False)
class Compared:
    """What each generator makes of one point: as in `Generators`, and the models by name."""

    heats: FloatArray
    states: ComplexArray
    errors: FloatArray
    coupling: float
    refused: dict[str, str]
    models: dict[str, Model]


@dataclass(frozen=True, eq=False)
class SystemPoint:
    """One point: its matrices by name, contacts, width, and the names of its baths."""

    matrices: Mapping[str, ComplexArray]
    contacts: list[Contact]
    width: float | None
    baths: tuple[str, ...]

    def compared(self, names: Sequence[str]) -> Compared:
        """What each generator makes of it.

        Args:
            names: of the generators.

        Returns:
            Heats, states, errors, coupling, refusals and models.
        """
        size = self.matrices["hamiltonian"].shape[-1]
        heats = np.full((len(names), len(self.baths)), np.nan)
        states = np.full((len(names), size, size), np.nan, dtype=np.complex128)
        errors, refused, models = np.full(len(names), np.nan), {}, {}
        for place, name in enumerate(names):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", ValidityWarning)
                    if name in COUNTED:
                        models[name] = self._counted[name]()
                        state = steady_state(models[name])
                        heats[place] = [float(np.ravel(heat(models[name], one).mean(state))[0]) for one in self.baths]
                        states[place] = np.asarray(state).reshape(size, size)
                        errors[place] = self._estimated(name, models[name])
                    else:
                        heats[place], states[place] = self._uncounted(name, models)
            except (ValueError, ThermokinError) as error:
                refused[name] = str(error)
        parts = self.matrices.get("bare")
        coupling = np.nan if parts is None else float(np.abs(self.matrices["hamiltonian"] - parts).max())
        return Compared(heats, states, errors, coupling, refused, models)

    @property
    def _counted(self) -> Mapping[str, Callable[[], Model]]:
        whole, particles = self.matrices["hamiltonian"], self.matrices.get("number_operator")
        return {
            "local": lambda: local(whole, self.contacts, self.matrices["bare"], number_operator=particles),
            "unified": lambda: unified(whole, self.contacts, number_operator=particles, width=self.width),
            "davies": lambda: davies(whole, self.contacts, number_operator=particles),
        }

    def _estimated(self, name: str, model: Model) -> float:
        """The largest relative error that the lines of `validity` estimate."""
        found, told = 0.0, any(line.name == "local heat" for line in model.validity)
        for line in model.validity:
            if told and line.name == "local":
                continue  # what the coupling changes of the quanta, of which single quanta know the outcome
            inverse = 1.0 / max(line.smallest, NONE)
            first_order = name == "unified" or line.name.startswith("local")
            found = max(found, inverse if first_order else inverse**2)
        if name != "local" or told or any(contact.bath.statistics.moves_particles for contact in self.contacts):
            return found
        return max(found, local_error(model, self.contacts))

    def _uncounted(self, name: str, models: dict[str, Model]) -> tuple[Any, ComplexArray]:
        whole = self.matrices["hamiltonian"]
        if name == "geometric":
            jumps = geometric_jumps(whole, self.contacts)
            models[name] = Model(whole, [Channel(jump, None) for own in jumps for jump in own])
            state = np.asarray(steady_state(models[name]))
            moved = [dissipated(own, state) for own in jumps]
        else:
            state, moved = bloch_redfield(whole, self.contacts)
        found = []
        for bath in self.baths:
            total = 0.0
            for contact, change in zip(self.contacts, moved, strict=True):
                if contact.bath.name == bath:
                    total += float(np.trace(self._counted_energy(contact) @ change).real)
            found.append(total)
        return found, state

    def _counted_energy(self, contact: Contact) -> ComplexArray:
        """H, or H - mu N of a lead."""
        particles = self.matrices.get("number_operator")
        whole = self.matrices["hamiltonian"]
        return whole if particles is None else whole - float(contact.bath.chemical_potential) * particles
