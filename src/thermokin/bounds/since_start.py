"""A bound on an amount since time 0, and the one with the exact information."""

from __future__ import annotations

import numpy as np

from thermokin.bounds.bound import Bound
from thermokin.bounds.exact_information import SCORE_INFORMATION, exact_limit
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.theorem import Limit, Theorem
from thermokin.counting.integrated_cumulants import IntegratedCumulants
from thermokin.thermo.ledger import Ledger

__all__ = ["bound_since_start", "information_bound"]


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

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> heated = tk.evolve(qubit, tk.Gibbs(2.0), [100.0])
        >>> bound = tk.bounds.information_bound(tk.ledger(qubit, heated), tk.exchanged(heated, tk.heat(qubit)))
        >>> bool(bound.holds), bool(bound.ratio[0] >= 1.0)
        (True, True)
    """
    case = RelaxationCase(ledger, exchanged)
    return bound_since_start(case, SCORE_INFORMATION, exact_limit(case))


def bound_since_start(case: RelaxationCase, theorem: Theorem, limit: Limit) -> Bound:
    """The bound of a theorem with its limit."""
    value = case.exchanged.variance if limit.bounded is None else limit.bounded
    error = np.asarray((case.rounding if limit.bounded is None else 0.0) + limit.error)
    parts = limit.hypotheses, error, limit.cost, limit.response
    return Bound(theorem, value, limit.value, case.exchanged.mean, *parts, case.evolution, limit_error=limit.error)
