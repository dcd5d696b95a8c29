"""The catalogue of bounds, and what it says of an amount exchanged since time 0."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from thermokin.bounds.bound import Bound, Bounds, Limit, Theorem
from thermokin.bounds.exact_information import SCORE_INFORMATION, exact_limit
from thermokin.bounds.fluctuation_theorem import FLUCTUATION_THEOREM
from thermokin.bounds.kinetic import KINETIC
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.thermo_kinetic import BARE_THERMO_KINETIC, THERMO_KINETIC
from thermokin.bounds.thermodynamic import THERMODYNAMIC
from thermokin.bounds.time_weighted import TIME_WEIGHTED
from thermokin.counting.integrated_cumulants import IntegratedCumulants, exchanged
from thermokin.model.current import Current, own
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial
from thermokin.thermo.ledger import Ledger

__all__ = ["catalogue", "evaluate", "information_bound", "relaxation_bounds"]


def catalogue() -> tuple[Theorem, ...]:
    """All bounds, those that are theorems for relaxation first. A new theorem is a file of its own and a name here.

    Returns:
        Statement, domain, equality case and reference of each.
    """
    return (
        THERMO_KINETIC,
        SCORE_INFORMATION,
        THERMODYNAMIC,
        KINETIC,
        TIME_WEIGHTED,
        FLUCTUATION_THEOREM,
        BARE_THERMO_KINETIC,
    )


def evaluate(
    model: Model, current: Current, initial: Initial, times: ArrayLike, *, theorems: Sequence[Theorem] = ()
) -> Bounds:
    """The bounds of the catalogue on the amount that a current exchanges from time 0 to a time.

    Args:
        model: the model.
        current: the current, of that model.
        initial: where it starts, as in `evolve`.
        times: one time, or an ascending grid (..., t) [time].
        theorems: which bounds; those of the catalogue unless given.

    Returns:
        The bounds, each with value, limit, slack and its hypotheses checked; arrays (..., t), t = 1 for one time.

    Raises:
        ValueError: if the current belongs to another model, or an argument is not valid.
        TypeError: if an argument is of the wrong type.
    """
    own(current, model)
    evolution = evolve(model, initial, np.atleast_1d(np.asarray(times, dtype=np.float64)))
    return relaxation_bounds(Ledger(evolution), exchanged(evolution, current), theorems=theorems)


def relaxation_bounds(ledger: Ledger, exchanged: IntegratedCumulants, *, theorems: Sequence[Theorem] = ()) -> Bounds:
    """Bounds on the variance of an exchanged amount, from what the evolution costs, each with its hypotheses checked.

    Where populations obey a rate equation, each is a few passes over the arrays; elsewhere the auxiliary operator phi
    is propagated, and the bound with the exact information comes along. The time-weighted bound is there for two levels
    only.

    Args:
        ledger: of the evolution.
        exchanged: mean and variance of the amount along the same evolution.
        theorems: which bounds; those of the catalogue unless given.

    Returns:
        The bounds: those that are theorems for relaxation first, the bare thermo-kinetic bound last.

    Raises:
        ValueError: if the amount belongs to another model or was counted at other times.

    Cost:
        As `jump_response` where populations and coherences are coupled.

    Reference:
        vo2022, vanvu2024, dechant2020, liu2020, garrahan2017, diterlizzi2019, timpanaro2019.
    """
    case = RelaxationCase(ledger, exchanged)
    limits = [(theorem, theorem.relaxation(case)) for theorem in theorems or catalogue()]
    return Bounds(_bound(case, theorem, limit) for theorem, limit in limits if limit is not None)


def information_bound(ledger: Ledger, exchanged: IntegratedCumulants) -> Bound:
    """The thermo-kinetic bound with the exact information int sum_k l_k^2 a_k dt in place of its upper limit.

    Args:
        ledger: of the evolution.
        exchanged: mean and variance of the amount along the same evolution.

    Returns:
        The bound.

    Raises:
        ValueError: if the amount belongs to another model or was counted at other times.

    Cost:
        A quadrature over the rates of all jumps, some hundred times the cost of one time.

    Reference:
        vo2022, vanvu2024.
    """
    case = RelaxationCase(ledger, exchanged)
    return _bound(case, SCORE_INFORMATION, exact_limit(case))


def _bound(case: RelaxationCase, theorem: Theorem, limit: Limit) -> Bound:
    variance, mean = case.exchanged.variance, case.exchanged.mean
    error = np.asarray(case.rounding + limit.error)
    return Bound(theorem, variance, limit.value, mean, limit.hypotheses, error, case.evolution)
