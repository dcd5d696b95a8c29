"""Numbers of a bath, a contact or a channel as their `repr` says them."""

from __future__ import annotations

from thermokin._typing import FloatArray

__all__ = ["number_in_words"]


def number_in_words(number: FloatArray) -> str:
    """A number of one point, or the range of those of a sweep.

    Args:
        number: (...).

    Returns:
        "0.3", or "0.1 ... 0.5 over (41,)".
    """
    if number.ndim == 0:
        return f"{float(number):.6g}"
    if number.size == 0:
        return f"none over {number.shape}"
    return f"{float(number.min()):.6g} ... {float(number.max()):.6g} over {number.shape}"
