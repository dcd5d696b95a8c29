"""Subspaces that neither H nor any jump leaves: several, one that a start ends in, the one of a likely part."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.motion.operator_algebra import OperatorAlgebra, longer_word

__all__ = ["grown_support", "inside_support", "keeps_subspaces_apart"]

ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors
HELD = 1e-6  # of the largest eigenvalue: a smaller one is not in the support
LEFT = 1e-13  # of the largest element of an operator, times the levels: what leaves a subspace by rounding
SURELY = 1e-14  # the same where no steady state has been asked: the rounding of operators and eigenvectors alone
UNSEEN = 1e-11  # of the largest element: smaller ones would be taken for rounding, and are held against their own size
WHOLE = 1e-9  # distance from 0 and 1 at which a projector is one on levels
EMPTY = 1e-10  # share of the largest eigenvalue below which a state is not in the support
ROUNDING = 1e-13  # of a channel's largest element that a change of basis leaves in place of zero
NOISE = 1e-12  # what likely states hold of others by rounding
CLEAR = 1e3  # times the noise: a part outside of the subspace that is surely none of it
TOGETHER = 0.1  # of the largest part outside: parts down to that are taken in one step, smaller ones later
WORDS = 6  # products of so many operators and one more are tried
ALIKE = 1e-9  # of the spread: eigenvalues and elements of random sums that differ by less may be equal, or zero
TINY = 1e-300
STILL = 2  # random operators in a row that must leave the subspace as it is


def keeps_subspaces_apart(liouvillian: Liouvillian, block: Block) -> bool:
    """Whether two orthogonal subspaces are found that the motion never leaves, each with a steady state of its own.

    A stationary matrix without trace is the difference of two stationary states that do not overlap. Their supports
    are tried on H and on every jump, each against its own size, so that a weak jump between them is seen however weak;
    so are the weakest elements of each, apart from the others. Where such supports are not known well enough, so are
    the parts that the algebra of H, the jumps and their adjoints may fall into.

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
    if all(part.size > 0 and _kept(liouvillian, part @ part.conj().T) for part in parts):
        return True
    return any(_keeps_both(liouvillian, part) for part in _parts_of_algebra(liouvillian))


def _keeps_both(liouvillian: Liouvillian, part: ComplexArray) -> bool:
    """Whether the motion leaves neither the span of some kets (d, r) nor what is at right angles to it."""
    inside = part @ part.conj().T
    return all(_kept(liouvillian, one, SURELY) for one in (inside, np.eye(len(inside)) - inside))


def _parts_of_algebra(liouvillian: Liouvillian) -> Iterator[ComplexArray]:
    """Subspaces, as kets (d, r), that H, the jumps and their adjoints may keep apart from the rest of the space.

    Stationary states know the levels that are hardly populated only to the rounding of the others, and a subspace only
    as far as the generator's condition allows; eigenvectors of a sum of the operators do not suffer from either.

    Yields:
        One subspace for each length of the products in that sum; it may lead out.
    """
    point, random = np.zeros(1, dtype=np.int64), np.random.default_rng(4)
    algebra = OperatorAlgebra(liouvillian.centred, 1, liouvillian.table)
    first, second = (algebra.combination(point, random) for _ in range(2))
    for _ in range(WORDS):
        part = _apart(first[0], second[0])
        if part is not None:
            yield part
        first, second = (longer_word(word, algebra.combination(point, random)) for word in (first, second))


def _apart(first: ComplexArray, second: ComplexArray) -> ComplexArray | None:
    """What two Hermitian matrices may keep apart, as kets (d, r): some eigenvectors of the first; None if nothing."""
    values, basis = np.linalg.eigh(first)
    spread = float(values[-1] - values[0])
    level = np.concatenate([[0], np.cumsum(np.diff(values) > ALIKE * spread)])
    links = np.abs(basis.conj().T @ second @ basis)
    joined = links > ALIKE * links.max(initial=0.0)
    joined |= level[:, None] == level
    count, label = connected_components(csr_array(joined), directed=False)
    if count > 1:
        return np.asarray(basis[:, label == 0])
    return _one_of_equals(basis, level, second) if np.bincount(level).min() > 1 else None


def _one_of_equals(basis: ComplexArray, level: IntArray, second: ComplexArray) -> ComplexArray:
    """One of several equal parts: a ket of one degenerate eigenvalue, and those of the others that it turns into."""
    links = np.abs(basis.conj().T @ second @ basis)
    strength = np.zeros((level[-1] + 1, level[-1] + 1))
    np.maximum.at(strength, (level[:, None], level[None, :]), links)
    known, kets = np.zeros(len(strength), dtype=bool), np.zeros((len(basis), len(strength)), dtype=np.complex128)
    known[0], kets[:, 0] = True, basis[:, 0]
    for _ in range(len(strength) - 1):
        reach = np.where(known[:, None] & ~known, strength, -1.0)
        here, there = np.unravel_index(int(reach.argmax()), reach.shape)
        chosen = basis[:, level == there]
        ket = chosen @ (chosen.conj().T @ (second @ kets[:, here]))
        kets[:, there], known[there] = ket / max(float(np.linalg.norm(ket)), TINY), True
    return kets


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


def _kept(liouvillian: Liouvillian, inside: ComplexArray, left: float = LEFT) -> bool:
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
    allowed = 0.0 if exact else left * size
    return all(_leaving(outside @ one @ inside) <= allowed * _leaving(one) for one in operators)


def _unseen(operator: ComplexArray) -> ComplexArray:
    """The elements of an operator that are too small beside the largest to be seen."""
    return np.where(np.abs(operator) <= UNSEEN * _leaving(operator), operator, 0.0)


def _leaving(operator: FloatArray | ComplexArray) -> float:
    return float(np.abs(operator).max(initial=0.0))


def inside_support(liouvillian: Liouvillian, state: ComplexArray) -> Liouvillian:
    """The motion inside the support of a steady state, which the generator never leaves.

    Its channels are those of the model, in the same order, so that weights of currents apply.

    Args:
        liouvillian: the generator, of a model without leading axes.
        state: a steady state (d, d) in the frame.

    Returns:
        The generator on the support; its frame is an isometry (d, r) into the user's basis.

    Reference:
        baumgartner2008.
    """
    model = liouvillian.model
    weights, vectors = np.linalg.eigh(state)
    support = np.asarray(vectors[:, weights > EMPTY * weights[-1]])

    def inside(operator: FrameOperator) -> FrameOperator:
        matrix = support.conj().T @ operator.dense @ support
        return FrameOperator.from_matrix(0.5 * (matrix + matrix.conj().T))

    frame = support if model.frame is None else model.frame @ support
    reduced = Model.from_table(
        inside(model.generator), inside(model.energy), _inside(model.table, support), model.baths, frame=frame
    )
    return Liouvillian(reduced)


def _inside(table: JumpTable, support: ComplexArray) -> JumpTable:
    jumps = []
    for number in range(table.size):
        jump = support.conj().T @ table.jump(number) @ support
        jump[np.abs(jump) <= ROUNDING * np.abs(table.amplitude[table.channel == number]).max(initial=0.0)] = 0.0
        jumps.append(jump)
    return table.with_jumps(jumps)


def grown_support(likely: ComplexArray, moves: Callable[[], ComplexArray]) -> ComplexArray:
    """Rare states belong to the support however small their weight: they are those that the likely ones lead to.

    A steady state that is the only one has no smaller subspace in its support that the motion never leaves, so that
    any vector of the support leads to all of it.

    Args:
        likely: (d, r) orthonormal, states of the support that are surely populated.
        moves: gives a random combination (d, d) of the jumps and of the effective Hamiltonian at each call.

    Returns:
        (d, s) orthonormal, s >= r.

    Cost:
        O(d^3) for each step that jumps take away from the likely states.

    Reference:
        baumgartner2008.
    """
    basis, still, noise = likely, 0, NOISE
    while still < STILL and basis.shape[1] < basis.shape[0]:
        moved = moves() @ basis
        outside = moved - basis @ (basis.conj().T @ moved)
        outside -= basis @ (basis.conj().T @ outside)
        directions, sizes, _ = np.linalg.svd(outside, full_matrices=False)
        share = sizes / np.linalg.norm(moved, ord=2)
        new = share > max(CLEAR * noise, TOGETHER * float(share[0]))
        still = 0 if new.any() else still + 1
        if new.any():
            basis, noise = np.concatenate([basis, directions[:, new]], axis=1), noise / float(share[new][-1])
    return basis
