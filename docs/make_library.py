"""Draws the gallery of the library of machines: levels or parts, and which bath or field links them.

Run by hand from the repository's root when a machine is added: python docs/make_library.py
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

TARGET = Path(__file__).parent / "_static" / "library.png"
HOT, COLD, ROOM, FIELD, PLAIN = "#c8442c", "#2b6cb0", "#d89a1d", "#3c8a57", "#3d4450"


def level(ax: Axes, height: float, left: float = 0.25, right: float = 0.75) -> None:
    """One level."""
    ax.plot([left, right], [height, height], color=PLAIN, lw=2.2, solid_capstyle="round")


def link(ax: Axes, x: float, low: float, high: float, colour: str, name: str, side: float = 1.0) -> None:
    """What links two levels."""
    ax.annotate(
        "",
        (x, high),
        (x, low),
        arrowprops={"arrowstyle": "<->", "color": colour, "lw": 1.6, "shrinkA": 1, "shrinkB": 1},
    )
    ax.text(
        x + 0.03 * side,
        (low + high) / 2.0,
        name,
        color=colour,
        fontsize=8,
        va="center",
        ha="left" if side > 0 else "right",
    )


def box(ax: Axes, x: float, y: float, name: str, colour: str, width: float = 0.2, height: float = 0.2) -> None:
    """A bath or a part, in front of the lines that lead to it."""
    corner, style = (x - width / 2.0, y - height / 2.0), "round,pad=0.01,rounding_size=0.03"
    for face in ("white", colour + "26"):
        ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, fc=face, ec=colour, lw=1.3, zorder=3))
    ax.text(x, y, name, ha="center", va="center", fontsize=8, color=PLAIN, zorder=4)


def spin(ax: Axes, x: float, y: float, name: str = "", colour: str = PLAIN) -> None:
    """A two-level part, or a site."""
    ax.plot([x], [y], "o", ms=15, mfc="white", mec=colour, mew=1.7, zorder=3)
    ax.text(x, y, name, ha="center", va="center", fontsize=7.5, color=PLAIN, zorder=4)


def joined(
    ax: Axes, one: tuple[float, float], other: tuple[float, float], colour: str = PLAIN, style: str = "-"
) -> None:
    """A coupling."""
    ax.annotate(
        "",
        other,
        one,
        arrowprops={"arrowstyle": style, "color": colour, "lw": 1.4, "shrinkA": 8, "shrinkB": 8},
        zorder=1,
    )


def maser(*, upper: bool) -> Callable[[Axes], None]:
    """Three levels, two baths and a field."""

    def draw(ax: Axes) -> None:
        middle = 0.42 if upper else 0.58
        for height in (0.12, middle, 0.88):
            level(ax, height)
        link(ax, 0.34, 0.12, 0.88, HOT, "hot", -1.0)
        low, high = (0.12, middle), (middle, 0.88)
        link(ax, 0.6, *(low if upper else high), COLD, "cold")
        link(ax, 0.6, *(high if upper else low), FIELD, "drive")

    return draw


def maser_in_cavity(ax: Axes) -> None:
    """Three levels in a mode that leaks."""
    for height in (0.2, 0.45, 0.8):
        level(ax, height, 0.14, 0.5)
    link(ax, 0.2, 0.2, 0.8, HOT, "hot", -1.0)
    link(ax, 0.4, 0.2, 0.45, COLD, "cold")
    link(ax, 0.4, 0.45, 0.8, FIELD, "$g$")
    box(ax, 0.74, 0.62, "mode", FIELD, 0.2, 0.3)
    joined(ax, (0.47, 0.62), (0.72, 0.62), FIELD)
    joined(ax, (0.76, 0.62), (1.0, 0.62), ROOM, "->")
    ax.text(0.93, 0.7, "cavity", color=ROOM, fontsize=8, ha="center")


def collective_maser(ax: Axes) -> None:
    """Many masers that baths and drive see as one."""
    for shift in (0.0, 0.07, 0.14):
        for height in (0.16, 0.4, 0.8):
            level(ax, height + 0.4 * shift, 0.3 + shift, 0.6 + shift)
    link(ax, 0.24, 0.16, 0.8, HOT, "hot", -1.0)
    link(ax, 0.79, 0.22, 0.46, COLD, "cold")
    link(ax, 0.79, 0.46, 0.86, FIELD, "drive")


def three_levels(ax: Axes) -> None:
    """The smallest absorption refrigerator."""
    for height in (0.12, 0.36, 0.88):
        level(ax, height)
    link(ax, 0.34, 0.12, 0.88, ROOM, "hot", -1.0)
    link(ax, 0.6, 0.12, 0.36, COLD, "cold")
    link(ax, 0.6, 0.36, 0.88, HOT, "work")


def four_levels(ax: Axes) -> None:
    """Four levels of any couplings."""
    for height in (0.12, 0.34, 0.6, 0.9):
        level(ax, height, 0.2, 0.9)
    link(ax, 0.26, 0.12, 0.6, ROOM, "", -1.0)
    ax.text(0.24, 0.23, "hot", color=ROOM, fontsize=8, ha="right", va="center")
    link(ax, 0.44, 0.34, 0.9, ROOM, "", -1.0)
    ax.text(0.42, 0.75, "hot", color=ROOM, fontsize=8, ha="right", va="center")
    link(ax, 0.56, 0.12, 0.34, COLD, "cold")
    link(ax, 0.56, 0.34, 0.6, HOT, "work")
    link(ax, 0.74, 0.6, 0.9, HOT, "work")


def three_qubits(ax: Axes) -> None:
    """One quantum of two qubits for one of the third."""
    for x, name, bath, colour in ((0.18, "1", "cold", COLD), (0.5, "2", "hot", ROOM), (0.82, "3", "work", HOT)):
        spin(ax, x, 0.62, name, colour)
        box(ax, x, 0.2, bath, colour)
        joined(ax, (x, 0.22), (x, 0.62), colour)
    joined(ax, (0.18, 0.62), (0.5, 0.62))
    joined(ax, (0.5, 0.62), (0.82, 0.62))
    ax.text(0.5, 0.88, r"$|101\rangle \leftrightarrow |010\rangle$", ha="center", fontsize=8.5, color=PLAIN)


def heat_valve(ax: Axes) -> None:
    """What is tuned between two resonators."""
    box(ax, 0.08, 0.5, "hot", HOT, 0.15)
    box(ax, 0.92, 0.5, "cold", COLD, 0.15)
    for x in (0.29, 0.71):
        box(ax, x, 0.5, r"$\omega$", PLAIN, 0.12, 0.34)
    spin(ax, 0.5, 0.5, "", FIELD)
    ax.annotate("", (0.5, 0.86), (0.5, 0.6), arrowprops={"arrowstyle": "<->", "color": FIELD, "lw": 1.5})
    ax.text(0.54, 0.78, "gap", color=FIELD, fontsize=8)
    for one, other in ((0.14, 0.26), (0.32, 0.5), (0.5, 0.68), (0.75, 0.86)):
        ax.plot([one, other], [0.5, 0.5], color=PLAIN, lw=1.2, zorder=0)


def two_spins(ax: Axes) -> None:
    """A diode: a spin with a field, and one without."""
    box(ax, 0.1, 0.5, "left", HOT, 0.16)
    box(ax, 0.9, 0.5, "right", COLD, 0.16)
    spin(ax, 0.36, 0.5, "$h$")
    spin(ax, 0.64, 0.5, "")
    for one, other in ((0.1, 0.36), (0.36, 0.64), (0.64, 0.9)):
        joined(ax, (one + 0.03, 0.5), (other - 0.02, 0.5))
    ax.annotate("", (0.74, 0.8), (0.26, 0.8), arrowprops={"arrowstyle": "->", "color": HOT, "lw": 3.0})
    ax.annotate("", (0.42, 0.22), (0.58, 0.22), arrowprops={"arrowstyle": "->", "color": COLD, "lw": 1.0})


def three_spins(ax: Axes) -> None:
    """A transistor."""
    for x, name, colour in ((0.2, "left", HOT), (0.8, "right", COLD)):
        spin(ax, x, 0.62)
        box(ax, x, 0.22, name, colour)
        joined(ax, (x, 0.24), (x, 0.62), colour)
    spin(ax, 0.5, 0.62)
    box(ax, 0.5, 0.22, "middle", ROOM, 0.24)
    joined(ax, (0.5, 0.24), (0.5, 0.62), ROOM)
    joined(ax, (0.2, 0.62), (0.5, 0.62))
    joined(ax, (0.5, 0.62), (0.8, 0.62))
    ax.annotate("", (0.86, 0.9), (0.14, 0.9), arrowprops={"arrowstyle": "->", "color": HOT, "lw": 2.6})


def dots(ax: Axes) -> None:
    """A chain between leads."""
    box(ax, 0.07, 0.56, "$f_l$", HOT, 0.14, 0.6)
    box(ax, 0.93, 0.44, "$f_r$", COLD, 0.14, 0.36)
    for x in (0.29, 0.5, 0.71):
        level(ax, 0.5, x - 0.07, x + 0.07)
    for one, other in pairwise((0.14, 0.22, 0.36, 0.43, 0.57, 0.64, 0.78, 0.86)):
        if round(other - one, 2) < 0.1:
            ax.plot([one, other], [0.5, 0.5], ":", color=PLAIN, lw=1.6)
    ax.text(0.5, 0.64, "$U$ or one electron", ha="center", fontsize=8, color=PLAIN)
    ax.text(0.4, 0.37, "$t$", ha="center", fontsize=8.5, color=PLAIN)


def pump(ax: Axes) -> None:
    """A level and two barriers that are turned."""
    box(ax, 0.1, 0.5, "left", PLAIN, 0.18, 0.36)
    box(ax, 0.9, 0.5, "right", PLAIN, 0.18, 0.36)
    level(ax, 0.5, 0.4, 0.6)
    ax.annotate("", (0.5, 0.82), (0.5, 0.18), arrowprops={"arrowstyle": "<->", "color": FIELD, "lw": 1.6})
    for x, name in ((0.3, r"$\Gamma_l(t)$"), (0.7, r"$\Gamma_r(t)$")):
        ax.plot([x, x], [0.3, 0.7], color=FIELD, lw=4.0, solid_capstyle="round")
        ax.text(x, 0.8, name, ha="center", fontsize=8, color=FIELD)
    ax.text(0.53, 0.27, r"$\epsilon(t)$", fontsize=8, color=FIELD)


RING = ((0.5, 0.86), (0.82, 0.62), (0.7, 0.22), (0.3, 0.22), (0.18, 0.62))


def ring(*, coherent: bool) -> Callable[[Axes], None]:
    """A clock."""

    def draw(ax: Axes) -> None:
        for number, place in enumerate(RING):
            spin(ax, *place, str(number))
        for one, other in pairwise(RING):
            joined(ax, one, other, PLAIN, "-" if coherent else "->")
        joined(ax, RING[-1], RING[0], HOT, "->")
        ax.text(0.2, 0.84, "tick", color=HOT, fontsize=8.5, ha="center")
        ax.text(0.5, 0.5, "coherent" if coherent else r"$e^{-A/N}$", ha="center", fontsize=8, color=PLAIN)

    return draw


def chain(ax: Axes) -> None:
    """Spins between two ends that are pumped."""
    for x, name, colour in ((0.08, r"$+\mu$", HOT), (0.92, r"$-\mu$", COLD)):
        box(ax, x, 0.5, name, colour, 0.14)
    places = (0.28, 0.43, 0.57, 0.72)
    for x in places:
        spin(ax, x, 0.5)
        ax.annotate("", (x, 0.86), (x, 0.6), arrowprops={"arrowstyle": "->", "color": ROOM, "lw": 1.1, "ls": "-"})
    for one, other in pairwise((0.1, *places, 0.9)):
        ax.plot([one, other], [0.5, 0.5], color=PLAIN, lw=1.2, zorder=0)
    ax.text(0.5, 0.9, "dephasing", ha="center", fontsize=8, color=ROOM)
    ax.text(0.5, 0.26, r"$xx + yy + \Delta\,zz$", ha="center", fontsize=8.5, color=PLAIN)


def exclusion(ax: Axes) -> None:
    """Particles that hop."""
    places = (0.2, 0.35, 0.5, 0.65, 0.8)
    for x, full in zip(places, (True, False, True, True, False), strict=True):
        ax.plot([x - 0.05, x + 0.05], [0.4, 0.4], color=PLAIN, lw=2.0)
        if full:
            ax.plot([x], [0.48], "o", ms=11, color=HOT)
    for start, end in ((0.04, 0.16), (0.22, 0.34), (0.66, 0.79), (0.84, 0.96)):
        arrow = {"arrowstyle": "->", "color": PLAIN, "lw": 1.3, "connectionstyle": "arc3,rad=-0.6"}
        ax.annotate("", (end, 0.6), (start, 0.6), arrowprops=arrow)
    ax.text(0.1, 0.82, "enter", ha="center", fontsize=8, color=PLAIN)
    ax.text(0.92, 0.82, "leave", ha="center", fontsize=8, color=PLAIN)


PANELS: dict[str, Callable[[Axes], None]] = {
    "three_level_maser, upper pair": maser(upper=True),
    "three_level_maser, lower pair": maser(upper=False),
    "maser_in_cavity": maser_in_cavity,
    "collective_maser, collective_spins": collective_maser,
    "three_level_refrigerator": three_levels,
    "four_level_refrigerator": four_levels,
    "three_qubit_refrigerator": three_qubits,
    "heat_valve": heat_valve,
    "spin_diode, heat_rectifier": two_spins,
    "thermal_transistor": three_spins,
    "single_dot, double_dot, dot_chain": dots,
    "electron_pump": pump,
    "ring_clock": ring(coherent=False),
    "coherent_ring_clock": ring(coherent=True),
    "boundary_driven_chain": chain,
    "exclusion_process": exclusion,
}

if __name__ == "__main__":
    figure, grid = plt.subplots(4, 4, figsize=(11.0, 9.6), layout="constrained")
    for ax, (title, draw) in zip(grid.flat, PANELS.items(), strict=True):
        draw(ax)
        ax.set(xlim=(-0.02, 1.04), ylim=(0.0, 1.0), xticks=[], yticks=[])
        ax.set_title(title, fontsize=9, family="monospace")
        ax.spines[:].set_color("#d5d8dd")
    figure.savefig(TARGET, dpi=160, metadata={"Software": None})
