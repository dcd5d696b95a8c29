"""The table [units]."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from thermokin.study.section import Section

__all__ = ["UnitsSection"]


class UnitsSection(Section):
    """The units of the file."""

    system: Literal["reduced"] = Field(
        default="reduced", description="hbar = k_B = 1: energies and temperatures in one unit, times in its inverse"
    )
