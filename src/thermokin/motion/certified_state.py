"""The steady state and the gap of a model in ball arithmetic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermokin._errors import ArgumentError, NotConvergedError
from thermokin.liouville.ball_generator import BallGenerator, ball_generators
from thermokin.model.model import Model
from thermokin.numerics.ball_certificate import Certificate, certificate_of, complex_certificate
from thermokin.numerics.ball_decay import least_decay
from thermokin.numerics.ball_numbers import BITS, SHARP, Ball, flint, sharpened, working_precision

__all__ = ["certified_gap", "certified_state", "refuse_start"]

LASTING = "the gap"
GAIN = 8  # bits that a higher precision must win to be worth another
MOST_AT_ONCE = 64  # unknowns whose eigenvalues are all sought in balls


def refuse_start(initial: object) -> None:
    """Refuse a certificate where an initial state would choose among several steady states."""
    if initial is not None:
        raise ArgumentError(
            "`certify` encloses the only steady state of a model; leave `initial` out, or `certify`.", "certify"
        )


def certified_state(model: Model) -> Certificate:
    """An enclosure of the steady state (..., d, d) in the model's frame.

    Args:
        model: the model.

    Returns:
        The certificate; elements that populations do not feed are exactly 0.

    Raises:
        ArgumentError: if there are more than 256 unknowns.
        NotConvergedError: if the state is not proven to be the only one.
        ImportError: if python-flint is not installed.
    """
    flint()
    size, most = model.dimension, 0
    nothing = flint().arb(0)
    pairs: list[tuple[Ball, Ball]] = []
    for generator in ball_generators(model):
        found, bits = _state(generator)
        whole = [(nothing, nothing)] * size**2
        for place, row, column in zip(found, generator.rows.tolist(), generator.columns.tolist(), strict=True):
            whole[row * size + column] = (place.real, place.imag)
        pairs += whole
        most = max(most, bits)
    return complex_certificate("the steady state", pairs, (*model.batch_shape, size, size), most)


def _state(generator: BallGenerator) -> tuple[list[Ball], int]:
    populations = generator.populations.tolist()
    return sharpened(
        lambda: replace(generator).stationary(), lambda found: [found[k].real for k in populations], "the steady state"
    )


def certified_gap(model: Model) -> Certificate:
    """An enclosure of the decay rate (...) of the slowest mode that populations feed [1/time].

    Args:
        model: the model.

    Returns:
        The certificate.

    Raises:
        ArgumentError: if there are more than 256 unknowns.
        NotConvergedError: if there is not proven to be one steady state, or eigenvalues stay in one ball with 0.
        ImportError: if python-flint is not installed.

    Cost:
        One eigensystem in doubles and four products of matrices of balls: 3 s for 256 unknowns.
    """
    flint()
    found = [_gap(generator) for generator in ball_generators(model)]
    most = max((bits for _, bits in found), default=0)
    return certificate_of(LASTING, [one for one, _ in found], model.batch_shape, most)


def _gap(point: BallGenerator) -> tuple[Ball, int]:
    """The gap with the bits that it took; as doubles leave it where more bits do not narrow it."""
    best, spent = None, 0
    for bits in BITS:
        with working_precision(bits):
            try:
                made = _least(replace(point))
            except (ZeroDivisionError, ValueError):  # eigenvectors or eigenvalues not apart
                continue
        wider = best is not None and made.rel_accuracy_bits() <= best.rel_accuracy_bits() + GAIN
        best, spent = (best, spent) if wider else (made, bits)
        if wider or made.rel_accuracy_bits() >= SHARP:
            break
    if best is None:
        raise NotConvergedError(
            f"{LASTING} is not certified: with {BITS[-1]} bits no single steady state is proven.",
            np.inf,
            "Look whether there is more than one steady state; leave `certify` out otherwise.",
        )
    return best, spent


def _least(generator: BallGenerator) -> Ball:
    try:
        return least_decay(generator.matrix)
    except ZeroDivisionError:
        if generator.size > MOST_AT_ONCE:
            raise
    # Eigenvectors that meet, as at an exceptional point, need more than doubles.
    generator.stationary()  # raises unless the zero is proven to be a simple one
    values = flint().acb_mat(generator.matrix).eig(multiple=True)
    decaying = [-one.real for one in values if not one.contains(0)]
    if len(decaying) != len(values) - 1:
        raise ZeroDivisionError("an eigenvalue is in one ball with 0.")
    smallest = decaying[0] if decaying else flint().arb(0)
    for one in decaying[1:]:
        smallest = smallest.min(one)
    return smallest
