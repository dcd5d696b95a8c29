"""What bounds on currents between leads look like: as those at rest."""

from __future__ import annotations

from thermokin.bounds.bound import BoundInTransport, BoundsInTransport
from thermokin.model.parameter import Known
from thermokin.views.bound_words import of_all
from thermokin.views.bounds_at_rest import BoundAtRestView, BoundsAtRestView
from thermokin.views.junction_parameters import junction_parameters

__all__ = ["BoundInTransportView", "BoundsInTransportView"]


class BoundInTransportView(BoundAtRestView, of=BoundInTransport):
    """Value, limit and its parts."""

    def parameters(self, result: BoundInTransport) -> dict[str, Known]:  # type: ignore[override]
        """Those of the junction."""
        return junction_parameters(result.junction)


class BoundsInTransportView(BoundsAtRestView, of=BoundsInTransport):
    """All bounds on one current between leads, along an axis of their names."""

    def title(self, result: BoundsInTransport) -> str:  # type: ignore[override]
        """How many, and the tightest."""
        return f"Bounds between leads, {of_all(result, 'the tightest on the noise')}"

    def parameters(self, result: BoundsInTransport) -> dict[str, Known]:  # type: ignore[override]
        """Those of the junction."""
        return junction_parameters(result[0].junction) if result else {}
