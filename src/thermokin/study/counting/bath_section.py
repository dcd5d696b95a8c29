"""One of the tables [[baths]]: a bath of its own temperature, and how it touches the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from thermokin.study.choice import Choice
from thermokin.study.counting.model_section import Temperature
from thermokin.study.section import Finite, Matrix, Positive, Section
from thermokin.study.spectrum_section import SPECTRUM, SpectrumSection

__all__ = ["BathSection"]


class BathSection(Section):
    """One bath."""

    inner: ClassVar[Mapping[str, Choice]] = {"spectrum": SPECTRUM}

    name: str = Field(pattern="^[A-Za-z0-9_-]{1,40}$", description="how currents refer to it")
    temperature: Temperature = Field(description="its temperature, >= 0 [energy]")
    statistics: Literal["bose", "fermi", "spin"] | None = Field(
        default=None, description='"bose", "fermi" or "spin"; bose if left out, fermi for a fermionic level'
    )
    chemical_potential: Finite = Field(default=0.0, description="only a fermi bath has one [energy]")
    rate: Positive | None = Field(
        default=None, description="rate of a flat spectrum, > 0 [1/time]; left out beside a spectrum"
    )
    spectrum: SpectrumSection | None = Field(default=None, description="a table: kind and its parameters")
    coupling: Matrix | None = Field(
        default=None, description="what it couples to, of levels (all ones if left out) and operators"
    )
