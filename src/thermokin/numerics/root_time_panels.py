"""Quadrature of a velocity over time: Gauss-Kronrod panels in sqrt(t), and the integral up to any time inside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.kronrod import ABSCISSAE, GAUSS, KRONROD

__all__ = ["RootTimePanels", "Velocity"]

Velocity = Callable[[FloatArray], FloatArray]
"""Maps ascending times (n,) to velocities (..., n)."""

ROUNDING = 4.0 * np.finfo(float).eps


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
