"""Autonomous clocks: rings whose closing link ticks, of states that jump and of sites that are coherently joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import finite_numbers, positive_numbers
from thermokin.model.channel import Channel
from thermokin.model.library.named_weights import with_weights
from thermokin.model.library.transition import unit
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Parameter, Rate, knows_parameters
from thermokin.model.rates import rates
from thermokin.operators.as_numbers import as_extended, as_whole, common_axes

__all__ = ["coherent_ring_clock", "ring_clock"]

MOST_STATES = 200
Affinity: TypeAlias = Annotated[ArrayLike, Parameter(least=0.0, role="extended")]
Couplings: TypeAlias = Annotated[ArrayLike, Parameter("energy", axes=1)]


@knows_parameters
def ring_clock(
    states: Annotated[int, Parameter(least=3, most=100, levels=lambda states: states)],
    affinity: Affinity,
    rate: Rate = 1.0,
) -> Annotated[Model, NOT_THERMAL]:
    """A uniform ring of N states, one turn of which is a tick.

    Every step forward has the rate `rate`, every step back rate exp(-affinity / N), so that a turn puts `affinity` into
    the surroundings. The current "ticks" counts the link from the last state to the first, forward less backward:
    J = rate (1 - e^{-A/N}) / N, D / J = coth(A / 2N) / N, and the precision is J / D ticks, N tanh(A / 2N).

    Args:
        states: N, at least 3.
        affinity: A (...) [nats], >= 0; infinite for a ring that turns one way alone.
        rate: of a step forward (...) [1/time].

    Returns:
        The model of dimension N, without baths.

    Raises:
        ArgumentError: if the affinity is negative, or infinite at some points of a sweep alone.
        ValueError: if there are fewer than three states, or as `rates`.

    Reference:
        barato2016.

    Example:
        >>> import thermokin as tk
        >>> clock = tk.library.ring_clock(6, affinity=12.0)
        >>> ticks = tk.cumulants(clock, tk.current(clock, "ticks"))
        >>> round(float(ticks.noise / ticks.mean), 8)
        0.21883921
    """
    count = as_whole(states, "states", 3, MOST_STATES)
    speed, back = positive_numbers(rate, "rate"), _backward(affinity, 1.0 / count)
    common_axes({"rate": speed.shape, "affinity": back.shape})
    forward, reverse = (np.roll(np.eye(count), shift, axis=0) for shift in (1, -1))
    matrix = speed[..., None, None] * (forward + back[..., None, None] * reverse)
    closing = unit(count, 0, count - 1) - unit(count, count - 1, 0)
    return rates(matrix, weights={"ticks": closing})


@knows_parameters
def coherent_ring_clock(
    couplings: Couplings, rate: Rate = 1.0, *, affinity: Affinity = np.inf
) -> Annotated[Model, NOT_THERMAL]:
    """A ring of n sites along which a particle moves coherently; the jump from the last to the first is a tick.

    H = sum_j couplings_j (|j><j+1| + h.c.) over the n - 1 links, and a jump |0><n-1| at the given rate, undone at
    rate exp(-affinity). The current "ticks" counts these jumps, forward less backward. With an infinite affinity ticks
    are a renewal process and J / D is the mean waiting time squared over its variance. Two sites are a fluorescing
    atom: J = 4 g^2 G / (G^2 + 8 g^2), D / J = 1 - 24 g^2 G^2 / (G^2 + 8 g^2)^2, least, 1/4, at G^2 = 8 g^2. The best
    precisions over all numbers are 4, 7.947230, 12.558309 and 17.669664 for n = 2 to 5.

    Args:
        couplings: of the links in their order (..., n - 1) [energy]; one for two sites.
        rate: of the tick (...) [1/time].
        affinity: of the tick (...) [nats], >= 0; infinite for one that nothing undoes.

    Returns:
        The model of dimension n, without baths.

    Raises:
        ArgumentError: if there is no coupling, one is 0, or the affinity is negative, or infinite at some points of a
            sweep alone.
        ValueError: if the rate is not positive or leading axes do not broadcast.

    Reference:
        meier2025.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> clock = tk.library.coherent_ring_clock([1.0], rate=np.sqrt(8.0))
        >>> ticks = tk.cumulants(clock, tk.current(clock, "ticks"))
        >>> round(float(ticks.mean / ticks.noise), 9)
        4.0
    """
    links = finite_numbers(couplings, "couplings")
    if links.ndim == 0 or links.shape[-1] == 0 or (links == 0.0).any():
        raise ArgumentError("`couplings` must be a row of numbers other than 0, one for each link.", "couplings")
    speed, back = positive_numbers(rate, "rate"), _backward(affinity, 1.0)
    common_axes({"couplings": links.shape[:-1], "rate": speed.shape, "affinity": back.shape})
    size = links.shape[-1] + 1
    hamiltonian = np.zeros((*links.shape[:-1], size, size))
    places = np.arange(size - 1)
    hamiltonian[..., places, places + 1] = hamiltonian[..., places + 1, places] = links
    ticks = [(unit(size, 0, size - 1), speed)]
    if back.any():
        ticks.append((unit(size, size - 1, 0), speed * back))
    channels: Sequence[Channel] = [Channel(np.sqrt(one)[..., None, None] * jump, None) for jump, one in ticks]
    return with_weights(Model(hamiltonian, channels), {"ticks": np.array([1.0, -1.0])[: len(channels)]})


def _backward(affinity: ArrayLike, share: float) -> FloatArray:
    """Exp(-affinity share) (...), the rate of a step back over that of one forward."""
    nats = as_extended(affinity, "affinity")
    if np.isnan(nats).any() or (nats < 0.0).any():
        raise ArgumentError("`affinity` must be >= 0.", "affinity")
    if np.isinf(nats).any() and not np.isinf(nats).all():
        raise ArgumentError(
            "`affinity` must be finite or infinite all along a sweep: these are other models.", "affinity"
        )
    return np.asarray(np.exp(-nats * share))
