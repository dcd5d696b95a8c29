"""The figures of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from matplotlib.axes import Axes

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.quench.branch import Branch
from thermokin.quench.comparison import Comparison, leading_shape
from thermokin.report.curves import band, curves
from thermokin.report.eigenvalues import Eigenvalues, spectrum
from thermokin.report.limits import limits, tightness
from thermokin.report.line_ends import name_line_ends
from thermokin.report.scales import logarithmic_values
from thermokin.report.style import COOLING, DOUBLE_COLUMN, HEATING, SINGLE_COLUMN, figure, legend, small_font
from thermokin.views.bound_styles import bound_styles
from thermokin.views.in_units import with_unit_shown
from thermokin.views.lines import require_one_point
from thermokin.views.report_folder import Drawing, Drawings

__all__ = ["PANELS", "bounds_name", "draw_overview", "drawings", "overview_caption", "overview_panels"]

DRAWN_MODES = 60  # slowest modes that the spectrum shows


def draw_overview(comparison: Comparison, panels: Sequence[Axes]) -> None:
    """Four panels: entropy production rates, completion, heat with its deviation, and the spectrum.

    Two levels have one mode, and no spectrum to show: the distance that is left takes its place.

    Args:
        comparison: a comparison without leading axes.
        panels: four axes to draw in, in that order.

    Raises:
        ValueError: for a comparison with leading axes.
    """
    require_one_point(leading_shape(comparison), "comparison")
    last = _spectrum if _has_spectrum(comparison) else _distance
    for panel, draw, letter in zip(panels, (_rates, _completion, _heat, last), "abcd", strict=True):
        draw(panel, comparison)
        panel.set_title(f"({letter})", loc="left", fontproperties=small_font(panel))


def drawings(comparison: Comparison) -> Drawings:
    """Every figure of a comparison but the four panels, with its caption, by the name of its file.

    Args:
        comparison: a comparison without leading axes.

    Returns:
        What draws each.

    Raises:
        ValueError: for a comparison with leading axes.
    """
    require_one_point(leading_shape(comparison), "comparison")
    made: dict[str, Callable[[], Drawing]] = {
        name: partial(_alone, draw, comparison, caption)
        for name, draw, caption in PANELS
        if draw is not _spectrum or _has_spectrum(comparison)
    }
    for side in (comparison.heating, comparison.cooling):
        made[bounds_name(side)] = partial(_bounds, side)
    return made


def overview_panels(comparison: Comparison) -> tuple[str, ...]:
    """The figures that the overview shows as its panels.

    Args:
        comparison: the comparison.

    Returns:
        Their names.
    """
    last = "spectrum" if _has_spectrum(comparison) else "distance"
    return ("entropy_production_rate", "completion", "heat", last)


def overview_caption(comparison: Comparison) -> str:
    """What the four panels show.

    Args:
        comparison: the comparison.

    Returns:
        The caption.
    """
    captions = {name: caption for name, _, caption in PANELS}
    shown = zip("abcd", overview_panels(comparison), strict=True)
    return " ".join(f"({letter}) {captions[name]}" for letter, name in shown)


def _has_spectrum(comparison: Comparison) -> bool:
    return comparison.heating.evolution.model.dimension > 2


def bounds_name(side: Branch) -> str:
    """The name of the figure of one side's bounds.

    Args:
        side: the side.

    Returns:
        The name.
    """
    return f"bounds_{side.quench.name}"


def _alone(draw: Draw, comparison: Comparison, caption: str) -> Drawing:
    drawing, axes = figure(width=SINGLE_COLUMN)
    draw(axes[0, 0], comparison)
    return drawing, caption


def _both(
    ax: Axes,
    comparison: Comparison,
    values: tuple[FloatArray, ...],
    ylabel: str,
    crossing: str,
    *,
    unit: str = "1",
) -> None:
    when = [float(in_asked_units(comparison.crossings[crossing], "time"))] if crossing else []
    one, two = (in_asked_units(side, unit) for side in values)
    curves(ax, in_asked_units(comparison.times, "time"), one, two, crossings=when)
    ax.set_xlabel(with_unit_shown("time $t$", "time"))
    ax.set_ylabel(with_unit_shown(ylabel, unit))
    legend(ax)


def _rates(ax: Axes, comparison: Comparison) -> None:
    values = tuple(side.ledger.entropy_production_rate for side in (comparison.heating, comparison.cooling))
    logarithmic_values(ax, *(in_asked_units(side, "nats/time") for side in values), decades=6.0)
    label, crossing = r"entropy production rate $\sigma$", "entropy production rate"
    _both(ax, comparison, values, label, crossing, unit="nats/time")


def _produced(ax: Axes, comparison: Comparison) -> None:
    values = comparison.heating.ledger.entropy_production, comparison.cooling.ledger.entropy_production
    _both(ax, comparison, values, r"entropy produced $\Sigma$", "entropy production", unit="nats")


def _completion(ax: Axes, comparison: Comparison) -> None:
    values = comparison.heating.kinematics.completion, comparison.cooling.kinematics.completion
    _both(ax, comparison, values, r"completion $\varphi$", "completion")


def _velocity(ax: Axes, comparison: Comparison) -> None:
    values = comparison.heating.kinematics.velocity, comparison.cooling.kinematics.velocity
    logarithmic_values(ax, *(in_asked_units(side, "1/time") for side in values), decades=6.0)
    _both(ax, comparison, values, "statistical velocity $v$", "", unit="1/time")


def _heat(ax: Axes, comparison: Comparison) -> None:
    for side, colour in ((comparison.heating, HEATING), (comparison.cooling, COOLING)):
        heat = in_asked_units(side.heat.mean, "energy"), in_asked_units(side.heat.deviation, "energy")
        times = in_asked_units(comparison.times, "time")
        band(ax, times, *heat, colour=colour, label=side.quench.name, outlined=True)
    ax.set_xlabel(with_unit_shown("time $t$", "time"))
    ax.set_ylabel(with_unit_shown("heat $Q$", "energy"))
    legend(ax)


def _distance(ax: Axes, comparison: Comparison) -> None:
    measure = comparison.heating.measures[0]
    values = comparison.heating.remaining(measure), comparison.cooling.remaining(measure)
    logarithmic_values(ax, *values, decades=6.0)
    _both(ax, comparison, values, f"{measure.name} left", measure.name)


def _spectrum(ax: Axes, comparison: Comparison) -> None:
    spectra = []
    for side, colour in ((comparison.heating, HEATING), (comparison.cooling, COOLING)):
        overlaps = side.modes.trace_norm_overlaps_of(side.evolution.initial)
        shown = slice(1, 1 + DRAWN_MODES)
        values = in_asked_units(side.modes.values[shown], "1/time")
        spectra.append(Eigenvalues(side.quench.name, colour, values, overlaps[shown]))
    spectrum(ax, spectra)
    ax.set_xlabel(with_unit_shown(ax.get_xlabel(), "1/time"))
    if ax.get_ylabel().startswith("Im"):
        ax.set_ylabel(with_unit_shown(ax.get_ylabel(), "1/time"))
    legend(ax)


def _bounds(side: Branch) -> Drawing:
    drawing, axes = figure(1, 2, width=DOUBLE_COLUMN, height=0.34 * DOUBLE_COLUMN)
    left, right = axes[0, 0], axes[0, 1]
    later = side.times > 0.0
    times, value = in_asked_units(side.times[later], "time"), in_asked_units(side.heat.variance[later], "energy^2")
    limit = {bound: in_asked_units(bound.limit[later], "energy^2") for bound in side.bounds}
    hold = {bound.name: values for bound, values in limit.items() if bound.applies}
    rest = {bound.name: values for bound, values in limit.items() if not bound.applies}
    colour = HEATING if side.quench.name == "heating" else COOLING
    styles = bound_styles(hold)
    limits(left, times, value, hold, inapplicable=rest, styles=styles, label="Var $Q$", colour=colour)
    lines = tightness(right, times, value, hold, inapplicable=rest, styles=styles)
    for ax in (left, right):
        ax.set_xlabel(with_unit_shown("time $t$", "time"))
    left.set_ylabel(with_unit_shown("variance of the heat", "energy^2"))
    right.set_ylabel("limit / variance")
    name_line_ends(right, lines)
    caption = (
        f"Variance of the heat of the {side.quench.name} quench (left, thick) above the limits that bound it, and how "
        "tight each is (right). Dotted lines are limits whose hypotheses do not hold here: they forbid nothing."
    )
    return drawing, caption


Draw = Callable[[Axes, Comparison], None]
PANELS: tuple[tuple[str, Draw, str], ...] = (
    ("entropy_production_rate", _rates, "Entropy production rates; the ring marks where they cross."),
    ("entropy_production", _produced, "Entropy produced since time 0."),
    ("completion", _completion, "Completion: statistical length as a fraction of its total."),
    ("velocity", _velocity, "Statistical velocity, the root of the quantum Fisher information about time."),
    ("heat", _heat, "Mean heat taken in since time 0, with one standard deviation to either side (dashed)."),
    ("distance", _distance, "Fraction of the initial distance to the final state that is left."),
    ("spectrum", _spectrum, "Decay rates of the modes and the initial state's overlap with them (trace norm)."),
)
