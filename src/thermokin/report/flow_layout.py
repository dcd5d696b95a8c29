"""Where sites, boxes beside them and bent arrows stand on a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BEND", "BOX", "FLAT", "PITCH", "RADIUS", "Arrow", "FlowMap", "Points", "Station", "half_box", "side_of"]

Points = NDArray[np.float64]
PITCH, RADIUS = 24.0, 3.6  # mm: between the nearest sites; of a site
GAP = 14.0  # mm from a site to a box beside it
BOX = (17.0, 8.6)  # mm
MARGIN, TITLE = 4.0, 7.0  # mm around all, and for a line at the top
FLAT = 1e-9  # of the largest: heights so small are one line
BEND = 0.36  # of dotted arrows, of their length
ROOM = np.array([20.0, 9.0])  # mm for where they begin, and the number beside them


@dataclass(frozen=True)
class Station:
    """A box beside sites.

    Attributes:
        name: of it.
        note: below the name.
        colour: of its frame.
        beside: numbers of the sites that it touches.
    """

    name: str
    note: str
    colour: str
    beside: tuple[int, ...]


@dataclass(frozen=True)
class Arrow:
    """What flows from one place to another; places are the sites and then the stations.

    Attributes:
        start: number of the place that it leaves.
        end: number of the place that it enters.
        amount: >= 0; 0 for nothing.
        shown: the amount in print.
        colour: of the arrow.
        dotted: whether nothing joins the places.
    """

    start: int
    end: int
    amount: float
    shown: str
    colour: str
    dotted: bool = False


@dataclass(frozen=True)
class FlowMap:
    """What is drawn, and where.

    Attributes:
        sites: where the sites stand (site, 2), in any unit.
        labels: of the sites.
        stations: the boxes.
        arrows: what flows.
    """

    sites: Points
    labels: Sequence[str]
    stations: Sequence[Station]
    arrows: Sequence[Arrow]

    @property
    def _laid(self) -> tuple[Points, Points, Points]:
        """Places, and the lower left and the upper right corner of all that is drawn."""
        apart = np.linalg.norm(self.sites[:, None] - self.sites, axis=-1)
        nearest = apart[apart > 0.0].min(initial=np.inf)
        sites = self.sites * (PITCH / nearest if np.isfinite(nearest) else 1.0)
        every = np.vstack([sites, *_stations(sites, self.stations)])
        bends = [_apex(every, one, len(sites)) for one in self.arrows if one.dotted and one.amount]
        half = np.array([0.5 * BOX[0], 0.5 * BOX[1]])
        low, high = every.min(axis=0) - half, every.max(axis=0) + half
        if bends:
            low = np.minimum(low, np.min(bends, axis=0) - ROOM)
            high = np.maximum(high, np.max(bends, axis=0) + ROOM)
        return every, low - MARGIN, high + MARGIN

    @property
    def places(self) -> Points:
        """Where sites and stations stand (place, 2) [mm], from the lower left corner."""
        every, low, _ = self._laid
        return np.asarray(every - low)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, with a line at the top [mm]."""
        _, low, high = self._laid
        return float(max(high[0] - low[0], 60.0)), float(high[1] - low[1] + TITLE)


def side_of(places: Points, arrow: Arrow, count: int) -> float:
    """To which side of its direction a dotted arrow bends: 1 right, away from the sites, else one side for a box."""
    begin, end = places[arrow.start], places[arrow.end]
    right = np.array([end[1] - begin[1], begin[0] - end[0]])
    outward = float((0.5 * (begin + end) - places[:count].mean(axis=0)) @ right)
    if abs(outward) > 0.1 * float(right @ right):
        return float(np.sign(outward))
    box = max(arrow.start, arrow.end) - count
    return (1.0 if box % 2 == 0 else -1.0) * (1.0 if right[1] < 0.0 else -1.0)


def _apex(places: Points, arrow: Arrow, count: int) -> Points:
    """The middle of a dotted arrow."""
    begin, end = places[arrow.start], places[arrow.end]
    right = np.array([end[1] - begin[1], begin[0] - end[0]])
    return np.asarray(0.5 * (begin + end) + 0.5 * BEND * side_of(places, arrow, count) * right)


def _stations(sites: Points, stations: Sequence[Station]) -> list[Points]:
    """A place for each station, outside of its sites and apart from other stations."""
    middle = sites.mean(axis=0)
    straight = bool(np.ptp(sites[:, 1]) <= FLAT * max(float(np.ptp(sites[:, 0])), 1.0))
    found: list[Points] = []
    for station in stations:
        own = sites[list(station.beside)].mean(axis=0) if station.beside else middle
        outward = own - middle
        if straight and (0.0 < abs(own[0] - middle[0]) < 0.5 * float(np.ptp(sites[:, 0])) or not outward.any()):
            outward = np.array([0.0, 1.0])
        angle = float(np.arctan2(outward[1], outward[0])) if outward.any() else 0.5 * np.pi
        more = 0.5 * PITCH if len(station.beside) > 1 else 0.0
        taken = np.vstack([sites, *found])
        tries = [angle + turn for turn in np.deg2rad([0.0, 45.0, -45.0, 90.0, -90.0, 135.0, -135.0, 180.0])]
        ways = [np.array([np.cos(one), np.sin(one)]) for one in tries]
        choices = [own + (RADIUS + GAP + more + half_box(way)) * way for way in ways]
        # Within a lattice the middle of a square is free.
        choices += [own + 0.5 * PITCH * np.array([x, y]) for y in (1.0, -1.0) for x in (-1.0, 1.0)]
        clear = [float(np.abs((taken - one) / BOX).max(axis=1).min()) for one in choices]
        best = next((place for place, far in zip(choices, clear, strict=True) if far >= 1.0), None)
        found.append(choices[int(np.argmax(clear))] if best is None else best)
    return found


def half_box(way: Points) -> float:
    """From the middle of a box to its edge in some direction [mm]."""
    return float(min(0.5 * side / abs(part) for side, part in zip(BOX, way, strict=True) if abs(part) > FLAT))
