"""Bounds by the gap of the KMS-symmetric generator: fluctuations from above, relaxation from below."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Bounded, Hypothesis, Limit, Part, Theorem
from thermokin.linear_response.kms_generator import KMSGenerator
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.level_sums import scatter

__all__ = ["GAP", "INVERSE"]

FULL_RANK = 1e-12  # of the largest population: what is less has no inverse with digits


def _full_rank(made: KMSGenerator) -> Hypothesis:
    return Hypothesis(
        "the steady state has full rank", made.smallest > FULL_RANK, made.smallest, "its smallest over its largest part"
    )


def _inverse(case: RestCase) -> Limit | None:
    made = case.kms
    if made is None:
        return None
    poisson = (case.answer.weights**2 * case.jumps.rates).sum(axis=-1)
    rate = Liouvillian(case.model).observable(case.current.weights).dense
    root, back = made.power(0.5), made.power(-0.5)
    unit = np.eye(case.model.dimension) * case.mean[..., None, None]
    out, into = rate - unit, back @ _gained(case) @ back - unit
    sizes = [np.einsum("...ij,...jk,...kl,...li->...", root, each, root, each).real for each in (out, into)]
    gap = made.symmetric_gap
    rounding = np.finfo(float).eps * np.abs(made.matrix).max(axis=(-2, -1)) * made.matrix.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        correlated = 2.0 * np.sqrt(np.maximum(sizes[0] * sizes[1], 0.0)) / gap
    limit = np.where(gap > rounding, poisson + correlated, np.inf)
    error = np.where(gap > rounding, np.abs(correlated) * rounding / np.where(gap > rounding, gap, 1.0), 0.0)
    return Limit(limit, (_full_rank(made),), error, Part("gap of the KMS-symmetric part", gap))


def _gained(case: RestCase) -> ComplexArray:
    """sum_k c_k L_k rho L_k^+ (..., d, d)."""
    table, (one, two) = case.jumps.table, case.jumps.table.pairs
    state, weights = case.steady_state.matrix, case.current.weights
    values = table.amplitude[..., one] * state[..., table.column[one], table.column[two]]
    values = values * table.amplitude[..., two].conj() * weights[..., table.channel[one]]
    size = table.dimension
    flat = scatter(values, table.row[one].astype(np.int64) * size + table.row[two], size * size)
    return np.asarray(flat.reshape(*flat.shape[:-1], size, size))


def _gap(case: RestCase) -> Limit | None:
    made = case.kms
    if made is None:
        return None
    rounding = 64.0 * np.finfo(float).eps * np.abs(made.matrix).max(axis=(-2, -1)) * made.matrix.shape[-1]
    # Eigenvalues of a matrix that is not normal move by the root of a rounding where two of them meet.
    error = np.sqrt(rounding * np.abs(made.matrix).max(axis=(-2, -1)))
    return Limit(made.symmetric_gap, (_full_rank(made),), error, bounded=made.gap)


INVERSE = Theorem(
    "inverse",
    "Var J <= sum_k c_k^2 a_k + 2 norm(Y) norm(Z) / g per time, Y = sum_k c_k L_k^+ L_k - J, Z = rho^(-1/2) (sum_k c_k "
    "L_k rho L_k^+) rho^(-1/2) - J, norms and gap g in the KMS product",
    "any steady state of full rank, any count",
    "none known",
    "carlen2017, bakewell2023",
    rest=_inverse,
    bounded=Bounded("variance of the amount", "amount^2", above=True),
)
GAP = Theorem(
    "gap",
    "gap >= gap of the KMS-symmetric part of the generator: what stirs a state does not slow its relaxation",
    "any steady state of full rank; the gap of the populations where these obey a rate equation, else of the whole "
    "generator",
    "detailed balance",
    "carlen2017",
    rest=_gap,
    bounded=Bounded("slowest relaxation rate", "1"),
)
