"""A list of array operations, written down once and run for many points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from thermokin._typing import FloatArray
from thermokin.numerics.buffer_program import BufferProgram

__all__ = ["Row", "RowProgram", "Value", "largest", "nowhere_negative", "size_of", "total"]

COMMUTES = (np.add, np.multiply, np.maximum)


@dataclass(frozen=True, eq=False)
class Row:
    """One number of every point, made by an operation that is written down, or that with the other sign.

    Arithmetic with rows and with constants writes down more of them. What multiplies by 0 or adds 0 is left out, and a
    sign costs nothing.

    Args:
        program: where operations are written down.
        number: which row it is.
        positive: whether that is known to be nowhere below 0.
        sign: 1 or -1.
    """

    program: RowProgram
    number: int
    positive: bool = False
    sign: int = 1

    @property
    def plain(self) -> Row:
        """The row as it is made."""
        return self if self.sign > 0 else -self

    def _signed(self, sign: float) -> Row:
        return self if sign > 0 else -self

    def __neg__(self) -> Row:
        """With the other sign."""
        return Row(self.program, self.number, self.positive, -self.sign)

    def __add__(self, other: Value) -> Value:
        """The sum."""
        does = self.program.does
        if not isinstance(other, Row):
            if other == 0.0:
                return self
            return does(np.add, self, other) if self.sign > 0 else does(np.subtract, other, self.plain)
        if self.sign == other.sign:
            return does(np.add, self.plain, other.plain)._signed(self.sign)
        return does(np.subtract, self.plain, other.plain)._signed(self.sign)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        """The difference."""
        return self + -other

    def __rsub__(self, other: float) -> Value:
        """The difference from a constant."""
        return -self + other

    def __mul__(self, other: Value) -> Value:
        """The product."""
        if isinstance(other, Row):
            return self.program.does(np.multiply, self.plain, other.plain)._signed(self.sign * other.sign)
        if other in {0.0, 1.0, -1.0}:
            return self._signed(other) if other else 0.0
        return self.program.does(np.multiply, self.plain, abs(other))._signed(self.sign * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        """The quotient."""
        if isinstance(other, Row):
            return self.program.does(np.divide, self.plain, other.plain)._signed(self.sign * other.sign)
        return self.program.does(np.divide, self.plain, abs(other))._signed(self.sign * other)

    def __rtruediv__(self, other: float) -> Value:
        """A constant over it."""
        return self.program.does(np.divide, abs(other), self.plain)._signed(self.sign * other)

    def __abs__(self) -> Row:
        """Its size."""
        return self.plain if self.positive else self.program.does(np.absolute, self.plain)


Value: TypeAlias = Row | float
_Step: TypeAlias = tuple[Any, tuple[Value, ...], int]  # an operation, its operands, the row made


def size_of(value: Value) -> Value:
    """|x|.

    Args:
        value: x, a row or a constant.

    Returns:
        The same without its sign.
    """
    return value.__abs__() if isinstance(value, Row) else abs(value)


def nowhere_negative(value: Value) -> bool:
    """Whether x >= 0 is known of a row or a constant.

    Args:
        value: x.

    Returns:
        Whether it is known.
    """
    return value.positive and value.sign > 0 if isinstance(value, Row) else value >= 0.0


def total(values: Iterable[Value]) -> Value:
    """Their sum.

    Args:
        values: rows and constants.

    Returns:
        The sum, 0 of none.
    """
    found: Value = 0.0
    for value in values:
        found = found + value
    return found


def largest(values: Iterable[Value]) -> Value:
    """The largest of sizes; NaN where one is.

    Args:
        values: rows and constants, at least one, none with a sign.

    Returns:
        The largest.
    """
    every = {value.number if isinstance(value, Row) else -1.0 - value: value for value in values}
    first, *others = every.values()
    for other in others:
        if isinstance(first, Row):
            first = first.program.does(np.maximum, first, other)
        elif isinstance(other, Row):
            first = other.program.does(np.maximum, other, first)
        else:
            first = max(first, other)
    return first


class RowProgram:
    """What is written down."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._tables: list[tuple[FloatArray, dict[int, Row]]] = []
        self._count = 0
        self._done: dict[tuple[Any, tuple[tuple[int, float], ...]], Row] = {}

    def load(self, table: FloatArray, column: int = 0) -> Row:
        """A row that is read from an array.

        Args:
            table: (points,) or (points, m), strided or not.
            column: of the table.

        Returns:
            The row; one that is there already where it is the same again.
        """
        held = next((rows for known, rows in self._tables if known is table), None)
        if held is None:
            held = {}
            self._tables.append((table, held))
        if column not in held:
            held[column] = self._next(positive=False)
        return held[column]

    def does(self, operation: Any, *operands: Value) -> Row:
        """A row that an operation makes; one that is there already where it is the same again.

        Args:
            operation: a ufunc.
            operands: of it, none with a sign.

        Returns:
            The row.
        """
        names = [(one.number, 0.0) if isinstance(one, Row) else (-1, one) for one in operands]
        key = (operation, tuple(sorted(names) if operation in COMMUTES else names))
        if key not in self._done:
            row = self._next(positive=_positive(operation, operands))
            self._steps.append((operation, operands, row.number))
            self._done[key] = row
        return self._done[key]

    def _next(self, *, positive: bool) -> Row:
        self._count += 1
        return Row(self, self._count - 1, positive)

    def giving(self, outputs: Sequence[Value]) -> BufferProgram:
        """The program that gives some of the rows.

        Args:
            outputs: which.

        Returns:
            The program, without the steps that nothing needs.
        """
        outputs = [
            self.does(np.negative, value.plain) if isinstance(value, Row) and value.sign < 0 else value
            for value in outputs
        ]
        wanted = {value.number for value in outputs if isinstance(value, Row)}
        steps = []
        for step in reversed(self._steps):
            if step[2] in wanted:
                wanted.update(operand.number for operand in step[1] if isinstance(operand, Row))
                steps.append(step)
        inputs = []
        for table, rows in self._tables:
            read = {rows[column].number: column for column in sorted(rows) if rows[column].number in wanted}
            if read:
                inputs.append((table.reshape(len(table), -1), read))
        return _placed(inputs, steps[::-1], outputs)


def _positive(operation: Any, operands: tuple[Value, ...]) -> bool:
    """Whether what an operation makes is known to be nowhere below 0."""
    if operation is np.absolute:
        return True
    known = [one.positive if isinstance(one, Row) else one >= 0.0 for one in operands]
    if operation is np.maximum:
        return any(known)
    if operation is np.multiply and len({one.number if isinstance(one, Row) else -1 for one in operands}) == 1:
        return True  # a square
    return all(known) and operation in {np.add, np.multiply, np.divide}


def _placed(
    inputs: list[tuple[FloatArray, dict[int, int]]], steps: list[_Step], outputs: Sequence[Value]
) -> BufferProgram:
    """The program with rows of a buffer that are used again once what they held is not needed any more."""
    last: dict[int, int] = {}
    for number, (_, operands, _) in enumerate(steps):
        last.update((operand.number, number) for operand in operands if isinstance(operand, Row))
    last.update((value.number, len(steps)) for value in outputs if isinstance(value, Row))
    place = {row: number for number, row in enumerate(row for _, read in inputs for row in read)}
    free: list[int] = []
    size, placed = len(place), []
    for number, (operation, operands, row) in enumerate(steps):
        held = tuple(place[one.number] if isinstance(one, Row) else np.float64(one) for one in operands)
        # A ufunc may write where it reads, element by element.
        free.extend({place[one.number] for one in operands if isinstance(one, Row) and last[one.number] == number})
        if not free:
            free, size = [size], size + 1
        place[row] = free.pop()
        placed.append((operation, held, place[row]))
    given = tuple(place[value.number] if isinstance(value, Row) else np.float64(value) for value in outputs)
    tables = tuple((table, np.array(list(read.values()), dtype=np.int64)) for table, read in inputs)
    return BufferProgram(tables, tuple(placed), given, size)
