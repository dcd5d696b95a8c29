"""A study: one quench pair, described whole."""

from __future__ import annotations

from pydantic import Field

from thermokin.study.bath_section import BathSection
from thermokin.study.model_section import ModelSection
from thermokin.study.protocol_section import ProtocolSection
from thermokin.study.report_section import ReportSection, UnitsSection
from thermokin.study.section import Section
from thermokin.study.times_section import TimesSection

__all__ = ["Study"]


class Study(Section):
    """A quench that heats and one that cools the same system, and what to report of them."""

    model: ModelSection
    bath: BathSection = BathSection()
    protocol: ProtocolSection
    times: TimesSection = Field(union_mode="left_to_right")
    report: ReportSection = ReportSection()
    units: UnitsSection = UnitsSection()
