"""Some points of a sweep: the same numbers, and the same model, at those points alone."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import IntArray
from thermokin.model.bath import Bath
from thermokin.model.brownian import Brownian
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import Eigenframe, FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.model.shaped_spectra import Band
from thermokin.model.spectrum import Drude, Flat, Lorentzian, Ohmic

__all__ = ["ChosenPoints"]


@dataclass(frozen=True)
class ChosenPoints:
    """Points of a sweep.

    Args:
        batch: the leading axes of the sweep.
        points: (m,) numbers in the flattened leading axes, or a stretch of them.
    """

    batch: tuple[int, ...]
    points: IntArray | slice

    def of(self, array: NDArray[Any], own: int, before: int = 0) -> NDArray[Any]:
        """The array at these points; itself where it does not depend on the point.

        Args:
            array: (before..., ..., own...).
            own: how many of its last axes are no leading axes of the sweep.
            before: how many of its first axes are none.

        Returns:
            (before..., m, own...).
        """
        if array.ndim - before <= own:
            return array
        shape = (*array.shape[:before], *self.batch, *array.shape[array.ndim - own :])
        every = np.broadcast_to(array, shape).reshape(*shape[:before], -1, *shape[len(shape) - own :])
        if isinstance(self.points, slice):  # a view
            return every[(*[slice(None)] * before, self.points)]
        return np.take(every, self.points, axis=before)

    def operator(self, operator: FrameOperator) -> FrameOperator:
        """The operator at these points."""
        return FrameOperator(
            self.of(operator.diagonal, 1), None if operator.matrix is None else self.of(operator.matrix, 2)
        )

    def bath(self, bath: Bath) -> Bath:
        """The bath at these points."""
        return Bath(bath.name, self.of(bath.temperature, 0), self.of(bath.chemical_potential, 0), bath.statistics)

    def contact(self, contact: Contact) -> Contact:
        """The contact at these points.

        Args:
            contact: the contact.

        Returns:
            The contact; its spectrum is the same where that does not depend on the point.

        Raises:
            ArgumentError: if the spectrum has leading axes and is none of this package.
        """
        spectrum = contact.spectrum
        if spectrum.continued(np.zeros(1)).ndim > 1:
            if not isinstance(spectrum, Flat | Ohmic | Drude | Lorentzian | Brownian | Band):
                raise ArgumentError(
                    f"a {type(spectrum).__name__} with leading axes cannot be taken apart where points of a sweep "
                    "differ in their clusters; build these models point by point.",
                    "spectrum",
                )
            spectrum = type(spectrum)(
                **{each.name: self.of(np.asarray(getattr(spectrum, each.name)), 0) for each in fields(spectrum)}
            )
        return Contact(self.bath(contact.bath), self.of(contact.operator, 2), spectrum)

    def states(self, states: Eigenframe) -> Eigenframe:
        """The eigenstates at these points."""
        return Eigenframe(
            self.of(states.energies, 1),
            self.of(states.levels, 1),
            None if states.frame is None else self.of(states.frame, 2),
            None if states.particles is None else self.of(states.particles, 1),
        )

    def table(self, table: JumpTable) -> JumpTable:
        """The jumps at these points."""
        return replace(
            table,
            amplitude=self.of(table.amplitude, 1),
            energy=self.of(table.energy, 1),
            particles=self.of(table.particles, 1),
        )

    def model(self, model: Model) -> Model:
        """The model at these points, without what its builder said of its validity."""
        energy = self.operator(model.energy)
        return Model.from_table(
            energy if model.generator is model.energy else self.operator(model.generator),
            energy,
            self.table(model.table),
            [self.bath(bath) for bath in model.baths],
            number=None if model.number is None else self.operator(model.number),
            frame=None if model.frame is None else self.of(model.frame, 2),
        )
