"""Click records drawn many at a time: of classical networks, jump by jump, and of renewal processes, wait by wait."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin.inference import Clicks

FloatArray = np.ndarray


def network_records(rates: FloatArray, count: int, time: float, seed: int) -> list[Clicks]:
    """Stationary records in which every jump is seen, by "from to"; rates (n, n) to the row from the column."""
    size, random = len(rates), np.random.default_rng(seed)
    leave = rates.sum(axis=0)
    held = np.linalg.svd(rates - np.diag(leave))[2][-1]
    state = random.choice(size, count, p=held / held.sum())
    where = np.cumsum(rates / leave, axis=0)
    now, times, jumps = np.zeros(count), [], []
    while (now < time).any():
        now = now + random.exponential(size=count) / leave[state]
        following = np.minimum((random.random(count) > where[:, state]).sum(axis=0), size - 1)
        times.append(now)
        jumps.append(state * size + following)
        state = following
    names = [f"{one}{other}" for one in range(size) for other in range(size)]
    seen = [names[column * size + row] for row, column in np.argwhere(rates > 0.0)]
    found = []
    for number in range(count):
        when, which = np.array(times)[:, number], np.array(jumps)[:, number]
        own = when < time
        labels = [names[jump] for jump in which[own]]
        found.append(Clicks(when[own], labels, begin=0.0, end=time, names=sorted(seen)))
    return found


def renewal_records(
    waits: Callable[[np.random.Generator, int], FloatArray], count: int, time: float, seed: int
) -> list[Clicks]:
    """Records of clicks after which all begins anew, watched from long after the first; mean wait 1."""
    random, found = np.random.default_rng(seed), []
    early = 50.0
    for _ in range(count):
        times = np.cumsum(waits(random, int(1.5 * (time + early)) + 200)) - early
        found.append(Clicks(times[(times > 0.0) & (times < time)], begin=0.0, end=time))
    return found
