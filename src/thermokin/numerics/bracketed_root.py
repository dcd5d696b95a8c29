"""Roots of many functions at once, each between two times at which its values are known.

SciPy's `elementwise.find_root` is the same method. It is not used here because it evaluates the ends again, takes no
first guess and closes in on each root from both sides: 6.8 evaluations for the crossings of a sweep in place of 3.5,
where an evaluation is a whole ledger at one time and the search the largest part of the work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = ["Bracket", "bracketed_roots"]

CLOSE = 0.02  # of a length on which a function bends: how far apart two points may be that say where its root is
LED = 1e-3  # of that distance: how far the root may still be, where the last step followed a smooth function
SAFETY = 0.01  # a function may bend that much more sharply than over its first bracket
MOST = 200  # steps after which a search ends as it is: halving alone needs fewer than 60 for any two times


@dataclass(frozen=True, eq=False)
class Bracket:
    """Two times, and what a function is there.

    Args:
        low: (m,) [time].
        high: (m,) [time].
        below: the function at low (m,).
        above: the function at high (m,).
        guess: where to look first (m,), if it lies between; None for where the secant points.
    """

    low: FloatArray
    high: FloatArray
    below: FloatArray
    above: FloatArray
    guess: FloatArray | None = None


def bracketed_roots(
    function: Callable[[FloatArray, IntArray], FloatArray], bracket: Bracket, relative: float
) -> FloatArray:
    """Roots by Chandrupatla's method: inverse quadratic steps where they are safe, else halving, in the logarithm.

    Args:
        function: the values (k,) at times (k,) of the functions of the numbers (k,).
        bracket: between what the roots are.
        relative: how closely a root is found, relative to itself; where a function is flat at its root, a time is
            found at which it is below 1e-12 of what it was at the ends.

    Returns:
        (m,) [time]; nan where the function has one sign at both ends or is not a number.
    """
    ends = np.where(np.abs(bracket.below) < np.abs(bracket.above), bracket.low, bracket.high)
    solved = (bracket.below == 0.0) | (bracket.above == 0.0)
    roots = np.where(solved, ends, np.nan)
    open_ = np.flatnonzero(~solved & (np.sign(bracket.below) * np.sign(bracket.above) < 0.0))
    state = _State.of(bracket, open_)
    for _ in range(MOST):
        if not state.numbers.size:
            break
        time = state.new + state.step * (state.other - state.new)
        state = state.moved(time, function(time, state.numbers), relative)
        found = state.done
        roots[state.numbers[found]] = state.best[found]
        state = state.only(~found)
    roots[state.numbers] = state.best
    return roots


@dataclass(frozen=True, eq=False)
class _State:
    """Searches under way, (k,) each.

    Args:
        numbers: of their functions.
        new: the last time tried.
        at_new: the function there.
        other: the end of the bracket on the other side of the root.
        at_other: the function there.
        step: where to try next, from new (0) to other (1).
        best: the end at which the function is smaller.
        span: how long the bracket was at first.
        done: whether the bracket is narrow enough.
    """

    numbers: IntArray
    new: FloatArray
    at_new: FloatArray
    other: FloatArray
    at_other: FloatArray
    step: FloatArray
    best: FloatArray
    span: FloatArray
    done: BoolArray

    @staticmethod
    def of(bracket: Bracket, numbers: IntArray) -> _State:
        """The searches of these numbers before their first step, which is the guess's or the secant's."""
        low, high = bracket.low[numbers], bracket.high[numbers]
        below, above = bracket.below[numbers], bracket.above[numbers]
        with np.errstate(invalid="ignore"):
            secant = below / (below - above)
        # Of an infinite value, and of one far larger than the other, the secant tells nothing.
        step = np.where((secant > 0.01) & (secant < 0.99), secant, _half(low, high))
        if bracket.guess is not None:
            with np.errstate(invalid="ignore", divide="ignore"):
                guessed = (bracket.guess[numbers] - low) / (high - low)
            step = np.where((guessed > 0.0) & (guessed < 1.0), guessed, step)
        return _State(numbers, low, below, high, above, step, low, high - low, np.zeros(low.shape, dtype=bool))

    def moved(self, time: FloatArray, value: FloatArray, relative: float) -> _State:
        """The searches after one more value."""
        same = np.sign(value) == np.sign(self.at_new)
        third, at_third = np.where(same, self.new, self.other), np.where(same, self.at_new, self.at_other)
        other, at_other = np.where(same, self.other, self.new), np.where(same, self.at_other, self.at_new)
        best = np.where(np.abs(value) <= np.abs(at_other), time, other)
        width = np.abs(other - time)
        least = relative * np.abs(best) / np.where(width > 0.0, width, 1.0)
        lost = np.isnan(value)
        done = (least > 0.5) | (width == 0.0) | (value == 0.0) | lost
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            place, level = (time - other) / (third - other), (value - at_other) / (at_third - at_other)
            smooth = (level**2 < place) & ((1.0 - level) ** 2 < 1.0 - place)
            by_other, by_third = value / (value - at_other), value / (value - at_third)
            far = (third - time) / (other - time)
            quadratic = (by_third * far * at_other - by_other * at_third) / (at_other - at_third)
            by_near = np.where(np.abs(at_third) < np.abs(at_other), by_third * far, by_other)
            near = np.where(np.abs(at_third) < np.abs(at_other), np.abs(far), 1.0) * width
            root, allowed = time + quadratic * (other - time), relative * np.abs(time)
            # What a straight line misses is the product of the distances of its two points from the root over a length
            # on which the function bends. Where that is small, and the parabola agrees, its root needs no check. At a
            # kink the last step would not have led so close.
            bend = np.minimum(self.span, np.abs(time))
            missed = np.abs(root - time) * near / bend
            agree = np.abs(quadratic - by_near) * width < 0.1 * allowed
            led = (np.abs(root - time) < LED * near) & (near < CLOSE * bend)
            named = smooth & agree & led & (missed < SAFETY * allowed)
            best = np.where(named, root, best)
            done |= named
        # The shortest step is nearly as long as a bracket that is narrow enough, so that it seldom takes a second one.
        shortest = np.minimum(1.9 * least, 0.5)
        step = np.clip(np.where(smooth, quadratic, _half(time, other)), shortest, 1.0 - shortest)
        return _State(self.numbers, time, value, other, at_other, step, np.where(lost, np.nan, best), self.span, done)

    def only(self, kept: BoolArray) -> _State:
        """Those of the searches that are kept."""
        if kept.all():
            return self
        return _State(
            self.numbers[kept],
            self.new[kept],
            self.at_new[kept],
            self.other[kept],
            self.at_other[kept],
            self.step[kept],
            self.best[kept],
            self.span[kept],
            self.done[kept],
        )


def _half(one: FloatArray, other: FloatArray) -> FloatArray:
    """From one time (0) to the other (1), where their geometric mean is: a root may be decades before the later one."""
    usable = (one > 0.0) & (other > 0.0)
    ratio = np.where(usable, other, 1.0) / np.where(usable, one, 1.0)
    return 1.0 / (1.0 + np.sqrt(ratio))
