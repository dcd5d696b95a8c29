"""A geodesic: the path and the pace that cost least in slow driving between two points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.cycles.leg import Leg
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.slow_driving.path import Path
from thermokin.slow_driving.slow_drive import SlowDrive, along

__all__ = ["Geodesic"]


@dataclass(frozen=True, eq=False)
class Geodesic(Result):
    """The shortest path between two points at constant thermodynamic speed: the slow drive that costs least.

    Args:
        start: the controls at the beginning.
        end: and at the end.
        path: the controls as functions of s, the share of the length.
        family: the family.
        known_length: where it came out with the path; that of the drive if None.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> path = tk.geodesic(qubit, {"gap": 1.0}, {"gap": 2.0})
        >>> bool(path.drive.action <= path.straight.action)
        True
    """

    start: Mapping[str, float]
    end: Mapping[str, float]
    path: Path = field(repr=False)
    family: Family | Callable[..., Model] = field(repr=False)
    known_length: float | None = field(default=None, repr=False)

    @cached_property
    def drive(self) -> SlowDrive:
        """The drive along it, with all that it costs.

        Raises:
            NotConvergedError: if its pace is not smooth.
        """
        return along(self.family, self.path)

    @property
    def places(self) -> FloatArray:
        """Places s (k,) between 0 and 1 at which `values` are given."""
        return self.drive.places

    @property
    def values(self) -> FloatArray:
        """The controls along it (k, n)."""
        return self.drive.values

    @property
    def length(self) -> float:
        """The thermodynamic length [(energy time)^(1/2)]; no drive between the ends has tau W_excess < length^2."""
        return self.drive.length if self.known_length is None else self.known_length

    @property
    def unevenness(self) -> float:
        """How far its speed varies along it, relative to the length: 0 but for rounding."""
        speed = np.sqrt(np.maximum(self.drive.density, 0.0))
        return float(np.ptp(speed) / speed.max())

    @cached_property
    def straight(self) -> SlowDrive:
        """The drive that takes every control straight from one end to the other, for comparison."""
        ends = {name: (self.start[name], self.end[name]) for name in self.start}
        functions = tuple(lambda at, two=two: two[0] * (1.0 - at) + two[1] * at for two in ends.values())
        return along(self.family, Path(tuple(ends), functions))

    def at(self, places: FloatArray) -> FloatArray:
        """The controls at places of the path.

        Args:
            places: s (k,) between 0 and 1.

        Returns:
            (k, n).
        """
        return self.path.values(places)

    def leg(self, duration: float, *, name: str = "") -> Leg:
        """The optimal slow drive that takes a time, for protocols.

        Args:
            duration: tau [time], > 0.
            name: of the leg.

        Returns:
            The leg.
        """
        return self.drive.leg(duration, name=name)
