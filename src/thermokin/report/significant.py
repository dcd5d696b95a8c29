"""Numbers as a paper prints them: so many significant digits, powers of ten, a true minus, and the sign of infinity."""

from __future__ import annotations

import math
from numbers import Integral, Real

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALLEST_PLAIN_EXPONENT = -2

MOST_DIGITS = 10


def digits_that_decide(one: float | str, other: float | str, least: int) -> int:
    """How many digits tell two numbers apart.

    Args:
        one: a number, or words where there is none.
        other: another.
        least: as few as that are enough for numbers that differ anyway.

    Returns:
        Digits with which they look different; ten if they look alike with ten.
    """
    if isinstance(one, str) or isinstance(other, str) or not (math.isfinite(one) and math.isfinite(other)):
        return least
    different = (n for n in range(least, MOST_DIGITS) if significant(one, n) != significant(other, n))
    return next(different, MOST_DIGITS if one or other else least)


def significant(value: float, digits: int = 3) -> str:
    """A number in print.

    Numbers from 0.01 up to where `digits` digits end before the decimal point are written out, others as a power of
    ten: 0.0158, 1.58, 158, 1.58×10³, 1.58×10⁻³. Whole numbers of an integer type are written in full. Infinity is ∞.

    Args:
        value: the number.
        digits: significant digits, 1 or more.

    Returns:
        The text, with a true minus sign.

    Raises:
        TypeError: if the value is not a real number.
        ValueError: if the value is NaN, or fewer than one digit is asked for.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"`value` must be a real number, got {type(value).__name__}.")
    if digits < 1:
        raise ValueError(f"`digits` must be 1 or larger, got {digits}.")
    if isinstance(value, Integral):
        return f"{int(value)}".replace("-", "−")
    number = float(value)
    if math.isnan(number):
        raise ValueError("`value` must not be NaN; say in words why there is no number.")
    if math.isinf(number):
        return "∞" if number > 0.0 else "−∞"
    if number == 0.0:
        return "0"
    mantissa, _, power = f"{number:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if _SMALLEST_PLAIN_EXPONENT <= exponent < digits:
        text = f"{number:.{digits - 1 - exponent}f}"
    else:
        text = f"{mantissa}×10{str(exponent).translate(SUPERSCRIPT)}"
    return text.replace("-", "−")
