"""What work that a state holds looks like."""

from __future__ import annotations

from typing import Any

from thermokin.stored_work.ergotropy import Ergotropy
from thermokin.stored_work.local_ergotropy import LocalErgotropy
from thermokin.views.motion import TIME
from thermokin.views.parts import PART
from thermokin.views.states import StatesView, entry
from thermokin.views.variable import Variable

__all__ = ["ErgotropyView", "LocalErgotropyView"]


class ErgotropyView(StatesView[Ergotropy], of=Ergotropy):
    """Ergotropy and its parts, and the energies beside it."""

    drawn = ("total", "incoherent", "asymptotic", "locked")
    variables = (
        entry("total", "ergotropy", "energy"),
        entry("incoherent", "incoherent part", "energy"),
        entry("coherent", "coherent part", "energy"),
        entry("locked", "energy that no unitary takes out", "energy"),
        entry("energy", "mean energy", "energy"),
        entry("entropy", "von Neumann entropy", "nats"),
        entry("coherence", "relative entropy of coherence", "nats", shown=False),
        entry("asymptotic", "ergotropy of each of many copies", "energy"),
        entry("asymptotic_temperature", "temperature that many copies reach", "energy"),
    )


class LocalErgotropyView(StatesView[LocalErgotropy], of=LocalErgotropy):
    """Work of each part, and what correlations lock."""

    coordinates = (TIME, PART)
    variables = (
        entry("parts", "work of the best unitary on the part", "energy", ("part",)),
        entry("total", "ergotropy of the whole", "energy"),
    )
    uncoupled = (
        entry("together", "work of unitaries on all parts", "energy"),
        entry("gap", "work that correlations lock", "energy"),
    )

    def defined(self, result: LocalErgotropy) -> tuple[Variable[Any], ...]:
        """Sums and gap where parts are not coupled."""
        return self.placed(result, self.variables if result.interacting else (*self.variables, *self.uncoupled))

    def title(self, result: LocalErgotropy) -> str:
        """Of what."""
        said = " x ".join(map(str, result.dims))
        return f"LocalErgotropy of {said} levels{', coupled' if result.interacting else ''}{self.when(result)}"
