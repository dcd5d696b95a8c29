"""A comparison on paper: its page, figures and data in one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from thermokin.quench.comparison import Comparison
from thermokin.quench.figures import all_figures, overview
from thermokin.quench.report_blocks import comparison_blocks
from thermokin.report.blocks import Block
from thermokin.report.dataset_file import write_dataset
from thermokin.report.figures import save_figure
from thermokin.report.folder import Existing, OutputFolder, Replace
from thermokin.report.page import render

__all__ = ["fill_folder", "overview", "write_report"]

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
        fill_folder(comparison, inside, "Heating against cooling", [])
    return output.target


def fill_folder(
    comparison: Comparison,
    folder: Path,
    title: str,
    appendix: Sequence[Block],
    subtitle: str = "",
    told: Callable[[str], None] = lambda _: None,
) -> None:
    """Write a comparison's files into an existing folder.

    Args:
        comparison: a comparison without leading axes.
        folder: where to.
        title: of the page.
        appendix: further blocks at the page's end: parameters, versions.
        subtitle: a line below the title.
        told: is told what comes next: data, each figure, the page. For a progress bar.

    Raises:
        ValueError: for a comparison with leading axes.
    """
    told("data")
    write_dataset(folder / "data.nc", comparison.to_xarray())
    (folder / "figures").mkdir()
    told("figure overview")
    save_figure(overview(comparison)[0], folder / "figures", "overview")
    drawn: dict[str, tuple[str, str]] = {}
    for name, (drawing, caption) in all_figures(comparison).items():
        told(f"figure {name}")
        _, path = save_figure(drawing, folder / "figures", name)
        drawn[name] = path.read_text(encoding="utf-8"), caption
    told("page")
    page = render(title, [*comparison_blocks(comparison, drawn), *appendix], subtitle=subtitle)
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")
