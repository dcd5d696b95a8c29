"""What records of jumps and of detectors look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.trajectories.diffusive_trajectories import DiffusiveTrajectories
from thermokin.trajectories.trajectories import SampleCumulants, Trajectories, Trajectory
from thermokin.views.in_units import with_unit_shown
from thermokin.views.motion import TIME, span
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DiffusiveTrajectoriesView", "SampleCumulantsView", "TrajectoriesView", "TrajectoryView"]

RUNS = 60  # that a figure shows


class TrajectoriesView(View[Trajectories], of=Trajectories):
    """The records of all runs one after the other, and the numbers of jumps up to the times asked for."""

    coordinates = (TIME,)
    variables = (
        Variable("jumps", "jumps up to the time", "1", ("run", "time"), shown=False),
        Variable("trajectory", "run of the jump", "1", ("jump",), shown=False),
        Variable("jump_time", "time of the jump", "time", ("jump",), lambda r: r.jump_times),
        Variable("channel", "channel of the jump", "1", ("jump",), lambda r: r.channels, shown=False),
    )

    def title(self, result: Trajectories) -> str:
        """How many, and until when."""
        return f"Trajectories of {result.model.dimension} levels, {len(result)} runs {span(result.times)}"

    def draw(self, result: Trajectories, axes: list[Axes]) -> None:
        """The jumps of the first runs as dots, in colours of their channels."""
        from thermokin.views.lines import COLOURS

        shown = result.trajectory < RUNS
        times, runs, channels = (row[shown] for row in (result.jump_times, result.trajectory, result.channels))
        colours = [COLOURS[channel % len(COLOURS)] for channel in channels]
        axes[0].scatter(in_asked_units(times, "time"), runs, s=4.0, c=colours, linewidths=0.0)
        axes[0].set_xlim(0.0, float(in_asked_units(result.times[-1], "time")))
        axes[0].set_xlabel(with_unit_shown("time of the jump", "time"))
        axes[0].set_ylabel("run")


class TrajectoryView(View[Trajectory], of=Trajectory):
    """The jumps of one run."""

    coordinates = (Variable("time", "time of the jump", "time", ("time",), lambda r: r.times),)
    variables = (
        Variable("channel", "channel of the jump", "1", ("time",), lambda r: r.channels),
        Variable("heat", "heat into the system by the jump", "energy", ("time",)),
        Variable("energy", "energy that the jump gives to the system", "energy", ("time",)),
    )

    def title(self, result: Trajectory) -> str:
        """How many jumps."""
        return f"Trajectory of {len(result)} jumps"


class DiffusiveTrajectoriesView(View[DiffusiveTrajectories], of=DiffusiveTrajectories):
    """What the detector shows in every step of every run."""

    coordinates = (Variable("step", "middle of the step", "time", ("step",), lambda r: r.steps),)
    variables = (
        Variable(
            "photocurrent", "reading of the detector over the step", "1/sqrt(time)", ("run", "step", "quadrature")
        ),
    )

    def title(self, result: DiffusiveTrajectories) -> str:
        """How many, and until when."""
        return f"DiffusiveTrajectories of {result.model.dimension} levels, {len(result)} runs {span(result.times)}"


class SampleCumulantsView(View[SampleCumulants], of=SampleCumulants):
    """Cumulants over runs at every time, with their standard errors."""

    coordinates = (
        Variable("time", "time", "time", ("time",), lambda r: np.atleast_1d(_times(r)), shown=False),
        Variable("order", "order of the cumulant", "1", ("order",), lambda r: np.arange(1, r.values.shape[-1] + 1)),
    )
    variables = (
        Variable(
            *("cumulants", "cumulant over runs", "amount^order", ("time", "order")),
            lambda r: np.atleast_2d(r.values),
            lambda r: np.atleast_2d(r.errors),
        ),
    )

    def title(self, result: SampleCumulants) -> str:
        """At which times."""
        return "SampleCumulants" if result.times is None else f"SampleCumulants {span(result.times)}"


def _times(result: SampleCumulants) -> FloatArray:
    """The times, or numbers of the samples where they belong to none."""
    count = np.atleast_2d(result.values).shape[-2]
    return np.arange(float(count)) if result.times is None else result.times
