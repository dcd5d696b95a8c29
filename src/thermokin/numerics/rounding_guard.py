"""What rounding has done to a motion, and the refusal of what it has changed by too much."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray

__all__ = ["EPS", "LOST", "UNDERFLOW", "require_phase", "require_probability", "require_trace"]

EPS = float(np.finfo(float).eps)
LOST = 1e-7  # error of an element beyond which a state is not given out
KEPT = 1e-8  # change of a probability of one beyond which nothing that follows from it is given out
UNDERFLOW = 1e-290  # numbers below this have lost digits, or all of them


def _require(lost: float, allowed: float, finding: str, remedy: str) -> None:
    if not lost <= allowed:  # numbers that are none have lost everything
        raise NotConvergedError(finding.format(lost), lost, remedy)


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
    _require(
        float(np.max(rate[..., None] * times * amplitude, initial=0.0)),
        LOST,
        "the phases and slow parts of a coherent motion this long are lost: "
        "rounding of its fastest rate makes errors of {:.1e} in the state.",
        "Work in the rotating frame or with a model made by davies(...), where fast phases are no part of the "
        "generator; ask for shorter times, or for the steady state.",
    )


def require_trace(populations: FloatArray) -> None:
    """Refuse states (..., n) whose trace of one rounding has changed by more than a hundred millionth.

    Args:
        populations: (..., n).

    Raises:
        NotConvergedError: if it has.
    """
    _require(
        float(np.abs(populations.sum(axis=-1) - 1.0).max()),
        KEPT,
        "the propagation lost {:.1e} of the state's trace: its times are too long beside the fastest rate.",
        "Ask for shorter times, or for the steady state.",
    )


def require_probability(probability: FloatArray, start: FloatArray) -> None:
    """Refuse counted states whose probability rounding has changed by more than a hundred millionth.

    Args:
        probability: at all times (..., t).
        start: at time 0 (...).

    Raises:
        NotConvergedError: if it has.
    """
    _require(
        float(np.max(np.abs(probability - start[..., None]), initial=0.0)),
        KEPT,
        "the times are too long beside the fastest rate: rounding changed the probability of one by {:.1e}.",
        "Ask for shorter times or a lower `order`, or for the cumulants per time of the steady state.",
    )
