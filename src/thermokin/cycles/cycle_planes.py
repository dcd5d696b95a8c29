"""A cycle as a closed curve in planes of thermodynamics: entropy and temperature, energy and frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import ThermokinError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.cycles.ideal_cycle import followed_states, ideal_cycle
from thermokin.cycles.leg import Leg
from thermokin.cycles.limit_cycle import LimitCycle, limit_cycle
from thermokin.cycles.protocol import Protocol
from thermokin.cycles.walk import Trust, stretch, von_neumann
from thermokin.operators.as_numbers import as_whole
from thermokin.operators.gibbs import gibbs

__all__ = ["CurveInPlanes", "CyclePlanes", "cycle_planes"]

HALVINGS = 200
STIFF = 700.0  # largest exponent of a Boltzmann factor


@dataclass(frozen=True, eq=False)
class CurveInPlanes:
    """A cycle, leg after leg, with the first and the last point of each leg.

    Args:
        leg: number of the leg (n,).
        entropy: of the state (n,) [nats].
        energy: of the state above the lowest level (n,) [energy].
        frequency: mean spacing of the levels (n,) [energy].
        temperature: of the Gibbs state of the same energy (n,) [energy]; NaN where the energy is above that of equal
            populations.
    """

    leg: IntArray
    entropy: FloatArray
    energy: FloatArray
    frequency: FloatArray
    temperature: FloatArray


@dataclass(frozen=True, eq=False)
class CyclePlanes(Result):
    """A limit cycle in the entropy-temperature and the energy-frequency planes, and the infinitely slow one.

    Args:
        cycle: the limit cycle.
        curve: of it.
        slow: of the infinitely slow cycle; None where that is not defined.
        why: it is not; empty where it is.
    """

    cycle: LimitCycle
    curve: CurveInPlanes
    slow: CurveInPlanes | None
    why: str = ""

    @property
    def protocol(self) -> Protocol:
        """The legs."""
        return self.cycle.protocol


def cycle_planes(cycle: LimitCycle | Protocol | Leg, *, points: int = 61) -> CyclePlanes:
    """Entropy, temperature, energy and frequency along a cycle.

    The temperature of a state is that of the Gibbs state of the same energy; in the entropy-temperature plane a
    reversible cycle encloses its work. The frequency is the mean spacing of the levels, (E_max - E_min) / (d - 1).

    Args:
        cycle: a limit cycle, or the protocol of one.
        points: along each leg.

    Returns:
        The curves.

    Raises:
        ValueError: if the protocol has no period, or there are fewer than two points.
        TypeError: if it is no cycle.
        DegenerateSteadyStateError: if the cycle has several periodic states.
        NotConvergedError: if panels become too many.

    Cost:
        Maps of each leg between its points.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> X = [[0, 1], [1, 0]]
        >>> def qubit(gap, name, temperature):
        ...     return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath(name, temperature), X, tk.Flat(0.01))])
        >>> otto = tk.Protocol(
        ...     [tk.Leg(500.0, qubit(2.0, "hot", 2.0)), tk.Leg(500.0, qubit(1.0, "cold", 0.5))], quench=True)
        >>> planes = tk.cycle_planes(otto)
        >>> planes.curve.temperature[[60, -1]].round(4)
        array([2.    , 0.5005])
    """
    count = as_whole(points, "points", 2)
    if not isinstance(cycle, LimitCycle):
        cycle = limit_cycle(cycle)
    protocol, rho, pieces = cycle.protocol, cycle.state, []
    for position, leg in enumerate(protocol.legs):
        times = np.linspace(0.0, leg.duration, count)
        states = stretch(protocol, position, rho, times, cycle.tolerance, Trust()).states
        pieces.append((leg.operators(times)[:, 0], states))
        rho = states[-1]
    curve = _curve(pieces)
    try:
        ideal = ideal_cycle(protocol)
    except (ValueError, ThermokinError) as error:
        return CyclePlanes(cycle, curve, None, str(error))
    slow = [_slow(leg, ideal.states[place], count) for place, leg in enumerate(protocol.legs)]
    return CyclePlanes(cycle, curve, _curve(slow))


def _slow(leg: Leg, state: ComplexArray, count: int) -> tuple[ComplexArray, ComplexArray]:
    """Hamiltonians and states along an infinitely slow leg."""
    first = leg.ends[0, 0]
    still = np.broadcast_to(first, (count, *first.shape))
    if not leg.has_jumps:
        if not leg.is_driven:
            return still[:2], np.stack([state, state])
        times, states = followed_states(leg, state)
        return leg.operators(times)[:, 0], states
    warmth = float(leg.baths[0].temperature)
    share = np.linspace(0.0, 1.0, count)[:, None, None]
    states = (1.0 - share) * state + share * gibbs(first, warmth)
    if not leg.is_driven:
        return still, states
    along = leg.operators(np.linspace(0.0, leg.duration, count))[:, 0]
    return np.concatenate([still, along]), np.concatenate([states, np.stack([gibbs(one, warmth) for one in along])])


def _curve(pieces: list[tuple[ComplexArray, ComplexArray]]) -> CurveInPlanes:
    leg = np.concatenate([np.full(len(one), place) for place, (one, _) in enumerate(pieces)])
    hamiltonian, states = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    levels = np.linalg.eigvalsh(hamiltonian)
    above = levels - levels[:, :1]
    mean = np.real(np.einsum("nij,nji->n", hamiltonian, states)) - levels[:, 0]
    frequency = above[:, -1] / max(levels.shape[1] - 1, 1)
    return CurveInPlanes(leg, von_neumann(states), mean, frequency, _temperatures(above, mean))


def _temperatures(levels: FloatArray, mean: FloatArray) -> FloatArray:
    """Temperature (n,) at which Gibbs states of levels (n, d), the lowest 0, have mean energies (n,)."""
    width = levels[:, -1]
    found = np.full(mean.shape, np.nan)
    usable = (width > 0.0) & (mean < levels.mean(axis=1))
    gaps, wanted = levels[usable] / width[usable, None], mean[usable] / width[usable]
    low, high = (
        np.zeros(wanted.size),
        np.full(wanted.size, STIFF / gaps[:, 1:].min(initial=1.0, where=gaps[:, 1:] > 0.0)),
    )
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        weights = np.exp(-middle[:, None] * gaps)
        too_warm = (weights * gaps).sum(axis=1) / weights.sum(axis=1) > wanted
        low, high = np.where(too_warm, middle, low), np.where(too_warm, high, middle)
    with np.errstate(divide="ignore"):
        found[usable] = width[usable] / (0.5 * (low + high))
    return found
