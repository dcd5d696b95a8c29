"""A list of array operations, written down once and then run over stretches of many points that fit into the cache."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["Program", "Row", "RowProgram", "Value", "largest", "total"]

IN_CACHE = 1 << 18  # numbers that all rows of one stretch hold together: 2 MB
COMMUTES = (np.add, np.multiply, np.maximum)
FEWEST, MOST = 512, 8192  # points of a stretch: the call of an operation is dear below, the cache is left above


@dataclass(frozen=True, eq=False)
class Row:
    """One number of every point, made by an operation that is written down.

    Arithmetic with rows and with constants writes down more of them. What multiplies by 0 or adds 0 is left out.

    Args:
        program: where operations are written down.
        number: which row it is.
        positive: whether it is known to be nowhere below 0.
    """

    program: RowProgram
    number: int
    positive: bool = False

    def __add__(self, other: Value) -> Value:
        """The sum."""
        return self if _is(other, 0.0) else self.program.does(np.add, self, other)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        """The difference."""
        return self if _is(other, 0.0) else self.program.does(np.subtract, self, other)

    def __rsub__(self, other: float) -> Value:
        """The difference from a constant."""
        return -self if _is(other, 0.0) else self.program.does(np.subtract, other, self)

    def __mul__(self, other: Value) -> Value:
        """The product."""
        if isinstance(other, Row) or other not in {0.0, 1.0, -1.0}:
            return self.program.does(np.multiply, self, other)
        return 0.0 if other == 0.0 else self if other == 1.0 else -self

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        """The quotient."""
        return self.program.does(np.divide, self, other)

    def __rtruediv__(self, other: float) -> Value:
        """A constant over it."""
        return self.program.does(np.divide, other, self)

    def __neg__(self) -> Value:
        """With the other sign."""
        return self.program.does(np.negative, self)

    def __abs__(self) -> Value:
        """Its size."""
        return self if self.positive else self.program.does(np.absolute, self.program.unsigned(self))


Value: TypeAlias = Row | float
_Step: TypeAlias = tuple[Any, tuple[Value, ...], int]  # an array that is read, or an operation; operands; the row made


def _is(value: Value, number: float) -> bool:
    return not isinstance(value, Row) and value == number


def total(values: Iterable[Value]) -> Value:
    """Their sum.

    Args:
        values: rows and constants.

    Returns:
        The sum, 0 of none.
    """
    found: Value = 0.0
    for value in values:
        found = value if _is(found, 0.0) else found + value
    return found


def largest(values: Iterable[Value]) -> Value:
    """The largest of them; NaN where one is.

    Args:
        values: rows and constants, at least one.

    Returns:
        The largest.
    """
    first, *others = values
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
        self._count = 0
        self._done: dict[tuple[Any, tuple[tuple[int, float], ...]], Row] = {}
        self._negated: dict[int, Row] = {}

    def load(self, array: FloatArray) -> Row:
        """A row that is read from an array.

        Args:
            array: (points,), strided or not.

        Returns:
            The row.
        """
        row = self._next(positive=False)
        self._steps.append((array, (), row.number))
        return row

    def does(self, operation: Any, *operands: Value) -> Row:
        """A row that an operation makes; one that is there already where it is the same again.

        Args:
            operation: a ufunc.
            operands: of it.

        Returns:
            The row.
        """
        names = [(one.number, 0.0) if isinstance(one, Row) else (-1, one) for one in operands]
        key = (operation, tuple(sorted(names) if operation in COMMUTES else names))
        if key not in self._done:
            row = self._next(positive=_positive(operation, operands))
            self._steps.append((operation, operands, row.number))
            self._done[key] = row
            if operation is np.negative and isinstance(operands[0], Row):
                self._negated[row.number] = operands[0]
        return self._done[key]

    def unsigned(self, row: Row) -> Row:
        """A row of the same size, made earlier where it is one with the other sign.

        Args:
            row: the row.

        Returns:
            That one.
        """
        return self._negated.get(row.number, row)

    def _next(self, *, positive: bool) -> Row:
        self._count += 1
        return Row(self, self._count - 1, positive)

    def giving(self, outputs: Sequence[Value]) -> Program:
        """The program that gives some of the rows.

        Args:
            outputs: which.

        Returns:
            The program, without the steps that nothing needs.
        """
        wanted = {value.number for value in outputs if isinstance(value, Row)}
        steps = []
        for step in reversed(self._steps):
            if step[2] in wanted:
                wanted.update(operand.number for operand in step[1] if isinstance(operand, Row))
                steps.append(step)
        return _placed(steps[::-1], outputs)


def _positive(operation: Any, operands: tuple[Value, ...]) -> bool:
    """Whether what an operation makes is known to be nowhere below 0."""
    if operation is np.absolute:
        return True
    known = [one.positive if isinstance(one, Row) else one >= 0.0 for one in operands]
    if operation is np.maximum:
        return any(known)
    if operation is np.multiply and operands[0] is operands[1]:
        return True
    return all(known) and operation in {np.add, np.multiply, np.divide}


def _placed(steps: list[_Step], outputs: Sequence[Value]) -> Program:
    """The program with rows of a buffer that are used again once what they held is not needed any more."""
    last: dict[int, int] = {}
    for number, (_, operands, _) in enumerate(steps):
        last.update((operand.number, number) for operand in operands if isinstance(operand, Row))
    last.update((value.number, len(steps)) for value in outputs if isinstance(value, Row))
    place: dict[int, int] = {}
    free: list[int] = []
    size, placed = 0, []
    for number, (operation, operands, row) in enumerate(steps):
        held = tuple(place[one.number] if isinstance(one, Row) else np.float64(one) for one in operands)
        # A ufunc may write where it reads, element by element.
        free.extend({place[one.number] for one in operands if isinstance(one, Row) and last[one.number] == number})
        if not free:
            free, size = [size], size + 1
        place[row] = free.pop()
        placed.append((operation, held, place[row]))
    given = tuple(place[value.number] if isinstance(value, Row) else np.float64(value) for value in outputs)
    return Program(tuple(placed), given, size)


@dataclass(frozen=True, eq=False)
class Program:
    """Operations on the rows of one buffer.

    Args:
        steps: an array (points,) that is read, or an operation and its operands, of which a whole number is a row and
            any other a constant; and the row that takes the result.
        outputs: the rows that are given, or constants.
        rows: of the buffer.
    """

    steps: tuple[tuple[Any, tuple[int | np.float64, ...], int], ...]
    outputs: tuple[int | np.float64, ...]
    rows: int

    def run(self, count: int) -> FloatArray:
        """What the program gives.

        Args:
            count: of points.

        Returns:
            (outputs, count).

        Cost:
            Half a nanosecond for each operation and point.
        """
        width = max(1, min(count, MOST, max(FEWEST, IN_CACHE // max(self.rows, 1))))
        rows = list(np.ones((self.rows, width)))
        steps = [
            (operation, *(rows[one] if isinstance(one, int) else one for one in operands), rows[target])
            for operation, operands, target in self.steps
        ]
        found = np.empty((len(self.outputs), count))
        with np.errstate(all="ignore"):  # points at which a pivot vanishes are told by what comes out
            for start in range(0, count, width):
                stop = min(start + width, count)
                for operation, *arguments in steps:
                    if isinstance(operation, np.ndarray):
                        arguments[0][: stop - start] = operation[start:stop]
                    else:
                        operation(*arguments)
                for number, one in enumerate(self.outputs):
                    found[number, start:stop] = rows[one][: stop - start] if isinstance(one, int) else one
        return found
