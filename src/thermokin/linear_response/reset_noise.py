"""Noise by channel where every jump resets the system: averages over the ages of few kets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.kronrod import FINE, NODES, ROUGH
from thermokin.trajectories.no_jump_motion import NoJumpMotion, no_jump_motion
from thermokin.trajectories.reset_kets import JumpOperators, ResetKets, jump_operators, reset_kets

__all__ = ["ResetNoise", "reset_noise"]

GONE = 1e-18  # survival at which a ket is as good as left
NOBODY = 1e-290  # survival of a ket that is left long before others are
DOUBLINGS = 60  # of the horizon, from the time of the fastest motion
PANELS = 200_000  # of one ket; each has fifteen nodes
TOGETHER = 2048  # panels that are looked at together
SMALL = 4.0 * float(np.finfo(np.float64).eps)  # of an integral: what a panel may miss

Integrand = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, eq=False)
class ResetNoise:
    """Noise by channel.

    Args:
        values: (k,) [amount^2/time].
        error: of the quadrature (k,).
        gains: E[lambda_k Re(c_k + tr Y (psi_k - psi))] (k,) [amount/time], the responses of the record's martingales.
        gains_error: of those (k,).
    """

    values: FloatArray
    error: FloatArray
    gains: FloatArray
    gains_error: FloatArray


def reset_noise(
    liouvillian: Liouvillian,
    state: ComplexArray,
    excess: ComplexArray,
    weights: FloatArray,
    *,
    else_sampled: bool = False,
) -> ResetNoise | None:
    """E[lambda_k |c_k + tr Y (psi_k - psi)|^2] over the stationary conditional states of jumps that reset.

    Between jumps a conditional state is a ket of the closed set at some age, with the odds (rate into the ket) times
    (survival) in stationarity.

    Args:
        liouvillian: of a model without leading axes.
        state: rho (d, d) in the frame.
        excess: Y (d, d) in the frame, that of a frequency or of none.
        weights: c_k (k,).
        else_sampled: whether trajectories take the place of what cannot be integrated.

    Returns:
        The noise; None if some jump does not reset, or kets are many.

    Raises:
        NotConvergedError: if some ket is left too slowly for its motion to be integrated, and nothing takes its place.

    Cost:
        Some hundred kets at each of the reset kets; more where they turn many times before a jump.
    """
    try:
        return _averaged(liouvillian, state, excess, weights)
    except NotConvergedError:
        if else_sampled:
            return None
        raise


def _averaged(
    liouvillian: Liouvillian, state: ComplexArray, excess: ComplexArray, weights: FloatArray
) -> ResetNoise | None:
    if not weights.size:
        return ResetNoise(*(np.zeros(0) for _ in range(4)))
    _, vectors = np.linalg.eigh(_after_busiest(liouvillian, state))
    found = reset_kets(liouvillian, vectors[:, [-1]].T)
    if found is None:
        found = reset_kets(liouvillian, np.eye(len(state))[[int(np.argmax(np.diag(state).real))]].astype(complex))
    if found is None:
        return None
    jumps = jump_operators(liouvillian)
    motion = no_jump_motion(liouvillian, _horizon(liouvillian, found))
    count = len(found.kets)
    moved, lived, missed = np.zeros((count, count)), np.zeros(count), np.zeros((count, weights.size))
    noise, gains, lost = (np.zeros((count, weights.size)) for _ in range(3))
    for place in range(count):
        integrand = _integrand(found, place, motion, jumps, excess, weights)
        value, error = _integral(integrand, motion.horizon, liouvillian)
        outcomes = np.flatnonzero(found.channel[place] >= 0)
        size = outcomes.size
        lived[place] = value[-1]
        np.add.at(moved[place], found.target[place, outcomes], value[:size])
        noise[place, found.channel[place, outcomes]] = value[size : 2 * size]
        missed[place, found.channel[place, outcomes]] = error[size : 2 * size]
        gains[place, found.channel[place, outcomes]] = value[2 * size : 3 * size]
        lost[place, found.channel[place, outcomes]] = error[2 * size : 3 * size]
    entered = _entered(moved, lived)
    return ResetNoise(*(entered @ part for part in (noise, missed, gains, lost)))


def _after_busiest(liouvillian: Liouvillian, state: ComplexArray) -> ComplexArray:
    """L rho L^+ of the most frequent jump, of which the ket is one of the closed set."""
    every = [jump @ state @ jump.conj().T for jump in map(liouvillian.table.jump, range(liouvillian.table.size))]
    return max(every, key=lambda matrix: float(np.trace(matrix).real))


def _horizon(liouvillian: Liouvillian, found: ResetKets) -> float:
    """A time by which every ket has been left, to rounding."""
    effective = liouvillian.effective_hamiltonian
    time = 1.0 / max(float(np.linalg.norm(effective, 2)), np.finfo(float).tiny)
    for _ in range(DOUBLINGS):
        motion = no_jump_motion(liouvillian, time)
        last = motion.moved(found.kets, np.full(len(found.kets), time))
        if (np.abs(last) ** 2).sum(axis=1).max() <= GONE:
            return time
        time *= 2.0
    raise NotConvergedError(
        "noise by channel is averaged over the time since the last jump, and some state is not left within any time "
        "that doubles resolve beside the fastest motion.",
        GONE,
        "Leave out the levels that no jump empties, or pass `trajectories=`.",
    )


def _integrand(
    found: ResetKets,
    place: int,
    motion: NoJumpMotion,
    jumps: JumpOperators,
    excess: ComplexArray,
    weights: FloatArray,
) -> Integrand:
    """Rates of the outcomes of one ket, times the squared gains and times the gains, and survival (n, 3 o + 1)."""
    outcomes = np.flatnonzero(found.channel[place] >= 0)
    channel, target = found.channel[place, outcomes], found.kets[found.target[place, outcomes]]
    landed = np.einsum("od,de,oe->o", target.conj(), excess, target)

    def at(ages: FloatArray) -> FloatArray:
        kets = motion.moved(np.broadcast_to(found.kets[place], (ages.size, found.kets.shape[1])), ages)
        survival = (kets.real**2 + kets.imag**2).sum(axis=1)
        # One over a smaller number overflows, and nobody is left there to jump.
        held = np.einsum("nd,de,ne->n", kets.conj(), excess, kets) / np.where(survival > NOBODY, survival, 1.0)
        rates = jumps.odds(kets)[:, channel]
        gained = weights[channel] + landed - held[:, None]
        return np.concatenate([rates, rates * np.abs(gained) ** 2, rates * gained.real, survival[:, None]], axis=1)

    return at


def _integral(integrand: Integrand, horizon: float, liouvillian: Liouvillian) -> tuple[FloatArray, FloatArray]:
    """Integrals over all ages, and what the coarser rule says they miss, by panels halved where needed."""
    fastest = float(np.linalg.norm(liouvillian.effective_hamiltonian, 2)) * horizon
    edges = np.append(0.0, horizon * 0.5 ** np.arange(int(np.ceil(np.log2(max(fastest, 2.0)))) + 1)[::-1])
    low, high = edges[:-1], edges[1:]
    total, missed = np.zeros(()), np.zeros(())
    count = 0
    while low.size:
        count += low.size
        length = high - low
        fine, error = _panels(integrand, low, length)
        size = total + fine.sum(axis=0)
        # Rates of jumps are judged beside one another, and so are their gains and the squares of those.
        part = (size.size - 1) // 3
        rate, noise = size[:part].max(initial=0.0), size[part : 2 * part].max(initial=0.0)
        scale = np.repeat([rate, noise, np.sqrt(rate * noise), size[-1]], [part, part, part, 1])
        good = (error <= SMALL * scale).all(axis=1) | (length <= SMALL * high)
        total = total + fine[good].sum(axis=0)
        missed = missed + error[good].sum(axis=0)
        if count > PANELS:
            raise NotConvergedError(
                "noise by channel is averaged over the time since the last jump, in which some state turns too often.",
                float((error[~good] / scale).max()),
                "Write the model in a frame in which it turns less, or pass `trajectories=`.",
            )
        low, high = low[~good], high[~good]
        middle = 0.5 * (low + high)
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return total, missed


def _panels(integrand: Integrand, low: FloatArray, length: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The integral over each panel, and what the coarser rule says it misses, both (p, m)."""
    fine, error = [], []
    for begin in range(0, low.size, TOGETHER):
        here = slice(begin, begin + TOGETHER)
        nodes = low[here, None] + length[here, None] * NODES
        heights = integrand(nodes.ravel()).reshape(*nodes.shape, -1)
        one, other = (length[here, None] * np.einsum("q,pqm->pm", rule, heights) for rule in (FINE, ROUGH))
        fine.append(one)
        error.append(np.abs(one - other))
    return np.concatenate(fine), np.concatenate(error)


def _entered(moved: FloatArray, lived: FloatArray) -> FloatArray:
    """How often each ket is entered per time, from where each leads and how long it lasts."""
    # In units of the longest of them, so that no unit of time decides over what is small.
    longest = lived.max()
    rows = np.vstack([np.eye(lived.size) - moved.T, lived / longest])
    right = np.append(np.zeros(lived.size), 1.0)
    return np.asarray(np.linalg.lstsq(rows, right, rcond=None)[0] / longest)
