"""Fits of several models to the same records, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.inference.fit import Fit
from thermokin.operators.as_numbers import shown

__all__ = ["FitComparison", "compare_fits"]


@dataclass(frozen=True, eq=False)
class FitComparison(Result):
    """Fits of the same records, in the order in which they were given.

    Args:
        fits: by name.
        numbers: how many numbers were sought by each (m,).
        log_likelihood: ln p of each (m,).
        aic: Akaike's criterion (m,); the smaller the better.
        bic: the Bayesian criterion (m,); likewise.
        goodness: the smallest probability among the tests of each, times their number (m,); a small one speaks against
            the model by itself.
        ratio: 2 ln of the likelihood of each column over that of each row (m, m).
        probability: of at least such a ratio if the row's model is right, which is nested in the column's (m, m); NaN
            where it is not.
    """

    fits: Mapping[str, Fit]
    numbers: IntArray
    log_likelihood: FloatArray
    aic: FloatArray
    bic: FloatArray
    goodness: FloatArray
    ratio: FloatArray
    probability: FloatArray

    @property
    def names(self) -> tuple[str, ...]:
        """Of the fits."""
        return tuple(self.fits)

    @property
    def weights(self) -> FloatArray:
        """Akaike's weights (m,): exp(-AIC/2), of sum one."""
        found = np.exp(-0.5 * (self.aic - self.aic.min()))
        return np.asarray(found / found.sum())

    @property
    def best(self) -> str:
        """The name of the fit with the smallest AIC."""
        return self.names[int(self.aic.argmin())]


def compare_fits(fits: Mapping[str, Fit], nested: Iterable[tuple[str, str]] | None = None) -> FitComparison:
    """Put fits of the same records side by side.

    Of two nested models twice the logarithm of the likelihood ratio is distributed by chi^2 with as many degrees of
    freedom as the larger has numbers more, if the smaller is right and holds no number at the end of its range (there
    the probability is rather too large, by up to a factor of two for one number).

    Args:
        fits: of `tk.infer`, by names.
        nested: pairs of a smaller and the larger model that becomes it at some of its numbers; None for fits of one
            family, at the same numbers, of which one seeks more than the other.

    Returns:
        The comparison.

    Raises:
        ArgumentError: if there are fewer than two, they are of different records, or a pair is not of them.
        TypeError: if one is no fit.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> dot = tk.Family(lambda fill=1.0, empty=1.0: tk.rates([[0, empty], [fill, 0]]))
        >>> clicks = tk.inference.Clicks(np.cumsum(np.tile([0.5, 1.5], 200)), ["in", "out"] * 200, begin=0.0)
        >>> channels = {"in": 1, "out": 0}
        >>> one = tk.infer(clicks, dot, {}, ["fill"], channels=channels)
        >>> two = tk.infer(clicks, dot, {}, ["fill", "empty"], channels=channels)
        >>> tk.inference.compare_fits({"one": one, "two": two}).best
        'two'
    """
    for name, fit in fits.items():
        if not isinstance(fit, Fit):
            raise TypeError(f"`fits` must be fits of tk.infer by name, got {shown(fit)} for {name!r}.")
    every = list(fits.values())
    if len(every) < 2:
        raise ArgumentError(f"`fits` must be at least two, got {len(every)}.", "fits")
    first = every[0].problem.clicks
    for name, fit in fits.items():
        other = fit.problem.clicks
        if other is not first and not (
            np.array_equal(other.times, first.times)
            and np.array_equal(other.end - other.begin, first.end - first.begin)
            and np.array_equal(np.asarray(other.names)[other.labels], np.asarray(first.names)[first.labels])
        ):
            raise ArgumentError(f"`fits` must be of the same records; that of {name!r} are others.", "fits")
    likelihood = np.array([fit.log_likelihood for fit in every])
    numbers = np.array([len(fit.names) for fit in every])
    ratio = 2.0 * (likelihood[None, :] - likelihood[:, None])
    more = numbers[None, :] - numbers[:, None]
    held = _nested(fits, nested) & (more > 0)
    from scipy.stats import chi2  # here: half a second, which most runs do without

    probability = np.where(held, chi2.sf(np.maximum(ratio, 0.0), np.maximum(more, 1)), np.nan)
    return FitComparison(
        dict(fits),
        numbers,
        likelihood,
        np.array([fit.aic for fit in every]),
        np.array([fit.bic for fit in every]),
        np.array([fit.goodness.smallest for fit in every]),
        ratio,
        probability,
    )


def _nested(fits: Mapping[str, Fit], pairs: Iterable[tuple[str, str]] | None) -> BoolArray:
    names = list(fits)
    found = np.zeros((len(names), len(names)), dtype=bool)
    if pairs is None:
        for row, one in enumerate(fits.values()):
            for column, other in enumerate(fits.values()):
                found[row, column] = _within(one, other)
        return found
    for small, large in pairs:
        for name in (small, large):
            if name not in names:
                raise ArgumentError(f"`nested` holds {name!r}, but the fits are {', '.join(names)}.", "nested")
        if len(fits[small].names) >= len(fits[large].names):
            raise ArgumentError(f"`nested`: {large!r} must seek more numbers than {small!r}.", "nested")
        found[names.index(small), names.index(large)] = True
    return found


def _within(one: Fit, other: Fit) -> bool:
    """Whether two fits are of one family, and the second seeks all that the first seeks and agrees in what is held."""
    if one.problem.family is not other.problem.family or not set(one.names) < set(other.names):
        return False
    sought = {*one.names, *other.names}
    held = [name for name in one.problem.family.parameters if name not in sought]
    mine, theirs = (fit.problem.numbers_at(fit.values) for fit in (one, other))
    return all(np.array_equal(mine.get(name, np.nan), theirs.get(name, np.nan), equal_nan=True) for name in held)
