"""The folder of a run: report, figures, data and the study itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from thermokin.quench.comparison import Comparison
from thermokin.quench.presentation import draw_figures
from thermokin.quench.report_blocks import comparison_blocks
from thermokin.report.blocks import Block, Heading
from thermokin.report.dataset_file import write_dataset
from thermokin.report.page import render
from thermokin.study.as_run import study_text, write_study
from thermokin.study.parameters import doubts, parameters
from thermokin.study.provenance import provenance
from thermokin.study.read import StudyFile
from thermokin.study.remarks import summary

__all__ = ["write_result"]

Drawn = dict[str, tuple[str, str]]


def write_result(file: StudyFile, race: Comparison, folder: Path, seconds: float, told: Callable[[str], None]) -> None:
    """Write everything about a run into an existing folder.

    Args:
        file: the study and its pair.
        race: the comparison.
        folder: where to.
        seconds: wall time of the calculation.
        told: is told what comes next.
    """
    told("data")
    _write_data(file, race, folder, seconds)
    write_study(file, folder)
    drawn = draw_figures(race, folder / "figures", file.study.report.figures, told)
    told("report")
    page = render(file.study.report.title, _blocks(file, race, drawn, seconds), subtitle=summary(file))
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")


def _write_data(file: StudyFile, race: Comparison, folder: Path, seconds: float) -> None:
    dataset = race.to_xarray()
    dataset.attrs["title"] = file.study.report.title
    dataset.attrs["study"] = study_text(file.study)
    for name, value in provenance(file.study, seconds).items():
        dataset.attrs[name.replace(" ", "_")] = value
    write_dataset(folder / "data.nc", dataset)


def _blocks(file: StudyFile, race: Comparison, drawn: Drawn, seconds: float) -> list[Block]:
    blocks: Sequence[Block] = [*doubts(file), *comparison_blocks(race, drawn)]
    if not file.study.report.verdicts:
        blocks = without(blocks, "Verdicts")
    if not file.study.report.bounds:
        blocks = without(blocks, "What precision costs")
    return [*blocks, *parameters(file, seconds)]


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
