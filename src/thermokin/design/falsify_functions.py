"""Functions of inequalities, of doubles and of balls alike: an inequality is written once and evaluated in both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from thermokin.bounds.inverse_x_tanh_x import information
from thermokin.numerics.ball_information import ball_information

__all__ = ["asinh", "exp", "log", "sinh", "sqrt", "tanh", "thermo_kinetic_information"]


def _is_ball(number: Any) -> bool:
    return hasattr(number, "rel_accuracy_bits")


def _of_both(name: str, ufunc: np.ufunc, what: str, *example: str) -> Callable[[Any], Any]:
    """A function of one number: the method of that name of balls, the ufunc of doubles."""

    def function(number: Any) -> Any:
        return getattr(number, name)() if _is_ball(number) else ufunc(number)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""{what} of doubles (...) or of a ball.

    Args:
        number: doubles or a ball.

    Returns:
        As many of the same kind.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> from flint import arb
        """ + "\n        ".join(example)
    return function


sqrt = _of_both(
    *("sqrt", np.sqrt, "The square root"),
    ">>> float(tk.design.functions.sqrt(4.0)), tk.design.functions.sqrt(arb(4)) == 2",
    "(2.0, True)",
)
log = _of_both(
    *("log", np.log, "The natural logarithm"),
    ">>> round(float(tk.design.functions.log(2.0)), 10), tk.design.functions.log(arb(2)).overlaps(arb.const_log2())",
    "(0.6931471806, True)",
)
exp = _of_both(
    *("exp", np.exp, "The exponential"),
    ">>> float(tk.design.functions.exp(0.0)), tk.design.functions.exp(arb(0)) == 1",
    "(1.0, True)",
)
sinh = _of_both(
    *("sinh", np.sinh, "The hyperbolic sine"),
    ">>> round(float(tk.design.functions.sinh(math.log(2.0))), 10)  # (2 - 1/2) / 2",
    "0.75",
)
asinh = _of_both(
    *("asinh", np.arcsinh, "The inverse hyperbolic sine"),
    ">>> round(float(tk.design.functions.asinh(0.75)), 10), round(math.log(2.0), 10)",
    "(0.6931471806, 0.6931471806)",
)
tanh = _of_both(
    *("tanh", np.tanh, "The hyperbolic tangent"),
    ">>> round(float(tk.design.functions.tanh(math.log(2.0))), 10)  # (4 - 1) / (4 + 1)",
    "0.6",
)


def thermo_kinetic_information(entropy: Any, activity: Any) -> Any:
    """A tanh^2 Phi(S / 2A), Phi the inverse of x tanh x, of doubles (...) or of balls.

    Args:
        entropy: S, entropy production.
        activity: A, number of jumps.

    Returns:
        The information of both.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> sigma, A = np.array([2.0 * math.tanh(1.0)]), np.array([1.0])
        >>> tk.design.functions.thermo_kinetic_information(sigma, A).round(8), round(math.tanh(1.0) ** 2, 8)
        (array([0.58002566]), 0.58002566)
    """
    if _is_ball(entropy):
        return ball_information(entropy, activity)
    return information(np.asarray(entropy, dtype=np.float64), np.asarray(activity, dtype=np.float64))
