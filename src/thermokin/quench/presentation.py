"""A comparison on paper: its page, figures and data in one folder."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path

from thermokin.quench.comparison import Comparison
from thermokin.quench.figures import all_figures, overview
from thermokin.quench.report_blocks import comparison_blocks
from thermokin.report.dataset_file import write_dataset
from thermokin.report.figures import save_figure
from thermokin.report.folder import Existing, OutputFolder, Replace
from thermokin.report.page import render

__all__ = ["draw_figures", "write_report"]

REPLACE = Replace()


def write_report(comparison: Comparison, folder: str | Path, existing: Existing = REPLACE) -> Path:
    """Write report.html, figures/ and data.nc. The folder appears when all is written, or not at all.

    Args:
        comparison: a comparison without leading axes.
        folder: where to.
        existing: what happens to an earlier report there.

    Returns:
        The folder.

    Raises:
        ValueError: for a comparison with leading axes.
        FileExistsError: if the folder holds anything but an earlier report.
    """
    output = OutputFolder(folder, existing)
    output.check()
    with output as inside:
        write_dataset(inside / "data.nc", comparison.to_xarray())
        drawn = draw_figures(comparison, inside / "figures")
        page = render("Heating against cooling", comparison_blocks(comparison, drawn))
        (inside / "report.html").write_text(page, encoding="utf-8", newline="\n")
    return output.target


def draw_figures(
    comparison: Comparison,
    folder: Path,
    wanted: Container[str] | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> dict[str, tuple[str, str]]:
    """Draw the figures of a comparison into a new folder, each as PNG and SVG.

    Args:
        comparison: a comparison without leading axes.
        folder: where to; it is made.
        wanted: names of the figures; all if None.
        told: is told which figure comes next, for a progress bar.

    Returns:
        The SVG and the caption of each figure but the overview, by name: those of a page.

    Raises:
        ValueError: for a comparison with leading axes.
    """
    folder.mkdir()
    if wanted is None or "overview" in wanted:
        told("figure overview")
        save_figure(overview(comparison)[0], folder, "overview")
    drawn: dict[str, tuple[str, str]] = {}
    for name, (drawing, caption) in all_figures(comparison).items():
        if wanted is None or name in wanted:
            told(f"figure {name}")
            _, path = save_figure(drawing, folder, name)
            drawn[name] = path.read_text(encoding="utf-8"), caption
    return drawn
