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

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from harness.boundary_driven import BoundaryDriven, chain, oscillators
from harness.claims import EXACT
from harness.growth import Growth, Row, curve, timed
from harness.other_routes import relative
from harness.ours import open_model
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import thermokin as tk
from thermokin.report import style

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
LOOKS = {"thermokin": "thermokin", "qthermo": "second", "QuTiP": "first"}
LABELLED_FROM = 4  # spins

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


def measured(package: str, kind: str, size: int) -> dict[str, Any]:
    system = SYSTEMS[kind](size)
    result, one = timed(*work(package, system))
    other = system.elsewhere if package == "thermokin" else system.counted
    return one | {"levels": system.levels, "gap": relative(result, counted(open_model(system), other))}


def draw(rows: Sequence[Row]) -> Figure:
    canvas, grid = style.figure(1, 2, width=style.DOUBLE_COLUMN, height=70.0)
    with mpl.rc_context(dict(style.RC)):
        for ax, kind, title in (
            (grid[0, 0], "chain", "(a) XXZ chain driven at its ends"),
            (grid[0, 1], "oscillators", "(b) two coupled oscillators"),
        ):
            for package, look in LOOKS.items():
                those = [r for r in rows if r["package"] == package and r["system"] == kind]
                curve(ax, look, np.array([(float(r["levels"]), float(r["seconds"])) for r in those]), package)
            ax.set(xlabel="levels $N$", ylabel="processor time [s]")
            ax.set_title(title)
        low = min(ax.get_ylim()[0] for ax in grid[0])
        high = max(ax.get_ylim()[1] for ax in grid[0])
        for ax in grid[0]:
            ax.set_ylim(low, high)
        spins_beside(grid[0, 0], [r for r in rows if r["package"] == "thermokin" and r["system"] == "chain"])
        grid[0, 1].legend(loc="lower right")
    return canvas


def spins_beside(ax: Axes, rows: Sequence[Row]) -> None:
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


if __name__ == "__main__":
    Growth(
        script=__file__,
        text=__doc__,
        sizes=SIZES,
        large=LARGE,
        measured=measured,
        allowed=lambda _: EXACT,
        columns=lambda curve, size, one: {
            "package": curve[0],
            "system": curve[1],
            "size": str(size),
            "levels": str(one["levels"]),
        },
        draw=draw,
    ).run()
