"""What Gaussian states look like: at rest, over time, and what is counted in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.gaussian.cumulants import GaussianCovariance, GaussianCumulants
from thermokin.gaussian.gaussian_evolution import GaussianEvolution, GaussianLedger
from thermokin.gaussian.gaussian_spectrum import GaussianSpectrum
from thermokin.gaussian.gaussian_state import GaussianState
from thermokin.gaussian.integrated_counts import GaussianIntegratedCovariance, GaussianIntegratedCumulants
from thermokin.gaussian.model import GaussianModel
from thermokin.model.parameter import Known
from thermokin.views.counting_over_time import CUMULANTS_SINCE_START, ORDER, draw_amount, two_axes
from thermokin.views.cumulants_per_time import PER_TIME, rows_of_orders
from thermokin.views.motion import span
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "GaussianCovarianceView",
    "GaussianCumulantsView",
    "GaussianEvolutionView",
    "GaussianIntegratedCovarianceView",
    "GaussianIntegratedCumulantsView",
    "GaussianLedgerView",
    "GaussianSpectrumView",
    "GaussianStateView",
]

SITE: Variable[Any] = Variable(
    "site", "number of the site", "1", ("site",), lambda result: np.arange(result.model.modes), shown=False
)
BATH: Variable[Any] = Variable(
    "bath", "bath", "1", ("bath",), lambda result: [bath.name for bath in result.model.baths]
)
TIME: Variable[Any] = Variable("time", "time", "time", ("time",), lambda result: result.times)


def bath_parameters(model: GaussianModel) -> dict[str, Known]:
    """What may vary along the axes of a sweep.

    Args:
        model: the model.

    Returns:
        Temperatures and chemical potentials of its baths, by name.
    """
    return {
        f"{bath.name}_{words}".replace(" ", "_"): Known(numbers, "energy")
        for bath in model.baths
        for words, numbers in (("temperature", bath.temperature), ("chemical_potential", bath.chemical_potential))
    }


def _by_bath(name: str, meaning: str, unit: str, *axes: str, shown: bool = True) -> Variable[Any]:
    def read(result: Any) -> Any:
        flows = np.broadcast_arrays(*getattr(result, name).values())
        return np.stack(flows, axis=-1 - len(axes))

    return Variable(name, meaning, unit, ("bath", *axes), read, shown=shown)


def _names(result: GaussianCovariance | GaussianIntegratedCovariance) -> list[str]:
    return [current.name for current in result.currents]


class _GaussianView(View[Any]):
    """Results of a Gaussian model."""

    def parameters(self, result: Any) -> dict[str, Known]:
        """Those of its baths."""
        return bath_parameters(result.model)

    def defined(self, result: Any) -> tuple[Variable[Any], ...]:
        """What has an axis of baths only where there are baths."""
        some = bool(result.model.baths)
        return tuple(variable for variable in self.variables if some or "bath" not in variable.axes)


class GaussianStateView(_GaussianView, of=GaussianState):
    """Occupations, entropy and currents of a state at rest."""

    coordinates = (SITE, BATH)
    variables = (
        Variable("occupations", "mean number of particles", "1", ("site",)),
        Variable("energy", "energy with all couplings", "energy"),
        Variable("entropy", "entropy", "nats"),
        _by_bath("particles", "particles from the bath", "1/time"),
        _by_bath("heat", "heat from the bath", "energy/time"),
        Variable("entropy_production_rate", "entropy production", "nats/time"),
        Variable("residual", "what the equation of motion leaves, relative", "1"),
        Variable("occupation_error", "error of the occupations by rounding", "1", ("site",), shown=False),
    )

    def title(self, result: GaussianState) -> str:
        """Of what."""
        return f"GaussianState at rest, {result.model.modes} modes"


class GaussianEvolutionView(_GaussianView, of=GaussianEvolution):
    """Occupations over time."""

    coordinates = (TIME, SITE)
    variables = (
        Variable("occupations", "mean number of particles", "1", ("time", "site")),
        Variable("energy", "energy with all couplings", "energy", ("time",)),
        Variable("entropy", "entropy", "nats", ("time",), shown=False),
    )

    def title(self, result: GaussianEvolution) -> str:
        """Of what."""
        return f"GaussianEvolution of {result.model.modes} modes at {result.times.shape[-1]} times"


class GaussianLedgerView(_GaussianView, of=GaussianLedger):
    """What an evolution costs."""

    coordinates = (TIME, BATH)
    variables = (
        Variable("entropy_production_rate", "entropy production rate", "nats/time", ("time",)),
        Variable("entropy_production", "entropy produced since time 0", "nats", ("time",), shown=False),
        Variable("energy", "energy with all couplings", "energy", ("time",)),
        Variable("entropy", "entropy", "nats", ("time",)),
        _by_bath("heat_rate", "heat from the bath per time", "energy/time", "time"),
        _by_bath("heat", "heat from the bath since time 0", "energy", "time", shown=False),
        _by_bath("particle_rate", "particles from the bath per time", "1/time", "time"),
        _by_bath("particles", "particles from the bath since time 0", "1", "time", shown=False),
    )


class GaussianCumulantsView(_GaussianView, of=GaussianCumulants):
    """Cumulants per time with their errors."""

    coordinates = (ORDER,)
    variables = (
        PER_TIME,
        Variable("residual", "what the equation of motion of the state leaves, relative", "1"),
    )

    def rows(self, result: GaussianCumulants) -> list[tuple[str, str, str]]:
        """A line for each order, whose units differ."""
        return [*rows_of_orders(result), *(row for row in super().rows(result) if row[0] != PER_TIME.name)]

    def title(self, result: GaussianCumulants) -> str:
        """Of what."""
        return f"Cumulants per time of {result.current.name}, up to order {result.values.shape[-1]}"


class GaussianCovarianceView(_GaussianView, of=GaussianCovariance):
    """Covariances per time with their errors."""

    coordinates = two_axes("current")
    variables = (
        Variable(
            *("covariance", "covariance per time", "amount^2/time", ("current", "other"), lambda r: r.values),
            lambda r: r.error,
        ),
        Variable("mean", "mean current", "amount/time", ("current",)),
        Variable("residual", "what the equation of motion of the state leaves, relative", "1"),
    )

    def title(self, result: GaussianCovariance) -> str:
        """Of what."""
        return f"Covariance per time of {', '.join(_names(result))}"

    def draw(self, result: GaussianCovariance, axes: list[Axes]) -> None:
        """The matrix as a map."""
        from thermokin.views.counting_figures import draw_matrix

        draw_matrix(axes[0], result.values, _names(result))


class GaussianSpectrumView(_GaussianView, of=GaussianSpectrum):
    """Noise against frequency, with its limit far above all rates."""

    coordinates = (Variable("frequency", "angular frequency", "1/time", ("frequency",), lambda r: r.frequencies),)
    variables = (
        Variable("noise", "noise spectrum", "amount^2/time", ("frequency",), lambda r: r.values, lambda r: r.error),
        Variable("shot_noise", "noise at infinite frequency", "amount^2/time"),
        Variable("residual", "what the equation of motion of the state leaves, relative", "1"),
    )

    def title(self, result: GaussianSpectrum) -> str:
        """Of what."""
        return f"GaussianSpectrum, noise of {result.current.name} against frequency"


class GaussianIntegratedCumulantsView(_GaussianView, of=GaussianIntegratedCumulants):
    """Cumulants of an amount over time."""

    coordinates = (TIME, ORDER)
    variables = (CUMULANTS_SINCE_START,)

    def title(self, result: GaussianIntegratedCumulants) -> str:
        """Of what."""
        return f"IntegratedCumulants of {result.current.name} {span(result.times)}"

    def draw(self, result: GaussianIntegratedCumulants, axes: list[Axes]) -> None:
        """Of one point the mean with one standard deviation to either side."""
        if result.values.ndim > 2 or result.values.shape[-1] < 2:
            return super().draw(result, axes)
        return draw_amount(result, result.current.name, axes[0])


class GaussianIntegratedCovarianceView(_GaussianView, of=GaussianIntegratedCovariance):
    """Covariances of amounts over time."""

    coordinates = (TIME, *two_axes("current"))
    variables = (
        Variable(
            *("covariance", "covariance of the amounts since time 0", "amount^2", ("time", "current", "other")),
            lambda r: r.values,
            lambda r: r.error,
        ),
    )

    def title(self, result: GaussianIntegratedCovariance) -> str:
        """Of what."""
        return f"IntegratedCovariance of {', '.join(_names(result))} {span(result.times)}"
