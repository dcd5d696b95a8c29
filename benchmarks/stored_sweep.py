"""Claim: 10^6 masers, their current, noise, entropy production and bounds, in a store in under 10 s of processor time.

Drive and hot temperature form a grid of 1000 x 1000. Asked are the heat from the hot bath, its noise, the entropy
production, and the noise over its limit by the thermodynamic, kinetic and thermo-kinetic uncertainty bounds, with where
each of them is a theorem. Timed is `sweep` from the values to a complete Zarr store on disk, planning included, in this
process. Beside it: the same without a store, and a call that finds the store complete. Values of a hundred points,
drawn at random, must agree with models made one by one.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from harness.claims import Claims
from harness.timing import repeats_asked
from numpy.typing import NDArray

import thermokin as tk

SIDE, LIMIT, LOOKED_AT = 1000, 10.0, 100
HEAT = "heat from hot"
BOUNDS = ("thermodynamic", "kinetic", "thermo-kinetic")
WANTED = [HEAT, f"noise of {HEAT}", "entropy production", *(f"ratio of {name} on {HEAT}" for name in BOUNDS)]
GRID: dict[str, NDArray[np.float64]] = {"drive": np.geomspace(0.01, 0.2, SIDE), "hot": np.linspace(2.7, 8.0, SIDE)}


def swept(store: Path | None) -> float:
    """Processor time [s] of a sweep."""
    begin = time.process_time()
    tk.sweep(tk.library.three_level_maser, GRID, WANTED, store=store, executor="serial")
    return time.process_time() - begin


def check(claims: Claims, store: Path) -> None:
    random = np.random.default_rng(1)
    data = tk.sweep(tk.library.three_level_maser, GRID, WANTED, store=store).load()
    found, single = [], []
    for _ in range(LOOKED_AT):
        place = tuple(int(one) for one in random.integers(SIDE, size=2))
        model = tk.library.three_level_maser(GRID["drive"][place[0]], GRID["hot"][place[1]])
        heat = tk.heat(model, "hot")
        bounds = tk.bounds.evaluate(model, heat, theorems=BOUNDS, outside=True)
        production = float(tk.entropy_flow(model).mean(tk.steady_state(model)))
        single.append([*tk.cumulants(model, heat).values, production, *(bounds[name].ratio for name in BOUNDS)])
        found.append([float(data[name].values[place]) for name in WANTED])
    claims.agree("points one by one", np.array(found), np.array(single))
    claims.small("points that failed", float((data["error"] != 0).sum()), 0.0)


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    warnings.simplefilter("ignore", tk.errors.ValidityWarning)
    folder = Path(tempfile.mkdtemp())
    few = {name: values[:8] for name, values in GRID.items()}
    tk.sweep(tk.library.three_level_maser, few, WANTED, store=folder / "few")  # what is imported is no claim
    try:
        times = []
        for number in range(repeats):
            shutil.rmtree(folder / f"{number - 1}", ignore_errors=True)
            times.append(swept(folder / f"{number}"))
        store = folder / f"{repeats - 1}"
        print(f"into a store  {np.median(times):6.2f} s, {np.median(times) / SIDE**2 * 1e6:.1f} us a point")
        print(f"into memory   {swept(None):6.2f} s")
        print(f"found there   {swept(store):6.2f} s")
        check(claims, store)
        claims.small(f"{SIDE**2} points into a store", float(np.median(times)), LIMIT, "s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    claims.finish()


if __name__ == "__main__":
    main()
