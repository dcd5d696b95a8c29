"""The largest of several sectors' dominant eigenvalues, field by field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.counting.tilted_generator import TiltedStates
from thermokin.counting.tilting import Tilting

__all__ = ["TiltedEnvelope"]

TIED = 1e-14  # of the largest: a smaller difference of two sectors' values is rounding


@dataclass(frozen=True, eq=False)
class TiltedEnvelope:
    """Dominant eigenpairs of each sector on one set of fields, the axis of the fields first.

    Args:
        tiltings: the sectors' tilted generators.
        states: their dominant eigenpairs.
    """

    tiltings: tuple[Tilting, ...]
    states: tuple[TiltedStates, ...]

    @classmethod
    def at(cls, tiltings: tuple[Tilting, ...], fields: FloatArray) -> TiltedEnvelope:
        """Solve all sectors.

        Args:
            tiltings: the sectors' tilted generators.
            fields: s (f,), or (f, ...) with a value of its own for each point.

        Returns:
            The envelope.

        Raises:
            NotConvergedError: if an eigenpair is not found to its tolerance.
        """
        if fields.ndim == 1:
            fields = fields.reshape(-1, *(1 for _ in tiltings[0].batch))
        return cls(tiltings, tuple(tilting.solve(fields) for tilting in tiltings))

    @property
    def batch(self) -> tuple[int, ...]:
        """Leading axes of the model and the weights."""
        return self.tiltings[0].batch

    @property
    def reach(self) -> FloatArray:
        """The largest |c_k| (...) of jumps that count."""
        return self.tiltings[0].generator.reach

    @cached_property
    def sector(self) -> IntArray:
        """Which sector leads (f, ...)."""
        return np.asarray(np.argmax(np.stack([state.values for state in self.states]), axis=0), dtype=np.int64)

    @property
    def values(self) -> FloatArray:
        """The largest lambda (f, ...)."""
        return self.of("values")

    @property
    def slope(self) -> FloatArray:
        """Its derivative in the field (f, ...)."""
        return self.of("slope")

    @property
    def curvature(self) -> FloatArray:
        """Its second derivative (f, ...)."""
        return self.of("curvature")

    @property
    def lost(self) -> FloatArray:
        """Relative error that rounding may leave in both (f, ...); inf where sectors lead together, as in a kink."""
        values = np.sort(np.stack([state.values for state in self.states]), axis=0)
        if len(values) == 1:
            return self.of("lost")
        tied = values[-1] - values[-2] <= TIED * np.abs(values).max(axis=0)
        return np.where(tied, np.inf, self.of("lost"))

    def of(self, name: str) -> FloatArray:
        """A number of the leading sector.

        Args:
            name: a field of `TiltedStates` without an axis of coordinates.

        Returns:
            (f, ...).
        """
        every = np.stack([getattr(state, name) for state in self.states])
        return np.asarray(np.take_along_axis(every, self.sector[None], axis=0)[0])

    @property
    def frame_states(self) -> FloatArray | ComplexArray:
        """Right eigen-operators of the leading sectors (..., f, d) or (..., f, d, d) in the frame."""
        made = [
            tilting.generator.block.frame_state(state.right)
            for tilting, state in zip(self.tiltings, self.states, strict=True)
        ]
        out = np.zeros_like(made[0])
        for number, states in enumerate(made):
            leads = self.sector == number
            out[leads] = states[leads]
        axes = len(self.batch)
        return np.moveaxis(out, 0, axes)
