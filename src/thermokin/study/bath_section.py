"""The table [bath]: statistics, spectrum and chemical potential; its temperatures belong to the protocol."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.study.section import Finite, Numbers, Positive, Section

__all__ = [
    "SPECTRA",
    "BathSection",
    "DrudeSection",
    "FlatSection",
    "LorentzianSection",
    "OhmicSection",
    "SpectrumSection",
    "TabulatedSection",
]

Cutoff = Annotated[float, Field(gt=0, description="cutoff frequency, > 0 [energy]; inf for none")]


class FlatSection(Section):
    """G(w) = rate."""

    kind: Literal["flat"]
    rate: Positive = Field(description="the rate, > 0 [1/time]")


class OhmicSection(Section):
    """G(w) = strength w^exponent e^{-w/cutoff}."""

    kind: Literal["ohmic"]
    strength: Positive = Field(description="the strength, > 0")
    cutoff: Cutoff = float("inf")
    exponent: Positive = Field(default=1.0, description="1 is Ohmic, below sub-Ohmic, above super-Ohmic; > 0")


class DrudeSection(Section):
    """G(w) = strength w / (1 + (w/cutoff)^2)."""

    kind: Literal["drude"]
    strength: Positive = Field(description="the strength, > 0")
    cutoff: Cutoff


class LorentzianSection(Section):
    """G(w) = rate (width/2)^2 / ((w - centre)^2 + (width/2)^2)."""

    kind: Literal["lorentzian"]
    rate: Positive = Field(description="height at the centre, > 0 [1/time]")
    centre: Finite = Field(description="the line's centre [energy]")
    width: Positive = Field(description="full width at half maximum, > 0 [energy]")


class TabulatedSection(Section):
    """G(w) interpolated in a table."""

    kind: Literal["tabulated"]
    frequencies: Numbers = Field(description="strictly increasing frequencies >= 0 [energy], or the name of a file")
    rates: Numbers = Field(description="as many rates >= 0 [1/time], or the name of a file")


SpectrumSection = Annotated[
    FlatSection | OhmicSection | DrudeSection | LorentzianSection | TabulatedSection, Field(discriminator="kind")
]

SPECTRA: dict[str, type[Section]] = {
    "flat": FlatSection,
    "ohmic": OhmicSection,
    "drude": DrudeSection,
    "lorentzian": LorentzianSection,
    "tabulated": TabulatedSection,
}


class BathSection(Section):
    """The bath that the system is quenched in."""

    statistics: Literal["bose", "fermi", "spin"] | None = Field(
        default=None, description='"bose", "fermi" or "spin"; bose if left out, fermi for a fermionic level'
    )
    spectrum: SpectrumSection | None = Field(default=None, description="a table: kind and its parameters")
    chemical_potential: Finite = Field(default=0.0, description="only a fermi bath has one [energy]")
