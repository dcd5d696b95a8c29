"""What a detector misses and adds: efficiency, dead time, dark counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.operators.as_numbers import shown

__all__ = ["Detector", "Detectors", "detectors_of"]


@dataclass(frozen=True)
class Detector:
    """A detector of jumps.

    Args:
        efficiency: the probability that it clicks at a jump, 0 < efficiency <= 1.
        dead_time: for how long after a click it cannot click again, >= 0; jumps meanwhile are lost and do not prolong
            it [time].
        dark_rate: clicks that no jump makes, >= 0 [1/time]. They come and are lost as others.

    Raises:
        ArgumentError: if a number is out of its range.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> source = tk.Family(lambda rate: tk.rates([[0.0, rate], [rate, 0.0]]))
        >>> clicks = tk.inference.Clicks(np.arange(1.0, 101.0), ["click"] * 100, begin=0.0, end=100.0)
        >>> half = tk.inference.Detector(efficiency=0.5)
        >>> fit = tk.infer(clicks, source, {"rate": 1.0}, ["rate"], channels={"click": [0, 1]}, detector=half)
        >>> round(fit["rate"], 4)  # a click a time, and as many jumps unseen
        2.0
    """

    efficiency: float = 1.0
    dead_time: float = 0.0
    dark_rate: float = 0.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not isinstance(value, int | float | np.floating) or not np.isfinite(value) or value < 0.0:
                raise ArgumentError(f"`{name}` of a detector must be a number >= 0, got {shown(value)}.", name)
        if not 0.0 < self.efficiency <= 1.0:
            raise ArgumentError(f"`efficiency` of a detector must be in (0, 1], got {self.efficiency:g}.", "efficiency")


@dataclass(frozen=True, eq=False)
class Detectors:
    """Those of all labels.

    Args:
        efficiency: (l,).
        dead_time: (l,) [time].
        dark_rate: (l,) [1/time].
    """

    efficiency: FloatArray
    dead_time: FloatArray
    dark_rate: FloatArray


def detectors_of(given: Detector | Mapping[str, Detector] | None, names: Sequence[str]) -> Detectors:
    """The detector of each label.

    Args:
        given: one for all, or by name, ideal where none is named; None for ideal ones.
        names: of the labels.

    Returns:
        Their numbers.

    Raises:
        ArgumentError: if a name is none of the labels.
        TypeError: if it is none of these.
    """
    if given is None or isinstance(given, Detector):
        every = [given or Detector()] * len(names)
    elif isinstance(given, Mapping) and all(isinstance(one, Detector) for one in given.values()):
        strange = [name for name in given if name not in names]
        if strange:
            raise ArgumentError(
                f"`detector` holds {strange[0]!r}, but the clicks are of {', '.join(names)}.", "detector"
            )
        every = [given.get(name, Detector()) for name in names]
    else:
        raise TypeError(f"`detector` must be a Detector or a dict of them by name, got {shown(given)}.")
    return Detectors(
        np.array([one.efficiency for one in every], dtype=np.float64),
        np.array([one.dead_time for one in every], dtype=np.float64),
        np.array([one.dark_rate for one in every], dtype=np.float64),
    )
