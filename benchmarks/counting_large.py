"""Claim: steady state and noise of 1024 levels in 8 s and 1 GB, of 4096 in 480 s and 5 GB; 30 x 30 oscillators in 60 s.

The boundary-driven XXZ chain of 10 and 12 spins and two coupled oscillators of 30 levels each, by `Counting` with the
method that it chooses itself, each in a process of its own on one BLAS thread. Memory is the peak of resident memory,
interpreter, input matrices and model included; the time leaves out the making of input and model, which is printed
beside it. The chain of 12 takes minutes and runs when asked for: `counting_large.py chain-12`. No peer can do these.

A fast wrong answer fails: the residual of the steady state in double precision from sparse products made here, the
same mean and noise of the current counted at the other end, and for the oscillators the exact rates in the limit of
many levels. Shown beside them, with its residual alone: two oscillators coupled without the rotating-wave
approximation, which conserve only parity (80 000 elements instead of 5340 for 20 x 20).

    python benchmarks/counting_large.py [--quick] [cases ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from harness.boundary_driven import BoundaryDriven, chain, oscillators
from harness.claims import EXACT, Claims
from harness.timing import LONG, REPEATS, REPEATS_OF_LONG, shown
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

import thermokin as tk
from thermokin.counting.counting import Counting

GIGABYTE = 1e9
RESIDUAL = 1e-12
LIMITS = {"chain-10": (8.0, 1.0), "chain-12": (480.0, 5.0), "oscillators-30": (60.0, np.inf)}  # seconds, GB
CASES = ("chain-8", "chain-10", "oscillators-20", "oscillators-30", "parity-20")
EXACT_RATES = (-0.07399328859, 0.11883072959)  # of two oscillators without truncation
DIGITS = 5e-11  # to which they are given, relative


def system_of(case: str) -> BoundaryDriven:
    kind, size = case.split("-")
    if kind == "chain":
        return chain(int(size))
    made = oscillators(int(size))
    if kind == "oscillators":
        return made
    lower, one = np.diag(np.sqrt(np.arange(1.0, int(size))), 1), np.eye(int(size))
    hot, cold = np.kron(lower, one), np.kron(one, lower)
    return replace(made, hamiltonian=made.hamiltonian + 0.35 * (hot @ cold + hot.T @ cold.T))


def flow(system: BoundaryDriven, state: NDArray[np.complex128]) -> float:
    """Largest element of L rho over the largest of H and L^+ L times the largest of rho, by sparse products."""
    energy = sparse.csr_array(system.hamiltonian)
    moved = -1j * (energy @ state)
    jumps = [sparse.csr_array(jump) for jump in system.jumps]
    decay = sparse.csr_array(sum(jump.T @ jump for jump in jumps))
    moved -= 0.5 * (decay @ state)
    moved += moved.conj().T.copy()
    for jump in jumps:
        moved += jump @ (jump @ state).T.conj().copy()
    scale = max(np.abs(energy.data).max(), np.abs(decay.data).max())
    return float(np.abs(moved).max() / (scale * np.abs(state).max()))


def measured(case: str) -> None:
    """The child: time and memory of one run, and then its checks, as one line of JSON."""
    started = time.perf_counter()
    system = system_of(case)
    model = tk.Model(system.hamiltonian, [tk.Channel(jump, None) for jump in system.jumps])
    current = tk.current(model, system.counted)
    built = time.perf_counter()
    with threadpool_limits(limits=1):
        worked = time.process_time()
        counting = Counting(model)
        found = counting.cumulants(current)
        done, busy = time.perf_counter(), time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGABYTE
        other = counting.cumulants(tk.current(model, system.elsewhere))
        residual = flow(system, counting.steady_state.matrix)
    spent = {"seconds": done - built, "processor": busy, "building": built - started, "peak": peak}
    values = {"values": found.values.tolist(), "other": other.values.tolist(), "residual": residual}
    method = type(counting.resolvent).__name__
    print(json.dumps(spent | values | {"levels": system.levels, "size": counting.resolvent.block.size, "by": method}))


def run(case: str) -> dict[str, object]:
    command = [sys.executable, str(Path(__file__)), "--child", case]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES), help="chain-N, oscillators-N or parity-N")
    parser.add_argument("--quick", action="store_true", help="one repeat instead of the median of five")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        measured(asked.cases[0])
        return
    claims = Claims()
    for case in asked.cases:
        runs = [run(case)]
        repeats = 1 if asked.quick or case == "chain-12" else REPEATS
        repeats = min(repeats, REPEATS_OF_LONG) if float(runs[0]["seconds"]) > LONG else repeats
        runs += [run(case) for _ in range(repeats - 1)]
        seconds, processor, building = (
            statistics.median(float(one[key]) for one in runs) for key in ("seconds", "processor", "building")
        )
        peak, last = max(float(one["peak"]) for one in runs), runs[-1]
        print(f"{case}: {last['levels']} levels, {last['size']} unknowns, {last['by']}: {shown(seconds)}", end="")
        print(f" (processor {shown(processor)}), n = {repeats}; model {shown(building)}; {peak:.2f} GB", flush=True)
        claims.small(f"{case}, residual", float(last["residual"]), RESIDUAL)
        if not case.startswith("parity"):  # counter-rotating terms make quanta: the two ends need not agree
            claims.agree(f"{case}, mean and noise at the other end", last["values"], last["other"], EXACT)
        if case == "oscillators-30":
            claims.agree(f"{case}, exact rates", last["values"], EXACT_RATES, DIGITS)
        if case in LIMITS:
            limit, memory = LIMITS[case]
            claims.small(f"{case}, time", seconds, limit, "s")
            if np.isfinite(memory):
                claims.small(f"{case}, memory", peak, memory, "GB")
    claims.finish()


if __name__ == "__main__":
    main()
