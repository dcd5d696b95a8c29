"""Claim: motion with coherences, on even and logarithmic grids, twice as fast as `mesolve` or more, and more accurate.

Driven Kerr modes, a driven cavity with an atom, XXZ chains from a product state, two coupled oscillators in the
laboratory frame. Ours is `evolve` and its density matrices at 101 times, sectors and steady states included; models are
built before. QuTiP is `mesolve` with H and jump operators at hand, sparse, at tolerances of 1e-10 absolute and 1e-8
relative. The claim is about its default integrator; `vern7`, the fastest of those tried here, is shown beside it. Right
values are those of QuTiP's integrator of order 9 at tolerances of 1e-13, where that takes seconds.

And all crossings of two displaced thermal states of an oscillator, 40 levels at 41 times, in less than 5 s of processor
time, the one of the relative entropy against its closed form.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
import qutip
from harness.claims import Claims
from harness.timing import Task, in_turn, repeats_asked, shown
from numpy.typing import NDArray
from scipy.optimize import brentq

import thermokin as tk

Array = NDArray[np.complex128]
POINTS, FIRST = 101, 1e-3
CLAIMED = 2.0
DEFAULT, FASTEST = "adams", "vern7"
CHECKED_UP_TO = 1.0  # seconds of a peer's run up to which a stricter one serves as reference
LONG = 5.0  # seconds of a peer's run from which it is run once, and the other integrator not at all
LOOSE = 1e-6  # agreement asked of the peer
LEVELS, DISPLACED, GAMMA = 40, 2.0, 0.05
COLD, TARGET, HOT = 0.35, 0.7, 1.25
UNDER = 5.0  # seconds for two displaced oscillators
TRUNCATED = 1e-4  # of a crossing's time, by which the levels left out move it


@dataclass(frozen=True)
class Case:
    """A system, its start and how long it is followed."""

    name: str
    hamiltonian: NDArray[np.float64]
    jumps: tuple[NDArray[np.float64], ...]
    start: Array
    end: float

    def model(self) -> tk.Model:
        """The system in this package."""
        return tk.Model(self.hamiltonian, [tk.Channel(jump, None) for jump in self.jumps])


def ground(levels: int) -> Array:
    state = np.zeros((levels, levels), dtype=np.complex128)
    state[0, 0] = 1.0
    return state


def lowering(levels: int) -> NDArray[np.float64]:
    return np.diag(np.sqrt(np.arange(1.0, levels)), 1)


def kerr(levels: int) -> Case:
    a = lowering(levels)
    hamiltonian = 0.1 * a.T @ a - 0.05 * a.T @ a.T @ a @ a + 0.5 * (a + a.T)
    return Case(f"Kerr {levels}", hamiltonian, (np.sqrt(0.2) * a,), ground(levels), 50.0)


def jaynes_cummings(levels: int) -> Case:
    a = np.kron(lowering(levels), np.eye(2))
    lower = np.kron(np.eye(levels), lowering(2))
    hamiltonian = 0.2 * a.T @ a + 0.7 * (a.T @ lower + a @ lower.T) + 0.3 * (a + a.T)
    jumps = (np.sqrt(0.4) * a, np.sqrt(0.15) * lower)
    return Case(f"Jaynes-Cummings 2x{levels}", hamiltonian, jumps, ground(2 * levels), 8.4)


def chain(spins: int) -> Case:
    """All coherences: the start is a superposition of every spin up and down."""
    plus, z = lowering(2), np.diag([1.0, -1.0])

    def at(operators: dict[int, NDArray[np.float64]]) -> NDArray[np.float64]:
        return reduce(np.kron, [operators.get(site, np.eye(2)) for site in range(spins)])

    hops = [at({site: plus, site + 1: plus.T}) for site in range(spins - 1)]
    bonds = [0.5 * at({site: z, site + 1: z}) for site in range(spins - 1)]
    hamiltonian = sum(2.0 * (hop + hop.T) for hop in hops) + sum(bonds)
    ends = [at({0: plus}), at({0: plus.T}), at({spins - 1: plus}), at({spins - 1: plus.T})]
    jumps = tuple(rate * end for rate, end in zip(np.sqrt([0.8, 0.2, 0.3, 0.7]), ends, strict=True))
    start = np.full((2**spins, 2**spins), 0.5**spins, dtype=np.complex128)
    return Case(f"XXZ {spins}", hamiltonian, jumps, start, 15.0)


def oscillators(levels: int) -> Case:
    a, b = np.kron(lowering(levels), np.eye(levels)), np.kron(np.eye(levels), lowering(levels))
    hamiltonian = a.T @ a + b.T @ b + 0.35 * (a.T @ b + b.T @ a)
    jumps = tuple(rate * jump for rate, jump in zip(np.sqrt([1.5, 0.5, 1.05, 0.05]), (a, a.T, b, b.T), strict=True))
    one = np.cumprod(np.concatenate([[1.0], 1.2 / np.sqrt(np.arange(1.0, levels))]))
    ket = np.kron(one, one) / (one @ one)
    return Case(f"oscillators {levels}x{levels}", hamiltonian, jumps, np.outer(ket, ket).astype(complex), 30.0)


CASES = (kerr(20), kerr(30), kerr(60), kerr(100), jaynes_cummings(40), chain(5), chain(6), oscillators(8))


def ours(model: tk.Model, start: Array, times: NDArray[np.float64]) -> Array:
    return tk.evolve(model, start, times).states


def prepared(case: Case) -> tuple[qutip.Qobj, list[qutip.Qobj], qutip.Qobj]:
    jumps = [qutip.Qobj(jump).to("csr") for jump in case.jumps]
    return qutip.Qobj(case.hamiltonian).to("csr"), jumps, qutip.Qobj(case.start)


def mesolve(
    system: tuple[qutip.Qobj, list[qutip.Qobj], qutip.Qobj],
    times: NDArray[np.float64],
    method: str,
    strictness: float = 1e-10,
) -> Array:
    hamiltonian, jumps, start = system
    grid = times if times[0] == 0.0 else np.concatenate([[0.0], times])
    options = {"progress_bar": "", "nsteps": 10**7, "method": method, "atol": strictness, "rtol": 100 * strictness}
    solved = qutip.mesolve(hamiltonian, start, grid, jumps, options=options)
    return np.stack([state.full() for state in solved.states])[-times.size :]


def off(states: Array, right: Array) -> float:
    return float(np.linalg.norm(states - right, axis=(-2, -1)).max())


def compared(claims: Claims, case: Case, grid: str, times: NDArray[np.float64], repeats: int) -> None:
    model, system, label = case.model(), prepared(case), f"{case.name}, {grid}"
    started = time.process_time()
    mesolve(system, times, DEFAULT)
    once = time.process_time() - started
    methods = (DEFAULT, FASTEST) if once < LONG else (DEFAULT,)
    tasks: dict[str, Task] = {"ours": partial(ours, model, case.start, times)}
    tasks |= {method: partial(mesolve, system, times, method) for method in methods}
    found = in_turn(tasks, repeats if once < LONG else 1)
    here, peer = found["ours"], found[DEFAULT]
    shares = ", ".join(f"{name} {shown(min(one.processor))}" for name, one in found.items())
    print(f"{label}, processor: {shares}")
    claims.agree(f"{label}: states, against mesolve", here.result, peer.result, LOOSE)
    if once < CHECKED_UP_TO:
        right = mesolve(system, times, "vern9", 1e-13)
        claims.small(f"{label}: off beside mesolve", off(here.result, right), off(peer.result, right))
    claims.small(f"{label}: known error", float(tk.evolve(model, case.start, times).coherent_error.max()), 1e-9)
    claims.faster(f"{label}: mesolve", min(here.processor), min(peer.processor), CLAIMED)


def displaced(temperature: float) -> tk.Quench:
    """A displaced thermal state of an oscillator on a bath at the target temperature."""
    a = qutip.displace(LEVELS, DISPLACED).full()
    weights = np.exp(-np.arange(LEVELS) / temperature)
    start = a @ np.diag(weights / weights.sum()) @ a.conj().T
    return tk.Quench(f"from {temperature:g}", tk.library.oscillator(LEVELS, 1.0, GAMMA, TARGET), start)


def divergence(temperature: float, time: float) -> float:
    """D(rho(t) || Gibbs) of a displaced thermal state of all levels: it stays one while it decays."""
    begun, end = (1.0 / np.expm1(1.0 / one) for one in (temperature, TARGET))
    left = np.exp(-GAMMA * time)
    quanta = end + (begun - end) * left
    entropy = (quanta + 1.0) * np.log(quanta + 1.0) - quanta * np.log(quanta)
    return float((quanta + DISPLACED**2 * left) / TARGET + np.log(end + 1.0) - entropy)


def crossings() -> dict[str, NDArray[np.float64]]:
    temperatures = {"cold": np.array(COLD), "hot": np.array(HOT), "target": np.array(TARGET)}
    pair = tk.QuenchPair(displaced(COLD), displaced(HOT), "by hand", temperatures)
    return tk.compare(pair, np.linspace(0.0, 60.0, 41)).crossings


def compared_displaced(claims: Claims, repeats: int) -> None:
    found = in_turn({"ours": crossings}, repeats)["ours"]

    def lead(time: float) -> float:
        one, two = (divergence(start, time) / divergence(start, 0.0) for start in (COLD, HOT))
        return one - two

    right = brentq(lead, 1.0, 60.0, xtol=1e-12)
    claims.agree("displaced oscillators: crossing", found.result["relative entropy"], np.array(right), TRUNCATED)
    claims.small("displaced oscillators: all crossings, processor", min(found.processor), UNDER, "s")


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    for case in CASES:
        grids = {"even": np.linspace(0.0, case.end, POINTS), "log": np.geomspace(FIRST, case.end, POINTS)}
        for grid, times in grids.items():
            compared(claims, case, grid, times, repeats)
    compared_displaced(claims, repeats)
    claims.finish()


if __name__ == "__main__":
    main()
