"""What hierarchies and the correlation functions of baths look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thermokin.bath_memory.correlation_expansion import CorrelationExpansion
from thermokin.bath_memory.hierarchy_answers import HierarchyEvolution, HierarchyState
from thermokin.views.heat_bars import draw_heat_bars
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CorrelationExpansionView", "HierarchyEvolutionView", "HierarchyStateView"]

SAME = 0.01  # of the largest heat: readings that differ by less are one in a figure
LACKS = (
    Variable[HierarchyState | HierarchyEvolution]("depth", "tiers of auxiliary matrices", "1"),
    Variable[HierarchyState | HierarchyEvolution]("depth_error", "change by the last tier", "1"),
    Variable[HierarchyState | HierarchyEvolution]("terms_error", "change by the last pole of the occupations", "1"),
)


def _baths(result: HierarchyState | HierarchyEvolution) -> list[str]:
    return [bath.name for bath in result.system.baths]


def _kind(result: HierarchyState | HierarchyEvolution) -> str:
    return f"{result.system!r}, {result.depth} tiers, terms {', '.join(map(str, result.terms))}"


class HierarchyStateView(View[HierarchyState], of=HierarchyState):
    """Heats by both readings, and what is known of their error."""

    coordinates = (Variable("bath", "name of the bath", "1", ("bath",), _baths, shown=False),)
    variables = (
        Variable("heat", "heat that leaves the bath", "energy/time", ("bath",)),
        Variable("energy_to_system", "energy that enters the system", "energy/time", ("bath",)),
        Variable("particles", "particles that leave the bath", "1/time", ("bath",)),
        Variable("interaction_energy", "energy of the interaction", "energy", ("bath",)),
        Variable("entropy_production", "entropy produced per time", "nats/time"),
        *LACKS,
    )

    def title(self, result: HierarchyState) -> str:
        """Of what."""
        return f"{_kind(result)}, at rest"

    def layout(self, result: HierarchyState) -> tuple[int, int]:
        """One figure."""
        return 1, 1

    def draw(self, result: HierarchyState, axes: list[Axes]) -> None:
        """Heats as bars: what leaves the bath and what enters the system, where these differ."""
        heats = {"leaves the bath": result.heat, "enters the system": result.energy_to_system}
        apart = abs(result.heat - result.energy_to_system).max(initial=0.0)
        if apart <= SAME * abs(result.heat).max(initial=0.0):
            del heats["enters the system"]
        draw_heat_bars(axes[0], _baths(result), heats)


class HierarchyEvolutionView(View[HierarchyEvolution], of=HierarchyEvolution):
    """Heats over time, of which those that leave the baths are drawn."""

    coordinates = (
        Variable("time", "time", "time", ("time",), lambda r: r.times),
        Variable("bath", "name of the bath", "1", ("bath",), _baths, shown=False),
    )
    variables = (
        Variable("heat_rate", "heat that leaves the bath", "energy/time", ("time", "bath")),
        Variable("energy_rate_to_system", "energy that enters the system", "energy/time", ("time", "bath")),
        Variable("interaction_energy", "energy of the interaction", "energy", ("time", "bath")),
        Variable("energy", "energy of the system", "energy", ("time",)),
        Variable("populations", "populations of eigenstates of the Hamiltonian", "1", ("time", "level")),
        *LACKS,
    )

    def title(self, result: HierarchyEvolution) -> str:
        """Of what."""
        return f"{_kind(result)}, over time"


class CorrelationExpansionView(View[CorrelationExpansion], of=CorrelationExpansion):
    """The rates that the sum makes, over those of the bath."""

    coordinates = (
        Variable(
            "frequency", "quantum that the bath takes", "energy", ("frequency",), lambda r: r.frequencies, shown=False
        ),
    )
    variables = (
        Variable("rate", "rate of the sum", "1/time", ("frequency",), lambda r: r.rate(r.frequencies), shown=False),
        Variable("exact_rates", "rate of the bath", "1/time", ("frequency",), shown=False),
        Variable("coefficients", "coefficients", "energy^2", ("exponential",)),
        Variable("rates", "what the exponentials decay with", "1/time", ("exponential",)),
        Variable("error", "largest error of a rate over the largest rate", "1"),
    )

    def title(self, result: CorrelationExpansion) -> str:
        """Of what."""
        count, name = result.rates.size, result.contact.bath.name
        return f"Correlation function of {name} as {count} exponentials, {result.terms} of its occupation"

    def draw(self, result: CorrelationExpansion, axes: list[Axes]) -> None:
        """Rates of the bath, and of the sum."""
        from thermokin.report.style import legend

        axes[0].plot(result.frequencies, result.exact_rates, color="0.6", linewidth=4.0, label="bath")
        axes[0].plot(result.frequencies, result.rate(result.frequencies), linewidth=1.2, label=f"{result.terms} terms")
        axes[0].set(xlabel="quantum that the bath takes [energy]", ylabel="rate [1/time]")
        legend(axes[0])

    def layout(self, result: CorrelationExpansion) -> tuple[int, int]:
        """One figure."""
        return 1, 1
