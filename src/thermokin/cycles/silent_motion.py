"""Kets of a driven leg while nothing is detected, and when their survival falls to a given value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.driven_generator import decay
from thermokin.cycles.leg import Leg
from thermokin.cycles.nodes import traceless
from thermokin.numerics.magnus import survey_times

__all__ = ["SilentMotion", "silent_motion"]

DEGREE = 10  # of the polynomial in time on each panel
TURN = 1.0  # norm of the generator times a panel: the next term is 1 / (2^20 11!)
MOST_PANELS = 2**16
TOLERANCE = 1e-12  # of the propagators
STEPS = 100  # halving a bracket alone ends within 60
NODES = np.cos(np.pi * np.arange(DEGREE, -1, -1) / DEGREE)
COEFFICIENTS = np.linalg.inv(chebyshev.chebvander(NODES, DEGREE))


@dataclass(frozen=True, eq=False)
class SilentMotion:
    """psi(t) = V(t) psi(start of the panel), dV/dt = -i (H - i/2 sum L^+ L) V, as a polynomial on each panel.

    Args:
        edges: of the panels (p + 1,) [time].
        series: Chebyshev coefficients of V (p, 11, d, d).
    """

    edges: FloatArray
    series: ComplexArray

    def at(self, panel: int, place: FloatArray) -> ComplexArray:
        """V at places of a panel.

        Args:
            panel: which.
            place: (n,) from -1, its beginning, to 1.

        Returns:
            (n, d, d).
        """
        return np.tensordot(chebyshev.chebvander(place, DEGREE), self.series[panel], axes=1)

    def falls(self, panel: int, starts: ComplexArray, survival: FloatArray, after: FloatArray) -> FloatArray:
        """Where |V psi|^2 falls to given values, by Newton's steps inside a bracket that shrinks.

        Args:
            panel: which.
            starts: psi (n, d).
            survival: (n,), which is reached within the panel.
            after: (n,) places at which |V psi|^2 is above it still.

        Returns:
            Places (n,).

        Raises:
            NotConvergedError: if a bracket does not close, which rounding rules out.
        """
        paths = np.einsum("mab,nb->mna", self.series[panel], starts)
        slopes = chebyshev.chebder(paths)
        low, high = after.copy(), np.ones_like(after)
        place = 0.5 * (low + high)
        for _ in range(STEPS):
            kets = np.einsum("nm,mna->na", chebyshev.chebvander(place, DEGREE), paths)
            moving = np.einsum("nm,mna->na", chebyshev.chebvander(place, DEGREE - 1), slopes)
            above = (np.abs(kets) ** 2).sum(axis=-1) - survival
            low, high = np.where(above > 0.0, place, low), np.where(above > 0.0, high, place)
            with np.errstate(divide="ignore", invalid="ignore"):
                newton = place - above / (2.0 * (kets.conj() * moving).real.sum(axis=-1))
            inside = (newton > low) & (newton < high)
            moved = np.where(inside, newton, 0.5 * (low + high))
            if (np.abs(moved - place) <= 4e-16).all():
                return moved
            place = moved
        if (high - low).max() > 1e-12:
            raise NotConvergedError("the time of a jump was not found.", float((high - low).max()), "")
        return place


def silent_motion(leg: Leg) -> SilentMotion:
    """Propagators of kets over a leg while nothing is detected.

    Args:
        leg: the leg.

    Returns:
        The motion.

    Raises:
        ArgumentError: if the leg turns too often to be followed.

    Cost:
        Ten propagators of d x d a turn.
    """
    known: dict[str, Any] = leg.__dict__
    if "silent" in known:
        return known["silent"]  # type: ignore[no-any-return]

    def generator(times: FloatArray) -> NDArray[Any]:
        nodes = leg.nodes(times)
        return np.asarray(-1j * traceless(nodes.hamiltonian) - 0.5 * decay(nodes).sum(axis=1))

    samples = survey_times(0.0, leg.duration, 33)
    norm = float(np.abs(generator(samples)).sum(axis=-1).max())
    count = max(1, int(np.ceil(norm * leg.duration / TURN)))
    if count > MOST_PANELS:
        raise ArgumentError(
            f"`legs` has one of duration {leg.duration:g} in which a state turns {count:,} times; single runs are "
            f"followed through {MOST_PANELS:,} at most. Averages of long legs come from tk.evolve.",
            "legs",
        )
    edges = np.union1d(np.linspace(0.0, leg.duration, count + 1), leg.cuts)
    low, high = edges[:-1, None], edges[1:, None]
    times = (0.5 * (low + high) + 0.5 * (high - low) * NODES[:-1]).reshape(-1)
    times = np.append(times, leg.duration)
    times[:: NODES.size - 1] = edges
    steps = leg.maps_between("silent", generator, times, TOLERANCE).maps.reshape(
        low.size, DEGREE, *generator(samples[:1]).shape[1:]
    )
    values = [np.broadcast_to(np.eye(leg.dimension, dtype=np.complex128), steps[:, 0].shape)]
    for number in range(DEGREE):
        values.append(steps[:, number] @ values[-1])
    series = np.einsum("mk,kpab->pmab", COEFFICIENTS, np.stack(values))
    found = SilentMotion(edges, series)
    known["silent"] = found
    return found
