"""The table [report] of a counting study."""

from __future__ import annotations

from pydantic import Field

from thermokin.study.section import Section

__all__ = ["ReportSection"]


class ReportSection(Section):
    """What the report shows; what is counted says the rest."""

    title: str = Field(default="Currents and their fluctuations", min_length=1, max_length=200, description="its title")
    figures: bool = Field(default=True, description="whether the report shows figures")
