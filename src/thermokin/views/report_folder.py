"""A result on paper: its page, figures and data in one folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import xarray as xr
from matplotlib.figure import Figure

from thermokin.report.blocks import Block
from thermokin.report.dataset_file import write_dataset
from thermokin.report.figures import save_figure
from thermokin.report.folder import Existing, OutputFolder, Replace
from thermokin.report.page import render

__all__ = ["Drawing", "Drawings", "Drawn", "save_figures", "write_report"]

Drawing: TypeAlias = tuple[Figure, str]
"""A figure and its caption."""
Drawings: TypeAlias = Mapping[str, Callable[[], Drawing]]
"""What draws each figure, by the name of its file."""
Drawn: TypeAlias = dict[str, tuple[str, str]]
"""The SVG and the caption of each figure, by name."""

REPLACE = Replace()


def save_figures(drawings: Drawings, folder: Path, told: Callable[[str], None] = lambda _: None) -> Drawn:
    """Draw figures into a new folder, each as PNG and SVG.

    Args:
        drawings: the figures.
        folder: where to; it is made.
        told: is told which figure comes next, for a progress bar.

    Returns:
        The SVG and the caption of each, by name.
    """
    folder.mkdir()
    drawn: Drawn = {}
    for name, draw in drawings.items():
        told(f"figure {name}")
        drawing, caption = draw()
        _, path = save_figure(drawing, folder, name)
        drawn[name] = path.read_text(encoding="utf-8"), caption
    return drawn


def write_report(
    title: str,
    folder: str | Path,
    dataset: xr.Dataset,
    drawings: Drawings,
    blocks: Callable[[Drawn], Sequence[Block]],
    existing: Existing = REPLACE,
) -> Path:
    """Write report.html, figures/ and data.nc. The folder appears when all is written, or not at all.

    Args:
        title: of the page.
        folder: where to.
        dataset: the data.
        drawings: the figures.
        blocks: makes the page of the figures.
        existing: what happens to an earlier report there.

    Returns:
        The folder.

    Raises:
        FileExistsError: if the folder holds anything but an earlier report.
    """
    output = OutputFolder(folder, existing)
    output.check()
    with output as inside:
        write_dataset(inside / "data.nc", dataset)
        page = render(title, blocks(save_figures(drawings, inside / "figures")))
        (inside / "report.html").write_text(page, encoding="utf-8", newline="\n")
    return output.target
