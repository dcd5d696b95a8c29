"""What counted jumps look like: cumulants, noise, distributions, large deviations and waiting times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.counting.covariance import Covariance
from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.cumulants import Cumulants
from thermokin.counting.fluctuation_symmetry import FluctuationSymmetry
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.counting.rate_function import RateFunction
from thermokin.counting.steady_counts import SteadyCounts
from thermokin.counting.truncation import TruncatedCumulants
from thermokin.model.parameter import Known
from thermokin.views.counting_over_time import (
    ORDER,
    DistributionView,
    IntegratedCovarianceView,
    IntegratedCumulantsView,
    WaitingTimesView,
    names_of,
    two_axes,
)
from thermokin.views.cumulants_per_time import PER_TIME, of_order, rows_of_orders
from thermokin.views.in_units import with_unit_shown
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

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
    "TruncatedCumulantsView",
    "WaitingTimesView",
]

TRUST: tuple[Variable[Any], ...] = (
    Variable("residual", "largest element of L rho of the steady state, relative", "1"),
    Variable("defect", "what the last linear solve left, relative", "1", shown=False),
    Variable("condition", "condition number of the generator with the trace fixed", "1", shown=False),
)


class _CountedView(View[SteadyCounts]):
    """Numbers counted in a steady state, whose model's sweep they have."""

    def parameters(self, result: SteadyCounts) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)


class CumulantsView(_CountedView, of=Cumulants):
    """Cumulants per time with their errors."""

    coordinates = (ORDER,)
    variables = (
        PER_TIME,
        *TRUST,
        Variable("ledger_mismatch", "mean from counting less mean from the state", "amount/time", shown=False),
    )

    def title(self, result: Cumulants) -> str:  # type: ignore[override]
        """Of what."""
        return f"Cumulants per time of {result.current.name}, up to order {result.values.shape[-1]}"

    def rows(self, result: Cumulants) -> list[tuple[str, str, str]]:  # type: ignore[override]
        """A line for each order, whose units differ, then what is known of their error."""
        return [*rows_of_orders(result), *(row for row in super().rows(result) if row[0] != PER_TIME.name)]

    def layout(self, result: Cumulants) -> tuple[int, int]:  # type: ignore[override]
        """A map for each order over two axes of a sweep."""
        return self._layout_of_maps(result)

    def draw(self, result: Cumulants, axes: list[Axes]) -> None:  # type: ignore[override]
        """Cumulants against their order; along one axis of a sweep lines, each with its unit."""
        from thermokin.views.lines import relabel

        super().draw(result, axes)
        if result.values.ndim == 2:
            orders = range(1, result.values.shape[-1] + 1)
            shown = [of_order(order) for order in orders]
            relabel(axes[0], [with_unit_shown(one.name, one.unit) for one in shown], "cumulant per time")


class TruncatedCumulantsView(View[TruncatedCumulants], of=TruncatedCumulants):
    """Cumulants per time at growing truncations."""

    coordinates = (
        Variable("levels", "levels kept", "1", ("levels",)),
        Variable("grown_to", "levels after a step", "1", ("grown_to",), lambda r: r.levels[1:], shown=False),
        ORDER,
    )
    variables = (
        Variable(
            *("cumulants", "cumulant per time", "amount^order/time", ("levels", "order")),
            lambda r: np.moveaxis(r.values, 0, -2),
        ),
        Variable("change", "largest relative change of a cumulant in a step", "1", ("grown_to",)),
        Variable(
            *("error", "error of the cumulants at the last truncation", "amount^order/time", ("order",)),
            lambda r: r.cumulants.error,
            shown=False,
        ),
    )

    def title(self, result: TruncatedCumulants) -> str:
        """Of what, and how far."""
        return f"TruncatedCumulants of {result.cumulants.current.name}, settled at {result.levels[-1]} levels"

    def parameters(self, result: TruncatedCumulants) -> dict[str, Known]:
        """Those of the model of the last truncation."""
        return model_parameters(result.cumulants.current.model)


class CovarianceView(_CountedView, of=Covariance):
    """Covariances per time with their errors."""

    coordinates = two_axes("current")
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
        return f"Covariance per time of {', '.join(names_of(result.currents))}"

    def draw(self, result: SteadyCounts, axes: list[Axes]) -> None:
        """The matrix as a map."""
        from thermokin.views.counting_figures import draw_matrix

        draw_matrix(axes[0], result.values, names_of(result.currents))


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

    def draw(self, result: SteadyCounts, axes: list[Axes]) -> None:
        """The spectrum; of one point with both limits."""
        if result.values.ndim > 1:
            return super().draw(result, axes)
        assert isinstance(result, NoiseSpectrum)  # noqa: S101 - registered for it
        from thermokin.views.counting_figures import draw_spectrum

        return draw_spectrum(axes[0], result)


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

    def parameters(self, result: CumulantGeneratingFunction) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.current.model)

    def draw(self, result: CumulantGeneratingFunction, axes: list[Axes]) -> None:
        """Of one point the function and the rate function, with the image that the Gallavotti-Cohen symmetry makes."""
        from thermokin.views.counting_figures import draw_generating, draw_rate
        from thermokin.views.lines import require_one_point

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

    def parameters(self, result: RateFunction) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.current.model)


class FluctuationSymmetryView(View[FluctuationSymmetry], of=FluctuationSymmetry):
    """The affinity, and by how much the symmetry fails."""

    variables = (
        Variable("affinity", "A of lambda(s) = lambda(-A - s)", "1/amount"),
        Variable("deviation", "largest difference of both sides", "1/time"),
        Variable("relative", "the same over the largest |lambda|", "1"),
        Variable("holds", "whether that is rounding", "1"),
    )
