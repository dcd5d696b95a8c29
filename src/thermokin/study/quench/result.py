"""The result of a quench study: its comparison as lines, data, figures and blocks of a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from thermokin.quench.comparison import Comparison
from thermokin.report.blocks import Block, Heading
from thermokin.study.kind import Drawn
from thermokin.study.quench.study import QuenchStudy
from thermokin.views.quench import ComparisonView
from thermokin.views.report_folder import save_figures

VIEW = ComparisonView()

__all__ = ["QuenchResult", "without"]


@dataclass(frozen=True, eq=False)
class QuenchResult:
    """What came out of a quench study.

    Args:
        study: the study.
        comparison: heating against cooling.
    """

    study: QuenchStudy
    comparison: Comparison

    @property
    def figures(self) -> int:
        """How many figures there will be."""
        return len(self.study.report.figures)

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
        """Draw the figures that the study asks for into a new folder.

        Args:
            folder: where to; it is made.
            told: is told which figure comes next.

        Returns:
            The SVG and the caption of each, by name.
        """
        every = VIEW.figures(self.comparison)
        return save_figures({name: every[name] for name in every if name in self.study.report.figures}, folder, told)

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says, less what the study does not want.

        Args:
            drawn: the figures.

        Returns:
            The blocks.
        """
        blocks: Sequence[Block] = VIEW.blocks(self.comparison, drawn)
        if not self.study.report.verdicts:
            blocks = without(blocks, "Verdicts")
        if not self.study.report.bounds:
            blocks = without(blocks, "What precision costs")
        return list(blocks)


def without(blocks: Sequence[Block], heading: str) -> list[Block]:
    """Blocks less one section.

    Args:
        blocks: the blocks of a page.
        heading: of the section to leave out.

    Returns:
        The blocks before its heading and from the next one of level 2 on.
    """
    kept: list[Block] = []
    inside = False
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            inside = block.text == heading
        if not inside:
            kept.append(block)
    return kept
