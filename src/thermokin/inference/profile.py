"""Where ln p, at its largest over all other numbers, has fallen by a given amount."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.likelihood_search import LikelihoodSearch

__all__ = ["Profile", "profile_end"]

ROUNDS = 60
HALVINGS = 12  # of the way to where there is no model
CLOSE = 1e-3  # of a standard error, at the end of an interval
SETTLED = 1e-2  # standard errors that other numbers may be away: ln p is wrong by half the square
NEAR = 3.0  # standard errors over which second derivatives say where the other numbers go
FARTHER = 3.0  # how many times as far the next place may be where ln p falls less than it curves


@dataclass
class Profile:
    """The largest ln p with one number held.

    Args:
        search: for ln p and its derivatives.
        best: the most likely numbers, in inner coordinates (p,).
        largest: ln p there.
        curved: - d^2 ln p there (p, p).
        number: which is held.
    """

    search: LikelihoodSearch
    best: FloatArray
    largest: float
    curved: FloatArray
    number: int
    _guess: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self._guess = self.best.copy()

    @property
    def _free(self) -> BoolArray:
        return np.asarray((np.arange(self.best.size) != self.number) & ~self.search.held)

    @property
    def width(self) -> float:
        """The standard error of the number, by the second derivatives."""
        free = self._free
        pull = self.curved[free, self.number]
        inner = self.curved[np.ix_(free, free)]
        return float((self.curved[self.number, self.number] - pull @ np.linalg.solve(inner, pull)) ** -0.5)

    def drop(self, place: float) -> float:
        """The root of twice what ln p has fallen by.

        Args:
            place: of the number, in its inner coordinate.

        Returns:
            The root; infinite where there is no model or no such record.
        """
        free = self._free
        guess = self._guess.copy()
        inner = self.curved[np.ix_(free, free)]
        step = place - guess[self.number]
        if abs(step) <= NEAR * self.width:
            guess[free] -= np.linalg.solve(inner, self.curved[free, self.number]) * step
        guess[self.number] = place
        guess = self.search.scales.within(guess)
        if free.any():
            guess, value = self._highest(guess, free, np.asarray(np.linalg.cholesky(inner), dtype=np.float64))
        else:
            value = self.search.value(guess)[0]
        if self.search.ruled_out(value):
            return np.inf
        self._guess = guess
        return float(np.sqrt(max(2.0 * (self.largest - value), 0.0)))

    def _highest(self, guess: FloatArray, free: BoolArray, root: FloatArray) -> tuple[FloatArray, float]:
        """The largest ln p over the other numbers, in units of their errors at the best point."""
        from scipy.optimize import minimize  # here: a third of a second, which most runs do without

        def spread(part: FloatArray) -> FloatArray:
            point = guess.copy()
            point[free] += np.linalg.solve(root.T, part)
            return self.search.scales.within(point)

        def downhill(part: FloatArray) -> tuple[float, FloatArray]:
            value, gradient = self.search.value(spread(part))
            return -value, np.asarray(-np.linalg.solve(root, gradient[free]), dtype=np.float64)

        found = minimize(downhill, np.zeros(int(free.sum())), jac=True, method="BFGS", options={"gtol": SETTLED})
        return spread(found.x), -float(found.fun)


def profile_end(profile: Profile, deviation: float) -> float:
    """One end of a profile interval.

    Args:
        profile: of the number.
        deviation: how many standard errors ln p is to fall by, with the sign of the side.

    Returns:
        The number; the end of its range, infinite where there is none, if ln p does not fall so far.
    """
    scales, number = profile.search.scales, profile.number
    side, wanted = np.sign(deviation), abs(deviation)
    lowest, highest = (float(end[number]) for end in scales.ends)
    width, best = profile.width, float(profile.best[number])
    near, far, reached = best, best + deviation * width, 0.0
    tries = HALVINGS
    for _ in range(ROUNDS):
        far = min(max(far, lowest), highest)
        reached = profile.drop(far)
        if np.isinf(reached):
            far, tries = 0.5 * (near + far), tries - 1
            if not tries:
                return _outer(profile, near)
            continue
        if reached >= wanted:
            break
        if far in {lowest, highest}:
            return float(scales.lowest[number] if side < 0 else scales.highest[number])
        near, further = far, FARTHER * (far - best)
        if reached > 0.0:
            further = side * min(abs(further), 1.1 * abs(far - best) * wanted / reached)
        far = best + further
    else:
        return float(scales.lowest[number] if side < 0 else scales.highest[number])
    if abs(reached - wanted) > CLOSE:
        from scipy.optimize import brentq  # here: a third of a second, which most runs do without

        far = float(brentq(lambda place: profile.drop(place) - wanted, near, far, xtol=CLOSE * width))
    return _outer(profile, far)


def _outer(profile: Profile, place: float) -> float:
    found = profile.best.copy()
    found[profile.number] = place
    return float(profile.search.scales.outer(found)[profile.number])
