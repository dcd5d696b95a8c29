"""A study run: its numbers calculated step by step, and everything about it written into one folder."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from thermokin._errors import StudyError, ThermokinError, ValidityWarning
from thermokin.report.dataset_file import write_dataset
from thermokin.report.folder import Existing, OutputFolder, Refuse, Replace
from thermokin.report.page import render
from thermokin.study.as_run import study_text, write_study
from thermokin.study.built_in import BUILT_IN
from thermokin.study.problem import one_line
from thermokin.study.provenance import doubts, parameters, provenance
from thermokin.study.read import StudyFile
from thermokin.study.result import Result, Tell
from thermokin.study.study import Whole

__all__ = ["existing_for", "free_folder", "run_study", "write_result"]

CALCULATED = 0.3  # the share of a small study's time that is over when the drawing begins


def run_study(file: StudyFile, out: Path, existing: Existing, tell: Tell) -> Whole:
    """Run a study and write its folder, which appears when all is written, or not at all.

    Args:
        file: the study.
        out: the folder.
        existing: what happens to an earlier result there.
        tell: is told what is being done and which fraction of the work is behind.

    Returns:
        The result.

    Raises:
        StudyError: if the numbers refuse what the study asks, or the folder cannot be written.
    """
    begin = time.perf_counter()
    try:
        with OutputFolder(out, existing) as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)  # said before the run, and in the report
            result = file.study.answer(lambda what, fraction: tell(what, CALCULATED * fraction))
            told = _progress(tell, CALCULATED, result.figures + 2)
            write_result(file, result, folder, time.perf_counter() - begin, told)
    except OSError as error:
        # What has no number is said by the folder itself, of the folder.
        line = f"--out: {error}" if error.errno is None else f"{out}: cannot be written: {error.strerror}"
        raise StudyError([one_line(line.rstrip("."))]) from error
    except (ThermokinError, ValueError, ArithmeticError) as error:
        raise StudyError([one_line(f"{file.label}: cannot be run: {error}")]) from error
    tell("done", 1.0)
    return result


def _progress(tell: Tell, begin: float, steps: int) -> Callable[[str], None]:
    """Tell of steps of equal size from a fraction of the work to its end."""
    done = iter(range(steps))
    return lambda what: tell(what, begin + (1.0 - begin) * next(done, steps) / steps)


def existing_for(file: StudyFile, out: Path) -> Existing:
    """What happens to an earlier result unless it is to be replaced: a study that is shipped replaces its own."""
    try:
        if not (out / "study.toml").is_file():  # a pipe of that name would be waited for
            return Refuse()
        earlier = (out / "study.toml").read_text(encoding="utf-8").partition("\n")[2]
    except (OSError, ValueError):
        return Refuse()
    same = file.path in BUILT_IN.values() and earlier == study_text(file.study).partition("\n")[2]
    return Replace() if same else Refuse()


def free_folder(out: Path, existing: Existing) -> None:
    """Refuse a folder that must not be written before anything is calculated.

    Args:
        out: the folder.
        existing: what happens to an earlier result there.

    Raises:
        StudyError: if the folder must be left alone.
    """
    try:
        OutputFolder(out, existing).check()
    except OSError as error:
        if isinstance(existing, Refuse) and isinstance(error, FileExistsError) and os.path.isdir(out):
            need = "must be a new or an empty folder"
            hint = "--force replaces an earlier result of thermokin, --out names another folder"
            raise StudyError([one_line(f"{out}: {need} ({hint})")]) from error
        raise StudyError([one_line(f"--out: {str(error).rstrip('.')}")]) from error


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
