"""Draws the figures of the cards on the documentation's first page, each by the code of the page that it leads to.

Run by hand from the repository's root when a figure should change: python docs/make_cards.py
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import thermokin as tk
from thermokin.report.style import figure, legend, styled

FOLDER = Path(__file__).parent / "_static" / "cards"
WIDTH, HEIGHT = 86.0, 54.0  # mm


def quench() -> Figure:
    """Who is ahead: completion of the qubit of the built-in study."""
    pair = tk.reciprocal(lambda t: tk.library.qubit(gap=1.0, rate=0.01, temperature=t), cold=0.5, hot=2.0)
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    race = tk.compare(pair, times=np.linspace(0.0, 150.0, 301))
    ax = axes[0, 0]
    ax.plot(race.times, race.heating.kinematics.completion, label="heating")
    ax.plot(race.times, race.cooling.kinematics.completion, label="cooling")
    ax.set_xlabel("time")
    ax.set_ylabel("completion")
    legend(ax)
    return drawing


def machine() -> tk.Model:
    """An absorption refrigerator of three levels."""
    return tk.library.three_level_refrigerator(work=6.0, hot=1.5, cold=1.0)


def counting() -> Figure:
    """How often: odds of the quanta that the refrigerator takes from the cold bath."""
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    model, ax = machine(), axes[0, 0]
    taken = tk.distribution(model, tk.heat(model, "cold"), tk.Gibbs(1.0), [400.0, 4000.0])
    for time, odds in zip((400, 4000), taken.probabilities, strict=True):
        ax.vlines(
            taken.values + time / 16000.0, 0.0, odds, colors=f"C{time // 4000}", linewidth=1.4, label=f"time {time}"
        )
    ax.set_xlim(-6.5, 12.5)
    ax.set_xlabel("heat from cold")
    ax.set_ylabel("probability")
    legend(ax)
    return drawing


def transport() -> Figure:
    """Where a quantum dot works as an engine, and where as a refrigerator."""
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    bias, level = np.linspace(-1.5, 1.5, 81), np.linspace(-3.0, 3.0, 81)
    leads = [
        tk.Bath("hot", 1.0, 0.5 * bias[:, None], tk.Fermi()),
        tk.Bath("cold", 0.4, -0.5 * bias[:, None], tk.Fermi()),
    ]
    dot = tk.transport.resonant_level(level[None, :], 0.1, 0.1)
    junction = tk.transport.Junction(dot, leads)
    current = tk.cumulants(junction, tk.particles(junction, "hot"), order=1).mean
    ax, top = axes[0, 0], float(np.abs(current).max())
    mesh = ax.pcolormesh(level, bias, current, cmap="RdBu_r", vmin=-top, vmax=top, rasterized=True)
    ax.set_xlabel("level")
    ax.set_ylabel("bias")
    drawing.colorbar(mesh, label="current")
    return drawing


def machines() -> Figure:
    """Levels, baths and currents of the refrigerator."""
    return tk.figures_of_merit(machine()).plot()[0]


def cycles() -> Figure:
    """The Otto engine of a qubit in its planes."""
    baths = {
        name: tk.Contact(tk.Bath(name, temperature), [[0, 1], [1, 0]], tk.Flat(0.2))
        for name, temperature in (("hot", 4.0), ("cold", 0.5))
    }
    gaps = {"hot": 2.0, "cold": 1.0}
    leg = {name: tk.davies(np.diag([0.0, gap]), [baths[name]]) for name, gap in gaps.items()}
    protocol = tk.Protocol([tk.Leg(20.0, leg["hot"]), tk.Leg(20.0, leg["cold"])], quench=True)
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    tk.cycle_planes(tk.limit_cycle(protocol)).plot([axes[0, 0], figure()[1][0, 0]])  # the second plane is not shown
    return drawing


def bounds() -> Figure:
    """What precision costs: noise over each of its limits."""
    model = tk.library.coupled_qubits(gaps=[1.0, 1.4], coupling=0.3, rate=0.002, hot=2.0, cold=0.5)
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    names = (
        "thermo-kinetic",
        "thermo-kinetic, exact information",
        "thermodynamic",
        "kinetic",
        "optimal scores",
        "clock",
    )
    tk.bounds.evaluate(model, tk.heat(model, "hot"), theorems=names).plot(axes[0])
    return drawing


def qutip() -> Figure:
    """A driven, damped qubit: populations over time."""
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    model = tk.Model(0.3 * (lower + lower.T), [tk.Channel(np.sqrt(0.15) * lower, None)])
    evolution = tk.evolve(model, np.diag([1.0, 0.0]), np.linspace(0.0, 60.0, 301))
    ax = axes[0, 0]
    ax.plot(evolution.times, evolution.states[:, 1, 1].real)
    ax.set_xlabel("time")
    ax.set_ylabel("excited")
    return drawing


def design() -> Figure:
    """The front between cooling and steadiness."""
    family = tk.Family(tk.library.three_level_maser, {"hot": 1.5, "cold": 1.0})
    ranges = {
        "drive": (0.001, 0.1),
        "gap_cold": (0.1, 3.0),
        "gap_hot": (0.2, 6.0),
        "rate_hot": (0.001, 0.1),
        "rate_cold": (0.001, 0.1),
    }
    wishes = {"heat from cold": "max", "uncertainty product": "min"}
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    found = tk.design.front(
        family, ranges, wishes, {"heat from cold": (2e-4, None)}, points=16, samples=512, generations=30
    )
    found.plot(axes[0])
    return drawing


def inference() -> Figure:
    """Waits between clicks of a driven atom, and what its model says of them."""
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    model = tk.Model(1.5 * (lower + lower.T), [tk.Channel(lower, None)])
    runs = tk.unravel(model, np.diag([1.0, 0.0]), times=[2000.0], trajectories=1, seed=4)
    waits = np.diff(runs.jump_times)
    drawing, axes = figure(width=WIDTH, height=HEIGHT)
    ax, grid = axes[0, 0], np.linspace(0.0, 8.0, 201)
    ax.hist(waits, bins=np.linspace(0.0, 8.0, 33), density=True, color="0.85", label="clicks")
    ax.plot(grid, tk.waiting_times(model, 0, 0, grid).values, label="model")
    ax.set_xlabel("wait")
    ax.set_ylabel("probability density")
    legend(ax)
    return drawing


CARDS: dict[str, Callable[[], Figure]] = {
    one.__name__: one for one in (quench, counting, transport, machines, cycles, bounds, qutip, inference, design)
}

if __name__ == "__main__":
    warnings.simplefilter("ignore", tk.errors.ValidityWarning)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, draw in CARDS.items():
        with styled():
            drawing = draw()
        with styled():
            drawing.savefig(FOLDER / f"{name}.png", dpi=160, metadata={"Software": None})
