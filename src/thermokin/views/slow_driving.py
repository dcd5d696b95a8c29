"""What slow driving looks like: friction tensors, drives and geodesics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.asked import in_asked_units
from thermokin.model.parameter import Known
from thermokin.slow_driving.geodesic import Geodesic
from thermokin.slow_driving.geodesics import Geodesics
from thermokin.slow_driving.slow_drive import SlowDrive
from thermokin.views.friction import FrictionView, said_unit
from thermokin.views.told import amount
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CONTROL",
    "CONTROL_UNIT",
    "PLACE",
    "FrictionView",
    "GeodesicView",
    "GeodesicsView",
    "SlowDriveView",
    "draw_controls",
    "said_way",
]

PLACE: Variable[Any] = Variable("s", "place on the path", "1", ("s",), lambda r: r.places, shown=False)
CONTROL: Variable[Any] = Variable("control", "control", "1", ("control",), lambda r: _along(r).path.names, shown=False)


CONTROL_UNIT: Variable[Any] = Variable(
    "control_unit", "unit of the control", "1", ("control",), lambda r: list(_along(r).controls.units), shown=False
)


def _along(result: Any) -> SlowDrive:
    found: SlowDrive = result if isinstance(result, SlowDrive) else result.drive
    return found


def draw_controls(result: Any, axes: list[Axes]) -> None:
    """The controls along the path.

    Args:
        result: a slow drive, or what has one.
        axes: the first is drawn in.
    """
    from thermokin.report.style import legend

    drive = _along(result)
    every = np.linspace(0.0, 1.0, 201)
    for name, unit, row in zip(drive.path.names, drive.controls.units, drive.path.values(every).T, strict=True):
        said = f"{name} [{said_unit(unit)}]" if said_unit(unit) != "1" else name
        axes[0].plot(every, in_asked_units(row, unit), label=said)
    axes[0].set_xlabel("share of the time, t/tau")
    axes[0].set_ylabel(said if len(drive.path.names) == 1 else "control")
    if len(drive.path.names) > 1:
        legend(axes[0])


def said_way(drive: SlowDrive) -> str:
    """From where to where a drive goes.

    Args:
        drive: the drive.

    Returns:
        As "gap 1 to 2, temperature 0.5 to 1".
    """
    first, last = drive.path.values(np.array([0.0, 1.0]))
    known = zip(drive.path.names, drive.controls.units, first, last, strict=True)
    return ", ".join(f"{name} {amount(a, unit, 6)} to {amount(b, unit, 6)}" for name, unit, a, b in known)


class SlowDriveView(View[SlowDrive], of=SlowDrive):
    """What it costs, for any duration."""

    coordinates = (PLACE, CONTROL, CONTROL_UNIT)
    variables = (
        Variable("values", "controls along the path", "control_unit", ("s", "control"), shown=False),
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
        return f"SlowDrive: {said_way(result)}"

    def draw(self, result: SlowDrive, axes: list[Axes]) -> None:
        """The controls along the path."""
        draw_controls(result, axes)


class GeodesicView(View[Geodesic], of=Geodesic):
    """Its length, and the controls along it."""

    coordinates = (PLACE, CONTROL, CONTROL_UNIT)
    variables = (
        Variable("values", "controls along the path", "control_unit", ("s", "control"), shown=False),
        Variable("length", "thermodynamic length", "hbar^(1/2)", error=lambda r: r.drive.error * r.length),
        Variable("action", "least excess work times duration", "energy time", (), lambda r: r.drive.action),
        Variable("unevenness", "how far its speed varies, relative to the length", "1"),
    )

    def title(self, result: Geodesic) -> str:
        """From where to where."""
        return f"Geodesic: {said_way(result.drive)}"

    def draw(self, result: Geodesic, axes: list[Axes]) -> None:
        """The controls along the path."""
        draw_controls(result, axes)


class GeodesicsView(View[Geodesics], of=Geodesics):
    """The lengths, against the ends that vary."""

    variables = (Variable("length", "thermodynamic length", "hbar^(1/2)"),)

    def parameters(self, result: Geodesics) -> Mapping[str, Known]:
        """The ends."""
        return result.swept

    def title(self, result: Geodesics) -> str:
        """Of which control."""
        return f"Geodesics of {result.control}, {result.start.size} ways"
