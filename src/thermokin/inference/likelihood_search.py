"""The search for the numbers that make records most likely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.family_likelihood import FamilyLikelihood
from thermokin.inference.scales import Scales

__all__ = ["LikelihoodSearch"]

SETTLED = 1e-4  # the step that Newton would still take, in standard errors
ROUNDS = 12
VAGUE = 1e-2  # information on a logarithm: the error is ten times the number
TOLD_APART = 1e-6  # smallest eigenvalue of the information, its diagonal scaled to one
DIFFERENCE = 1e-4  # step of second derivatives, in standard errors of a first guess
IMPOSSIBLE = 10.0  # by how much, of ln p, a walk falls where there is no model or no such record


@dataclass
class LikelihoodSearch:
    """The largest ln p in inner coordinates, some of which may be held.

    Args:
        problem: the likelihood.
        scales: between numbers and inner coordinates.
        held: (p,) which coordinates stay.
    """

    problem: FamilyLikelihood
    scales: Scales
    held: BoolArray
    left: float = np.inf
    floor: float = np.inf

    def value(self, point: FloatArray) -> tuple[float, FloatArray]:
        """Ln p and its gradient in inner coordinates."""
        values = self.scales.outer(point)
        try:
            found = self.problem.at(values)
            if np.isfinite(found.value):
                self.floor = min(self.floor, found.value)
                return found.value, self.problem.climb(values, found) * self.scales.slope(point)
        except ValueError:  # a family says at what numbers it makes no model
            if not np.isfinite(self.floor):
                raise
        return self.floor - IMPOSSIBLE * (1.0 + abs(self.floor)), np.zeros(point.size)

    def ruled_out(self, value: float) -> bool:
        """Whether a value of ln p stands for no model, or no such record."""
        return value < self.floor

    def hessian(self, point: FloatArray, width: FloatArray) -> FloatArray:
        """(p, p), by differences of the gradient."""
        size = point.size
        found = np.zeros((size, size))
        for number in range(size):
            step = np.zeros(size)
            step[number] = width[number]
            upper, lower = self.scales.within(point + step), self.scales.within(point - step)
            change = (self.value(upper)[1] - self.value(lower)[1]) / (upper - lower)[number]
            found[number] = change
        return 0.5 * (found + found.T)

    def largest(self, start: FloatArray) -> tuple[FloatArray, float, FloatArray]:
        """Where ln p is largest, its value and its second derivatives."""
        free = ~self.held
        point = start.copy()
        if free.any():
            point = self._climbed(start, free)
        width = np.full(point.size, DIFFERENCE)
        for _ in range(ROUNDS):
            value, gradient = self.value(point)
            hessian = self.hessian(point, width)
            inner = free & ~self.scales.pushed(point, gradient)
            curved = -hessian[np.ix_(inner, inner)]
            if not inner.any():
                self.left = 0.0
                return point, value, hessian
            step, self.left = _newton(curved, gradient[inner])
            if self.left <= SETTLED:
                faded = self._faded(point, value, hessian)
                if faded is None:
                    return point, value, hessian
                point = faded
                continue
            point = self._stepped(point, value, inner, step)
        raise NotConvergedError(
            f"the most likely numbers were not settled: a step of {self.left:.1e} standard errors is left.",
            self.left,
            "Begin closer by (`at`), or seek fewer numbers.",
        )

    def _faded(self, point: FloatArray, value: float, hessian: FloatArray) -> FloatArray | None:
        """The point with numbers at zero that are far smaller than what is known of them; None if ln p falls there."""
        vague = ~self.held & self.scales.positive & (-np.diagonal(hessian) < VAGUE) & ~self.scales.at_end(point)
        if not vague.any():
            return None
        trial = np.where(vague, self.scales.vanished, point)
        return trial if self.value(trial)[0] >= value else None

    def _climbed(self, start: FloatArray, free: BoolArray) -> FloatArray:
        from scipy.optimize import minimize  # here: a third of a second, which most runs do without

        def downhill(part: FloatArray) -> tuple[float, FloatArray]:
            point = start.copy()
            point[free] = part
            value, gradient = self.value(point)
            return -value, -gradient[free]

        bounds = [self.scales.bounds[number] for number in np.flatnonzero(free)]
        found = minimize(
            downhill,
            start[free],
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 200, "ftol": 1e-14, "gtol": 1e-8},
        )
        point = start.copy()
        point[free] = found.x
        return point

    def _stepped(self, point: FloatArray, value: float, inner: BoolArray, step: FloatArray) -> FloatArray:
        for share in 0.5 ** np.arange(12):
            trial = point.copy()
            trial[inner] += share * step
            trial = self.scales.within(trial)
            if self.value(trial)[0] >= value:
                return trial
        return point


def _newton(curved: FloatArray, gradient: FloatArray) -> tuple[FloatArray, float]:
    """Newton's step, and its length in standard errors."""
    size = np.sqrt(np.abs(np.diagonal(curved)))
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = curved / np.outer(size, size)
    # Second derivatives are differences: what they say of a combination of numbers is known to some 1e-8.
    if not (np.diagonal(curved) > 0.0).all() or not np.linalg.eigvalsh(alike)[0] > TOLD_APART:
        raise NotConvergedError(
            "the records do not settle all numbers that are sought: along some combination of them ln p does not fall.",
            float(np.diagonal(curved).min()),
            "Seek fewer numbers (`parameters`), watch more jumps, or begin closer by (`at`).",
        )
    step = np.linalg.solve(curved, gradient)
    return np.asarray(step, dtype=np.float64), float(np.sqrt(step @ gradient))
