"""What merging close Bohr frequencies makes of a system: levels, jumps, and how far that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray, IntArray, OperatorLike
from thermokin.model.assumption import Assumption
from thermokin.model.bath import finite_numbers
from thermokin.model.bohr import DEFAULT_TOLERANCE
from thermokin.model.cluster_figure import cluster_figure
from thermokin.model.cluster_width import HEAVY, level_weights
from thermokin.model.contact import Contact
from thermokin.model.jump_table import JumpTable
from thermokin.model.merged_sweep import MergedGroup, MergedSweep, merged_sweep
from thermokin.model.secular_figure import secular_figure
from thermokin.model.secular_parts import SecularParts, SecularSystem, parts_between, secular_system
from thermokin.operators.outside import dims_of

__all__ = ["UnifiedParts", "as_width", "unified_parts"]


def unified_parts(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    number_operator: OperatorLike | None,
    width: ArrayLike | None,
    tolerance: float = DEFAULT_TOLERANCE,
) -> UnifiedParts:
    """The parts of a unified model, without a word about its validity.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), or None.
        width: as of `unified`.
        tolerance: as of `unified`.

    Returns:
        The parts.

    Raises:
        ValueError: as `unified`.
        TypeError: as `unified`.
    """
    said = {"hamiltonian": dims_of(hamiltonian, "hamiltonian")}
    system = secular_system(hamiltonian, contacts, number_operator, tolerance, said)
    return UnifiedParts(system, merged_sweep(system, None if width is None else as_width(width)))


class UnifiedParts:
    """What merging makes of a system.

    Args:
        system: the eigenstates and the contacts.
        sweep: the merged levels of each point.
    """

    def __init__(self, system: SecularSystem, sweep: MergedSweep) -> None:
        self.system = system
        self.sweep = sweep

    def contacts(self, group: MergedGroup) -> Sequence[Contact]:
        """The contacts at the points of a group."""
        chosen = group.points
        return self.system.contacts if chosen is None else [chosen.contact(one) for one in self.system.contacts]

    def made(self) -> list[SecularParts]:
        """The parts of each group of points."""
        system = self.system
        return [
            parts_between(
                group.states,
                self.contacts(group),
                system.baths if group.points is None else [group.points.bath(one) for one in system.baths],
                system.tolerance,
                system.dims,
            )
            for group in self.sweep.groups
        ]

    def table(self, parts: Sequence[SecularParts]) -> JumpTable:
        """All jumps; those of a group of points have amplitude 0 elsewhere."""
        groups = self.sweep.groups
        if len(groups) == 1:
            return parts[0].table
        tables = []
        for group, part in zip(groups, parts, strict=True):
            assert group.points is not None  # noqa: S101 - narrows the type: several groups have points
            batch, points = group.points.batch, group.points.points
            amplitude = _scattered(part.table.amplitude, batch, points, np.zeros(part.table.entries))
            own = part.table.energy
            energy = _scattered(own, batch, points, own.reshape(-1, own.shape[-1])[0])
            tables.append(replace(part.table, amplitude=amplitude, energy=energy))
        return JumpTable.stack(tables)

    def _apart(self, group: MergedGroup, part: SecularParts) -> Assumption:
        """The secular assumption between clusters, as the inverse of an error of second order."""
        contacts = self.contacts(group)
        every = level_weights(group.exact, contacts, _links(part))
        weight = np.asarray(np.maximum.reduce(np.broadcast_arrays(*every)))
        weight = np.where(weight >= HEAVY, weight, 0.0)
        found = secular_figure(part.states, contacts, part.jumps, self.system.tolerance, weight)
        return replace(
            found,
            statement="the square of the smallest gap between clusters that it must resolve, over the largest rate,",
            ratio=np.minimum(found.ratio, 1e150) ** 2,
            instead="give a larger `width`, or use `local` where the parts of the system couple weakly",
        )

    def assumptions(self, parts: Sequence[SecularParts]) -> list[Assumption]:
        """How far merging, and keeping apart, hold."""
        groups = self.sweep.groups
        lines = []
        for group, part in zip(groups, parts, strict=True):
            lines.append([self._apart(group, part)])
            if self.sweep.merging:
                lines[-1].append(cluster_figure(group.exact, self.contacts(group), part.jumps))
        if len(groups) == 1:
            return lines[0]
        found = []
        for number, first in enumerate(lines[0]):
            ratio = np.empty(groups[0].points.batch)  # type: ignore[union-attr]
            for group, line in zip(groups, lines, strict=True):
                ratio.reshape(-1)[group.points.points] = line[number].ratio  # type: ignore[union-attr]
            found.append(replace(first, ratio=ratio))
        return found


def _links(part: SecularParts) -> list[BoolArray]:
    """Which elements of each contact take energy (d, d)."""
    size = part.states.levels.shape[-1]
    found = []
    for jumps in part.jumps:
        link = np.zeros((size, size), dtype=bool)
        link[jumps.clusters.row[jumps.thermal], jumps.clusters.column[jumps.thermal]] = True
        found.append(link)
    return found


def _scattered(values: Any, batch: tuple[int, ...], points: IntArray | slice, elsewhere: FloatArray) -> Any:
    """Values (..., m) at some points of a sweep, and others elsewhere (batch, m)."""
    found = np.empty((int(np.prod(batch)), values.shape[-1]), dtype=values.dtype)
    found[:] = elsewhere
    found[points] = values
    return found.reshape(*batch, -1)


def as_width(width: ArrayLike) -> FloatArray:
    """A width, or the error that says what is wrong with it.

    Args:
        width: what was given as one.

    Returns:
        (...) [energy].

    Raises:
        ArgumentError: if it is negative or not finite.
    """
    value = finite_numbers(width, "width")
    if (value < 0.0).any():
        raise ArgumentError(f"`width` must be >= 0, got {value.min():g}.", "width")
    return value
