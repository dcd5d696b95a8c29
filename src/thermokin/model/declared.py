"""What hand-written channels declare of their jumps, held against what the jumps do: [X, L] = x L."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.own_quanta import ROUNDING, OwnQuanta, operator_size, own_quanta, quantum_rounding
from thermokin.operators.as_numbers import at

__all__ = ["declared_lines"]

EXCHANGED = 0.1  # how near to the number of the opposite jump, relative to it, is a jump in the wrong direction
TURNED = 0.25  # of the declared number: an own one below may be what a rotating frame leaves of it

# What to do where jumps have no number of their own, by the argument that the quantity came from.
INSTEAD = {
    "hamiltonian": "where the Hamiltonian holds a coupling or a drive, pass it without them as `energy_operator=`",
    "energy_operator": "where `energy_operator` holds a coupling or a drive, leave them out of it",
    "number_operator": "give jumps that each change `number_operator` by one amount",
}


@dataclass(frozen=True, eq=False)
class _Declared:
    """A quantity of which each channel declares how much one jump gives to the system.

    Args:
        word: "energy" or "particles".
        operator: the quantity X.
        argument: the argument that X came from.
        values: as declared (..., k).
        table: the jumps.
        baths: the baths, in the order that the table counts them.
        thermal: (k,) the channels of baths that are held to it.
        others: (k,) the channels without a bath that declare something.
        remedy: what to do besides declaring another number.
    """

    word: str
    operator: FrameOperator
    argument: str
    values: FloatArray
    table: JumpTable
    baths: Sequence[Bath]
    thermal: BoolArray
    others: BoolArray
    remedy: str

    def of_baths(self) -> list[Assumption]:
        """The line of validity for jumps of baths that have no number of their own; none where all hold.

        Where a drive is part of X, or a jump is squeezed, [X, L] = x L fails on purpose, and the line says how far.

        Returns:
            At most one assumption, whose ratio is the largest declared number over the largest |[X, L] - x L| / |L|
            (Frobenius).

        Raises:
            ValueError: if a jump of a bath has a number of its own, [X, L] = x L, at every point of a sweep, and one
                of them is not the declared one.
        """
        if not self.thermal.any():
            return []
        wrong = self._wrong()
        if wrong.any():
            self._refuse(wrong)
        return self._line(f"declared {self.word}", self.thermal)

    def _wrong(self) -> BoolArray:
        """(..., k), which jumps of baths have a number of their own that is not the declared one."""
        # In a sweep it must be their own at every point: where a drive starts at 0, the Hamiltonian of a rotating
        # frame looks there like another quantum, which the other points disprove.
        held = self.thermal & self._own.moving
        definite = self._own.spread <= self._slack
        wrong = held & definite & (self._miss > self._slack) & _at_every_point(definite | ~held)
        if self.argument == "hamiltonian":
            # In the interaction picture H is what is left when the energy that jumps declare is taken out.
            nothing = self._own.spread + np.abs(self._own.mean) <= self._slack
            wrong &= ~(nothing | ~held).all(axis=-1, keepdims=True)
        opposite, limit = np.abs(self.values + self._own.mean), EXCHANGED * np.abs(self._own.mean)
        near = (opposite + self._own.spread <= limit) & _at_every_point((opposite <= limit) | ~held)
        return np.asarray(wrong | (held & near & (self.values != 0.0)))

    def of_others(self) -> list[Assumption]:
        """The same for jumps without a bath that declare something; no bath's heat hangs on it.

        Returns:
            At most one assumption.
        """
        return self._line(f"declared {self.word} without a bath", self.others) if self.others.any() else []

    @cached_property
    def _own(self) -> OwnQuanta:
        return own_quanta(self.operator, self.table)

    @cached_property
    def _miss(self) -> FloatArray:
        return np.abs(self.values - self._own.mean)

    @cached_property
    def _slack(self) -> FloatArray:
        return quantum_rounding(self.operator, np.maximum(np.abs(self.values), np.abs(self._own.mean)))

    def _line(self, name: str, asked: BoolArray) -> list[Assumption]:
        off = np.where(asked & self._own.moving, np.hypot(self._own.spread, self._miss), 0.0)
        worst = np.where(off > np.sqrt(2.0) * self._slack, off, 0.0).max(axis=-1)
        if not worst.any():
            return []
        quantum = np.abs(np.where(asked, self.values, 0.0)).max(axis=-1)
        scale = np.where(quantum > 0.0, quantum, operator_size(self.operator)[1])
        return [
            Assumption(
                name=name,
                statement=f"the largest {self.word} that a jump declares, over how far it lies from what jumps change,",
                ratio=np.where(worst > 0.0, scale / np.where(worst > 0.0, worst, 1.0), np.inf),
                instead=INSTEAD[self.argument],
            )
        ]

    def _refuse(self, wrong: BoolArray) -> None:
        *point, channel = (int(index) for index in np.argwhere(wrong)[0])
        declared, right = (
            float(np.broadcast_to(each, wrong.shape)[(*point, channel)]) for each in (self.values, self._own.mean)
        )
        number = f"{right:.12g}" if abs(right) > ROUNDING * abs(declared) else "0"
        exchange = "exchange raising and lowering, or " if abs(declared + right) <= EXCHANGED * abs(right) else ""
        bath = self.baths[self.table.bath[channel]].name
        turned = self.argument == "hamiltonian" and abs(right) < TURNED * abs(declared)
        frame = (
            "if that is the Hamiltonian of a rotating frame, keep the declared energy and pass `energy_operator`, the "
            "Hamiltonian at rest without the drive; otherwise "
        )
        raise ArgumentError(
            f"`channels[{channel}].{self.word}` (bath {bath!r}) must be what one jump gives to the system, {number}: "
            f"[X, L] = {number} L with X = `{self.argument}`, got {declared:.12g}{at(tuple(point))}; "
            f"{frame if turned else ''}{exchange}give {self.word}={number}{self.remedy}.",
            f"channels[{channel}].{self.word}",
        )


def declared_lines(
    table: JumpTable, baths: Sequence[Bath], energy: FrameOperator, counted_as: str, number: FrameOperator | None
) -> tuple[Assumption, ...]:
    """The lines of validity of what jumps declare, of energy and of particles; none where all of it holds.

    Nothing is warned of: where [X, L] = x L fails, a drive or a squeezed bath was meant to make it fail.

    Args:
        table: the jumps.
        baths: the baths, in the order that the table counts them.
        energy: the operator whose energy is counted.
        counted_as: the argument that it came from, "energy_operator" or "hamiltonian".
        number: particle number, or None.

    Returns:
        The lines.

    Raises:
        ValueError: if a jump of a bath has a number of its own, at every point of a sweep, and one of them is not the
            declared one.
    """
    declared = [_energy(table, baths, energy, counted_as)]
    declared += [] if number is None else [_particles(table, baths, number)]
    return tuple(line for each in declared for line in (*each.of_baths(), *each.of_others()))


def _energy(table: JumpTable, baths: Sequence[Bath], energy: FrameOperator, counted_as: str) -> _Declared:
    """Every jump of a bath is held to its energy."""
    meant = ", or pass the operator whose energy is counted as `energy_operator`" if counted_as == "hamiltonian" else ""
    others = table.bathless & _any_point(table.energy)
    return _Declared("energy", energy, counted_as, table.energy, table, baths, ~table.bathless, others, meant)


def _particles(table: JumpTable, baths: Sequence[Bath], number: FrameOperator) -> _Declared:
    """Every jump of a lead is held to its particles."""
    leads = np.array([bath.statistics.moves_particles for bath in baths] + [False])
    thermal = ~table.bathless & (leads[table.bath] | _any_point(table.particles))
    others = table.bathless & _any_point(table.particles)
    return _Declared("particles", number, "number_operator", table.particles, table, baths, thermal, others, "")


def _any_point(values: FloatArray) -> BoolArray:
    """(k,) which channels declare anything at any point."""
    return np.asarray((values != 0.0).any(axis=tuple(range(values.ndim - 1))))


def _at_every_point(chosen: BoolArray) -> BoolArray:
    """(k,) which channels are chosen (..., k) at all points."""
    return np.asarray(chosen.all(axis=tuple(range(chosen.ndim - 1))))
