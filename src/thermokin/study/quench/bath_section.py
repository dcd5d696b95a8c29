"""The table [bath]: statistics, spectrum and chemical potential; its temperatures belong to the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from thermokin.study.choice import Choice
from thermokin.study.section import Finite, Section
from thermokin.study.spectrum_section import SPECTRUM, SpectrumSection

__all__ = ["BathSection"]


class BathSection(Section):
    """The bath that the system is quenched in."""

    inner: ClassVar[Mapping[str, Choice]] = {"spectrum": SPECTRUM}

    statistics: Literal["bose", "fermi", "spin"] | None = Field(
        default=None, description='"bose", "fermi" or "spin"; bose if left out, fermi for a fermionic level'
    )
    spectrum: SpectrumSection | None = Field(default=None, description="a table: kind and its parameters")
    chemical_potential: Finite = Field(default=0.0, description="only a fermi bath has one [energy]")
