"""The time integral of what a rate matrix moves, from sums of what is not negative."""

from __future__ import annotations

import numpy as np
from scipy.special import gammainc

from thermokin._typing import FloatArray
from thermokin.numerics.grid_walk import step_kinds
from thermokin.numerics.positive_exponential import halvings, positive_exponential

__all__ = ["integrated_exponential"]

TERMS = 20  # of the series at norm 1: what follows is below rounding


def _integrated(rates: FloatArray, step: FloatArray) -> FloatArray:
    """The integral of exp(W s) from 0 to h (..., n, n), by doubling: I(2 h) = I(h) + exp(W h) I(h)."""
    size = rates.shape[-1]
    level = np.arange(size)
    diagonal = np.diagonal(rates, axis1=-2, axis2=-1)
    fastest = -diagonal.min(axis=-1)
    fastest = np.where(fastest > 0.0, fastest, 1.0)
    doublings = halvings(fastest * step)
    short = step / 2.0**doublings
    jumps = rates / fastest[..., None, None]
    jumps[..., level, level] = 1.0 + diagonal / fastest[..., None]
    # Weights of k jumps of a Poisson process, integrated over the step.
    power = np.broadcast_to(np.eye(size), jumps.shape)
    total = np.zeros(())
    for term in range(TERMS):
        total = total + (gammainc(term + 1, fastest * short) / fastest)[..., None, None] * power
        power = jumps @ power
    moved, _ = positive_exponential(rates, short)
    for done in range(doublings + 1):
        # Each column sums to the time, nothing at time 0.
        sums = total.sum(axis=-2, keepdims=True)
        total = total * (short * 2.0**done)[..., None, None] / np.where(sums == 0.0, 1.0, sums)
        if done < doublings:
            total = total + moved @ total
            moved = moved @ moved
            moved /= moved.sum(axis=-2, keepdims=True)
    return total


def integrated_exponential(
    rates: FloatArray, start: FloatArray, populations: FloatArray, row: FloatArray, times: FloatArray
) -> FloatArray:
    """The integral of m . p(s) from 0 to t, step by step, so that what hardly moves cancels nothing.

    Args:
        rates: W (..., n, n) [1/time].
        start: p(0) (..., n).
        populations: p(t) (..., t, n).
        row: m (..., n).
        times: (..., t) ascending, >= 0 [time].

    Returns:
        (..., t).

    Cost:
        About 20 + log2(q h) pairs of products of n x n matrices for each distinct step h, q the largest exit rate.
    """
    steps = np.diff(times, axis=-1, prepend=0.0)
    kinds = step_kinds(steps, times)
    made, parts = dict[int, FloatArray](), []
    for place, kind in enumerate(int(kind) for kind in kinds):
        if kind not in made:
            made[kind] = (row[..., None, :] @ _integrated(rates, steps[..., place]))[..., 0, :]
        before = start if place == 0 else populations[..., place - 1, :]
        parts.append((made[kind] * before).sum(axis=-1))
    return np.cumsum(np.stack(np.broadcast_arrays(*parts), axis=-1), axis=-1)
