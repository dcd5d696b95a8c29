"""The wish for averages over sampled trajectories, where no exact average over conditional states is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin.operators.as_numbers import shown

__all__ = ["Sampling", "sampling"]

FEWEST = 2  # runs that have a standard error


@dataclass(frozen=True)
class Sampling:
    """How to sample.

    Args:
        runs: how many trajectories.
        seed: of the random numbers; the same seed gives the same average bit for bit.
        progress: is told which fraction of the runs is behind.
    """

    runs: int
    seed: int = 1
    progress: Callable[[float], None] | None = None

    def part(self, begin: float, share: float) -> Sampling:
        """The same, as a part of longer work.

        Args:
            begin: the fraction that is behind before it.
            share: its own fraction.

        Returns:
            The wish, whose progress is that of the whole.
        """
        tell = self.progress
        if tell is None:
            return self
        return Sampling(self.runs, self.seed, lambda done: tell(begin + share * done))


def sampling(
    trajectories: int | None, seed: int = 1, progress: Callable[[float], None] | None = None
) -> Sampling | None:
    """The wish as it was given, checked.

    Args:
        trajectories: how many runs; None for none.
        seed: >= 0.
        progress: is told which fraction is behind.

    Returns:
        The wish, or None.

    Raises:
        ValueError: if a number is out of range.
        TypeError: if one is not whole.
    """
    _require_runs(trajectories)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"`seed` must be a whole number, got {shown(seed)}.")
    if seed < 0:
        raise ValueError(f"`seed` must be >= 0, got {seed}.")
    return None if trajectories is None else Sampling(int(trajectories), int(seed), progress)


def _require_runs(trajectories: object) -> None:
    if trajectories is None:
        return
    if isinstance(trajectories, bool) or not isinstance(trajectories, int | np.integer):
        raise TypeError(f"`trajectories` must be a whole number or None, got {shown(trajectories)}.")
    if trajectories < FEWEST:
        raise ValueError(f"`trajectories` must be >= {FEWEST}, so that they tell their error, got {trajectories}.")
