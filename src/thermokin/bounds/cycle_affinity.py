"""Bounds by the affinities of cycles: how far populations answer to a barrier, and how long oscillations last."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Bounded, Limit, Theorem
from thermokin.linear_response.cycles import Cycles, simple_cycles

__all__ = ["BARRIER_RESPONSE", "OSCILLATION"]

ROUNDINGS = 4.0
LARGEST = 12  # states up to which cycles are looked for


def _edges(case: RestCase) -> tuple[IntArray, IntArray]:
    """Each pair of jumps that undo one another, as (jump, its reverse)."""
    table, reverse = case.jumps.table, case.jumps.reverse
    every = np.arange(reverse.size)
    forward = every[(reverse > every) & (table.row[every] != table.column[every])]
    return forward, reverse[forward]


def _cycles(case: RestCase, forward: IntArray) -> Cycles | None:
    table = case.jumps.table
    column, row = (each[forward].astype(np.int64) for each in (table.column, table.row))
    return simple_cycles(column, row, table.dimension)


def _forces(case: RestCase, forward: IntArray, back: IntArray) -> FloatArray:
    strength = case.jumps.table.strength
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(strength[..., forward] / strength[..., back]))


def _barrier(case: RestCase) -> Limit | None:
    """The edge and the two states whose response comes closest to its limit."""
    if not case.jumps.classical or case.model.dimension > LARGEST:
        return None
    if case.cumulants.resolvent.block.size != case.model.dimension:
        return None  # an initial state has chosen some of the levels
    forward, back = _edges(case)
    cycles = _cycles(case, forward) if forward.size else None
    if cycles is None:
        return None
    table, rates = case.jumps.table, case.jumps.rates
    through = cycles.largest_through(cycles.affinities(_forces(case, forward, back)), forward.size)
    both = rates[..., forward] - rates[..., back], rates[..., forward] + rates[..., back]
    moved = case.cumulants.resolvent.drazin(np.concatenate([_sources(case, forward, each) for each in both], axis=-1))
    populations = case.steady_state.populations[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithms = np.where(populations > 0.0, moved.real / populations, 0.0)
    answers, sizes = logarithms[..., : forward.size], np.abs(logarithms[..., forward.size :]).max(axis=-2)
    apart = answers.max(axis=-2) - answers.min(axis=-2)
    limits = np.tanh(through / 4.0)
    # Without a force around an edge its net flux is a rounding of its traffic, and so is all that answers.
    rounding = ROUNDINGS * np.finfo(float).eps * table.dimension + case.cumulants.resolvent.solution_error
    doubt = rounding[..., None] * (sizes + apart)
    closeness = np.where(apart > doubt, apart / np.maximum(limits, np.finfo(float).tiny), 0.0)
    best = np.argmax(closeness, axis=-1)[..., None]
    value, limit, error = (np.take_along_axis(each, best, axis=-1)[..., 0] for each in (apart, limits, doubt))
    return Limit(limit, (case.paired[0],), error, bounded=value)


def _sources(case: RestCase, forward: IntArray, amounts: FloatArray) -> FloatArray:
    """What flows along each edge, out of one state and into the other (..., d, e)."""
    table, place = case.jumps.table, np.arange(forward.size)
    sources = np.zeros((*amounts.shape[:-1], table.dimension, forward.size))
    sources[..., table.row[forward], place] = amounts
    sources[..., table.column[forward], place] -= amounts
    return sources


def _oscillation(case: RestCase) -> Limit | None:
    """The eigenvalue that turns most while it decays."""
    if not case.jumps.classical or case.model.dimension > LARGEST or case.kms is None:
        return None
    matrix, known = case.kms.matrix, case.kms.known
    size = case.model.dimension
    linked = (np.abs(matrix) > 0.0).reshape(-1, size, size).any(axis=0)
    one, other = np.nonzero(np.triu(linked | linked.T, 1))
    cycles = simple_cycles(one.astype(np.int64), other.astype(np.int64), size)
    if cycles is None:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        # Around a cycle the populations of the frame drop out.
        forces = np.log(matrix[..., other, one] / matrix[..., one, other])
        affinities, lengths = cycles.affinities(np.asarray(forces)), cycles.lengths
        turns = np.tanh(affinities / (2.0 * lengths)) / np.tan(np.pi / np.maximum(lengths, 3))
    values = np.linalg.eigvals(matrix)
    order = np.argsort(-values.real, axis=-1, kind="stable")
    moving = np.take_along_axis(values, order, axis=-1)[..., 1:]
    ratio = (np.abs(moving.imag) / np.maximum(-moving.real, np.finfo(float).tiny)).max(axis=-1, initial=0.0)
    limit = np.where(lengths >= 3, turns, 0.0).max(axis=-1, initial=0.0)
    # Eigenvalues that meet part by the root of a rounding.
    return Limit(limit, (), 1e-7 * np.ones(limit.shape), bounded=np.where(known, ratio, np.nan))


BARRIER_RESPONSE = Theorem(
    "barrier response",
    "abs(d ln(p_m/p_n)/dB_e) <= tanh(F/4), B_e the logarithm that both rates of a pair e of jumps share, F the largest "
    "affinity of a cycle through e; shown for the e, m, n that come closest",
    "steady states of rate equations of up to twelve states; jumps in pairs",
    "a ring whose rates lie far apart",
    "owen2020",
    rest=_barrier,
    bounded=Bounded("response of a ratio of populations", "1", above=True, per_time=False),
)
OSCILLATION = Theorem(
    "oscillation",
    "abs(Im lambda)/abs(Re lambda) <= max over cycles of tanh(F/2n)/tan(pi/n), F the affinity and n the length of a "
    "cycle, lambda any eigenvalue of the rates",
    "rate equations of up to twelve states",
    "a uniform ring",
    "ohga2023",
    rest=_oscillation,
    bounded=Bounded("oscillation per decay", "1", above=True, per_time=False),
)
