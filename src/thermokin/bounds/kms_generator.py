"""Bounds by the gap of the KMS-symmetric generator: fluctuations from above, relaxation from below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Bounded, Hypothesis, Limit, Part, Theorem
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.numerics.level_sums import scatter

__all__ = ["GAP", "INVERSE", "KMSGenerator", "kms_generator"]

DENSE_UP_TO = 1024  # elements of the whole space, of which all eigenvalues are found
FULL_RANK = 1e-12  # of the largest population: what is less has no inverse with digits


@dataclass(frozen=True, eq=False)
class KMSGenerator:
    """rho^(-1/4) L [rho^(1/4) X rho^(1/4)] rho^(-1/4), and what is read off it.

    Args:
        matrix: (..., n, n), in elements of the whole space, or of the populations where these obey a rate equation.
        smallest: the smallest population of the steady state over the largest, at the worst point.
    """

    matrix: ComplexArray | FloatArray
    smallest: float

    @property
    def symmetric_gap(self) -> FloatArray:
        """The slowest rate but 0 of the symmetric part (...) [1/time]."""
        symmetric = 0.5 * (self.matrix + self.matrix.conj().swapaxes(-1, -2))
        return np.asarray(-np.linalg.eigvalsh(symmetric)[..., -2])

    @property
    def gap(self) -> FloatArray:
        """The slowest rate but 0 of the generator itself, in the same space (...) [1/time]."""
        values = np.sort(np.linalg.eigvals(self.matrix).real, axis=-1)
        return np.asarray(-values[..., -2])


def kms_generator(case: RestCase) -> KMSGenerator | None:
    """The generator in the frame in which the KMS product is the plain one.

    Args:
        case: the case.

    Returns:
        It, or None where its eigenvalues would be too many to find.

    Reference:
        carlen2017.
    """
    state, size = case.steady_state, case.model.dimension
    if case.jumps.classical:
        if size > DENSE_UP_TO:
            return None
        level = np.arange(size)
        sector, root = Sector(level, level), np.sqrt(np.maximum(state.populations, 0.0))
        matrix = SectorGenerator(Liouvillian(case.model), sector).matrix.real
        values = state.populations
        scaled: ComplexArray | FloatArray = matrix * (
            root[..., None, :] / np.where(root > 0.0, root, 1.0)[..., :, None]
        )
    else:
        if size**2 > DENSE_UP_TO:
            return None
        sector = Sector(np.repeat(np.arange(size), size), np.tile(np.arange(size), size))
        values, vectors = np.linalg.eigh(np.where(np.isfinite(state.matrix), state.matrix, 0.0))
        quarter = np.maximum(values, 0.0) ** 0.25
        one, other = (
            _both_sides((vectors * each[..., None, :]) @ vectors.conj().swapaxes(-1, -2))
            for each in (quarter, 1.0 / np.where(quarter > 0.0, quarter, 1.0))
        )
        scaled = other @ SectorGenerator(Liouvillian(case.model), sector).matrix @ one
    smallest = float(np.min(values.min(axis=-1) / np.maximum(values.max(axis=-1), 1e-300)))
    return KMSGenerator(scaled, smallest)


def _both_sides(matrix: ComplexArray) -> ComplexArray:
    """X -> r X r in elements row by row."""
    size = matrix.shape[-1]
    product = np.einsum("...ik,...lj->...ijkl", matrix, matrix)
    return np.asarray(product.reshape(*matrix.shape[:-2], size**2, size**2))


def _full_rank(made: KMSGenerator) -> Hypothesis:
    return Hypothesis(
        "the steady state has full rank", made.smallest > FULL_RANK, made.smallest, "its smallest over its largest part"
    )


def _inverse(case: RestCase) -> Limit | None:
    made = kms_generator(case)
    if made is None:
        return None
    state, weights = case.steady_state, case.current.weights
    poisson = (case.answer.weights**2 * case.jumps.rates).sum(axis=-1)
    rate = Liouvillian(case.model).observable(weights).dense
    gained = _gained(case)
    values, vectors = np.linalg.eigh(np.where(np.isfinite(state.matrix), state.matrix, 0.0))
    root = np.sqrt(np.maximum(values, 0.0))
    powers = [
        (vectors * each[..., None, :]) @ vectors.conj().swapaxes(-1, -2)
        for each in (root, 1.0 / np.where(root > 0.0, root, 1.0))
    ]
    unit = np.eye(case.model.dimension) * case.mean[..., None, None]
    out, into = rate - unit, powers[1] @ gained @ powers[1] - unit
    sizes = [np.einsum("...ij,...jk,...kl,...li->...", powers[0], each, powers[0], each).real for each in (out, into)]
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
    made = kms_generator(case)
    if made is None:
        return None
    rounding = 64.0 * np.finfo(float).eps * np.abs(made.matrix).max(axis=(-2, -1)) * made.matrix.shape[-1]
    # Eigenvalues of a matrix that is not normal move by the root of a rounding where two of them meet.
    error = np.sqrt(rounding * np.abs(made.matrix).max(axis=(-2, -1)))
    return Limit(made.symmetric_gap, (_full_rank(made),), error, bounded=made.gap)


INVERSE = Theorem(
    "inverse",
    "Var J <= sum_k c_k^2 a_k + 2 |Y| |Z| / g per time, Y = sum_k c_k L_k^+ L_k - J, Z = rho^(-1/2) (sum_k c_k L_k rho "
    "L_k^+) rho^(-1/2) - J, norms and gap g in the KMS product",
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
