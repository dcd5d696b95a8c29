"""Whether anything but the trace is conserved on the support of a steady state, found by algebra."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.scatter import scatter

__all__ = ["conserved_parts"]

ROUNDING = 1e-9  # of the spread: a smaller splitting or matrix element is taken for zero
EMPTY = 1e-12  # share of the largest eigenvalue below which a state is not in the support


def conserved_parts(liouvillian: Liouvillian, point: tuple[int, ...], state: ComplexArray) -> int:
    """How many parts of the support of a steady state are kept apart, coherences between equal parts included.

    On the support of a steady state the conserved quantities are the operators that commute with H, all L_k and all
    L_k^+. Two random Hermitian combinations A and B of these decide: nothing commutes but 1 if and only if A has no
    degenerate eigenvalue and B joins all eigenvectors of A.

    Args:
        liouvillian: the generator.
        point: which point of a sweep.
        state: a steady state (d, d) in the frame, of largest rank.

    Returns:
        1 if the steady state is the only one, more otherwise.

    Cost:
        O(d^3).

    Reference:
        frigerio1978.
    """
    weights, vectors = np.linalg.eigh(state)
    support = vectors[:, weights > EMPTY * weights[-1]]
    if support.shape[1] < 2:
        return 1
    random = np.random.default_rng(0)
    first, second = (support.conj().T @ _combination(liouvillian, point, random) @ support for _ in range(2))
    values, basis = np.linalg.eigh(first)
    spread = float(values[-1] - values[0])
    if spread == 0.0:
        return int(support.shape[1])
    degenerate = int((np.diff(values) <= ROUNDING * spread).sum())
    joined = np.abs(basis.conj().T @ second @ basis)
    linked = csr_array(joined > ROUNDING * joined.max())
    parts, _ = connected_components(linked, directed=False)
    return int(parts) + degenerate


def _combination(liouvillian: Liouvillian, point: tuple[int, ...], random: np.random.Generator) -> ComplexArray:
    """A random Hermitian combination of H, L_k and L_k^+, each brought to the same size."""
    table, size = liouvillian.table, liouvillian.dimension
    amplitude = _at(table.amplitude, point, 1)
    largest = np.zeros(table.size)
    np.maximum.at(largest, table.channel, np.abs(amplitude))
    turned = random.normal(size=(2, table.size))
    factor = (turned[0] + 1j * turned[1]) / np.where(largest > 0.0, largest, 1.0)
    place = table.row.astype(np.int64) * size + table.column
    jumps = scatter((amplitude * factor[table.channel]).astype(np.complex128), place, size * size).reshape(size, size)
    hamiltonian = _at(liouvillian.model.generator.dense, point, 2)
    hamiltonian = hamiltonian - np.eye(size) * np.trace(hamiltonian) / size
    scale = float(np.abs(hamiltonian).max()) or 1.0
    return np.asarray(random.normal() * hamiltonian / scale + jumps + jumps.conj().T)


def _at(values: FloatArray | ComplexArray, point: tuple[int, ...], axes: int) -> FloatArray | ComplexArray:
    """The values at one point of a sweep, whose own leading axes may be fewer."""
    lead = values.shape[: values.ndim - axes]
    shifted = point[len(point) - len(lead) :]
    return np.asarray(values[tuple(0 if size == 1 else at for size, at in zip(lead, shifted, strict=True))])
