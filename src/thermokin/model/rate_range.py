"""The range in which the rates of a model must lie, so that products and quotients of two are numbers."""

from __future__ import annotations

import numpy as np

from thermokin.model.jump_table import JumpTable
from thermokin.numerics.level_sums import over_levels
from thermokin.operators.numbers import LARGEST

__all__ = ["require_moderate_rates"]

SMALLEST = 1.0 / LARGEST  # of the largest rate, so that quotients of two are numbers


def require_moderate_rates(table: JumpTable) -> None:
    """Refuse jumps whose largest rate is too large or too small.

    Args:
        table: the jumps.

    Raises:
        ValueError: if it is.
    """
    if table.entries == 0:
        return
    amplitude = np.abs(table.amplitude) if np.iscomplexobj(table.amplitude) else table.amplitude
    # The ends of the amplitudes say it without a copy of them; NaN fails every comparison.
    with np.errstate(over="ignore", under="ignore"):
        largest = np.maximum(over_levels(np.maximum, amplitude), -over_levels(np.minimum, amplitude)) ** 2
    wrong = ~((largest == 0.0) | ((largest >= SMALLEST) & (largest <= LARGEST)))
    if wrong.any():
        raise ValueError(
            f"the largest of the rates of the model must lie between {SMALLEST:g} and {LARGEST:g}, or be 0, "
            f"got {largest[wrong][0]:g}; choose other units, or other temperatures beside the gaps."
        )
