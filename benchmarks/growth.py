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

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from harness.claims import EXACT
from harness.growth import Growth, Row, curve, timed
from harness.other_routes import other_routes, relative
from harness.rate_equation import Levels, populations, spread
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from thermokin.report import style

START, TIMES = 0.25, np.linspace(0.0, 10.0, 200)
SIZES = {
    ("thermokin",): (10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000),
    ("QuTiP, H dense",): (10, 15, 20, 25, 30, 35, 40),
    ("QuTiP, all sparse",): (10, 20, 30, 50, 70, 100, 140, 200),
}
LARGE = {("thermokin",): (5000, 10000)}
LOOKS = {"thermokin": "thermokin", "QuTiP, H dense": "first", "QuTiP, all sparse": "second"}
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


def measured(package: str, size: int) -> dict[str, Any]:
    system = spread(size, 1)
    result, one = timed(lambda: system, lambda levels: work(package, levels))
    return one | {"gap": disagreement(package, system, result)}


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


def draw(rows: Sequence[Row]) -> Figure:
    canvas, grid = style.figure(1, 2, width=style.DOUBLE_COLUMN, height=66.0)
    with mpl.rc_context(dict(style.RC)):
        for ax, letter, quantity, label in (
            (grid[0, 0], "a", "seconds", "processor time [s]"),
            (grid[0, 1], "b", "peak_gigabytes", "peak of resident memory [GB]"),
        ):
            for package, look in LOOKS.items():
                those = [r for r in rows if r["package"] == package]
                curve(ax, look, np.array([(float(r["levels"]), float(r[quantity])) for r in those]), package)
            ax.set(xlabel="levels $N$", ylabel=label)
            ax.set_title(f"({letter})")
            square_law(ax, rows, quantity)
        grid[0, 1].legend(loc="upper left")
    return canvas


def square_law(ax: Axes, rows: Sequence[Row], quantity: str) -> None:
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


if __name__ == "__main__":
    Growth(
        script=__file__,
        text=__doc__,
        sizes=SIZES,
        large=LARGE,
        measured=measured,
        allowed=lambda package: EXACT if package == "thermokin" else SOLVER,
        columns=lambda curve, size, _: {"package": curve[0], "levels": str(size)},
        draw=draw,
    ).run()
