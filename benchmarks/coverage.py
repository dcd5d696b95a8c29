"""Claim: intervals of 95 % read from records hold the number that made them in at least 92 of 100, beyond error.

Records are drawn in NumPy from networks, renewal processes and a driven atom, whose numbers are known in closed form.
Mean and noise, waiting times, spectra, entropy production (also where none is produced), standard errors and profile
intervals of fits, each from 200 records unless a number is given; words pick cases whose name holds them. A line is
missed if it holds fewer than 92 of 100 by more than two standard deviations of the count.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from harness.claims import Claims
from harness.records import Record, fluorescence, growth, network, produced, renewal

import thermokin as tk
from thermokin.inference import Clicks

REPLICAS, LEAST = 200, 0.92
RESAMPLES = 200
RING = np.array([[0.0, 0.5, 3.2], [2.0, 0.0, 0.6], [0.7, 2.6, 0.0]])
EVEN = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 0.7], [2.0, 0.7, 0.0]])
WEAK = np.array([[0.0, 0.9, 2.4], [1.2, 0.0, 0.6], [1.8, 0.8, 0.0]])
SIGNS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
AROUND = {"01": 1.0, "12": 1.0, "20": 1.0, "10": -1.0, "21": -1.0, "02": -1.0}
REVERSES = {"01": "10", "12": "21", "20": "02"}
HIDDEN = np.array([[0.0, 1.2, 0.0], [0.7, 0.0, 0.4], [0.0, 0.4, 0.0]])

Line = tuple[str, float, float, float, bool]  # what, number, lowest, highest, whether only the lowest counts
Reading = Callable[[Clicks], Iterator[Line]]


@dataclass(frozen=True)
class Case:
    """Records of one kind, and what is read from them."""

    name: str
    draw: Callable[[np.random.Generator], Record]
    read: Reading
    names: tuple[str, ...]


def statistics_of(wanted: tuple[float, float], weights: dict[str, float] | None = None) -> Reading:
    """Mean and noise."""

    def read(clicks: Clicks) -> Iterator[Line]:
        found = tk.inference.statistics(clicks, weights, resamples=RESAMPLES)
        for what, number, ends in zip(("mean", "noise"), wanted, found.intervals, strict=True):
            yield what, number, *ends.tolist(), False

    return read


def waits_of(wanted: dict[str, float]) -> Reading:
    """Moments of waits, and what one says of the next."""

    def read(clicks: Clicks) -> Iterator[Line]:
        found = tk.inference.waiting_times(clicks, resamples=RESAMPLES)
        for what, ends in zip(("mean wait", "randomness", "memory"), found.intervals, strict=True):
            if what in wanted:
                yield what, wanted[what], *ends.tolist(), False

    return read


def spectrum_of(shape: float) -> Reading:
    """Noise of renewals at three frequencies: r Re (1 + w)/(1 - w), w the transform of their waits."""

    def read(clicks: Clicks) -> Iterator[Line]:
        grid = np.array([0.5, 2.0, 6.0])
        turned = (1.0 - 1j * grid / shape) ** -shape
        wanted = ((1.0 + turned) / (1.0 - turned)).real
        found = tk.inference.record_spectrum(clicks, grid, pieces=32)
        for one, number, ends in zip(grid, wanted, found.intervals, strict=True):
            yield f"spectrum at {one:g}", float(number), *ends.tolist(), False

    return read


def entropy_of(rates: np.ndarray, order: float | None = None, *, resolved: bool = True) -> Reading:
    """All estimates; what order and waits tell in the end is known on a ring of which one link is seen.

    Short records, in which hardly any click goes against the current, make it too small, which they say: there it holds
    as a bound.
    """
    mean, noise = growth(rates, SIGNS)

    def read(clicks: Clicks) -> Iterator[Line]:
        pairs = {one: other for one, other in REVERSES.items() if one in clicks.names}
        found = tk.inference.entropy_production(clicks, reverses=pairs, resolved=resolved, resamples=RESAMPLES)
        for one in found.estimates:
            if one.name == "account":
                yield one.name, produced(rates), *one.interval, False
            if one.name == "uncertainty" and resolved:
                yield one.name, 2.0 * mean**2 / noise, *one.interval, False
            if one.name == "order and waits" and order is not None:
                yield one.name, order, *one.interval, False
            if one.name == "order and waits":
                yield f"{one.name}, as a bound", produced(rates), *one.interval, True

    return read


def fit_of(family: tk.Family, at: dict[str, float], channels: dict[str, int]) -> Reading:
    """Standard errors and profile intervals."""

    def read(clicks: Clicks) -> Iterator[Line]:
        fit = tk.infer(clicks, family, at, list(at), channels=channels)
        for name, value, error, ends in zip(fit.names, fit.values, fit.errors, fit.intervals, strict=True):
            yield f"{name}, error", at[name], value - 1.96 * error, value + 1.96 * error, False
            yield f"{name}, profile", at[name], *ends.tolist(), False

    return read


def dot(fill: float = 0.7, empty: float = 1.2, cross: float = 0.4) -> tk.Model:
    """Electrons that come in and leave, both seen; a third level is reached unseen."""
    return tk.rates([[0.0, empty, 0.0], [fill, 0.0, cross], [0.0, cross, 0.0]])


def atom(drive: float, decay: float) -> tk.Model:
    """A driven atom."""
    return tk.Model([[0.0, drive / 2], [drive / 2, 0.0]], [tk.Channel([[0.0, np.sqrt(decay)], [0.0, 0.0]], None)])


def cases() -> Iterator[Case]:
    """All kinds of records."""
    for time in (60.0, 400.0):
        yield Case(
            f"ring, {time:g}",
            lambda random, time=time: network(RING, time, random),
            statistics_of(growth(RING, SIGNS), AROUND),
            ("mean", "noise"),
        )
    yield Case(
        "ring at equilibrium, 200",
        lambda random: network(EVEN, 200.0, random),
        statistics_of(growth(EVEN, SIGNS), AROUND),
        ("mean", "noise"),
    )
    for shape, time in ((0.5, 2000.0), (1.0, 300.0), (3.0, 300.0), (30.0, 300.0), (1000.0, 300.0)):
        yield Case(
            f"renewals of shape {shape:g}, {time:g}",
            lambda random, shape=shape, time=time: renewal(shape, time, random),
            statistics_of((1.0, 1.0 / shape)),
            ("mean", "noise"),
        )
    for shape, time in ((0.5, 300.0), (3.0, 100.0), (3.0, 1000.0)):
        yield Case(
            f"waits of shape {shape:g}, {time:g}",
            lambda random, shape=shape, time=time: renewal(shape, time, random),
            waits_of({"mean wait": 1.0, "randomness": 1.0 / shape, "memory": 0.0}),
            ("mean wait", "randomness", "memory"),
        )
    yield Case(
        "spectrum of shape 3, 500",
        lambda random: renewal(3.0, 500.0, random),
        spectrum_of(3.0),
        ("spectrum at 0.5", "spectrum at 2", "spectrum at 6"),
    )
    every = ("account", "uncertainty", "order and waits", "order and waits, as a bound")
    for time in (30.0, 60.0, 300.0):
        yield Case(
            f"ring, {time:g}",
            lambda random, time=time: network(RING, time, random),
            entropy_of(RING),
            ("account", "uncertainty", "order and waits, as a bound"),
        )
    for time in (60.0, 300.0, 2000.0):
        yield Case(
            f"weakly driven ring, {time:g}",
            lambda random, time=time: network(WEAK, time, random),
            entropy_of(WEAK),
            ("account", "uncertainty", "order and waits, as a bound"),
        )
    for time in (60.0, 300.0):
        yield Case(
            f"equilibrium, {time:g}",
            lambda random, time=time: network(EVEN, time, random),
            entropy_of(EVEN, 0.0),
            every,
        )
    for time in (60.0, 300.0, 2000.0):
        yield Case(
            f"ring, one link seen, {time:g}",
            lambda random, time=time: network(RING, time, random, {"01": "01", "10": "10"}),
            entropy_of(RING, produced(RING) if time > 1000.0 else None, resolved=False),
            every[2:],
        )
    yield Case(
        "equilibrium, one link seen, 300",
        lambda random: network(EVEN, 300.0, random, {"01": "01", "10": "10"}),
        entropy_of(EVEN, 0.0, resolved=False),
        every[2:],
    )
    jumps = {tuple(np.argwhere(channel.jump)[0].tolist()): k for k, channel in enumerate(dot().channels)}
    for time in (60.0, 300.0):
        yield Case(
            f"fit of a dot, {time:g}",
            lambda random, time=time: network(HIDDEN, time, random, {"10": "out", "01": "in"}),
            fit_of(tk.Family(dot), {"fill": 0.7, "empty": 1.2}, {"out": jumps[0, 1], "in": jumps[1, 0]}),
            ("fill, error", "fill, profile", "empty, error", "empty, profile"),
        )
    yield Case(
        "fit of a hidden rate, 300",
        lambda random: network(HIDDEN, 300.0, random, {"10": "out", "01": "in"}),
        fit_of(tk.Family(dot), {"cross": 0.4}, {"out": jumps[0, 1], "in": jumps[1, 0]}),
        ("cross, error", "cross, profile"),
    )
    yield Case(
        "fit of an atom, 100",
        lambda random: fluorescence(1.2, 1.0, 100.0, random),
        fit_of(tk.Family(atom), {"drive": 1.2, "decay": 1.0}, {"photon": 0}),
        ("drive, error", "drive, profile", "decay, error", "decay, profile"),
    )


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    words = [word for word in sys.argv[1:] if not word.isdigit()]
    count, claims = (numbers or [REPLICAS])[0], Claims()
    for place, case in enumerate(cases()):
        if not all(word in f"{case.name} {' '.join(case.names)}" for word in words):
            continue
        held: dict[str, int] = {}
        told: dict[str, int] = {}
        refused, why = 0, ""
        random = np.random.default_rng([1, place])
        for _ in range(count):
            record = case.draw(random)
            try:
                clicks = Clicks(record.times, record.names, begin=0.0, end=record.end, names=record.detectors)
                lines = list(case.read(clicks))
            except (tk.errors.ArgumentError, tk.errors.NotConvergedError) as error:
                refused, why = refused + 1, str(error)
                continue
            for what, number, low, high, only in lines:
                told[what] = told.get(what, 0) + 1
                held[what] = held.get(what, 0) + int(low <= number and (only or number <= high))
        for what, times in told.items():
            claims.often(f"{case.name:36} {what:28}", held[what], times, LEAST)
        if refused:
            print(f"         {refused} of {count} refused: {why[:120]}")
    claims.finish()


if __name__ == "__main__":
    main()
