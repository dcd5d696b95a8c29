"""Maps over a leg of what its jumps count: moments, and generators with tilted jumps."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np

from thermokin._typing import FloatArray
from thermokin.cycles.driven_generator import jump_map, real_generator, real_map
from thermokin.cycles.leg import Leg
from thermokin.cycles.nodes import Nodes
from thermokin.numerics.magnus import Propagation

__all__ = ["WORK", "counted_weights", "in_one_unit", "moment_generator", "moment_map", "tilted_map"]

WORK = "work"


def counted_weights(leg: Leg, counted: str) -> Callable[[Nodes], FloatArray]:
    """What each jump of a leg counts, of nodes of that leg.

    Args:
        leg: the leg.
        counted: name of a bath, for its heat; or "work", for minus the energy from all baths.

    Returns:
        Function from nodes to weights (k, c) [energy].
    """
    if counted == WORK:
        return lambda nodes: np.where(nodes.bath >= 0, -nodes.energy, 0.0)
    place = leg.bath_names.index(counted) if counted in leg.bath_names else len(leg.bath_names)
    return lambda nodes: np.where(nodes.bath == place, nodes.heat, 0.0)


def moment_map(leg: Leg, counted: str, order: int, tolerance: float) -> Propagation:
    """The map over the whole leg of the state and its moments with what jumps count.

    Args:
        leg: the leg.
        counted: name of a bath, or "work".
        order: the largest power.
        tolerance: of the map.

    Returns:
        A map (1, n, n), n = (order + 1) d^2, with the amounts in the leg's unit of energy.
    """
    weights = counted_weights(leg, counted)

    def generator(times: FloatArray) -> FloatArray:
        nodes = leg.nodes(times)
        return moment_generator(nodes, weights(nodes) / leg.energy_unit, order)

    return leg.maps_between((counted, order), generator, np.array([0.0, leg.duration]), tolerance)


def moment_generator(nodes: Nodes, weights: FloatArray, order: int) -> FloatArray:
    """The generator of rho and of its moments with what jumps have counted, rho_r = E[N^r rho].

    d rho_r/dt = L rho_r + sum over q < r of binom(r, q) sum_k w_k^(r-q) L_k rho_q L_k^+.

    Args:
        nodes: the model at k times.
        weights: w of each jump (k, c).
        order: the largest power r.

    Returns:
        (k, (order + 1) d^2, (order + 1) d^2).
    """
    size = nodes.hamiltonian.shape[-1] ** 2
    found = np.zeros((nodes.count, order + 1, size, order + 1, size))
    plain = real_generator(nodes)
    for high in range(order + 1):
        found[:, high, :, high] = plain
    for power in range(1, order + 1):
        jumps = real_map(jump_map(nodes.jumps, weights**power))
        for low in range(order + 1 - power):
            found[:, low + power, :, low] = comb(low + power, low) * jumps
    return found.reshape(nodes.count, (order + 1) * size, (order + 1) * size)


def tilted_map(leg: Leg, temperature: float, tolerance: float) -> Propagation:
    """The map over the whole leg of a generator whose jumps are weighed by exp(energy / T): exp(-work / T) of each.

    Args:
        leg: the leg.
        temperature: T [energy].
        tolerance: of the map.

    Returns:
        A map (1, d^2, d^2).
    """
    weights = counted_weights(leg, WORK)

    def generator(times: FloatArray) -> FloatArray:
        nodes = leg.nodes(times)
        return real_generator(nodes, np.exp(-weights(nodes) / temperature))

    return leg.maps_between(None, generator, np.array([0.0, leg.duration]), tolerance)


def in_one_unit(whole: FloatArray, ratio: float, order: int) -> FloatArray:
    """A map of moments in another unit.

    Args:
        whole: map ((order + 1) n, (order + 1) n).
        ratio: its unit over the other.
        order: the largest power.

    Returns:
        The map.
    """
    factors = np.repeat(ratio ** np.arange(order + 1), whole.shape[-1] // (order + 1))
    return np.asarray(factors[:, None] * whole / factors)
