"""A theorem that bounds a fluctuation: what it says, where it holds, and its limit in each situation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import BoolArray, FloatArray

if TYPE_CHECKING:
    from thermokin.bounds.relaxation_case import RelaxationCase
    from thermokin.bounds.rest_case import RestCase
    from thermokin.bounds.transport_case import TransportCase

__all__ = ["VARIANCE", "Bounded", "Hypothesis", "Kind", "Limit", "Part", "Situation", "Theorem"]


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """A condition of a theorem.

    Args:
        text: what must hold.
        holds: whether it holds here; at each point of a sweep (...) where that differs from point to point.
        shortfall: by how much it fails, in the measure that `measure` names: 0 where it holds; likewise.
        measure: what `shortfall` is.
        remedy: what to do where it fails because the limit is not known; "" where the theorem says nothing there.

    Example:
        >>> import thermokin as tk
        >>> str(tk.bounds.Hypothesis("two levels", holds=False, shortfall=1.0, measure="levels beyond two"))
        'two levels (levels beyond two: 1)'
    """

    text: str
    holds: bool | BoolArray
    shortfall: float | FloatArray = 0.0
    measure: str = ""
    remedy: str = ""

    @property
    def everywhere(self) -> bool:
        """Whether it holds at every point of the sweep."""
        return bool(np.all(self.holds))

    def __str__(self) -> str:
        """What must hold, and by how much it does not where it fails most."""
        if self.everywhere or not self.measure:
            return self.text
        failed, holds = np.broadcast_arrays(self.shortfall, self.holds)
        return f"{self.text} ({self.measure}: {failed[~holds].max():.3g})"


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a limit.

    Args:
        name: what it is.
        values: (..., t), or (...) at rest.
        symbol: of what makes it differ from the mean, "delta" or "psi" for a response <J>(1 + delta); "" elsewhere.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.02, temperature=1.0)
        >>> bound = tk.bounds.evaluate(qubit, tk.activity(qubit), theorems=["kinetic"])["kinetic"]
        >>> bound.cost.name, round(float(bound.cost.values), 6)
        ('number of jumps', 0.017018)
    """

    name: str
    values: FloatArray
    symbol: str = ""


@dataclass(frozen=True, eq=False)
class Limit:
    """What a theorem says at one case.

    Args:
        value: what the variance cannot fall below (..., t) [amount^2]; at rest (...) [amount^2/time].
        hypotheses: the conditions of the theorem, each with whether it holds here.
        error: what is known of the numerical error of the limit, beside the rounding of the variance.
        cost: what stands in the denominator; None where it is not a quotient.
        response: what stands squared in the numerator, with its sign.
        bounded: the number that is bounded, where it is not the variance.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.02, temperature=1.0)
        >>> case = tk.bounds.RestCase(tk.cumulants(qubit, tk.activity(qubit)))
        >>> bool(tk.bounds.Limit(case.mean**2 / case.activity).value <= case.noise)  # the kinetic bound by hand
        True
    """

    value: FloatArray
    hypotheses: tuple[Hypothesis, ...] = ()
    error: FloatArray | float = 0.0
    cost: Part | None = None
    response: Part | None = None
    bounded: FloatArray | None = None


class Kind(Enum):
    """What a bound is where its hypotheses hold."""

    THEOREM = "theorem"
    COMPARISON = "shown for comparison; no theorem for relaxation"


class Situation(Enum):
    """What a bound speaks of."""

    RELAXATION = "since time 0"
    REST = "in the steady state, per time"
    TRANSPORT = "in coherent transport, per time"


@dataclass(frozen=True)
class Bounded:
    """What a theorem bounds.

    Args:
        name: what it is.
        unit: of it, "1" for none.
        above: whether the limit lies above it.
        per_time: whether it is per time at rest.

    Example:
        >>> import thermokin as tk
        >>> tk.bounds.Bounded("variance of the amount", "amount^2").unit_at_rest
        'amount^2/time'
    """

    name: str
    unit: str
    above: bool = False
    per_time: bool = True

    @property
    def unit_at_rest(self) -> str:
        """Of what is bounded in the steady state."""
        return f"{self.unit}/time" if self.per_time else self.unit


VARIANCE = Bounded("variance of the amount", "amount^2")


@dataclass(frozen=True)
class Theorem:
    """One bound of the catalogue.

    J is the amount that a current has exchanged, Var its variance: since time 0, or per time in the steady state.

    Args:
        name: what tables and figures call it.
        statement: the inequality.
        domain: where it is a theorem.
        equality: when it is an equality.
        reference: keys of the bibliography, separated by commas.
        relaxation: from what is known of an amount exchanged since time 0 to the limit on its variance; None where the
            theorem says nothing, or nothing that is cheap.
        kind: whether it is a theorem for relaxation.
        rest: the same from what is known of a current in the steady state.
        bounded: what it bounds.
        costly: whether it is computed at rest only where it is asked for by name.
        transport: the same from what is known of a current between leads that scatter coherently.

    Example:
        >>> import thermokin as tk
        >>> def limit(case):
        ...     return tk.bounds.Limit(case.mean**2 / case.activity)
        >>> mine = tk.bounds.Theorem("mine", "Var J >= J^2 / A", "rate equations", "Poisson counts", "", rest=limit)
        >>> ring = tk.rates([[0, 1, 2], [1.5, 0, 0.4], [1, 2, 0]])
        >>> bool(tk.bounds.evaluate(ring, tk.activity(ring), theorems=[mine])["mine"].holds)
        True
    """

    name: str
    statement: str
    domain: str
    equality: str
    reference: str
    relaxation: Callable[[RelaxationCase], Limit | None] | None = None
    kind: Kind = Kind.THEOREM
    rest: Callable[[RestCase], Limit | None] | None = None
    bounded: Bounded = field(default=VARIANCE)
    costly: bool = False
    transport: Callable[[TransportCase], Limit | None] | None = None

    def __repr__(self) -> str:
        return f"Theorem {self.name!r} on the {self.bounded.name}: {self.statement}"

    @property
    def situations(self) -> tuple[Situation, ...]:
        """Where it says something."""
        spoken = {
            Situation.RELAXATION: self.relaxation,
            Situation.REST: self.rest,
            Situation.TRANSPORT: self.transport,
        }
        return tuple(situation for situation, limit in spoken.items() if limit is not None)
