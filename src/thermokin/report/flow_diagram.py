"""A box, terminals around it, and arrows between them as wide as what they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Polygon

from thermokin.report.style import DARK_GREY, FONT_SIZE, GREY, INK, LIGHT_GREY, MILLIMETRE, PAPER, SMALL_FONT_SIZE

__all__ = ["Frame", "Sheet", "Terminal", "draw_flows", "shortened_name"]

TERMINAL, REACH = 22.0, 15.0  # mm: width of a terminal, length of its arrow
TALL, PITCH = 10.0, 16.5  # mm: height of a terminal, and from one to the next
WIDEST, THINNEST = 5.0, 0.3  # mm: shafts of arrows
LETTERS = 13  # of a name that fits into a terminal
POINTS = 72.0 * MILLIMETRE


@dataclass(frozen=True)
class Terminal:
    """What stands beside the box.

    Attributes:
        name: of it.
        note: below the name.
        colour: of its frame and its arrow.
        amount: what flows from it into the box; 0 for nothing.
        shown: the amount in print.
    """

    name: str
    note: str
    colour: str
    amount: float
    shown: str


@dataclass(frozen=True)
class Frame:
    """A rectangle [mm].

    Attributes:
        left: its left edge.
        bottom: its lower edge.
        width: of it.
        height: of it.
    """

    left: float
    bottom: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.left + 0.5 * self.width, self.bottom + 0.5 * self.height


@dataclass(frozen=True)
class Sheet:
    """A sheet on which a box stands between terminals.

    Attributes:
        left: terminals on the left side, from the top.
        right: those on the right side.
        below: that below the box, if any.
        inner: width and height that the box needs inside [mm].
    """

    left: Sequence[Terminal]
    right: Sequence[Terminal]
    below: Terminal | None
    inner: tuple[float, float]

    @property
    def box(self) -> Frame:
        """Where the box stands."""
        rows = max(len(self.left), len(self.right))
        tall = max(self.inner[1], PITCH * rows)
        side = TERMINAL + REACH + 2.0
        return Frame(side if self.left else 1.0, 1.0 if self.below is None else 24.0, self.inner[0], tall)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height with a line of text at the top [mm]."""
        box = self.box
        right = TERMINAL + REACH + 2.0 if self.right else 1.0
        return box.left + box.width + right, box.bottom + box.height + 8.0


def shortened_name(name: str, letters: int = LETTERS) -> str:
    """A name that fits.

    Args:
        name: the name.
        letters: that there is room for.

    Returns:
        The name, cut off with an ellipsis where it is longer.
    """
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def draw_flows(ax: Axes, sheet: Sheet, headline: str) -> float:
    """Draw the box, the terminals and the arrows; the axes become the sheet, in millimetres.

    Args:
        ax: axes to draw in, of any size.
        sheet: what is drawn.
        headline: a line at the top.

    Returns:
        The scale of text: 1 where the axes are as large as the sheet.
    """
    width, height = sheet.size
    ax.set_xlim(0.0, width)
    ax.set_ylim(0.0, height)
    ax.set_aspect("equal")
    ax.set_axis_off()
    extent = ax.get_window_extent()
    dots = ax.get_figure(root=True).dpi * MILLIMETRE  # type: ignore[union-attr]
    scale = min(1.0, extent.width / dots / width, extent.height / dots / height)
    box = sheet.box
    _frame(ax, box, LIGHT_GREY)
    text = {"ha": "left", "va": "center", "fontsize": FONT_SIZE * scale, "color": INK}
    ax.text(1.0, height - 3.0, headline, **text)  # type: ignore[arg-type]
    every = [*sheet.left, *sheet.right, *([] if sheet.below is None else [sheet.below])]
    largest = max((abs(one.amount) for one in every), default=0.0)
    for side, terminals in ((-1.0, sheet.left), (1.0, sheet.right)):
        for place, terminal in enumerate(terminals):
            up = box.bottom + box.height * (1.0 - (place + 0.5) / len(terminals))
            edge = box.left if side < 0.0 else box.left + box.width
            _beside(ax, terminal, (edge, up), side, largest, scale)
    if sheet.below is not None:
        _below(ax, sheet.below, box, largest, scale)
    return scale


def _frame(ax: Axes, frame: Frame, colour: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (frame.left + 1.0, frame.bottom + 1.0),
            frame.width - 2.0,
            frame.height - 2.0,
            boxstyle="round,pad=1.0,rounding_size=1.6",
            facecolor=PAPER,
            edgecolor=colour,
            linewidth=1.0,
        )
    )


def _named(ax: Axes, terminal: Terminal, frame: Frame, scale: float) -> None:
    across, up = frame.middle
    _frame(ax, frame, terminal.colour)
    both = {"ha": "center", "va": "center"}
    lift = 2.0 if terminal.note else 0.0
    name = shortened_name(terminal.name)
    ax.text(across, up + lift, name, color=INK, fontsize=FONT_SIZE * scale, **both)  # type: ignore[arg-type]
    note = {"color": DARK_GREY, "fontsize": SMALL_FONT_SIZE * scale, **both}
    ax.text(across, up - 2.2, terminal.note, **note)  # type: ignore[arg-type]


def _beside(ax: Axes, terminal: Terminal, edge: tuple[float, float], side: float, largest: float, scale: float) -> None:
    across, up = edge
    outer = across + side * (REACH + 1.0)
    left = outer if side > 0.0 else outer - TERMINAL
    _named(ax, terminal, Frame(left, up - 0.5 * TALL, TERMINAL, TALL), scale)
    inner = across + side * 1.0
    begin, end = (outer - side * 0.5, inner) if terminal.amount >= 0.0 else (inner, outer - side * 0.5)
    clear = _arrow(ax, terminal, (begin, up), (end, up), largest)
    ax.text(
        *(0.5 * (begin + end), up + clear + 0.7, terminal.shown),
        ha="center",
        va="bottom",
        color=INK,
        fontsize=SMALL_FONT_SIZE * scale,
    )


def _below(ax: Axes, terminal: Terminal, box: Frame, largest: float, scale: float) -> None:
    across = box.middle[0]
    _named(ax, terminal, Frame(across - 0.5 * TERMINAL, 1.0, TERMINAL, TALL), scale)
    low, high = 1.0 + TALL + 0.5, box.bottom - 1.0
    begin, end = (low, high) if terminal.amount >= 0.0 else (high, low)
    clear = _arrow(ax, terminal, (across, begin), (across, end), largest)
    ax.text(
        *(across + clear + 1.0, 0.5 * (low + high), terminal.shown),
        ha="left",
        va="center",
        color=INK,
        fontsize=SMALL_FONT_SIZE * scale,
    )


def _arrow(ax: Axes, terminal: Terminal, begin: tuple[float, float], end: tuple[float, float], largest: float) -> float:
    """An arrow as wide as the amount; half of its width with the head."""
    if terminal.amount == 0.0:
        ax.plot(*zip(begin, end, strict=True), color=GREY, linewidth=0.8, linestyle=(0.0, (2.0, 2.0)))
        return 0.6
    half = 0.5 * max(THINNEST, WIDEST * abs(terminal.amount) / largest)
    head, length = 1.35 * half + 0.55, min(2.0 + 1.2 * half, 0.6 * REACH)
    along = [(end[0] - begin[0]), (end[1] - begin[1])]
    whole = (along[0] ** 2 + along[1] ** 2) ** 0.5
    ahead = (along[0] / whole, along[1] / whole)
    neck = whole - min(length, 0.7 * whole)
    outline = [(0.0, half), (neck, half), (neck, head), (whole, 0.0), (neck, -head), (neck, -half), (0.0, -half)]
    corners = [
        (begin[0] + far * ahead[0] - off * ahead[1], begin[1] + far * ahead[1] + off * ahead[0]) for far, off in outline
    ]
    ax.add_patch(Polygon(corners, closed=True, facecolor=terminal.colour, edgecolor="none"))
    return head
