"""A quench study: one quench pair, described whole."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from thermokin.study.quench.agreement import statistics_of
from thermokin.study.quench.bath_section import BathSection
from thermokin.study.quench.model_section import ModelSection, RandomLevels
from thermokin.study.quench.protocol_section import ProtocolSection
from thermokin.study.quench.report_section import ReportSection
from thermokin.study.quench.times_section import TimesSection
from thermokin.study.section import Study
from thermokin.study.units_section import UnitsSection

__all__ = ["QuenchStudy"]


class QuenchStudy(Study):
    """A quench that heats and one that cools the same system, and what to report of them."""

    model: ModelSection
    bath: BathSection = BathSection()
    protocol: ProtocolSection
    times: TimesSection = Field(union_mode="left_to_right")
    report: ReportSection = ReportSection()
    units: UnitsSection = UnitsSection()

    def tables(self) -> dict[str, Any]:
        """The tables with every default written out, that of the statistics by the model."""
        tables = super().tables()
        tables["bath"]["statistics"] = statistics_of(self.model, self.bath)
        return tables

    @property
    def title(self) -> str:
        """The title of the report."""
        return self.report.title

    @property
    def seed(self) -> int | None:
        """The seed of random levels."""
        return self.model.seed if isinstance(self.model, RandomLevels) else None
