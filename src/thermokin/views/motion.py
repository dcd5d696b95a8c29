"""What motion looks like: states over time, at rest, and the modes of relaxation."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from thermokin.lab_units.asked import in_asked_units
from thermokin.model.parameter import Known
from thermokin.motion.evolution import Evolution
from thermokin.motion.initial import InitialState
from thermokin.motion.modes import Modes
from thermokin.motion.steady_state import SteadyState
from thermokin.views.in_units import noted
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["LEVEL", "TIME", "EvolutionView", "ModesView", "SteadyStateView", "span", "start_parameters"]

TIME: Variable[Any] = Variable("time", "time", "time", ("time",), lambda result: result.times)
LEVEL: Variable[Any] = Variable(
    "level", "number of the level", "1", ("level",), lambda result: np.arange(result.model.dimension), shown=False
)


def span(times: NDArray[np.float64]) -> str:
    """A grid of times in words.

    Args:
        times: (..., t).

    Returns:
        The words.
    """
    shown = in_asked_units(times, "time")
    first, last = float(shown.min(initial=np.inf)), float(shown.max(initial=-np.inf))
    said = f"at time {last:g}" if times.size == 1 else f"at {times.shape[-1]} times from {first:g} to {last:g}"
    return said + noted("time")


def start_parameters(evolution: Evolution) -> dict[str, Known]:
    """What may vary along the axes of a sweep of an evolution: its model's numbers and its start's temperature.

    Args:
        evolution: the evolution.

    Returns:
        The parameters.
    """
    found, start = model_parameters(evolution.model), evolution.initial
    if isinstance(start, InitialState) and start.temperature is not None:
        found["initial_temperature"] = Known(np.asarray(start.temperature), "energy", "temperature")
    return found


class EvolutionView(View[Evolution], of=Evolution):
    """A state over time: its populations, and its density matrices where there are coherences."""

    coordinates = (TIME, LEVEL)
    variables = (Variable("populations", "populations in the eigenbasis", "1", ("time", "level")),)
    coherent: ClassVar[Variable[Evolution]] = Variable(
        "states", "density matrices in the basis of the model", "1", ("time", "row", "column"), shown=False
    )

    def defined(self, result: Evolution) -> tuple[Variable[Any], ...]:
        """The populations, and the density matrices where there are coherences."""
        return self.variables if result.population_only else (*self.variables, self.coherent)

    def title(self, result: Evolution) -> str:
        """What moved, and when."""
        coherent = "" if result.population_only else ", with coherences"
        return f"Evolution of {result.model.dimension} levels {span(result.times)}{coherent}"

    def parameters(self, result: Evolution) -> dict[str, Known]:
        """The numbers of the model and the temperature of the start."""
        return start_parameters(result)


class SteadyStateView(View[SteadyState], of=SteadyState):
    """A state at rest, with what is known of its error."""

    coordinates = (LEVEL,)
    variables = (
        Variable("populations", "populations in the eigenbasis", "1", ("level",)),
        Variable("residual", "largest element of L rho, relative", "1"),
        Variable("trace_defect", "trace less 1", "1"),
        Variable("positivity_defect", "lowest eigenvalue below 0", "1", shown=False),
        Variable("condition", "condition number of the generator with the trace fixed", "1", shown=False),
    )

    def title(self, result: SteadyState) -> str:
        """What is at rest."""
        return f"SteadyState of {result.model.dimension} levels{'' if result.is_diagonal else ', with coherences'}"


class ModesView(View[Modes], of=Modes):
    """The decay rates of the modes."""

    coordinates = (
        Variable(
            "mode",
            "number of the mode, slowest first",
            "1",
            ("mode",),
            lambda r: np.arange(r.values.shape[-1]),
            shown=False,
        ),
    )
    variables = (
        Variable("decay_rate", "decay rate", "1/time", ("mode",), lambda r: -r.values.real),
        Variable("frequency", "angular frequency", "1/time", ("mode",), lambda r: r.values.imag),
        Variable("gap", "decay rate of the slowest mode that decays", "1/time"),
        Variable("lasting", "how many modes never decay", "1"),
        Variable("residual", "largest |L R - R value|, relative", "1"),
        Variable("condition", "condition number of the right modes", "1", shown=False),
    )

    def title(self, result: Modes) -> str:
        """How many there are."""
        return f"Modes of {result.model.dimension} levels, {result.values.shape[-1]} of them"
