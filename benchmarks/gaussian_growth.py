"""Shows: current, noise and their errors of 1000 modes between two contacts in 30 s and 0.5 GB; growth with the modes.

A hopping chain with a lead at each end, from 10 to 1000 sites, the model included. Every point is a process of its own
on one thread: processor time and the peak of resident memory, interpreter and libraries included. One curve is the
current and its noise, with their errors; the other goes on to the fourth cumulant. From three sites on the ballistic
current and noise do not depend on the length, so that every point is checked against integrals over energy for four
sites, at 1e-9.
Writes docs/_static/gaussian_growth.csv, and from it gaussian_growth.svg and gaussian_growth.png; `--draw` only draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from harness.claims import EXACT
from harness.growth import Growth, Row, curve, timed
from harness.other_routes import relative
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.integrate import quad

import thermokin as tk
from thermokin.report import style

STRENGTH, RATE, BIAS = 0.2, 0.2, 4.0  # hopping, rate of the leads, potentials at +-BIAS, in units of the temperature
SIZES = {
    ("thermokin", "to order 2"): (10, 20, 50, 100, 200, 500, 1000),
    ("thermokin", "to order 4"): (10, 20, 50, 100, 200, 500, 1000),
}
LOOKS = {"to order 2": "thermokin", "to order 4": "first"}
SECONDS, GIGABYTES = 30.0, 0.5  # for 1000 modes
SITES = 4  # of the chain whose integrals are taken

Array = NDArray[np.float64]


def counted(sites: int, order: int) -> Array:
    model = tk.gaussian.hopping_chain(sites, hopping=STRENGTH, rate=RATE, temperature=1.0, left=BIAS, right=-BIAS)
    found = tk.cumulants(model, tk.particles(model, "left"), order=order)
    if not (found.error < EXACT).all():
        raise ArithmeticError(f"errors of {found.error.max():.1e}")
    return found.values


def integrals() -> Array:
    """Current and noise of a short chain by integrals over energy, its fillings those at the sites' own energy."""
    full = 1.0 / (1.0 + np.exp(-BIAS))
    chain = STRENGTH * (np.eye(SITES, k=1) + np.eye(SITES, k=-1)).astype(complex)
    chain[0, 0] = chain[-1, -1] = -0.5j * RATE

    def through(frequency: float) -> float:
        inverse = np.linalg.inv(frequency * np.eye(SITES) - chain)
        return float(RATE**2 * abs(inverse[0, -1]) ** 2)

    def noise(frequency: float) -> float:
        open_ = through(frequency)
        thermal = open_ * (full * full + (1.0 - full) ** 2)
        return thermal - (open_ * (2.0 * full - 1.0)) ** 2

    width = 40.0 * STRENGTH
    parts = [
        quad(density, -np.inf, -width, epsabs=0.0, epsrel=1e-12, limit=500)[0] * 2.0
        + quad(density, -width, width, epsabs=0.0, epsrel=1e-12, limit=2000)[0]
        for density in (through, noise)
    ]
    return np.array([parts[0] * (2.0 * full - 1.0), parts[1]]) / (2.0 * np.pi)


def measured(package: str, orders: str, size: int) -> dict[str, Any]:
    order = int(orders.rsplit(maxsplit=1)[-1])
    result, one = timed(lambda: order, lambda asked: counted(size, asked))
    missed = size == max(SIZES[package, orders]) and (one["seconds"] > SECONDS or one["peak"] > GIGABYTES)
    return one | {"gap": float("inf") if missed else relative(result[:2], integrals())}


def draw(rows: Sequence[Row]) -> Figure:
    canvas, grid = style.figure(1, 2, width=style.DOUBLE_COLUMN, height=66.0)
    with mpl.rc_context(dict(style.RC)):
        for ax, letter, quantity, label in (
            (grid[0, 0], "a", "seconds", "processor time [s]"),
            (grid[0, 1], "b", "peak_gigabytes", "peak of resident memory [GB]"),
        ):
            for orders, look in LOOKS.items():
                those = [r for r in rows if r["cumulants"] == orders]
                curve(ax, look, np.array([(float(r["modes"]), float(r[quantity])) for r in those]), orders)
            ax.set(xlabel="modes", ylabel=label)
            ax.set_title(f"({letter})")
        grid[0, 0].legend(loc="upper left")
    return canvas


if __name__ == "__main__":
    Growth(
        script=__file__,
        text=__doc__,
        sizes=SIZES,
        large={},
        measured=measured,
        allowed=lambda package: EXACT,
        columns=lambda curve, size, _: {"package": curve[0], "cumulants": curve[1], "modes": str(size)},
        draw=draw,
    ).run()
