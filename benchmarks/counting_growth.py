"""Shows: time of steady state and noise against the number of levels, for this package, QuTiP and qthermo.

The work of counting.py, model building left out, on the boundary-driven XXZ chain from 2 to 10 spins (`--large`: to 12)
and on two coupled oscillators from 3 to 20 levels each (`--large`: to 30). Every point is a process of its own on one
thread: the median processor time of three runs after a first one (of one run where it takes more than 5 s), and the
peak of resident memory, interpreter and libraries included. QuTiP is `steadystate` by a sparse solve and
`countstat_current_noise`; both peers stop where a run takes more than 20 s, or at the last size that fits in memory.
Points are checked at 1e-9: this package against the same current at the other end, peers against this package. Writes
docs/_static/counting_growth.csv, and from it counting_growth.svg and counting_growth.png; `--draw` only draws.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from harness.boundary_driven import BoundaryDriven, chain, oscillators
from harness.claims import EXACT, Claims
from harness.other_routes import relative
from harness.ours import open_model
from harness.timing import shown
from matplotlib.axes import Axes
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

import thermokin as tk
from thermokin.report import style

FOLDER = Path(__file__).parents[1] / "docs" / "_static"
NAME = "counting_growth"
SYSTEMS: dict[str, Callable[[int], BoundaryDriven]] = {"chain": chain, "oscillators": oscillators}
SIZES = {
    ("thermokin", "chain"): (2, 3, 4, 5, 6, 7, 8, 9, 10),
    ("QuTiP", "chain"): (2, 3, 4, 5, 6),
    ("qthermo", "chain"): (2, 3, 4, 5, 6, 7),
    ("thermokin", "oscillators"): (3, 4, 5, 6, 8, 10, 12, 15, 20),
    ("QuTiP", "oscillators"): (3, 4, 5, 6, 7, 8),
    ("qthermo", "oscillators"): (3, 4, 5, 6, 8, 10, 11),
}
LARGE = {("thermokin", "chain"): (11, 12), ("thermokin", "oscillators"): (25, 30)}
LOOK = {  # colour, line, marker
    "thermokin": (style.COOLING, "-", "o"),
    "qthermo": (style.OCHRE, style.DASHES[1], "D"),
    "QuTiP": (style.HEATING, style.DASHES[0], "s"),
}
TOO_LONG = 20.0  # seconds at which a peer stops
LABELLED_FROM = 4  # spins
ONE_RUN = 5.0  # seconds from which one run serves

Array = NDArray[np.float64]


def work(package: str, system: BoundaryDriven) -> tuple[Callable[[], Any], Callable[[Any], Array]]:
    """What is made before each run, and the run: the steady state, and mean and noise from it."""
    if package == "thermokin":
        return lambda: open_model(system), lambda model: counted(model, system.counted)
    from harness.counting_peers import QutipCounting, qthermo_noise

    if package == "qthermo":
        return lambda: system, lambda made: np.array(qthermo_noise(made))
    peer = QutipCounting.of(system)
    return lambda: peer, lambda made: np.array(made.noise(made.steady_state()))


def counted(model: Any, weights: Array) -> Array:
    """Mean and noise from this package."""
    return np.asarray(tk.cumulants(model, tk.Current("counted", weights, model)))


def measured(package: str, kind: str, size: int) -> None:
    """The child: one line of JSON."""
    system, seconds = SYSTEMS[kind](size), list[float]()
    prepare, task = work(package, system)
    with threadpool_limits(limits=1):
        while len(seconds) < 4:
            made = prepare()
            started = time.process_time()
            result = task(made)
            seconds.append(time.process_time() - started)
            if len(seconds) == 1:
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
            if seconds[0] > ONE_RUN:
                break
        other = system.elsewhere if package == "thermokin" else system.counted
        gap = relative(result, counted(open_model(system), other))
    one = {"levels": system.levels, "seconds": statistics.median(seconds[1:] or seconds), "peak": peak, "gap": gap}
    print(json.dumps(one))


def table(claims: Claims, sizes: dict[tuple[str, str], tuple[int, ...]]) -> list[dict[str, str]]:
    rows = []
    for (package, kind), those in sizes.items():
        for size in those:
            command = [sys.executable, str(Path(__file__)), "--child", package, kind, str(size)]
            printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            one = json.loads(printed.splitlines()[-1])
            print(f"{package}, {kind} of {size}: {shown(one['seconds'])}, {one['peak']:.2f} GB", flush=True)
            claims.small("disagreement", one["gap"], EXACT)
            rows.append(
                {
                    "package": package,
                    "system": kind,
                    "size": str(size),
                    "levels": str(one["levels"]),
                    "seconds": f"{one['seconds']:.3g}",
                    "peak_gigabytes": f"{one['peak']:.3g}",
                }
            )
            if package != "thermokin" and one["seconds"] > TOO_LONG:
                break
    return rows


def draw(rows: list[dict[str, str]]) -> None:
    canvas, grid = style.figure(1, 2, width=style.DOUBLE_COLUMN, height=70.0)
    with mpl.rc_context(dict(style.RC)):
        for ax, kind, title in (
            (grid[0, 0], "chain", "(a) XXZ chain driven at its ends"),
            (grid[0, 1], "oscillators", "(b) two coupled oscillators"),
        ):
            for package, (colour, dashes, marker) in LOOK.items():
                those = [r for r in rows if r["package"] == package and r["system"] == kind]
                points = np.array([(float(r["levels"]), float(r["seconds"])) for r in those]).T
                if points.size:
                    ax.plot(*points, color=colour, linestyle=dashes, marker=marker, markersize=3.2, label=package)
            ax.set(xscale="log", yscale="log", xlabel="levels $N$", ylabel="processor time [s]")
            ax.set_title(title)
        low = min(ax.get_ylim()[0] for ax in grid[0])
        high = max(ax.get_ylim()[1] for ax in grid[0])
        for ax in grid[0]:
            ax.set_ylim(low, high)
        spins_beside(grid[0, 0], [r for r in rows if r["package"] == "thermokin" and r["system"] == "chain"])
        grid[0, 1].legend(loc="lower right")
    for suffix in ("svg", "png"):
        canvas.savefig(FOLDER / f"{NAME}.{suffix}", dpi=300, metadata={"Date": None} if suffix == "svg" else None)


def spins_beside(ax: Axes, rows: list[dict[str, str]]) -> None:
    """The numbers of spins beside the points of this package, where other curves leave room."""
    for row in rows:
        if int(row["size"]) >= LABELLED_FROM:
            ax.annotate(
                f"$n = {row['size']}$" if row is rows[-1] else row["size"],
                (float(row["levels"]), float(row["seconds"])),
                xytext=(-3, 6) if row is rows[-1] else (3, -8),
                ha="right" if row is rows[-1] else "left",
                textcoords="offset points",
                color=style.DARK_GREY,
                fontproperties=style.small_font(ax),
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="this package to 12 spins and 30 x 30 oscillator levels")
    parser.add_argument("--quick", action="store_true", help="few sizes, nothing written")
    parser.add_argument("--draw", action="store_true", help="only draw what the table holds")
    parser.add_argument("--child", nargs=3, metavar=("PACKAGE", "SYSTEM", "SIZE"), help=argparse.SUPPRESS)
    asked, file, claims = parser.parse_args(), FOLDER / f"{NAME}.csv", Claims()
    if asked.child:
        measured(asked.child[0], asked.child[1], int(asked.child[2]))
        return
    if asked.draw:
        draw(list(csv.DictReader(file.read_text().splitlines())))
        return
    sizes = {key: those + (LARGE.get(key, ()) if asked.large else ()) for key, those in SIZES.items()}
    if asked.quick:
        sizes = {key: those[:3] for key, those in sizes.items()}
    rows = table(claims, sizes)
    if not asked.quick and not claims.missed:
        FOLDER.mkdir(exist_ok=True)
        with file.open("w", newline="") as opened:
            writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        draw(rows)
    claims.finish()


if __name__ == "__main__":
    main()
