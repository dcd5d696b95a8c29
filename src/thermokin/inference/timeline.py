"""The steps of a record: for how long which detectors were live, and what ended it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.inference.clicks import Clicks

__all__ = ["ENDED", "REVIVED", "Timeline", "timeline"]

REVIVED, ENDED = -1, -2  # what ends a step, beside the click of a detector


@dataclass(frozen=True, eq=False)
class Timeline:
    """All steps of all runs, one after the other.

    Args:
        run: (m,) ascending.
        duration: (m,) [time].
        mask: (m,) which of `live` it is.
        event: (m,) the detector whose click ends the step, `REVIVED` or `ENDED`.
        click: (m,) the number of the click that ends it or comes next in the run, n if none does.
        live: (g, l) which detectors could click.
    """

    run: IntArray
    duration: FloatArray
    mask: IntArray
    event: IntArray
    click: IntArray
    live: BoolArray


def timeline(clicks: Clicks, dead_time: FloatArray) -> Timeline:
    """The steps of records.

    Args:
        clicks: the records.
        dead_time: (l,) of the detectors [time].

    Returns:
        The steps.

    Raises:
        ArgumentError: if a detector clicked while it was dead.
    """
    _require_live(clicks, dead_time)
    runs, clicked = np.arange(clicks.runs), np.arange(len(clicks))
    run = [clicks.run, runs]
    when, event, number = [clicks.times, clicks.end], [clicks.labels, np.full(clicks.runs, ENDED)], [clicked]
    number.append(np.full(clicks.runs, len(clicks)))
    for source, label, at in (
        (clicks.run, clicks.labels, clicks.times),
        (runs[clicks.opening >= 0], clicks.opening[clicks.opening >= 0], clicks.begin[clicks.opening >= 0]),
    ):
        back = at + dead_time[label]
        kept = (dead_time[label] > 0.0) & (back < clicks.end[source])
        run.append(source[kept])
        when.append(back[kept])
        event.append(REVIVED - 2 - label[kept])  # told apart by detector until the masks are known
        number.append(np.full(int(kept.sum()), -1))
    every = [np.concatenate(part) for part in (run, when, event, number)]
    # At one time: detectors come back, then click, then the run ends.
    rank = np.where(every[2] == ENDED, 2, np.where(every[2] >= 0, 1, 0))
    order = np.lexsort((every[3], rank, every[1], every[0]))
    in_order = [part[order] for part in every]
    return _steps(clicks, dead_time, *in_order)


def _steps(
    clicks: Clicks, dead_time: FloatArray, run: IntArray, when: FloatArray, event: IntArray, number: IntArray
) -> Timeline:
    before = np.concatenate([[0.0], when[:-1]])
    starts = np.searchsorted(run, np.arange(clicks.runs))
    before[starts] = clicks.begin
    size = len(dead_time)
    dead = np.zeros((run.size, size), dtype=np.int64)
    for label in np.flatnonzero(dead_time > 0.0):
        change = (event == label).astype(np.int64) - (event == REVIVED - 2 - label)
        total = np.concatenate([[0], np.cumsum(change)[:-1]])
        dead[:, label] = total - total[starts][run] + (clicks.opening == label)[run]
    live, mask = np.unique(dead == 0, axis=0, return_inverse=True)
    following = np.where(number < 0, len(clicks), number)
    ends = np.where(event == ENDED)[0]
    following[ends] = len(clicks)
    coming = np.minimum.accumulate(following[::-1])[::-1]
    beyond = np.searchsorted(clicks.first, coming, side="right") - 1 != run
    return Timeline(
        run,
        when - before,
        mask.reshape(-1),
        np.where(event < ENDED, REVIVED, event),
        np.where(beyond, len(clicks), coming),
        live,
    )


def _require_live(clicks: Clicks, dead_time: FloatArray) -> None:
    for label in np.flatnonzero(dead_time > 0.0):
        own = clicks.labels == label
        opened = clicks.opening == label
        times = np.concatenate([clicks.begin[opened], clicks.times[own]])
        runs = np.concatenate([np.flatnonzero(opened), clicks.run[own]])
        order = np.lexsort((times, runs))
        times, runs = times[order], runs[order]
        near = np.flatnonzero((np.diff(times) < dead_time[label]) & (np.diff(runs) == 0))
        if near.size:
            raise ArgumentError(
                f"`detector` says that {clicks.names[label]!r} is dead for {dead_time[label]:g} after a click, but it "
                f"clicked at {times[near[0]]:.9g} and again at {times[near[0] + 1]:.9g} ({near.size} such pairs).",
                "detector",
            )
