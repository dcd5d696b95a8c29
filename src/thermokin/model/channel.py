"""A jump channel: an operator that knows its bath and the energy and particles that one jump gives to the system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.bath import Bath, bath_entropy, real_numbers
from thermokin.model.in_words import number_in_words
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.elements import Elements, as_elements
from thermokin.operators.outside import Dims, dims_of

__all__ = ["Channel"]


@dataclass(frozen=True, eq=False)
class Channel:
    """One jump L of the master equation, D[L] rho = L rho L^+ - 1/2 {L^+ L, rho}; the rate is inside L.

    Args:
        jump: L (..., d, d) [1/sqrt(time)]; a sparse one stays sparse.
        bath: the bath behind it, or None for a jump that no thermal bath pays for (monitoring, pure loss).
        energy: energy that one jump gives to the system (...) [energy].
        particles: particles that one jump gives to the system (...).

    Raises:
        ValueError: if numbers are not finite, or leading axes do not broadcast.
        TypeError: if the bath is of the wrong type.

    Example:
        >>> import thermokin as tk
        >>> spin, bath = tk.operators.pauli(), tk.Bath("bath", temperature=0.5)
        >>> down = tk.Channel(0.1 * spin.minus, bath, energy=-1.0)
        >>> float(down.entropy_flow)  # what 1.0 of heat is to the bath, over its temperature
        2.0
    """

    elements: Elements
    bath: Bath | None
    energy: FloatArray
    particles: FloatArray
    dims: Dims

    def __init__(
        self, jump: OperatorLike | Elements, bath: Bath | None, energy: ArrayLike = 0.0, particles: ArrayLike = 0.0
    ) -> None:
        if bath is not None and not isinstance(bath, Bath):
            raise TypeError(f"`bath` of a channel must be a Bath or None, got {bath!r}.")
        object.__setattr__(self, "elements", jump if isinstance(jump, Elements) else as_elements(jump, "jump"))
        object.__setattr__(self, "bath", bath)
        object.__setattr__(self, "dims", dims_of(jump, "jump"))
        object.__setattr__(self, "energy", real_numbers(energy, "energy"))
        object.__setattr__(self, "particles", real_numbers(particles, "particles"))
        for name, value in (("energy", self.energy), ("particles", self.particles)):
            if not np.isfinite(value).all():
                raise ValueError(f"`{name}` of a channel must be finite.")
        common_axes(
            {
                "jump": self.elements.batch_shape,
                "bath": () if bath is None else bath.batch_shape,
                "energy": self.energy.shape,
                "particles": self.particles.shape,
            }
        )

    def __repr__(self) -> str:
        bath = "no bath" if self.bath is None else f"bath {self.bath.name!r}"
        energy, particles = number_in_words(self.energy), number_in_words(self.particles)
        given = f"energy {energy}" + (f", particles {particles}" if self.particles.any() else "")
        return f"Channel of {self.elements.dimension} levels, {bath}, a jump gives {given}"

    @property
    def jump(self) -> ComplexArray:
        """L (..., d, d) as a dense matrix, made anew; a channel holds the elements that are not zero."""
        return self.elements.dense

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of jump, bath, energy and particles together."""
        bath = () if self.bath is None else self.bath.batch_shape
        return np.broadcast_shapes(self.elements.batch_shape, bath, self.energy.shape, self.particles.shape)

    @property
    def entropy_flow(self) -> FloatArray:
        """Entropy that one jump puts into its bath, -(energy - mu particles) / T (...) [nats]; 0 without a bath.

        What a jump without a bath costs depends on the one that undoes it, so that only `entropy_flow` of the model
        knows it.
        """
        if self.bath is None:
            return np.zeros_like(self.energy)
        heat = self.energy - self.bath.chemical_potential * self.particles
        return bath_entropy(heat, self.bath.temperature)
