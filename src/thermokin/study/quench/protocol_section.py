"""The table [protocol]: which two quenches are compared."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.study.choice import Choice
from thermokin.study.section import Positive, Section

__all__ = ["PROTOCOL", "PROTOCOLS", "EquidistantSection", "ProtocolSection", "ReciprocalSection"]

DistanceName = Literal["relative_entropy", "trace", "bures", "hilbert_schmidt", "wigner_yanase"]


class ReciprocalSection(Section):
    """From cold to hot and from hot to cold: the bath sits at the final temperature."""

    kind: Literal["reciprocal"]
    cold: Positive = Field(description="the lower temperature, > 0 [energy]")
    hot: Positive = Field(description="the higher temperature, > cold [energy]")


class EquidistantSection(Section):
    """To one target from a colder and a hotter state at equal distance from it."""

    kind: Literal["equidistant"]
    target: Positive = Field(description="the bath's temperature, > cold [energy]")
    cold: Positive = Field(description="the colder initial temperature, > 0 [energy]; the hotter one is found")
    distance: DistanceName = "relative_entropy"


ProtocolSection = Annotated[ReciprocalSection | EquidistantSection, Field(discriminator="kind")]

PROTOCOLS: dict[str, type[Section]] = {"reciprocal": ReciprocalSection, "equidistant": EquidistantSection}
PROTOCOL = Choice("kind", PROTOCOLS)
