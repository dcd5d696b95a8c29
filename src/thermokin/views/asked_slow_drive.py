"""The slow drive that a study asks for: what it costs for any duration, and in some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.slow_driving.slow_drive import SlowDrive
from thermokin.views.in_units import with_unit_shown
from thermokin.views.slow_driving import CONTROL, CONTROL_UNIT, PLACE, draw_controls, said_way
from thermokin.views.told import ToldView, amount
from thermokin.views.variable import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AskedSlowDrive", "AskedSlowDriveView"]

FAR = (3.0, 300.0)  # durations that are drawn, over that at which both orders are equal
SHORT = 0.999  # of an action: a length squared that is no shorter


@dataclass(frozen=True, eq=False)
class AskedSlowDrive(Result):
    """A slow drive, and what it costs in some durations.

    Args:
        drive: along the path.
        way: the path in a word, "straight", "smooth" or "geodesic".
        straight: that straight from one end to the other; None where it is the drive itself.
        durations: (d,) [time].
    """

    drive: SlowDrive
    way: str
    straight: SlowDrive | None
    durations: FloatArray

    @property
    def places(self) -> FloatArray:
        """Along the path."""
        return self.drive.places

    @cached_property
    def length_squared(self) -> float | None:
        """Of the path [energy time]; None where friction is negative somewhere."""
        try:
            return self.drive.length**2
        except ArgumentError:
            return None

    @property
    def straight_action(self) -> float | None:
        """Of the straight drive [energy time]; None where it is the drive itself."""
        return None if self.straight is None else self.straight.action

    @property
    def entropy_produced(self) -> FloatArray | None:
        """In each duration, to first order (d,) [nats]."""
        return None if self.drive.entropy_action is None else self.drive.entropy_action / self.durations


def _of(name: str, words: str, unit: str, **said: Any) -> Variable[Any]:
    return Variable(name, words, unit, read=lambda result: getattr(result.drive, name), **said)


def _in(name: str, words: str, unit: str) -> Variable[Any]:
    return Variable(name, words, unit, ("duration",), lambda result: getattr(result.drive, name)(result.durations))


class AskedSlowDriveView(ToldView[AskedSlowDrive], of=AskedSlowDrive):
    """What a slow drive costs."""

    heading = "A slow drive"
    file = "slow_drive"
    panels = (1, 2)
    coordinates: ClassVar[tuple[Variable[Any], ...]] = (
        *(PLACE, CONTROL, CONTROL_UNIT),
        Variable("duration", "duration of the drive", "time", ("duration",), lambda result: result.durations),
    )
    variables = (
        _of("action", "excess work times duration", "energy time", error=lambda r: r.drive.error * abs(r.drive.action)),
        Variable("length_squared", "squared length, the action of the best pace on this path", "energy time"),
        Variable("straight_action", "excess work times duration straight from end to end", "energy time"),
        _of("next_order", "its next order, times duration", "energy time^2"),
        _of("reversible_work", "work of the infinitely slow drive", "energy"),
        _of("noise", "variance of the work times duration", "energy^2 time"),
        _of("coherent", "coherent part of the fluctuation", "energy time"),
        _of("entropy_action", "entropy produced times duration", "nats time"),
    )
    timed: ClassVar[tuple[Variable[Any], ...]] = (
        _in("excess_work", "excess work in this duration", "energy"),
        _in("work_variance", "variance of the work in this duration", "energy^2"),
        Variable("entropy_produced", "entropy produced in this duration", "nats", ("duration",)),
        _in("least_entropy", "least entropy of as many jumps, finite-time Landauer", "nats"),
    )
    along: ClassVar[tuple[Variable[Any], ...]] = (
        Variable(
            "values", "controls along the path", "control_unit", ("s", "control"), lambda r: r.drive.values, shown=False
        ),
        Variable("density", "friction along the path", "energy time", ("s",), lambda r: r.drive.density, shown=False),
    )

    def defined(self, result: AskedSlowDrive) -> tuple[Variable[Any], ...]:
        """What there is of this path, and in these durations."""
        timed = self.timed if result.durations.size else ()
        missing = {one for one in ("coherent", "entropy_action") if getattr(result.drive, one) is None}
        missing |= {one for one in ("length_squared", "straight_action") if getattr(result, one) is None}
        missing |= {"entropy_produced"} if result.drive.entropy_action is None else set()
        return tuple(one for one in (*self.variables, *timed, *self.along) if one.name not in missing)

    def coordinates_of(self, result: AskedSlowDrive) -> tuple[Variable[Any], ...]:
        """Without durations where none are asked for."""
        return self.coordinates if result.durations.size else self.coordinates[:-1]

    def title(self, result: AskedSlowDrive) -> str:
        """From where to where."""
        return f"Slow drive, {result.way}, {said_way(result.drive)}"

    def sentence(self, result: AskedSlowDrive) -> str:
        """What it costs, beside the straight path or the best pace."""
        drive = result.drive
        work, action = amount(drive.reversible_work, "energy"), amount(drive.action, "energy time")
        said = f"Driving {said_way(drive)} slowly costs, beyond the reversible work {work}, {action} over the duration"
        if result.straight is not None and result.way == "geodesic":
            more = 100.0 * (result.straight.action / drive.action - 1.0)
            even = f"straight, at an even pace, it would be {more:.3g} % more"
            return f"{said}, and no slow drive between these ends costs less; {even}."
        least = result.length_squared
        if least is None or least > SHORT * drive.action:
            return f"{said}."
        return f"{said}; the best pace on this path would cost {100.0 * (1.0 - least / drive.action):.3g} % less."

    def draw(self, result: AskedSlowDrive, axes: list[Axes]) -> None:
        """The controls along the path, and the excess work over the duration."""
        from thermokin.report.style import MANY, legend

        draw_controls(result, axes)
        tau, axis = _durations(result), axes[1]
        rows = {"to first order": result.drive.action / tau, "with the next": result.drive.excess_work(tau)}
        if result.straight is not None and result.way == "geodesic":
            rows["straight"] = result.straight.excess_work(tau)
        for number, (name, row) in enumerate(rows.items()):
            shown = in_asked_units(np.where(row > 0.0, row, np.nan), "energy")
            axis.plot(in_asked_units(tau, "time"), shown, color=MANY[number], label=name)
        axis.set(xscale="log", yscale="log")
        axis.set_xlabel(with_unit_shown("duration", "time"))
        axis.set_ylabel(f"excess work [{unit_shown('energy')}]")
        legend(axis)


def _durations(result: AskedSlowDrive) -> FloatArray:
    """Durations that are drawn: those that are asked for, or where the next order is small."""
    asked = result.durations
    if asked.size > 1 and asked.max() > asked.min():
        return np.geomspace(float(asked.min()), float(asked.max()), 121)
    scale = abs(result.drive.next_order / result.drive.action) if result.drive.action else 0.0
    scale = scale or float(asked[0] if asked.size else 1.0) / FAR[0]
    return np.geomspace(scale * FAR[0], scale * FAR[1], 121)
