"""What figures of merit look like."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.views.heat_devices import RectificationView
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.transport import junction_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["FiguresOfMeritView", "RectificationView"]


class FiguresOfMeritView(View[FiguresOfMerit], of=FiguresOfMerit):
    """Power first, then what the machine is good at, then the heats."""

    coordinates = (Variable("bath", "name of the bath", "1", ("bath",), lambda r: list(r.names), shown=False),)
    variables = (
        Variable("power", "work delivered per time", "energy/time"),
        Variable("efficiency", "what is delivered over what is drawn", "1"),
        Variable("coefficient_of_performance", "heat from the cold over what it costs", "1"),
        Variable("carnot", "what the second law allows at most", "1"),
        Variable("share_of_carnot", "of what the second law allows", "1"),
        Variable(
            *("heats", "heat from the bath", "energy/time", ("bath",), lambda r: r.heats), lambda r: r.heats_error
        ),
        Variable("entropy_production", "entropy that the baths take up", "nats/time"),
    )

    def title(self, result: FiguresOfMerit) -> str:
        """What it does."""
        found, counts = np.unique(result.does, return_counts=True)
        if result.does.ndim == 0:
            return f"Figures of merit: {found[0]} between {', '.join(result.names)}"
        said = ", ".join(f"{word} at {count}" for word, count in zip(found, counts, strict=True))
        return f"Figures of merit along a sweep of {result.does.size} points: {said}"

    def defined(self, result: FiguresOfMerit) -> tuple[Variable[Any], ...]:
        """Those that have a number anywhere."""
        return tuple(one for one in self.variables if not np.isnan(np.asarray(getattr(result, one.name))).all())

    def parameters(self, result: FiguresOfMerit) -> dict[str, Known]:
        """Those of the system."""
        if isinstance(result.system, Model):
            return model_parameters(result.system)
        return junction_parameters(result.system) if isinstance(result.system, JoinedLeads) else {}
