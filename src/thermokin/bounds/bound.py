"""A bound: a theorem at one case, beside the number that it bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.bounds.theorem import VARIANCE, Hypothesis, Kind, Part, Theorem
from thermokin.motion.evolution import Evolution
from thermokin.motion.steady_state import SteadyState
from thermokin.numerics.ball_certificate import Certificate
from thermokin.transport.joined_leads import JoinedLeads

__all__ = ["Bound", "BoundAtRest", "BoundInTransport", "Bounds", "BoundsAtRest", "BoundsInTransport", "Statement"]

ROUNDING = 1e-9  # a shortfall of that share of the value is rounding, not a finding


@dataclass(frozen=True, eq=False)
class Statement(Result):
    """The statement value >= limit, or <= where the theorem limits from above. A broken one is a finding.

    Args:
        theorem: what bounds it.
        value: the number that is bounded; a variance unless `theorem.bounded` says otherwise.
        limit: what the bound says it cannot fall below.
        mean: mean amount.
        hypotheses: the conditions of the theorem, each with whether it holds here, and by how much it fails.
        error: what is known of the numerical error of value - limit; broadcasts against them.
        cost: what the limit divides by, None where it is no quotient.
        response: what the limit squares, with its sign.
        limit_error: the part of `error` that is the limit's own; likewise.
        certificate: an enclosure of the slack, where one was asked for and is to be had.
    """

    theorem: Theorem
    value: FloatArray
    limit: FloatArray
    mean: FloatArray
    hypotheses: tuple[Hypothesis, ...]
    error: FloatArray
    cost: Part | None
    response: Part | None
    limit_error: FloatArray | float = field(default=0.0, kw_only=True)
    certificate: Certificate | None = field(default=None, kw_only=True)

    @property
    def name(self) -> str:
        """What tables and figures call it."""
        return self.theorem.name

    @property
    def statement(self) -> str:
        """The inequality."""
        return self.theorem.statement

    @property
    def reference(self) -> str:
        """Keys of the bibliography."""
        return self.theorem.reference

    @property
    def kind(self) -> Kind:
        """Whether it is a theorem for relaxation."""
        return self.theorem.kind

    @property
    def applies(self) -> bool | BoolArray:
        """Whether all hypotheses are met, so that the bound is a theorem here.

        At each point of a sweep (...) where a hypothesis is judged point by point.
        """
        held: bool | BoolArray = True
        for hypothesis in self.hypotheses:
            held = held & hypothesis.holds
        return held if np.ndim(held) else bool(held)

    @property
    def applies_everywhere(self) -> bool:
        """Whether it is a theorem at every point of a sweep."""
        return bool(np.all(self.applies))

    @property
    def applies_where(self) -> BoolArray:
        """At which points of a sweep (...) it is a theorem."""
        return np.broadcast_to(self.applies, self.points)

    @property
    def points(self) -> tuple[int, ...]:
        """The leading axes of a sweep."""
        return np.broadcast_shapes(self.value.shape, self.limit.shape)

    @property
    def correction(self) -> FloatArray:
        """Delta or psi of the response <J>(1 + delta); NaN where the mean is 0, or the response is no such one."""
        if self.response is None or not self.response.symbol:
            return np.full(self.limit.shape, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.response.values / self.mean - 1.0
        return np.where(self.mean == 0.0, np.nan, ratio)

    @property
    def slack(self) -> FloatArray:
        """Value - limit; negative where the bound is broken."""
        return self.limit - self.value if self.theorem.bounded.above else self.value - self.limit

    @property
    def ratio(self) -> FloatArray:
        """Value over limit: 1 where the bound is tight, less where it is broken, inf where the limit is 0.

        The same where the limit is not above its own error, or neither is more than theirs: rounding alone breaks
        nothing, and is no limit. NaN where either is negative, as heat given to a bath may be: there `slack` tells.
        """
        above = self.theorem.bounded.above
        larger, smaller = (self.limit, self.value) if above else (self.value, self.limit)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = larger / smaller
        nothing = np.maximum(np.abs(larger), np.abs(smaller)) <= self.error
        if not above:
            nothing |= np.abs(self.limit) <= self.limit_error
        ratio = np.where((smaller == 0.0) | nothing, np.inf, ratio)
        return np.where(~nothing & ((larger < 0.0) | (smaller < 0.0)), np.nan, ratio)

    @property
    def holds(self) -> BoolArray:
        """Whether value >= limit up to the numerical error.

        True where nothing is claimed: where value, limit or error is not known (NaN), as at a lost point of a sweep.
        """
        larger, smaller = (self.limit, self.value) if self.theorem.bounded.above else (self.value, self.limit)
        with np.errstate(invalid="ignore"):
            return np.asarray(~(larger + ROUNDING * np.abs(self.value) + self.error < smaller))

    @property
    def relative_value(self) -> FloatArray:
        """Value over squared mean; inf where the mean is 0."""
        return self._relative(self.value)

    @property
    def relative_limit(self) -> FloatArray:
        """Limit over squared mean; inf where the mean is 0."""
        return self._relative(self.limit)

    def _relative(self, amount: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = amount / self.mean**2
        return np.where(self.mean == 0.0, np.inf, ratio)


@dataclass(frozen=True, eq=False)
class Bound(Statement):
    """A bound on an amount that is exchanged from time 0 on, at every time; arrays (..., t).

    The value is the variance of the amount and the limit a squared response over a cost: both are 0 at time 0, where
    the relative variance is not defined.

    Args:
        evolution: along which it holds.
    """

    evolution: Evolution

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.evolution.times

    @property
    def points(self) -> tuple[int, ...]:
        """The leading axes of a sweep."""
        return super().points[:-1]


@dataclass(frozen=True, eq=False)
class BoundAtRest(Statement):
    """A bound on a current in the steady state, per time; arrays (...) over the points of a sweep.

    The value is the noise, the second cumulant per time, and the limit a squared response over a cost per time.

    Args:
        steady_state: where it holds.
    """

    steady_state: SteadyState


@dataclass(frozen=True, eq=False)
class BoundInTransport(Statement):
    """A bound on a current between leads that scatter coherently, per time; arrays (...) over the points of a sweep.

    The value is the noise, the second cumulant per time.

    Args:
        junction: where it holds.
    """

    junction: JoinedLeads


S = TypeVar("S", bound=Statement)


class _Listed(Result, tuple[S, ...], Generic[S]):
    """Bounds on one amount, in order, also by name."""

    __slots__ = ()

    def __getitem__(self, which: Any) -> Any:
        """The bound at a place or of a name.

        Args:
            which: a position, a slice or a name.

        Returns:
            The bound.

        Raises:
            KeyError: if there is none of that name here.
        """
        if not isinstance(which, str):
            return super().__getitem__(which)
        for bound in self:
            if bound.name == which:
                return bound
        raise KeyError(f"`{which}` must be one of {', '.join(repr(bound.name) for bound in self)}.")

    @property
    def tightest(self) -> S:
        """The theorem whose limit comes closest to the variance anywhere, of those that hold at every point.

        Raises:
            HypothesisError: if none on the variance does.
        """
        theorems = [bound for bound in self if bound.applies_everywhere and bound.theorem.bounded is VARIANCE]
        if not theorems:
            raise HypothesisError("no bound on the variance is a theorem here, of those that were asked for.")
        return min(theorems, key=lambda bound: float(np.nanmin(bound.ratio, initial=np.inf)))


class Bounds(_Listed[Bound]):
    """Bounds on one amount, in order; `bounds["kinetic"]` is the one of that name."""

    __slots__ = ()

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self[0].times  # type: ignore[no-any-return]


class BoundsAtRest(_Listed[BoundAtRest]):
    """Bounds on one current in the steady state, in order; `bounds["kinetic"]` is the one of that name."""

    __slots__ = ()


class BoundsInTransport(_Listed[BoundInTransport]):
    """Bounds on one current between leads, in order; `bounds["coherent fermions"]` is the one of that name."""

    __slots__ = ()
