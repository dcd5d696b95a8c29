"""The Kronrod rule that carries its own error estimate, and panels in sqrt(t) for integrals over the motion by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial import legendre

from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = [
    "ABSCISSAE",
    "AT_BOTH_ENDS",
    "FINE",
    "GAUSS",
    "KRONROD",
    "NODES",
    "ROUGH",
    "Panels",
    "RootTimePanels",
    "Velocity",
    "panels",
]

_X = [0.991455371120812639, 0.949107912342758525, 0.864864423359769073, 0.741531185599394440, 0.586087235467691130]
Velocity = Callable[[FloatArray], FloatArray]
"""Maps ascending times (n,) to velocities (..., n)."""
ROUNDING = 4.0 * np.finfo(float).eps


_X += [0.405845151377397167, 0.207784955007898468]


_K = [0.022935322010529225, 0.063092092629978553, 0.104790010322250184, 0.140653259715525919, 0.169004726639267903]


_K += [0.190350578064785410, 0.204432940075298892]


_G = [0.0, 0.129484966168869693, 0.0, 0.279705391489276668, 0.0, 0.381830050505118945, 0.0]


# The 15-point Kronrod rule on [-1, 1] and the 7-point Gauss rule inside it,
ABSCISSAE: FloatArray = np.array([*(-x for x in _X), 0.0, *_X[::-1]])


KRONROD: FloatArray = np.array([*_K, 0.209482141084727828, *_K[::-1]])


GAUSS: FloatArray = np.array([*_G, 0.417959183673469388, *_G[::-1]])


# and both on [0, 1].
NODES: FloatArray = 0.5 + 0.5 * ABSCISSAE


FINE: FloatArray = 0.5 * KRONROD


ROUGH: FloatArray = 0.5 * GAUSS


HALVINGS = 20  # towards time 0, where the score of a nearly empty level turns within a time as short as it is empty


TURN = 2.0  # radians that one panel may turn


@dataclass(frozen=True, eq=False)
class Panels:
    """Consecutive panels from time 0, the same number at every point of a sweep.

    Args:
        starts: (..., p) [time].
        lengths: (..., p) [time].
        ends: (t,) how many panels lie before each of the times.
    """

    starts: FloatArray
    lengths: FloatArray
    ends: tuple[int, ...]


def panels(times: FloatArray, fastest: FloatArray, turning: FloatArray) -> Panels:
    """Panels that grow with the time since the start, as relaxation slows, and are short beside any oscillation.

    Args:
        times: (..., t) ascending, >= 0.
        fastest: the largest rate (...).
        turning: the largest angular frequency (...).

    Returns:
        The panels.
    """
    batch = np.broadcast_shapes(times.shape[:-1], fastest.shape, turning.shape)
    grid = np.broadcast_to(times, (*batch, times.shape[-1]))
    edges, ends, now = [np.zeros(batch)], [], np.zeros(batch)
    for position in range(times.shape[-1]):
        later = grid[..., position]
        if (later > now).any():
            marks = _marks(now, later, fastest)
            for before, after in pairwise(marks):
                count = max(1, int(np.ceil((turning * (after - before)).max() / TURN)))
                edges += [before + (after - before) * (number / count) for number in range(1, count)] + [after]
        ends.append(len(edges) - 1)
        now = later
    stacked = np.stack(edges, axis=-1)
    return Panels(stacked[..., :-1], np.diff(stacked, axis=-1), tuple(ends))


def _marks(now: FloatArray, later: FloatArray, fastest: FloatArray) -> list[FloatArray]:
    """Times in a geometric row from one time to the next."""
    if (now == 0.0).any():
        count = HALVINGS + max(0, int(np.ceil(np.log2(np.maximum(fastest * later, 1.0)).max())))
        return [now] + [now + (later - now) * 0.5**number for number in range(count, -1, -1)]
    count = max(1, int(np.ceil(np.log2(later / now).max())))
    return [now] + [now * (later / now) ** (number / count) for number in range(1, count)] + [later]


def partial_weights(place: FloatArray) -> FloatArray:
    """Weights of the integral of the interpolating polynomial from the left end to a place.

    Args:
        place: x (...) in [-1, 1].

    Returns:
        (..., 15), for values at the nodes.
    """
    polynomials = legendre.legvander(place, ABSCISSAE.size)
    order = np.arange(1, ABSCISSAE.size)
    integrals = np.empty((*np.shape(place), ABSCISSAE.size))
    integrals[..., 0] = place + 1.0
    integrals[..., 1:] = (polynomials[..., 2:] - polynomials[..., :-2]) / (2.0 * order + 1.0)
    return np.asarray(integrals @ _COEFFICIENTS)


_COEFFICIENTS = np.linalg.inv(legendre.legvander(ABSCISSAE, ABSCISSAE.size - 1))
# Of values at the nodes (15, 2): the interpolating polynomial at the two ends of the panel, which are no nodes.
AT_BOTH_ENDS: FloatArray = (legendre.legvander(np.array([-1.0, 1.0]), ABSCISSAE.size - 1) @ _COEFFICIENTS).T


@dataclass(frozen=True, eq=False)
class RootTimePanels:
    """Adjoining panels in s = sqrt(t), with int v dt = int 2 s v(s^2) ds over each.

    Near a start without full rank v grows as t^(-1/2), and 2 s v(s^2) is smooth.

    Args:
        edges: (m + 1,) ascending, in s.
        heights: 2 s v(s^2) at the nodes of each panel (..., m, 15).
        stuck: (m,) how often in a row splitting did not help.
    """

    edges: FloatArray
    heights: FloatArray
    stuck: IntArray

    @classmethod
    def between(cls, edges: FloatArray, velocity: Velocity) -> RootTimePanels:
        """Panels between times.

        Args:
            edges: (m + 1,) ascending, in sqrt(t).
            velocity: the integrand.

        Returns:
            The panels.
        """
        heights = _heights(edges[:-1], edges[1:], velocity)
        return cls(edges, heights, np.zeros(edges.size - 1, dtype=np.int64))

    @property
    def value(self) -> FloatArray:
        """Integrals (..., m)."""
        return np.asarray(self._half * (self.heights @ KRONROD))

    @property
    def error(self) -> FloatArray:
        """What seven of the fifteen nodes would miss, and rounding (..., m): a bound for any part of a panel."""
        missed = np.abs(self.heights @ (KRONROD - GAUSS))
        return np.asarray(self._half * (missed + ROUNDING * self.heights.max(axis=-1)))

    @property
    def _half(self) -> FloatArray:
        return 0.5 * np.diff(self.edges)

    @property
    def last_height(self) -> FloatArray:
        """Velocity times s at the last node of the last panel (...): v t up to a factor of the order of one."""
        return np.asarray(self.heights[..., -1, -1] * self.edges[-1])

    def split(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The integral inside each panel before and after a place.

        Args:
            at: (..., k) in sqrt(t), within the panels.

        Returns:
            Integrals from the left end of the panel that holds the place, and to its right end, both (..., k).
        """
        panel = self.holding(at)
        low, high = self.edges[panel], self.edges[panel + 1]
        place = np.clip((2.0 * at - low - high) / (high - low), -1.0, 1.0)
        # By mirror symmetry, so that what is after the right end is exactly nothing.
        before, rest = partial_weights(place), partial_weights(-place)[..., ::-1]
        half = 0.5 * (high - low)
        if at.ndim == 1:
            heights = self.heights[..., panel, :]
        else:
            lead = np.broadcast_shapes(self.heights.shape[:-2], at.shape[:-1])
            whole = np.broadcast_to(self.heights, (*lead, *self.heights.shape[-2:]))
            index = np.broadcast_to(panel, (*lead, at.shape[-1]))
            heights = np.take_along_axis(whole, index[..., None], axis=-2)
        left = half * np.einsum("...kn,...kn->...k", heights, before)
        right = half * np.einsum("...kn,...kn->...k", heights, rest)
        return np.asarray(left), np.asarray(right)

    def holding(self, at: FloatArray) -> IntArray:
        """The panel that holds each place in sqrt(t)."""
        return np.clip(np.searchsorted(self.edges, at, side="left") - 1, 0, self.stuck.size - 1)

    def halved(self, chosen: BoolArray, velocity: Velocity, allowed: FloatArray) -> RootTimePanels:
        """Panels of which the chosen ones are split in two.

        Args:
            chosen: (m,).
            velocity: the integrand.
            allowed: errors (..., m) that are small enough.

        Returns:
            The panels; a part whose parent's error did not halve counts as stuck once more.
        """
        here = np.flatnonzero(chosen)
        low, high = self.edges[here], self.edges[here + 1]
        middle = np.where(low == 0.0, high / 8.0, 0.5 * (low + high))
        ends = np.stack([low, middle, high], axis=-1)
        heights = _heights(ends[:, :2].ravel(), ends[:, 1:].ravel(), velocity)
        count = np.where(chosen, 2, 1)
        place = np.cumsum(count) - count
        merged = np.repeat(self.heights, count, axis=-2)
        twice = np.stack([place[here], place[here] + 1], axis=-1).ravel()
        merged[..., twice, :] = heights
        edges = np.insert(self.edges, here + 1, middle)
        fresh = RootTimePanels(edges, merged, np.repeat(self.stuck, count))
        parts = fresh.error[..., twice].reshape(*fresh.error.shape[:-1], here.size, 2).sum(axis=-1)
        enough = np.maximum(0.5 * self.error[..., here], np.broadcast_to(allowed, self.error.shape)[..., here])
        helped = (parts <= enough).reshape(-1, here.size).all(axis=0)
        stuck = fresh.stuck.copy()
        stuck[twice] = np.where(helped[:, None], 0, stuck[twice].reshape(-1, 2) + 1).ravel()
        return RootTimePanels(edges, merged, stuck)

    def and_then(self, later: RootTimePanels) -> RootTimePanels:
        """These panels and later ones.

        Args:
            later: panels that begin where these end.

        Returns:
            All of them.
        """
        return RootTimePanels(
            np.concatenate([self.edges, later.edges[1:]]),
            np.concatenate([self.heights, later.heights], axis=-2),
            np.concatenate([self.stuck, later.stuck]),
        )


def _heights(low: FloatArray, high: FloatArray, velocity: Velocity) -> FloatArray:
    nodes = 0.5 * (high + low)[:, None] + 0.5 * (high - low)[:, None] * ABSCISSAE
    flat = nodes.ravel()
    heights = 2.0 * flat * velocity(flat * flat)
    return np.asarray(heights.reshape(*heights.shape[:-1], *nodes.shape))
