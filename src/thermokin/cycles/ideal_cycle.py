"""The cycle that a protocol becomes when every leg takes forever: what speed is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.cycles.leg import Leg
from thermokin.cycles.measured_state import dephased, diagonal_in
from thermokin.cycles.protocol import Protocol, require_protocol
from thermokin.cycles.slopes import CHECKED
from thermokin.cycles.swept_leg import added, over_points
from thermokin.cycles.walk import von_neumann
from thermokin.operators.gibbs import gibbs

__all__ = ["IdealCycle", "followed_states", "ideal_cycle"]

JOINED = 1e-18  # of the largest rate between levels: what is smaller is rounding of eigenvectors, squared
BESIDE = 1e-3  # of the first step: where the drive has split levels that are equal at an end
TIMES = 65  # at which levels are followed first
CLEAR = 0.9  # squared overlap of a level with itself a little later
DEEPEST = 40  # halvings: levels that still change places then do so at a point


@dataclass(frozen=True, eq=False)
class IdealCycle(Result):
    """Amounts per leg of the infinitely slow cycle, positive into the system.

    Args:
        protocol: the protocol.
        states: at the beginning of each leg and at the end of the last (legs + 1, d, d).
        heat: from each bath (legs,) [energy].
        work: on the system (legs,) [energy].
        quench_work: of the jump of the Hamiltonian before each leg (legs,) [energy].
        entropy_production: what the state and the baths gained (legs,) [nats]; 0 but where a state meets a bath at
            another temperature, or coherence is lost.
    """

    protocol: Protocol
    states: ComplexArray
    heat: Mapping[str, FloatArray]
    work: FloatArray
    quench_work: FloatArray
    entropy_production: FloatArray

    @property
    def total_heat(self) -> dict[str, float]:
        """From each bath in a cycle [energy]."""
        return {name: added(values) for name, values in self.heat.items()}

    @property
    def total_work(self) -> float:
        """Work on the system in a cycle, quenches included [energy]."""
        return added(self.work + self.quench_work)


def ideal_cycle(protocol: Protocol | Leg) -> IdealCycle:
    """The quasi-static reference of a protocol: Otto, Carnot, Stirling and others, by the kinds of their legs.

    A fixed leg with baths of one temperature ends in equilibrium. A driven one starts by coming to equilibrium and
    stays there: its heat is that of coming there, and T times the change of entropy. A leg without baths keeps the
    populations of levels, which are followed through crossings by their states.

    Args:
        protocol: the legs of one cycle.

    Returns:
        Heat and work of each leg.

    Raises:
        ArgumentError: if a leg has baths of two temperatures or of one that changes, leaves levels apart, counts
            another energy than that of its Hamiltonian or moves particles, or none comes to equilibrium.
        ValueError: if the protocol has no period.
        TypeError: if it is no protocol.

    Cost:
        Some 65 eigendecompositions for a leg without baths.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> X = [[0, 1], [1, 0]]
        >>> def qubit(gap, name, temperature):
        ...     return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath(name, temperature), X, tk.Flat(0.01))])
        >>> otto = tk.Protocol(
        ...     [tk.Leg(50.0, qubit(2.0, "hot", 2.0)), tk.Leg(50.0, qubit(1.0, "cold", 0.5))], quench=True)
        >>> ideal = tk.ideal_cycle(otto)
        >>> round(-ideal.total_work / ideal.total_heat["hot"], 9)
        0.5
    """
    protocol = require_protocol(protocol)
    if protocol.batch_shape:
        return over_points(protocol, ideal_cycle)
    protocol.require_period()
    for position, leg in enumerate(protocol.legs):
        _require_ideal(leg, f"legs[{position}]")
    if not any(leg.has_jumps for leg in protocol.legs):
        raise ArgumentError("`protocol` has no leg with a bath: what it starts from is never forgotten.", "protocol")
    state = np.eye(protocol.dimension, dtype=np.complex128) / protocol.dimension
    walked = _walked(protocol, state)
    # From the first equilibrium on everything repeats itself.
    return _walked(protocol, walked.states[-1])


def _require_ideal(leg: Leg, name: str) -> None:
    if not leg.has_jumps:
        return
    if not leg.counts_motion:
        raise ArgumentError(
            f"`{name}` counts another energy than that of its Hamiltonian: it ends in no equilibrium that is known.",
            name,
        )
    if not leg.baths or (leg.first.table.bath < 0).any():
        raise ArgumentError(f"`{name}` has jumps without a bath: it ends in no equilibrium that is known.", name)
    if any(bath.statistics.moves_particles for bath in leg.baths):
        raise ArgumentError(f"`{name}` has leads; the ideal cycle is that of baths that take energy alone.", name)
    if any(model.baths != leg.baths for model in leg.probed):
        raise ArgumentError(
            f"`{name}` has a bath whose temperature changes; give the ideal cycle a leg for each temperature.", name
        )
    if not _thermalises(leg):
        raise ArgumentError(
            f"`{name}` has baths that leave some levels apart, so that its end is not equilibrium but depends on its "
            "start; add the contact that is missing.",
            name,
        )
    warmth = {float(bath.temperature) for bath in leg.baths}
    if len(warmth) > 1:
        raise ArgumentError(
            f"`{name}` has baths of temperatures {', '.join(f'{one:g}' for one in sorted(warmth))}: heat runs between "
            "them for ever. Give each bath a leg of its own.",
            name,
        )


def _thermalises(leg: Leg) -> bool:
    """Whether jumps join all levels, at some time of the leg at least."""
    times = leg.duration * CHECKED if leg.is_driven else np.zeros(1)
    nodes = leg.nodes(times)
    _, frame = np.linalg.eigh(nodes.hamiltonian)
    jumps = frame.conj().swapaxes(-1, -2)[:, None] @ nodes.jumps @ frame[:, None]
    rates = (np.abs(jumps) ** 2).sum(axis=1)
    joined = rates > JOINED * rates.max(initial=0.0)
    return any(connected_components(csr_array(one), directed=False)[0] == 1 for one in joined)


def _walked(protocol: Protocol, state: ComplexArray) -> IdealCycle:
    size = len(protocol.legs)
    heat = {name: np.zeros(size) for name in protocol.bath_names}
    work, jumped, produced = np.zeros(size), np.zeros(size), np.zeros(size)
    states = [state]
    for position, leg in enumerate(protocol.legs):
        before, after = protocol.at_seam(position)
        jumped[position] = _mean(after[0] - before[0], state)
        first, last = protocol.ends(position)[:, 0]
        gained = 0.0
        if leg.has_jumps:
            bath = leg.baths[0]
            warmth = float(bath.temperature)
            start, end = gibbs(first, warmth), gibbs(last, warmth)
            slow = warmth * float(von_neumann(end) - von_neumann(start)) if leg.is_driven else 0.0
            gained = _mean(first, start) - _mean(first, state) + slow
            work[position] = _mean(last, end) - _mean(first, start) - slow
            heat[bath.name][position] = gained
            produced[position] = float(von_neumann(end) - von_neumann(state)) - gained / warmth
        else:
            end = followed_states(leg, state)[1][-1] if leg.is_driven else dephased(state, first)
            work[position] = _mean(last, end) - _mean(first, state)
            produced[position] = float(von_neumann(end) - von_neumann(state))
        state = end
        states.append(end)
    return IdealCycle(protocol, np.stack(states), heat, work, jumped, produced)


def _mean(operator: ComplexArray, rho: ComplexArray) -> float:
    return float(np.real(np.trace(operator @ rho)))


def followed_states(leg: Leg, state: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """What an infinitely slow leg without baths makes of a state: populations stay with their levels.

    Args:
        leg: a driven leg.
        state: at its beginning (d, d).

    Returns:
        Times (t,) within the leg and the states then (t, d, d); the last is that at its end.
    """
    times = leg.duration * np.linspace(0.0, 1.0, TIMES)
    _, frames = np.linalg.eigh(leg.operators(times)[:, 0])
    frames[0], frames[-1] = (_levels_beside(leg, times[end], times[beside]) for end, beside in ((0, 1), (-1, -2)))
    populations = np.real(np.diagonal(frames[0].conj().T @ state @ frames[0]))
    every = [populations]
    for place in range(TIMES - 1):
        order = _order(leg, times[place], times[place + 1], frames[place], frames[place + 1], 0)
        moved = np.empty_like(populations)
        moved[order] = populations
        populations = moved
        every.append(populations)
    return times, (frames * np.stack(every)[:, None, :]) @ frames.conj().swapaxes(-1, -2)


def _levels_beside(leg: Leg, time: float, other: float) -> ComplexArray:
    """Eigenvectors at an end; levels that are equal there are those into which the drive splits them."""
    near, inside = leg.operators(np.array([time, time + BESIDE * (other - time)]))[:, 0]
    energies, frame = np.linalg.eigh(near)
    return diagonal_in(energies, frame, inside)


def _order(leg: Leg, start: float, end: float, first: ComplexArray, last: ComplexArray, depth: int) -> IntArray:
    """Which level each one is a while later."""
    from scipy.optimize import linear_sum_assignment  # here: a third of a second, which most runs do without

    overlap = np.abs(first.conj().T @ last) ** 2
    rows, order = linear_sum_assignment(-overlap)
    if overlap[rows, order].min() >= CLEAR or depth >= DEEPEST:
        return np.asarray(order)
    middle = 0.5 * (start + end)
    _, frame = np.linalg.eigh(leg.operators(np.array([middle]))[0, 0])
    early = _order(leg, start, middle, first, frame, depth + 1)
    return np.asarray(_order(leg, middle, end, frame, last, depth + 1)[early])
