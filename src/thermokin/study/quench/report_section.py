"""The table [report] of a quench: what a run shows."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from thermokin.study.quench.protocol_section import DistanceName
from thermokin.study.section import Section

__all__ = ["DISTANCES", "FIGURES", "ReportSection"]

FigureName = Literal[
    "overview",
    "entropy_production_rate",
    "entropy_production",
    "completion",
    "velocity",
    "heat",
    "distance",
    "spectrum",
    "bounds_heating",
    "bounds_cooling",
]
FIGURES: tuple[FigureName, ...] = get_args(FigureName)
DISTANCES: tuple[DistanceName, ...] = get_args(DistanceName)


class ReportSection(Section):
    """What the report shows. The data file always holds everything."""

    title: str = Field(default="Heating against cooling", min_length=1, max_length=200, description="its title")
    distances: Annotated[tuple[DistanceName, ...], Field(strict=False, min_length=1, max_length=len(DISTANCES))] = (
        Field(
            default=("relative_entropy", "trace", "bures", "hilbert_schmidt"),
            description="distances to the final state that are followed",
        )
    )
    figures: Annotated[tuple[FigureName, ...], Field(strict=False, max_length=len(FIGURES))] = Field(
        default=FIGURES, description="figures of the report"
    )
    bounds: bool = Field(default=True, description="whether the bounds on the heat are shown")
    verdicts: bool = Field(default=True, description="whether the verdicts are shown")
