"""Kinks of a cumulant generating function: dynamical phase transitions, and crossovers almost as narrow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.tilted_envelope import TiltedEnvelope

__all__ = ["Kink", "kinks_of"]

NARROW = 0.1  # width over the natural field 1 / max|c| below which a crossover is marked
UNEXPLAINED = 0.05  # share of the growth of the current above which an interval is halved
BISECTIONS = 60
GOLDEN = 0.5 * (5.0**0.5 - 1.0)
NARROWINGS = 40


@dataclass(frozen=True)
class Kink:
    """A field at which the current jumps from one phase to another.

    Args:
        s: where [1/amount].
        value: lambda there [1/time].
        currents: lambda' below and above [amount/time].
        noises: lambda'' below and above [amount^2/time]; of a crossover twice its largest value.
        gap: of the spectrum there [1/time]; 0 for two sectors that nothing joins.
        width: of the fields over which the current changes [1/amount]; 0 for such sectors.
    """

    s: float
    value: float
    currents: tuple[float, float]
    noises: tuple[float, float]
    gap: float
    width: float

    @property
    def jump(self) -> float:
        """By how much the current changes [amount/time]."""
        return self.currents[1] - self.currents[0]


def kinks_of(envelope: TiltedEnvelope, s: FloatArray) -> tuple[Kink, ...]:
    """The kinks of one point within a grid of fields.

    Args:
        envelope: the dominant eigenpairs on the grid.
        s: the grid (f,), ascending.

    Returns:
        They, by ascending field.

    Raises:
        NotConvergedError: if an eigenpair is not found to its tolerance.
    """
    found = []
    for at in range(s.size - 1):
        if envelope.sector[at] != envelope.sector[at + 1]:
            found += _crossings(envelope, float(s[at]), float(s[at + 1]), int(envelope.sector[at]), at)
    for low, high, sector in _steep(envelope, s):
        kink = _crossover(envelope, low, high, sector)
        if kink is not None and not any(abs(kink.s - other.s) <= kink.width for other in found):
            found.append(kink)
    return tuple(sorted(found, key=lambda kink: kink.s))


def _crossings(envelope: TiltedEnvelope, low: float, high: float, below: int, at: int) -> list[Kink]:
    """Where the leading sector changes between two fields; in between a third may lead for a while."""
    above = int(envelope.sector[at + 1])
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if middle in {low, high}:
            break
        leads = int(TiltedEnvelope.at(envelope.tiltings, np.array([middle])).sector[0])
        if leads == below:
            low = middle
        elif leads == above:
            high = middle
        else:
            break
    here = TiltedEnvelope.at(envelope.tiltings, np.array([0.5 * (low + high)]))
    first, second = here.states[below], here.states[above]
    currents = float(first.slope[0]), float(second.slope[0])
    noises = float(first.curvature[0]), float(second.curvature[0])
    return [Kink(0.5 * (low + high), float(here.values[0]), currents, noises, 0.0, 0.0)]


def _steep(envelope: TiltedEnvelope, s: FloatArray) -> list[tuple[float, float, int]]:
    """Intervals inside one sector in which its current may change abruptly.

    Where lambda'' has a maximum on the grid, or the current grows by more than the trapezoid of lambda'' explains.

    Returns:
        Both ends of each interval, and the sector.
    """
    out = []
    for sector, states in enumerate(envelope.states):
        slope, bend = states.slope, states.curvature
        leads = envelope.sector == sector
        grown = np.diff(slope)
        excess = grown - 0.5 * np.diff(s) * (bend[1:] + bend[:-1]) > UNEXPLAINED * grown
        wanted = [at for at in np.flatnonzero(excess) if leads[at] and leads[at + 1]]
        out += [(float(s[at]), float(s[at + 1]), sector) for at in wanted]
        peaks = np.flatnonzero((bend[1:-1] >= bend[:-2]) & (bend[1:-1] > bend[2:])) + 1
        near = {at for cell in wanted for at in (cell, cell + 1)}
        out += [
            (float(s[at - 1]), float(s[at + 1]), sector)
            for at in peaks
            if at not in near and leads[at - 1 : at + 2].all()
        ]
    return out


def _crossover(envelope: TiltedEnvelope, low: float, high: float, sector: int) -> Kink | None:
    """The place where lambda'' is largest between two fields, if the current changes abruptly there; else None."""
    tilting = envelope.tiltings[sector]
    start = low, high
    middle = _abrupt(envelope, low, high, sector)
    here = tilting.solve(np.array([middle]))
    guess = _width(tilting.gap(middle), float(here.curvature[0]))
    if not guess < NARROW / float(envelope.reach) * 3.0:
        return None
    centre = _steepest(envelope, sector, max(start[0], middle - 2.0 * guess), min(start[1], middle + 2.0 * guess))
    here = tilting.solve(np.array([centre]))
    gap, bend = tilting.gap(centre), float(here.curvature[0])
    width = _width(gap, bend)
    if not width < NARROW / float(envelope.reach):
        return None
    half_jump = 0.5 * float(np.sqrt(2.0 * gap * bend))
    slope, value = float(here.slope[0]), float(here.values[0])
    return Kink(centre, value, (slope - half_jump, slope + half_jump), (bend, bend), gap, width)


def _abrupt(envelope: TiltedEnvelope, low: float, high: float, sector: int) -> float:
    """Halve towards the growth of the current that lambda'' at both ends does not explain, until none is left."""
    tilting = envelope.tiltings[sector]
    for _ in range(BISECTIONS):
        fields = np.array([low, 0.5 * (low + high), high])
        states = tilting.solve(fields)
        grown, bend = np.diff(states.slope), states.curvature
        excess = grown - 0.25 * (high - low) * (bend[1:] + bend[:-1])
        steepest = int(np.argmax(bend))
        if excess.max() <= UNEXPLAINED * grown.sum() or fields[1] in {low, high}:
            return float(fields[steepest])
        low, high = (float(field) for field in fields[int(np.argmax(excess)) :][:2])
    return 0.5 * (low + high)


def _width(gap: float, bend: float) -> float:
    """sqrt(2 G / lambda''), from lambda = mean + sqrt(G^2 + (jump s)^2) / 2 of two levels that repel each other."""
    return float(np.sqrt(2.0 * max(gap, 0.0) / bend)) if bend > 0.0 else np.inf


def _steepest(envelope: TiltedEnvelope, sector: int, low: float, high: float) -> float:
    """The largest lambda'' by golden section."""
    tilting = envelope.tiltings[sector]

    def bend(field: float) -> float:
        return float(tilting.solve(np.array([field])).curvature[0])

    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = bend(left), bend(right)
    for _ in range(NARROWINGS):
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = bend(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = bend(right)
    return 0.5 * (low + high)
