"""Eigenvectors of a Hermitian matrix, sector by sector: what its zeros keep apart is not mixed by rounding."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray

__all__ = ["eigh_by_sector", "eigh_in_sectors"]

FEW = 32  # states up to which parts are found by powers of the pattern


def eigh_in_sectors(matrix: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """Eigenvalues, ascending, and eigenvectors of a Hermitian matrix, each within one connected part of its pattern.

    Two eigenvectors of nearly equal eigenvalues come out of one diagonalisation mixed by rounding over their distance.
    Where the matrix has no element between their parts at any point of a sweep, they are not mixed here.

    Args:
        matrix: (..., d, d), Hermitian.

    Returns:
        Eigenvalues (..., d) and eigenvectors in columns (..., d, d).

    Cost:
        O(s^3) for each part of s states.
    """
    parts = _parts(matrix)
    if len(parts) == 1:
        return np.linalg.eigh(matrix)
    values, vectors = _in_place(matrix, parts)
    # Equal ones in the order of their parts.
    every = np.concatenate([part for rows in _stacked(parts) for part in rows])
    order = every[np.argsort(values[..., every], axis=-1, kind="stable")]
    values = np.take_along_axis(values, order, axis=-1)
    return values, np.take_along_axis(vectors, np.broadcast_to(order[..., None, :], vectors.shape), axis=-1)


def eigh_by_sector(matrix: ComplexArray) -> tuple[FloatArray, ComplexArray, IntArray]:
    """The same, each eigenvector in the column of a state of its own part, and ascending within the part.

    Args:
        matrix: (..., d, d), Hermitian.

    Returns:
        Eigenvalues (..., d), eigenvectors in columns (..., d, d), and the part that each belongs to (d,), from 0.
    """
    parts = _parts(matrix)
    label = np.empty(matrix.shape[-1], dtype=np.int64)
    for number, part in enumerate(parts):
        label[part] = number
    return *_in_place(matrix, parts), label


def _in_place(matrix: ComplexArray, parts: list[IntArray]) -> tuple[FloatArray, ComplexArray]:
    values, vectors = np.empty(matrix.shape[:-1]), np.zeros_like(matrix)
    for members in _stacked(parts):
        found, turned = np.linalg.eigh(matrix[..., members[:, :, None], members[:, None, :]])
        values[..., members] = found
        vectors[..., members[:, :, None], members[:, None, :]] = turned
    return values, vectors


def _parts(matrix: ComplexArray) -> list[IntArray]:
    """The connected parts of the pattern that the matrix has at any point."""
    pattern = (matrix != 0.0).reshape(-1, *matrix.shape[-2:]).any(axis=0)
    if pattern.all():
        return [np.arange(len(pattern))]
    if len(pattern) <= FEW:  # a graph of a sparse matrix takes longer to make
        label = _first_reached(pattern)
        return [np.flatnonzero(label == first) for first in np.unique(label)]
    row, column = np.nonzero(pattern)
    links = coo_array((np.ones(row.size), (row, column)), shape=pattern.shape)
    count, label = connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    return list(np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1]))


def _first_reached(pattern: BoolArray) -> IntArray:
    """The first state that each is joined to (d,), itself included: that names its part."""
    joined = pattern | pattern.T | np.eye(len(pattern), dtype=bool)
    while True:
        farther = joined @ joined
        if np.array_equal(farther, joined):
            return np.asarray(joined.argmax(axis=-1))
        joined = farther


def _stacked(parts: list[IntArray]) -> list[IntArray]:
    """Parts of one size as rows of one array (n, s), so that LAPACK is called once for each size."""
    sizes = sorted({part.size for part in parts})
    return [np.stack([part for part in parts if part.size == size]) for size in sizes]
