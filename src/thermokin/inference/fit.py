"""The numbers of a family that make click records most likely, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.family_likelihood import FamilyLikelihood
from thermokin.inference.goodness_of_fit import GoodnessOfFit, goodness_of_fit
from thermokin.inference.likelihood_search import LikelihoodSearch
from thermokin.inference.profile import Profile, profile_end
from thermokin.inference.scales import scales_of
from thermokin.inference.several_starts import Starts, best_of_starts
from thermokin.model.model import Model

__all__ = ["Fit", "fitted"]


@dataclass(frozen=True, eq=False)
class Fit(Result):
    """A fit of maximum likelihood.

    Args:
        problem: the likelihood along the family.
        names: (p,) of the numbers that were sought.
        values: (p,) found.
        log_likelihood: ln p there.
        information: (p, p) the observed Fisher information, - d^2 ln p.
        at_end: (p,) which values lie at the end of their range.
        confidence: of the intervals.
        step: what Newton's method would still change, in standard errors.
        starts: where searches began, and what each reached.
    """

    problem: FamilyLikelihood
    names: tuple[str, ...]
    values: FloatArray
    log_likelihood: float
    information: FloatArray
    at_end: BoolArray
    confidence: float
    step: float
    starts: Starts

    def __getitem__(self, name: str) -> float:
        return float(self.values[self.names.index(name)])

    @cached_property
    def model(self) -> Model:
        """The model that was found."""
        return self.problem.family.at(self.problem.numbers_at(self.values))

    @cached_property
    def covariance(self) -> FloatArray:
        """(p, p) of the values: the inverse of the information; NaN for those at the end of their range."""
        found = np.full(self.information.shape, np.nan)
        inner = np.flatnonzero(~self.at_end)
        found[np.ix_(inner, inner)] = np.linalg.inv(self.information[np.ix_(inner, inner)])
        return found

    @property
    def errors(self) -> FloatArray:
        """(p,) standard errors."""
        return np.sqrt(np.diagonal(self.covariance))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 p - 2 ln p; the smaller the better."""
        return 2.0 * len(self.names) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """The Bayesian criterion, p ln n - 2 ln p with n clicks."""
        return len(self.names) * float(np.log(max(len(self.problem.clicks), 1))) - 2.0 * self.log_likelihood

    @cached_property
    def goodness(self) -> GoodnessOfFit:
        """Tests of the model by these records."""
        return goodness_of_fit(self.problem.clicks, self.problem.at(self.values))

    @cached_property
    def intervals(self) -> FloatArray:
        """(p, 2) profile intervals: where ln p, at its largest over all other values, has fallen by chi^2 / 2.

        The end of a range where that is within the interval.

        Cost:
            Some ten to twenty likelihoods with derivatives a value and side.
        """
        scales = scales_of(self.problem)
        best = scales.inner(self.values)
        slope = scales.slope(best)
        curved = self.information * np.outer(slope, slope)
        # An end may lie where the family makes no model: that is told, by what ln p has been, from a wrong start.
        search = LikelihoodSearch(self.problem, scales, self.at_end, floor=self.log_likelihood)
        found = np.array([[value, value] for value in self.values])
        for number in np.flatnonzero(~self.at_end):
            for place, side in enumerate((-1.0, 1.0)):
                profile = Profile(search, best, self.log_likelihood, curved, int(number))
                found[number, place] = profile_end(profile, side * self._deviation)
        return found

    @property
    def _deviation(self) -> float:
        """How many standard errors an interval reaches."""
        from scipy.stats import chi2  # here: half a second, which most runs do without

        return float(np.sqrt(chi2.ppf(self.confidence, 1)))


def fitted(problem: FamilyLikelihood, confidence: float, starts: int, seed: int) -> Fit:
    """The most likely numbers.

    Args:
        problem: the likelihood along the family.
        confidence: of the intervals.
        starts: at how many places a search begins.
        seed: of all but the first.

    Returns:
        The fit.

    Raises:
        NotConvergedError: if no largest value is found, or the records do not settle all numbers.
        ArgumentError: as the family and the likelihood.
    """
    scales = scales_of(problem)
    best, every = best_of_starts(problem, scales, starts, seed)
    slope = scales.slope(best.point)
    information = -best.hessian / np.outer(slope, slope)
    names = tuple(str(place) for place in problem.places)
    return Fit(
        problem,
        names,
        scales.outer(best.point),
        best.value,
        information,
        scales.at_end(best.point),
        confidence,
        best.left,
        every,
    )
