"""What designs look like."""

from thermokin.views.fronts import FrontView

__all__ = ["FrontView"]
