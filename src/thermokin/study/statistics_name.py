"""The statistics of baths by the names that study files give them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from thermokin.model.statistics import Bose, Fermi, SpinBath, Statistics

__all__ = ["STATISTICS", "StatisticsName"]

StatisticsName = Literal["bose", "fermi", "spin"]
STATISTICS: Mapping[str, Statistics] = MappingProxyType({"bose": Bose(), "fermi": Fermi(), "spin": SpinBath()})
