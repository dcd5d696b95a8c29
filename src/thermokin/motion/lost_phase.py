"""What rounding of the generator does to a motion that is long beside its fastest element."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray

__all__ = ["EPS", "LOST", "require_phase"]

EPS = float(np.finfo(float).eps)
LOST = 1e-7  # error of an element beyond which a state is not given out


def require_phase(rate: FloatArray, times: FloatArray, amplitude: FloatArray) -> None:
    """Refuse a motion whose phases and slow decays rounding has changed by more than a ten millionth.

    A generator is known to eps times its largest element; what still moves at time t is wrong by that times t.

    Args:
        rate: what is not known of the generator (...) [1/time].
        times: (..., t) [time].
        amplitude: of what moves (..., t).

    Raises:
        NotConvergedError: if the error is too large, or the amplitude is no number.
    """
    lost = float(np.max(rate[..., None] * times * amplitude, initial=0.0))
    if not lost <= LOST:
        raise NotConvergedError(
            "the phases and slow parts of a coherent motion this long are lost: "
            f"rounding of its fastest rate makes errors of {lost:.1e} in the state.",
            lost,
            "Work in the rotating frame or with a model made by davies(...), where fast phases are no part of the "
            "generator; ask for shorter times, or for the steady state.",
        )
