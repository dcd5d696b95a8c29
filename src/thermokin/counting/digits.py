"""Numbers of which fewer than six digits are left are refused."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray

__all__ = ["require_digits"]

WANTED = 1e-6  # error, relative to a number or to the sum of what could cancel in it, up to which it is given


def require_digits(values: FloatArray, error: FloatArray, scale: FloatArray, what: str) -> None:
    """Refuse numbers whose rounding error is beyond a millionth both of themselves and of their scale.

    A number that vanishes because what it sums cancels is right to rounding of its scale, and is given.

    Args:
        values: the numbers (...).
        error: of each.
        scale: sum of the sizes of what each of them sums (...).
        what: names them.

    Raises:
        NotConvergedError: if one is lost.
    """
    wanted = WANTED * np.maximum(np.abs(values), scale)
    # Written so that a number that is none is refused.
    lost = ~(error <= wanted)
    if not lost.any():
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(lost, error / np.maximum(np.abs(values), scale), 0.0)
    worst = float(np.nan_to_num(relative, nan=np.inf, posinf=np.inf).max())
    raise NotConvergedError(
        f"{what} lost its digits: rounding moves it by some {worst:.1e} of itself, because parts of the "
        "system are nearly decoupled or their counts cancel.",
        worst,
        "Ask for Dense() if the method was another; else leave out the links that are too slow to matter, write the "
        "model in a basis in which its slow modes are populations, or ask for a lower order.",
    )
