"""Claim: 30 levels thermalize 100 times faster than in QuTiP's integration alone, 1000 times faster than in its total.

N = 10, 20, 30 levels with random energies and couplings on a flat Bose bath; a quench from Gibbs at a quarter of the
bath's temperature to rest (ten times the slowest relaxation time); populations at 200 times, entropy production rate,
mean and variance of heat.

Ours: "quantities" leaves the model's building out, "total" includes it. QuTiP: "integration" is `mesolve` with the
Liouvillian at hand and nothing else, "total" is jump operators, Liouvillian and all quantities. QuTiP runs at its own
tolerances and its default integrator, in two ways: with H given as an array (then it keeps the Liouvillian dense: the
claim is about this one) and with everything kept sparse by hand (then H must come from `qdiags`), which is much faster
and shown beside it. qthermo: see harness/qthermo_peer.py for what it can and cannot do.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from harness import ours, qthermo_peer, qutip_peer
from harness.claims import Claims
from harness.rate_equation import Levels, drawn, entropy_production_rate, heat_moments, populations
from harness.timing import Timed, in_turn, repeats_asked
from numpy.typing import NDArray

import thermokin as tk

SIZES = (10, 20, 30)
SEED = 5  # its ratio of the fastest to the slowest rate, 34 at N = 30, is near the median of random systems
START = 0.25  # initial temperature; the bath is at 1
RELAXATIONS = 10.0
SOLVER = 1e-4  # agreement asked of integrators at their default tolerance of 1e-6 a step

Array = NDArray[np.float64]


def timed(system: Levels, times: Array, repeats: int) -> dict[str, Timed]:
    start, model = system.gibbs(START), ours.model_of(system)
    dense, sparse = qutip_peer.dense_hamiltonian, qutip_peer.sparse_hamiltonian
    tasks = {
        "quantities": lambda: ours.thermalization(model, START, times),
        "total": lambda: ours.thermalization(ours.model_of(system), START, times),
    }
    for name, hamiltonian in (("dense", dense), ("sparse", sparse)):
        generator = qutip_peer.liouvillian(system, hamiltonian)
        tasks[f"QuTiP {name} integration"] = partial(qutip_peer.integrated, generator, start, times)
        tasks[f"QuTiP {name} total"] = partial(qutip_peer.everything, system, hamiltonian, start, times)
    tasks["qthermo"] = lambda: qthermo_peer.everything(system, qthermo_peer.bath(system), start, times)
    return in_turn(tasks, repeats)


def check(claims: Claims, system: Levels, times: Array, found: dict[str, Timed]) -> None:
    start, here = system.gibbs(START), found["quantities"].result
    path = populations(system, start, times)
    mean, variance = heat_moments(system, start, times)
    claims.agree("populations, against expm", here.populations, path)
    claims.agree(
        "entropy production rate, against the sum over pairs",
        here.entropy_production_rate,
        entropy_production_rate(system, path),
    )
    claims.agree("mean heat, against the counted generator", here.heat_mean, mean)
    claims.agree("variance of heat, against the counted generator", here.heat_variance, variance)
    flow = here.populations @ system.rates.T
    claims.agree("residual dp/dt - W p", here.evolution.population_rates, flow, within=1e-12)
    for name in ("dense", "sparse"):
        peer = found[f"QuTiP {name} total"].result
        for what, ours_, theirs in zip(
            ("populations", "entropy production rate", "mean heat", "variance of heat"),
            (here.populations, here.entropy_production_rate, here.heat_mean, here.heat_variance),
            peer,
            strict=True,
        ):
            claims.agree(f"{what}, against QuTiP {name}", ours_, theirs, SOLVER)
    path, rate = found["qthermo"].result
    claims.agree("populations, against qthermo", here.populations, path, SOLVER)
    claims.agree("entropy production rate, against qthermo", here.entropy_production_rate, rate, SOLVER)


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    for size in SIZES:
        system = drawn(size, seed=SEED)
        times = np.linspace(0.0, RELAXATIONS / float(tk.modes(ours.model_of(system)).gap), 200)
        found = timed(system, times, repeats)
        print(f"N = {size}")
        for name, time in found.items():
            print(f"  {name:25s} {time}")
        for name in ("dense", "sparse"):
            part = found[f"QuTiP {name} integration"].median / found["quantities"].median
            whole = found[f"QuTiP {name} total"].median / found["total"].median
            print(f"  QuTiP {name}: integration / our quantities = {part:.0f}, total / our total = {whole:.0f}")
        print(f"  qthermo / our total = {found['qthermo'].median / found['total'].median:.0f}")
        check(claims, system, times, found)
        if size == 30:
            dense = [found[f"QuTiP dense {part}"].median for part in ("integration", "total")]
            claims.faster("N = 30, QuTiP's integration alone", found["quantities"].median, dense[0], 100.0)
            claims.faster("N = 30, QuTiP's total", found["total"].median, dense[1], 1000.0)
    claims.finish()


if __name__ == "__main__":
    main()
