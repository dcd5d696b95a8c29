"""Terms of a generator between real coordinates."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray

__all__ = ["Terms", "joined", "nonzero", "without_rounding"]

Terms: TypeAlias = tuple[IntArray, IntArray, FloatArray]  # target, source (m,) and value (..., m)

ROUNDING = 1e-15  # of a product of two complex numbers, in the part that would vanish


def joined(*parts: Terms) -> Terms:
    """Lists of terms as one.

    Args:
        parts: the lists, with the same leading axes.

    Returns:
        All of them.
    """
    target, source, values = zip(*parts, strict=True)
    return np.concatenate(target), np.concatenate(source), np.concatenate(values, axis=-1)


def nonzero(values: FloatArray) -> BoolArray:
    """Which terms are nonzero at some point of a sweep.

    Args:
        values: (..., m).

    Returns:
        (m,).
    """
    if values.ndim == 1:
        return np.asarray(values != 0.0)
    return np.asarray((values != 0.0).any(axis=tuple(range(values.ndim - 1))))


def without_rounding(products: ComplexArray | FloatArray) -> ComplexArray | FloatArray:
    """Products of two amplitudes, a part that is rounding beside the whole set to zero: it would link by accident.

    Args:
        products: (..., m).

    Returns:
        (..., m).
    """
    if not np.iscomplexobj(products):
        return products
    least = ROUNDING * np.abs(products)
    real = np.where(np.abs(products.real) > least, products.real, 0.0)
    return np.asarray(real + 1j * np.where(np.abs(products.imag) > least, products.imag, 0.0))
