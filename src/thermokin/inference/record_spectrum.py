"""Noise against frequency from a record of clicks: the power of its pieces, averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.inference.clicks import Clicks
from thermokin.inference.record_statistics import weights_of

__all__ = ["RecordSpectrum", "record_spectrum"]

FEWEST = 8  # pieces
STRIP = 2**22  # numbers held at a time


@dataclass(frozen=True, eq=False)
class RecordSpectrum(Result):
    """S(w) = int dt exp(i w t) <<I(t) I(0)>>, estimated from a record.

    Args:
        frequencies: w (f,) [1/time].
        values: (f,) [amount^2/time].
        intervals: (f, 2).
        confidence: of the intervals.
        pieces: into how many the record was cut.
        length: of a piece [time]; what differs by less than 2 pi over it is not told apart.
    """

    frequencies: FloatArray
    values: FloatArray
    intervals: FloatArray
    confidence: float
    pieces: int
    length: float


def record_spectrum(
    clicks: Clicks,
    frequencies: ArrayLike,
    weights: Mapping[str, float] | None = None,
    *,
    pieces: int = 64,
    confidence: float = 0.95,
) -> RecordSpectrum:
    """Noise against frequency from a record of clicks.

    The record is cut into pieces; the squared size of sum_j c_j exp(i w t_j), less that of the mean current, over the
    length of a piece is averaged over them (Bartlett). A long piece is sharp in frequency, many pieces are precise.

    Args:
        clicks: the records.
        frequencies: w (f,) [1/time], angular.
        weights: by detector, what a click adds; 1 for each if None.
        pieces: about how many pieces, >= 8.
        confidence: of the intervals: those of a mean of exponentially distributed numbers.

    Returns:
        The estimates, to be compared with `tk.spectrum`.

    Raises:
        ArgumentError: if an argument is out of its range.

    Reference:
        bartlett1963.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> times = np.cumsum(np.random.default_rng(1).exponential(0.5, 20000))
        >>> found = tk.inference.record_spectrum(tk.inference.Clicks(times), [1.0, 5.0], pieces=400)
        >>> bool(np.all(np.abs(found.values / 2.0 - 1.0) < 0.2))  # of Poissonian clicks the rate, at every frequency
        True
    """
    asked = np.atleast_1d(np.asarray(frequencies, dtype=np.float64))
    if asked.ndim != 1 or not np.isfinite(asked).all():
        raise ArgumentError("`frequencies` must be a row of finite numbers.", "frequencies")
    if pieces < FEWEST:
        raise ArgumentError(f"`pieces` must be at least {FEWEST}, got {pieces}.", "pieces")
    every = weights_of(clicks, weights)
    length = clicks.duration / pieces
    whole = np.floor((clicks.end - clicks.begin) / length * (1.0 + 1e-12)).astype(np.int64)
    count = int(whole.sum())
    if count < FEWEST:
        raise ArgumentError(f"`clicks` are of runs too short to be cut into {pieces} pieces of {length:g}.", "clicks")
    amounts = every[clicks.labels]
    mean = amounts.sum() / clicks.duration
    place = ((clicks.times - clicks.begin[clicks.run]) // length).astype(np.int64)
    held = place < whole[clicks.run]
    since = (clicks.times - clicks.begin[clicks.run] - place * length)[held]
    piece = (place + (np.cumsum(whole) - whole)[clicks.run])[held]
    values = np.empty(asked.size)
    for number, frequency in enumerate(asked):
        turned = amounts[held] * np.exp(1j * frequency * since)
        sums = np.bincount(piece, turned.real, count) + 1j * np.bincount(piece, turned.imag, count)
        flat = length if frequency == 0.0 else (np.exp(1j * frequency * length) - 1.0) / (1j * frequency)
        values[number] = np.mean(np.abs(sums - mean * flat) ** 2) / length
    # At zero frequency the sums are real: squares of half as many independent numbers.
    freedom = np.where(np.abs(asked) * length < np.pi, 0.5, 1.0) * count
    tail = 0.5 - 0.5 * confidence
    from scipy.stats import gamma  # here: half a second, which most runs do without

    low, high = gamma.ppf(1.0 - tail, freedom) / freedom, gamma.ppf(tail, freedom) / freedom
    return RecordSpectrum(asked, values, np.stack([values / low, values / high], axis=1), confidence, count, length)
