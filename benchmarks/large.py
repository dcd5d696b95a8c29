"""Claim: 1000 levels in 0.15 s, 3000 in 1.5 s, 10000 in 30 s and 7 GB; of stiff ones in 0.4, 4, 60 s and 9 GB.

The model included: its building, populations at 200 times, entropy production rate, mean and variance of heat, each
size in a process of its own, whose peak of resident memory counts (interpreter and the N x N couplings, which are the
input, included). Processor time counts, on one BLAS thread; modules are loaded before, by a run of eight levels.
Couplings normal, a flat Bose bath; energies evenly spaced with a jitter ("even"), or drawn uniformly ("stiff"), where
near-degenerate pairs make the largest rate hundreds to thousands of times larger. No peer can do this (QuTiP's
Liouvillian of 1000 levels has 10^12 elements, its jump operators are a million), so the times stand alone and the
results are held against other routes: at N = 1000 an eigendecomposition of a rate matrix built here, at all sizes the
Poisson series of the jump chain at early times (with that matrix; where it takes thousands of terms it is left out),
probability, the heat current summed over jumps against the change of energy, the second law, and the residual of the
rate equation.

    python benchmarks/large.py [--quick] [sizes ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from harness import ours
from harness.claims import EXACT, Claims
from harness.other_routes import other_routes
from harness.rate_equation import drawn, spread
from harness.timing import REPEATS, shown
from threadpoolctl import threadpool_limits

LIMITS = {  # processor seconds, GB
    "even": {1000: (0.15, np.inf), 3000: (1.5, 1.0), 10000: (30.0, 7.0)},
    "stiff": {1000: (0.4, np.inf), 3000: (4.0, 3.0), 10000: (60.0, 9.0)},
}
START = 0.25
TIMES = np.linspace(0.0, 10.0, 200)
GIGABYTE = 1e9


def measured(size: int, kind: str) -> None:
    """The child: time and memory of one run, and then its checks, as one line of JSON."""
    few = drawn(8, 1)
    ours.thermalization(ours.model_of(few), START, TIMES)
    system = drawn(size, 1) if kind == "stiff" else spread(size, 1)
    with threadpool_limits(limits=1):
        started, worked = time.perf_counter(), time.process_time()
        model = ours.model_of(system)
        built = time.perf_counter()
        found = ours.thermalization(model, START, TIMES)
        done, busy = time.perf_counter(), time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGABYTE
        checks = other_routes(system, system.gibbs(START), found)
    spent = {"seconds": done - started, "processor": busy, "building": built - started, "peak": peak}
    print(json.dumps(spent | {"checks": checks}))


def run(size: int, kind: str) -> dict[str, object]:
    command = [sys.executable, str(Path(__file__)), "--child", kind, str(size)]
    return dict(
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(LIMITS["even"]))
    parser.add_argument("--quick", action="store_true", help="one repeat instead of the median of five")
    parser.add_argument("--child", choices=list(LIMITS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        measured(asked.sizes[0], asked.child)
        return
    claims = Claims()
    for size, kind in [(size, kind) for size in asked.sizes for kind in LIMITS]:
        runs = [run(size, kind)]
        repeats = 1 if asked.quick else 3 if runs[0]["seconds"] > 5.0 else REPEATS
        runs += [run(size, kind) for _ in range(repeats - 1)]
        seconds = statistics.median(float(one["seconds"]) for one in runs)
        peak = max(float(one["peak"]) for one in runs)
        building, processor = (statistics.median(float(one[key]) for one in runs) for key in ("building", "processor"))
        print(f"N = {size} ({kind}): {shown(seconds)} (processor {shown(processor)}), n = {repeats};", end="")
        print(f" of it the model {shown(building)}; {peak:.2f} GB", flush=True)
        for name, gap in runs[-1]["checks"].items():
            claims.small(name, gap, EXACT)
        if size in LIMITS[kind]:
            limit, memory = LIMITS[kind][size]
            claims.small(f"N = {size} ({kind}), processor time", processor, limit, "s")
            if np.isfinite(memory):
                claims.small(f"N = {size} ({kind}), memory", peak, memory, "GB")
    claims.finish()


if __name__ == "__main__":
    main()
