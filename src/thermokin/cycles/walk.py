"""Along a protocol: states, what was exchanged, and how far the integration can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.arguments import DEFAULT
from thermokin.cycles.driven_generator import Rows, complex_map, real_state, state_matrix
from thermokin.cycles.leg import Leg
from thermokin.cycles.protocol import Protocol
from thermokin.numerics.magnus import Propagation

__all__ = ["Stretch", "Trust", "leg_maps", "smallest_choi", "stretch", "von_neumann"]

NOT_POSITIVE = 10.0  # times the tolerance: a Choi eigenvalue below minus that is redone by positive steps
COARSE = 1e-7  # tolerance of steps of order 2, whose number grows with its inverse root
ROUNDING = 1e-12  # squared: a population below that is none


@dataclass
class Trust:
    """What is known of the maps that were taken.

    Args:
        error: estimate of what they lack together.
        choi: the smallest eigenvalue of the Choi matrix of any leg's map, over d.
        panels: how many panels they took.
        notes: what a reader must know, one line each.
    """

    error: float = 0.0
    choi: float = np.inf
    panels: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, found: Propagation, choi: float, name: str) -> None:
        """Count one leg's maps in.

        Args:
            found: its maps.
            choi: its smallest Choi eigenvalue.
            name: the leg's name.
        """
        self.error += found.error
        self.choi = min(self.choi, choi)
        self.panels += found.panels
        if found.at_floor:
            self.notes.append(f"{name}: halving panels no longer helps; its functions are not smooth to more digits")


def smallest_choi(maps: FloatArray, dimension: int) -> float:
    """The smallest eigenvalue of the Choi matrix over d: not negative where a map is completely positive.

    Args:
        maps: of real coordinates (d^2, d^2).
        dimension: d.

    Returns:
        The eigenvalue.
    """
    plain = complex_map(maps).reshape(dimension, dimension, dimension, dimension)
    choi = plain.transpose(0, 2, 1, 3).reshape(dimension**2, dimension**2)
    return float(np.linalg.eigvalsh(0.5 * (choi + choi.conj().T))[0]) / dimension


def leg_maps(leg: Leg, times: FloatArray, tolerance: float, trust: Trust, name: str) -> FloatArray:
    """Maps of a leg between some of its times, redone by positive steps where they are not completely positive.

    Args:
        leg: the leg.
        times: (m + 1,) from 0 to its duration [time].
        tolerance: of all maps together.
        trust: is told what is known of them.
        name: how to call the leg.

    Returns:
        (m, n, n) of coordinates and exchanged amounts.
    """
    asked = (times.tobytes(), tolerance)
    if asked not in leg.trusted:
        leg.trusted[asked] = _trusted(leg, times, tolerance)
    found, choi, coarse = leg.trusted[asked]
    if coarse:
        trust.notes.append(f"{name}: integrated by steps of order 2, since those of order 6 were not positive")
    trust.add(found, choi, name)
    return found.maps


def _trusted(leg: Leg, times: FloatArray, tolerance: float) -> tuple[Propagation, float, bool]:
    """Maps, their smallest Choi eigenvalue, and whether they were redone by positive steps."""
    size = leg.dimension**2

    def smallest(found: Propagation) -> float:
        return min(smallest_choi(one[:size, :size], leg.dimension) for one in found.maps)

    found = leg.exchange_maps(times, tolerance)
    if not leg.has_jumps:  # U . U^+ is completely positive, whatever U is
        return found, 0.0, False
    choi = smallest(found)
    if choi >= -NOT_POSITIVE * tolerance:
        return found, choi, False
    found = leg.exchange_maps(times, max(tolerance, COARSE), positive=True)
    return found, smallest(found), True


@dataclass(frozen=True, eq=False)
class Stretch:
    """A leg walked from a state.

    Args:
        states: (..., m + 1, d, d), at its times.
        heat: from each bath of the protocol since its start (..., m + 1, baths) [energy].
        entropy_flow: entropy that jumps have put into baths (..., m + 1) [nats]; inf once one at T = 0 took heat.
        work: on the operator whose energy is counted (..., m + 1) [energy].
        power: integral of tr(dH/dt rho) (..., m + 1) [energy].
        bathless: counted energy given by jumps without a bath (..., m + 1) [energy].
        chemical: mu times the particles that leads have given (..., m + 1) [energy].
        merged: counted energy that jumps of baths have given beyond their booked quantum (..., m + 1) [energy].
    """

    states: ComplexArray
    heat: FloatArray
    entropy_flow: FloatArray
    work: FloatArray
    power: FloatArray
    bathless: FloatArray
    chemical: FloatArray
    merged: FloatArray


def stretch(
    protocol: Protocol, position: int, rho: ComplexArray, times: FloatArray, tolerance: float, trust: Trust
) -> Stretch:
    """Walk one leg.

    Args:
        protocol: the protocol.
        position: of the leg.
        rho: where it starts (..., d, d).
        times: (m + 1,) of the leg, from 0 to its duration [time].
        tolerance: of its maps.
        trust: is told what is known of them.

    Returns:
        States and amounts.
    """
    leg = protocol.legs[position]
    rows, size = Rows(len(leg.bath_names)), leg.dimension**2
    maps = leg_maps(leg, times, tolerance, trust, leg.name or f"leg {position}")
    now = np.concatenate([real_state(rho), np.zeros((*rho.shape[:-2], rows.count))], axis=-1)
    path = [now]
    for one in maps:
        now = now @ one.T
        path.append(now)
    every = np.stack(path, axis=-2)
    amounts = every[..., size:]
    heat = np.zeros((*amounts.shape[:-1], len(protocol.bath_names)))
    for place, name in enumerate(leg.bath_names):
        heat[..., protocol.bath_names.index(name)] = amounts[..., place]
    return Stretch(
        states=state_matrix(every[..., :size], leg.dimension),
        heat=heat,
        # What happens less often than maps are known to does not happen: a bath at T = 0 and its ground state rest.
        entropy_flow=np.where(
            amounts[..., rows.unlimited] > min(tolerance, DEFAULT), np.inf, amounts[..., rows.entropy]
        ),
        work=amounts[..., rows.work],
        power=amounts[..., rows.power],
        bathless=amounts[..., rows.bathless],
        chemical=amounts[..., rows.chemical],
        merged=amounts[..., rows.merged],
    )


def von_neumann(states: ComplexArray) -> FloatArray:
    """Entropy (...) [nats] of states that were calculated, whose eigenvalues may be negative by rounding."""
    p = np.linalg.eigvalsh(states)
    return np.asarray(-(p * np.log(np.where(p > ROUNDING**2, p, 1.0))).sum(axis=-1)) + 0.0
