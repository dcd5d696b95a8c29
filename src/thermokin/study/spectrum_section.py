"""The table of a spectrum: how strongly a bath couples to each frequency."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.model.spectrum import Drude, Flat, Lorentzian, Ohmic, Spectrum, Tabulated
from thermokin.study.arrays import Arrays
from thermokin.study.choice import Choice
from thermokin.study.problem import Place
from thermokin.study.section import Finite, Numbers, Positive, Section

__all__ = [
    "SPECTRA",
    "SPECTRUM",
    "DrudeSection",
    "FlatSection",
    "LorentzianSection",
    "OhmicSection",
    "SpectrumSection",
    "TabulatedSection",
    "spectrum_of",
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
SPECTRUM = Choice("kind", SPECTRA)


def spectrum_of(section: SpectrumSection, arrays: Arrays, place: Place) -> Spectrum:
    """The spectrum that a table describes.

    Args:
        section: the checked table.
        arrays: the arrays of the study.
        place: of the table.

    Returns:
        The spectrum.

    Raises:
        ValueError: if its numbers make none.
    """
    match section:
        case FlatSection():
            return Flat(section.rate)
        case OhmicSection():
            return Ohmic(section.strength, section.cutoff, section.exponent)
        case DrudeSection():
            return Drude(section.strength, section.cutoff)
        case LorentzianSection():
            return Lorentzian(section.rate, section.centre, section.width)
        case TabulatedSection():
            return Tabulated(arrays[*place, "frequencies"], arrays[*place, "rates"])
