"""A search begun at several places, where ln p has several maxima."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.family_likelihood import FamilyLikelihood
from thermokin.inference.likelihood_search import LikelihoodSearch
from thermokin.inference.scales import Scales

__all__ = ["Maximum", "Starts", "best_of_starts"]

REACH = np.log(10.0)  # of a number without two ends: from a tenth to ten times where the search begins
AROUND = 3.0  # of one for which that is zero, in units of its size
TRIED = 8  # places whose ln p is looked at for each search that begins at one of them
SAME = 1e-3  # of ln p, within which two maxima are one


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where a search ended.

    Args:
        point: in inner coordinates (p,).
        value: ln p.
        hessian: its second derivatives (p, p).
        left: the step that Newton's method would still take, in standard errors.
    """

    point: FloatArray
    value: float
    hessian: FloatArray
    left: float


@dataclass(frozen=True, eq=False)
class Starts:
    """Where searches began and what they reached, in the order in which they began; the first is the one asked for.

    Args:
        begun: (s, p) the numbers at which they began.
        reached: (s, p) those at which they ended; NaN for a search that found no maximum.
        log_likelihood: (s,) ln p there; NaN likewise.
    """

    begun: FloatArray
    reached: FloatArray
    log_likelihood: FloatArray

    @property
    def best(self) -> BoolArray:
        """(s,) which searches reached the largest maximum of all."""
        return np.asarray(self.log_likelihood > np.nanmax(self.log_likelihood) - SAME)


def best_of_starts(problem: FamilyLikelihood, scales: Scales, count: int, seed: int) -> tuple[Maximum, Starts]:
    """The largest of the maxima that searches from several places reach.

    Args:
        problem: the likelihood along the family.
        scales: between numbers and inner coordinates.
        count: of searches; the first begins where the problem says.
        seed: of the other places.

    Returns:
        The maximum, and what all searches reached.

    Raises:
        NotConvergedError: if none finds a maximum.
        ValueError: if the family makes no model near the first place.
    """
    start = scales.inner(problem.start)
    begun = start[None, :]
    if count > 1:
        drawn = _drawn(scales, start, TRIED * (count - 1), seed)
        likely = np.array([_value(problem, scales.outer(point)) for point in drawn])
        # Half of them the most likely, half as they fill the ranges: a narrow peak is likely only close to its top.
        order = np.append(np.argsort(-likely, kind="stable")[: count // 2], np.arange(len(drawn)))
        chosen = list(dict.fromkeys(order.tolist()))[: count - 1]
        begun = np.concatenate([begun, drawn[chosen]])
    found: list[Maximum | None] = []
    failure: NotConvergedError | None = None
    for point in begun:
        search = LikelihoodSearch(problem, scales, np.zeros(point.size, dtype=bool))
        try:
            found.append(Maximum(*search.largest(point), search.left))
        except NotConvergedError as error:
            failure = failure or error
            found.append(None)
        except ValueError:  # a family that makes no model there; the first place is one at which it does
            if not found:
                raise
            found.append(None)
    known = [one for one in found if one is not None]
    if not known:
        assert failure is not None  # noqa: S101 - each search found something or failed, the first in this way
        raise failure
    lost = np.full(begun.shape[1], np.nan)
    starts = Starts(
        np.array([scales.outer(point) for point in begun]),
        np.array([lost if one is None else scales.outer(one.point) for one in found]),
        np.array([np.nan if one is None else one.value for one in found]),
    )
    return max(known, key=lambda one: one.value), starts


def _value(problem: FamilyLikelihood, values: FloatArray) -> float:
    try:
        return problem.at(values).value
    except ValueError:  # there the family makes no model
        return -np.inf


def _drawn(scales: Scales, start: FloatArray, count: int, seed: int) -> FloatArray:
    """(count, p) points that fill the ranges, or what lies around the start where these have no end."""
    low, high = scales.ends
    endless = scales.positive & (scales.lowest <= 0.0)  # the logarithm of zero is no end
    lowest = np.where(np.isfinite(low) & ~endless, low, -np.inf)
    power = int(np.ceil(np.log2(count)))
    from scipy.stats import qmc  # here: half a second, which most runs do without

    shares = qmc.Sobol(start.size, rng=np.random.default_rng(seed)).random_base2(power)[:count]
    turns = 2.0 * shares - 1.0
    around = np.where(start == 0.0, AROUND * turns, start * np.exp(REACH * turns))
    around = np.where(scales.positive, start + REACH * turns, around)
    with np.errstate(invalid="ignore"):
        inside = lowest + shares * (high - lowest)
    return np.asarray(np.clip(np.where(np.isfinite(lowest) & np.isfinite(high), inside, around), low, high))
