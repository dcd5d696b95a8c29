"""Bounds between leads that scatter coherently: what Fermi and Bose statistics leave of the uncertainty relations."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.theorem import Limit, Part, Theorem
from thermokin.bounds.transport_case import TransportCase

__all__ = ["CHIRAL_FERMIONS", "COHERENT_BOSONS", "COHERENT_FERMIONS", "WEIGHTED_FERMIONS"]

CHIRAL = 0.426233127265  # min over f of -ln(1 - f) / (2 f asinh(1 / (1 - f)))
STEP = 1e-6  # of the entropy production, for the slope by which its error moves a limit


def _limit(
    case: TransportCase, share: float, amount: FloatArray | None, *, bosons: bool
) -> tuple[FloatArray, FloatArray]:
    """The limit x |J| / sinh(x sigma / 2 s |J|), or x |J| coth of it for bosons, and how far errors move it."""
    amount = np.ones(()) if amount is None else amount
    produced, missed = case.entropy_production
    flow = np.abs(case.mean)

    def at(entropy: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            affinity = np.where(flow > 0.0, amount * entropy / (2.0 * share * flow), np.inf)
            return np.asarray(amount * flow / (np.tanh(affinity) if bosons else np.sinh(affinity)))

    value = at(produced)
    with np.errstate(invalid="ignore"):
        slope = np.abs(at(produced * (1.0 + STEP)) - value) / (STEP * np.where(produced > 0.0, produced, 1.0))
        relative = case.cumulants.error[..., 0] / np.where(flow > 0.0, flow, 1.0)
        error = slope * (missed + 2.0 * relative * produced) + relative * value
    return value, np.where(np.isfinite(error), error, 0.0)


def _cost(case: TransportCase) -> Part:
    return Part("entropy production", case.entropy_production[0])


def _fermions(case: TransportCase) -> Limit | None:
    if not case.fermions:
        return None
    value, error = _limit(case, 1.0, case.amount, bosons=False)
    return Limit(value, (case.alike(), case.reciprocal()), error, _cost(case))


def _chiral(case: TransportCase) -> Limit | None:
    if not case.fermions:
        return None
    value, error = _limit(case, CHIRAL, case.amount, bosons=False)
    return Limit(value, (case.alike(),), error, _cost(case))


def _bosons(case: TransportCase) -> Limit | None:
    if case.fermions:
        return None
    value, error = _limit(case, 1.0, case.amount, bosons=True)
    return Limit(value, (case.alike(), case.two_leads()), error, _cost(case))


def _weighted(case: TransportCase) -> Limit | None:
    """As for particles, in units of the largest amount that a quantum counts."""
    window = case.junction.scatterer.window(case.junction.batch_shape)
    if window is None or not case.fermions or not case.two_leads().holds:
        return None
    weight = case.current.particles[..., 0] - case.current.particles[..., 1]
    by_energy = case.current.energy[..., 0] - case.current.energy[..., 1]
    largest = np.maximum(*(np.abs(weight + by_energy * end) for end in window))
    value, error = _limit(case, 1.0, largest, bosons=False)
    return Limit(value, (case.two_leads(),), error, _cost(case))


COHERENT_FERMIONS = Theorem(
    "coherent fermions",
    "D >= |J| / sinh(sigma / 2|J|) for a current of particles",
    "fermions; the current of particles of one lead, or between two; transmissions the same both ways",
    "a narrow window of perfect transmission between leads that are biased symmetrically about it",
    "brandner2025",
    transport=_fermions,
)
CHIRAL_FERMIONS = Theorem(
    "coherent fermions, any symmetry",
    "D >= |J| / sinh(sigma / 2c|J|), c = .426233 the least of -ln(1 - f) / [2 f asinh(1 / (1 - f))]",
    "fermions; the current of particles of one lead, or between two; magnetic fields and one-way terminals too",
    "many terminals in a one-way ring",
    "brandner2025",
    transport=_chiral,
)
WEIGHTED_FERMIONS = Theorem(
    "coherent fermions in a band",
    "D >= x |J| / sinh(x sigma / 2|J|), x the largest amount that a quantum counts within the band",
    "fermions; two leads; any count of energy; all that passes does so within a band",
    "as coherent fermions",
    "brandner2025",
    transport=_weighted,
)
COHERENT_BOSONS = Theorem(
    "coherent bosons",
    "D >= |J| coth(sigma / 2|J|) for a current of quanta",
    "bosons; two leads; each quantum counts the same",
    "a narrow band of small transmission",
    "brandner2025",
    transport=_bosons,
)
