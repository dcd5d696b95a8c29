"""The Bloch-Redfield equation of a system on baths, as a system of its own: verbs ask it as they ask a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin._verbs import OtherSystem
from thermokin.master_equations.redfield_generator import RedfieldGenerator
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.davies import LambShift
from thermokin.model.model import Model
from thermokin.model.unified import unified

__all__ = ["Redfield"]

ROUNDING = 1e-14  # of a rate, that is 0


@final
@dataclass(frozen=True, eq=False, repr=False)
class Redfield(OtherSystem):
    """A system whose state obeys the Bloch-Redfield equation; made by `redfield`.

    Args:
        carrier: its Hamiltonian, baths and frame, as a model without jumps.
        generator: the equation in the frame.
        contacts: how the baths touch the system.
        hamiltonian_given: what was given as Hamiltonian.
        number_given: what was given as particle number.
        lamb_shift: how shifts are integrated.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> contact = tk.Contact(tk.Bath("bath", 0.5), tk.operators.pauli().x, tk.Flat(0.01))
        >>> one = tk.redfield(np.diag([0.0, 1.0]), [contact])
        >>> one.negative_rates.round(6)
        array([-0.001687])
    """

    carrier: Model
    generator: RedfieldGenerator
    contacts: tuple[Contact, ...]
    hamiltonian_given: OperatorLike
    number_given: OperatorLike | None
    lamb_shift: LambShift | None

    def __repr__(self) -> str:
        swept = f", swept over {self.batch_shape}" if self.batch_shape else ""
        baths = ", ".join(repr(bath.name) for bath in self.baths)
        return f"Bloch-Redfield equation of {self.dimension} levels, baths {baths}{swept}"

    @property
    def dimension(self) -> int:
        """Number of levels d."""
        return self.generator.size

    @property
    def baths(self) -> tuple[Bath, ...]:
        """The baths, each once."""
        return self.carrier.baths

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes."""
        return np.broadcast_shapes(self.carrier.batch_shape, *(contact.batch_shape for contact in self.contacts))

    @property
    def hamiltonian(self) -> ComplexArray:
        """H (..., d, d) [energy], without shifts."""
        return self.carrier.hamiltonian

    @cached_property
    def negative_rates(self) -> FloatArray:
        """The rate of the one jump of each contact that counts negative (..., contact) [1/time], 0 where there is none.

        K rho B^+ + B rho K^+ is a pair of jumps with the rates Re tr(B^+ K) +- |B| |K|, of which one is negative unless
        K is a positive multiple of B: the equation is of Lindblad form only where all gaps have one rate.
        """
        found = []
        for parts in self.generator.parts:
            lowest = np.zeros(())
            for part in parts:
                overlap = (part.operator.conj() * part.weighed).sum(axis=(-2, -1)).real
                sizes = np.linalg.norm(part.operator, axis=(-2, -1)) * np.linalg.norm(part.weighed, axis=(-2, -1))
                below = overlap - sizes
                lowest = np.minimum(lowest, np.where(below < -ROUNDING * sizes, below, 0.0))
            found.append(lowest)
        return np.stack(np.broadcast_arrays(*found), axis=-1)

    @cached_property
    def nearest(self) -> Model:
        """The unified generator of the same system and contacts, which keeps states positive: a `Model` for all verbs.

        Raises:
            ValueError: as `unified`.
        """
        return unified(
            self.hamiltonian_given, self.contacts, number_operator=self.number_given, lamb_shift=self.lamb_shift
        )

    def heats(self, frame_state: ComplexArray) -> FloatArray:
        """Heat from each bath into the system, tr((H - mu N) D_b rho) (..., b) [energy/time].

        Args:
            frame_state: rho (..., d, d) in the frame.

        Returns:
            The heats; a lead's is its energy less the chemical work.
        """
        energies, particles = self.generator.levels, self._particle_numbers
        found = []
        for bath in self.baths:
            counted = energies
            if particles is not None:
                counted = energies - np.asarray(bath.chemical_potential)[..., None] * particles
            found.append(self._weighed(bath, counted, frame_state))
        return np.stack(np.broadcast_arrays(*found), axis=-1)

    def particle_currents(self, frame_state: ComplexArray) -> FloatArray | None:
        """Particles from each bath into the system, tr(N D_b rho) (..., b) [1/time].

        Args:
            frame_state: rho (..., d, d) in the frame.

        Returns:
            The currents; None without a particle number.
        """
        particles = self._particle_numbers
        if particles is None:
            return None
        found = [self._weighed(bath, particles, frame_state) for bath in self.baths]
        return np.stack(np.broadcast_arrays(*found), axis=-1)

    @property
    def _particle_numbers(self) -> FloatArray | None:
        return None if self.carrier.number is None else self.carrier.number.diagonal

    def _weighed(self, bath: Bath, weights: FloatArray, frame_state: ComplexArray) -> FloatArray:
        """tr(X D_b rho) (...) of an X that is diagonal in the frame."""
        total = np.zeros(())
        for position, contact in enumerate(self.contacts):
            if contact.bath.name == bath.name:
                change = np.diagonal(self.generator.dissipated(position, frame_state), axis1=-2, axis2=-1).real
                total = total + (weights * change).sum(axis=-1)
        return np.asarray(total)
