"""What is shown of an answer, and who is told of progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from thermokin.report.blocks import Block

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Drawn", "Result", "Tell"]

Tell: TypeAlias = Callable[[str, float], None]
"""Is told what is being done and which fraction of the work is behind."""
Drawn: TypeAlias = dict[str, tuple[str, str]]
"""The SVG and the caption of each figure, by name."""


class Result(Protocol):
    """What an answer shows."""

    @property
    def figures(self) -> int:
        """How many figures there will be."""

    def findings(self) -> list[str]:
        """Lines for the terminal."""

    def dataset(self) -> xr.Dataset:
        """The labelled numbers."""

    def draw(self, folder: Path, told: Callable[[str], None]) -> Drawn:
        """Draw the figures into an existing folder."""

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""
