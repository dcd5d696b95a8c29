"""A cycle drawn in the entropy-temperature and the energy-frequency planes, beside the infinitely slow one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.cycles.cycle_planes import CurveInPlanes, CyclePlanes
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.model.bath import Bath
from thermokin.views.in_units import with_unit_shown
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CyclePlanesView"]

FAR = 1.6  # times the hottest bath: temperatures beyond leave the figure
ARROWS = 2  # along each leg that is long enough
SHORT = 0.06  # of the diagonal of the figure: a leg that is shorter bears no arrow


def _along(name: str, meaning: str, unit: str, *, slow: bool) -> Variable[CyclePlanes]:
    def read(result: CyclePlanes) -> FloatArray:
        curve = result.slow if slow else result.curve
        assert curve is not None  # noqa: S101 - narrows the type: asked only where there is one
        return np.asarray(getattr(curve, name))

    point = "slow_point" if slow else "point"
    said = f"{meaning}, infinitely slow" if slow else meaning
    return Variable(f"slow_{name}" if slow else name, said, unit, (point,), read)


class CyclePlanesView(View[CyclePlanes], of=CyclePlanes):
    """Entropy, temperature, energy and frequency along the cycle."""

    MEANINGS = (
        ("leg", "number of the leg", "1"),
        ("entropy", "entropy of the state", "nats"),
        ("temperature", "temperature of the Gibbs state of the same energy", "energy"),
        ("energy", "energy above the lowest level", "energy"),
        ("frequency", "mean spacing of the levels", "energy"),
    )
    variables = tuple(_along(*one, slow=False) for one in MEANINGS)
    slow = tuple(_along(*one, slow=True) for one in MEANINGS)
    panels = (1, 2)

    def title(self, result: CyclePlanes) -> str:
        """Of how many legs."""
        return (
            f"Cycle of {len(result.protocol.legs)} legs in the planes of entropy and temperature, energy and frequency"
        )

    def defined(self, result: CyclePlanes) -> tuple[Variable[Any], ...]:
        """Those of the infinitely slow cycle where there is one."""
        return self.variables if result.slow is None else (*self.variables, *self.slow)

    def draw(self, result: CyclePlanes, axes: list[Axes]) -> None:
        """Both planes: a colour for each leg, the slow cycle dashed, baths as level lines."""
        warmth = unit_shown("temperature")
        _draw(result, axes[0], "entropy", "temperature")
        axes[0].set_xlabel(f"entropy [{unit_shown('nats')}]")
        axes[0].set_ylabel(f"temperature of the state [{'energy' if warmth == 'temperature' else warmth}]")
        _draw(result, axes[1], "frequency", "energy")
        axes[1].set_xlabel(f"frequency, mean spacing of the levels [{unit_shown('energy')}]")
        axes[1].set_ylabel(with_unit_shown("energy above the lowest level", "energy"))
        _draw_baths(result, axes[0])
        _legend(result, axes[1])


def _draw(result: CyclePlanes, ax: Axes, along: str, up: str) -> None:
    from thermokin.report.style import DARK_GREY, DASHES, PAPER

    if result.slow is not None:
        x, y = _row(result, result.slow, along), _row(result, result.slow, up)
        ax.plot(_closed(x), _closed(y), color=DARK_GREY, linewidth=0.9, linestyle=DASHES[0], zorder=2)
    x, y = _row(result, result.curve, along), _row(result, result.curve, up)
    every = [y if result.slow is None else np.concatenate([y, _row(result, result.slow, up)])]
    ends = np.flatnonzero(np.diff(result.curve.leg)) + 1
    for number, rows in enumerate(np.split(np.arange(x.size), ends)):
        colour, dash = _style(result, number)
        ax.plot(x[rows], y[rows], color=colour, linestyle=dash, zorder=3)
        ax.plot(x[rows[:1]], y[rows[:1]], "o", markersize=3.0, color=colour, markeredgecolor=PAPER, zorder=5)
        # A jump between legs is a thin line.
        after = rows[-1] + 1 if rows[-1] + 1 < x.size else 0
        ax.plot(x[[rows[-1], after]], y[[rows[-1], after]], color=colour, linewidth=0.7, linestyle=":", zorder=3)
    if not np.isfinite(y).any():  # an empty frame would look like a fault
        ax.text(0.5, 0.4, "too hot for this figure, or inverted", transform=ax.transAxes, ha="center", fontsize="small")
    _limit(ax, np.concatenate(every))
    for number, rows in enumerate(np.split(np.arange(x.size), ends)):
        _arrow(ax, x[rows], y[rows], _style(result, number)[0])


def _row(result: CyclePlanes, curve: CurveInPlanes, name: str) -> FloatArray:
    values = np.asarray(getattr(curve, name), dtype=np.float64)
    if name != "temperature":
        return in_asked_units(values, "nats" if name == "entropy" else "energy")
    hottest = max((float(bath.temperature) for bath in result.protocol.baths), default=np.inf)
    spread = float(curve.frequency.max(initial=0.0))
    return in_asked_units(np.where(values > FAR * max(hottest, spread), np.nan, values), "temperature")


def _closed(values: FloatArray) -> FloatArray:
    return np.append(values, values[:1])


def _limit(ax: Axes, values: FloatArray) -> None:
    shown = values[np.isfinite(values)]
    if shown.size and shown.min() >= 0.0:
        ax.set_ylim(bottom=min(ax.get_ylim()[0], 0.9 * float(shown.min())) if shown.min() > 0.2 * shown.max() else 0.0)


def _arrow(ax: Axes, x: FloatArray, y: FloatArray, colour: str) -> None:
    """An arrow in the middle of what the eye sees of a leg."""
    shown = np.isfinite(x) & np.isfinite(y)
    if shown.sum() < 2:
        return
    points = ax.transData.transform(np.column_stack([x[shown], y[shown]]))
    passed = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    box = ax.get_window_extent()
    if passed[-1] < SHORT * np.hypot(box.width, box.height):
        return
    ahead = np.clip(0.5 * passed[-1] + np.array([-0.01, 0.01]) * passed[-1], 0.0, passed[-1])
    tail, head = (np.array([np.interp(one, passed, row) for row in points.T]) for one in ahead)
    inverse = ax.transData.inverted()
    ax.annotate(
        "",
        xy=tuple(inverse.transform(head)),
        xytext=tuple(inverse.transform(tail)),
        arrowprops={"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8},
        zorder=6,
    )


def _style(result: CyclePlanes, number: int) -> tuple[str, Any]:
    """Red for a leg on the hottest bath alone, blue for one on the coldest, other colours for the rest."""
    from thermokin.report.style import COOLING, DASHES, GREEN, HEATING, OCHRE, PURPLE

    leg = result.protocol.legs[number]
    warmth = sorted({float(bath.temperature) for bath in result.protocol.baths})
    own = {float(bath.temperature) for bath in leg.baths} if leg.has_jumps else set()
    same = [one for one in range(number) if _kind(result, one) == _kind(result, number)]
    if len(own) == 1 and len(warmth) > 1 and own <= {warmth[0], warmth[-1]}:
        return (HEATING if warmth[-1] in own else COOLING), "-" if not same else DASHES[len(same) - 1]
    rest = [one for one in range(number) if _kind(result, one) not in {"hot", "cold"}]
    colours = (GREEN, PURPLE, OCHRE)
    return colours[len(rest) % len(colours)], "-" if len(rest) < len(colours) else DASHES[len(rest) % len(DASHES)]


def _kind(result: CyclePlanes, number: int) -> str:
    leg = result.protocol.legs[number]
    warmth = sorted({float(bath.temperature) for bath in result.protocol.baths})
    own = {float(bath.temperature) for bath in leg.baths} if leg.has_jumps else set()
    if len(own) == 1 and len(warmth) > 1:
        return "hot" if warmth[-1] in own else "cold" if warmth[0] in own else "other"
    return "other"


def _draw_baths(result: CyclePlanes, ax: Axes) -> None:
    from thermokin.report.style import COOLING, HEATING, LIGHT_GREY, small_font

    baths: list[Bath] = sorted(result.protocol.baths, key=lambda bath: float(bath.temperature))
    for place, bath in enumerate(baths):
        ends = {len(baths) - 1: HEATING, 0: COOLING} if len(baths) > 1 else {}
        height = float(in_asked_units(bath.temperature, "temperature"))
        ax.axhline(height, color=LIGHT_GREY, linewidth=0.8, zorder=1)
        ax.annotate(
            bath.name,
            xy=(1.0, height),
            xycoords=("axes fraction", "data"),
            xytext=(2.0, 0.0),
            textcoords="offset points",
            va="center",
            color=ends.get(place, "0.4"),
            fontproperties=small_font(ax),
        )


def _legend(result: CyclePlanes, ax: Axes) -> None:
    from matplotlib.lines import Line2D

    from thermokin.report.style import DARK_GREY, DASHES, INK, small_font

    handles = [
        Line2D([], [], color=_style(result, number)[0], linestyle=_style(result, number)[1], label=name)
        for number, name in enumerate(result.cycle.ledger.legs)
    ]
    if result.slow is not None:
        handles.append(Line2D([], [], color=DARK_GREY, linewidth=0.9, linestyle=DASHES[0], label="infinitely slow"))
    ax.legend(handles=handles, prop=small_font(ax), labelcolor=INK, frameon=False, loc="best")
