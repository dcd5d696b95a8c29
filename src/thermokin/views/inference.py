"""What is read from data looks like: fits and their tests, and what records alone tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.inference.compare_fits import FitComparison
from thermokin.inference.entropy_estimates import EntropyEstimates
from thermokin.inference.fit import Fit
from thermokin.inference.goodness_of_fit import GoodnessOfFit
from thermokin.inference.record_spectrum import RecordSpectrum
from thermokin.inference.record_statistics import RecordStatistics
from thermokin.inference.record_waits import RecordWaits
from thermokin.model.parameter import Known
from thermokin.report.significant import significant
from thermokin.views.counting_over_time import ORDER
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block, Cell
    from thermokin.views.report_folder import Drawn

__all__ = [
    "EntropyEstimatesView",
    "FitComparisonView",
    "FitView",
    "GoodnessOfFitView",
    "RecordSpectrumView",
    "RecordStatisticsView",
    "RecordWaitsView",
]

END: Variable[Any] = Variable("end", "end of the interval", "1", ("end",), lambda r: ["lowest", "highest"], shown=False)
FEW = 8  # detectors up to which each has a row of its own


class FitView(View[Fit], of=Fit):
    """The numbers with their intervals, and how well the model describes the records."""

    panels = (1, 2)
    coordinates = (
        Variable("parameter", "name of the number", "1", ("parameter",), lambda r: list(r.names), shown=False),
        Variable("other", "name of the number", "1", ("other",), lambda r: list(r.names), shown=False),
        END,
    )
    variables = (
        Variable("values", "most likely number", "as the parameter", ("parameter",), None, lambda r: r.errors),
        Variable(
            *("intervals", "profile interval", "as the parameter", ("parameter", "end")),
            lambda r: r.intervals,
            shown=False,
        ),
        Variable("information", "observed Fisher information", "1/parameter^2", ("parameter", "other"), shown=False),
        Variable("log_likelihood", "ln p at the most likely numbers", "1"),
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
        known = result.problem.family.parameters
        made = "intervals" in vars(result)
        found = []
        for place, (name, value, error) in enumerate(zip(result.names, result.values, result.errors, strict=True)):
            unit = known[result.problem.places[place].name].unit
            said = f"{value:.6g}" if np.isnan(error) else f"{value:.6g} ± {significant(float(error), 2)}"
            said += " (at the end of its range)" if result.at_end[place] else ""
            if made and not result.at_end[place]:
                low, high = result.intervals[place]
                said += f", {100.0 * result.confidence:g} % interval {low:.6g} ... {high:.6g}"
            found.append((name, said, "" if unit == "1" else unit))
        rest = [("ln p", f"{result.log_likelihood:.6g}", ""), ("AIC", f"{result.aic:.6g}", "")]
        tested = [("goodness", f"probability {result.goodness.smallest:.3g}", "")] if "goodness" in vars(result) else []
        return [*found, *rest, ("BIC", f"{result.bic:.6g}", ""), *tested]

    def draw(self, result: Fit, axes: list[Axes]) -> None:
        """The intervals of all numbers, and the rescaled waits against what they are if the model is right."""
        from thermokin.views.inference_figures import draw_numbers, draw_rescaled

        draw_numbers(axes[0], result)
        draw_rescaled(axes[1], result.goodness)

    def blocks(self, result: Fit, drawn: Drawn) -> Sequence[Block]:
        """A table of the numbers, the figures, and the tests."""
        from thermokin.report.blocks import FigureBlock, Paragraph, Table

        known = result.problem.family.parameters
        rows: list[tuple[Cell, ...]] = []
        for place, name in enumerate(result.names):
            unit = known[result.problem.places[place].name].unit
            numbers = (result.values[place], result.errors[place], *result.intervals[place])
            cells = tuple(float(number) if np.isfinite(number) else None for number in numbers)
            rows.append((name, *cells, "" if unit == "1" else unit))
        heads = ("number", "most likely", "standard error", "lowest", "highest", "unit")
        caption = (
            f"{self.title(result)}: ln p = {result.log_likelihood:.6g}, AIC {result.aic:.6g}, BIC {result.bic:.6g}."
        )
        ends = f"Lowest and highest are the ends of the profile intervals of {100.0 * result.confidence:g} %."
        at_end = [name for name, end in zip(result.names, result.at_end, strict=True) if end]
        if at_end:
            ends += f" The records push {', '.join(at_end)} to the end of the range."
        figures = [FigureBlock(svg, said) for svg, said in drawn.values()]
        tests = GoodnessOfFitView().tests(result.goodness, result.problem.clicks.names)
        return [Table(heads, tuple(rows), caption, digits=5), Paragraph(ends), *figures, *tests]


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


class RecordStatisticsView(View[RecordStatistics], of=RecordStatistics):
    """Cumulants per time with their intervals."""

    coordinates = (ORDER, END)
    variables = (
        Variable(
            "cumulants", "cumulant per time", "amount^order/time", ("order",), lambda r: r.values, lambda r: r.errors
        ),
        Variable("intervals", "interval of the cumulant", "amount^order/time", ("order", "end"), shown=False),
        Variable("fano", "noise over mean", "amount"),
        Variable("fano_interval", "its interval", "amount", ("end",)),
        Variable("confidence", "of the intervals", "1"),
    )

    def title(self, result: RecordStatistics) -> str:
        """From how much."""
        return f"Cumulants of a record from {len(result.amounts)} windows of {result.amounts.window:.4g}"

    def rows(self, result: RecordStatistics) -> list[tuple[str, str, str]]:
        """A line for each cumulant."""
        names, found = ("mean", "noise", "third cumulant", "fourth cumulant"), []
        for n, (value, error, ends) in enumerate(zip(result.values, result.errors, result.intervals, strict=True)):
            power = "" if n == 0 else f"^{n + 1}"
            found.append((names[n], _with_interval(value, error, ends, result.confidence), f"amount{power}/time"))
        if np.isfinite(result.fano):
            low, high = result.fano_interval
            found.append(("noise over mean", f"{result.fano:.5g}, interval {low:.5g} ... {high:.5g}", "amount"))
        return found

    def draw(self, result: RecordStatistics, axes: list[Axes]) -> None:
        """How often windows held how much."""
        from thermokin.views.inference_figures import draw_windows

        draw_windows(axes[0], result)


class RecordWaitsView(View[RecordWaits], of=RecordWaits):
    """Moments of waits with their intervals, and their distribution."""

    coordinates = (
        Variable("edge", "edge of a bin", "time", ("edge",), lambda r: r.edges, shown=False),
        END,
        Variable(
            *("moment", "what is estimated", "1", ("moment",)), lambda r: ["mean", "randomness", "memory"], shown=False
        ),
    )
    variables = (
        Variable("mean", "mean wait", "time", (), None, lambda r: r.errors[0]),
        Variable("randomness", "variance over the square of the mean", "1", (), None, lambda r: r.errors[1]),
        Variable("memory", "correlation of successive waits", "1", (), None, lambda r: r.errors[2]),
        Variable("intervals", "intervals of mean, randomness and memory", "1", ("moment", "end"), shown=False),
        Variable(
            *("density", "probability density of waits", "1/time", ("bin",)),
            None,
            lambda r: r.density_error,
            shown=False,
        ),
        Variable("confidence", "of the intervals", "1", shown=False),
    )

    def title(self, result: RecordWaits) -> str:
        """How many."""
        return f"{result.waits.size} waiting times of a record"

    def rows(self, result: RecordWaits) -> list[tuple[str, str, str]]:
        """A line for each moment."""
        numbers = zip((result.mean, result.randomness, result.memory), result.errors, result.intervals, strict=True)
        said = [_with_interval(value, error, ends, result.confidence) for value, error, ends in numbers]
        return list(zip(("mean wait", "randomness", "memory"), said, ("time", "", ""), strict=True))

    def draw(self, result: RecordWaits, axes: list[Axes]) -> None:
        """The density, beside that of clicks without memory."""
        from thermokin.views.inference_figures import draw_waits

        draw_waits(axes[0], result)


class RecordSpectrumView(View[RecordSpectrum], of=RecordSpectrum):
    """Noise against frequency with its intervals."""

    coordinates = (
        Variable("frequency", "angular frequency", "1/time", ("frequency",), lambda r: r.frequencies),
        END,
    )
    variables = (
        Variable("noise", "noise spectrum", "amount^2/time", ("frequency",), lambda r: r.values),
        Variable("intervals", "interval of the noise", "amount^2/time", ("frequency", "end"), shown=False),
        Variable("pieces", "into which the record was cut", "1"),
        Variable("length", "of a piece", "time"),
        Variable("confidence", "of the intervals", "1"),
    )

    def title(self, result: RecordSpectrum) -> str:
        """At how many frequencies."""
        return f"Noise spectrum of a record at {result.frequencies.size} frequencies"

    def draw(self, result: RecordSpectrum, axes: list[Axes]) -> None:
        """The noise in a band of its intervals."""
        from thermokin.views.inference_figures import draw_record_spectrum

        draw_record_spectrum(axes[0], result)


class EntropyEstimatesView(View[EntropyEstimates], of=EntropyEstimates):
    """Each estimate with its interval, and under what it holds."""

    coordinates = (
        Variable(
            *("estimate", "what it is made of", "1", ("estimate",)),
            lambda r: [one.name for one in r.estimates],
            shown=False,
        ),
        END,
    )
    variables = (
        Variable(
            *("entropy_production", "entropy production rate", "nats/time", ("estimate",)),
            lambda r: [one.value for one in r.estimates],
            lambda r: [one.error for one in r.estimates],
        ),
        Variable(
            *("intervals", "interval of it", "nats/time", ("estimate", "end")),
            lambda r: np.reshape([one.interval for one in r.estimates], (-1, 2)),
            shown=False,
        ),
        Variable(
            *("bound", "whether at least so much is produced", "1", ("estimate",)),
            lambda r: [one.bound for one in r.estimates],
            shown=False,
        ),
        Variable("confidence", "of the intervals", "1", shown=False),
    )

    def title(self, result: EntropyEstimates) -> str:
        """How many."""
        return f"Entropy production of a record, {len(result.estimates)} estimates"

    def rows(self, result: EntropyEstimates) -> list[tuple[str, str, str]]:
        """A line for each estimate."""
        found = []
        for one in result.estimates:
            said = _with_interval(one.value, one.error, one.interval, result.confidence)
            found.append((one.name, f"{'at least ' if one.bound else ''}{said}; for {one.holds}", "nats/time"))
        return found

    def draw(self, result: EntropyEstimates, axes: list[Axes]) -> None:
        """The estimates with their intervals."""
        from thermokin.views.inference_figures import draw_estimates

        draw_estimates(axes[0], result)


def _with_interval(value: float, error: float, ends: Any, confidence: float) -> str:
    low, high = ends
    return f"{value:.5g} ± {error:.2g}, {100.0 * confidence:g} % interval {low:.5g} ... {high:.5g}"
