"""The stationary vector of one large sector, by a sparse factorisation."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import ComplexArray
from thermokin.liouville.sector_generator import SectorGenerator

__all__ = ["sparse_stationary"]

SINGULAR = 1e12  # growth of a random vector under the pinned inverse that means a second zero


def sparse_stationary(generator: SectorGenerator) -> ComplexArray:
    """The stationary vector of a large sector, of trace one.

    One population is pinned to 1 and its equation dropped; trace conservation makes that equation redundant.

    Args:
        generator: the generator of a sector that holds populations.

    Returns:
        (n,).

    Raises:
        DegenerateSteadyStateError: if the pinned system is singular: there is a second stationary vector.
        NotConvergedError: if the residual stays above rounding.

    Cost:
        One sparse LU factorisation.
    """
    matrix = sparse.csc_array(generator.sparse)
    pin = _likely_level(generator)
    rest = np.delete(np.arange(generator.sector.size), pin)
    inner, right = matrix[rest][:, rest], -np.asarray(matrix[rest][:, [pin]].toarray()).ravel()
    try:
        factor = splu(
            sparse.csc_array(inner), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}, diag_pivot_thresh=0.01
        )
    except RuntimeError as error:  # SuperLU's word for an exactly singular matrix
        raise DegenerateSteadyStateError(*_why_degenerate(generator)) from error
    probe = np.random.default_rng(0).normal(size=rest.size)
    scale = float(abs(matrix).max())
    if float(np.linalg.norm(factor.solve(probe.astype(complex)))) * scale > SINGULAR * float(np.linalg.norm(probe)):
        raise DegenerateSteadyStateError(*_why_degenerate(generator))
    solution = factor.solve(right)
    solution += factor.solve(right - inner @ solution)  # one refinement recovers what the relaxed pivoting lost
    vector = np.insert(solution, pin, 1.0)
    vector /= (generator.trace @ vector).real
    residual = float(np.abs(matrix @ vector).max()) / (scale * float(np.abs(vector).max()))
    if residual > 1e-10:
        raise NotConvergedError(
            "the steady state's sparse solve left", residual, "of its scale; rescale the model or use fewer levels."
        )
    return np.asarray(vector)


def _likely_level(generator: SectorGenerator) -> int:
    """Where the population of the lowest level stands: one that is zero in the steady state must not be pinned."""
    places = np.flatnonzero(generator.sector.diagonal)
    energies = generator.liouvillian.model.energy.diagonal[generator.sector.rows[places]]
    return int(places[np.argmin(energies)])


def _why_degenerate(generator: SectorGenerator) -> tuple[str, list[list[int]]]:
    levels = generator.sector.rows[generator.sector.diagonal]
    return (
        "the steady state is not unique: the sector of these levels keeps more than one stationary state; "
        "give an initial state, or break the symmetry."
    ), [[int(level) for level in levels]]
