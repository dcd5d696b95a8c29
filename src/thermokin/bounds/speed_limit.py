"""Speed limits: how little entropy a change of state may produce, by the number of jumps that it takes."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.fluctuation_theorem import baths_agree
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.theorem import Bounded, Hypothesis, Limit, Part, Theorem

__all__ = ["LANDAUER", "SPEED_LIMIT"]

EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 64.0 * EPSILON
SPECTRA = 8.0 * EPSILON  # of a distance
PRODUCED = Bounded("entropy production", "nats")
GIVEN = Bounded("entropy given to the bath", "nats")


def _distance(case: RelaxationCase) -> FloatArray:
    """Half the sum of the differences of sorted spectra (..., t); of populations level by level, which is no less."""
    evolution = case.evolution
    if evolution.motion is not None and evolution.population_only:
        before = evolution.initial.populations[..., None, :]
        return np.asarray(0.5 * np.abs(evolution.populations - before).sum(axis=-1))
    now = np.linalg.eigvalsh(evolution.frame_states)
    first = evolution.initial
    start = np.sort(first.populations, axis=-1) if first.matrix is None else np.linalg.eigvalsh(first.matrix)
    return np.asarray(0.5 * np.abs(now - start[..., None, :]).sum(axis=-1))


def _least(case: RelaxationCase) -> tuple[FloatArray, FloatArray, Part]:
    """2 T artanh(T / A), its error, and A: of all jumps, since dephasing changes a spectrum too."""
    distance, jumps = _distance(case), case.ledger.total_activity
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(jumps > 0.0, distance / jumps, 0.0)
        # A spectrum moves no further than jumps happen, but for rounding.
        share = np.minimum(share, 1.0 - EPSILON)
        least = 2.0 * distance * np.arctanh(share)
        # The distance of two spectra is known to the rounding of both, and artanh is steep where every jump counts.
        missed = (SPECTRA + ROUNDING * distance) / np.where(jumps > 0.0, jumps, np.inf)
        error = 2.0 * SPECTRA * np.arctanh(share) + 2.0 * distance * missed / (1.0 - share**2)
    return least, error, Part("number of jumps", jumps)


def _limit(case: RelaxationCase) -> Limit:
    least, error, cost = _least(case)
    error = np.asarray(case.entropy_rounding) + error
    return Limit(least, (case.paired[0],), error, cost, bounded=case.ledger.entropy_production)


def _landauer(case: RelaxationCase) -> Limit:
    least, error, cost = _least(case)
    model, ledger = case.model, case.ledger
    gained = ledger.entropy - ledger.initial_entropy[..., None]
    single = Hypothesis("every jump is one of baths at one temperature", baths_agree(model))
    hypotheses = (case.paired[0], single)
    produced = ledger.entropy_production
    error = np.asarray(case.entropy_rounding) + error
    return Limit(least - gained, hypotheses, error, cost, bounded=produced - gained)


SPEED_LIMIT = Theorem(
    "speed limit",
    "Sigma >= 2 T artanh(T/A), T half the sum of the sizes of differences of the sorted eigenvalues of rho(0) and "
    "rho(t); of closed populations of p(0) and p(t) level by level",
    "any initial state and any Hamiltonian; jumps in pairs that obey local detailed balance",
    "one force for all jumps, and a spectrum that moves with every jump",
    "shiraishi2018, vanvu2021",
    _limit,
    bounded=PRODUCED,
)
LANDAUER = Theorem(
    "finite-time Landauer",
    "Q/T >= -(S(t) - S(0)) + 2 T_d artanh(T_d/A), Q the heat given to the bath, T_d the distance of the speed limit",
    "as the speed limit; baths at one temperature",
    "as the speed limit",
    "vanvu2022landauer",
    _landauer,
    bounded=GIVEN,
)
