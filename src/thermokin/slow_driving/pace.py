"""The pace of one control along ways between two of its values: where it is after a share of the length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.slow_driving.path import coefficients, nodes

__all__ = ["Pace", "pace_between"]

PANELS = (48, 96, 192, 384, 768)
RESOLVED = 1e-12
ENOUGH = 1e-8  # of the largest speed: the same, with which a pace is still given
ROUNDS = 60
STILL = 4e-15  # of the way, over two: a step of Newton's method that is rounding
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Pace:
    """Ways of one control, at constant thermodynamic speed.

    Args:
        first: the control at the beginning of each (m,).
        last: and at the end (m,).
        series: of the root of the friction, by the place between the ends, in Chebyshev polynomials (k, m).
    """

    first: FloatArray
    last: FloatArray
    series: FloatArray

    @cached_property
    def _passed(self) -> FloatArray:
        """The series of the length so far, over |last - first| (k + 1, m); 0 at the beginning."""
        found = 0.5 * chebyshev.chebint(self.series)
        found[0] -= chebyshev.chebval(-1.0, found)
        return np.asarray(found)

    @cached_property
    def _whole(self) -> FloatArray:
        return np.asarray(chebyshev.chebval(1.0, self._passed))

    @property
    def length(self) -> FloatArray:
        """Of each way (m,) [(energy time)^(1/2)]."""
        return np.asarray(np.abs(self.last - self.first) * self._whole)

    @cached_property
    def _table(self) -> tuple[FloatArray, FloatArray]:
        """Places between -1 and 1, and the shares of the length there (p, m), from which the inverse begins."""
        places = np.linspace(-1.0, 1.0, 4 * len(self.series) - 3)
        return places, np.asarray(chebyshev.chebval(places, self._passed).T) / self._whole

    def at(self, places: FloatArray) -> FloatArray:
        """The control after shares of the length, by Newton's method.

        Args:
            places: s (k,) between 0 and 1.

        Returns:
            (k, m).
        """
        at = np.asarray(places, dtype=np.float64)[:, None]
        known, shares = self._table
        # One interpolation for all ways: each has a stretch of its own on one axis.
        stretch = 2.0 * np.arange(self.first.size)
        guess = np.interp((at + stretch).ravel(), (shares + stretch).T.ravel(), np.tile(known, self.first.size))
        x: FloatArray = guess.reshape(len(at), -1)
        wanted, width = at * self._whole, known[1] - known[0]
        below, above = np.maximum(x - width, -1.0), np.minimum(x + width, 1.0)
        for _ in range(ROUNDS):
            miss = chebyshev.chebval(x, self._passed, tensor=False) - wanted
            slope = 0.5 * chebyshev.chebval(x, self.series, tensor=False)
            below, above = np.where(miss < 0.0, x, below), np.where(miss > 0.0, x, above)
            trial = x - miss / np.maximum(slope, 1e-300)
            trial = np.where((trial >= below) & (trial <= above), trial, 0.5 * (below + above))
            moved, x = float(np.abs(trial - x).max(initial=0.0)), trial
            if moved <= STILL:
                break
        return np.where(at == 0.0, self.first, np.where(at == 1.0, self.last, self._control(0.5 * (1.0 + x))))

    def graded(self, between: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Places of a single way by the control, in which it is smooth however much the friction varies.

        Args:
            between: places x between the ends of the control (k,), from 0 to 1.

        Returns:
            s (k,), the control (k, 1), and ds/dx (k,).
        """
        x = 2.0 * between - 1.0
        share = chebyshev.chebval(x, self._passed[:, 0]) / self._whole[0]
        speed = chebyshev.chebval(x, self.series[:, 0]) / self._whole[0]
        # Where the friction is below rounding of its largest, so is what it costs.
        return np.clip(share, 0.0, 1.0), self._control(between[:, None]), np.maximum(speed, EPSILON * speed.max())

    def _control(self, between: FloatArray) -> FloatArray:
        return np.asarray(self.first * (1.0 - between) + self.last * between)


def pace_between(friction: Callable[[FloatArray], FloatArray], name: str, first: FloatArray, last: FloatArray) -> Pace:
    """The pace between the ends of each way, all ways at once.

    Args:
        friction: of values of the control (k, m), the same shape.
        name: of the control.
        first: at the beginning (m,).
        last: at the end (m,), elsewhere.

    Returns:
        The pace.

    Raises:
        NotConvergedError: if the friction is not smooth between them.
    """
    left = np.arange(first.size)
    parts: list[tuple[FloatArray, FloatArray]] = []
    known = np.empty((0, first.size))
    for count in PANELS:
        fresh = nodes(count)[1::2] if known.size else nodes(count)
        made = friction(first[left] + (last - first)[left] * fresh[:, None])
        found = np.empty((count + 1, left.size))
        if known.size:
            found[::2], found[1::2] = known, made
        else:
            found[:] = made
        root = np.sqrt(np.maximum(found, 0.0))
        series = coefficients(root)
        tail = np.abs(series[-max(2, count // 8) :]).max(axis=0) / root.max(axis=0)
        done = tail <= (RESOLVED if count < PANELS[-1] else ENOUGH)
        parts.append((left[done], series[:, done]))
        left, known = left[~done], found[:, ~done]
        if not left.size:
            return Pace(first, last, _padded(parts, first.size))
    where = "" if first.size == 1 else f" of the way from {first[left[0]]:.6g} to {last[left[0]]:.6g}"
    raise NotConvergedError(
        f"the friction of {name!r} is not smooth between the ends{where};",
        float(tail.max()),
        "cut the way where it jumps, or choose a control in which it varies less, such as a logarithm.",
    )


def _padded(parts: list[tuple[FloatArray, FloatArray]], count: int) -> FloatArray:
    """Series of all ways, with zeros after those that end early."""
    found = np.zeros((len(parts[-1][1]), count))
    for which, series in parts:
        found[: len(series), which] = series
    return found
