"""A study's sweep refined: the questions as a task that is asked again and again, where what they find bends."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._result import CONVENTIONS
from thermokin._typing import FloatArray
from thermokin.study.any_system import AnySystem
from thermokin.study.question import Question, Tell
from thermokin.study.sweep import Swept, asked_by
from thermokin.sweeps.column import Column
from thermokin.sweeps.engine import Progress
from thermokin.sweeps.options import Options
from thermokin.sweeps.refinement import Refine, refined
from thermokin.sweeps.sweeping import Sweep
from thermokin.views.sweep_axes import about_axis

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Asked", "axes_said", "columns_at", "refined_dataset"]

Asked = Sequence[tuple[Question, Any]]
_STANDING = re.compile(r", (?:no theorem here|a theorem at \d+ of \d+ points)$")


def columns_at(
    system: AnySystem, asked: Asked, numbers: Mapping[str, Any], random: np.random.SeedSequence
) -> list[Column]:
    """What questions find at some points.

    Args:
        system: of which they are asked.
        asked: each with its table.
        numbers: of the family, by name.
        random: where questions that draw random numbers have their seeds from.

    Returns:
        The columns.
    """
    found = list[Column]()
    for question, table in asked:
        assert question.swept is not None  # noqa: S101 - narrows the type: rules have refused the others
        if hasattr(table, "seed"):
            table = table.model_copy(update={"seed": int(random.generate_state(1)[0])})
        found += asked_by(question, question.swept(system, table, numbers))
    # How many points a bound is a theorem at is known when all of them are.
    return [replace(one, words=_STANDING.sub("", one.words)) if "theorem" in one.said else one for one in found]


def axes_said(system: AnySystem, swept: Swept) -> dict[str, dict[str, str]]:
    """Attributes of the axes, by name.

    Args:
        system: whose numbers they are.
        swept: the axes.

    Returns:
        Words and unit of each, and those of frequencies.
    """
    known = system.family.parameters
    said = {name: about_axis(name, known[name]) for name in swept.axes}
    return {**said, "frequency": {"long_name": "frequency", "units": "1/time"}}


@dataclass(frozen=True, eq=False)
class _Here:
    """The questions of a study, asked in this process."""

    system: AnySystem
    asked: Asked

    def at(self, numbers: Mapping[str, Any], random: np.random.SeedSequence) -> Sequence[Column]:
        """What all of them find at some points."""
        return columns_at(self.system, self.asked, numbers, random)


def refined_dataset(system: AnySystem, asked: Asked, refine: Refine, tell: Tell) -> xr.Dataset:
    """What questions find along the axes of the study's sweep, with more values where that bends.

    Args:
        system: of which they are asked.
        asked: each with its table.
        refine: where more values are wanted.
        tell: is told of the progress of each round.

    Returns:
        The data, with ascending axes.

    Raises:
        SweepError: if nothing is found at the first, middle and last point.
        ArgumentError: if `refine` names no variable of the data.
    """
    swept: Swept = system.sections["sweep"]
    said, about = axes_said(system, swept), {"title": "a sweep", "conventions": CONVENTIONS}

    def begun(axes: Mapping[str, FloatArray], options: Options) -> Sweep:
        return Sweep(_Here(system, asked), axes, said, {}, about, options)

    def told(progress: Progress) -> None:
        tell("sweep", progress.points / progress.total)

    return refined(begun, swept.axes, Options(executor="serial"), refine, told)
