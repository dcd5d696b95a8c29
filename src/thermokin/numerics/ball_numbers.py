"""Ball arithmetic: numbers that carry a proven bound of their own error, by python-flint."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeAlias, TypeVar

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray

__all__ = [
    "BITS",
    "SHARP",
    "Ball",
    "ball",
    "complex_ball",
    "decimal_text",
    "enclosed",
    "flint",
    "nearest_doubles",
    "sharpened",
    "working_precision",
]

Ball: TypeAlias = Any
"""A real ball of python-flint (`arb`), or a complex one (`acb`)."""
BITS = (192, 384, 768, 1536, 3072)
DIGITS = 40
SHARP = 136  # bits of relative accuracy: forty decimal digits and a few more
Made = TypeVar("Made")


def flint() -> ModuleType:
    """The package python-flint.

    Returns:
        The module.

    Raises:
        ImportError: if it is not installed.
    """
    try:
        import flint as found
    except ImportError as missing:
        raise ImportError(
            "certificates need python-flint; install it with: pip install 'thermokin[certify]'."
        ) from missing
    return found


@contextmanager
def working_precision(bits: int) -> Iterator[ModuleType]:
    """Ball arithmetic with so many bits; what was set before is set again after it.

    Args:
        bits: of the midpoints.

    Yields:
        The module.
    """
    found = flint()
    before = found.ctx.prec
    found.ctx.prec = bits
    try:
        yield found
    finally:
        found.ctx.prec = before


def ball(number: float) -> Ball:
    """A double as a ball of radius 0: the rational number that it is."""
    return flint().arb(float(number))


def complex_ball(number: complex) -> Ball:
    """A complex double as a ball of radius 0."""
    found = flint()
    return found.acb(found.arb(float(number.real)), found.arb(float(number.imag)))


def sharpened(make: Callable[[], Made], balls_of: Callable[[Made], Sequence[Ball]], what: str) -> tuple[Made, int]:
    """Balls of forty digits each, with as many bits as that takes.

    Args:
        make: makes what is wanted at the precision that is set; a ZeroDivisionError says that balls are too wide.
        balls_of: the balls in it that must be sharp.
        what: is wanted, for the error.

    Returns:
        What was made, and the bits.

    Raises:
        NotConvergedError: if the most bits do not do.
    """
    found: Made | None = None
    for bits in BITS:
        with working_precision(bits):
            try:
                found = make()
            except (ZeroDivisionError, ValueError):  # a matrix not proven regular, eigenvalues not apart
                continue
            balls = balls_of(found)
            # An exact zero has no relative accuracy, and one that is not proven shows the absolute one.
            if all(one.is_finite() and (one.rel_accuracy_bits() >= SHARP or _tiny(one, balls)) for one in balls):
                return found, bits
    if found is not None and all(one.is_finite() for one in balls_of(found)):
        return found, BITS[-1]
    raise NotConvergedError(
        f"{what} is not certified: with {BITS[-1]} bits the generator is not proven regular.",
        np.inf,
        "Look whether there is more than one steady state; leave `certify` out otherwise.",
    )


def _tiny(one: Ball, balls: Sequence[Ball]) -> bool:
    """Whether a ball is so narrow beside the largest of its fellows that more bits would say nothing."""
    largest = max(float(abs(other).abs_upper()) for other in balls)
    radius = float(one.rad())
    return radius <= math.ldexp(largest, -2 * SHARP) or (bool(one.contains(0)) and radius == 0.0)


def enclosed(one: Ball) -> tuple[float, float]:
    """A double and a radius around it that encloses a real ball.

    Args:
        one: the ball.

    Returns:
        Midpoint and radius; the radius is infinite where the ball is not finite.
    """
    if not one.is_finite():
        return math.nan, math.inf
    value = float(one.mid())
    if not math.isfinite(value):
        return math.nan, math.inf
    with working_precision(4 * DIGITS):
        missed = abs(one - flint().arb(value)).abs_upper()
        radius = float(missed)
        while not flint().arb(radius) >= missed:
            radius = math.nextafter(radius, math.inf)
    return value, radius


def nearest_doubles(balls: Sequence[Ball]) -> tuple[FloatArray, FloatArray]:
    """Doubles and radii that enclose real balls.

    Args:
        balls: n of them.

    Returns:
        Values (n,) and radii (n,).
    """
    pairs = [enclosed(one) for one in balls]
    return np.array([value for value, _ in pairs]), np.array([radius for _, radius in pairs])


def decimal_text(one: Ball) -> str:
    """Forty digits of a real ball with its radius, all of them proven.

    Args:
        one: the ball.

    Returns:
        The text, as "[2.04 +/- 1.2e-40]".
    """
    with working_precision(8 * DIGITS):
        return str(one.str(DIGITS))
