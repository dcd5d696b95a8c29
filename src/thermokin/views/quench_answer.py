"""The result of a quench study: its comparison as lines, data, figures and blocks of a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from thermokin.quench.comparison import Comparison
from thermokin.report.blocks import Block, Heading
from thermokin.views.quench import ComparisonView
from thermokin.views.report_folder import Drawn, save_figures

VIEW = ComparisonView()

__all__ = ["QuenchResult", "without"]


@dataclass(frozen=True, eq=False)
class QuenchResult:
    """What came out of a quench study.

    Args:
        report: the table [report], of which `figures`, `bounds` and `verdicts` are asked.
        comparison: heating against cooling.
    """

    report: Any
    comparison: Comparison

    @property
    def figures(self) -> int:
        """How many figures there will be."""
        return len(self.report.figures)

    def findings(self) -> list[str]:
        """The verdicts, one line each."""
        lines = []
        for verdict in self.comparison.verdicts:
            answer = "open" if verdict.undecided else "yes " if verdict.holds else "no  "
            tie = " (a tie)" if verdict.tie else ""
            why = f" (not applicable: {verdict.reason})" if verdict.reason else ""
            lines.append(f"{answer} {verdict.statement}{tie}{why}")
        return lines

    def dataset(self) -> xr.Dataset:
        """All numbers over process and time."""
        return self.comparison.to_xarray()

    def draw(self, folder: Path, told: Callable[[str], None]) -> Drawn:
        """Draw the figures that the study asks for into a new folder."""
        every = VIEW.figures(self.comparison)
        return save_figures({name: every[name] for name in every if name in self.report.figures}, folder, told)

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says, less what the study does not want."""
        blocks: Sequence[Block] = VIEW.blocks(self.comparison, drawn)
        if not self.report.verdicts:
            blocks = without(blocks, "Verdicts")
        if not self.report.bounds:
            blocks = without(blocks, "What precision costs")
        return list(blocks)


def without(blocks: Sequence[Block], heading: str) -> list[Block]:
    """Blocks less one section."""
    kept: list[Block] = []
    inside = False
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            inside = block.text == heading
        if not inside:
            kept.append(block)
    return kept
