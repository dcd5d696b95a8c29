"""What all bounds on one exchanged amount share: its costs, its responses, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.bounds.inverse_x_tanh_x import information
from thermokin.bounds.jump_response import JumpResponse, jump_response
from thermokin.bounds.theorem import Hypothesis, Limit, Part
from thermokin.counting.integrated_cumulants import IntegratedCumulants
from thermokin.model.current import Current
from thermokin.model.jump_entropy import heat_weights, jump_entropy
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.numerics.level_sums import in_blocks, mean_over_levels, over_levels
from thermokin.thermo.ledger import Ledger
from thermokin.thermo.time_integral import time_integral

__all__ = ["RelaxationCase", "end_point_amount", "jumps_taking_part"]

ROUNDING = 64.0 * np.finfo(float).eps  # of moments and costs, in units of the largest squared count


@dataclass(frozen=True, eq=False)
class RelaxationCase:
    """An evolution with its costs, and an amount exchanged along it. Everything is made on first use.

    Args:
        ledger: of the evolution.
        exchanged: mean and variance of the amount along the same evolution.
        counts_dephasing: whether uncounted jumps that undo themselves and move no population take part as well.

    Raises:
        ValueError: if the amount belongs to another model or was counted at other times.

    Example:
        >>> import math, thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> still = tk.evolve(qubit, tk.Gibbs(1.0), [100.0])
        >>> case = tk.bounds.RelaxationCase(tk.ledger(qubit, still), tk.exchanged(still, tk.heat(qubit)))
        >>> round(float(case.activity[0]), 8), round(100.0 * 0.01 / math.sinh(1.0), 8)
        (0.85091813, 0.85091813)
    """

    ledger: Ledger
    exchanged: IntegratedCumulants
    counts_dephasing: bool = False

    def __post_init__(self) -> None:
        if self.current.model is not self.model:
            raise ValueError(f"current {self.current.name!r} belongs to another model; make it from the ledger's.")
        if not np.array_equal(self.exchanged.times, self.ledger.times):
            raise ValueError("`exchanged` must be counted at the times of `ledger`; make both from one evolution.")

    @property
    def evolution(self) -> Evolution:
        """The evolution."""
        return self.ledger.evolution

    @property
    def model(self) -> Model:
        """The model."""
        return self.ledger.model

    @property
    def current(self) -> Current:
        """What is counted."""
        return self.exchanged.current

    @cached_property
    def taking_part(self) -> FloatArray:
        """(k,) 1 for jumps that take part, 0 for diagonal ones that undo themselves and are not counted."""
        return np.ones(self.model.table.size) if self.counts_dephasing else jumps_taking_part(self.current)

    @cached_property
    def activity(self) -> FloatArray:
        """Number of jumps that take part, A (..., t)."""
        if self.taking_part.all():
            return self.ledger.total_activity
        return time_integral(self.evolution, self.evolution.liouvillian.observable(self.taking_part))

    @cached_property
    def information(self) -> FloatArray:
        """A tanh^2 Phi(Sigma / 2A) (..., t)."""
        return in_blocks(information, self.ledger.entropy_production, self.activity)

    @cached_property
    def response(self) -> JumpResponse | None:
        """The auxiliary operator's response; None where populations obey a rate equation and the end-point tells it."""
        if self.evolution.motion is not None:
            return None
        return jump_response(self.evolution, self.current, self.taking_part)

    @cached_property
    def end_point(self) -> FloatArray:
        """Time times current (..., t), the response where populations obey a rate equation."""
        return end_point_amount(self.evolution, self.current)

    @cached_property
    def end_point_error(self) -> FloatArray | float:
        """How far rounding may have moved the end-point (..., t)."""
        return end_point_rounding(self.evolution, self.current)

    @property
    def response_to_forces(self) -> FloatArray:
        """<J>(1+delta) (..., t)."""
        return self.end_point if self.response is None else self.response.to_forces

    @property
    def response_to_speed(self) -> FloatArray:
        """The response of <J> to a speed-up of all jumps (..., t)."""
        return self.end_point if self.response is None else self.response.to_speed

    @property
    def counts_heat(self) -> bool:
        """Whether heat is what is counted."""
        return np.array_equal(self.current.weights, heat_weights(self.model))

    @cached_property
    def levels(self) -> FloatArray | None:
        """The number of each level whose change is counted."""
        return self.evolution.liouvillian.levels_of(self.current)

    @cached_property
    def rounding(self) -> FloatArray:
        """Error of variance and limits: their size is that of the largest squared count, however early the time."""
        if self.levels is not None:
            spread = over_levels(np.maximum, self.levels) - over_levels(np.minimum, self.levels)
            return np.asarray(ROUNDING * spread**2)[..., None]
        return np.asarray(ROUNDING * np.abs(self.current.weights).max(axis=-1, initial=0.0) ** 2)[..., None]

    def over(self, numerator: FloatArray, cost: FloatArray) -> FloatArray:
        """A squared amount over a cost (..., t); inf for an amount without cost: no count could follow it.

        Args:
            numerator: (..., t) [amount^2].
            cost: (..., t).

        Returns:
            (..., t) [amount^2]; 0 where both are 0 within rounding, as at time 0 and without a quench.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.asarray(numerator / cost)
        free = np.broadcast_to(cost <= 0.0, ratio.shape)
        if free.any():
            size, floor = (np.broadcast_to(x, ratio.shape)[free] for x in (numerator, ROUNDING * self.rounding))
            ratio[free] = np.where(size <= floor, 0.0, np.inf)
        return ratio

    @cached_property
    def entropy_rounding(self) -> FloatArray | float:
        """Error of the entropy production where it is a difference of entropies and flows (..., t) [nats]."""
        if self.evolution.population_only and self.ledger.relaxes_to_equilibrium:
            return 0.0  # a difference of divergences, each to its own relative accuracy
        produced = np.abs(self.ledger.entropy_production)
        return np.where(np.isinf(produced), 0.0, 2.0 * ROUNDING * (np.log(self.model.dimension) + produced))

    @cached_property
    def paired(self) -> tuple[Hypothesis, ...]:
        """What every bound by entropy production asks for."""
        # A model's construction has refused thermal jumps without a partner, those of a bath at temperature 0 excepted.
        bathless = jump_entropy(self.model)[..., self.model.table.bathless]
        return pairs_of_jumps(bathless), odd_count(self.current)

    @cached_property
    def squared_response_to_forces(self) -> FloatArray:
        """[<J>(1+delta)]^2 (..., t)."""
        return np.asarray(self.response_to_forces**2)

    @cached_property
    def squared_response_to_speed(self) -> FloatArray:
        """The square of `speed` (..., t)."""
        return self.squared_response_to_forces if self.response is None else np.asarray(self.response.to_speed**2)

    @property
    def forced(self) -> Part:
        """<J>(1+delta) (..., t)."""
        return Part("response to the forces", self.response_to_forces, "delta")

    @property
    def sped_up(self) -> Part:
        """<J>(1+psi) (..., t)."""
        return Part("response to a speed-up of all jumps", self.response_to_speed, "psi")

    def by_entropy(self, cost: FloatArray, name: str) -> Limit:
        """The limit [<J>(1+delta)]^2 over a cost that is made of the entropy production.

        Args:
            cost: (..., t).
            name: of the cost.

        Returns:
            The limit, with what every bound by entropy production asks for.
        """
        limit, rounding = self.over(self.squared_response_to_forces, cost), self.entropy_rounding
        error = self.error_over(self.response_to_forces, self.forces_missed, cost)
        if isinstance(rounding, np.ndarray):
            # No cost grows faster than the entropy production, in relative terms.
            error = error + self.over(limit * rounding, self.ledger.entropy_production)
        return Limit(limit, self.paired, error, Part(name, cost), self.forced)

    @property
    def forces_missed(self) -> FloatArray | float:
        """The error of the response to the forces (..., t), or exactly 0 [amount]."""
        return self.end_point_error if self.response is None else self.response.to_forces_error

    def error_over(self, response: FloatArray, missed: FloatArray | float, cost: FloatArray) -> FloatArray | float:
        """The error of a squared response over a cost.

        Args:
            response: (..., t) [amount].
            missed: its error (..., t), or exactly 0.
            cost: (..., t).

        Returns:
            (..., t) [amount^2].
        """
        if not isinstance(missed, np.ndarray) and missed == 0.0:
            return 0.0  # along a long sweep each pass over all arrays counts
        return self.over(2.0 * np.abs(response) * missed, cost)


def jumps_taking_part(current: Current) -> FloatArray:
    """Weights of the activity that a bound needs: 0 for diagonal jumps that undo themselves, uncounted, else 1.

    Such jumps, as of pure dephasing, move no population and carry no information on any force: leaving them out only
    sharpens a bound. One that undoes itself but moves populations, as sigma_x does, is sped up with all others.

    Args:
        current: what is counted.

    Returns:
        (k,).
    """
    table = current.model.table
    counted = (current.weights != 0.0).any(axis=tuple(range(current.weights.ndim - 1)))
    moving = np.zeros(table.size, dtype=bool)
    moving[table.channel[table.row != table.column]] = True
    return np.where(table.idle & ~counted & ~moving, 0.0, 1.0)


def pairs_of_jumps(entropies: FloatArray) -> Hypothesis:
    """That every jump without a bath, of which so much entropy (..., k) [nats] comes, has one that undoes it."""
    text = "every jump has one that undoes it, or its bath is at temperature 0"
    alone = np.isposinf(entropies).sum(axis=-1, dtype=np.float64)  # -inf: one that never happens
    return Hypothesis(text, alone == 0.0, alone, "jumps that nothing undoes")


def odd_count(current: Current) -> Hypothesis:
    """That a current changes sign with the jump."""
    reverse, weights = current.model.table.reverse, current.weights
    back = np.where(reverse >= 0, weights[..., reverse], -weights)
    odd, largest = (weights == -back).all(axis=-1), np.abs(weights).max(axis=-1, initial=0.0)
    with np.errstate(invalid="ignore"):
        even = np.nan_to_num(np.abs(weights + back)).max(axis=-1, initial=0.0) / np.where(largest > 0.0, largest, 1.0)
    text, measure = "the count changes sign with the jump", "part that does not, of the largest count"
    return Hypothesis(text, odd, np.where(odd, 0.0, even), measure)


def end_point_amount(evolution: Evolution, current: Current) -> FloatArray:
    """Time times current, t j(t) = t d<J>/dt.

    Under scores l of the jumps (their forces, or 1) with sum_k l_k D[L_k] p = dp/dt, the auxiliary vector phi of
    `jump_response` is t dp/dt, and the response int [j + t dj/dt] dt is t j(t).

    Args:
        evolution: an evolution with closed populations.
        current: the current J.

    Returns:
        (..., t) [amount]; of a current that vanishes at equilibrium, accurate at late times.

    Reference:
        dechant2020.
    """
    observable = evolution.liouvillian.current_observable(current).diagonal
    states = evolution.deviation if _vanishing(evolution, current) else evolution.populations
    return np.asarray(evolution.times * mean_over_levels(states, observable))


def end_point_rounding(evolution: Evolution, current: Current) -> FloatArray | float:
    """How far rounding may have moved the end-point (..., t) where counts cancel; 0 where what vanishes is known."""
    if _vanishing(evolution, current):
        return 0.0
    counted = evolution.liouvillian.observable(np.abs(current.weights)).diagonal
    return np.asarray(ROUNDING * evolution.times * mean_over_levels(evolution.populations, counted))


def _vanishing(evolution: Evolution, current: Current) -> bool:
    return evolution.liouvillian.log_equilibrium is not None and current.is_odd
