"""Claim: steady state and noise 10, 100 and 1000 times faster than QuTiP for 4, 5 and 6 spins, 5 times than qthermo.

The boundary-driven XXZ chain of n = 4 to 7 spins, and two coupled oscillators of 8 levels each; the current counted is
what one reservoir gives, its noise that at zero frequency. Model building is left out: ours starts from a model not
used before, QuTiP from its sparse Liouvillian and current superoperator; qthermo makes its own inside its one call.
Ratios are of medians of processor time, on one thread: the time less what other programs took. What takes less than
0.1 s runs ten times in a row.

QuTiP is `steadystate` and `countstat_current_noise`, each by the fastest of its ways that finishes: the claim is about
these. "by hand" forms the noise from its `pseudo_inverse`, with options that `countstat_current_noise` cannot pass on.
Where QuTiP cannot make the noise in reasonable time and memory, only its steady state is run.

A fast wrong answer fails: residuals in double precision, the same mean and noise at the other end, and agreement with
both peers at 1e-9.

Shown beside it: what more orders and more currents cost from one prepared object.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial

import numpy as np
from harness.boundary_driven import BoundaryDriven, chain, oscillators
from harness.claims import Claims
from harness.counting_peers import QutipCounting, qthermo_noise
from harness.ours import open_model
from harness.timing import Task, Timed, in_turn, repeats_asked

import thermokin as tk
from thermokin.counting.cumulants import Cumulants

CLAIMED = {4: 10.0, 5: 100.0, 6: 1000.0}  # spins and times QuTiP
QTHERMO = 5.0
DENSE_UP_TO = 32  # levels up to which QuTiP's dense noise finishes in seconds
NOISE_UP_TO = 64  # levels up to which any of QuTiP's does
IN_A_ROW = 10
RESIDUAL = 1e-12


def fresh_each_time(system: BoundaryDriven, repeats: int) -> Task:
    """Each call takes a model of its own, so that nothing is left from the call before."""
    fresh = iter([open_model(system) for _ in range(IN_A_ROW * repeats + 1)])

    def task() -> Cumulants:
        model = next(fresh)
        return tk.cumulants(model, tk.Current("counted", system.counted, model), order=2)

    return task


def timed(system: BoundaryDriven, repeats: int) -> dict[str, Timed]:
    tasks: dict[str, Task] = {"ours": fresh_each_time(system, repeats)}
    peer = QutipCounting.of(system)
    state = peer.steady_state()
    tasks["QuTiP steady state"] = peer.steady_state
    tasks["QuTiP steady state, reordered"] = partial(peer.steady_state, reordered=True)
    if system.levels <= NOISE_UP_TO:
        tasks["QuTiP noise"] = partial(peer.noise, state)
        tasks["QuTiP noise by hand"] = partial(peer.by_hand, state)
    if system.levels <= DENSE_UP_TO:
        tasks["QuTiP noise, dense"] = partial(peer.noise, state, sparse=False)
    tasks["qthermo"] = partial(qthermo_noise, system)
    return in_turn(tasks, repeats, IN_A_ROW)


def busy(time: Timed) -> float:
    return statistics.median(time.processor)


def fastest(found: dict[str, Timed], *names: str) -> float:
    return min(busy(found[name]) for name in names if name in found)


def check(claims: Claims, system: BoundaryDriven, found: dict[str, Timed]) -> None:
    here: Cumulants = found["ours"].result
    values = np.asarray(here)
    claims.small("residual L rho, in double precision", system.residual(np.asarray(here.steady_state)), RESIDUAL)
    claims.small("residual of the noise's solve", float(here.defect), RESIDUAL)
    model = open_model(system)
    elsewhere = tk.cumulants(model, tk.Current("elsewhere", system.elsewhere, model))
    claims.agree("mean and noise, against those at the other end", values, np.asarray(elsewhere))
    state = found["QuTiP steady state"].result.full()
    claims.agree("steady state, against QuTiP", np.asarray(here.steady_state), state)
    for name in ("QuTiP noise", "QuTiP noise, dense", "QuTiP noise by hand", "qthermo"):
        if name in found:
            claims.agree(f"mean and noise, against {name}", values, np.array(found[name].result))


def compare(claims: Claims, system: BoundaryDriven, repeats: int, times: float | None) -> None:
    found = timed(system, repeats)
    print(f"{system.name}, {system.levels} levels")
    for name, time in found.items():
        print(f"  {name:30s} {time}")
    mine = busy(found["ours"])
    steady = fastest(found, "QuTiP steady state", "QuTiP steady state, reordered")
    if "QuTiP noise" in found:
        noise = fastest(found, "QuTiP noise", "QuTiP noise, dense")
        hand = busy(found["QuTiP noise by hand"])
        print(f"  QuTiP / ours = {(steady + noise) / mine:.0f}, by hand {(steady + hand) / mine:.0f}")
        if times is not None:
            claims.faster(f"{system.name}, QuTiP", mine, steady + noise, times)
    else:
        print(f"  QuTiP's steady state alone / ours = {steady / mine:.1f}")
    claims.faster(f"{system.name}, qthermo", mine, busy(found["qthermo"]), QTHERMO)
    check(claims, system, found)


def reuse(system: BoundaryDriven, repeats: int) -> None:
    """One prepared object against a new one for each question."""
    fresh = iter([open_model(system) for _ in range(4 * (repeats + 1))])

    def once(ask: Callable[[tk.Counting, tk.Model], object]) -> Task:
        def task() -> object:
            model = next(fresh)
            return ask(tk.Counting(model), model)

        return task

    def ends(model: tk.Model) -> list[tk.Current]:
        return [tk.Current(f"channel {k}", np.eye(len(system.jumps))[k], model) for k in range(len(system.jumps))]

    found = in_turn(
        {
            "order 1": once(lambda counting, model: counting.cumulants(ends(model)[0], order=1)),
            "order 2": once(lambda counting, model: counting.cumulants(ends(model)[0], order=2)),
            "order 8": once(lambda counting, model: counting.cumulants(ends(model)[0], order=8)),
            "covariance of 4 currents": once(lambda counting, model: counting.covariance(ends(model))),
        },
        repeats,
    )
    print(f"{system.name}: one prepared object, preparation included")
    for name, time in found.items():
        print(f"  {name:30s} {time}")


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    for spins in (4, 5, 6, 7):
        compare(claims, chain(spins), repeats, CLAIMED.get(spins))
    compare(claims, oscillators(8), repeats, None)
    for spins in (5, 7):
        reuse(chain(spins), repeats)
    claims.finish()


if __name__ == "__main__":
    main()
