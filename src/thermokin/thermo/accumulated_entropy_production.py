"""The entropy produced since time 0 and what rounding may make of it: no digit is lost at early times."""

from __future__ import annotations

import numpy as np

from thermokin._threads import few_threads
from thermokin._typing import BoolArray, FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.numerics import two_level
from thermokin.numerics.level_sums import over_levels, sum_over_levels
from thermokin.operators.entropy import divergence_terms
from thermokin.thermo.entropy_given import ROUNDING, Produced, entropy_given
from thermokin.thermo.state_spectrum import resolution

__all__ = ["gained_and_given", "relaxed", "relaxed_between_two_levels"]

FARTHEST = 0.25  # of the rounding of a sum: that of the largest exponent between two Gibbs states, in every level


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
    moved = _of_motion(evolution)
    error = np.asarray(ROUNDING * (total[..., None] + left + _of_the_end(evolution)) + moved)
    # Once half is gone the difference loses nothing; before, it may be infinite less infinite.
    early = ~(left <= 0.5 * total[..., None])
    if not early.any() or not np.isfinite(total).all() or evolution.motion is None or evolution.away is None:
        return Produced(whole, error)
    final = evolution.motion.limit.stationary[0]
    reference = evolution.liouvillian.log_equilibrium
    reference = np.log(final) if reference is None else reference
    first, doubt = _first_logarithms(evolution, evolution.away, final, reference)
    # What is declared of the jumps may be swept where their rates are not.
    shape = np.broadcast_shapes(early.shape, _fixed(first).shape[:-1])
    whole, error = (np.broadcast_to(numbers, shape).copy() for numbers in (whole, error))
    early = np.broadcast_to(early, shape).copy()
    grown = _grown(evolution, first, doubt, reference, early)
    moved = np.where(evolution.change_is_difference, moved, 0.0)
    whole[early], error[early] = 0.0 - grown.amount, grown.error + np.broadcast_to(moved, shape)[early]
    return Produced(whole, error)


def relaxed_between_two_levels(evolution: Evolution) -> Produced | None:
    """The same of two levels, from what drives them at each time and what they were before.

    It is |dp| |ln [p_1 pi_0 / (p_0 pi_1)]| + D(p(0) || p(t)): both terms are positive, so that no digit is lost early
    or late.

    Args:
        evolution: of populations that relax to one equilibrium pi.

    Returns:
        The amount, not a number at time 0 of an empty level; None of more levels.
    """
    reference = evolution.liouvillian.log_equilibrium
    if evolution.model.dimension != 2 or evolution.motion is None or evolution.away is None or reference is None:
        return None
    change = evolution.change
    gone = np.abs(change[..., 1])
    with np.errstate(invalid="ignore"):
        amount = gone * two_level.force(evolution.populations, np.exp(reference), evolution.deviation)
    amount += sum_over_levels(divergence_terms(_fixed(evolution.initial.populations), evolution.populations, -change))
    # The logarithms know what the distance from the end does.
    return Produced(amount, ROUNDING * (amount if evolution.preparation.away_is_known else amount + 4.0 * gone))


def gained_and_given(evolution: Evolution, first: FloatArray, entropy: FloatArray) -> Produced:
    """What the state's entropy has gained, and what jumps have put into their surroundings.

    Args:
        evolution: any evolution.
        first: entropy at time 0 (...) [nats].
        entropy: over time (..., t) [nats].

    Returns:
        The amount; infinite once a jump has happened that nothing undoes.
    """
    gained, given = _state_change(evolution, first, entropy), entropy_given(evolution)
    moved = np.where(evolution.change_is_difference, _of_motion(evolution), 0.0)
    return Produced(gained.amount + given.amount, gained.error + given.error + moved)


def _state_change(evolution: Evolution, first: FloatArray, entropy: FloatArray) -> Produced:
    """What the state's entropy has gained since time 0."""
    if not evolution.population_only:
        return Produced(entropy - first[..., None], _of_eigenvalues(evolution))
    start = evolution.initial
    with np.errstate(divide="ignore"):
        logarithms = np.log(start.populations) if start.logarithms is None else start.logarithms
    everywhere = np.ones(entropy.shape, dtype=bool)
    grown = _grown(evolution, logarithms, np.abs(logarithms), np.zeros(1), everywhere)
    return Produced(0.0 - grown.amount.reshape(entropy.shape), grown.error.reshape(entropy.shape))


def _of_eigenvalues(evolution: Evolution) -> FloatArray:
    """What the rounding of eigenvalues, and what the motion of coherences lacks, make of the entropy (..., t)."""
    # Of -p ln p that is 1 - ln p for each p: the smallest eigenvalues have lost their digits, and a large logarithm.
    known, states = resolution(1), evolution.frame_states
    with few_threads(evolution.model.dimension):
        values = np.maximum(np.linalg.eigvalsh(states), known)
    slopes = 1.0 - np.log(np.minimum(values, 1.0))
    moved = evolution.coherent_error * np.sqrt((slopes**2).sum(axis=-1))
    # Of the start as well, at most so much: it is purer than what becomes of it.
    return np.asarray(known * slopes.sum(axis=-1) + moved)


def _of_motion(evolution: Evolution) -> FloatArray:
    """What the rounding of populations makes of what they have produced (..., t): nothing once they are at rest."""
    motion, away = evolution.motion, evolution.away
    if motion is None or away is None or evolution.final is None or not evolution.population_only:
        return np.zeros(evolution.times.shape)
    final = _fixed(evolution.final)
    populated = (evolution.populations > 0.0) & (final > 0.0)
    ratio = np.where(populated, evolution.populations, 1.0) / np.where(populated, final, 1.0)
    lacking = motion.rounding(evolution.initial.populations, evolution.populations, away, evolution.times)
    return np.asarray((lacking * np.abs(np.log(ratio))).sum(axis=-1))


def _of_the_end(evolution: Evolution) -> FloatArray:
    """What a divergence changes by (..., t), relative to the rounding of the equilibrium that it is one from."""
    # Of a distance that is known to its own digits, a level near the mean energy has those of the farthest level's.
    change = evolution.change
    # Of two levels one gains what the other loses; along a long sweep the sum over both is a pass over all arrays.
    size = 2.0 * np.abs(change[..., 0]) if change.shape[-1] == 2 else np.asarray(np.abs(change).sum(axis=-1))
    if not evolution.preparation.away_is_known:
        return size
    assert evolution.away is not None  # noqa: S101 - known
    assert evolution.final is not None  # noqa: S101 - known with it
    held = evolution.final > 0.0
    apart = np.where(held, np.abs(evolution.away), 0.0) / np.where(held, evolution.final, 1.0)
    return np.asarray(size * np.minimum(FARTHEST * apart.max(axis=-1), 1.0)[..., None])


def _first_logarithms(
    evolution: Evolution, away: FloatArray, final: FloatArray, reference: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Ln(p(0) / p(inf)) (..., d), -inf for an empty level, and the size of what its rounding is relative to."""
    start, known = evolution.initial, evolution.preparation.away_is_known
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.asarray(away / final)
        near = np.abs(relative) <= 0.5
        first = np.log(start.populations) if start.logarithms is None else start.logarithms
    close = np.log1p(np.where(near, relative, 0.0))
    far = np.abs(first) + np.abs(reference).max(axis=-1, keepdims=True)
    size = (1.0 + FARTHEST) * np.abs(close).max(axis=-1, keepdims=True) if known else np.full((1,), 2.0)
    return np.where(near, close, first - reference), np.where(near, size, far)


def _grown(
    evolution: Evolution, first: FloatArray, doubt: FloatArray, reference: FloatArray, chosen: BoolArray
) -> Produced:
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
    sizes = at_chosen(evolution.change_sizes) * np.where(held, at_chosen(_fixed(doubt)), 0.0)
    bent = divergence_terms(now, np.where(held, start, 1.0), change)
    terms, sizes = terms + bent, sizes + np.abs(bent)
    far = ~little
    if far.any():
        late, log_reference = now[far], at_chosen(_fixed(reference))[far]
        grown = np.where(late > 0.0, late * (np.log(np.where(late > 0.0, late, 1.0)) - log_reference), 0.0)
        before = start[far] * slope[far]
        terms[far], sizes[far] = grown - before - change[far], np.abs(grown) + np.abs(before)
    return Produced(over_levels(np.add, terms), ROUNDING * over_levels(np.add, sizes))


def _fixed(numbers: FloatArray) -> FloatArray:
    """Numbers of the start (..., d), with an axis of time."""
    return numbers[..., None, :]
