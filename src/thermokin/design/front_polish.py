"""A point of a front moved until the exact gradients balance: the conditions of Karush, Kuhn and Tucker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.design.front_problem import FAILURES, FrontProblem
from thermokin.machines.figures_of_merit import FiguresOfMerit

__all__ = ["Polished", "polished"]

WANTED = 1e-8  # residual
BOXES = (0.2, 0.05, 0.0125)  # of a side of the cube, how far a point may move: less where more of it leads nowhere
ROUNDS = 8  # of moves within a box, while they gain
EDGE = 1e-10  # of a side, within which a point is on it
ACTIVE = 1e-7  # of its limit, within which a constraint is reached
FINE = 1e-5  # step of the differences of exact gradients that curvature is made of
NEWTON = 8  # steps
SHARES = (1.0, 0.5, 0.25)  # of one that are tried
PUSHES = 1e-9  # of all weights, above which a condition counts


@dataclass(frozen=True, eq=False)
class Polished:
    """A point of the cube after it was moved.

    Args:
        cube: the point (p,).
        residual: how far gradients are from balance there.
        reason: why it could not be known, or empty.
    """

    cube: FloatArray
    residual: float
    reason: str


@dataclass(frozen=True, eq=False)
class _Here:
    """All numbers at one point of the cube, objectives in units of the front's span."""

    cube: FloatArray
    objectives: FloatArray
    limited: FloatArray
    slopes: FloatArray
    limited_slopes: FloatArray

    def conditions(self) -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
        """Weights of objectives and of reached constraints, which these are, and the sides that hold the point."""
        from scipy.optimize import nnls  # here: a third of a second, which most runs do without

        reached = np.flatnonzero(self.limited > -ACTIVE)
        low, high = self.cube <= EDGE, self.cube >= 1.0 - EDGE
        sides = np.flatnonzero(low | high)
        outward = np.eye(len(self.cube))[sides] * np.where(low, -1.0, 1.0)[sides, None]
        rows = np.concatenate([self.slopes, self.limited_slopes[reached], outward]).T
        count = len(self.objectives)
        total = np.concatenate([np.ones(count), np.zeros(rows.shape[1] - count)])
        # A heavy last row: the weights of the objectives add up to one.
        heavy = max(1.0, float(np.abs(rows).max(initial=0.0))) * 1e3
        weights, _ = nnls(np.vstack([rows, heavy * total]), np.append(np.zeros(len(rows)), heavy))
        weights /= weights[:count].sum() or 1.0
        return weights[:count], weights[count : count + len(reached)], reached, sides

    def balance(self) -> FloatArray:
        """The sum of all weighed gradients, less what the sides of the cube hold (p,)."""
        weights, pushes, reached, _ = self.conditions()
        pull = weights @ self.slopes + pushes @ self.limited_slopes[reached]
        held = ((self.cube <= EDGE) & (pull > 0.0)) | ((self.cube >= 1.0 - EDGE) & (pull < 0.0))
        return np.where(held, 0.0, pull)

    @property
    def residual(self) -> float:
        """The largest of what is left of the balance and of what constraints are broken by."""
        return float(max(np.abs(self.balance()).max(), self.limited.max(initial=0.0)))


def polished(problem: FrontProblem, start: FloatArray, span: FloatArray, does: FiguresOfMerit | None) -> Polished:
    """A point that is better than its start in all objectives alike, until none of that is left.

    From the start f0 it seeks the largest t with f_i + t span_i <= f0_i for all objectives: within boxes by sequential
    quadratic programmes, then by Newton's method on the conditions themselves.

    Args:
        problem: whose point it is.
        start: of the cube (p,).
        span: of the objectives (o,), their unit here.
        does: what the machine does at the start.

    Returns:
        The point. Its residual is the largest element of sum_i w_i grad f_i / span_i + sum_j m_j grad g_j, w and m >= 0
        and sum_i w_i = 1, by the sides of the cube, less what these hold; or what a constraint is broken by.
    """

    def look(cube: FloatArray) -> _Here:
        found = problem.gradients(cube, does)
        return _Here(cube, found[0] / span, found[1], found[2] / span[:, None], found[3])

    try:
        here = look(start)
    except FAILURES as error:
        return Polished(start, np.nan, str(error).splitlines()[0])
    origin = here.objectives
    for box in BOXES:
        for _ in range(ROUNDS):
            moved = _moved(look, here, origin, box)
            if moved is None:
                break
            gained = _gain(moved, origin) - _gain(here, origin)
            here = moved
            if gained <= WANTED or here.residual <= WANTED:
                break
        if here.residual <= WANTED:
            break
    here = _balanced(look, here, origin)
    return Polished(here.cube, here.residual, "")


def _gain(here: _Here, origin: FloatArray) -> float:
    return float((origin - here.objectives).min())


def _moved(look: Any, here: _Here, origin: FloatArray, box: float) -> _Here | None:
    """The best point within a box; None where none is better, or the family is not defined all along."""
    from scipy.optimize import minimize

    known = {here.cube.tobytes(): here}

    def at(point: FloatArray) -> _Here:
        cube = np.clip(point[:-1], 0.0, 1.0)
        if cube.tobytes() not in known:
            known[cube.tobytes()] = look(cube)
        return known[cube.tobytes()]

    sides = [(max(one - box, 0.0), min(one + box, 1.0)) for one in here.cube]
    last = np.append(np.zeros(len(here.cube)), -1.0)
    below = {
        "type": "ineq",
        "fun": lambda x: np.concatenate([origin - at(x).objectives - x[-1], -at(x).limited]),
        "jac": lambda x: np.concatenate(
            [
                np.column_stack([-at(x).slopes, -np.ones(len(origin))]),
                np.column_stack([-at(x).limited_slopes, np.zeros(len(at(x).limited))]),
            ]
        ),
    }
    try:
        found = minimize(
            lambda x: -x[-1],
            np.append(here.cube, _gain(here, origin)),
            jac=lambda _: last,
            method="SLSQP",
            bounds=[*sides, (None, None)],
            constraints=[below],
            options={"maxiter": 60, "ftol": 1e-15},
        )
        end = at(found.x)
    except FAILURES:
        return None
    allowed = end.limited.max(initial=0.0) <= max(ACTIVE, here.limited.max(initial=0.0))
    return end if allowed and _gain(end, origin) >= _gain(here, origin) - WANTED else None


def _balanced(look: Any, here: _Here, origin: FloatArray) -> _Here:
    """Newton's method on the conditions, with the curvature of the first point."""
    best = here
    for _ in range(NEWTON):
        if best.residual <= WANTED * 1e-2:
            break
        try:
            step = _newton_step(look, best, origin)
            shares = (look(np.clip(best.cube + share * step, 0.0, 1.0)) for share in SHARES)
            after = next((one for one in shares if one.residual < best.residual), None)
        except FAILURES:
            break
        if after is None:
            break
        best = after
    return best


def _newton_step(look: Any, here: _Here, origin: FloatArray) -> FloatArray:
    weights, pushes, reached, _ = here.conditions()
    pull = weights @ here.slopes + pushes @ here.limited_slopes[reached]
    low, high = here.cube <= EDGE, here.cube >= 1.0 - EDGE
    free = np.flatnonzero(~((low & (pull > 0.0)) | (high & (pull < 0.0))))
    wishes, limits = np.flatnonzero(weights > PUSHES), reached[pushes > PUSHES * max(1.0, pushes.max(initial=0.0))]
    given = (weights[wishes], pushes[np.isin(reached, limits)])

    def drawn(at: _Here) -> FloatArray:
        total = given[0] @ at.slopes[wishes] + given[1] @ at.limited_slopes[limits]
        return np.asarray(total[free])

    curvature = np.empty((len(free), len(free)))
    for column, side in enumerate(free):
        step = np.zeros(len(here.cube))
        step[side] = FINE if here.cube[side] <= 0.5 else -FINE
        curvature[:, column] = (drawn(look(here.cube + step)) - drawn(here)) / step[side]
    # Unknowns: the step, the change of t, the weights of objectives and of constraints.
    slopes, edges = here.slopes[wishes][:, free], here.limited_slopes[limits][:, free]
    n, o, c = len(free), len(wishes), len(limits)
    matrix = np.zeros((n + 1 + o + c, n + 1 + o + c))
    matrix[:n, :n] = (curvature + curvature.T) / 2.0
    matrix[:n, n + 1 : n + 1 + o], matrix[:n, n + 1 + o :] = slopes.T, edges.T
    matrix[n, n + 1 : n + 1 + o] = 1.0
    matrix[n + 1 : n + 1 + o, :n], matrix[n + 1 : n + 1 + o, n] = slopes, 1.0
    matrix[n + 1 + o :, :n] = edges
    gain = _gain(here, origin)
    right = np.concatenate(
        [
            np.zeros(n),
            [1.0],
            origin[wishes] - here.objectives[wishes] - gain,
            -here.limited[limits],
        ]
    )
    matrix_step = np.linalg.lstsq(matrix, right, rcond=1e-11)[0]
    found = np.zeros(len(here.cube))
    found[free] = matrix_step[:n]
    return found
