"""How one channel is watched: its field beaten against a strong reference, instead of its single quanta."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray

__all__ = ["Detection", "Heterodyne", "Homodyne"]


@dataclass(frozen=True)
class Detection(ABC):
    """What quadratures of a channel's field are read.

    Args:
        channel: that is watched; all others go unseen.
        step: length of a step of the record [time].
        phase: of the reference for the first quadrature.
        efficiency: eta, the share of the field that is detected, in (0, 1].
    """

    channel: int
    step: float
    phase: float = 0.0
    efficiency: float = 1.0

    @abstractmethod
    def readouts(self, jump: ComplexArray) -> list[ComplexArray]:
        """The operators c of the quadratures read, dY = <c + c^+> dt + dW.

        Args:
            jump: L (d, d).

        Returns:
            One operator for each quadrature.
        """


@dataclass(frozen=True)
class Homodyne(Detection):
    """One quadrature of a channel's field: dY = sqrt(eta) <exp(-i phase) L + h.c.> dt + dW.

    Args:
        channel: the position in `model.channels` of the channel that is watched; all others go unseen.
        step: length of a step of the record [time].
        phase: of the reference.
        efficiency: eta, the share of the field that is detected, in (0, 1].
    """

    def readouts(self, jump: ComplexArray) -> list[ComplexArray]:
        """The operator c = sqrt(eta) exp(-i phase) L of the quadrature read."""
        return [np.sqrt(self.efficiency) * np.exp(-1j * self.phase) * jump]


@dataclass(frozen=True)
class Heterodyne(Detection):
    """Both quadratures of a channel's field, each with half the signal; arguments as `Homodyne`.

    dY_1 = sqrt(eta/2) <exp(-i phase) L + h.c.> dt + dW_1, and dY_2 the same at phase + pi/2.
    """

    def readouts(self, jump: ComplexArray) -> list[ComplexArray]:
        """The operators c of both quadratures, L with the phase and with a quarter of a turn less."""
        first = np.sqrt(0.5 * self.efficiency) * np.exp(-1j * self.phase) * jump
        return [first, -1j * first]
