"""A theorem that bounds a fluctuation, and a bound: the theorem at one case, beside the number that it bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.motion.evolution import Evolution

if TYPE_CHECKING:
    from thermokin.bounds.relaxation_case import RelaxationCase

__all__ = ["Bound", "Bounds", "Hypothesis", "Kind", "Limit", "Theorem"]

ROUNDING = 1e-9  # a shortfall of that share of the value is rounding, not a finding


@dataclass(frozen=True)
class Hypothesis:
    """A condition of a theorem.

    Args:
        text: what must hold.
        holds: whether it holds here, at every point of the sweep.
    """

    text: str
    holds: bool


@dataclass(frozen=True, eq=False)
class Limit:
    """What a theorem says at one case.

    Args:
        value: what the variance cannot fall below (..., t) [amount^2].
        hypotheses: the conditions of the theorem, each with whether it holds here.
        error: what is known of the numerical error of the limit, beside the rounding of the variance.
    """

    value: FloatArray
    hypotheses: tuple[Hypothesis, ...] = ()
    error: FloatArray | float = 0.0


class Kind(Enum):
    """What a bound is for relaxation from an initial state, where its hypotheses hold."""

    THEOREM = "theorem"
    COMPARISON = "shown for comparison; no theorem for relaxation"


@dataclass(frozen=True)
class Theorem:
    """One bound of the catalogue. J is the amount that a current has exchanged since time 0, Var its variance.

    Args:
        name: what tables and figures call it.
        statement: the inequality.
        domain: where it is a theorem.
        equality: when it is an equality.
        reference: keys of the bibliography, separated by commas.
        relaxation: from what is known of an amount exchanged since time 0 to the limit on its variance; None where the
            theorem says nothing, or nothing that is cheap.
        kind: whether it is a theorem for relaxation.
    """

    name: str
    statement: str
    domain: str
    equality: str
    reference: str
    relaxation: Callable[[RelaxationCase], Limit | None]
    kind: Kind = Kind.THEOREM


@dataclass(frozen=True, eq=False)
class Bound(Result):
    """The statement value >= limit, at every time. A broken bound is a finding, never an exception.

    The value is the variance of an exchanged amount and the limit a squared response over a cost: both are 0 at time 0,
    where the relative variance is not defined.

    Args:
        theorem: what bounds it.
        value: variance (..., t) [amount^2].
        limit: what the bound says it cannot fall below (..., t) [amount^2].
        mean: mean amount (..., t).
        hypotheses: the conditions of the theorem, each with whether it holds here.
        error: what is known of the numerical error of value - limit; broadcasts against them.
        evolution: along which it holds.
    """

    theorem: Theorem
    value: FloatArray
    limit: FloatArray
    mean: FloatArray
    hypotheses: tuple[Hypothesis, ...]
    error: FloatArray
    evolution: Evolution

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.evolution.times

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
    def applies(self) -> bool:
        """Whether all hypotheses are met, so that the bound is a theorem here."""
        return all(hypothesis.holds for hypothesis in self.hypotheses)

    @property
    def slack(self) -> FloatArray:
        """Value - limit (..., t) [amount^2]; negative where the bound is broken."""
        return self.value - self.limit

    @property
    def ratio(self) -> FloatArray:
        """Value over limit (..., t): 1 where the bound is tight, less where it is broken, inf where the limit is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.value / self.limit
        return np.where(self.limit == 0.0, np.inf, ratio)

    @property
    def holds(self) -> BoolArray:
        """Whether value >= limit up to the numerical error (..., t)."""
        return np.asarray(self.value + ROUNDING * np.abs(self.value) + self.error >= self.limit)

    @property
    def relative_value(self) -> FloatArray:
        """Variance over squared mean (..., t); inf where the mean is 0."""
        return self._relative(self.value)

    @property
    def relative_limit(self) -> FloatArray:
        """Limit over squared mean (..., t); inf where the mean is 0."""
        return self._relative(self.limit)

    def _relative(self, amount: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = amount / self.mean**2
        return np.where(self.mean == 0.0, np.inf, ratio)


class Bounds(Result, tuple[Bound, ...]):
    """Bounds on one amount, in order; `bounds["kinetic"]` is the one of that name."""

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
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self[0].times  # type: ignore[no-any-return]

    @property
    def tightest(self) -> Bound:
        """The theorem whose limit comes closest to the variance at any time, of those that hold here."""
        theorems = [bound for bound in self if bound.applies]
        return min(theorems, key=lambda bound: float(np.nanmin(bound.ratio, initial=np.inf)))
