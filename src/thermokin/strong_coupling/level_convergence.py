"""What changes with the levels that are kept of collective modes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.operators.as_numbers import as_whole, shown
from thermokin.operators.distances import trace_distance

__all__ = ["LevelConvergence", "level_convergence"]

LEAST_RATIO = 0.1  # of changes one after the other: even and odd numbers of levels differ
ROUNDING = 16.0 * np.finfo(float).eps  # of states by eigendecompositions of the whole


class _AtRest(Protocol):
    """A system at rest."""

    @property
    def state(self) -> ComplexArray:
        """Of the system."""

    @property
    def heat(self) -> FloatArray:
        """From each bath."""


@dataclass(frozen=True, eq=False)
class LevelConvergence(Result):
    """A strongly coupled system at rest with growing numbers of levels.

    Args:
        levels: of each coordinate (m, c), ascending.
        states: of the system (m, ..., d, d).
        heats: from each bath (m, ..., b) [energy/time].

    Example:
        >>> import numpy as np, thermokin as tk
        >>> spin, bath = tk.operators.pauli(), tk.Bath("bath", 0.5)
        >>> contact = tk.Contact(bath, spin.x, tk.Brownian(0.8, frequency=2.0, width=1e-3))
        >>> tried = tk.reaction_coordinate(0.5 * spin.z, [contact], levels=12).convergence([6, 9, 12])
        >>> (tried.state_change[0] > 10.0 * tried.state_change[1]).item()  # each step is smaller than the last
        True
    """

    levels: IntArray
    states: ComplexArray
    heats: FloatArray

    @property
    def state_change(self) -> FloatArray:
        """Trace distance of the system's state to that before (m - 1,), the largest of a sweep."""
        return np.array([float(np.max(one)) for one in self._moved])

    @property
    def _moved(self) -> list[FloatArray]:
        return [np.asarray(trace_distance(one, two)) for one, two in pairwise(self.states)]

    @property
    def remaining(self) -> FloatArray:
        """How far the state with the last but one number is from that with all levels (), the largest of a sweep.

        The sum of a geometric series of the last two changes, and rounding; infinite where they do not fall.
        """
        *_, before, last = [np.zeros(self.states.shape[1:-2]), *self._moved]
        falls = last < before
        series = last / (1.0 - np.maximum(np.where(falls, last / np.where(falls, before, 1.0), 0.0), LEAST_RATIO))
        return np.asarray(np.max(np.where(falls | (last <= ROUNDING), series + ROUNDING, np.inf)))

    @property
    def heat_change(self) -> FloatArray:
        """Largest change of a heat from the number before, over the largest heat (m - 1,), the worst of a sweep.

        At equilibrium, where no heat flows, it is that of rounding over rounding.
        """
        found = []
        for one, two in pairwise(self.heats):
            most = np.abs(two).max(axis=-1)
            moved = np.abs(two - one).max(axis=-1)
            found.append(float(np.max(np.where(moved == 0.0, 0.0, moved / np.where(most > 0.0, most, 1.0)))))
        return np.array(found)


def level_convergence(
    at: Callable[[tuple[int, ...]], _AtRest],
    kept: Sequence[int],
    modes: Sequence[bool],
    levels: Sequence[int] | None,
) -> LevelConvergence:
    """A system at rest with several numbers of levels.

    Args:
        at: from numbers of levels to the system.
        kept: those that it has.
        modes: which of the coordinates are modes; the others keep their levels.
        levels: for every mode, ascending; if None, four fifths, all, and five fourths of those kept.

    Returns:
        States and heats.

    Raises:
        ArgumentError: if the numbers do not ascend from 2, or there is no mode.
    """
    if not any(modes):
        raise ArgumentError("`levels` cannot be varied: sites of leads have two, and all are kept.", "levels")
    if levels is None:
        shares: list[Callable[[int], int]] = [
            lambda n: max(2, n - max(1, n // 5)),
            lambda n: n,
            lambda n: n + n // 4 + 1,
        ]
        tried = [tuple(share(n) if mode else n for n, mode in zip(kept, modes, strict=True)) for share in shares]
        tried = sorted(set(tried))
    else:
        given = levels if isinstance(levels, Sequence | np.ndarray) and not isinstance(levels, str) else []
        numbers = [as_whole(value, "levels", least=2) for value in given]
        if len(numbers) < 2 or any(two <= one for one, two in pairwise(numbers)):
            raise ArgumentError(f"`levels` must hold at least two ascending numbers, got {shown(levels)}.", "levels")
        tried = [tuple(number if mode else n for n, mode in zip(kept, modes, strict=True)) for number in numbers]
    found = [at(one) for one in tried]
    return LevelConvergence(
        np.asarray(tried, dtype=np.int64),
        np.stack([one.state for one in found]),
        np.stack([one.heat for one in found]),
    )
