"""Linear systems of mpmath's matrices, solved by FLINT: the same digits, a hundred times as fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flint
import mpmath
from mpmath import mp

Matrix = Any  # mpmath.matrix
Balls = Any  # flint.acb_mat, and its elements
ZERO = flint.acb(0)
SPARE = 30  # bits beside those of mpmath


@contextmanager
def precision() -> Iterator[None]:
    """FLINT works in the digits of mpmath and a few more."""
    before = flint.ctx.prec
    flint.ctx.prec = mp.prec + SPARE
    try:
        yield
    finally:
        flint.ctx.prec = before


def solved(system: Matrix, right: Matrix) -> Matrix:
    """The x of A x = b, to the precision that mpmath works in."""
    with precision():
        return numbers(balls(system).solve(balls(right), algorithm="approx"))


def balls(matrix: Matrix) -> Balls:
    """A matrix of mpmath in FLINT, exactly."""
    return flint.acb_mat([[_ball(one) for one in row] for row in matrix.tolist()])


def numbers(found: Balls) -> Matrix:
    """The midpoints of a matrix of FLINT in mpmath."""
    return mpmath.matrix([[number(one) for one in row] for row in found.tolist()])


def number(ball: Balls) -> Any:
    """The midpoint of a ball."""
    return mp.mpc(_real(ball.real), _real(ball.imag))


def _ball(one: Any) -> Balls:
    parts = one._mpc_ if isinstance(one, mp.mpc) else (mp.mpf(one)._mpf_,)
    return flint.acb(*(_exact(part) for part in parts)) if any(part[1] for part in parts) else ZERO


def _exact(part: Any) -> Any:
    sign, mantissa, exponent, _ = part
    return flint.arb(flint.arf((-int(mantissa) if sign else int(mantissa), int(exponent)))) if mantissa else 0


def _real(part: Any) -> Any:
    mantissa, exponent = part.mid().man_exp()
    return mp.ldexp(mp.mpf(int(mantissa)), int(exponent)) if mantissa else mp.zero
