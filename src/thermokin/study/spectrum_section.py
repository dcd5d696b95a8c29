"""The table of a spectrum: how strongly a bath couples to each frequency."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.model.band import Band
from thermokin.model.spectrum import Drude, Flat, Lorentzian, Ohmic, Spectrum
from thermokin.model.tabulated import Tabulated
from thermokin.study.arrays import Arrays
from thermokin.study.choice import Choice
from thermokin.study.problem import Place
from thermokin.study.section import Finite, Numbers, Positive, Section

__all__ = [
    "SPECTRA",
    "SPECTRUM",
    "BandSection",
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


class BandSection(Section):
    """G(w) = rate between two edges, 0 beyond: a lead with a finite band."""

    kind: Literal["band"]
    rate: Positive = Field(description="inside the band, > 0 [1/time]")
    lower: float = Field(description="lower edge [energy]; -inf for none")
    upper: float = Field(description="upper edge, above the lower one [energy]; inf for none")
    edge: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="width of the edges, 0 for sharp [energy]")


class TabulatedSection(Section):
    """G(w) interpolated in a table."""

    kind: Literal["tabulated"]
    frequencies: Numbers = Field(
        description="strictly increasing frequencies [energy], >= 0 but for a lead; or the name of a file"
    )
    rates: Numbers = Field(description="as many rates >= 0 [1/time], or the name of a file")


SpectrumSection = Annotated[
    FlatSection | OhmicSection | DrudeSection | LorentzianSection | BandSection | TabulatedSection,
    Field(discriminator="kind"),
]

SPECTRA: dict[str, type[Section]] = {
    "flat": FlatSection,
    "ohmic": OhmicSection,
    "drude": DrudeSection,
    "lorentzian": LorentzianSection,
    "band": BandSection,
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
        case BandSection():
            return Band(section.rate, section.lower, section.upper, section.edge)
        case TabulatedSection():
            return Tabulated(arrays[*place, "frequencies"], arrays[*place, "rates"])
