"""Click records with a known answer, drawn in NumPy without a line of the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Record:
    """Times, who clicked, until when was watched, and who could have clicked."""

    times: Array
    names: Array
    end: float
    detectors: tuple[str, ...]


def stationary(rates: Array) -> Array:
    """Populations of a network; rates (n, n) to the row from the column."""
    size = len(rates)
    system = np.vstack([rates - np.diag(rates.sum(axis=0)), np.ones(size)])
    return np.asarray(np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)[0])


def growth(rates: Array, signs: Array) -> tuple[float, float]:
    """Mean and noise of the count of jumps with weights (n, n), from the inverse of the rate matrix."""
    held, one = stationary(rates), np.ones(len(rates))
    whole = rates - np.diag(rates.sum(axis=0))
    first, second = rates * signs, rates * signs**2
    mean = float(one @ first @ held)
    moved = np.linalg.lstsq(np.vstack([whole, one]), np.append(first @ held - mean * held, 0.0), rcond=None)[0]
    return mean, float(one @ second @ held - 2.0 * one @ first @ moved)


def produced(rates: Array) -> float:
    """Entropy production of a network whose links go both ways; what rounding makes of nothing is nothing."""
    flow = rates * stationary(rates)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = float(np.where(flow > 0.0, flow * np.log(flow / flow.T), 0.0).sum())
    return found if abs(found) > 1e-12 else 0.0


def network(rates: Array, time: float, random: np.random.Generator, seen: dict[str, str] | None = None) -> Record:
    """One record of a network in its steady state; detectors are called "from to" unless `seen` says otherwise."""
    leave, where = rates.sum(axis=0), np.cumsum(rates / rates.sum(axis=0), axis=0)
    state, now = int(random.choice(len(rates), p=stationary(rates))), 0.0
    times, names = [], []
    while True:
        now += random.exponential() / leave[state]
        if now >= time:
            break
        following = int(np.searchsorted(where[:, state], random.random()))
        name = f"{state}{following}" if seen is None else seen.get(f"{state}{following}", "")
        if name:
            times.append(now)
            names.append(name)
        state = following
    every = seen.values() if seen else (f"{one}{other}" for other, one in zip(*np.nonzero(rates), strict=True))
    return Record(np.array(times), np.array(names), time, tuple(sorted(every)))


def renewal(shape: float, time: float, random: np.random.Generator) -> Record:
    """Waits of the gamma distribution with mean one, watched from long after the first."""
    early = 40.0
    times = np.cumsum(random.gamma(shape, 1.0 / shape, int(1.5 * (time + early)) + 200)) - early
    held = times[(times > 0.0) & (times < time)]
    return Record(held, np.full(held.size, "clicks"), time, ("clicks",))


def fluorescence(drive: float, decay: float, time: float, random: np.random.Generator) -> Record:
    """Photons of a driven two-level atom at resonance from its ground state, by the inverse of its waiting times."""
    grid = np.linspace(0.0, 60.0 / min(decay, drive**2 / decay), 200001)
    turn = np.sqrt(complex(drive**2 - 0.25 * decay**2))
    excited = (drive / turn) * np.sin(0.5 * turn * grid) * np.exp(-0.25 * decay * grid)
    density = decay * np.abs(excited) ** 2
    past = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(grid))])
    times = np.cumsum(np.interp(random.random(int(decay * time) + 200), past / past[-1], grid))
    held = times[times < time]
    return Record(held, np.full(held.size, "photon"), time, ("photon",))
