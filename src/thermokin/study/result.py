"""The folder of a run: report, figures, data and the study itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from thermokin.report.dataset_file import write_dataset
from thermokin.report.page import render
from thermokin.study.as_run import study_text, write_study
from thermokin.study.parameters import doubts, parameters
from thermokin.study.provenance import provenance
from thermokin.study.question import Result
from thermokin.study.read import StudyFile

__all__ = ["write_result"]


def write_result(file: StudyFile, result: Result, folder: Path, seconds: float, told: Callable[[str], None]) -> None:
    """Write everything about a run into an existing folder."""
    told("data")
    _write_data(file, result, folder, seconds)
    write_study(file, folder)
    drawn = result.draw(folder / "figures", told)
    told("report")
    blocks = [*doubts(file), *result.blocks(drawn), *parameters(file, seconds)]
    page = render(file.study.title, blocks, subtitle=file.study.summary())
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")


def _write_data(file: StudyFile, result: Result, folder: Path, seconds: float) -> None:
    dataset = result.dataset()
    dataset.attrs["title"] = file.study.title
    dataset.attrs["study"] = study_text(file.study)
    for name, value in provenance(file.study, seconds).items():
        dataset.attrs[name.replace(" ", "_")] = value
    write_dataset(folder / "data.nc", dataset)
