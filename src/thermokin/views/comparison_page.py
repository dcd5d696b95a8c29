"""What a report says of a comparison, as blocks of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.quench.branch import Branch
from thermokin.quench.comparison import Comparison
from thermokin.quench.spectral_account import without_slowest
from thermokin.quench.verdicts import Verdict
from thermokin.report import blocks
from thermokin.report.blocks import (
    Block,
    Cell,
    FigureBlock,
    Heading,
    Outcome,
    Paragraph,
    Quantity,
    Table,
    Verdicts,
)
from thermokin.report.significant import significant
from thermokin.views.comparison_figures import PANELS, bounds_name, overview_panels
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.report_folder import Drawn, notices

__all__ = ["comparison_sections"]

TIMES_IN_TABLE = 12
NOT_DEFINED = "not defined here"
OVER_TIME: Mapping[str, Mapping[str, tuple[Callable[[Branch], FloatArray], str]]] = {
    "Entropy production rate σ, entropy produced Σ, and completion φ.": {
        "σ": (lambda side: side.ledger.entropy_production_rate, "nats/time"),
        "Σ": (lambda side: side.ledger.entropy_production, "nats"),
        "φ": (lambda side: side.kinematics.completion, "1"),
    },
    "Mean heat Q taken in since time 0, its variance, and the energy E.": {
        "Q": (lambda side: side.heat.mean, "energy"),
        "Var Q": (lambda side: side.heat.variance, "energy^2"),
        "E": (lambda side: side.ledger.energy, "energy"),
    },
}
"""What each table lists, by its caption, how it is read of a quench, and its unit in words."""


def comparison_sections(comparison: Comparison, figures: Drawn) -> dict[str, list[Block]]:
    """The sections of a comparison's report.

    Args:
        comparison: a comparison without leading axes.
        figures: its figures as SVG with their captions, by name; those of both sections that show some.

    Returns:
        Warnings, verdicts, figures and tables, by the name of their section.
    """
    sides = comparison.heating, comparison.cooling
    repeated = overview_panels(comparison) if "overview" in figures else ()
    return {
        "assumptions": [
            notice for side in sides for notice in notices(side.evolution.model, f" of {side.quench.name}")
        ],
        "quenches": [
            Paragraph(in_one_sentence(comparison)),
            *(FigureBlock(*figures[name]) for name in ("overview",) if name in figures),
            _in_short(comparison),
        ],
        "verdicts": [
            Heading("Verdicts"),
            Paragraph(
                "Each statement is held against the numbers of this case and these times; none of them holds for every "
                "system. Two numbers that agree to nine digits are a tie."
            ),
            Verdicts(tuple(_verdict(verdict) for verdict in comparison.verdicts)),
        ],
        "numbers": [
            Heading("Over time"),
            *(FigureBlock(*figures[name]) for name, _, _ in PANELS if name in figures and name not in repeated),
            *(_over_time(comparison, caption, shown) for caption, shown in OVER_TIME.items()),
        ],
        "crossings": [Heading("When they are even"), _crossings(comparison)],
        "modes": [Heading("Why: the modes"), _modes(comparison)],
        "bounds": [
            Heading("What precision costs"),
            Paragraph(
                "Every bound is a lower limit on the variance of the heat exchanged since time 0. It is a theorem "
                "where its hypotheses hold; where they do not, it is shown for comparison and forbids nothing."
            ),
            *(FigureBlock(*figures[name]) for name in map(bounds_name, sides) if name in figures),
            *(_bounds(side) for side in sides),
        ],
    }


def in_one_sentence(comparison: Comparison) -> str:
    """Who is ahead, and what it costs.

    Args:
        comparison: a comparison without leading axes.

    Returns:
        A sentence.
    """
    later = comparison.times > 0.0
    warm, cool = (one.kinematics.completion[..., later] for one in (comparison.heating, comparison.cooling))
    verdict = next((one for one in comparison.verdicts if one.name == "ahead in completion"), None)
    if verdict is None or verdict.reason or bool(verdict.undecided) or bool(verdict.tie):
        said = "Neither quench is ahead in completion"
    elif bool(verdict.holds):
        said = "Heating is ahead of cooling in completion at all times given"
    elif bool((cool > warm).all()):
        said = "Cooling is ahead of heating in completion at all times given"
    else:
        said = "Heating and cooling are ahead in completion in turns"
    sides = comparison.heating, comparison.cooling
    one, two = (_number_of(lambda side: side.ledger.total_entropy_production, side, "nats") for side in sides)
    if isinstance(one, str) or isinstance(two, str):
        return f"{said}."
    unit = unit_shown("nats")
    costs = f"heating produces {significant(one, 4)} {unit} of entropy in total and cooling {significant(two, 4)}"
    return f"{said}; {costs}."


def _in_short(comparison: Comparison) -> Table:
    sides = comparison.heating, comparison.cooling
    read: dict[str, tuple[Callable[[Branch], FloatArray], str]] = {
        "decay rate of the slowest mode": (lambda one: one.modes.gap, "1/time"),
        "entropy production rate at time 0": (lambda one: one.ledger.entropy_production_rate[..., 0], "nats/time"),
        "entropy produced in total": (lambda one: one.ledger.total_entropy_production, "nats"),
        "heat in total": (lambda one: one.total_heat, "energy"),
        "statistical length": (lambda one: one.kinematics.total_length, "1"),
    }
    rows = tuple(
        (with_unit_shown(name, unit), *(_number_of(number, side, unit) for side in sides))
        for name, (number, unit) in read.items()
    )
    size = comparison.heating.evolution.model.dimension
    warmth = ", ".join(
        f"{name} {float(in_asked_units(value, 'temperature')):.6g}{noted('temperature')}"
        for name, value in comparison.pair.temperatures.items()
    )
    caption = f"The two quenches of {size} levels, {comparison.pair.protocol} protocol; temperatures: {warmth}."
    return Table(("", "heating", "cooling"), rows, caption, digits=6)


def _number_of(read: Callable[[Branch], FloatArray], side: Branch, unit: str) -> str | float:
    try:
        number = float(in_asked_units(read(side), unit))
    except HypothesisError:
        return NOT_DEFINED
    return NOT_DEFINED if np.isnan(number) else number


def _verdict(verdict: Verdict) -> blocks.Statement:
    outcome = Outcome.HOLDS if bool(verdict.holds) else Outcome.TIE if bool(verdict.tie) else Outcome.FAILS
    if bool(verdict.undecided):
        outcome = Outcome.OPEN
    missing, unit = "none" if verdict.reason else "never", verdict.unit or "1"
    details = [f"not applicable: {verdict.reason}"] if verdict.reason else [verdict.about, _moment(verdict)]
    return blocks.Statement(
        statement=verdict.statement,
        outcome=outcome,
        left=Quantity(
            with_unit_shown(verdict.labels[0], unit), _number(in_asked_units(verdict.heating, unit), missing)
        ),
        right=Quantity(
            with_unit_shown(verdict.labels[1], unit), _number(in_asked_units(verdict.cooling, unit), missing)
        ),
        detail=", ".join(part for part in details if part),
    )


def _moment(verdict: Verdict) -> str:
    if verdict.time is None or not np.isfinite(verdict.time) or verdict.labels[0] != "heating":
        return ""
    return f"at time {float(in_asked_units(verdict.time, 'time')):.4g}{noted('time')}"


def _number(value: FloatArray, missing: str) -> float | str:
    return missing if np.isnan(value) else float(value)


def _over_time(
    comparison: Comparison, caption: str, shown: Mapping[str, tuple[Callable[[Branch], FloatArray], str]]
) -> Table:
    sides = {"heating": comparison.heating, "cooling": comparison.cooling}
    columns = [
        (with_unit_shown(f"{symbol} {name}", unit), in_asked_units(read(side), unit))
        for symbol, (read, unit) in shown.items()
        for name, side in sides.items()
    ]
    times = in_asked_units(comparison.times, "time")
    count = comparison.times.size
    chosen = np.unique(np.linspace(0, count - 1, min(count, TIMES_IN_TABLE)).round().astype(int))
    rows = tuple(tuple(float(values[row]) for values in (times, *(v for _, v in columns))) for row in chosen)
    return Table((with_unit_shown("time", "time"), *(name for name, _ in columns)), rows, caption)


def _crossings(comparison: Comparison) -> Table:
    rows = tuple(
        (name, _number(in_asked_units(value, "time"), "does not cross within the times given"))
        for name, value in comparison.crossings.items()
    )
    return Table(
        ("quantity", with_unit_shown("first crossing", "time")),
        rows,
        "Distances are compared as the fraction that is left.",
        digits=8,
    )


def _modes(comparison: Comparison) -> Table:
    account = comparison.spectral
    rows: list[tuple[str, float | str, float | str]] = [
        _row("gap", account.gaps, "1/time"),
        _row("overlap with the slowest mode, 1/π norm", account.slow_overlaps),
        _row("overlap with the slowest mode, trace norm", account.slow_trace_overlaps),
    ]
    caption = "The overlap with the slowest mode depends on the norm: compare like with like."
    nothing = without_slowest(comparison.heating, comparison.cooling)
    caption += f" Of that mode {nothing}, so that the gap does not tell who is faster." if nothing else ""
    try:
        one, two = account.initial_mode_rates
        carrier = int(account.carrier)
        pair = one[carrier - 1], two[carrier - 1]
        rows.append(_row(f"initial entropy production rate in mode {carrier}", pair, "nats/time"))
        caption += f" Mode {carrier} carries the asymmetry of the initial entropy production rates."
    except HypothesisError:
        pass  # modes do not resolve the entropy production here, and the table has no such row
    return Table(("", "heating", "cooling"), tuple(rows), caption, digits=6)


def _row(name: str, pair: tuple[FloatArray, FloatArray], unit: str = "1") -> tuple[str, float | str, float | str]:
    one, two = (float(in_asked_units(value, unit)) for value in pair)
    return with_unit_shown(name, unit), one, two


def _bounds(side: Branch) -> Table:
    middle = int(np.searchsorted(side.times, 0.5 * side.times[-1]))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            bound.name,
            *(
                float(in_asked_units(value[middle], "energy^2"))
                for value in (bound.limit, side.heat.variance, bound.slack)
            ),
            "yes" if bound.applies else "no: " + "; ".join(h.text for h in bound.hypotheses if not h.everywhere),
        )
        for bound in side.bounds
    )
    when = float(in_asked_units(side.times[middle], "time"))
    caption = f"Bounds on the heat of the {side.quench.name} quench at time {when:.4g}{noted('time')}."
    heads = (with_unit_shown(name, "energy^2") for name in ("limit", "Var Q", "slack"))
    return Table(("bound", *heads, "a theorem here"), rows, caption)
