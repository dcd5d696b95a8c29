"""What a leg is at each of its times: its model, its two Hamiltonians and how they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin._verbs import OtherSystem
from thermokin.cycles.look import Look
from thermokin.cycles.nodes import Nodes, mean_levels, nodes_of_models
from thermokin.cycles.sampled_model import SampledModel
from thermokin.cycles.slopes import CHECKED, require_no_jump, told_slopes
from thermokin.model.bath import Bath
from thermokin.model.model import Model
from thermokin.numerics.chebyshev_pieces import ChebyshevPieces

__all__ = ["MomentaryModel"]


class MomentaryModel(OtherSystem):
    """A model that stands still or is a function of time, asked at times. A `Leg` is one that lasts for a while."""

    duration: float
    model: Any
    points: NDArray[Any] | None
    _given: Callable[[float], ArrayLike] | None
    _sampled: SampledModel | None
    _look: Look | None

    @property
    def is_driven(self) -> bool:
        """Whether its model is a function of time."""
        return self._sampled is not None

    @property
    def first(self) -> Model:
        """The model at its beginning."""
        if self.points is not None:
            return self.points.reshape(-1)[0].first  # type: ignore[no-any-return]
        return self.model if isinstance(self.model, Model) else self._sampled.first  # type: ignore[union-attr]

    @property
    def has_jumps(self) -> bool:
        """Whether anything but its Hamiltonian may move it: a bath that is idle at first can come in later."""
        return self.first.table.size > 0 or bool(self.first.baths)

    @property
    def dimension(self) -> int:
        """Number of levels."""
        return self.first.dimension

    @property
    def baths(self) -> tuple[Bath, ...]:
        """The baths at its beginning."""
        return self.first.baths

    @property
    def bath_names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(bath.name for bath in self.baths)

    @cached_property
    def counts_motion(self) -> bool:
        """Whether the energy that is counted is that of the Hamiltonian."""
        both = self._checked
        return bool(np.abs(both[:, 0] - both[:, 1]).max() <= 1e-14 * np.abs(both).max())

    @cached_property
    def energy_unit(self) -> float:
        """The largest element of its operators less their trace [energy], in which maps measure energies."""
        every = self._checked
        mean = np.trace(every, axis1=-2, axis2=-1)[..., None, None] / self.dimension
        return float(np.abs(every - mean * np.eye(self.dimension)).max()) or 1.0

    @cached_property
    def offset(self) -> FloatArray:
        """Mean level at time 0 of the Hamiltonian and of the counted operator (2,) [energy]: energies count from it."""
        return mean_levels(self.first) if self._sampled is None else self._sampled.offset

    @cached_property
    def ends(self) -> ComplexArray:
        """Hamiltonian and counted operator (2, 2, d, d) at the beginning and at the end, less the offset [energy]."""
        return self.operators(np.array([0.0, self.duration])) if self._look is None else self._look.ends

    @cached_property
    def _checked(self) -> ComplexArray:
        return self.operators(self.duration * CHECKED) if self._look is None else self._look.checked

    @cached_property
    def _slope_series(self) -> ChebyshevPieces:
        return require_no_jump(self._look.series)  # type: ignore[union-attr]

    @property
    def cuts(self) -> FloatArray:
        """Times at which it is cut: its ends, breaks, and where something happens suddenly (m,) [time]."""
        return np.array([0.0, self.duration]) if self._look is None else self._look.edges

    @property
    def probed(self) -> tuple[Model, ...]:
        """Models at a few of its times."""
        return (self.first,) if self._sampled is None else self._sampled.probed

    def nodes(self, times: FloatArray) -> Nodes:
        """The model at some of its times.

        Args:
            times: (k,) [time].

        Returns:
            Hamiltonians and jumps.
        """
        if self._sampled is not None:
            return self._sampled.nodes(times)
        return self._still.at(np.zeros(times.size, dtype=np.int64))

    def operators(self, times: FloatArray) -> ComplexArray:
        """The Hamiltonian of the motion and the operator whose energy is counted (k, 2, d, d), less the offset.

        Args:
            times: (k,) [time].

        Returns:
            The operators.
        """
        if self._sampled is not None:
            return self._sampled.operators(times)
        return np.stack([(still := self.nodes(times)).hamiltonian, still.counted], axis=1)

    def slopes(self, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Derivatives of the two operators (k, d, d) [energy/time].

        Args:
            times: (k,) [time].

        Returns:
            That of the Hamiltonian and that of the operator whose energy is counted.
        """
        if self._sampled is None:
            still = np.zeros((times.size, self.dimension, self.dimension), dtype=np.complex128)
            return still, still
        found = self._slope_series.derivative(times)
        motion, counted = found[:, 0], found[:, 1]
        if self._given is None:
            return motion, counted
        told = told_slopes(self._given, times, self.dimension)
        return told, told if self.counts_motion else counted

    @cached_property
    def _still(self) -> Nodes:
        return nodes_of_models([self.first], self.bath_names, self.offset)
