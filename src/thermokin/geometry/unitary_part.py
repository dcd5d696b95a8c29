"""Whether the unitary rotation of a state counts as motion."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.motion.evolution import Evolution

__all__ = ["DissipativeOnly", "UnitaryPart", "WithUnitary"]

COMMUTES = (
    1e-11  # commutator of the Hamiltonian with the final state, relative to its width, that is taken for rounding
)


class UnitaryPart(ABC):
    """Which part of the generator moves the state."""

    @abstractmethod
    def rates(self, evolution: Evolution) -> ComplexArray:
        """The time derivative that counts as motion.

        Args:
            evolution: the evolution.

        Returns:
            (..., t, d, d) in the frame [1/time].
        """


@dataclass(frozen=True)
class WithUnitary(UnitaryPart):
    """The whole derivative L rho: what an observer in the laboratory sees.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.001, temperature=1.0)
        >>> turning = tk.evolve(qubit, np.array([[0.5, 0.3], [0.3, 0.5]]), [0.0])
        >>> found = tk.kinematics(qubit, turning, rotation=tk.WithUnitary()).velocity[0]
        >>> round(float(found), 4)  # gap times the Bloch vector 0.6
        0.6
    """

    def rates(self, evolution: Evolution) -> ComplexArray:
        """The derivative L rho, (..., t, d, d) in the frame [1/time]."""
        return evolution.frame_rates


@dataclass(frozen=True)
class DissipativeOnly(UnitaryPart):
    """The dissipative derivative L rho + i[H, rho]: the motion in the interaction picture.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.001, temperature=1.0)
        >>> turning = tk.evolve(qubit, np.array([[0.5, 0.3], [0.3, 0.5]]), [0.0])
        >>> found = tk.kinematics(qubit, turning, rotation=tk.DissipativeOnly()).velocity[0]
        >>> along = 0.3 * 0.001 / math.tanh(0.5) / 0.8  # of the Bloch vector 0.6 itself; 0.001 is how fast it tips
        >>> round(float(found), 8), round(math.hypot(along, 0.001), 8)
        (0.00128783, 0.00128783)
    """

    def rates(self, evolution: Evolution) -> ComplexArray:
        """The derivative L rho + i[H, rho], (..., t, d, d) in the frame [1/time]."""
        generator = evolution.model.generator
        if evolution.population_only and generator.is_diagonal:
            return evolution.frame_rates
        deviation = evolution.frame_deviation
        turning = _commutator(evolution, deviation)
        final = _commutator(evolution, evolution.frame_states - deviation)
        width = np.abs(_commutator(evolution, np.ones_like(deviation[..., :1, :, :]))).max(axis=(-2, -1), keepdims=True)
        # A final state that does not turn must not leave its rounding beside a deviation that vanishes.
        turning = turning + np.where(np.abs(final) <= COMMUTES * width, 0.0, final)
        return np.asarray(evolution.frame_rates + turning)


def _commutator(evolution: Evolution, state: ComplexArray) -> ComplexArray:
    """i[H, rho] (..., t, d, d)."""
    generator = evolution.model.generator
    if generator.is_diagonal:
        levels = generator.diagonal[..., None, :]
        return np.asarray(1j * (levels[..., :, None] - levels[..., None, :]) * state)
    hamiltonian = generator.dense[..., None, :, :]
    return np.asarray(1j * (hamiltonian @ state - state @ hamiltonian))
