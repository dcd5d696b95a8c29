"""The rate function of a current: the Legendre transform of its scaled cumulant generating function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._result import ArrayResult
from thermokin._typing import FloatArray, IntArray
from thermokin.counting.kink import Kink
from thermokin.counting.tilted_envelope import TiltedEnvelope
from thermokin.model.bath import real_numbers
from thermokin.model.current import Current

__all__ = ["RateFunction", "rate_function_of"]


@dataclass(frozen=True, eq=False)
class RateFunction(ArrayResult):
    """I(j) at j = lambda'(s), I = s j - lambda(s), convex, zero at the mean current. NumPy takes it for its values.

    Where lambda has a kink at s, I is a straight line of slope s between both currents: the trajectory spends part of
    the time in each phase.

    Args:
        current: what is counted.
        currents: j (..., m), ascending [amount/time].
        values: I(j) (..., m) [1/time].
        s: dI/dj (..., m) [1/amount].
        curvature: d^2 lambda/ds^2 = 1 / (d^2 I/dj^2) (..., m) [amount^2/time].

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> turns = tk.rates([[0.0, 1.0], [1.0, 0.0]], weights={"turns": [[0.0, 1.0], [0.0, 0.0]]})
        >>> found = tk.cumulant_generating_function(turns, tk.current(turns, "turns"), np.linspace(-2.0, 2.0, 81))
        >>> j = 0.3
        >>> found.rate_function().at([j]).round(6), round(1.0 - 2.0 * j + 2.0 * j * math.log(2.0 * j), 6)
        (array([0.093505]), 0.093505)
    """

    current: Current
    currents: FloatArray
    values: FloatArray
    s: FloatArray
    curvature: FloatArray

    def at(self, currents: ArrayLike) -> FloatArray:
        """I between the computed currents: the cubic through the values and slopes on both sides.

        Args:
            currents: j (q,), within the range of `currents` [amount/time].

        Returns:
            (..., q) [1/time].

        Raises:
            ValueError: if a current lies outside the range that the fields reach: nothing is known there.
        """
        j, cell = self._cells(currents)
        low, high = (np.take_along_axis(self.currents, at, -1) for at in (cell, cell + 1))
        width = high - low
        share = np.where(width > 0.0, (j - low) / np.where(width > 0.0, width, 1.0), 0.0)
        values = [np.take_along_axis(self.values, at, -1) for at in (cell, cell + 1)]
        slopes = [width * np.take_along_axis(self.s, at, -1) for at in (cell, cell + 1)]
        rise = values[1] - values[0]
        rest = share * (1.0 - share)
        bend = (slopes[0] - rise) * (1.0 - share) + (rise - slopes[1]) * share
        return np.asarray(values[0] + share * rise + rest * bend)

    def bracket(self, currents: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Between which I certainly lies, because it is convex: above its tangents, below its chord.

        Args:
            currents: j (q,), within the range of `currents` [amount/time].

        Returns:
            Lower and upper limit (..., q) [1/time].

        Raises:
            ValueError: if a current lies outside the range that the fields reach.
        """
        j, cell = self._cells(currents)
        tangents, ends = [], []
        for at in (cell, cell + 1):
            place, value = (np.take_along_axis(array, at, -1) for array in (self.currents, self.values))
            tangents.append(value + np.take_along_axis(self.s, at, -1) * (j - place))
            ends.append((place, value))
        (low, below), (high, above) = ends
        share = np.where(high > low, (j - low) / np.where(high > low, high - low, 1.0), 0.0)
        return np.maximum(*tangents), np.asarray(below + share * (above - below))

    def _cells(self, currents: ArrayLike) -> tuple[FloatArray, IntArray]:
        j = np.atleast_1d(real_numbers(currents, "currents"))
        batch = self.currents.shape[:-1]
        low, high = self.currents[..., :1], self.currents[..., -1:]
        # Written so that a number that is none is refused.
        if not (((j >= low) & (j <= high)) | np.isnan(low)).all():
            raise ValueError(
                f"`currents` must lie between the slopes that the fields reach, {float(np.nanmax(low)):g} and "
                f"{float(np.nanmin(high)):g}; ask for a wider grid of `s`."
            )
        inside = np.broadcast_to(j, (*batch, j.shape[-1]))
        cell = (self.currents[..., None, :] <= inside[..., :, None]).sum(axis=-1) - 1
        return inside, np.clip(cell, 0, max(0, self.currents.shape[-1] - 2))


def rate_function_of(
    current: Current, s: FloatArray, envelope: TiltedEnvelope, kinks: Sequence[Kink] = ()
) -> RateFunction:
    """The rate function on the slopes of a generating function.

    Args:
        current: what is counted.
        s: the fields (f,).
        envelope: the dominant eigenpairs on them.
        kinks: crossings of sectors; both ends of each straight line are taken among the currents.

    Returns:
        The rate function.
    """
    fields = np.broadcast_to(s.reshape(-1, *(1 for _ in envelope.batch)), envelope.values.shape)
    parts = [fields, envelope.values, envelope.slope, envelope.curvature]
    for kink in kinks:
        if kink.gap == 0.0:
            rows = [[kink.s] * 2, [kink.value] * 2, list(kink.currents), list(kink.noises)]
            parts = [np.concatenate([part, row]) for part, row in zip(parts, rows, strict=True)]
    field, value, slope, curvature = parts
    order = np.lexsort((slope, field), axis=0) if not envelope.batch else np.argsort(field, axis=0, kind="stable")
    field, value, slope, curvature = (
        np.moveaxis(np.take_along_axis(part, order, 0), 0, -1) for part in (field, value, slope, curvature)
    )
    # Rounding may put slopes that are equal out of order; a convex function has them ascending.
    ascending = np.maximum.accumulate(slope, axis=-1)
    return RateFunction(current, ascending, field * slope - value, field, curvature)
