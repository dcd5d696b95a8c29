"""What counted jumps look like over time: integrated cumulants and covariances, distributions, waiting times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.counting.distribution import Distribution
from thermokin.counting.integrated_covariance import IntegratedCovariance
from thermokin.counting.integrated_cumulants import IntegratedCumulants
from thermokin.counting.mean_and_variance import MeanAndVariance
from thermokin.counting.waiting_times import WaitingTimes
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.current import Current
from thermokin.model.parameter import Known
from thermokin.views.in_units import with_unit_shown
from thermokin.views.motion import TIME, span, start_parameters
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DistributionView", "IntegratedCovarianceView", "IntegratedCumulantsView", "WaitingTimesView"]

ORDER: Variable[Any] = Variable(
    "order", "order of the cumulant", "1", ("order",), lambda r: np.arange(1, r.values.shape[-1] + 1), shown=False
)


def names_of(currents: Sequence[Current]) -> list[str]:
    return [current.name for current in currents]


def two_axes(read: str) -> tuple[Variable[Any], ...]:
    """The currents along both axes of a matrix."""
    return tuple(
        Variable(axis, read, "1", (axis,), lambda r: names_of(r.currents), shown=False) for axis in ("current", "other")
    )


CUMULANTS_SINCE_START: Variable[Any] = Variable(
    *("cumulants", "cumulant of the amount since time 0", "amount^order", ("time", "order")),
    lambda r: r.values,
    lambda r: r.error,
)


def draw_amount(result: MeanAndVariance, name: str, ax: Axes) -> None:
    """Draw the mean of an amount over time, with one standard deviation to either side.

    Args:
        result: its cumulants, of one point.
        name: of the current.
        ax: axes to draw in.
    """
    from thermokin.report.curves import band

    numbers = in_asked_units(result.mean, "amount"), in_asked_units(result.deviation, "amount")
    band(ax, in_asked_units(result.times, "time"), *numbers)
    ax.set_xlabel(with_unit_shown("time", "time"))
    ax.set_ylabel(with_unit_shown(name, "amount"))


class IntegratedCumulantsView(View[IntegratedCumulants], of=IntegratedCumulants):
    """Cumulants of an amount over time."""

    coordinates = (TIME, ORDER)
    variables = (CUMULANTS_SINCE_START,)

    def title(self, result: IntegratedCumulants) -> str:
        """Of what."""
        return f"IntegratedCumulants of {result.current.name} {span(result.times)}"

    def parameters(self, result: IntegratedCumulants) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result.evolution)

    def draw(self, result: IntegratedCumulants, axes: list[Axes]) -> None:
        """Of one point the mean with one standard deviation to either side."""
        if result.values.ndim > 2 or result.values.shape[-1] < 2:
            return super().draw(result, axes)
        return draw_amount(result, result.current.name, axes[0])


class IntegratedCovarianceView(View[IntegratedCovariance], of=IntegratedCovariance):
    """Covariances of amounts over time."""

    coordinates = (TIME, *two_axes("current"))
    variables = (
        Variable(
            *("covariance", "covariance of the amounts since time 0", "amount^2", ("time", "current", "other")),
            lambda r: r.values,
            lambda r: r.error,
        ),
    )

    def title(self, result: IntegratedCovariance) -> str:
        """Of what."""
        return f"IntegratedCovariance of {', '.join(names_of(result.currents))} {span(result.times)}"

    def parameters(self, result: IntegratedCovariance) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result.evolution)


class DistributionView(View[Distribution], of=Distribution):
    """Probabilities of the values that an amount takes."""

    panels = (2, 1)
    coordinates = (
        TIME,
        Variable("amount", "value of the amount", "amount", ("amount",), lambda r: r.values, shown=False),
    )
    variables = (
        Variable("probability", "probability of the amount", "1", ("time", "amount"), lambda r: r.probabilities),
        Variable("mean", "mean amount", "amount", ("time",)),
        Variable("variance", "variance of the amount", "amount^2", ("time",)),
        Variable("beyond", "probability that the amount is none of the values", "1", ("time",)),
        Variable("defect", "sum of all probabilities less 1", "1", ("time",)),
    )

    def title(self, result: Distribution) -> str:
        """Of what."""
        return f"Distribution of {result.quantity} {span(result.times)}"

    def dataset(self, result: Distribution) -> Any:
        """All numbers; one time is an axis of one."""
        return super().dataset(result if result.times.ndim else _on_a_grid(result))

    def draw(self, result: Distribution, axes: list[Axes]) -> None:
        """The probabilities at the last time: as bars with mean and deviation, and on a logarithmic axis."""
        from thermokin.views.counting_figures import draw_distribution

        draw_distribution(axes[0], axes[1], result if result.times.ndim else _on_a_grid(result), -1)


def _on_a_grid(one: Distribution) -> Distribution:
    return replace(
        one,
        times=one.times[None],
        probabilities=one.probabilities[..., None, :],
        beyond=one.beyond[..., None],
        defect=one.defect[..., None],
    )


class WaitingTimesView(View[WaitingTimes], of=WaitingTimes):
    """The density of waiting times."""

    coordinates = (TIME,)
    variables = (
        Variable("density", "density of the waiting time", "1/time", ("time",), lambda r: r.values, shown=False),
        Variable("survival", "probability that no monitored jump has come", "1", ("time",), shown=False),
        Variable("rate", "jumps that start the clock, per time", "1/time"),
        Variable("probability", "probability that the next jump stops the clock", "1", shown=False),
        Variable("defect", "1 less the probabilities of all next jumps", "1", shown=False),
    )

    def title(self, result: WaitingTimes) -> str:
        """Between which channels."""
        first, then = (", ".join(map(str, np.flatnonzero(chosen))) for chosen in (result.first, result.then))
        return f"WaitingTimes from a jump of channel {first} to one of {then}"

    def parameters(self, result: WaitingTimes) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)
