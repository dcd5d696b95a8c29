"""Eigenvectors of a Hermitian matrix, sector by sector: what its zeros keep apart is not mixed by rounding."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin._typing import ComplexArray, FloatArray, IntArray

__all__ = ["eigh_in_sectors"]


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
    values = np.empty(matrix.shape[:-1])
    vectors = np.zeros_like(matrix)
    at = 0
    for members in _stacked(parts):
        found, turned = np.linalg.eigh(matrix[..., members[:, :, None], members[:, None, :]])
        width = members.size
        place = np.arange(at, at + width).reshape(members.shape)
        values[..., place.ravel()] = found.reshape(*found.shape[:-2], width)
        vectors[..., members[:, :, None], place[:, None, :]] = turned
        at += width
    order = np.argsort(values, axis=-1, kind="stable")
    values = np.take_along_axis(values, order, axis=-1)
    return values, np.take_along_axis(vectors, np.broadcast_to(order[..., None, :], vectors.shape), axis=-1)


def _parts(matrix: ComplexArray) -> list[IntArray]:
    """The connected parts of the pattern that the matrix has at any point."""
    pattern = (matrix != 0.0).reshape(-1, *matrix.shape[-2:]).any(axis=0)
    row, column = np.nonzero(pattern)
    links = coo_array((np.ones(row.size), (row, column)), shape=pattern.shape)
    count, label = connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    return list(np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1]))


def _stacked(parts: list[IntArray]) -> list[IntArray]:
    """Parts of one size as rows of one array (n, s), so that LAPACK is called once for each size."""
    sizes = sorted({part.size for part in parts})
    return [np.stack([part for part in parts if part.size == size]) for size in sizes]
