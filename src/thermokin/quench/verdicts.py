"""The verdicts on a pair of quenches: what is claimed of heating against cooling, held against the numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics.level_sums import over_levels
from thermokin.operators.measures import Distance
from thermokin.quench.both import at_once
from thermokin.quench.branch import Branch
from thermokin.quench.clocks import Matched, matched_completion, matched_heat
from thermokin.quench.heat_to_end import exchanges_heat
from thermokin.quench.spectral_account import without_slowest
from thermokin.quench.verdict import TIE, Verdict, larger, smaller

__all__ = ["verdicts"]

ROUNDING = 100.0 * np.finfo(float).eps  # of populations, once all is worked out from their differences
NOBODY = 4.0  # a margin above all others, which are between -2 and 2


def verdicts(heating: Branch, cooling: Branch, crossing: FloatArray) -> tuple[Verdict, ...]:
    """What holds for this pair. None of the statements is universal.

    Args:
        heating: one branch.
        cooling: the other, at the same times.
        crossing: when the entropy production rates cross (...), nan where they do not.

    Returns:
        The verdicts, each with its two numbers.
    """
    found = [_initial_rate(heating, cooling), _gap(heating, cooling), _crosses(heating, crossing)]
    found += _totals(heating, cooling)
    rest: list[Callable[[], Verdict]] = [partial(_ahead_in_completion, heating, cooling)]
    rest += [partial(_ahead_in_distance, heating, cooling, measure) for measure in heating.measures]
    rest += _about_heat(heating, cooling)
    found += at_once(rest, heating.evolution.populations.size)
    resolution = np.maximum(_resolution(heating), _resolution(cooling))
    return tuple(v if v.name in {"gap", "crossing"} else replace(v, resolution=resolution) for v in found)


def _resolution(branch: Branch) -> FloatArray:
    """What rounding may make of a number that a quench between nearly equal states gives, relative to it (...)."""
    initial = branch.evolution.initial
    if initial.matrix is not None:
        return np.zeros(())
    start, final = initial.populations, branch.final_populations
    size = np.maximum(start, final)
    change = over_levels(np.maximum, np.abs(start - final) / np.where(size > 0.0, size, 1.0))
    # A state that does not change at all gives exact zeros.
    return np.where(change > 0.0, ROUNDING / np.where(change > 0.0, change, 1.0), 0.0)


def _initial_rate(heating: Branch, cooling: Branch) -> Verdict:
    start = np.zeros(1)
    rates = [branch.at(start).ledger.entropy_production_rate[..., 0] for branch in (heating, cooling)]
    return larger(
        "initial rate",
        "heating starts with the larger entropy production rate",
        rates[0],
        rates[1],
        "nats/time",
        np.zeros(()),
    )


def _gap(heating: Branch, cooling: Branch) -> Verdict:
    nothing = without_slowest(heating, cooling)
    return larger(
        "gap",
        "heating has the larger spectral gap",
        heating.modes.gap,
        cooling.modes.gap,
        "1/time",
        about=f"decay rate of the slowest mode, of which {nothing}" if nothing else "",
    )


def _crosses(heating: Branch, crossing: FloatArray) -> Verdict:
    """The crossing time against the last time given; inf where the rates do not cross."""
    when = np.where(np.isnan(crossing), np.inf, crossing)
    return Verdict(
        "crossing",
        "the entropy production rates cross within the times given",
        when,
        np.broadcast_to(heating.times[..., -1], when.shape),
        larger=False,
        time=crossing,
        unit="time",
        labels=("crossing", "last time"),
    )


def _totals(heating: Branch, cooling: Branch) -> list[Verdict]:
    try:
        totals = heating.ledger.total_entropy_production, cooling.ledger.total_entropy_production
    except HypothesisError:
        return []  # the total diverges or is not known in closed form: nothing to compare
    return [smaller("total", "heating produces less entropy in total", *totals, "nats")]


def _worst(heating: FloatArray, cooling: FloatArray, times: FloatArray, want: float) -> tuple[FloatArray, ...]:
    """The pair of numbers, and its time, at which a claim over all times is closest to failing."""
    one, two = np.broadcast_arrays(heating, cooling)
    with np.errstate(invalid="ignore", divide="ignore"):
        margin = one - two
        endless = np.isinf(margin)
        margin /= want * np.maximum(np.abs(one), np.abs(two))
        margin[endless] = np.where(one > two, want, -want)[endless]
    # Times at which nobody leads (two nothings, two infinities, both at rest) say nothing, unless there are no others:
    # then the first one is told, not the one that rounding makes the closest.
    margin[~(np.abs(margin) > TIE)] = NOBODY
    at = np.argmin(set_at_start(margin, times, np.inf), axis=-1)[..., None]
    return tuple(np.take_along_axis(np.broadcast_to(x, one.shape), at, axis=-1)[..., 0] for x in (one, two, times))


def _ahead_in_completion(heating: Branch, cooling: Branch) -> Verdict:
    left = [branch.kinematics.remaining for branch in (heating, cooling)]
    one, two, time = _worst(left[0], left[1], heating.times, -1.0)
    return smaller(
        "ahead in completion",
        "heating stays ahead in completion at all times given",
        one,
        two,
        time=time,
        about="fraction of the length left, where it is closest",
    )


def _ahead_in_distance(heating: Branch, cooling: Branch, measure: Distance) -> Verdict:
    left = [branch.remaining(measure) for branch in (heating, cooling)]
    one, two, time = _worst(left[0], left[1], heating.times, -1.0)
    return smaller(
        f"ahead in {measure.name}",
        f"heating stays ahead in {measure.name} at all times given",
        one,
        two,
        time=time,
        about="fraction left, where it is closest",
    )


def _steadier_at_equal_time(heating: Branch, cooling: Branch) -> Verdict:
    ratios = heating.heat.relative_variance, cooling.heat.relative_variance
    one, two, time = _worst(ratios[0], ratios[1], heating.times, -1.0)
    return smaller(
        "steadier at equal time",
        "heating has the smaller relative heat variance at all times given",
        one,
        two,
        time=time,
        about="Var Q / ⟨Q⟩^{2}, where it is closest",
    )


def _steadier_at_completion(heating: Branch, cooling: Branch) -> Verdict:
    return _steadier_at(matched_completion(heating, cooling))


def _steadier_at_heat(heating: Branch, cooling: Branch) -> Verdict:
    match = matched_heat(heating, cooling)
    verdict = _steadier_at(match)
    flowing = np.isnan(match.level).all()
    return replace(verdict, reason="heat flows on at rest, so that it has no total") if flowing else verdict


def _steadier_at(match: Matched) -> Verdict:
    return smaller(
        f"steadier at equal {match.clock}",
        f"heating has the smaller relative heat variance at equal {match.clock}",
        match.relative_variances[0],
        match.relative_variances[1],
        about="Var Q / ⟨Q⟩^{2}, half of the way",
    )


def _about_heat(heating: Branch, cooling: Branch) -> list[Callable[[], Verdict]]:
    """The verdicts about heat; not applicable where one of the two quenches exchanges none."""
    verdicts_of = (_steadier_at_equal_time, _steadier_at_completion, _steadier_at_heat)
    without = [side.quench.name for side in (heating, cooling) if not exchanges_heat(side)]
    if not without:
        return [partial(verdict, heating, cooling) for verdict in verdicts_of]
    reason = f"no heat is exchanged with a bath in {' and in '.join(map(repr, without))}"
    return [partial(_not_applicable, heating, cooling, clock, reason) for clock in ("time", "completion", "heat")]


def _not_applicable(heating: Branch, cooling: Branch, clock: str, reason: str) -> Verdict:
    when = "at all times given" if clock == "time" else f"at equal {clock}"
    shapes = [side.evolution.populations.shape[:-2] for side in (heating, cooling)]
    missing = np.full(np.broadcast_shapes(*shapes), np.nan)
    verdict = smaller(
        f"steadier at equal {clock}", f"heating has the smaller relative heat variance {when}", missing, missing
    )
    return replace(verdict, reason=reason)
