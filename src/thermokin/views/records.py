"""What records say by themselves looks like: cumulants, waits, spectra and entropy production with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.inference.entropy_estimates import EntropyEstimates
from thermokin.inference.record_spectrum import RecordSpectrum
from thermokin.inference.record_statistics import RecordStatistics
from thermokin.inference.record_waits import RecordWaits
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.views.counting_over_time import ORDER
from thermokin.views.in_units import noted
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["END", "EntropyEstimatesView", "RecordSpectrumView", "RecordStatisticsView", "RecordWaitsView"]

FEW_UNSEEN = 0.01  # share of clicks whose reverse was never seen, beyond which it is told

END: Variable[Any] = Variable("end", "end of the interval", "1", ("end",), lambda r: ["lowest", "highest"], shown=False)
"""The axis of intervals."""


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
        window = in_asked_units(result.amounts.window, "time")
        return f"Cumulants of a record from {len(result.amounts)} windows of {float(window):.4g}{noted('time')}"

    def rows(self, result: RecordStatistics) -> list[tuple[str, str, str]]:
        """A line for each cumulant."""
        names, found = ("mean", "noise", "third cumulant", "fourth cumulant"), []
        for n, (value, error, ends) in enumerate(zip(result.values, result.errors, result.intervals, strict=True)):
            unit = f"amount{'' if n == 0 else f'^{n + 1}'}/time"
            shown = (in_asked_units(one, unit) for one in (value, error, ends))
            found.append((names[n], _with_interval(list(shown), result.confidence), unit_shown(unit)))
        if np.isfinite(result.fano):
            fano, low, high = in_asked_units([result.fano, *result.fano_interval], "amount").tolist()
            said = f"{fano:.5g}, interval {low:.5g} ... {high:.5g}"
            found.append(("noise over mean", said, unit_shown("amount").removesuffix("1")))
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
        values = (result.mean, result.randomness, result.memory)
        numbers = list(zip(values, result.errors, result.intervals, ("time", "1", "1"), strict=True))
        said = [
            _with_interval([in_asked_units(one, unit) for one in three], result.confidence) for *three, unit in numbers
        ]
        return list(zip(("mean wait", "randomness", "memory"), said, (unit_shown("time"), "", ""), strict=True))

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
        Variable(
            *("unseen", "share of clicks whose reverse was never seen", "1", ("estimate",)),
            lambda r: [one.unseen for one in r.estimates],
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
            shown = (in_asked_units(each, "nats/time") for each in (one.value, one.error, one.interval))
            said = f"{_with_interval(list(shown), result.confidence)}; for {one.holds}"
            found.append((one.name, f"{'at least ' if one.bound else ''}{said}", unit_shown("nats/time")))
            if one.unseen > FEW_UNSEEN:
                said = f"{100.0 * one.unseen:.2g} % of the clicks were never seen to be reversed: it is too small"
                found.append((f"{one.name}, unseen", said, ""))
        return [*found, *((name, f"left out: {why}", "") for name, why in result.left_out.items())]

    def draw(self, result: EntropyEstimates, axes: list[Axes]) -> None:
        """The estimates with their intervals."""
        from thermokin.views.inference_figures import draw_estimates

        draw_estimates(axes[0], result)


def _with_interval(shown: Sequence[Any], confidence: float) -> str:
    value, error, (low, high) = shown
    return f"{value:.5g} ± {error:.2g}, {100.0 * confidence:g} % interval {low:.5g} ... {high:.5g}"
