"""The sharpest of the bounds by responses: of all scores of jumps, those that tell most of the current."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Theorem

__all__ = ["OPTIMAL_JUMPS", "OPTIMAL_JUMPS_AND_HAMILTONIAN"]


def _by_jumps(case: RestCase) -> tuple[FloatArray, FloatArray]:
    """sum_k v_k^2 / a_k and its error (...)."""
    rates, responses, missed = case.jumps.rates, case.answer.to_jumps, case.answer.to_jumps_error
    happens = rates > np.finfo(float).tiny
    inverse = np.where(happens, 1.0 / np.where(happens, rates, 1.0), 0.0)
    shares = responses * inverse
    return np.asarray((responses * shares).sum(axis=-1)), np.asarray((2.0 * np.abs(shares) * missed).sum(axis=-1))


def _jumps(case: RestCase) -> Limit:
    value, error = _by_jumps(case)
    return Limit(value, (), error)


def _with_hamiltonian(case: RestCase) -> Limit | None:
    if case.jumps.classical:
        return None
    found, rates = case.perturbed, case.jumps.rates
    # The block of the jumps is diagonal: what the Hamiltonian adds is one more square, that of what the jumps leave.
    happens = rates > np.finfo(float).tiny
    shares = np.where(happens, found.with_jumps / np.where(happens, rates, 1.0), 0.0)
    left = found.information - (shares * found.with_jumps).sum(axis=-1)
    lost = found.information_error + 2.0 * (np.abs(shares) * found.with_jumps_error).sum(axis=-1)
    turned = case.to_hamiltonian(found)[0] - (shares * case.answer.to_jumps).sum(axis=-1)
    value, error = _by_jumps(case)
    told = left > 64.0 * lost
    more = np.where(told, turned**2 / np.where(told, left, 1.0), 0.0)
    return Limit(value + more, (), error + np.where(told, more * lost / np.where(told, left, 1.0), 0.0))


OPTIMAL_JUMPS = Theorem(
    "optimal scores",
    "Var J >= sum_k v_k^2 / a_k per time, v_k = d<J>/dtheta_k under L_k -> exp(theta_k / 2) L_k, a_k the rate of jump "
    "k",
    "any steady state and any count; the sharpest of all bounds by changes of the jumps",
    "where populations obey a rate equation, always",
    "gammelmark2014",
    rest=_jumps,
)
OPTIMAL_JUMPS_AND_HAMILTONIAN = Theorem(
    "optimal scores with the Hamiltonian",
    "Var J >= v^T F^-1 v per time, v the responses to all L_k -> exp(theta_k / 2) L_k and H -> H + theta V, F their "
    "quantum Fisher information",
    "any steady state and any count",
    "none known",
    "gammelmark2014",
    rest=_with_hamiltonian,
)
