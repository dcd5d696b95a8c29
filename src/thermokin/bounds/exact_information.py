"""The thermo-kinetic bound with the exact information that the jumps of a model carry about their forces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Part, Theorem
from thermokin.model.jump_table import JumpTable
from thermokin.motion.evolution import Evolution
from thermokin.numerics.kronrod import FINE, NODES, ROUGH, panels

__all__ = ["SCORE_INFORMATION", "ScoreInformation", "exact_limit", "score_information"]

APART = 64.0  # units of rounding
COST = "information in the forces"
ROUNDING = 8.0 * np.finfo(float).eps  # of a sum of positive terms


@dataclass(frozen=True, eq=False)
class ScoreInformation:
    """The information and the error that its quadrature admits to.

    Args:
        information: int sum_k l_k^2 a_k dt (..., t).
        information_error: (..., t).
    """

    information: FloatArray
    information_error: FloatArray


def score_information(evolution: Evolution) -> ScoreInformation:
    """int_0^t dt sum (a - a~)^2 / (a + a~)^2 a over all single transitions j -> i of all channels, a~ that of i -> j.

    Args:
        evolution: an evolution with closed populations.

    Returns:
        The information.

    Cost:
        Fifteen times for each of some hundred panels, each with one number for every transition.

    Reference:
        vo2022.
    """
    motion = evolution.motion
    assert motion is not None  # noqa: S101 - asked only of closed populations
    plan = panels(evolution.times, motion.fastest, np.zeros(()))
    table = evolution.model.table
    partner, balanced = table.partner, evolution.liouvillian.log_equilibrium is not None
    batch = np.broadcast_shapes(plan.lengths.shape[:-1], evolution.populations.shape[:-2], table.strength.shape[:-1])
    total = np.zeros((*batch, 2))
    totals = [total]
    for position in range(plan.lengths.shape[-1]):
        start, length = plan.starts[..., position, None], plan.lengths[..., position, None]
        # Nodes between two times that hardly differ are kept apart, by a time that changes nothing.
        later = np.maximum(length * NODES, APART * np.spacing(start) * np.arange(1, NODES.size + 1))
        populations, deviation = motion.path(
            evolution.initial.populations, start + later, evolution.final, evolution.away
        )
        # At equilibrium no pair of transitions has a net flow: the deviation alone keeps its digits close by.
        rate = _information_rate(populations, deviation if balanced else populations, table, partner)
        total = total + length * np.einsum("rq,...q->...r", np.stack([FINE, ROUGH]), rate)
        totals.append(total)
    found = np.stack([totals[end] for end in plan.ends], axis=-2)
    # Two rules that agree to rounding have shown no more than that.
    error = np.maximum(np.abs(found[..., 0] - found[..., 1]), ROUNDING * found[..., 0])
    return ScoreInformation(found[..., 0], error)


def _information_rate(populations: FloatArray, driving: FloatArray, table: JumpTable, partner: IntArray) -> FloatArray:
    strength = table.strength[..., None, :]
    flow = strength * populations[..., table.column]
    both = flow + np.where(partner >= 0, flow[..., partner], 0.0)
    driven = strength * driving[..., table.column]
    net = driven - np.where(partner >= 0, driven[..., partner], 0.0)
    score = net / np.where(both > 0.0, both, 1.0)
    return np.asarray((score**2 * flow).sum(axis=-1))


def exact_limit(case: RelaxationCase) -> Limit:
    """The limit by the exact information, by quadrature where populations obey a rate equation.

    Args:
        case: the case.

    Returns:
        The limit.
    """
    found = score_information(case.evolution) if case.response is None else case.response
    limit = case.over(case.squared_response_to_forces, found.information)
    error = case.error_over(case.response_to_forces, case.forces_missed, found.information) + case.over(
        limit * found.information_error, found.information
    )
    return Limit(limit, case.paired, error, Part(COST, found.information), case.forced)


def _limit(case: RelaxationCase) -> Limit | None:
    """Where the auxiliary operator has been propagated anyhow; else a quadrature that has to be asked for."""
    return None if case.response is None else exact_limit(case)


def _at_rest(case: RestCase) -> Limit:
    cost, error = case.forces_information
    return case.limit(case.forced, cost, COST, cost_error=error)


SCORE_INFORMATION = Theorem(
    "thermo-kinetic, exact information",
    "Var J >= [<J>(1+delta)]^2 / I, I = int sum_k l_k^2 a_k dt, l_k = (a_k - a_k~)/(a_k + a_k~), a_k the rate of "
    "jump k and a_k~ that of the jump that undoes it",
    "as thermo-kinetic; sharper, but the information asks for the rate of every jump",
    "a count that estimates the forces best",
    "vo2022, vanvu2024",
    _limit,
    rest=_at_rest,
)
