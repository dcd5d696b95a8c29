"""Sites at their places, bonds between them, boxes beside them, and arrows as wide as what they carry."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from thermokin.report.flow_diagram import shortened_name
from thermokin.report.flow_layout import BEND, BOX, FLAT, RADIUS, Arrow, FlowMap, Points, Station, half_box, side_of
from thermokin.report.free_room import FreeRoom, printed_half
from thermokin.report.style import DARK_GREY, FONT_SIZE, GREY, INK, LIGHT_GREY, MILLIMETRE, PAPER, SMALL_FONT_SIZE

__all__ = ["draw_flow_map"]

WIDEST, THINNEST = 4.2, 0.35  # mm: shafts of arrows
SLANTED = 0.2  # of a direction: neither level nor upright
ASIDE = 0.4  # of a direction: print stands beside a line, not above or below


def draw_flow_map(ax: Axes, drawn: FlowMap, headline: str) -> None:
    """Draw the map; the axes become the sheet, in millimetres.

    Args:
        ax: axes to draw in, of any size.
        drawn: what is drawn.
        headline: a line at the top.
    """
    width, height = drawn.size
    ax.set_xlim(0.0, width)
    ax.set_ylim(0.0, height)
    ax.set_aspect("equal")
    ax.set_axis_off()
    extent = ax.get_window_extent()
    dots = ax.get_figure(root=True).dpi * MILLIMETRE  # type: ignore[union-attr]
    scale = min(1.0, extent.width / dots / width, extent.height / dots / height)
    places, count = drawn.places, len(drawn.labels)
    ax.text(1.5, height - 3.5, headline, ha="left", va="center", fontsize=FONT_SIZE * scale, color=INK)
    largest = max((one.amount for one in drawn.arrows), default=0.0)
    room = _taken(drawn, largest)
    for number in sorted(range(len(drawn.arrows)), key=lambda one: -drawn.arrows[one].amount):
        _arrow(ax, drawn.arrows[number], number, (places, count), largest, scale, room)
    for place, label in zip(places, drawn.labels, strict=False):
        ax.add_patch(Circle(tuple(place), RADIUS, facecolor=PAPER, edgecolor=DARK_GREY, linewidth=1.0, zorder=3))
        ax.text(
            float(place[0]),
            float(place[1]),
            label,
            ha="center",
            va="center",
            fontsize=FONT_SIZE * scale,
            color=INK,
            zorder=4,
        )
    for place, station in zip(places[count:], drawn.stations, strict=True):
        _box(ax, place, station, scale)


def _taken(drawn: FlowMap, largest: float) -> FreeRoom:
    """What sites, boxes and straight arrows leave of the sheet."""
    room, places, count = FreeRoom(), drawn.places, len(drawn.labels)
    for number, place in enumerate(places):
        room.take(place, (RADIUS, RADIUS) if number < count else (0.5 * BOX[0], 0.5 * BOX[1]))
    for number, arrow in enumerate(drawn.arrows):
        if arrow.amount and not arrow.dotted:
            room.take_line(places[arrow.start], places[arrow.end], _half_shaft(arrow, largest), number)
        elif arrow.amount:
            points = [_on_arc(places, arrow, count, share) for share in np.linspace(0.0, 1.0, 9)]
            for one, other in pairwise(points):
                room.take_line(one, other, THINNEST, number)
    return room


def _half_shaft(arrow: Arrow, largest: float) -> float:
    return 0.5 * max(THINNEST, WIDEST * arrow.amount / largest)


def _box(ax: Axes, place: Points, station: Station, scale: float) -> None:
    wide, tall = BOX
    ax.add_patch(
        FancyBboxPatch(
            (place[0] - 0.5 * wide + 1.0, place[1] - 0.5 * tall + 1.0),
            wide - 2.0,
            tall - 2.0,
            boxstyle="round,pad=1.0,rounding_size=1.6",
            facecolor=PAPER,
            edgecolor=station.colour,
            linewidth=1.2,
            zorder=3,
        )
    )
    both = {"ha": "center", "va": "center", "zorder": 4}
    lift = 1.7 if station.note else 0.0
    name = shortened_name(station.name, 11)
    ax.text(place[0], place[1] + lift, name, fontsize=FONT_SIZE * scale, color=INK, **both)  # type: ignore[arg-type]
    note = {"fontsize": SMALL_FONT_SIZE * scale, "color": DARK_GREY, **both}
    ax.text(place[0], place[1] - 1.9, station.note, **note)  # type: ignore[arg-type]


def _rim(place: int, toward: Points, count: int) -> float:
    """How far from the middle of a place an arrow in some direction begins [mm]."""
    if place < count:
        return RADIUS + 0.8
    return half_box(toward) + 0.8


def _arrow(
    ax: Axes, arrow: Arrow, number: int, where: tuple[Points, int], largest: float, scale: float, room: FreeRoom
) -> None:
    """An arrow as wide as its amount, with the amount beside it where there is room."""
    places, count = where
    begin, end = places[arrow.start], places[arrow.end]
    ahead = (end - begin) / np.linalg.norm(end - begin)
    begin, end = begin + _rim(arrow.start, ahead, count) * ahead, end - _rim(arrow.end, -ahead, count) * ahead
    across = np.array([-ahead[1], ahead[0]])
    if across[1] < -FLAT or (abs(across[1]) <= FLAT and across[0] < 0.0):
        across = -across
    whole = float((end - begin) @ ahead)
    clear = 0.6
    if arrow.amount == 0.0:
        ax.plot(*np.transpose([begin, end]), color=LIGHT_GREY, linewidth=1.0, linestyle=(0.0, (2.0, 2.0)), zorder=1)
    elif arrow.dotted:
        side = side_of(places, arrow, count)
        touched, reached = _on_arc(places, arrow, count, 0.0), _on_arc(places, arrow, count, 1.0)
        _bent(ax, arrow, touched, reached, side, scale)
        across = side * np.array([ahead[1], -ahead[0]])
    else:
        clear = _shaft(ax, arrow, begin, ahead, whole, largest)
        outward = 0.5 * (begin + end) - places[:count].mean(axis=0)
        if np.abs(ahead).min() > SLANTED and across @ outward < 0.0:
            across = -across
    if arrow.shown:
        sides, shares = ((1.0,) if arrow.dotted else (1.0, -1.0)), (0.5, 0.35, 0.65, 0.22, 0.78)
        bent = arrow.dotted and arrow.amount > 0.0
        tries = [
            ((_on_arc(places, arrow, count, share) if bent else begin + share * (end - begin)) + far * across, way)
            for share in shares
            for far, way in ((side * (clear + 0.9), side * across) for side in sides)
        ]
        half = printed_half(arrow.shown)
        middles = [place + _anchor(way) * half for place, way in tries]
        chosen = room.first_free(middles, half, number)
        room.take(middles[chosen], half)
        _number(ax, arrow, *tries[chosen], scale)


def _anchor(way: Points) -> Points:
    """From where print is fixed to its middle, in halves of its size, if it stands to this side of something."""
    return np.where(np.abs(way) > ASIDE, np.sign(way), 0.0)


def _number(ax: Axes, arrow: Arrow, place: Points, way: Points, scale: float) -> None:
    flat, steep = _anchor(way)
    ax.text(
        float(place[0]),
        float(place[1]),
        arrow.shown,
        ha="left" if flat > 0 else "right" if flat < 0 else "center",
        va="bottom" if steep > 0 else "top" if steep < 0 else "center",
        fontsize=SMALL_FONT_SIZE * scale,
        color=GREY if arrow.amount == 0.0 else INK,
        zorder=5,
        # Over lines that cross it.
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6} if arrow.dotted or not arrow.amount else None,
    )


def _on_arc(places: Points, arrow: Arrow, count: int, share: float) -> Points:
    """A point of a dotted arrow, a parabola by its two ends and the corner of its tangents."""
    ahead = places[arrow.end] - places[arrow.start]
    side = side_of(places, arrow, count)
    along = side * ahead / np.linalg.norm(ahead)
    begin, end = (_edge(places, one, along, count) for one in (arrow.start, arrow.end))
    way = end - begin
    corner = 0.5 * (begin + end) + BEND * side * np.array([way[1], -way[0]])
    return np.asarray((1.0 - share) ** 2 * begin + 2.0 * share * (1.0 - share) * corner + share**2 * end)


def _edge(places: Points, place: int, along: Points, count: int) -> Points:
    """Where a dotted arrow touches a place: on the side to which it bends."""
    aside = np.array([along[1], -along[0]])
    return np.asarray(places[place] + aside * (RADIUS + 0.8 if place < count else half_box(aside) + 0.4))


def _bent(ax: Axes, arrow: Arrow, begin: Points, end: Points, side: float, scale: float) -> None:
    """A dotted arrow on an arc, as thin whatever it carries."""
    ax.annotate(
        "",
        xy=(float(end[0]), float(end[1])),
        xytext=(float(begin[0]), float(begin[1])),
        zorder=1,
        arrowprops={
            "arrowstyle": "-|>",
            "linestyle": ":",
            "linewidth": 1.2 * scale,
            "color": arrow.colour,
            "shrinkA": 0.0,
            "shrinkB": 0.0,
            "mutation_scale": 7.0 * scale,
            "connectionstyle": f"arc3,rad={BEND * side}",
        },
    )


def _shaft(ax: Axes, arrow: Arrow, begin: Points, ahead: Points, whole: float, largest: float) -> float:
    """The filled arrow; half of its width with the head."""
    half = _half_shaft(arrow, largest)
    head, length = 1.3 * half + 0.5, min(1.8 + 1.1 * half, 0.7 * whole)
    left = np.array([-ahead[1], ahead[0]])
    neck = whole - length
    outline = [(0.0, half), (neck, half), (neck, head), (whole, 0.0), (neck, -head), (neck, -half), (0.0, -half)]
    corners = [tuple(begin + far * ahead + off * left) for far, off in outline]
    ax.add_patch(Polygon(corners, closed=True, facecolor=arrow.colour, edgecolor="none", zorder=2))
    return head
