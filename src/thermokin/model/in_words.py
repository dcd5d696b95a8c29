"""Numbers of a bath, a contact or a channel as their `repr` says them."""

from __future__ import annotations

from dataclasses import Field, fields, is_dataclass
from typing import Any

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["InWords", "number_in_words"]


class InWords:
    """A value whose `repr` is its class with its numbers: a number of one point, the range of those of a sweep."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        # A dataclass would write out its arrays unless the class itself has a `__repr__`.
        if "__repr__" not in vars(cls):
            cls.__repr__ = InWords.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        known: tuple[Field[Any], ...] = fields(self) if is_dataclass(self) else ()
        said = (f"{one.name}={_said(getattr(self, one.name))}" for one in known if one.repr)
        return f"{type(self).__name__}({', '.join(said)})"


def _said(value: object) -> str:
    return number_in_words(value) if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" else repr(value)


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
