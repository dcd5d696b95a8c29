"""A column: one number at every point of a sweep, with its meaning and its unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thermokin._typing import BoolArray, FloatArray

__all__ = ["Column"]


@dataclass(frozen=True, eq=False)
class Column:
    """One number at every point of a sweep.

    Args:
        name: of the variable in the data.
        words: what it is.
        unit: of it.
        values: (...), over the axes of the sweep and then those of its own.
        own: axes of its own, by name.
        said: what else the data say of it; a `threshold` is drawn as a line, and `theorem` tells, "yes", "no" or "in
            part", whether what lies beyond it breaks one, `applies` names the column that says where; `shown` is "no"
            where it is in the data alone; `missing` says what NaN means where that is a finding.
        optional: whether it says nothing where it is NaN or 0, and is left out where it says nothing anywhere.
    """

    name: str
    words: str
    unit: str
    values: FloatArray | BoolArray
    own: Mapping[str, FloatArray] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False

    @property
    def says(self) -> bool:
        """Whether it is wanted in data that hold all points."""
        return not self.optional or bool(np.nan_to_num(self.values).any())

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float64))
