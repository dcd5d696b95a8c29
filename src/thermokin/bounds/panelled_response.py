"""The auxiliary operator phi along a grid of times: exact exponentials, and Kronrod's rule for what drives it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.linalg import expm

from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds.response_source import Drive, ResponseSource
from thermokin.numerics.grid_walk import dense_steps, walk
from thermokin.numerics.kronrod import FINE, NODES, ROUGH, Panels, panels

__all__ = ["by_panels"]

SAME = 1e-13  # relative difference of two lengths of panels that is rounding
TOGETHER = 1_000_000  # numbers of the jumped states at the nodes of panels that are taken together
FORGOTTEN = 60.0  # decay times of the slowest mode after which nothing is left of the start
NO_RATE = 1e-13  # of the largest eigenvalue: what is smaller is the rounding of zero
SLOW = 1e-11  # of the largest eigenvalue: a slower mode cannot be told from a steady state
MOST = 1e6  # radians that are followed: about a minute
EPSILON = float(np.finfo(float).eps)
RULES = np.stack([FINE, ROUGH])


def by_panels(source: ResponseSource, times: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What phi and the information have come to at each time.

    Once nothing is left of the start the drive is constant, and one exponential leads to any later time.

    Args:
        source: what drives phi.
        times: (..., t) ascending, >= 0 [time].

    Returns:
        The response of phi (..., t, 4): forces fine, forces rough, speed fine, speed rough; the information
        (..., t, 2), fine and rough; and the rounding of the response (..., t).

    Reference:
        vanvu2024.
    """
    matrix = source.generator.matrix
    values = np.asarray(np.linalg.eigvals(matrix), dtype=np.complex128)
    turning, fastest = np.abs(values.imag).max(axis=-1), np.abs(values.real).max(axis=-1)
    system = np.zeros((*matrix.shape[:-2], matrix.shape[-1] + 1, matrix.shape[-1] + 1), dtype=np.complex128)
    system[..., :-1, :-1] = matrix
    # The last row integrates the counted rate of phi along with phi.
    system[..., -1, :-1] = source.counting
    before = np.minimum(times, _settled(values)[..., None])
    _require_few(float((turning * before.max(axis=-1)).max()))
    plan = panels(before, np.asarray(fastest), np.asarray(turning))
    answers, informations, state = _integrated(system, source, plan)
    after, found = times - before, answers[..., -1, :].real
    if not after.any():
        return found, informations, np.zeros(found.shape[:-1])
    scored = source.at(state[..., None, :])
    late = _at_rest(system, scored, answers[..., -1, :, :], after)
    found = np.where((after > 0.0)[..., None], late, found)
    informations = informations + (scored.information * after)[..., None]
    return found, informations, np.abs(found).max(axis=-1) * EPSILON * np.abs(values).max(axis=-1)[..., None] * after


def _require_few(turned: float) -> None:
    if turned > MOST:
        raise NotConvergedError(
            f"the state turns by {turned:.3g} radians until the last time, or until it has settled, and bounds since "
            f"time 0 follow it through {MOST:.1g}",
            turned,
            "ask for earlier times, or for the bounds of the steady state",
        )


def _settled(values: ComplexArray) -> FloatArray:
    """The time (...) after which nothing is left of the start, infinite where something may last; of eigenvalues."""
    size = np.abs(values)
    largest = size.max(axis=-1)
    moving = size > NO_RATE * largest[..., None]
    slowest = np.where(moving, np.abs(values.real), np.inf).min(axis=-1)
    lasting = ~(slowest > SLOW * largest)
    return np.asarray(np.where(lasting, np.inf, FORGOTTEN / np.where(lasting, 1.0, slowest)))


def _at_rest(system: ComplexArray, scored: Drive, answer: ComplexArray, times: FloatArray) -> FloatArray:
    """The response of phi (..., t, 4) at times after the state has settled."""
    size, drive = system.shape[-1], scored.drive[..., 0, :, :]
    lead = np.broadcast_shapes(system.shape[:-2], drive.shape[:-2])
    driven = np.zeros((*lead, size + 2, size + 2), dtype=np.complex128)
    driven[..., :size, :size], driven[..., :size, size:] = system, drive
    starts = np.zeros((4, *answer.shape[:-2], size + 2), dtype=np.complex128)
    starts[..., :size] = np.moveaxis(answer, -1, 0)
    for place in range(4):  # forces fine and rough, speed fine and rough
        starts[place, ..., size + place // 2] = 1.0
    return np.moveaxis(walk(dense_steps(expm, driven), starts, times, lead)[..., size - 1].real, 0, -1)


def _integrated(
    system: ComplexArray, source: ResponseSource, plan: Panels
) -> tuple[ComplexArray, FloatArray, ComplexArray]:
    """Operator phi and its response (..., t, n + 1, 4), the information (..., t, 2), and the last state (..., n)."""
    size = system.shape[-1] - 1
    batch = np.broadcast_shapes(system.shape[:-2], source.start.shape[:-1], plan.lengths.shape[:-1])
    state = np.broadcast_to(source.start, (*batch, size))
    answer, information = np.zeros((*batch, size + 1, 4), dtype=np.complex128), np.zeros((*batch, 2))
    reached = {0: (answer, information)}
    numbers = math.prod(batch) * NODES.size * max(math.prod(source.operators.shape[-3:]), 4 * size)
    moves, position = system, 0
    for count, fresh in _runs(plan.lengths, max(1, TOGETHER // numbers)):
        length = plan.lengths[..., position]
        moves = _exponentials(system, length) if fresh else moves
        after = walk(partial(_same, moves[-1, ..., :-1, :-1]), state, np.arange(1.0, count + 1.0), batch)
        states = np.concatenate([state[..., None, :], after], axis=-2)
        gained, told = _of_panels(source, moves, states[..., :-1, :], length)
        state = states[..., -1, :]
        for panel in range(count):
            answer, information = moves[-1] @ answer + gained[..., panel, :, :], information + told[..., panel, :]
            position += 1
            if position in plan.ends:
                reached[position] = answer, information
    answers, informations = zip(*(reached[end] for end in plan.ends), strict=True)
    return np.stack(answers, axis=-3), np.stack(informations, axis=-2), state


def _of_panels(
    source: ResponseSource, moves: ComplexArray, states: ComplexArray, length: FloatArray
) -> tuple[ComplexArray, FloatArray]:
    """What panels of one length add to phi (..., p, n + 1, 4) and to the information (..., p, 2).

    Args:
        source: what drives phi.
        moves: exponentials to each node and over a whole panel (16, ..., n + 1, n + 1).
        states: the elements where each panel begins (..., p, n).
        length: of them (...).

    Returns:
        Both.
    """
    count, size = states.shape[-2:]
    at_nodes = np.einsum("q...ij,...pj->...pqi", moves[:-1, ..., :-1, :-1], states, optimize=True)
    scored = source.at(at_nodes.reshape(*at_nodes.shape[:-3], -1, size))
    drive = scored.drive.reshape(*scored.drive.shape[:-3], count, NODES.size, size + 1, 2)
    information = scored.information.reshape(*scored.information.shape[:-1], count, NODES.size)
    # What enters at a node moves for the rest of the panel: the nodes are symmetric.
    entered = np.einsum("q...ij,...pqjs->...pqis", moves[-2::-1], drive, optimize=True)
    gained = np.einsum("rq,...pqis->...pisr", RULES, entered) * length[..., None, None, None, None]
    told = length[..., None, None] * np.einsum("rq,...pq->...pr", RULES, information)
    return gained.reshape(*gained.shape[:-2], 4), told


def _same(propagator: ComplexArray, _: FloatArray) -> ComplexArray:
    return propagator


def _runs(lengths: FloatArray, most: int) -> Iterator[tuple[int, bool]]:
    """How many panels have equal lengths in a row, and whether another length begins; no more than `most` at once."""
    changes = np.abs(np.diff(lengths, axis=-1)) > SAME * lengths[..., :-1]
    inner = np.flatnonzero(changes.reshape(-1, changes.shape[-1]).any(axis=0)) + 1
    for first, end in zip([0, *inner], [*inner, lengths.shape[-1]], strict=True):
        for begin in range(first, end, most):
            yield min(most, end - begin), begin == first


def _exponentials(system: ComplexArray, length: FloatArray) -> ComplexArray:
    """exp(G h x) for every node x and for x = 1 (16, ..., n + 1, n + 1)."""
    shares = np.append(NODES, 1.0).reshape(-1, *(1,) * (max(system.ndim - 2, length.ndim) + 2))
    return np.asarray(expm(system * length[..., None, None] * shares))
