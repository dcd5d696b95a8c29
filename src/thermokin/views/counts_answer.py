"""The result of a counting study: its numbers as lines, data, figures and blocks of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from thermokin.report.blocks import Block
from thermokin.views.counts import Counts
from thermokin.views.counts_figures import counts_dataset, draw_counts, figure_names
from thermokin.views.counts_page import VISIBLE, counts_blocks, largest_change
from thermokin.views.report_folder import Drawn

__all__ = ["CountingResult"]


@dataclass(frozen=True, eq=False)
class CountingResult:
    """What came out of a counting study.

    Args:
        counts: its numbers.
    """

    counts: Counts

    @classmethod
    def of(cls, answers: Mapping[str, Any], drawn: bool) -> CountingResult:  # noqa: FBT001 - a key of the report
        """The result of some answers."""
        return cls(Counts.of(answers, drawn))

    @property
    def figures(self) -> int:
        """How many figures there will be."""
        return len(figure_names(self.counts))

    def findings(self) -> list[str]:
        """Mean and noise of each current, and whether a truncation shows."""
        lines = []
        for words, found in self.counts.cumulants.items():
            noise = f", noise {float(found.noise):.6g}" if found.values.size > 1 else ""
            lines.append(f"{words}: {float(found.mean):.6g}{noise}")
        change = largest_change(self.counts)
        if change > VISIBLE:
            lines.append(f"one level less changes a cumulant by {change:.1e} of itself (raise model.levels)")
        return lines

    def dataset(self) -> xr.Dataset:
        """All numbers, labelled."""
        return counts_dataset(self.counts)

    def draw(self, folder: Path, told: Callable[[str], None]) -> Drawn:
        """Draw the figures into a new folder."""
        return draw_counts(self.counts, folder, told)

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""
        return counts_blocks(self.counts, drawn)
