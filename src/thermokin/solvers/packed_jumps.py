"""The jumps of a sector as they act on packed superblocks: one sparse matrix, or products with the jump operators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.level_sums import equal_pairs
from thermokin.solvers.resolvent import Gain
from thermokin.solvers.superblocks import Superblocks

__all__ = ["packed_jumps"]

TERMS_PER_ELEMENT = 12  # up to which the action of the jumps on elements is listed in any case
LARGEST_LIST = 300_000_000  # terms


def packed_jumps(liouvillian: Liouvillian, blocks: Superblocks, weights: FloatArray, kind: type) -> Gain:
    """Rho -> sum_k c_k L_k rho L_k^+ on packed vectors (N,).

    Args:
        liouvillian: the generator, of one point.
        blocks: the superblocks of its sector.
        weights: c_k (k,).
        kind: the number type of the vectors; a real one where every jump operator is real up to a phase.

    Returns:
        What multiplies vectors: a sparse matrix where the jumps have few elements, else products.
    """
    table = liouvillian.table
    inside = (blocks.of_level[0][table.row] >= 0) & (blocks.of_level[0][table.column] >= 0)
    live = inside & (weights[table.channel] != 0.0)
    entries = np.flatnonzero(live)
    source = blocks.of_level[0][table.column[entries]]
    key = table.channel[entries].astype(np.int64) * blocks.sizes.size + source
    order = np.argsort(key, kind="stable")
    entries, key = entries[order], key[order]
    _, first, count = np.unique(key, return_index=True, return_counts=True)
    terms = int((count**2).sum())
    work = int((2 * count * blocks.sizes[key[first] % blocks.sizes.size]).sum())  # of products with each jump operator
    if terms <= min(max(TERMS_PER_ELEMENT * blocks.packed, work), LARGEST_LIST):
        return _as_matrix(liouvillian, blocks, weights, kind, entries, key)
    return _Products.of(liouvillian, blocks, weights, kind, live)


def _as_matrix(
    liouvillian: Liouvillian,
    blocks: Superblocks,
    weights: FloatArray,
    kind: type,
    entries: IntArray,
    key: IntArray,
) -> Gain:
    table = liouvillian.table
    one, two = equal_pairs(key)
    one, two = entries[one], entries[two]
    value = table.amplitude[one] * np.conj(table.amplitude[two]) * weights[table.channel[one]]
    if not issubclass(kind, np.complexfloating):
        value = value.real
    rows, columns = table.row.astype(np.int64), table.column.astype(np.int64)
    target = blocks.places(rows[one], rows[two]).astype(np.int32)
    source = blocks.places(columns[one], columns[two]).astype(np.int32)
    matrix: Gain = sparse.coo_array((value.astype(kind), (target, source)), shape=(blocks.packed,) * 2).tocsr()
    return matrix


@dataclass(frozen=True, eq=False)
class _Products:
    """A jump takes one superblock whole to one other: L_k rho L_k^+ there.

    Args:
        blocks: the superblocks.
        parts: target, source, the weight and the part of L_k between them.
    """

    blocks: Superblocks
    parts: tuple[tuple[int, int, float, sparse.csr_array], ...]

    @classmethod
    def of(
        cls, liouvillian: Liouvillian, blocks: Superblocks, weights: FloatArray, kind: type, live: BoolArray
    ) -> _Products:
        table = liouvillian.table
        label, number = blocks.of_level
        found = []
        for channel in np.unique(table.channel[live]):
            entries = np.flatnonzero(live & (table.channel == channel))
            values = table.amplitude[entries]
            if not issubclass(kind, np.complexfloating):
                values = values.real if values.real.any() else values.imag
            source, target = label[table.column[entries]], label[table.row[entries]]
            for block in np.unique(source):
                here = source == block
                into = int(target[here][0])
                part = sparse.coo_array(
                    (
                        values[here].astype(kind),
                        (number[table.row[entries[here]]], number[table.column[entries[here]]]),
                    ),
                    shape=(int(blocks.sizes[into]), int(blocks.sizes[block])),
                )
                found.append((into, int(block), float(weights[channel]), part.tocsr()))
        return cls(blocks, tuple(found))

    def __matmul__(self, vector: NDArray[Any]) -> NDArray[Any]:
        """The image of a packed vector (N,)."""
        out = np.zeros(vector.shape, dtype=vector.dtype)
        begin, sizes = self.blocks.begin, self.blocks.sizes
        for into, source, weight, part in self.parts:
            matrix = vector[begin[source] : begin[source + 1]].reshape(sizes[source], sizes[source])
            # L rho L^+ = (conj(L) (L rho)^T)^T, the sparse factor on the left each time.
            half = np.ascontiguousarray((part @ matrix).T)
            whole = np.asarray(part.conj() @ half).T
            target = out[begin[into] : begin[into + 1]].reshape(sizes[into], sizes[into])
            target += whole.dtype.type(weight) * whole
        return out
