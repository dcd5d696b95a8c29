"""What counted jumps look like: cumulants, noise, distributions, large deviations and waiting times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.counting.counted import Counted
from thermokin.counting.covariance import Covariance
from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.cumulants import Cumulants
from thermokin.counting.distribution import Distribution
from thermokin.counting.fluctuation_symmetry import FluctuationSymmetry
from thermokin.counting.integrated_covariance import IntegratedCovariance
from thermokin.counting.integrated_cumulants import IntegratedCumulants
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.counting.rate_function import RateFunction
from thermokin.counting.waiting_times import WaitingTimes
from thermokin.model.current import Current
from thermokin.model.parameters import Parameter
from thermokin.views.motion import TIME, span, start_parameters
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.view import Variable, View, require_one_point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CovarianceView",
    "CumulantsView",
    "DistributionView",
    "FluctuationSymmetryView",
    "GeneratingFunctionView",
    "IntegratedCovarianceView",
    "IntegratedCumulantsView",
    "NoiseSpectrumView",
    "RateFunctionView",
    "WaitingTimesView",
]

ORDER: Variable[Any] = Variable(
    "order", "order of the cumulant", "1", ("order",), lambda r: np.arange(1, r.values.shape[-1] + 1), shown=False
)
TRUST: tuple[Variable[Any], ...] = (
    Variable("residual", "largest element of L rho of the steady state, relative", "1"),
    Variable("defect", "what the last linear solve left, relative", "1", shown=False),
    Variable("condition", "condition number of the generator with the trace fixed", "1", shown=False),
)


def _names(currents: Sequence[Current]) -> list[str]:
    return [current.name for current in currents]


def _two_axes(read: str) -> tuple[Variable[Any], ...]:
    """The currents along both axes of a matrix."""
    return tuple(
        Variable(axis, read, "1", (axis,), lambda r: _names(r.currents), shown=False) for axis in ("current", "other")
    )


class _CountedView(View[Counted]):
    """Numbers counted in a steady state, whose model's sweep they have."""

    def parameters(self, result: Counted) -> dict[str, Parameter]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)


class CumulantsView(_CountedView, of=Cumulants):
    """Cumulants per time with their errors."""

    coordinates = (ORDER,)
    variables = (
        Variable(
            "cumulants", "cumulant per time", "amount^order/time", ("order",), lambda r: r.values, lambda r: r.error
        ),
        *TRUST,
        Variable("ledger_mismatch", "mean from counting less mean from the state", "amount/time", shown=False),
    )

    def title(self, result: Cumulants) -> str:  # type: ignore[override]
        """Of what."""
        return f"Cumulants per time of {result.current.name}, up to order {result.values.shape[-1]}"


class CovarianceView(_CountedView, of=Covariance):
    """Covariances per time with their errors."""

    coordinates = _two_axes("current")
    variables = (
        Variable(
            *("covariance", "covariance per time", "amount^2/time", ("current", "other"), lambda r: r.values),
            lambda r: r.error,
        ),
        Variable(
            "correlation", "covariance over the product of both deviations", "1", ("current", "other"), shown=False
        ),
        Variable("mean", "mean current", "amount/time", ("current",), shown=False),
        *TRUST,
    )

    def title(self, result: Covariance) -> str:  # type: ignore[override]
        """Of what."""
        return f"Covariance per time of {', '.join(_names(result.currents))}"

    def draw(self, result: Counted, axes: list[Axes]) -> None:
        """The matrix as a map."""
        draw_matrix(axes[0], result.values, _names(result.currents))


class NoiseSpectrumView(_CountedView, of=NoiseSpectrum):
    """Noise against frequency, between its two limits."""

    coordinates = (Variable("frequency", "angular frequency", "1/time", ("frequency",), lambda r: r.frequencies),)
    variables = (
        Variable("noise", "noise spectrum", "amount^2/time", ("frequency",), lambda r: r.values, lambda r: r.error),
        Variable("shot_noise", "noise at infinite frequency", "amount^2/time"),
        Variable("zero_frequency", "noise at zero frequency", "amount^2/time", shown=False),
        TRUST[0],
    )

    def title(self, result: NoiseSpectrum) -> str:  # type: ignore[override]
        """Of what."""
        return f"NoiseSpectrum of {result.current.name}"

    def draw(self, result: Counted, axes: list[Axes]) -> None:
        """The spectrum; of one point with both limits."""
        if result.values.ndim > 1:
            return super().draw(result, axes)
        assert isinstance(result, NoiseSpectrum)  # noqa: S101 - registered for it
        from thermokin.views.counting_figures import draw_spectrum

        return draw_spectrum(axes[0], result)


class IntegratedCumulantsView(View[IntegratedCumulants], of=IntegratedCumulants):
    """Cumulants of an amount over time."""

    coordinates = (TIME, ORDER)
    variables = (
        Variable(
            *("cumulants", "cumulant of the amount since time 0", "amount^order", ("time", "order")),
            lambda r: r.values,
            lambda r: r.error,
        ),
    )

    def title(self, result: IntegratedCumulants) -> str:
        """Of what."""
        return f"IntegratedCumulants of {result.current.name} {span(result.times)}"

    def parameters(self, result: IntegratedCumulants) -> dict[str, Parameter]:
        """Those of the evolution."""
        return start_parameters(result.evolution)

    def draw(self, result: IntegratedCumulants, axes: list[Axes]) -> None:
        """Of one point the mean with one standard deviation to either side."""
        if result.values.ndim > 2 or result.values.shape[-1] < 2:
            return super().draw(result, axes)
        from thermokin.report.band import band

        band(axes[0], result.times, result.mean, result.deviation)
        axes[0].set_xlabel("time")
        axes[0].set_ylabel(result.current.name)
        return None


class IntegratedCovarianceView(View[IntegratedCovariance], of=IntegratedCovariance):
    """Covariances of amounts over time."""

    coordinates = (TIME, *_two_axes("current"))
    variables = (
        Variable(
            *("covariance", "covariance of the amounts since time 0", "amount^2", ("time", "current", "other")),
            lambda r: r.values,
            lambda r: r.error,
        ),
    )

    def title(self, result: IntegratedCovariance) -> str:
        """Of what."""
        return f"IntegratedCovariance of {', '.join(_names(result.currents))} {span(result.times)}"

    def parameters(self, result: IntegratedCovariance) -> dict[str, Parameter]:
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


class GeneratingFunctionView(View[CumulantGeneratingFunction], of=CumulantGeneratingFunction):
    """The scaled cumulant generating function against the counting field."""

    panels = (1, 2)
    coordinates = (Variable("s", "counting field", "1/amount", ("s",)),)
    variables = (
        Variable("generating_function", "scaled cumulant generating function", "1/time", ("s",), lambda r: r.values),
        Variable("residual", "largest element of L_s r less lambda r, relative", "1", ("s",), shown=False),
        Variable("condition", "condition of the eigenvalue", "1", ("s",), shown=False),
        Variable("sector", "sector whose eigenvalue is the largest", "1", ("s",), shown=False),
    )
    slopes: tuple[Variable[Any], ...] = (
        Variable("mean", "current of the trajectories that the field selects", "amount/time", ("s",), shown=False),
        Variable("noise", "growth of that current with the field", "amount^2/time", ("s",), shown=False),
    )

    def defined(self, result: CumulantGeneratingFunction) -> tuple[Variable[Any], ...]:
        """Slope and curvature too, where they have their digits."""
        return self.variables if result.lost.any() else (*self.variables, *self.slopes)

    def title(self, result: CumulantGeneratingFunction) -> str:
        """Of what."""
        return f"CumulantGeneratingFunction of {result.current.name}"

    def parameters(self, result: CumulantGeneratingFunction) -> dict[str, Parameter]:
        """Those of the model."""
        return model_parameters(result.current.model)

    def draw(self, result: CumulantGeneratingFunction, axes: list[Axes]) -> None:
        """Of one point the function and the rate function, with the image that the Gallavotti-Cohen symmetry makes."""
        from thermokin.views.counting_figures import draw_generating, draw_rate

        require_one_point(result.values.shape[:-1], "generating function")
        draw_generating(axes[0], result)
        draw_rate(axes[1], result)


class RateFunctionView(View[RateFunction], of=RateFunction):
    """The rate function against the current."""

    coordinates = (Variable("current", "current over a long time", "amount/time", ("current",), lambda r: r.currents),)
    variables = (
        Variable("rate_function", "rate function", "1/time", ("current",), lambda r: r.values),
        Variable("s", "its slope, the counting field", "1/amount", ("current",), shown=False),
        Variable("curvature", "inverse of its curvature", "amount^2/time", ("current",), shown=False),
    )

    def title(self, result: RateFunction) -> str:
        """Of what."""
        return f"RateFunction of {result.current.name}"

    def parameters(self, result: RateFunction) -> dict[str, Parameter]:
        """Those of the model."""
        return model_parameters(result.current.model)


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

    def parameters(self, result: WaitingTimes) -> dict[str, Parameter]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)


class FluctuationSymmetryView(View[FluctuationSymmetry], of=FluctuationSymmetry):
    """The affinity, and by how much the symmetry fails."""

    variables = (
        Variable("affinity", "A of lambda(s) = lambda(-A - s)", "1/amount"),
        Variable("deviation", "largest difference of both sides", "1/time"),
        Variable("relative", "the same over the largest |lambda|", "1"),
        Variable("holds", "whether that is rounding", "1"),
    )


def draw_matrix(ax: Axes, values: Any, names: Sequence[str]) -> None:
    """A matrix over currents as a map, with its numbers.

    Args:
        ax: axes to draw in.
        values: (c, c).
        names: of the currents.

    Raises:
        ValueError: if there are leading axes.
    """
    require_one_point(np.shape(values)[:-2], "covariance")
    largest = float(np.nanmax(np.abs(values))) or 1.0
    ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    for (row, column), value in np.ndenumerate(values):
        ax.annotate(f"{value:.3g}", (column, row), ha="center", va="center")
    places = list(range(len(names)))
    ax.set_xticks(places, names)
    ax.set_yticks(places, names)
