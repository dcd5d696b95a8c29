"""The verdicts on a pair of quenches: what is claimed of heating against cooling, held against the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._threads import at_once
from thermokin._typing import BoolArray, FloatArray
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics.level_sums import in_blocks, over_levels
from thermokin.operators.distance import Distance
from thermokin.quench.branch import Branch
from thermokin.quench.clocks import Matched, matched_completion, matched_heat
from thermokin.quench.heat_to_end import exchanges_heat
from thermokin.quench.spectral_account import without_slowest

__all__ = ["Verdict", "verdicts"]

TIE = 1e-9  # numbers that agree to this fraction are a tie: far above rounding, far below any physical difference

ROUNDING = 100.0 * np.finfo(float).eps  # of populations, once all is worked out from their differences
STEADIER = "heating has the smaller relative heat variance"
NOBODY = 4.0  # a margin above all others, which are between -2 and 2


@dataclass(frozen=True, eq=False, repr=False)
class Verdict:
    """A statement of the form "heating has the larger (or smaller) x".

    Args:
        name: short name.
        statement: what is claimed.
        heating: the number of heating (...).
        cooling: the number of cooling (...); the two broadcast.
        larger: whether the claim is that heating's number is the larger one (else the smaller).
        time: the time (...) at which the numbers were taken, None where they belong to no time.
        unit: of the numbers.
        labels: whose the two numbers are.
        about: what the two numbers are, where the statement does not say it.
        resolution: relative difference (...) that rounding alone may make of the two numbers.
        reason: why the statement does not apply here, where it does not; its numbers are then nan.
    """

    name: str
    statement: str
    heating: FloatArray
    cooling: FloatArray
    larger: bool
    time: FloatArray | None = None
    unit: str = ""
    labels: tuple[str, str] = ("heating", "cooling")
    about: str = ""
    resolution: FloatArray | float = 0.0
    reason: str = ""

    def __post_init__(self) -> None:
        one, two = np.broadcast_arrays(self.heating, self.cooling)
        object.__setattr__(self, "heating", one)
        object.__setattr__(self, "cooling", two)

    def __repr__(self) -> str:
        return f"Verdict {self.name!r}: {self}"  # by that name `Comparison.verdict` gives it

    def __str__(self) -> str:
        numbers = "" if self.holds.ndim or self.reason else f"; {self._numbers()}"
        return f"{self.statement}: {self._outcome()}{numbers}"

    def _outcome(self) -> str:
        if self.reason:
            return f"does not apply, {self.reason}"
        if self.holds.ndim:
            return f"holds at {int(self.holds.sum())} of {self.holds.size} points"
        return "undecided" if self.undecided else "a tie" if self.tie else "holds" if self.holds else "fails"

    def _numbers(self) -> str:
        unit = f" [{self.unit}]" if self.unit else ""
        about = f"{self.about}: ".replace("^{2}", "²") if self.about else ""
        return f"{about}{self.labels[0]} {self.heating:.6g}, {self.labels[1]} {self.cooling:.6g}{unit}"

    @property
    def tie(self) -> BoolArray:
        """Whether the two numbers are equal (...)."""
        scale = np.maximum(np.abs(self.heating), np.abs(self.cooling))
        with np.errstate(invalid="ignore"):
            close = np.abs(self.heating - self.cooling) <= np.maximum(TIE, self.resolution) * scale
        # An infinite number ties with another infinite one, not with what is finite beside it.
        return np.asarray((close & np.isfinite(scale)) | (self.heating == self.cooling))

    @property
    def holds(self) -> BoolArray:
        """Whether the claim is true (...); a tie does not make it so."""
        with np.errstate(invalid="ignore"):
            ahead = self.heating > self.cooling if self.larger else self.heating < self.cooling
        return np.asarray(ahead & ~self.tie)

    @property
    def undecided(self) -> BoolArray:
        """Whether a number is missing (...): the quenches never come to where they would be compared."""
        return np.asarray(np.isnan(self.heating) | np.isnan(self.cooling))


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
    found += at_once(rest, heating.numbers)
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
    one, two = (side.at(np.zeros(1)).ledger.entropy_production_rate[..., 0] for side in (heating, cooling))
    statement = "heating starts with the larger entropy production rate"
    return Verdict("initial rate", statement, one, two, larger=True, unit="nats/time", time=np.zeros(()))


def _gap(heating: Branch, cooling: Branch) -> Verdict:
    nothing = without_slowest(heating, cooling)
    about = f"decay rate of the slowest mode, of which {nothing}" if nothing else ""
    gaps = heating.modes.gap, cooling.modes.gap
    return Verdict("gap", "heating has the larger spectral gap", *gaps, larger=True, unit="1/time", about=about)


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
    return [Verdict("total", "heating produces less entropy in total", *totals, larger=False, unit="nats")]


def _at_all_times(name: str, statement: str, numbers: Sequence[FloatArray], times: FloatArray, about: str) -> Verdict:
    """The verdict that heating has the smaller number at all times, by the pair that is closest to failing."""
    one, two = np.broadcast_arrays(*numbers)
    margin = in_blocks(_margin, one, two)
    at = np.argmin(set_at_start(margin, times, np.inf), axis=-1)[..., None]
    one, two, time = (np.take_along_axis(np.broadcast_to(x, one.shape), at, axis=-1)[..., 0] for x in (one, two, times))
    return Verdict(name, f"{statement} at all times given", one, two, larger=False, time=time, about=about)


def _margin(one: FloatArray, two: FloatArray) -> FloatArray:
    """By how much the first is the smaller, relative to the larger."""
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.abs(one)
        np.maximum(size, np.abs(two), out=size)
        margin = two - one
        margin /= size
    # Times at which nobody leads (two nothings, two infinities, both at rest) say nothing, unless there are no others:
    # then the first one is told, not the one that rounding makes the closest.
    nobody = np.flatnonzero(~(np.abs(margin) > TIE))
    if nobody.size:
        ahead, behind = one[nobody], two[nobody]
        endless = (np.isinf(ahead) | np.isinf(behind)) & (ahead != behind)
        margin[nobody] = np.where(endless, np.where(ahead > behind, -1.0, 1.0), NOBODY)
    return margin


def _ahead_in_completion(heating: Branch, cooling: Branch) -> Verdict:
    left = [side.kinematics.remaining for side in (heating, cooling)]
    about = "fraction of the length left, where it is closest"
    return _at_all_times("ahead in completion", "heating stays ahead in completion", left, heating.times, about)


def _ahead_in_distance(heating: Branch, cooling: Branch, measure: Distance) -> Verdict:
    left = [side.remaining(measure) for side in (heating, cooling)]
    statement = f"heating stays ahead in {measure.name}"
    return _at_all_times(
        f"ahead in {measure.name}", statement, left, heating.times, "fraction left, where it is closest"
    )


def _steadier_at_equal_time(heating: Branch, cooling: Branch) -> Verdict:
    ratios = [side.heat.relative_variance for side in (heating, cooling)]
    about = "Var Q / ⟨Q⟩^{2}, where it is closest"
    return _at_all_times("steadier at equal time", STEADIER, ratios, heating.times, about)


def _steadier_at_completion(heating: Branch, cooling: Branch) -> Verdict:
    return _steadier_at(matched_completion(heating, cooling))


def _steadier_at_heat(heating: Branch, cooling: Branch) -> Verdict:
    match = matched_heat(heating, cooling)
    verdict = _steadier_at(match)
    flowing = np.isnan(match.level).all()
    return replace(verdict, reason="heat flows on at rest, so that it has no total") if flowing else verdict


def _steadier_at(match: Matched) -> Verdict:
    name, statement = f"steadier at equal {match.clock}", f"{STEADIER} at equal {match.clock}"
    return Verdict(name, statement, *match.relative_variances, larger=False, about="Var Q / ⟨Q⟩^{2}, half of the way")


def _about_heat(heating: Branch, cooling: Branch) -> list[Callable[[], Verdict]]:
    """The verdicts about heat; not applicable where one of the two quenches exchanges none."""
    verdicts_of = (_steadier_at_equal_time, _steadier_at_completion, _steadier_at_heat)
    without = [side.quench.name for side in (heating, cooling) if not exchanges_heat(side.evolution)]
    if not without:
        return [partial(verdict, heating, cooling) for verdict in verdicts_of]
    reason = f"no heat is exchanged with a bath in {' and in '.join(map(repr, without))}"
    return [partial(_not_applicable, heating, cooling, clock, reason) for clock in ("time", "completion", "heat")]


def _not_applicable(heating: Branch, cooling: Branch, clock: str, reason: str) -> Verdict:
    when = "at all times given" if clock == "time" else f"at equal {clock}"
    shapes = [side.evolution.populations.shape[:-2] for side in (heating, cooling)]
    missing = np.full(np.broadcast_shapes(*shapes), np.nan)
    return Verdict(f"steadier at equal {clock}", f"{STEADIER} {when}", missing, missing, larger=False, reason=reason)
