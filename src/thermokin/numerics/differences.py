"""Derivatives of smooth functions that are known by their values: by straight lines, or polynomials through nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray

__all__ = ["PAIRS", "Slope", "jacobian", "slopes"]

EPSILON = float(np.finfo(np.float64).eps)
PAIRS = (1.0, 0.5463, 0.9190, 0.7634, 0.2846)
"""Nodes +-x in units of the step: those of Chebyshev, so that rounding grows little, the first two of use alone."""
LINEAR = 16.0  # roundings of a straight line that is one
GOOD = 1e-13  # error, relative to the derivative or to what a rounding of the number itself would make of it
TEN_NODES = 0.1  # of what eight nodes miss, at most
SHRUNK = 0.25  # the next step, where one was too long
STEPS = 6
NOISY = (
    2e-13  # error, relative to the largest derivative of an array, from which a longer step is taken where it may be
)
LONGER = 4.0  # times the step, at least, for a longer one to be worth it
GOLDEN = 0.6180339887498949

Arrays = Sequence[NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Slope:
    """The derivative of an array.

    Args:
        value: the derivative, shaped as the array; None where the array never changes.
        error: estimate of the largest error of its elements.
    """

    value: NDArray[Any] | None
    error: FloatArray


def slopes(
    function: Callable[[float], Arrays], base: Arrays, step: float, floors: Sequence[float] | None = None
) -> list[Slope]:
    """The derivatives of arrays at 0.

    A function that is a straight line to rounding, as most are, takes three values; others take ten, a polynomial of
    degree ten through them, and shorter steps as long as they help.

    Args:
        function: of a number between -step and step; what does not change may be the same object as in `base`. It may
            raise a ValueError where it is not defined.
        base: its arrays at 0.
        step: half the interval, within which the function is smooth.
        floors: for each array, the part of its largest element to roundings of which every element is known; 0 if None.

    Returns:
        One slope for each array.

    Raises:
        ValueError: whatever the function raises even close to 0.

    Reference:
        fornberg1988.
    """
    best: list[Slope] | None = None
    parts = [0.0] * len(base) if floors is None else floors
    for number in range(STEPS):
        try:
            found = _by_nodes(function, base, step, parts)
        except ValueError:
            if number == STEPS - 1 and best is None:
                raise
        else:
            best = found if best is None else [_better(*two) for two in zip(best, found, strict=True)]
            if all(_is_good(one, array, step) for one, array in zip(best, base, strict=True)):
                return best
        step *= SHRUNK
    assert best is not None  # noqa: S101 - the last failure has been raised
    return best


def jacobian(
    function: Callable[[FloatArray], Arrays],
    base: Arrays,
    steps: FloatArray,
    longest: FloatArray,
    floors: Sequence[float] | None = None,
) -> list[list[Slope]]:
    """The derivatives of arrays with respect to several numbers, at 0.

    One value for each number and one in which all of them move tell which arrays move in straight lines; the rest is
    left to `slopes`.

    Args:
        function: of the numbers (p,), as in `slopes`.
        base: its arrays at 0.
        steps: of each number (p,), of the sign in which it may move.
        longest: how far each may move that way at most (p,).
        floors: for each array, the part of its largest element to roundings of which every element is known; 0 if None.

    Returns:
        For each number one slope for each array.

    Raises:
        ValueError: whatever the function raises even close to 0.
    """
    count, parts = len(steps), [0.0] * len(base) if floors is None else floors
    moved = [_attempt(function, _along(number, count, step)) for number, step in enumerate(steps)]
    # All different, so that what bends does not cancel.
    shares = np.array([0.3 + 0.4 * (number * GOLDEN % 1.0) for number in range(1, count + 1)])
    together = _attempt(function, shares * steps)
    found: list[list[Slope]] = []
    straight = [_straight(place, base, moved, together, shares, parts[place]) for place in range(len(base))]
    for number, step in enumerate(steps):
        own = moved[number]
        if own is None or not all(straight[place] or own[place] is base[place] for place in range(len(base))):
            alone = lambda part, number=number: function(_along(number, count, part))  # noqa: E731
            found.append(slopes(alone, base, abs(float(step)), parts))
        else:
            made = [_secant(base[place], own[place], float(step)) for place in range(len(base))]
            further = _longer(made, base, float(step), float(longest[number]))
            if further:
                values = _attempt(function, _along(number, count, further))
                made = made if values is None else _lengthened(made, base, values, further)
            found.append(made)
    return found


def _along(number: int, count: int, step: float) -> FloatArray:
    moved = np.zeros(count)
    moved[number] = step
    return moved


def _attempt(function: Callable[[FloatArray], Arrays], moved: FloatArray) -> Arrays | None:
    """The arrays; None where the function is not defined."""
    try:
        return function(moved)
    except ValueError:
        return None


def _straight(
    place: int,
    base: Arrays,
    moved: Sequence[Arrays | None],
    together: Arrays | None,
    shares: FloatArray,
    floor: float,
) -> bool:
    """Whether an array is an affine function of all numbers that move it."""
    if together is None or any(arrays is None for arrays in moved):
        return False
    own = base[place]
    line, size = np.asarray(own), np.abs(own)
    for share, arrays in zip(shares, moved, strict=True):
        assert arrays is not None  # noqa: S101 - asked above
        if arrays[place] is not own:
            line = line + share * (arrays[place] - own)
            size = np.maximum(size, np.abs(arrays[place]))
    size = np.maximum(size, floor * size.max(initial=0.0))
    return bool((np.abs(together[place] - line) <= LINEAR * EPSILON * size).all())


def _secant(base: NDArray[Any], moved: NDArray[Any], step: float) -> Slope:
    if moved is base:
        return Slope(None, np.zeros(()))
    return Slope((moved - base) / step, np.asarray(2.0 * EPSILON * np.maximum(np.abs(base), np.abs(moved)) / abs(step)))


def _longer(made: Sequence[Slope], base: Arrays, step: float, longest: float) -> float:
    """A longer step, within which arrays move as much as they are large; 0 where none is needed or may be."""
    wanted = 0.0
    for one, array in zip(made, base, strict=True):
        largest = 0.0 if one.value is None else float(np.abs(one.value).max(initial=0.0))
        if largest > 0.0 and float(one.error.max()) > NOISY * largest:
            wanted = max(wanted, float(np.abs(array).max()) / largest)
    wanted = min(wanted, longest)
    return float(np.copysign(wanted, step)) if wanted > LONGER * abs(step) else 0.0


def _lengthened(made: Sequence[Slope], base: Arrays, values: Arrays, step: float) -> list[Slope]:
    """Slopes by a longer step, of arrays that go straight all the way."""
    found = []
    for one, array, far in zip(made, base, values, strict=True):
        longer = _secant(array, far, step)
        if one.value is not None and longer.value is not None:
            agree = np.abs(longer.value - one.value) <= LINEAR * (one.error + longer.error)
            found.append(longer if agree.all() else one)
        else:
            found.append(one)
    return found


def _by_nodes(function: Callable[[float], Arrays], base: Arrays, step: float, floors: Sequence[float]) -> list[Slope]:
    up, down = function(step), function(-step)
    middle = function(PAIRS[1] * step)
    every = zip(base, up, down, middle, floors, strict=True)
    three = [_line(own, high, low, between, step, floor) for own, high, low, between, floor in every]
    if all(one is not None for one in three):
        return [one for one in three if one is not None]
    values = [(up, down), (middle, function(-PAIRS[1] * step))]
    values += [(function(place * step), function(-place * step)) for place in PAIRS[2:]]
    made: list[Slope] = []
    for number, one in enumerate(three):
        if one is not None:
            made.append(one)
            continue
        central = np.stack([(high[number] - low[number]) / 2.0 for high, low in values])
        made.append(_polynomial(central, np.abs(base[number]), step))
    return made


def _line(
    base: NDArray[Any], up: NDArray[Any], down: NDArray[Any], middle: NDArray[Any], step: float, floor: float
) -> Slope | None:
    """The slope of a straight line; None where it is none."""
    if up is base and down is base and middle is base:
        return Slope(None, np.zeros(()))
    value = (up - down) / (2.0 * step)
    size = np.maximum(np.abs(up), np.abs(down))
    size = np.maximum(size, floor * size.max(initial=0.0))
    miss = np.abs(middle - base - PAIRS[1] * step * value)
    if not (miss <= LINEAR * EPSILON * size).all():
        return None
    return Slope(value, np.asarray(EPSILON * size / step))


def _polynomial(central: NDArray[Any], size: FloatArray, step: float) -> Slope:
    """The slope at 0 of the odd polynomial through halves of differences f(x) - f(-x), for all pairs of nodes."""
    value = np.tensordot(_weights(PAIRS), central, 1) / step
    rough = np.tensordot(_weights(PAIRS[:-1]), central[:-1], 1) / step
    return Slope(value, np.asarray(TEN_NODES * np.abs(value - rough) + 2.0 * EPSILON * size / step))


def _weights(places: Sequence[float]) -> FloatArray:
    squares = np.square(places)
    return np.array(
        [
            np.prod([other / (other - own) for other in squares if other != own]) / place
            for place, own in zip(places, squares, strict=True)
        ]
    )


def _better(one: Slope, other: Slope) -> Slope:
    if one.value is None or other.value is None:
        return other if one.value is None else one
    nearer = other.error < one.error
    return Slope(np.where(nearer, other.value, one.value), np.minimum(one.error, other.error))


def _is_good(one: Slope, base: NDArray[Any], step: float) -> bool:
    if one.value is None:
        return True
    return bool((one.error <= GOOD * (np.abs(one.value) + np.abs(base) / step)).all())
