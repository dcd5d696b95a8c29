"""The refusal of currents that count what is infinite."""

from __future__ import annotations

import numpy as np

from thermokin.model.current import Current

__all__ = ["require_finite_weights"]


def require_finite_weights(current: Current, wanted: str) -> None:
    """Refuse to count what is infinite.

    Args:
        current: the current.
        wanted: what it has none of, for the message.

    Raises:
        ValueError: if a weight is not finite.
    """
    if not np.isfinite(current.weights).all():
        raise ValueError(
            f"current {current.name!r} has infinite weights, so that it has no {wanted}: the entropy of a jump that "
            "nothing undoes, or of heat into a bath at temperature 0, is infinite; count the activity, the heat or "
            "the entropy flow of the other baths, or give the model the missing jump."
        )
