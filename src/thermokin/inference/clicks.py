"""Click records: at which times which detector clicked, in one run or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, IntArray
from thermokin.inference.click_checks import ascending, known_names, require_inside, words

if TYPE_CHECKING:
    from thermokin.trajectories.trajectories import Trajectories

__all__ = ["Clicks"]

NO_LABEL = -1  # of the click at which a run begins, where it begins at none


class Clicks:
    """At which times which detector clicked, in one run of an experiment or in several.

    A run is watched from `begin` to `end`. Without `begin` it begins at its first click, which is then no datum but
    what the rest follows; without `end` it ends at its last click.

    Args:
        times: of the clicks (n,), not descending [time].
        channels: which detector clicked: names or whole numbers (n,); None for a single detector, "clicks".
        begin: when watching began [time].
        end: when it ended [time].
        names: of all detectors; None for those that clicked. One that never clicks says something as well.

    Raises:
        ArgumentError: if times are not finite or descend, lengths differ, a click lies outside of begin and end, a
            name is unknown, or there is nothing to watch.

    Example:
        >>> import thermokin as tk
        >>> clicks = tk.inference.Clicks([0.3, 0.9, 1.4], ["up", "down", "up"], begin=0.0, end=2.0)
        >>> clicks.counts
        array([1, 2])
        >>> clicks.names
        ('down', 'up')
    """

    times: FloatArray
    labels: IntArray
    names: tuple[str, ...]
    first: IntArray
    begin: FloatArray
    end: FloatArray
    opening: IntArray

    def __init__(
        self,
        times: ArrayLike,
        channels: ArrayLike | None = None,
        *,
        begin: float | None = None,
        end: float | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        when = ascending(times)
        which = np.full(when.size, "clicks") if channels is None else words(channels)
        if which.shape != when.shape:
            raise ArgumentError(
                f"`channels` must name the detector of each of the {when.size} times, got {which.size} names.",
                "channels",
            )
        known = known_names(which, names)
        place = {name: number for number, name in enumerate(known)}
        labels = np.array([place[name] for name in which.tolist()], dtype=np.int64)
        opening = NO_LABEL
        if begin is None:
            if not when.size:
                raise ArgumentError("`begin` must be given for a run without clicks.", "begin")
            begin, opening = float(when[0]), int(labels[0])
            when, labels = when[1:], labels[1:]
        last = float(when[-1]) if when.size else float(begin)
        span = np.array([float(begin), last if end is None else float(end)])
        require_inside(when, span)
        self._fill(when, labels, known, np.array([0, when.size]), span[:1], span[1:], np.array([opening]))

    def _fill(
        self,
        times: FloatArray,
        labels: IntArray,
        names: tuple[str, ...],
        first: IntArray,
        begin: FloatArray,
        end: FloatArray,
        opening: IntArray,
    ) -> None:
        self.times, self.labels, self.names = times, labels, names
        self.first, self.begin, self.end, self.opening = first.astype(np.int64), begin, end, opening

    @classmethod
    def joined(cls, runs: Sequence[Clicks]) -> Clicks:
        """Several runs, independent of one another, as one set of data.

        Args:
            runs: one or more; detectors of one name are one detector.

        Returns:
            The clicks of all runs.

        Raises:
            ArgumentError: if there is none.
        """
        if not runs:
            raise ArgumentError("`runs` must hold at least one record.", "runs")
        names = tuple(dict.fromkeys(name for run in runs for name in run.names))
        place = {name: number for number, name in enumerate(names)}
        labels, opening = [], []
        for run in runs:
            own = np.array([*(place[name] for name in run.names), NO_LABEL], dtype=np.int64)
            labels.append(own[run.labels])
            opening.append(own[run.opening])
        sizes = np.concatenate([np.diff(run.first) for run in runs])
        made = cls.__new__(cls)
        made._fill(
            np.concatenate([run.times for run in runs]),
            np.concatenate(labels),
            names,
            np.concatenate([[0], np.cumsum(sizes)]),
            np.concatenate([run.begin for run in runs]),
            np.concatenate([run.end for run in runs]),
            np.concatenate(opening),
        )
        return made

    @classmethod
    def of_trajectories(cls, trajectories: Trajectories, detectors: Mapping[str, Sequence[int] | int]) -> Clicks:
        """What ideal detectors would have recorded of simulated runs.

        Args:
            trajectories: of `tk.unravel`.
            detectors: by name, the positions in `model.channels` of the jumps that each clicks at.

        Returns:
            The clicks; jumps of other channels are not seen.

        Raises:
            ArgumentError: if two detectors click at one jump.
        """
        block = trajectories.block
        table = np.full(trajectories.model.table.size, NO_LABEL, dtype=np.int64)
        for number, (name, channels) in enumerate(detectors.items()):
            held = np.atleast_1d(np.asarray(channels, dtype=np.int64))
            if (table[held] != NO_LABEL).any():
                raise ArgumentError(f"`detectors` must click at different jumps; {name!r} shares one.", "detectors")
            table[held] = number
        labels = table[block.channels]
        seen = labels != NO_LABEL
        numbers = np.bincount(block.trajectory[seen], minlength=block.size)
        made = cls.__new__(cls)
        made._fill(
            block.times[seen],
            labels[seen],
            tuple(detectors),
            np.concatenate([[0], np.cumsum(numbers)]),
            np.zeros(block.size),
            np.full(block.size, float(trajectories.times[-1])),
            np.full(block.size, NO_LABEL, dtype=np.int64),
        )
        return made

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in zip(self.names, self.counts, strict=True))
        runs = "" if self.runs == 1 else f" of {self.runs} runs"
        return f"Clicks({counts} in {self.duration:g}{runs})"

    def __len__(self) -> int:
        return int(self.times.size)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return int(self.begin.size)

    @cached_property
    def run(self) -> IntArray:
        """(n,) the run of each click."""
        return np.repeat(np.arange(self.runs), np.diff(self.first))

    @cached_property
    def duration(self) -> float:
        """How long was watched, all runs together [time]."""
        return float((self.end - self.begin).sum())

    @cached_property
    def counts(self) -> IntArray:
        """(l,) clicks of each detector."""
        return np.bincount(self.labels, minlength=len(self.names))

    @cached_property
    def waits(self) -> FloatArray:
        """(n,) time since the click before, or since the run began [time]."""
        before = np.concatenate([[0.0], self.times[:-1]])
        starts = self.first[:-1][np.diff(self.first) > 0]
        before[starts] = self.begin[np.diff(self.first) > 0]
        return np.asarray(self.times - before)

    @cached_property
    def previous(self) -> IntArray:
        """(n,) the detector that clicked before, -1 where a run began without a click."""
        found = np.concatenate([[NO_LABEL], self.labels[:-1]])
        starts = np.diff(self.first) > 0
        found[self.first[:-1][starts]] = self.opening[starts]
        return found

    def part(self, begin: float, end: float) -> Clicks:
        """What was recorded in a part of the time of every run.

        Args:
            begin: from where [time].
            end: to where [time].

        Returns:
            The clicks; runs that lie outside are left out.

        Raises:
            ArgumentError: if no run reaches into the part.
        """
        lower, upper = np.maximum(self.begin, begin), np.minimum(self.end, end)
        runs = np.flatnonzero(lower < upper)
        if not runs.size:
            raise ArgumentError(f"`begin` and `end` must cut into a run, got {begin:g} and {end:g}.", "begin")
        found = []
        for run in runs:
            own = slice(int(self.first[run]), int(self.first[run + 1]))
            times = self.times[own]
            held = (times > lower[run]) & (times <= upper[run])
            one = Clicks.__new__(Clicks)
            opening = self.opening[run : run + 1] if lower[run] == self.begin[run] else np.array([NO_LABEL])
            one._fill(
                times[held],
                self.labels[own][held],
                self.names,
                np.array([0, int(held.sum())]),
                lower[run : run + 1],
                upper[run : run + 1],
                opening,
            )
            found.append(one)
        return Clicks.joined(found)
