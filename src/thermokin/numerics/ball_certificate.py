"""A certificate: doubles with radii that provably enclose what they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.numerics.ball_numbers import Ball, decimal_text, nearest_doubles

__all__ = ["Certificate", "certificate_of", "complex_certificate", "with_certificate"]

R = TypeVar("R")


@dataclass(frozen=True, eq=False, repr=False)
class Certificate:
    """An enclosure by ball arithmetic: the exact number lies within `radius` of `value`.

    What is exact is the number of the model as its doubles give it in its own frame: each matrix element of its
    Hamiltonian, each jump amplitude (the double nearest to the square root of a rate), each weight of a current and
    each temperature is taken as the rational number that the double is. How these doubles came about, as from a formula
    of rates, is not certified.

    Args:
        subject: what is enclosed.
        value: (...), doubles.
        radius: (...), of the same shape; infinite where nothing is proven.
        bits: of the arithmetic that did.
        digits: the enclosures with forty digits each, in the order of the flattened values; empty for a state.
    """

    subject: str
    value: FloatArray | ComplexArray
    radius: FloatArray
    bits: int
    digits: tuple[str, ...] = ()

    @property
    def lower(self) -> FloatArray:
        """What the number is at least (...)."""
        return np.nextafter(self.value.real - self.radius, -np.inf)

    @property
    def upper(self) -> FloatArray:
        """What the number is at most (...)."""
        return np.nextafter(self.value.real + self.radius, np.inf)

    @property
    def certified(self) -> BoolArray:
        """Where something is proven (...)."""
        return np.isfinite(self.radius)

    def contains(self, number: object) -> BoolArray:
        """Whether doubles lie within the enclosure.

        Args:
            number: (...), as an array of numbers.

        Returns:
            The answer for each.
        """
        return np.asarray(np.abs(np.asarray(number) - self.value) <= self.radius)

    def __repr__(self) -> str:
        widest = float(np.max(self.radius, initial=0.0))
        if self.value.size == 1 and self.digits:
            return f"Certificate of {self.subject}: {self.digits[0]}, {self.bits} bits"
        return f"Certificate of {self.subject}: {self.value.size} numbers, radius <= {widest:.2g}, {self.bits} bits"


def certificate_of(subject: str, balls: Sequence[Ball], shape: tuple[int, ...], bits: int) -> Certificate:
    """The certificate of real balls.

    Args:
        subject: what they enclose.
        balls: as many as the shape holds.
        shape: of the values.
        bits: that were used.

    Returns:
        The certificate.
    """
    value, radius = nearest_doubles(balls)
    digits = tuple(decimal_text(one) for one in balls)
    return Certificate(subject, value.reshape(shape), radius.reshape(shape), bits, digits)


def complex_certificate(
    subject: str, balls: Sequence[tuple[Ball, Ball]], shape: tuple[int, ...], bits: int
) -> Certificate:
    """The certificate of complex numbers, from balls of their real and imaginary parts.

    Args:
        subject: what they enclose.
        balls: as many pairs as the shape holds.
        shape: of the values.
        bits: that were used.

    Returns:
        The certificate.
    """
    real, real_radius = nearest_doubles([one for one, _ in balls])
    imaginary, imaginary_radius = nearest_doubles([one for _, one in balls])
    radius = np.where(imaginary_radius > 0.0, np.nextafter(real_radius + imaginary_radius, np.inf), real_radius)
    return Certificate(subject, (real + 1j * imaginary).reshape(shape), radius.reshape(shape), bits)


def with_certificate(result: R, certificate: Certificate) -> R:
    """The same result, which carries a certificate.

    Args:
        result: a result with a field `certificate`.
        certificate: of it.

    Returns:
        The result.
    """
    made = copy(result)
    object.__setattr__(made, "certificate", certificate)
    return made
