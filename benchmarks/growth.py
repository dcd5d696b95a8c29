"""Shows: time and memory against the number of levels, for this package and for QuTiP as far as it goes.

The work of thermalization.py (populations at 200 times, entropy production rate, mean and variance of heat, the model
included) on evenly spread levels from N = 10 to 3000, to 10000 with `--large`. Every point is a process of its own on
one thread: the median processor time of three runs after a first one (of one run where it takes more than 5 s), which
is the time less what other programs took, and the peak of resident memory, interpreter and libraries included. QuTiP
stops at the size whose run takes more than 20 s. Points are checked against other routes at 1e-9, QuTiP against this
package at the accuracy of its integrator. Writes docs/_static/growth.csv, and from it growth.svg and growth.png;
`--draw` only draws.
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
from pathlib import Path

import matplotlib as mpl
import numpy as np
from harness.claims import EXACT, Claims
from harness.other_routes import other_routes, relative
from harness.rate_equation import Levels, populations, spread
from harness.timing import shown
from matplotlib.axes import Axes
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from thermokin.report import style

FOLDER = Path(__file__).parents[1] / "docs" / "_static"
START, TIMES = 0.25, np.linspace(0.0, 10.0, 200)
SIZES = {
    "thermokin": (10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000),
    "QuTiP, H dense": (10, 15, 20, 25, 30, 35, 40),
    "QuTiP, all sparse": (10, 20, 30, 50, 70, 100, 140, 200),
}
LOOK = {  # colour, line, marker
    "thermokin": (style.COOLING, "-", "o"),
    "QuTiP, H dense": (style.HEATING, style.DASHES[0], "s"),
    "QuTiP, all sparse": (style.OCHRE, style.DASHES[1], "D"),
}
TOO_LONG = 20.0  # seconds at which QuTiP stops
ONE_RUN = 5.0  # seconds from which one run serves
EXPM_UP_TO = 300  # levels up to which scipy's expm checks all populations
SOLVER = 1e-4

Array = NDArray[np.float64]


def work(package: str, system: Levels) -> tuple[Array, Array]:
    """Populations and variance of heat, after everything has been worked out."""
    if package == "thermokin":
        from harness import ours

        found = ours.thermalization(ours.model_of(system), START, TIMES)
        return found.populations, found.heat_variance
    from harness import qutip_peer

    hamiltonian = qutip_peer.dense_hamiltonian if "dense" in package else qutip_peer.sparse_hamiltonian
    path, _, _, variance = qutip_peer.everything(system, hamiltonian, system.gibbs(START), TIMES)
    return path, variance


def measured(package: str, size: int) -> None:
    """The child: one line of JSON."""
    system, seconds = spread(size, 1), list[float]()
    with threadpool_limits(limits=1):
        while len(seconds) < 4:
            started = time.process_time()
            result = work(package, system)
            seconds.append(time.process_time() - started)
            if len(seconds) == 1:
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
            if seconds[0] > ONE_RUN:
                break
        gap = disagreement(package, system, result)
    print(json.dumps({"seconds": statistics.median(seconds[1:] or seconds), "peak": peak, "gap": gap}))


def disagreement(package: str, system: Levels, result: tuple[Array, Array]) -> float:
    """Of QuTiP with this package, of this package with another route."""
    start = system.gibbs(START)
    if package != "thermokin":
        return max(relative(ours_, theirs) for ours_, theirs in zip(work("thermokin", system), result, strict=True))
    if system.energies.size <= EXPM_UP_TO:
        return relative(result[0], populations(system, start, TIMES))
    from harness import ours

    del result
    return max(other_routes(system, start, ours.thermalization(ours.model_of(system), START, TIMES)).values())


def table(claims: Claims, sizes: dict[str, tuple[int, ...]]) -> list[dict[str, str]]:
    rows = []
    for package, those in sizes.items():
        for size in those:
            command = [sys.executable, str(Path(__file__)), "--child", package, str(size)]
            printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            one = json.loads(printed.splitlines()[-1])
            print(f"{package}, N = {size}: {shown(one['seconds'])}, {one['peak']:.2f} GB", flush=True)
            claims.small("disagreement", one["gap"], EXACT if package == "thermokin" else SOLVER)
            rows.append(
                {
                    "package": package,
                    "levels": str(size),
                    "seconds": f"{one['seconds']:.3g}",
                    "peak_gigabytes": f"{one['peak']:.3g}",
                }
            )
            if package != "thermokin" and one["seconds"] > TOO_LONG:
                break
    return rows


def draw(rows: list[dict[str, str]]) -> None:
    canvas, grid = style.figure(1, 2, width=style.DOUBLE_COLUMN, height=66.0)
    with mpl.rc_context(dict(style.RC)):
        for ax, letter, quantity, label in (
            (grid[0, 0], "a", "seconds", "processor time [s]"),
            (grid[0, 1], "b", "peak_gigabytes", "peak of resident memory [GB]"),
        ):
            for package, (colour, dashes, marker) in LOOK.items():
                points = np.array([(float(r["levels"]), float(r[quantity])) for r in rows if r["package"] == package]).T
                if points.size:
                    ax.plot(*points, color=colour, linestyle=dashes, marker=marker, markersize=3.2, label=package)
            ax.set(xscale="log", yscale="log", xlabel="levels $N$", ylabel=label)
            ax.set_title(f"({letter})")
            square_law(ax, rows, quantity)
        grid[0, 1].legend(loc="upper left")
    for suffix in ("svg", "png"):
        canvas.savefig(FOLDER / f"growth.{suffix}", dpi=300, metadata={"Date": None} if suffix == "svg" else None)


def square_law(ax: Axes, rows: list[dict[str, str]], quantity: str) -> None:
    """A short line N^2 below the last points of this package."""
    last = [r for r in rows if r["package"] == "thermokin"][-1]
    size, value = float(last["levels"]), 0.4 * float(last[quantity])
    reach = np.array([0.35, 0.9])
    ax.plot(reach * size, value * reach**2, color=style.GREY, linewidth=0.8)
    ax.annotate(
        "$N^2$",
        (0.6 * size, value * 0.36),
        xytext=(3, -8),
        textcoords="offset points",
        color=style.DARK_GREY,
        fontproperties=style.small_font(ax),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="this package to 10000 levels")
    parser.add_argument("--quick", action="store_true", help="few sizes, nothing written")
    parser.add_argument("--draw", action="store_true", help="only draw what growth.csv holds")
    parser.add_argument("--child", nargs=2, metavar=("PACKAGE", "N"), help=argparse.SUPPRESS)
    asked, file, claims = parser.parse_args(), FOLDER / "growth.csv", Claims()
    if asked.child:
        measured(asked.child[0], int(asked.child[1]))
        return
    if asked.draw:
        draw(list(csv.DictReader(file.read_text().splitlines())))
        return
    sizes = dict(SIZES)
    if asked.large:
        sizes["thermokin"] += (5000, 10000)
    if asked.quick:
        sizes = {package: those[:3] for package, those in sizes.items()}
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
