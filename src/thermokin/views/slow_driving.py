"""What slow driving looks like: friction tensors, drives and geodesics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.slow_driving.geodesic import Geodesic
from thermokin.slow_driving.slow_drive import SlowDrive
from thermokin.views.friction import FrictionView
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FrictionView", "GeodesicView", "SlowDriveView"]

PLACE: Variable[Any] = Variable("s", "place on the path", "1", ("s",), lambda r: r.places, shown=False)
CONTROL: Variable[Any] = Variable("control", "control", "1", ("control",), lambda r: _along(r).path.names, shown=False)


def _along(result: Any) -> SlowDrive:
    found: SlowDrive = result.drive if isinstance(result, Geodesic) else result
    return found


def _draw(result: Any, axes: list[Axes]) -> None:
    """The controls along the path."""
    drive = _along(result)
    every = np.linspace(0.0, 1.0, 201)
    for name, row in zip(drive.path.names, drive.path.values(every).T, strict=True):
        axes[0].plot(every, row, label=name)
    axes[0].set_xlabel("share of the time, t/tau")
    axes[0].set_ylabel("control")
    if len(drive.path.names) > 1:
        axes[0].legend()


def _of(drive: SlowDrive) -> str:
    first, last = drive.values[0], drive.values[-1]
    ways = (f"{name} {a:g} to {b:g}" for name, a, b in zip(drive.path.names, first, last, strict=True))
    return ", ".join(ways)


class SlowDriveView(View[SlowDrive], of=SlowDrive):
    """What it costs, for any duration."""

    coordinates = (PLACE, CONTROL)
    variables = (
        Variable("values", "controls along the path", "control", ("s", "control"), shown=False),
        Variable("density", "friction along the path", "energy time", ("s",), shown=False),
        Variable("action", "excess work times duration", "energy time", error=lambda r: r.error * abs(r.action)),
        Variable("next_order", "its next order, times duration", "energy time^2"),
        Variable("noise", "variance of the work times duration", "energy^2 time"),
        Variable("reversible_work", "work of the infinitely slow drive", "energy"),
        Variable("coherent", "coherent part of the fluctuation", "energy time"),
        Variable("entropy_action", "entropy produced times duration", "nats time"),
    )

    def defined(self, result: SlowDrive) -> tuple[Variable[Any], ...]:
        """What there is of states that are no Gibbs states, too."""
        return tuple(one for one in self.variables if getattr(result, one.name) is not None)

    def title(self, result: SlowDrive) -> str:
        """From where to where."""
        return f"SlowDrive: {_of(result)}"

    def draw(self, result: SlowDrive, axes: list[Axes]) -> None:
        """The controls along the path."""
        _draw(result, axes)


class GeodesicView(View[Geodesic], of=Geodesic):
    """Its length, and the controls along it."""

    coordinates = (PLACE, CONTROL)
    variables = (
        Variable("values", "controls along the path", "control", ("s", "control"), shown=False),
        Variable("length", "thermodynamic length", "(energy time)^(1/2)", error=lambda r: r.drive.error * r.length),
        Variable("action", "least excess work times duration", "energy time", (), lambda r: r.drive.action),
        Variable("unevenness", "how far its speed varies, relative to the length", "1"),
    )

    def title(self, result: Geodesic) -> str:
        """From where to where."""
        return f"Geodesic: {_of(result.drive)}"

    def draw(self, result: Geodesic, axes: list[Axes]) -> None:
        """The controls along the path."""
        _draw(result, axes)
