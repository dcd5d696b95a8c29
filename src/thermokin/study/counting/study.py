"""A counting study: a system at rest between baths, and the currents through it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from thermokin.study.counting.bath_section import BathSection
from thermokin.study.counting.counting_section import (
    CountingSection,
    DistributionSection,
    RateFunctionGrid,
    SpectrumGrid,
)
from thermokin.study.counting.model_section import ModelSection
from thermokin.study.counting.report_section import ReportSection
from thermokin.study.section import Section, Study
from thermokin.study.system_section import FermionicLevelSystem
from thermokin.study.units_section import UnitsSection

__all__ = ["CountingStudy", "statistics_of"]


class CountingStudy(Study):
    """A system at rest between baths, what is counted, and what to report of it."""

    model: ModelSection
    baths: Annotated[tuple[BathSection, ...], Field(strict=False)] = ()
    counting: CountingSection
    spectrum: SpectrumGrid | None = None
    distribution: DistributionSection | None = None
    rate_function: RateFunctionGrid | None = None
    report: ReportSection = ReportSection()
    units: UnitsSection = UnitsSection()

    def tables(self) -> dict[str, Any]:
        """The tables with every default written out, those of the statistics by the model."""
        tables = super().tables()
        for table, bath in zip(tables["baths"], self.baths, strict=True):
            table["statistics"] = statistics_of(self.model, bath)
        return {name: table for name, table in tables.items() if table not in (None, ())}

    @property
    def title(self) -> str:
        """The title of the report."""
        return self.report.title

    def chosen(self, table: SpectrumGrid | DistributionSection | RateFunctionGrid) -> tuple[str, ...]:
        """The currents that a table is about.

        Args:
            table: the table.

        Returns:
            Their words.
        """
        return self.counting.currents[:1] if table.currents is None else table.currents


def statistics_of(model: Section, bath: BathSection) -> str:
    """The statistics of a bath, by name.

    Args:
        model: the section [model].
        bath: one of [[baths]].

    Returns:
        "bose", "fermi" or "spin".
    """
    return bath.statistics or ("fermi" if isinstance(model, FermionicLevelSystem) else "bose")
