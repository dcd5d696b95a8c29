"""The inverse of x tanh x in ball arithmetic, and the information of entropy production and activity."""

from __future__ import annotations

from thermokin.numerics.ball_numbers import Ball, flint

__all__ = ["ball_information", "ball_inverse_x_tanh_x"]

STEPS = 100


def ball_inverse_x_tanh_x(value: Ball) -> Ball:
    """Phi with Phi tanh Phi = value, proven by a change of sign of a growing function.

    Args:
        value: a real ball, > 0.

    Returns:
        A real ball; not finite where the value is not proven to be positive.
    """
    if not value > 0:
        return flint().arb.nan()
    ends = [_end(flint().arb(one), sign) for one, sign in ((value.lower(), -1), (value.upper(), 1))]
    return ends[0].union(ends[1])


def _end(value: Ball, sign: int) -> Ball:
    """A number that is proven to lie below (sign -1) or above (sign 1) the inverse at an exact value."""
    guess = value.sqrt() if value < 1 else value
    for _ in range(STEPS):
        lead = guess.tanh()
        step = ((guess * lead - value) / (lead + guess * (1 - lead * lead))).mid()
        guess = (guess - step).mid()
        if abs(step) <= abs(guess) * flint().arb(2) ** (8 - flint().ctx.prec):
            break
    share = flint().arb(2) ** (12 - flint().ctx.prec)
    for _ in range(STEPS):
        end = (guess * (1 + sign * share)).mid()
        left = end * end.tanh() - value
        if (left > 0) if sign > 0 else (left < 0):
            return end
        share = share * 4
    return flint().arb.nan()


def ball_information(entropy: Ball, activity: Ball) -> Ball:
    """A tanh^2 Phi(S / 2A).

    Args:
        entropy: S, a real ball.
        activity: A, a real ball, > 0.

    Returns:
        A real ball.
    """
    if not entropy > 0:
        return flint().arb(0) if entropy.is_zero() else flint().arb.nan()
    return activity * ball_inverse_x_tanh_x(entropy / (2 * activity)).tanh() ** 2
