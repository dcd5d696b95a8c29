"""What searches for machines look like."""

from __future__ import annotations

from thermokin.views.falsification import FalsificationView
from thermokin.views.fronts import FrontView

__all__ = ["FalsificationView", "FrontView"]
