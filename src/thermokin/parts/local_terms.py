"""The Hamiltonians of single parts in that of the whole, and what couples them."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, ComplexArray
from thermokin.operators.tensor import partial_trace

__all__ = ["embedded", "local_terms"]

NO_COUPLING = 1e-12  # of the largest element: what sums of local terms leave by rounding


def local_terms(hamiltonian: ComplexArray, dims: tuple[int, ...]) -> tuple[list[ComplexArray], BoolArray]:
    """The traceless Hamiltonians of the parts, H_k = tr_others(H) / d_others less its mean.

    Args:
        hamiltonian: of the whole (..., d, d) [energy].
        dims: sizes of the parts.

    Returns:
        H_k (..., d_k, d_k) of each part, and where (...) something is left that couples parts.
    """
    size = hamiltonian.shape[-1]
    mean = np.trace(hamiltonian, axis1=-2, axis2=-1)[..., None, None] / size
    left, local = hamiltonian - mean * np.eye(size), []
    for part, own in enumerate(dims):
        term = partial_trace(hamiltonian, part, dims) * (own / size) - mean * np.eye(own)
        local.append(np.asarray(0.5 * (term + term.conj().swapaxes(-1, -2))))
        left = left - embedded(local[-1], part, dims)
    coupled = np.abs(left).max(axis=(-2, -1)) > NO_COUPLING * np.abs(hamiltonian).max(axis=(-2, -1))
    return local, np.asarray(coupled)


def embedded(operator: ComplexArray, part: int, dims: tuple[int, ...]) -> ComplexArray:
    """An operator of one part as one of the whole.

    Args:
        operator: (..., d_k, d_k).
        part: k.
        dims: sizes of the parts.

    Returns:
        (..., d, d).
    """
    before, after = int(np.prod(dims[:part])), int(np.prod(dims[part + 1 :]))
    size = before * dims[part] * after
    wide = np.einsum("ab,...ij,cd->...aicbjd", np.eye(before), operator, np.eye(after))
    return np.asarray(wide.reshape(*operator.shape[:-2], size, size))
