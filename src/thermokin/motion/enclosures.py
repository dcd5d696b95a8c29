"""Whether a model surely keeps several steady states: subspaces that neither H nor any jump leaves."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian

__all__ = ["keeps_enclosures"]

ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors
HELD = 1e-6  # of the largest eigenvalue: a smaller one is not in the support
LEFT = 1e-13  # of the largest element of an operator, times the levels: what leaves a subspace by rounding
UNSEEN = 1e-11  # of the largest element: smaller ones would be taken for rounding, and are held against their own size
WHOLE = 1e-9  # distance from 0 and 1 at which a projector is one on levels


def keeps_enclosures(liouvillian: Liouvillian, block: Block) -> bool:
    """Whether two orthogonal subspaces are found that the motion never leaves, each with a steady state of its own.

    A stationary matrix without trace is the difference of two stationary states that do not overlap. Their supports
    are tried on H and on every jump, each against its own size, so that a weak jump between them is seen however weak;
    so are the weakest elements of each, apart from the others.

    Args:
        liouvillian: the generator of one point.
        block: the elements that hold the populations.

    Returns:
        The verdict; where it is no, nothing is proven.

    Cost:
        A singular value decomposition of the block.
    """
    difference = _difference(block)
    if difference is None:
        return False
    values, vectors = np.linalg.eigh(difference)
    largest = float(np.abs(values).max(initial=0.0))
    parts = (vectors[:, values > HELD * largest], vectors[:, values < -HELD * largest])
    return all(part.size > 0 and _kept(liouvillian, part @ part.conj().T) for part in parts)


def _difference(block: Block) -> ComplexArray | None:
    """A Hermitian stationary matrix without trace (d, d); None if there is none."""
    # With the coherences that no population feels: they may be what is kept.
    block = block.generator if isinstance(block, HermitianBlock) else block
    matrix = np.asarray(block.matrix)
    rows = np.abs(matrix).max(axis=-1, keepdims=True)
    _, sizes, right = np.linalg.svd(matrix / np.where(rows > 0.0, rows, 1.0))
    null = right[sizes <= ZERO * block.size * sizes[0]].conj()
    if len(null) < 2:
        return None
    random, found = np.random.default_rng(3), []
    for _ in range(2):
        state = block.frame_state(random.normal(size=len(null)) @ null)
        whole = np.diag(state) if state.ndim == 1 else state
        found.append(0.5 * (whole + whole.conj().T))
    traces = [float(np.trace(one).real) for one in found]
    return np.asarray(found[0] * traces[1] - found[1] * traces[0], dtype=np.complex128)


def _kept(liouvillian: Liouvillian, inside: ComplexArray) -> bool:
    """Whether neither K = H - i sum_k L_k^+ L_k / 2 nor any L_k leads out of a subspace."""
    size = len(inside)
    whole = np.round(inside.real)
    exact = bool(np.abs(inside - whole).max() <= WHOLE)
    inside = whole.astype(np.complex128) if exact else inside
    outside = np.eye(size) - inside
    centred = liouvillian.centred
    weak = _unseen(centred.model.generator.dense)
    operators = [weak, centred.effective_hamiltonian - weak]
    for number in range(centred.table.size):
        jump = centred.table.jump(number)
        operators += [_unseen(jump), jump - _unseen(jump)]
    # On levels nothing is rounded: any element that joins them is meant.
    allowed = 0.0 if exact else LEFT * size
    return all(_leaving(outside @ one @ inside) <= allowed * _leaving(one) for one in operators)


def _unseen(operator: ComplexArray) -> ComplexArray:
    """The elements of an operator that are too small beside the largest to be seen."""
    return np.where(np.abs(operator) <= UNSEEN * _leaving(operator), operator, 0.0)


def _leaving(operator: FloatArray | ComplexArray) -> float:
    return float(np.abs(operator).max(initial=0.0))
