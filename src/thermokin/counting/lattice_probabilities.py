"""Probabilities of exchanged amounts on their lattice, by Fourier inversion of the tilted propagator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.counting.listed_amounts import ListedAmounts, distinct_amounts, quanta_of
from thermokin.counting.tilted_block import SMALL, TiltedBlock, tilted_traces
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks
from thermokin.motion.initial import InitialState
from thermokin.numerics.rounding_guard import UNDERFLOW

__all__ = ["TAIL", "exchange_window", "lattice_probabilities"]

LARGEST = 2**26  # probabilities at all points, times and sites of the lattice
TAIL = 1e-15  # probability that may lie beyond each end
STEEPEST = 6.0  # largest exponent given to one jump
TOGETHER = 6  # exponents tried at once in small blocks
RATIO = 1.6  # of neighbouring exponents: the bound is within a twentieth of the best in the exponent


def lattice_probabilities(
    liouvillian: Liouvillian, initial: InitialState, weights: FloatArray, times: FloatArray
) -> ListedAmounts:
    """P(N) of N = sum_k c_k N_k at every time, exact but for what lies beyond a window that holds all but 2e-15.

    Every unit of the weights has a counting field; P is the inverse Fourier transform of the generating function
    tr exp(L_theta t) rho on as many fields as the window has sites. Half of them are conjugates of the others.

    Args:
        liouvillian: the generator.
        initial: the initial state.
        weights: c_k (..., k).
        times: (..., t) [time].

    Returns:
        The amounts and their probabilities.

    Raises:
        ValueError: if the lattice is too large, or amounts coincide or swap at points of a sweep.
    """
    from scipy.fft import next_fast_len  # here: with what it loads a tenth of a second, which most runs do without

    quanta = quanta_of(weights)
    group, counts = _groups(quanta.counts)
    parts = _parts(liouvillian, initial, group)
    if counts.size == 0:
        lead = (*np.broadcast_shapes(weights.shape[:-1], tilted_traces(parts, np.ones((1, 0)), times).shape[1:-1]),)
        return ListedAmounts(np.zeros(1), np.ones((*lead, times.shape[-1], 1)), np.zeros((*lead, times.shape[-1])))
    fastest = float(liouvillian.observable((group >= 0).astype(float)).diagonal.max())
    windows = [exchange_window(parts, column, times, fastest) for column in counts.T]
    sizes = [int(next_fast_len(high - low + 1, real=True)) for low, high in windows]
    _affordable(sizes, parts, times)
    folded = _inverted(parts, counts, sizes, times)
    for axis, ((low, high), size) in enumerate(zip(windows, sizes, strict=True), start=folded.ndim - len(sizes)):
        folded = np.take(folded, np.arange(low, high + 1) % size, axis=axis)
    probabilities = folded.reshape(*folded.shape[: folded.ndim - len(sizes)], -1)
    sites = np.stack(np.meshgrid(*(np.arange(low, high + 1) for low, high in windows), indexing="ij"), axis=-1)
    sites = sites.reshape(-1, len(sizes))
    beyond = np.full(probabilities.shape[:-1], 2.0 * TAIL * len(sizes))
    listed = ListedAmounts(quanta.units @ sites.T, probabilities, beyond)
    if len(sizes) == 1:
        return listed
    listed = listed.where(_seen(probabilities))
    values, place = distinct_amounts(listed.values, np.abs(weights).max(axis=-1))
    return listed.gathered(values, place)


def _seen(probabilities: FloatArray) -> NDArray[np.bool_]:
    """Sites of several dimensions whose probability is more than rounding somewhere: few of a box are."""
    largest = np.abs(probabilities).reshape(-1, probabilities.shape[-1]).max(axis=0)
    return np.asarray(largest > np.finfo(float).eps)


def _groups(counts: IntArray) -> tuple[IntArray, IntArray]:
    """Channels that count the same: the group (k,) of each, -1 for none, and the counts (g, u) of each group."""
    different, group = np.unique(counts, axis=0, return_inverse=True)
    counted = different.any(axis=-1)
    number = np.where(counted, np.cumsum(counted) - 1, -1)
    return number[group.reshape(-1)], different[counted]


def _parts(liouvillian: Liouvillian, initial: InitialState, group: IntArray) -> list[TiltedBlock]:
    parts = []
    for block in population_blocks(liouvillian):
        start = block.elements(initial.populations, initial.matrix)
        if start.any():
            parts.append(TiltedBlock(block, group, start))
    return parts


def _affordable(sizes: Sequence[int], parts: Sequence[TiltedBlock], times: FloatArray) -> None:
    shapes = [(*part.block.liouvillian.model.batch_shape,) for part in parts]
    points = np.broadcast_shapes(*shapes, *(part.start.shape[:-1] for part in parts), times.shape[:-1])
    numbers = float(np.prod(points, dtype=float)) * times.shape[-1] * float(np.prod(sizes, dtype=float))
    if numbers > LARGEST:
        box = " x ".join(str(size) for size in sizes)
        raise ValueError(
            f"the amount takes {box} values at {times.shape[-1]} times of {int(np.prod(points))} points, more than "
            f"{LARGEST}; ask for fewer times or points, or count a current with fewer different weights."
        )


def _inverted(parts: Sequence[TiltedBlock], counts: IntArray, sizes: Sequence[int], times: FloatArray) -> FloatArray:
    """P(n) (..., t, sites), each axis of sites modulo its size."""
    from scipy.fft import irfftn

    half = (*sizes[:-1], sizes[-1] // 2 + 1)
    fields = np.stack(np.meshgrid(*(np.arange(size) for size in half), indexing="ij"), axis=-1).reshape(-1, len(sizes))
    # Whole numbers modulo the size: the phases of far fields are as exact as those of near ones.
    turns = sum((np.multiply.outer(fields[:, axis], counts[:, axis]) % size) / size for axis, size in enumerate(sizes))
    generated: NDArray[Any] = tilted_traces(parts, np.exp(2j * np.pi * turns), times)
    spectrum = np.moveaxis(generated.conj(), 0, -1).reshape(*generated.shape[1:], *half)
    axes = tuple(range(spectrum.ndim - len(sizes), spectrum.ndim))
    return np.asarray(irfftn(spectrum, s=tuple(sizes), axes=axes))


def exchange_window(
    parts: Sequence[TiltedBlock], counts: IntArray, times: FloatArray, jump_rate: float
) -> tuple[int, int]:
    """Whole numbers a <= b with P(N < a) + P(N > b) <= 2e-15 at every time and point.

    P(N >= b) <= exp(-s b) <exp(s N)> for every s > 0 and likewise below (Chernoff's bound): no assumption on the tails.

    Args:
        parts: the blocks.
        counts: what one jump of each group adds (g,).
        times: (..., t).
        jump_rate: about the largest number of jumps per time; only the grid of exponents depends on it.

    Returns:
        a and b.

    Raises:
        NotConvergedError: if the generating function is lost in rounding, so that nothing bounds the counts.
    """
    largest = float(np.abs(counts).max())
    need = -np.log(TAIL)
    steepest = STEEPEST / largest
    gentlest = min(steepest / RATIO, need / (4.0 * largest * max(jump_rate * float(times.max()), 1.0)))
    number = 2 + int(np.ceil(np.log(steepest / gentlest) / np.log(RATIO)))
    exponents = np.geomspace(gentlest, steepest, number)
    highest = _reach(parts, counts, times, exponents, need)
    lowest = -_reach(parts, -counts, times, exponents, need)
    if (counts >= 0).all():
        return max(lowest, 0), highest
    return lowest, min(highest, 0) if (counts <= 0).all() else highest


def _reach(
    parts: Sequence[TiltedBlock], counts: IntArray, times: FloatArray, exponents: FloatArray, need: float
) -> int:
    last = float(exponents[0]) * times[..., -1]
    gentle = np.log(tilted_traces(parts, np.exp(exponents[:1, None] * counts), times[..., -1:])[0, ..., 0].real)
    # Growth at the mean rate is taken out, so that no generating function overflows where its exponent is useful.
    speed = np.divide(gentle, last, out=np.zeros(np.broadcast_shapes(gentle.shape, last.shape)), where=last > 0.0)
    best = np.full(1, np.inf)
    # In a large block a steep exponent costs so much more than the one before that it must be known to help.
    together = TOGETHER if all(part.block.size <= SMALL for part in parts) else 1
    for first in range(0, exponents.size, together):
        some = exponents[first : first + together]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            grown = some.reshape(-1, *(1,) * speed.ndim) * speed
            generated = tilted_traces(parts, np.exp(some[:, None] * counts), times, grown).real
            logarithm = np.log(np.where(generated > UNDERFLOW, generated, np.inf)) + grown[..., None] * times
            bounds = (logarithm + need) / some.reshape(-1, *(1,) * (generated.ndim - 1))
        # An exponent whose generating function leaves the range of numbers bounds nothing; the gentlest never does.
        bound = np.where(np.isfinite(bounds), bounds, np.inf).min(axis=0)
        # The bound has one minimum in the exponent: once it rises everywhere, steeper ones cost dearly for nothing.
        if not (bound < best).any():
            break
        best = np.minimum(best, bound)
    if not np.isfinite(best).all():
        raise NotConvergedError(
            "no window of counts could be bounded: their generating function is lost in rounding at the times given.",
            float("inf"),
            "Give shorter times, a frame that rotates with the system, or `window`.",
        )
    return int(np.floor(best.max()))
