"""Coherent noise beside that of independent transfers: fermions are quieter, bosons noisier."""

from __future__ import annotations

import numpy as np

from thermokin.bounds.inverse_x_tanh_x import information
from thermokin.bounds.theorem import Bounded, Hypothesis, Limit, Part, Theorem
from thermokin.bounds.transport_case import TransportCase
from thermokin.numerics.level_sums import in_blocks

__all__ = ["AT_ONE_TEMPERATURE", "BUNCHED", "LEAST_SHARE", "QUIET_FERMIONS", "TRANSFERS"]

NOISE_ABOVE = Bounded("noise of the current", "amount^2", above=True)


def _quiet(case: TransportCase) -> Limit | None:
    if not case.fermions or not case.two_leads().holds:
        return None
    value, error = case.classical_noise
    return Limit(value, (case.two_leads(),), error, bounded=case.noise)


def _one_temperature(case: TransportCase) -> Limit | None:
    if not case.fermions or not case.two_leads().holds or case.amount is None:
        return None
    left, right = case.junction.leads
    alike = bool((left.temperature == right.temperature).all())
    amount = case.amount
    bias, warmth = np.abs(left.chemical_potential - right.chemical_potential), left.temperature
    with np.errstate(divide="ignore", invalid="ignore"):
        cotangent = np.where(bias > 0.0, 1.0 / np.tanh(bias / (2.0 * warmth)), 0.0)
        # Without a bias it is its limit, the thermal noise of independent transfers.
        value = np.where(bias > 0.0, np.abs(case.mean) * amount * cotangent, case.classical_noise[0])
    held = Hypothesis("both leads have one temperature", holds=alike)
    error = np.where(bias > 0.0, np.abs(case.cumulants.error[..., 0] * amount * cotangent), case.classical_noise[1])
    return Limit(value, (case.alike(), held), error, bounded=case.noise)


def _least_share(case: TransportCase) -> Limit | None:
    if not case.fermions or not case.two_leads().holds:
        return None
    value, error = case.classical_noise
    share = 1.0 - case.largest_transmission
    return Limit(share * value, (case.two_leads(),), share * error)


def _transfers(case: TransportCase) -> Limit | None:
    if not case.two_leads().holds:
        return None
    amount = case.amount
    unit = np.ones(()) if amount is None else np.where(amount > 0.0, amount, 1.0)
    transfers, missed = (part / unit**2 for part in case.classical_noise)
    cost = in_blocks(information, np.maximum(case.entropy_production[0], 0.0), transfers)
    share = 1.0 - case.largest_transmission if case.fermions else np.ones(case.mean.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(cost > 0.0, share * case.mean**2 / np.where(cost > 0.0, cost, 1.0), 0.0)
        relative = missed / np.where(transfers > 0.0, transfers, 1.0) + case.entropy_production[1] / np.where(
            case.entropy_production[0] > 0.0, case.entropy_production[0], np.inf
        )
        moved = case.cumulants.error[..., 0] / np.where(case.mean == 0.0, np.inf, np.abs(case.mean))
    return Limit(
        np.asarray(value),
        (case.two_leads(), case.alike()),
        np.asarray(value * (relative + 2.0 * moved)),
        Part("thermo-kinetic information of independent transfers", cost),
        Part("current", case.mean),
    )


def _bunched(case: TransportCase) -> Limit | None:
    if not case.two_leads().holds or case.fermions:
        return None
    window = case.junction.scatterer.window(case.junction.batch_shape)
    held = Hypothesis("all that passes does so within a band", holds=window is not None)
    value, error = case.classical_noise
    width = np.inf if window is None else case.channels * (window[1] - window[0]) / (2.0 * np.pi)
    return Limit(value + case.mean**2 / width, (case.two_leads(), held), error)


QUIET_FERMIONS = Theorem(
    "independent transfers",
    "D <= int T x^2 [f_L (1 - f_R) + f_R (1 - f_L)] dE / 2 pi",
    "fermions; two leads; any count x of energy",
    "small transmission",
    "blanter2000",
    bounded=NOISE_ABOVE,
    transport=_quiet,
)
AT_ONE_TEMPERATURE = Theorem(
    "independent transfers, one temperature",
    "D <= J coth(V / 2T)",
    "fermions; two leads of one temperature; a current of particles",
    "small transmission",
    "blanter2000",
    bounded=NOISE_ABOVE,
    transport=_one_temperature,
)
LEAST_SHARE = Theorem(
    "largest transmission",
    "D >= (1 - max T) int T x^2 [f_L (1 - f_R) + f_R (1 - f_L)] dE / 2 pi",
    "fermions; two leads; any count x of energy",
    "a transmission that is constant, far from equilibrium",
    "blanter2000",
    transport=_least_share,
)
TRANSFERS = Theorem(
    "thermo-kinetic, independent transfers",
    "D >= (1 - max T) J^2 / I(sigma, D_cl) for fermions, D >= J^2 / I(sigma, D_cl) for bosons, D_cl the noise of "
    "independent transfers, I = A tanh^2 Phi(sigma / 2A)",
    "two leads; a current of particles",
    "an affinity that is the same at all energies",
    "vo2022, blanter2000",
    transport=_transfers,
)
BUNCHED = Theorem(
    "bandwidth",
    "D >= D_cl + 2 pi J^2 / B, B the width of the band, once for each channel",
    "bosons; two leads; a transmission within a window of width B",
    "a flow that is the same at all energies of the window",
    "blanter2000",
    transport=_bunched,
)
