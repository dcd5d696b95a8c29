"""Noise by channel from sampled runs, where no exact average over conditional states is known."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.model import Model
from thermokin.trajectories.unravel import unravel

__all__ = ["sampled_noise"]

SETTLING = 12.0  # relaxation times after which conditional states have forgotten the start
READINGS = 16  # of each run, in one relaxation time more
TOGETHER = 1024  # runs


def sampled_noise(
    model: Model,
    state: ComplexArray,
    excess: ComplexArray,
    weights: FloatArray,
    relaxation: float,
    runs: int,
    seed: int,
) -> tuple[FloatArray, FloatArray]:
    """E[lambda_k |c_k + tr Y (psi_k - psi)|^2] over the kets of runs that have settled.

    Args:
        model: without leading axes.
        state: its steady state (d, d) in the frame.
        excess: Y (d, d) in the frame, that of a frequency or of none.
        weights: c_k (k,).
        relaxation: the longest time in which the model forgets its start [time].
        runs: how many.
        seed: of the runs.

    Returns:
        The noise and its standard error, both (k,).
    """
    jumps = [model.table.jump(number) for number in range(model.table.size)]
    rates = [jump.conj().T @ jump for jump in jumps]
    landings = [jump.conj().T @ excess @ jump for jump in jumps]
    times = relaxation * np.linspace(SETTLING, SETTLING + 1.0, READINGS)
    sampled = unravel(model, model.from_frame(state), times, trajectories=runs, seed=seed)
    means = []
    for begin in range(0, runs, TOGETHER):
        kets = sampled.process.kets_at(sampled.block.part(begin, min(begin + TOGETHER, runs)), times)
        held = _mean(excess, kets)
        parts = []
        for rate, landing, weight in zip(rates, landings, weights, strict=True):
            odds = np.maximum(_mean(rate, kets).real, 0.0)
            landed = _mean(landing, kets) / np.where(odds > 0.0, odds, 1.0)
            parts.append((odds * np.abs(weight + landed - held) ** 2).mean(axis=1))
        means.append(np.stack(parts, axis=-1))
    every = np.concatenate(means)
    return every.mean(axis=0), np.asarray(every.std(axis=0, ddof=1) / np.sqrt(len(every)))


def _mean(operator: ComplexArray, kets: ComplexArray) -> ComplexArray:
    return np.asarray(np.einsum("ntd,ntd->nt", kets.conj(), kets @ operator.T))
