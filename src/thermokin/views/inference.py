"""What is read from data looks like: fits and their tests, and what records alone tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from thermokin.inference.compare_fits import FitComparison
from thermokin.inference.fit import Fit
from thermokin.inference.goodness_of_fit import GoodnessOfFit
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.model.parameter import Known
from thermokin.report.significant import significant
from thermokin.views.fisher_information import FisherInformationView
from thermokin.views.fit_units import units_of_numbers
from thermokin.views.inference_report import RecordFindingsView
from thermokin.views.records import (
    END,
    EntropyEstimatesView,
    RecordSpectrumView,
    RecordStatisticsView,
    RecordWaitsView,
)
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block, Cell
    from thermokin.views.report_folder import Drawn

__all__ = [
    "EntropyEstimatesView",
    "FisherInformationView",
    "FitComparisonView",
    "FitView",
    "GoodnessOfFitView",
    "RecordFindingsView",
    "RecordSpectrumView",
    "RecordStatisticsView",
    "RecordWaitsView",
]

FEW = 8  # detectors up to which each has a row of its own


class FitView(View[Fit], of=Fit):
    """The numbers with their intervals, and how well the model describes the records."""

    panels = (1, 2)
    coordinates = (
        Variable("parameter", "name of the number", "1", ("parameter",), lambda r: list(r.names), shown=False),
        Variable("other", "name of the number", "1", ("other",), lambda r: list(r.names), shown=False),
        Variable("parameter_unit", "its unit", "1", ("parameter",), lambda r: [*units_of_numbers(r)], shown=False),
        END,
    )
    variables = (
        Variable("values", "most likely number", "parameter_unit", ("parameter",), None, lambda r: r.errors),
        Variable(
            *("intervals", "profile interval", "parameter_unit", ("parameter", "end")),
            lambda r: r.intervals,
            shown=False,
        ),
        Variable(
            *("information", "observed Fisher information", "1/(parameter_unit second_unit)", ("parameter", "other")),
            shown=False,
        ),
        Variable("log_likelihood", "ln p at the most likely numbers", "1"),
        Variable(
            *("begun", "where searches began", "as the parameter", ("search", "parameter")),
            lambda r: r.starts.begun,
            shown=False,
        ),
        Variable(
            *("reached", "where searches ended", "as the parameter", ("search", "parameter")),
            lambda r: r.starts.reached,
            shown=False,
        ),
        Variable(
            *("reached_log_likelihood", "ln p where searches ended", "1", ("search",)),
            lambda r: r.starts.log_likelihood,
            shown=False,
        ),
        Variable("aic", "Akaike's criterion", "1"),
        Variable("bic", "Bayesian criterion", "1"),
        Variable("confidence", "of the intervals", "1"),
    )

    def title(self, result: Fit) -> str:
        """How many numbers, from how much."""
        clicks = result.problem.clicks
        runs = "" if clicks.runs == 1 else f" in {clicks.runs} runs"
        return f"Fit of {', '.join(result.names)} to {len(clicks)} clicks{runs}"

    def parameters(self, result: Fit) -> dict[str, Known]:
        """None vary: those of the model that was found are its own."""
        return {}

    def rows(self, result: Fit) -> list[tuple[str, str, str]]:
        """A line for each number, then how likely the records are and whether they speak against the model."""
        made = "intervals" in vars(result)
        found = []
        for place, (name, unit) in enumerate(zip(result.names, units_of_numbers(result), strict=True)):
            value, error = in_asked_units([result.values[place], result.errors[place]], unit)
            said = f"{value:.6g}" if np.isnan(error) else f"{value:.6g} ± {significant(float(error), 2)}"
            said += f" (at {_which_end(result, place)} its range)" if result.at_end[place] else ""
            if made and not result.at_end[place]:
                low, high = in_asked_units(result.intervals[place], unit)
                said += f", {100.0 * result.confidence:g} % interval {low:.6g} ... {high:.6g}"
            found.append((name, said, _unit_said(unit)))
        rest = [("ln p", f"{result.log_likelihood:.6g}", ""), ("AIC", f"{result.aic:.6g}", "")]
        tested = [("goodness", f"probability {result.goodness.smallest:.3g}", "")] if "goodness" in vars(result) else []
        return [*found, *rest, ("BIC", f"{result.bic:.6g}", ""), *_searches(result), *tested]

    def draw(self, result: Fit, axes: list[Axes]) -> None:
        """The intervals of all numbers, and the rescaled waits against what they are if the model is right."""
        from thermokin.views.inference_figures import draw_numbers, draw_rescaled

        draw_numbers(axes[0], result)
        draw_rescaled(axes[1], result.goodness)

    def blocks(self, result: Fit, drawn: Drawn) -> Sequence[Block]:
        """A table of the numbers, the figures, and the tests."""
        from thermokin.report.blocks import FigureBlock, Paragraph, Table

        rows: list[tuple[Cell, ...]] = []
        for place, (name, unit) in enumerate(zip(result.names, units_of_numbers(result), strict=True)):
            numbers = in_asked_units((result.values[place], result.errors[place], *result.intervals[place]), unit)
            cells = tuple(float(number) if np.isfinite(number) else None for number in numbers)
            rows.append((name, *cells, _unit_said(unit)))
        heads = ("number", "most likely", "standard error", "lowest", "highest", "unit")
        caption = (
            f"{self.title(result)}: ln p = {result.log_likelihood:.6g}, AIC {result.aic:.6g}, BIC {result.bic:.6g}."
        )
        ends = f"Lowest and highest are the ends of the profile intervals of {100.0 * result.confidence:g} %."
        at_end = [name for name, end in zip(result.names, result.at_end, strict=True) if end]
        if at_end:
            ends += f" The records push {', '.join(at_end)} to the end of the range."
        ends += "".join(f" Of the searches, {said}." for _, said, _ in _searches(result))
        figures = [FigureBlock(svg, said) for svg, said in drawn.values()]
        tests = GoodnessOfFitView().tests(result.goodness, result.problem.clicks.names)
        return [Table(heads, tuple(rows), caption, digits=5), Paragraph(ends), *figures, *tests]


def _which_end(result: Fit, place: int) -> str:
    """The end of the range that is closer, as on the walk: a positive number vanishes, others end where they end."""
    known = result.problem.family.parameters[result.problem.places[place].name]
    value, low, high = float(result.values[place]), max(known.above, known.least), known.most
    lowest = abs(value - low) <= abs(high - value)
    return f"the lowest end, {low:g}, of" if lowest else f"the highest end, {high:g}, of"


def _searches(result: Fit) -> list[tuple[str, str, str]]:
    """What several searches reached."""
    reached = result.starts.log_likelihood
    if reached.size == 1:
        return []
    best, none = result.starts.best, np.isnan(reached)
    said = f"{best.sum()} of {reached.size} reached this maximum"
    below = reached.max(initial=-np.inf, where=~none) - reached[~best & ~none]
    if below.size:
        said += f", {below.size} another, of ln p lower by {below.min():.3g} to {below.max():.3g}"
    return [("searches", said + (f", {none.sum()} none" if none.any() else ""), "")]


class GoodnessOfFitView(View[GoodnessOfFit], of=GoodnessOfFit):
    """The probabilities of the tests, and the rescaled waits."""

    coordinates = (
        Variable("wait", "number of the wait", "1", ("wait",), lambda r: np.arange(r.rescaled.size), shown=False),
    )
    variables = (
        Variable("smallest", "smallest probability, times the number of tests", "1"),
        Variable("waits", "probability of waits as unlike what the model says", "1"),
        Variable("order", "probability of successive waits as correlated", "1"),
        Variable("detectors", "probability of counts as far from what the model expects", "1", ("detector",)),
        Variable("rescaled", "waits rescaled by what the model expects", "1", ("wait",)),
    )

    def title(self, result: GoodnessOfFit) -> str:
        """Of how many clicks."""
        return f"Tests of a model by {result.rescaled.size} clicks"

    def draw(self, result: GoodnessOfFit, axes: list[Axes]) -> None:
        """The rescaled waits against what they are if the model is right."""
        from thermokin.views.inference_figures import draw_rescaled

        draw_rescaled(axes[0], result)

    def tests(self, result: GoodnessOfFit, names: Sequence[str]) -> list[Block]:
        """A table of the tests, and what they say together.

        Args:
            result: the tests.
            names: of the detectors.

        Returns:
            The blocks.
        """
        from thermokin.report.blocks import Paragraph, Table

        probabilities = [("waits are as long as the model says", result.waits)]
        probabilities.append(("each wait is as long as the model says after the one before", result.order))
        probabilities += [
            (f"{name} clicks as often as the model says", p) for name, p in zip(names, result.detectors, strict=True)
        ][:FEW]
        rows = tuple((said, float(p) if np.isfinite(p) else None) for said, p in probabilities)
        verdict = "Nothing here speaks against the model." if result.smallest > 0.05 else "The records doubt the model."
        if result.smallest < 0.001:
            verdict = "The records speak against the model."
        if not np.isfinite(result.waits):
            verdict = "Too few clicks to test the model."
        caption = "Probability of records at least as far away if the model is right. A small one speaks against it."
        return [Table(("tested", "probability"), rows, caption, digits=3), Paragraph(verdict)]


class FitComparisonView(View[FitComparison], of=FitComparison):
    """The criteria of all fits, and the ratios of nested ones."""

    coordinates = (
        Variable("fit", "name of the fit", "1", ("fit",), lambda r: list(r.names), shown=False),
        Variable("larger", "name of the larger model", "1", ("larger",), lambda r: list(r.names), shown=False),
    )
    variables = (
        Variable("aic", "Akaike's criterion", "1", ("fit",)),
        Variable("bic", "Bayesian criterion", "1", ("fit",)),
        Variable("log_likelihood", "ln p at the most likely numbers", "1", ("fit",)),
        Variable("numbers", "numbers that were sought", "1", ("fit",)),
        Variable("goodness", "smallest probability among the tests, times their number", "1", ("fit",)),
        Variable("weights", "Akaike's weights", "1", ("fit",)),
        Variable("ratio", "twice the logarithm of the likelihood ratio", "1", ("fit", "larger"), shown=False),
        Variable("probability", "of such a ratio if the smaller is right", "1", ("fit", "larger"), shown=False),
    )

    def title(self, result: FitComparison) -> str:
        """Which is the best by AIC."""
        return f"Fits {', '.join(result.names)}: the smallest AIC is that of {result.best}"

    def rows(self, result: FitComparison) -> list[tuple[str, str, str]]:
        """A line for each fit, then one for each nested pair."""
        found = [
            (
                name,
                f"{result.numbers[i]} numbers, ln p {result.log_likelihood[i]:.6g}, AIC {result.aic[i]:.6g}, "
                f"BIC {result.bic[i]:.6g}, goodness {result.goodness[i]:.3g}",
                "",
            )
            for i, name in enumerate(result.names)
        ]
        for row, column in np.argwhere(np.isfinite(result.probability)):
            pair = f"{result.names[row]} in {result.names[column]}"
            said = f"2 ln ratio {result.ratio[row, column]:.4g}, probability {result.probability[row, column]:.3g}"
            found.append((pair, said, ""))
        return found

    def draw(self, result: FitComparison, axes: list[Axes]) -> None:
        """By how much the AIC of each exceeds the smallest."""
        from thermokin.views.inference_figures import draw_criteria

        draw_criteria(axes[0], result)


def _unit_said(unit: str) -> str:
    said = unit_shown(unit)
    if said == unit:
        said = "energy" if unit in {"temperature", "voltage"} else unit
    return "" if said == "1" else said
