"""Hits of a search in ball arithmetic: proven, or rejected as rounding."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from thermokin._errors import ThermokinError
from thermokin._typing import FloatArray
from thermokin.design.falsify_inequality import Inequality, OfTheorem
from thermokin.design.falsify_landscape import Landscape
from thermokin.design.falsify_result import COUNTEREXAMPLE, OPEN, ROUNDING, WITHIN, Candidate
from thermokin.design.falsify_study import study_of
from thermokin.design.falsify_systems import System
from thermokin.numerics.ball_certificate import Certificate, certificate_of
from thermokin.numerics.ball_numbers import BITS, SHARP, Ball, working_precision

__all__ = ["judged"]

Tables = Callable[[Mapping[str, float]], Mapping[str, Any]]


def judged(landscape: Landscape, point: FloatArray, slack: float, tables: Tables | None) -> Candidate:
    """A hit with what ball arithmetic says of it.

    Args:
        landscape: where it was found.
        point: of the cube.
        slack: in doubles.
        tables: makes the tables of a study file of the numbers; None for families of the library's own functions.

    Returns:
        The candidate.
    """
    numbers = dict(zip(landscape.names, landscape.numbers(point).tolist(), strict=True))
    system = landscape.system(point)
    verdict, reason, certificate = _verdict(landscape.inequality, system)
    study = study_of(landscape, point, numbers, tables) if verdict == COUNTEREXAMPLE else ""
    return Candidate(numbers, slack, verdict, reason, certificate, study, system)


def _verdict(inequality: Inequality | OfTheorem, system: System) -> tuple[str, str, Certificate | None]:
    try:
        slack, bits = _proven(inequality.in_balls(system))
    except (ThermokinError, ValueError, ZeroDivisionError) as refused:
        return (WITHIN if _covered(inequality, system) else OPEN), str(refused), None
    certificate = certificate_of(f"slack of {inequality.name!r}", [slack], (), bits)
    if not math.isfinite(float(certificate.radius)):
        return OPEN, "the slack is not finite in ball arithmetic", certificate
    return (COUNTEREXAMPLE if slack < 0 else ROUNDING), "", certificate


def _covered(inequality: Inequality | OfTheorem, system: System) -> bool:
    try:
        return isinstance(inequality, OfTheorem) and inequality.covered(system)
    except (ThermokinError, ValueError, ArithmeticError):
        return False


def _proven(make: Callable[[], Ball]) -> tuple[Ball, int]:
    """The slack with its sign and forty digits, or with as many bits as there are."""
    slack: Ball | None = None
    for bits in BITS:
        with working_precision(bits):
            try:
                slack = make()
            except ZeroDivisionError:
                continue
            if slack.is_finite() and not slack.contains(0) and slack.rel_accuracy_bits() >= SHARP:
                return slack, bits
    if slack is None:
        raise ZeroDivisionError("the steady state is not proven to be the only one.")
    return slack, BITS[-1]
