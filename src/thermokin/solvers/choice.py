"""Which method serves which block."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import FloatArray
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.krylov import KrylovResolvent
from thermokin.solvers.method import Auto, Dense, Krylov, Method, Sparse
from thermokin.solvers.resolvent import Resolvent
from thermokin.solvers.sparse import SparseResolvent

__all__ = ["banded_work", "chosen", "prepared"]

DENSE_UP_TO = 300  # coordinates up to which dense LU is quicker than sparse
SPARSE_UP_TO = 1000  # coordinates up to which any sparse factorisation is quick enough not to be estimated
POPULATIONS_UP_TO = 5000  # levels up to which a dense rate matrix is factorised as it is
SPARSE_WORK = 6e9  # operations of a banded factorisation above which GMRES is quicker
TRIED_FROM = 1e8  # the same from which it is tried where the filling of a factorisation spreads over the whole matrix
THICK = 1.0 / 16.0  # reach of the band, over the size, from which it does: many bodies, not one mode or two
QUICK = 1e3  # condition of the generator up to which an iteration that is tried leaves enough digits
RARE = 1e-6  # population, over the largest, that an iteration leaves enough digits


def chosen(block: Block, method: Method) -> Dense | Sparse | Krylov:
    """The method that serves a block.

    Args:
        block: the block.
        method: what was asked for.

    Returns:
        The same, or for `Auto()` the cheapest.

    Raises:
        TypeError: if it is not a method.
        ValueError: if a sweep asks for a method that takes one point.
    """
    if not isinstance(method, Auto | Dense | Sparse | Krylov):
        raise TypeError(f"`method` must be Auto(), Dense(), Sparse() or Krylov(), got {method!r}.")
    if block.liouvillian.model.batch_shape and not isinstance(method, Auto | Dense):
        raise ValueError(f"`{type(method).__name__}()` takes one point at a time; a sweep needs Dense() or Auto().")
    if not isinstance(method, Auto):
        return method
    if block.liouvillian.model.batch_shape or block.size <= DENSE_UP_TO:
        return Dense()
    if isinstance(block, PopulationBlock):
        thin = isinstance(block.rates, csr_array)
        return Sparse() if thin or block.size > POPULATIONS_UP_TO else Dense()
    if isinstance(block, SectorGenerator):  # too large for its terms to be listed
        return Krylov()
    if block.size <= SPARSE_UP_TO:
        return Sparse()
    return Sparse() if banded_work(block.sparse) <= SPARSE_WORK else Krylov()


def prepared(block: Block, method: Method, known: FloatArray | None = None) -> Resolvent:
    """The resolvent of a block by a method; nothing is solved yet, unless `Auto()` tries an iteration.

    Args:
        block: the block.
        method: what was asked for.
        known: the stationary vector (..., n) where a more accurate route has it.

    Returns:
        The resolvent.

    Raises:
        TypeError: if it is not a method.
        ValueError: if a sweep asks for a method that takes one point.
    """
    by = chosen(block, method)
    if isinstance(by, Dense):
        return DenseResolvent(block, known)
    if isinstance(by, Krylov):
        return KrylovResolvent(block, by)
    if isinstance(method, Auto) and known is None and isinstance(block, HermitianBlock) and _thick(block):
        return _iterated(block) or SparseResolvent(block, known)
    return SparseResolvent(block, known)


def _thick(block: Block) -> bool:
    """Whether a factorisation fills the whole matrix, and takes longer than an iteration that converges well."""
    if block.size <= SPARSE_UP_TO:
        return False
    work = banded_work(block.sparse)
    return work > TRIED_FROM and work > THICK**2 * float(block.size) ** 3


def _iterated(block: Block) -> KrylovResolvent | None:
    """An iteration, if it converges on a state without slow modes or rare populations."""
    made = KrylovResolvent(block, Krylov())
    try:
        populations = made.stationary[block.places].real
        slow = not float(made.condition) < QUICK
        return None if slow or populations.min() < RARE * populations.max() else made
    except (NotConvergedError, DegenerateSteadyStateError):
        return None


def banded_work(matrix: csr_array) -> float:
    """Operations of a factorisation inside the envelope of the reverse Cuthill-McKee ordering.

    Args:
        matrix: sparse (n, n).

    Returns:
        An upper estimate of what a better ordering takes.
    """
    pattern = csr_array((np.ones(matrix.nnz, dtype=np.int8), matrix.indices, matrix.indptr), shape=matrix.shape)
    pattern = csr_array(pattern + pattern.T)
    order = reverse_cuthill_mckee(pattern, symmetric_mode=True)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    rows = np.repeat(np.arange(order.size), np.diff(pattern.indptr))
    reach = np.zeros(order.size)
    np.maximum.at(reach, place[rows], place[rows] - place[pattern.indices])
    return float((reach**2).sum())
