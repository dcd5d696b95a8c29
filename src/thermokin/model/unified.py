"""The unified generator: jumps of close Bohr frequencies are one, at their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray, OperatorLike
from thermokin.model.assumption import Assumption
from thermokin.model.bath import finite_numbers
from thermokin.model.bohr import DEFAULT_TOLERANCE
from thermokin.model.cluster_figure import cluster_figure
from thermokin.model.cluster_width import HEAVY, level_weights
from thermokin.model.contact import Contact
from thermokin.model.davies import LambShift
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.merged_sweep import MergedGroup, MergedSweep, merged_sweep
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs
from thermokin.model.secular_figure import secular_figure
from thermokin.model.secular_parts import SecularParts, SecularSystem, parts_between, secular_system
from thermokin.operators.outside import dims_of

Numbers = TypeVar("Numbers", FloatArray, FloatArray | ComplexArray)

__all__ = ["UnifiedParts", "as_width", "unified", "unified_parts"]


def unified(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    number_operator: OperatorLike | None = None,
    width: ArrayLike | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
    lamb_shift: LambShift | None = None,
) -> Model:
    """The model between `davies` and `local`: Bohr frequencies that lie close share one jump at their mean.

    d rho/dt = -i[H, rho] + sum over contacts and clusters F of gamma(w_F) D[sum of A(w) over w in F] rho. A cluster is
    what single linkage makes of the frequencies of a contact: neighbours closer than `width`. Frequencies of different
    sign stay apart. Energy is counted with H_TD, the Hamiltonian whose energies are merged: it has the eigenstates of
    H and levels, nearest to those of H, of which all elements of a cluster have the one difference w_F. With it local
    detailed balance, the second law and rest at equal temperatures hold exactly, while H itself drives the motion.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), for baths with a chemical potential; must commute with H.
        width: closer than this frequencies share a jump (...) [energy]; with 0 the model is that of `davies`. If None,
            2 sqrt(gamma T), with gamma the largest rate of the contacts at zero temperature and T the lowest
            temperature, or the frequency on which a spectrum changes where that is less.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency in any case.
        lamb_shift: how to integrate the shift of the levels by the baths; left out if None.

    Returns:
        The model, in the eigenbasis of H. Its `validity` holds two lines, each the inverse of an estimate of the
        relative error of currents: "secular", the square of the smallest gap between clusters over the largest rate,
        and, where frequencies merge, "cluster", the heat that passes at a mean over what that at the ends differs.
        Along a sweep each point has clusters of its own.

    Raises:
        ValueError: as `davies`, if the width is negative or not finite, or if it joins frequencies that no levels have
            in common.
        TypeError: if a contact is not a `Contact`.

    Cost:
        That of `davies`, and a sort of the gaps at each point of a sweep.

    Reference:
        trushechkin2021.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> a, b = (tk.operators.embed(tk.operators.pauli().minus, site, (2, 2)) for site in (0, 1))
        >>> H = a.T @ a + b.T @ b + 0.004 * (a.T @ b + b.T @ a)
        >>> hot, cold = tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
        >>> contacts = [tk.Contact(hot, a + a.T, tk.Flat(0.02)), tk.Contact(cold, b + b.T, tk.Flat(0.02))]
        >>> model = tk.unified(H, contacts)
        >>> round(float(tk.heat(model, "hot").mean(tk.steady_state(model))), 7)
        0.0001262
    """
    found = unified_parts(hamiltonian, contacts, number_operator, width, tolerance)
    system, sweep = found.system, found.sweep
    generator = FrameOperator(system.states.energies)
    energy = FrameOperator(sweep.energies) if sweep.merging else generator
    counted = hamiltonian if not sweep.merging else _in_users_basis(sweep.energies, system.states.frame)
    inputs = SecularInputs(counted, contacts, hamiltonian if sweep.merging else None).told()
    parts = found.made()
    table = found.table(parts)
    if lamb_shift is not None:
        _require_one_point(parts)
        couplings = [(jumps.clusters, jumps.coupling) for jumps in parts[0].jumps]
        shifting = [(*pair, contact) for pair, contact in zip(couplings, contacts, strict=True)]
        generator = lamb_shift.shifted(generator, shifting)
    particles = system.states.particles
    return Model.from_table(
        generator,
        energy,
        table,
        system.baths,
        number=None if particles is None else FrameOperator(particles),
        frame=system.states.frame,
        validity=found.assumptions(parts),
        dims=system.dims,
        origin=inputs.origin(parts[0].jumps, tolerance, shifted=lamb_shift is not None) if len(parts) == 1 else None,
    )


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


def _scattered(values: Numbers, batch: tuple[int, ...], points: IntArray | slice, elsewhere: Numbers) -> Numbers:
    """Values (..., m) at some points of a sweep, and others elsewhere (batch, m)."""
    found = np.empty((int(np.prod(batch)), values.shape[-1]), dtype=values.dtype)
    found[:] = elsewhere
    found[points] = values
    return found.reshape(*batch, -1)


def _in_users_basis(energies: FloatArray, frame: ComplexArray | None) -> ComplexArray:
    if frame is None:
        return energies[..., None] * np.eye(energies.shape[-1], dtype=np.complex128)
    return np.asarray((frame * energies[..., None, :]) @ frame.conj().swapaxes(-1, -2))


def _require_one_point(parts: Sequence[SecularParts]) -> None:
    if len(parts) > 1:
        raise ValueError("`lamb_shift` is integrated for one point; build the models of a sweep one by one.")


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
