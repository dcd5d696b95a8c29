"""Whether anything but the trace is conserved on the support of a steady state, found by algebra."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sectors import ket_blocks
from thermokin.motion.invariant_subspaces import grown_support
from thermokin.motion.operator_algebra import OperatorAlgebra, longer_word
from thermokin.numerics.level_sums import flattened

__all__ = ["ALGEBRA_UP_TO", "conserved_parts"]

ALGEBRA_UP_TO = 2048  # levels up to which the algebra of a model with coherences is worked out
ROUNDING = 1e-9  # of the spread: a smaller splitting or matrix element is taken for zero
EMPTY = 1e-12  # share of the largest eigenvalue below which a state is not in the support
LIKELY = 1e-3  # share from which a state is known to eight digits and more, and surely in the support
FLAT = 1e-6  # share of a product beside 1 from which rounding turns its eigenvectors by less than is taken for zero
WORDS = 8  # products of so many operators and one more are tried before parts are taken to be kept apart
CHUNK = 1 << 20  # matrix elements held at a time


def conserved_parts(liouvillian: Liouvillian, states: ComplexArray | None) -> IntArray:
    """How many parts of the support of a steady state are kept apart, coherences between equal parts included.

    On the support of a steady state the conserved quantities are the operators that commute with H, all L_k and all
    L_k^+. Two random Hermitian combinations A and B of these decide: nothing commutes but 1 if and only if A has no
    degenerate eigenvalue and B joins all eigenvectors of A. Points of a sweep that are seen to keep nothing apart by
    the rates of their coherences, or because their jumps are those of a point that has been looked at, are not solved.

    Args:
        liouvillian: the generator.
        states: a steady state (n, d, d) of largest rank at each point of the flattened sweep, in the frame. None asks
            for what is conserved on the whole space, which keeps steady states apart but need not be all that does.

    Returns:
        (n,): 1 where the steady state is the only one, more otherwise.

    Cost:
        O(d^3) for each point that is solved.

    Reference:
        frigerio1978.
    """
    whole, liouvillian = liouvillian, liouvillian.centred  # 1 commutes with everything, and what commutes may be small
    count, size = int(np.prod(liouvillian.model.batch_shape)), liouvillian.dimension
    parts, algebra = np.ones(count, dtype=np.int64), OperatorAlgebra(liouvillian, count, whole.table)
    if states is None:
        states = np.broadcast_to(np.eye(size, dtype=np.complex128) / size, (count, size, size))
        parts[:] = 0
    elif liouvillian.table.one_element_each:
        parts[_slow(liouvillian, count)] = 0
    else:
        parts[_unlike_first(algebra, count, states)] = 0
    asked = np.flatnonzero(parts == 0)
    width = max(1, CHUNK // size**2)
    for start in range(0, asked.size, width):
        points = asked[start : start + width]
        parts[points] = _counted(algebra, points, states[points])
    return parts


def _slow(liouvillian: Liouvillian, count: int) -> BoolArray:
    """Points at which coherences may last though every channel is one matrix element.

    Such jumps feed no coherence. One between two blocks of K, or inside one, decays where every level of one of the
    two does, so that all do if at most one level of the whole model stays.

    Args:
        liouvillian: the generator.
        count: n, of the points.

    Returns:
        Which ones (n,).
    """
    blocks = ket_blocks(liouvillian)
    still = liouvillian.decay.diagonal <= 0.0
    # A block with a level that stays counts whole.
    sizes = np.bincount(blocks)
    staying = [size * still[..., blocks == block].any(axis=-1) for block, size in enumerate(sizes)]
    slow = np.asarray(np.sum(staying, axis=0) > 1)
    return np.broadcast_to(flattened(slow, 0, liouvillian.model.batch_shape), (count,))


def _unlike_first(algebra: OperatorAlgebra, count: int, states: ComplexArray) -> BoolArray:
    """Which points (n,) have to be looked at: those with other jumps than the first, if that one answers for the rest.

    It does where its jumps keep nothing apart without H, and every state (n, d, d) is of full rank.

    Returns:
        True for each of them.
    """
    first, random = np.zeros(1, dtype=np.int64), np.random.default_rng(1)
    if count == 1 or not _of_full_rank(states):
        return np.ones(count, dtype=bool)
    if _parts(algebra.jumps(first, random), algebra.jumps(first, random), algebra.rounding(first))[0] > 1:
        return np.ones(count, dtype=bool)
    return algebra.unlike_first()


def _of_full_rank(states: ComplexArray) -> bool:
    """Whether no eigenvalue of any state (n, d, d) is taken for zero."""
    try:
        np.linalg.cholesky(states - EMPTY * np.eye(states.shape[-1]))
    except np.linalg.LinAlgError:
        return False
    return True


def _counted(algebra: OperatorAlgebra, points: IntArray, states: ComplexArray) -> IntArray:
    """The parts at some points (p,), from all of H and the jumps on the supports of the states (p, d, d)."""
    weights, vectors = np.linalg.eigh(states)
    rank = (weights > EMPTY * weights[:, -1:]).sum(axis=-1)
    parts = np.ones(points.size, dtype=np.int64)
    for size in np.unique(rank[rank > 1]):
        here = np.flatnonzero(rank == size)
        parts[here] = _on_support(algebra, points[here], vectors[here][:, :, -size:])
    # States that were taken for empty may join what seems apart: the support is grown from its likely part.
    cut = (parts > 1) & (rank < weights.shape[-1])
    for number in np.flatnonzero(cut):
        likely = vectors[number][:, weights[number] > LIKELY * weights[number, -1]]
        random = np.random.default_rng(2)
        grown = grown_support(likely, partial(algebra.moves, int(points[number]), random))
        if grown.shape[1] > rank[number]:
            parts[number] = _on_support(algebra, points[number : number + 1], grown[None])[0]
    return parts


def _on_support(algebra: OperatorAlgebra, points: IntArray, support: ComplexArray) -> IntArray:
    """The parts at some points (p,) on subspaces (p, d, r)."""
    random = np.random.default_rng(0)

    def combination() -> ComplexArray:
        return np.asarray(support.conj().swapaxes(-1, -2) @ algebra.combination(points, random) @ support)

    first, second, rounding = combination(), combination(), algebra.rounding(points)
    parts = _parts(first, second, rounding)
    # Sums of operators that anticommute have double eigenvalues of their own; those of longer products have not.
    for _ in range(WORDS):
        if (parts == 1).all():
            break
        first, second = longer_word(first, combination()), longer_word(second, combination())
        parts = np.where(_flat(first, rounding), parts, np.minimum(parts, _parts(first, second, rounding)))
    return parts


def _flat(word: ComplexArray, rounding: FloatArray) -> BoolArray:
    """Products (p, r, r) that are 1 but for rounding, as those of one operator that squares to 1: they tell nothing."""
    size = np.abs(word).max(axis=(-2, -1))
    mean = np.trace(word, axis1=-2, axis2=-1)[..., None, None] / word.shape[-1]
    return np.asarray(
        np.abs(word - mean * np.eye(word.shape[-1])).max(axis=(-2, -1)) <= np.maximum(FLAT, rounding) * size
    )


def _parts(first: ComplexArray, second: ComplexArray, rounding: FloatArray) -> IntArray:
    """How many parts two Hermitian matrices (p, r, r), whose elements are known to a rounding (p,), keep apart."""
    small = np.maximum(ROUNDING, rounding)[:, None]
    values, basis = np.linalg.eigh(first)
    spread = values[:, -1:] - values[:, :1]
    degenerate = (np.diff(values, axis=-1) <= small * spread).sum(axis=-1)
    joined = np.abs(basis.conj().swapaxes(-1, -2) @ second @ basis)
    linked = joined > small[..., None] * joined.max(axis=(-2, -1), keepdims=True)
    return np.asarray(np.where(spread[:, 0] == 0.0, values.shape[-1], _components(linked) + degenerate))


def _components(linked: BoolArray) -> IntArray:
    """The number of connected components of symmetric graphs (p, r, r)."""
    size = linked.shape[-1]
    if len(linked) == 1:
        return np.array([connected_components(csr_array(linked[0]), directed=False)[0]])
    reached = linked | np.eye(size, dtype=bool)
    for _ in range(int(np.ceil(np.log2(max(size, 2))))):  # each square doubles the length of the paths
        reached = reached.astype(np.float32) @ reached.astype(np.float32) > 0.0
    # A component is counted by its lowest member: the one that no lower one reaches.
    lower = np.tri(size, k=-1, dtype=bool)
    return np.asarray((~(reached & lower).any(axis=-1)).sum(axis=-1))
