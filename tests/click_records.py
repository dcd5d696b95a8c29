"""Click records drawn many at a time: of classical networks, jump by jump, and of renewal processes, wait by wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from thermokin.inference import Clicks

FloatArray = np.ndarray


def network_records(
    rates: FloatArray, count: int, time: float, seed: int, *, seen: Mapping[str, str] | None = None
) -> list[Clicks]:
    """Stationary records of the jumps that are seen, all if None, named by "from to"; rates (n, n) to the row."""
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
    every = [f"{one}{other}" for one in range(size) for other in range(size)]
    known = dict(
        seen
        or {
            every[column * size + row]: every[column * size + row]
            for row, column in zip(*np.nonzero(rates), strict=True)
        }
    )
    names = np.array([known.get(word, "") for word in every])
    found = []
    for number in range(count):
        when, which = np.array(times)[:, number], np.array(jumps)[:, number]
        own = (when < time) & (names[which] != "")
        found.append(Clicks(when[own], names[which[own]], begin=0.0, end=time, names=sorted(known.values())))
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
