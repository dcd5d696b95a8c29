"""Claim: jump records of a qubit, a three-level maser and a two-qubit machine, 100 times faster than `mcsolve`.

Records of about thirty jumps a run, from time 0 to one time, each with the time and the channel of every jump. Both
packages use two processes: ours a `ProcessPoolExecutor` that is passed in, QuTiP its map "parallel". Times are per
run: 100000 of ours, 300 of QuTiP's a repeat. Ours include all preparation (tables of waiting times) and the records'
way back from the processes, but not the start of the pool, which is warm. QuTiP's is not: what its start and QuTiP's
own preparation take is measured by a call for two runs and taken off. "superposed" starts the two-qubit machine in a
state that jumps do not reset: no claim is made about it.

A fast wrong answer fails: mean and variance of energy and of the number of jumps must lie within five standard errors
of exact counting, and QuTiP's means within five of theirs.
"""

from __future__ import annotations

import warnings
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from harness import mcsolve_peer
from harness.claims import Claims
from harness.timing import in_turn, repeats_asked
from numpy.typing import NDArray

import thermokin as tk

RUNS = 100_000
PEER_RUNS = 300
WITHIN = 5.0  # standard errors

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Machine:
    """What is unravelled.

    Args:
        name: of the machine.
        model: it.
        ket: the start (d,).
        time: to which each run goes.
        claimed: whether the claim is about it.
    """

    name: str
    model: tk.Model
    ket: Array
    time: float
    claimed: bool = True


def machines() -> list[Machine]:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    one, two = tk.operators.embed(lower, 0, (2, 2)), tk.operators.embed(lower, 1, (2, 2))
    bare = one.T @ one + two.T @ two
    contacts = [
        tk.Contact(tk.Bath("hot", 2.0), one + one.T, tk.Flat(0.1)),
        tk.Contact(tk.Bath("cold", 0.5), two + two.T, tk.Flat(0.1)),
    ]
    pair = tk.local(bare + 0.1 * (one.T @ two + two.T @ one), contacts, bare)
    return [
        Machine("qubit", tk.library.qubit(1.0, 0.2, 2.0), np.array([1.0, 0.0]), 80.0),
        Machine("maser", maser(), np.array([1.0, 0.0, 0.0]), 110.0),
        Machine("two qubits", pair, np.array([1.0, 0.0, 0.0, 0.0]), 150.0),
        Machine("two qubits, superposed", pair, np.full(4, 0.5), 150.0, claimed=False),
    ]


def maser() -> tk.Model:
    """Levels 0, 1, 2 in the frame of a drive on 1-2, between a hot bath on 0-2 and a cold one on 0-1."""
    drive = np.zeros((3, 3))
    drive[1, 2] = drive[2, 1] = 0.4
    channels = []
    for name, level, rate, occupation in (("hot", 2, 0.2, 0.9), ("cold", 1, 0.3, 0.2)):
        down = np.zeros((3, 3))
        down[0, level] = 1.0
        bath = tk.Bath(name, level / np.log1p(1.0 / occupation))
        channels.append(tk.Channel(np.sqrt(rate * (occupation + 1.0)) * down, bath, -float(level)))
        channels.append(tk.Channel(np.sqrt(rate * occupation) * down.T, bath, float(level)))
    return tk.Model(drive, channels, energy_operator=np.diag([0.0, 1.0, 2.0]))


def ours(machine: Machine, pool: Executor) -> tk.results.Trajectories:
    start = np.outer(machine.ket, machine.ket)
    return tk.unravel(machine.model, start, [machine.time], trajectories=RUNS, seed=1, executor=pool)


def check(claims: Claims, machine: Machine, found: tk.results.Trajectories, peer: mcsolve_peer.Records) -> None:
    start = np.outer(machine.ket, machine.ket)
    for what, current, theirs in (
        ("energy", tk.energy(machine.model), peer.energy),
        ("jumps", tk.activity(machine.model), peer.jumps),
    ):
        exact = tk.integrated_cumulants(machine.model, current, start, [machine.time])[0]
        sampled = found.cumulants(current)
        away = np.abs(sampled.values[0] - exact) / sampled.errors[0]
        claims.small(f"{machine.name}, mean {what}, from exact counting", float(away[0]), WITHIN, "standard errors")
        claims.small(f"{machine.name}, variance of {what}, from exact", float(away[1]), WITHIN, "standard errors")
        off = abs(theirs.mean() - exact[0]) / (theirs.std(ddof=1) / np.sqrt(theirs.size))
        claims.small(f"{machine.name}, QuTiP's mean {what}, from exact", float(off), WITHIN, "standard errors")


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    warnings.simplefilter(
        "ignore", tk.errors.ValidityWarning
    )  # rates of order the gaps: speed is all that is asked here
    with ProcessPoolExecutor(2) as pool:
        for machine in machines():
            peer = partial(mcsolve_peer.records, machine.model, machine.ket, machine.time)
            tasks = {
                "ours": partial(ours, machine, pool),
                "mcsolve": partial(peer, PEER_RUNS, 1),
                "mcsolve, two runs": partial(peer, 2, 1),
            }
            times = in_turn(tasks, repeats)
            found = times["ours"].result
            each = times["ours"].median / RUNS
            peers = (times["mcsolve"].median - times["mcsolve, two runs"].median) / (PEER_RUNS - 2)
            print(f"{machine.name}: {found.jumps.mean():.1f} jumps a run, {type(found.process).__name__}")
            for name, seconds in (("ours", each), ("mcsolve", peers)):
                print(f"  {name:8s} {1.0 / seconds:9.0f} runs a second ({times[name]})")
            if machine.claimed:
                claims.faster(f"{machine.name}, against mcsolve", each, peers, 100.0)
            else:
                print(f"         {peers / each:.0f} times mcsolve")
            check(claims, machine, found, times["mcsolve"].result)
    claims.finish()


if __name__ == "__main__":
    main()
