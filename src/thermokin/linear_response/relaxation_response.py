"""How decay rates and frequencies of modes move with parameters: first-order perturbation theory of eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, IntArray
from thermokin.linear_response.along_changes import along_changes
from thermokin.linear_response.generator_change import GeneratorChange
from thermokin.linear_response.jump_algebra import JumpAlgebra, absolute
from thermokin.linear_response.moving_entries import MovingEntries
from thermokin.linear_response.output_gradient import Gradient
from thermokin.linear_response.outputs import Frequency, Gap, Relaxation
from thermokin.linear_response.parameter_changes import require_joined
from thermokin.linear_response.relaxation_parts import Part
from thermokin.linear_response.relaxation_spectrum import Level, RelaxationSpectrum
from thermokin.linear_response.table_change import TableChange

__all__ = ["RelaxationResponse"]

EPSILON = float(np.finfo(np.float64).eps)
ABOVE = 4.0  # times the largest of some roundings that are followed
SUMMED = 8.0 * EPSILON  # of the terms of a sum
ALIKE = 1e-8  # of the sizes of what moves modes: slopes that differ by less are one
LEAVES = 1e-12  # of what moves a mode: parts outside of its sector below it are rounding
LOOKED_AT_UP_TO = 32  # levels up to which it is looked whether what leaves a sector meets modes of the same eigenvalue


@dataclass(frozen=True, eq=False)
class RelaxationResponse:
    """The modes of a generator with what moves them.

    Args:
        spectrum: the modes.
        algebra: of the jumps, for populations or for matrices as the modes are.
        moving: the entries of the jumps with their changes.
        changes: of the table, for each parameter.
        names: of the parameters.
    """

    spectrum: RelaxationSpectrum
    algebra: JumpAlgebra
    moving: MovingEntries
    changes: Sequence[TableChange]
    names: Sequence[str]

    def number(self, wanted: Relaxation) -> float:
        """A decay rate or a frequency [1/time]."""
        value = self.spectrum.level_of(self._numbered(wanted)).value
        return abs(value.imag) if isinstance(wanted, Frequency) else -value.real

    def along(self, wanted: Relaxation) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Derivatives of a decay rate or a frequency.

        The modes of one eigenvalue are the branches into which a parameter parts them, for a parameter that grows:
        what gains least decay first, of what gains alike what gains most phase first.

        Args:
            wanted: which one.

        Returns:
            The derivatives (p,), their errors, and the sums of the sizes of what adds up to them.

        Raises:
            ArgumentError: if it has none.
        """
        number, spectrum = self._numbered(wanted), self.spectrum
        levels = spectrum.tied(number) if isinstance(wanted, Gap) else [spectrum.level_of(number)]
        slopes = [self._slopes(level) for level in levels]
        # (s, p, b) of all branches: of the decay rate and of the frequency.
        decay = np.concatenate([-slope.real for slope, _ in slopes], axis=-1)
        turns = np.concatenate([slope.imag for slope, _ in slopes], axis=-1)
        scale = np.max([size for _, size in slopes], axis=0)
        lengths = np.max([self._lengths(level) for level in levels], axis=0)
        relative = np.array([change.relative_error for change in self.changes])
        order = _ordered(decay[0], turns[0], ALIKE * scale)
        decay, turns = (_in_order(one, order) for one in (decay, turns))
        if isinstance(wanted, Frequency):
            turns = _turned(levels[0].value, turns)
        branches = turns if isinstance(wanted, Frequency) else decay
        errors = (
            ABOVE * np.abs(branches[1:] - branches[0]).max(axis=0)
            + (relative * (scale + lengths) + SUMMED * scale)[:, None]
        )
        if isinstance(wanted, Gap):
            self._require_one(branches[0], errors, scale)
        place = int(np.flatnonzero(spectrum.alike(number) == number)[0])
        return branches[0][:, place], errors[:, place], scale + lengths

    def _numbered(self, wanted: Relaxation) -> int:
        if isinstance(wanted, Gap):
            spectrum = self.spectrum
            if spectrum.lasting == spectrum.values.size:
                raise ArgumentError("`outputs` hold the gap, but no mode of the model decays.", "outputs")
            return spectrum.lasting
        what = "frequency" if isinstance(wanted, Frequency) else "decay rate"
        return self.spectrum.require(wanted.number, f"{what} of mode {wanted.number}")

    def _require_one(self, slopes: FloatArray, error: FloatArray, scale: FloatArray) -> None:
        """Refuse branches (p, b) of the gap that part."""
        spread = slopes.max(axis=-1) - slopes.min(axis=-1)
        parted = np.flatnonzero(spread > error.max(axis=-1) + ALIKE * scale)
        if parted.size:
            first = int(parted[0])
            raise ArgumentError(
                f"`outputs` hold the gap, which is the decay rate of {slopes.shape[-1]} modes at this point as far as "
                f"double precision tells, and {self.names[first]!r} parts them (slopes from "
                f"{slopes[first].min():.6g} to {slopes[first].max():.6g}), so that it has no derivative there. Derive "
                'beside the point, or ask for "decay rate of mode ..." of each.',
                "outputs",
            )

    def _slopes(self, level: Level) -> tuple[NDArray[Any], FloatArray]:
        """How the eigenvalues of a level move (s, p, g), and the sums of the sizes of what moves them (p,)."""
        self._require_defined(level)
        count, size = level.count, np.zeros(len(self.changes))
        found = np.zeros((len(level.right), len(self.changes), count, count), dtype=np.complex128)
        for row in range(count):
            for column in range(count):
                for part, phase in ((1.0, 1.0), (1j, 1j)):
                    if phase == 1j and self.spectrum.populations and not level.value.imag:
                        continue
                    gradient = self._gradient(phase * level.left[:, row], level.right[:, column])
                    total, _, terms = along_changes(self.moving, self.changes, gradient)
                    found[:, :, row, column] += part * total
                    size = size + terms
        if count == 1:
            # Alone of its eigenvalue a mode of a real one is its own adjoint, and stays so.
            return found[..., 0] if level.value.imag else found[..., 0].real + 0j, size
        return np.linalg.eigvals(found), size

    def _lengths(self, level: Level) -> FloatArray:
        """The products of the lengths of gradients and changes (p,): the error of a change is a part of its largest."""
        found = np.zeros(len(self.changes))
        for number in range(level.count):
            gradient = self._gradient(level.left[:1, number], level.right[:1, number])
            amplitudes = self.moving.amplitudes
            found[amplitudes.places] += amplitudes.lengths * float(np.linalg.norm(gradient.amplitude[0]))
        return found

    def _gradient(self, left: NDArray[Any], right: NDArray[Any]) -> Gradient:
        """Of Re tr(M^+ DL R)."""
        algebra = self.algebra
        if self.spectrum.populations:
            amplitude = algebra.lost(left.conj(), right).real
            sizes = 2.0 * np.abs(algebra.after(right[:1]))[0]
            sizes = sizes * (np.abs(left[0])[algebra.entries.row] + np.abs(left[0])[algebra.entries.column])
            return Gradient(amplitude, sizes=(sizes, None))
        adjoint = left.conj().swapaxes(-1, -2)
        turned = -1j * (right @ adjoint - adjoint @ right)
        amplitude = _of_jumps(algebra, left, right)
        products = np.abs(right[0]) @ np.abs(adjoint[0]), np.abs(adjoint[0]) @ np.abs(right[0])
        sizes = _of_jumps(self._absolute, np.abs(left[:1]), np.abs(right[:1]), sign=1.0)[0].real
        return Gradient(amplitude, (), turned.conj().swapaxes(-1, -2), None, (sizes, products[0].T + products[1].T))

    @cached_property
    def _absolute(self) -> JumpAlgebra:
        return absolute(self.algebra)

    def _require_defined(self, level: Level) -> None:
        """Refuse parameters at whose value modes of this level meet others that they mix, or a jump becomes two."""
        size, closed = self.algebra.entries.dimension, self.spectrum.populations
        if not closed:
            inside = np.zeros((size, size), dtype=bool)
            for part, _ in level.held:
                inside[part.sector.rows, part.sector.columns] = True
            for name, change in zip(self.names, self.changes, strict=True):
                require_joined(name, change, self.spectrum.liouvillian.table, inside)
        if size > LOOKED_AT_UP_TO or (closed and all(change.generator is None for change in self.changes)):
            return
        for name, flow in zip(self.names, self.moves, strict=True):
            for right in level.right[0]:
                self.require_apart(level, flow.of(np.diag(right) if closed else right), name)

    @cached_property
    def moves(self) -> list[GeneratorChange]:
        """DL for each parameter."""
        return [
            GeneratorChange(self.moving.entries, amplitude, change.generator)
            for amplitude, change in zip(self.moving.every, self.changes, strict=True)
        ]

    def require_apart(self, level: Level, flow: NDArray[Any], name: str) -> None:
        """Refuse a parameter that mixes modes of a level with others of the same eigenvalue.

        Args:
            level: the level.
            flow: what moves one of its modes (d, d).
            name: of the parameter.

        Raises:
            ArgumentError: if it does.
        """
        for part in self.reached(level, flow):
            if (np.abs(part.values - level.value) <= part.blurred).any():
                raise ArgumentError(
                    f"`parameters` hold {name!r}, which mixes a mode of the eigenvalue {level.shown} with a "
                    "coherence of the same one that populations do not feed, so that they part in another way than "
                    'this mode tells; ask for the modes "of the generator", or derive beside the point.',
                    "parameters",
                )

    def reached(self, level: Level, flow: NDArray[Any]) -> list[Part]:
        """The parts that a flow (d, d) leads to beside those of a level."""
        largest = np.abs(flow).max(initial=0.0)
        own = [part for part, _ in level.held]
        return [
            part
            for part in self.every
            if not any(part is one for one in own)
            and np.abs(flow[part.sector.rows, part.sector.columns]).max(initial=0.0) > LEAVES * largest
        ]

    @cached_property
    def every(self) -> tuple[Part, ...]:
        """All parts of the generator, those that hold the modes among them as the same objects."""
        held = self.spectrum.parts
        if self.spectrum.whole:
            return held
        rest = self.spectrum.outside(*(part.sector for part in held))
        return (*held, *rest)


def _in_order(branches: FloatArray, order: IntArray) -> FloatArray:
    """Branches (s, p, b) in the order of those of the first row; others beside them, by the rank of their values."""
    first, others = np.take_along_axis(branches[0], order, axis=-1), np.sort(branches[1:], axis=-1)
    rank = np.broadcast_to(np.argsort(np.argsort(first, axis=-1), axis=-1), others.shape)
    return np.concatenate([first[None], np.take_along_axis(others, rank, axis=-1)])


def _turned(value: complex, slopes: FloatArray) -> FloatArray:
    """How the size of the imaginary part moves, for a parameter that grows."""
    return np.asarray(slopes * np.sign(value.imag) if value.imag else np.abs(slopes))


def _ordered(decay: FloatArray, turns: FloatArray, alike: FloatArray) -> IntArray:
    """The order of branches (p, b): what gains least decay first, of what gains alike what gains most phase first."""
    order = np.argsort(decay, axis=-1, kind="stable")
    steps = np.diff(np.take_along_axis(decay, order, axis=-1), axis=-1, prepend=-np.inf)
    groups = np.cumsum(steps > alike[:, None], axis=-1)
    return np.stack([row[np.lexsort((-own[row], group))] for row, own, group in zip(order, turns, groups, strict=True)])


def _of_jumps(algebra: JumpAlgebra, left: NDArray[Any], right: NDArray[Any], *, sign: float = -1.0) -> NDArray[Any]:
    """M L R^+ + M^+ L R - L (R M^+ + M R^+ + M^+ R + R^+ M) / 2 at the entries; a sign of 1 adds the sizes of terms."""
    adjoints = [one.conj().swapaxes(-1, -2) for one in (left, right)]
    moved = algebra.between(left, adjoints[1]) + algebra.between(adjoints[0], right)
    products = right @ adjoints[0] + left @ adjoints[1] + adjoints[0] @ right + adjoints[1] @ left
    return np.asarray(moved + 0.5 * sign * algebra.after(products))
