"""Functions of inequalities, of doubles and of balls alike: an inequality is written once and evaluated in both."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin.bounds.inverse_x_tanh_x import information
from thermokin.numerics.ball_information import ball_information

__all__ = ["asinh", "exp", "log", "sinh", "sqrt", "tanh", "thermo_kinetic_information"]


def sqrt(number: Any) -> Any:
    """The square root of doubles (...) or of a ball."""
    return number.sqrt() if _is_ball(number) else np.sqrt(number)


def log(number: Any) -> Any:
    """The natural logarithm of doubles (...) or of a ball."""
    return number.log() if _is_ball(number) else np.log(number)


def exp(number: Any) -> Any:
    """The exponential of doubles (...) or of a ball."""
    return number.exp() if _is_ball(number) else np.exp(number)


def sinh(number: Any) -> Any:
    """The hyperbolic sine of doubles (...) or of a ball."""
    return number.sinh() if _is_ball(number) else np.sinh(number)


def asinh(number: Any) -> Any:
    """The inverse hyperbolic sine of doubles (...) or of a ball."""
    return number.asinh() if _is_ball(number) else np.arcsinh(number)


def tanh(number: Any) -> Any:
    """The hyperbolic tangent of doubles (...) or of a ball."""
    return number.tanh() if _is_ball(number) else np.tanh(number)


def thermo_kinetic_information(entropy: Any, activity: Any) -> Any:
    """A tanh^2 Phi(S / 2A), Phi the inverse of x tanh x, of doubles (...) or of balls.

    Args:
        entropy: S, entropy production.
        activity: A, number of jumps.

    Returns:
        The information of both.
    """
    if _is_ball(entropy):
        return ball_information(entropy, activity)
    return information(np.asarray(entropy, dtype=np.float64), np.asarray(activity, dtype=np.float64))


def _is_ball(number: Any) -> bool:
    return hasattr(number, "rel_accuracy_bits")
