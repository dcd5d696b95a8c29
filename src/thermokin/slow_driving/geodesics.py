"""Geodesics of one control between many pairs of ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.slow_driving.geodesic import Geodesic
from thermokin.slow_driving.pace import Pace
from thermokin.slow_driving.path import Path

__all__ = ["Geodesics", "paced"]


@dataclass(frozen=True, eq=False)
class Geodesics(Result):
    """The ways of one control between many pairs of ends, each at constant thermodynamic speed; `[...]` gives one.

    Args:
        control: its name.
        start: where each begins (...).
        end: and where it ends (...).
        pace: of all ways, one after the other.
        family: the family.
        unit: what the control measures, in words.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> paths = tk.geodesic(qubit, {"gap": 0.5}, {"gap": np.array([1.0, 4.0])})
        >>> paths.length.round(5), bool(abs(paths[1].drive.action / paths.length[1] ** 2 - 1.0) < 1e-9)
        (array([1.38264, 8.48855]), True)
    """

    control: str
    start: FloatArray
    end: FloatArray
    pace: Pace = field(repr=False)
    family: Family | Callable[..., Model] = field(repr=False)
    unit: str = "1"

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Of the ends."""
        return self.start.shape

    @property
    def length(self) -> FloatArray:
        """The thermodynamic lengths (...) [(energy time)^(1/2)]; no drive has tau W_excess < length^2."""
        return self.pace.length.reshape(self.batch_shape)

    def at(self, places: FloatArray) -> FloatArray:
        """The control at places of all ways.

        Args:
            places: s (k,) between 0 and 1.

        Returns:
            (..., k).
        """
        found = self.pace.at(np.clip(np.atleast_1d(np.asarray(places, dtype=np.float64)), 0.0, 1.0))
        return np.asarray(found.T.reshape(*self.batch_shape, -1))

    def __len__(self) -> int:
        return self.batch_shape[0]

    def __getitem__(self, place: Any) -> Geodesic:
        """One of them.

        Args:
            place: its number, or one for each leading axis.

        Returns:
            The geodesic, with `leg` for protocols and `drive` for all that it costs.

        Raises:
            IndexError: if the place is not that of one way.
        """
        which = np.arange(prod(self.batch_shape)).reshape(self.batch_shape)[place]
        if np.ndim(which):
            raise IndexError(f"there are ways of shape {self.batch_shape}: name one, got {place!r}.")
        one = slice(int(which), int(which) + 1)
        pace = Pace(self.pace.first[one], self.pace.last[one], self.pace.series[:, one])
        return paced(self.family, self.control, pace)

    @property
    def swept(self) -> Mapping[str, Known]:
        """The ends that vary."""
        ends = {f"{self.control} at the start": self.start, f"{self.control} at the end": self.end}
        return {name: Known(values, self.unit) for name, values in ends.items() if np.ptp(values) > 0.0}


def paced(family: Family | Callable[..., Model], control: str, pace: Pace) -> Geodesic:
    """A geodesic of one control, from the pace of its one way.

    Args:
        family: the family.
        control: its name.
        pace: the pace.

    Returns:
        The geodesic.
    """
    path = Path((control,), (lambda at: pace.at(np.atleast_1d(at))[:, 0],), pace.graded)
    first, last = float(pace.first[0]), float(pace.last[0])
    return Geodesic({control: first}, {control: last}, path, family, float(pace.length[0]))
