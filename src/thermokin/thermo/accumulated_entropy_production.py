"""The entropy produced since time 0 and what rounding may make of it: no digit is lost at early times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.dynamics.evolution import Evolution
from thermokin.dynamics.initial import InitialState
from thermokin.dynamics.population_change import EARLY
from thermokin.model.jump_entropy import jump_entropy
from thermokin.operators.entropy import divergence_terms
from thermokin.operators.sums import over_levels
from thermokin.thermo.state_spectrum import resolution
from thermokin.thermo.time_integral import time_integral

__all__ = ["Produced", "gained_and_given", "relaxed"]

ROUNDING = 8.0 * np.finfo(float).eps  # of the terms of a sum, a few operations each


@dataclass(frozen=True, eq=False)
class Produced:
    """An amount of entropy with its rounding.

    Args:
        amount: (..., t) [nats].
        error: (..., t) [nats].
    """

    amount: FloatArray
    error: FloatArray


def relaxed(evolution: Evolution, total: FloatArray, left: FloatArray) -> Produced:
    """What populations have produced on their way to one equilibrium, D(rho_0 || pi) - D(rho_t || pi).

    As long as the larger part is left, from what the populations have gained: sum_i dp_i ln(pi_i / p_i(0)) less
    D(p(t) || p(0)).

    Args:
        evolution: of populations that relax to one equilibrium pi.
        total: D(rho_0 || pi) (...) [nats].
        left: D(rho_t || pi) (..., t) [nats].

    Returns:
        The amount.
    """
    whole = np.asarray(total[..., None] - left)
    error = np.asarray(ROUNDING * (total[..., None] + left))
    # Once half is gone the difference loses nothing; before, it may be infinite less infinite.
    early = ~(left <= 0.5 * total[..., None])
    if not early.any() or not np.isfinite(total).all() or evolution.motion is None or evolution.away is None:
        return Produced(whole, error)
    final = evolution.motion.limit.stationary[0]
    reference = evolution.liouvillian.log_equilibrium
    reference = np.log(final) if reference is None else reference
    first = _first_logarithms(evolution.initial, evolution.away, final, reference)
    # What is declared of the jumps may be swept where their rates are not.
    shape = np.broadcast_shapes(early.shape, _fixed(first).shape[:-1])
    whole, error = (np.broadcast_to(numbers, shape).copy() for numbers in (whole, error))
    early = np.broadcast_to(early, shape).copy()
    grown = _grown(evolution, first, reference, early)
    whole[early], error[early] = 0.0 - grown.amount, grown.error
    return Produced(whole, error)


def gained_and_given(
    evolution: Evolution, first: FloatArray, entropy: FloatArray, heat: Mapping[str, FloatArray]
) -> Produced:
    """What the state's entropy has gained, and what jumps have put into their surroundings.

    Args:
        evolution: any evolution.
        first: entropy at time 0 (...) [nats].
        entropy: over time (..., t) [nats].
        heat: from each bath since time 0 (..., t) [energy].

    Returns:
        The amount; infinite once a jump has happened that nothing undoes.
    """
    model, found = evolution.model, _state_change(evolution, first, entropy)
    amount, size = found.amount, np.zeros(())
    for bath in model.baths:
        taken = heat[bath.name]
        with np.errstate(divide="ignore", invalid="ignore"):
            flow = np.where(taken == 0.0, 0.0, taken / bath.temperature[..., None])
        amount, size = amount - flow, size + np.abs(flow)
    if model.table.bathless.any():
        flow = _bathless_flow(evolution)
        amount, size = amount + flow, size + np.abs(flow)
    return Produced(np.asarray(amount), np.asarray(found.error + ROUNDING * size))


def _state_change(evolution: Evolution, first: FloatArray, entropy: FloatArray) -> Produced:
    """What the state's entropy has gained since time 0."""
    if not evolution.population_only:
        size = evolution.model.dimension
        return Produced(entropy - first[..., None], np.full_like(entropy, 2.0 * size * resolution(1)))
    start = evolution.initial
    with np.errstate(divide="ignore"):
        logarithms = np.log(start.populations) if start.logarithms is None else start.logarithms
    everywhere = np.ones(entropy.shape, dtype=bool)
    grown = _grown(evolution, logarithms, np.zeros(1), everywhere)
    return Produced(0.0 - grown.amount.reshape(entropy.shape), grown.error.reshape(entropy.shape))


def _first_logarithms(start: InitialState, away: FloatArray, final: FloatArray, reference: FloatArray) -> FloatArray:
    """Ln(p(0) / p(inf)) (..., d); -inf for an empty level."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.asarray(away / final)
        near = np.abs(relative) <= 0.5
        first = np.log(start.populations) if start.logarithms is None else start.logarithms
    return np.where(near, np.log1p(np.where(near, relative, 0.0)), first - reference)


def _grown(evolution: Evolution, first: FloatArray, reference: FloatArray, chosen: BoolArray) -> Produced:
    """The growth of sum_i p (ln p - ln q) - p at the chosen times (m,): by its slope ln(p(0) / q), and what bends."""
    shape = (*chosen.shape, evolution.populations.shape[-1])

    def at_chosen(numbers: FloatArray) -> FloatArray:
        return np.broadcast_to(numbers, shape)[chosen]

    start, change, now = (
        at_chosen(x) for x in (_fixed(evolution.initial.populations), evolution.change, evolution.populations)
    )
    held = start > 0.0
    slope = np.where(held, at_chosen(_fixed(first)), 0.0)
    little = held & (np.abs(change) <= start)
    terms = change * slope
    sizes = np.abs(terms)
    bent = divergence_terms(now, np.where(held, start, 1.0), change)
    terms, sizes = terms + bent, sizes + np.abs(bent)
    far = ~little
    if far.any():
        late, log_reference = now[far], at_chosen(_fixed(reference))[far]
        grown = np.where(late > 0.0, late * (np.log(np.where(late > 0.0, late, 1.0)) - log_reference), 0.0)
        before = start[far] * slope[far]
        terms[far], sizes[far] = grown - before - change[far], np.abs(grown) + np.abs(before)
    late_times = np.broadcast_to(_late(evolution), chosen.shape)[chosen]
    if late_times.any():
        sizes = sizes + np.where(late_times[:, None] & little, start * np.abs(slope), 0.0)
    return Produced(over_levels(np.add, terms), ROUNDING * over_levels(np.add, sizes))


def _fixed(numbers: FloatArray) -> FloatArray:
    """Numbers of the start (..., d), with an axis of time."""
    return numbers[..., None, :]


def _late(evolution: Evolution) -> BoolArray:
    """Where the change is a difference of populations, each of them to its own digits (..., t)."""
    motion = evolution.motion
    if motion is None or evolution.model.dimension == 2:
        return np.zeros(evolution.times.shape, dtype=bool)
    return np.asarray(motion.fastest[..., None] * evolution.times > EARLY)


def _bathless_flow(evolution: Evolution) -> FloatArray:
    """The entropy (..., t) [nats] that jumps without a bath have put into their surroundings since time 0."""
    model = evolution.model
    entropies = np.where(model.table.bathless, jump_entropy(model), 0.0)
    endless = np.isinf(entropies)
    flow = time_integral(evolution, evolution.liouvillian.observable(np.where(endless, 0.0, entropies)))
    if not endless.any():
        return flow
    gone = [_happens(side, endless) for side in (evolution.at(np.zeros(1)), evolution)]
    ever = np.logical_or.accumulate(gone[1], axis=-1) | (gone[0] & (evolution.times > 0.0))
    return np.where(ever & (evolution.times > 0.0), np.inf, flow)


def _happens(evolution: Evolution, chosen: BoolArray) -> BoolArray:
    """Whether any of the chosen jumps happens (..., t), beyond rounding where coherences are present."""
    model = evolution.model
    rate = evolution.expectation(evolution.liouvillian.observable(np.where(chosen, 1.0, 0.0)))
    if evolution.population_only:
        return np.asarray(rate > 0.0)
    strongest = model.table.channel_strength.max(axis=-1)[..., None]
    return np.asarray(rate > resolution(model.dimension) * strongest)
