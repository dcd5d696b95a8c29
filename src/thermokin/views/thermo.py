"""What the ledger of an evolution looks like."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.parameter import Known
from thermokin.thermo.ledger import Ledger
from thermokin.views.motion import TIME, span, start_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["LedgerView"]

SMALL = 64  # levels up to which a line may cost products of all jumps


def _entry(name: str, meaning: str, unit: str, axes: tuple[str, ...] = (), **reads: Any) -> Variable[Ledger]:
    return Variable(name, meaning, unit, axes, shown=False, **reads)


def _by_bath(name: str, meaning: str, unit: str) -> Variable[Ledger]:
    """An entry for each bath, with the baths along an axis (..., bath, t)."""

    def stacked(ledger: Ledger) -> FloatArray:
        found = [np.asarray(amounts) for amounts in getattr(ledger, name).values()]
        return np.stack(np.broadcast_arrays(*found), axis=-2) if found else np.zeros((0, ledger.times.shape[-1]))

    return _entry(name, meaning, unit, ("bath", "time"), read=stacked)


def _produced_error(ledger: Ledger) -> FloatArray:
    return ledger.entropy_production_error


class LedgerView(View[Ledger], of=Ledger):
    """Energy, heat per bath, entropy, entropy production and activity over time; all of them on demand."""

    coordinates = (
        TIME,
        Variable("bath", "bath", "1", ("bath",), lambda r: [bath.name for bath in r.model.baths], shown=False),
    )
    variables = (
        _entry("entropy_production_rate", "entropy production rate", "nats/time", ("time",)),
        _entry("entropy_production", "entropy produced since time 0", "nats", ("time",), error=_produced_error),
        _entry("total_entropy_production", "entropy produced to the end", "nats"),
        _entry("energy", "mean energy", "energy", ("time",)),
        _entry("entropy", "von Neumann entropy", "nats", ("time",)),
        _by_bath("heat_rate", "heat current from the bath", "energy/time"),
        _by_bath("heat", "heat from the bath since time 0", "energy"),
        _entry("work_rate", "work of drive or coupling on the counted energy", "energy/time", ("time",)),
        _by_bath("entropy_production_rates", "entropy production rate of the bath", "nats/time"),
        _by_bath("activity_rate", "jumps of the bath per time", "1/time"),
        _by_bath("activity", "jumps of the bath since time 0", "1"),
        _entry("total_activity_rate", "jumps per time", "1/time", ("time",)),
        _entry("total_activity", "jumps since time 0", "1", ("time",)),
    )
    split = (
        _entry("population_part", "entropy production rate of the populations", "nats/time", ("time",)),
        _entry("coherence_part", "entropy production rate of the coherences", "nats/time", ("time",)),
    )

    def defined(self, result: Ledger) -> tuple[Variable[Any], ...]:
        """All entries; the two parts of the rate where populations obey an equation of their own."""
        return (*self.variables, *self.split) if result.has_split else self.variables

    def title(self, result: Ledger) -> str:
        """Whose it is."""
        said = f"Ledger of {result.model.dimension} levels {span(result.times)}"
        model = result.model
        if not model.generator.is_diagonal and model.dimension <= SMALL and result.full_heat_runs_uphill.any():
            said += "; by the whole Hamiltonian heat would run from cold to hot at rest"
        return said

    def parameters(self, result: Ledger) -> dict[str, Known]:
        """Those of the evolution."""
        return start_parameters(result.evolution)
