"""The shortest path between two points under a metric that is known by its values: a boundary-value problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import FloatArray
from thermokin.slow_driving.metric_jet import Metric, MetricJet
from thermokin.slow_driving.path import coefficients, derivative, nodes, weights

__all__ = ["Landscape", "geodesic_nodes"]

PANELS = (16, 32, 64, 128)
RESOLVED = 1e-11  # of the span of a control: the last coefficients of a path that is resolved
SETTLED = 1e-10  # of the span: a Newton step that is rounding of the metric's derivatives
STEPS = 40
ENOUGH = 1e-7  # the same, with which a path is still given: the drive along it tells its error
SMALLEST = 1.0 / 64.0  # share of a Newton step
ROUNDING = 1e-7  # of the span: a step that may be rounding, if it does not shrink
WORSE = 0.9999  # of the residual: less is progress
NEAR = 1e-9  # of the energy: what a step gains near the path of the least
ARMIJO = 1e-4  # of the gain that a step promises, which it must keep
SHORTEST = 1e-3  # share of a step downhill
REACH = 0.5  # of the span: how far a step downhill goes at most

BEYOND = (ValueError, DegenerateSteadyStateError, NotConvergedError)  # where a control has left its range


class _LostError(Exception):
    """No progress from here."""


Jet = Callable[[FloatArray], MetricJet]


@dataclass(frozen=True)
class Landscape:
    """A metric that paths go through, at points (k, n).

    Args:
        metric: its values alone (k, n, n), for steps that may turn out too long.
        rough: with derivatives that show the way downhill.
        jet: with derivatives to many digits.
    """

    metric: Metric
    rough: Jet
    jet: Jet


def geodesic_nodes(land: Landscape, start: FloatArray, end: FloatArray) -> FloatArray:
    """The geodesic at Chebyshev points of s, at which it goes at constant speed.

    The energy is followed downhill from a straight line, among polynomials; then Newton's method finds the values whose
    series solves the geodesic equation at the points, which are doubled until the series ends.

    Args:
        land: the metric.
        start: (n,).
        end: (n,).

    Returns:
        The path (k, n).

    Raises:
        NotConvergedError: if it is not found, or not resolved by 129 points.
    """
    size, tail = float(np.abs(end - start).max()), np.inf
    path = start + nodes(PANELS[0])[:, None] * (end - start)
    for count in PANELS:
        path = _descended(land, _at_points(path, count))
        try:
            path = _solved(land.jet, path)
        except (_LostError, *BEYOND):  # too few points for a path of this shape
            continue
        tail = float(np.abs(coefficients(path)[-max(2, count // 8) :]).max() / size)
        if tail <= RESOLVED:
            break
    if tail > ENOUGH:
        raise NotConvergedError(
            "`end` is not reached by a smooth geodesic: where the metric is nearly singular, or ends are far apart, it "
            "may bend too sharply;",
            tail,
            "choose ends nearer to one another, or controls in which the metric varies less, such as logarithms.",
        )
    path[0], path[-1] = start, end
    return path


def _at_points(path: FloatArray, count: int) -> FloatArray:
    """The same polynomial at more points."""
    if len(path) == count + 1:
        return path
    angle = np.pi - np.pi * np.arange(count + 1) / count
    found = np.cos(np.outer(angle, np.arange(len(path)))) @ coefficients(path)
    found[0], found[-1] = path[0], path[-1]
    return np.asarray(found)


def _descended(land: Landscape, path: FloatArray) -> FloatArray:
    """A path of nearly the least energy int lambda' g lambda' ds among polynomials, downhill from another."""
    span = np.abs(np.ptp(path, axis=0)).max()
    for _ in range(STEPS):
        energy, slope, curvature, frozen = _energy(land.rough(path), path)
        step = np.zeros(path.shape)
        step[1:-1] = -_downhill(curvature, frozen, slope).reshape(step[1:-1].shape)
        gain = -float((slope * step[1:-1].ravel()).sum())
        if gain <= NEAR * energy:
            return path
        longest = share = min(1.0, REACH * span / np.abs(step).max())
        while not _energy_of(land.metric, path + share * step) <= energy - ARMIJO * share * gain:
            share *= 0.5
            if share < SHORTEST * longest:
                return path
        path = path + share * step
    return path


def _energy_of(metric: Metric, path: FloatArray) -> float:
    """The energy of a path; inf of one that leaves the range of a control."""
    try:
        g = metric(path)
    except BEYOND:
        return np.inf
    speed = derivative(path)
    return float(weights(len(path) - 1) @ np.einsum("sij,si,sj->s", g, speed, speed))


def _downhill(curvature: FloatArray, frozen: FloatArray, slope: FloatArray) -> FloatArray:
    """A Newton step where the energy is convex, else that of a metric that stays."""
    for matrix in (curvature, frozen):
        try:
            return np.asarray(cho_solve(cho_factor(matrix), slope))
        except (np.linalg.LinAlgError, ValueError):
            continue
    raise _LostError


def _energy(jet: MetricJet, path: FloatArray) -> tuple[float, FloatArray, FloatArray, FloatArray]:
    """The energy of a path, its slope and curvature by inner points, and the curvature if the metric stayed."""
    count, size = path.shape
    once, weight = derivative(np.eye(count)), weights(count - 1)
    speed = once @ path
    g, dg, ddg = jet.value, jet.first, jet.second
    moment = np.einsum("sij,sj->si", g, speed)
    local = np.einsum("smij,si,sj->sm", dg, speed, speed)
    slope = 2.0 * np.einsum("s,st,sm->tm", weight, once, moment) + weight[:, None] * local
    frozen = 2.0 * np.einsum("s,st,su,smn->tmun", weight, once, once, g)
    cross = 2.0 * np.einsum("s,st,snmj,sj->tmsn", weight, once, dg, speed)
    bend = np.einsum("s,smnij,si,sj->smn", weight, ddg, speed, speed)
    curvature = frozen + cross + cross.transpose(2, 3, 0, 1)
    place = np.arange(count)
    curvature[place, :, place, :] += bend
    inner = (count - 2) * size
    both = [matrix[1:-1, :, 1:-1, :].reshape(inner, inner) for matrix in (curvature, frozen)]
    return float(weight @ (moment * speed).sum(axis=-1)), slope[1:-1].ravel(), both[0], both[1]


def _solved(jet: Jet, path: FloatArray) -> FloatArray:
    """The path whose series solves the equation at its points, its ends held."""
    span = float(np.abs(np.ptp(path, axis=0)).max())
    now, (miss, jacobian) = path, _equation(jet(path), path)
    for _ in range(STEPS):
        step = _newton(jacobian, miss, path.shape)
        if np.abs(step).max() <= SETTLED * span:
            return np.asarray(now + step)
        share, size = 1.0, float(np.abs(miss).max())
        while True:
            trial = now + share * step
            try:
                found = _equation(jet(trial), trial)
            except BEYOND:
                found = None
            if found is not None and float(np.abs(found[0]).max()) < WORSE * size:
                break
            if np.abs(step).max() <= ROUNDING * span:
                return np.asarray(now)  # rounding is all that is left
            share *= 0.5
            if share < SMALLEST:
                raise _LostError
        now, (miss, jacobian) = trial, found
    raise _LostError


def _newton(jacobian: FloatArray, miss: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    step = np.zeros(shape)
    inner = step[1:-1].size
    try:
        step[1:-1] = np.linalg.solve(jacobian.reshape(inner, inner), -miss.reshape(-1)).reshape(step[1:-1].shape)
    except np.linalg.LinAlgError as error:
        raise _LostError from error
    if not np.isfinite(step).all():
        raise _LostError
    return step


def _equation(jet: MetricJet, path: FloatArray) -> tuple[FloatArray, FloatArray]:
    """d(g lambda')/ds - lambda' dg lambda'/2 at inner points (k, n), and its derivative by their values."""
    count = len(path)
    once = derivative(np.eye(count))
    twice = once @ once
    speed, bend = once @ path, twice @ path
    g, dg, ddg = jet.value, jet.first, jet.second
    # turned[k, i, j]: what multiplies the change of speed of control j in equation i
    along = np.einsum("slij,sl->sij", dg, speed)
    across = np.einsum("slij,sj->sil", dg, speed)
    turned = along + across - across.swapaxes(-1, -2)
    miss = (
        np.einsum("sij,sj->si", g, bend)
        + np.einsum("sij,sj->si", along, speed)
        - 0.5 * np.einsum("sijk,sj,sk->si", dg, speed, speed)
    )
    local = (
        np.einsum("smij,sj->sim", dg, bend)
        + np.einsum("slmij,sl,sj->sim", ddg, speed, speed)
        - 0.5 * np.einsum("simjk,sj,sk->sim", ddg, speed, speed)
    )
    jacobian = (
        np.einsum("sij,st->sitj", g, twice)
        + np.einsum("sij,st->sitj", turned, once)
        + np.einsum("sij,st->sitj", local, np.eye(count))
    )
    return miss[1:-1], jacobian[1:-1, :, 1:-1, :]
