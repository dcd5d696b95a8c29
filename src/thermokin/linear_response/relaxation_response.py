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
from thermokin.linear_response.jump_algebra import JumpAlgebra
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
        value = complex(self.spectrum.values[self._numbered(wanted)])
        return abs(value.imag) if isinstance(wanted, Frequency) else -value.real

    def along(self, wanted: Relaxation) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Derivatives of a decay rate or a frequency.

        Modes that decay alike are numbered as they are beside the point, for a parameter that grows.

        Args:
            wanted: which one.

        Returns:
            The derivatives (p,), their errors, and the sums of the sizes of what adds up to them.

        Raises:
            ArgumentError: if it has none.
        """
        number = self._numbered(wanted)
        levels = self.spectrum.tied(number)
        twin = max(abs(levels[0].value.imag), 0.0)
        slopes = [self._slopes(level) for level in levels]
        # (s, p, b) of all branches: of the decay rate and of the size of the frequency.
        decay = np.concatenate([-slope.real for slope, _ in slopes], axis=-1)
        turns = np.concatenate(
            [_turned(level.value, slope) for level, (slope, _) in zip(levels, slopes, strict=True)], axis=-1
        )
        scale = np.max([size for _, size in slopes], axis=0)
        frequencies = np.concatenate([np.full(level.count, abs(level.value.imag)) for level in levels])
        relative = np.array([change.relative_error for change in self.changes])
        order = np.argsort(decay[0], axis=-1, kind="stable")
        decay, turns = (self._in_order(one, order) for one in (decay, turns))
        errors = [ABOVE * np.abs(one[1:] - one[0]).max(axis=0) + ((relative + SUMMED) * scale)[:, None]
                  for one in (decay, turns)]  # fmt: skip
        if isinstance(wanted, Gap):
            self._require_one(decay[0], errors[0], scale, decay.shape[-1], "gap")
        place = number - self.spectrum.first_of(number)
        if not isinstance(wanted, Frequency):
            return decay[0][:, place], errors[0][:, place], scale
        if np.abs(frequencies - twin).max() > ALIKE * max(abs(levels[0].value), twin):
            raise ArgumentError(
                f"`outputs` hold the frequency of mode {number}, but {frequencies.size} modes of other frequencies "
                "decay as fast at this point, so that numbers do not tell them apart; derive beside the point.",
                "outputs",
            )
        alike = np.abs(decay[0] - decay[0][:, place, None]) <= errors[0] + ALIKE * scale[:, None]
        chosen = np.where(alike, turns[0], turns[0][:, place, None])
        self._require_one(chosen, errors[1], scale, decay.shape[-1], f"frequency of mode {number}")
        return turns[0][:, place], errors[1][:, place], scale

    def _numbered(self, wanted: Relaxation) -> int:
        if isinstance(wanted, Gap):
            spectrum = self.spectrum
            if spectrum.lasting == spectrum.values.size:
                raise ArgumentError("`outputs` hold the gap, but no mode of the model decays.", "outputs")
            return spectrum.lasting
        what = "frequency" if isinstance(wanted, Frequency) else "decay rate"
        return self.spectrum.require(wanted.number, f"{what} of mode {wanted.number}")

    @staticmethod
    def _in_order(branches: FloatArray, order: IntArray) -> FloatArray:
        """The branches (s, p, b) as those of the first row stand; others beside them, by nearness of their order."""
        own = np.sort(branches[1:], axis=-1), np.take_along_axis(branches[0], order, axis=-1)
        rank = np.argsort(np.argsort(own[1], axis=-1), axis=-1)
        return np.concatenate([own[1][None], np.take_along_axis(own[0], np.broadcast_to(rank, own[0].shape), axis=-1)])

    def _require_one(self, slopes: FloatArray, error: FloatArray, scale: FloatArray, count: int, what: str) -> None:
        """Refuse branches (p, b) that part."""
        spread = slopes.max(axis=-1) - slopes.min(axis=-1)
        parted = np.flatnonzero(spread > error.max(axis=-1) + ALIKE * scale)
        if parted.size:
            first = int(parted[0])
            raise ArgumentError(
                f"`outputs` hold the {what}, which is that of {count} modes at this point, and "
                f"{self.names[first]!r} parts them (slopes from {slopes[first].min():.6g} to "
                f"{slopes[first].max():.6g}), so that it has no derivative there. Derive beside the point, or ask for "
                '"decay rate of mode ..." of each.',
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
            return found[..., 0], size
        return np.linalg.eigvals(found), size

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
        return Gradient(amplitude, (), turned.conj().swapaxes(-1, -2))

    def _require_defined(self, level: Level) -> None:
        """Refuse parameters at whose value modes of this level meet others that they mix, or a jump becomes two."""
        if self.spectrum.populations:
            return
        inside = np.zeros((self.algebra.entries.dimension,) * 2, dtype=bool)
        for part, _ in level.held:
            inside[part.sector.rows, part.sector.columns] = True
        for name, change in zip(self.names, self.changes, strict=True):
            require_joined(name, change, self.spectrum.liouvillian.table, inside)
        if self.algebra.entries.dimension > LOOKED_AT_UP_TO:
            return
        for name, flow in zip(self.names, self.moves, strict=True):
            for right in level.right[0]:
                self._require_apart(level, flow.of(right), name)

    @cached_property
    def moves(self) -> list[GeneratorChange]:
        """DL for each parameter."""
        return [
            GeneratorChange(self.moving.entries, amplitude, change.generator)
            for amplitude, change in zip(self.moving.every, self.changes, strict=True)
        ]

    def _require_apart(self, level: Level, flow: NDArray[Any], name: str) -> None:
        for part in self.reached(level, flow):
            if (np.abs(part.values - level.value) <= part.blurred).any():
                raise ArgumentError(
                    f"`parameters` hold {name!r}, which mixes a mode of the eigenvalue {level.value:.6g} with a "
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


def _turned(value: complex, slopes: NDArray[Any]) -> FloatArray:
    """How the size of the imaginary part moves, for a parameter that grows."""
    return np.asarray(slopes.imag * np.sign(value.imag) if value.imag else np.abs(slopes.imag))


def _of_jumps(algebra: JumpAlgebra, left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """M L R^+ + M^+ L R - L (R M^+ + M R^+ + M^+ R + R^+ M) / 2 at the entries."""
    adjoints = [one.conj().swapaxes(-1, -2) for one in (left, right)]
    moved = algebra.between(left, adjoints[1]) + algebra.between(adjoints[0], right)
    products = right @ adjoints[0] + left @ adjoints[1] + adjoints[0] @ right + adjoints[1] @ left
    return np.asarray(moved - 0.5 * algebra.after(products))
