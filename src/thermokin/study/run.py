"""A study run: its numbers calculated step by step, and all about it, provenance too, written into one folder."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import numpy as np

from thermokin import __version__
from thermokin._errors import StudyError, ThermokinError, ValidityWarning
from thermokin.files.toml_file import one_line, toml_text
from thermokin.report.blocks import Block, Level, Notice
from thermokin.report.folder import Existing, OutputFolder, Refuse, Replace
from thermokin.study.other_numbers import FOLDER, array_name
from thermokin.study.question import Tell
from thermokin.study.read import BUILT_IN, StudyFile
from thermokin.study.study import Study
from thermokin.study.sweep import MOST_AT_ONCE, Swept
from thermokin.study.units_table import natural_note
from thermokin.views.answer import Whole
from thermokin.views.report_folder import Drawn, fill_folder, parameters, provenance

__all__ = [
    "existing_for",
    "free_folder",
    "refusal",
    "require_few_points",
    "run_study",
    "study_text",
    "write_result",
    "write_study",
]

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
    require_few_points(file)
    try:
        with OutputFolder(out, existing) as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)  # said before the run, and in the report
            result = file.study.answer(lambda what, fraction: tell(what, CALCULATED * fraction))
            told = _progress(tell, CALCULATED, len(result.figures) + 2)
            write_result(file, result, folder, time.perf_counter() - begin, told)
    except OSError as error:
        # What has no number is said by the folder itself, of the folder.
        line = f"--out: {error}" if error.errno is None else f"{out}: cannot be written: {error.strerror}"
        raise StudyError([one_line(line.rstrip("."))]) from error
    except (ThermokinError, ValueError, ArithmeticError) as error:
        raise StudyError([refusal(file, error)]) from error
    tell("done", 1.0)
    return result


def require_few_points(file: StudyFile) -> None:
    """Refuse by a `StudyError` a sweep that memory should not hold at once."""
    swept: Swept | None = file.study.system.sections.get("sweep")
    if swept is not None and swept.points > MOST_AT_ONCE:
        need = f"must hold at most {MOST_AT_ONCE} points for a run, got {swept.points}"
        raise StudyError([f"{file.label}: sweep: {need} (thermokin sweep keeps them in a store as it goes)"])


def refusal(file: StudyFile, error: Exception) -> str:
    """What is said of a study whose numbers refuse what it asks.

    Args:
        file: the study.
        error: of the physics.

    Returns:
        One line.
    """
    words = str(error).strip()
    note = natural_note(file.study.units, words)
    return one_line(f"{file.label}: cannot be run: {words.rstrip('.') + note if note else words}")


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
    """Refuse by a `StudyError` a folder that must not be written, before anything is calculated."""
    try:
        OutputFolder(out, existing).check()
    except OSError as error:
        if isinstance(existing, Refuse) and isinstance(error, FileExistsError) and os.path.isdir(out):
            need = "must be a new or an empty folder"
            hint = "--force replaces an earlier result of thermokin, --out names another folder"
            raise StudyError([one_line(f"{out}: {need} ({hint})")]) from error
        raise StudyError([one_line(f"--out: {str(error).rstrip('.')}")]) from error


def write_result(file: StudyFile, result: Whole, folder: Path, seconds: float, told: Callable[[str], None]) -> None:
    """Write everything about a run into an existing folder."""
    study = file.study
    origin = provenance(getattr(study.system.table, "seed", None), seconds)
    told("data")
    about = {name.replace(" ", "_"): value for name, value in origin.items()}
    data = result.data().assign_attrs({"title": study.title, "study": study_text(study), **about})
    write_study(file, folder)
    for question, _ in study.asked:
        made = question.files(result.answers[question.name]) if question.name in result.answers else {}
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")

    def blocks(drawn: Drawn) -> list[Block]:
        shown = result.blocks(drawn)
        # A notice for each truncation that shows; assumptions have notices of their own, but on pages of states.
        said = any(isinstance(block, Notice) for block in shown)
        lines = study.truncations() if said else study.remarks()
        doubts = [Notice(Level.WARNING, f"{line[0].upper()}{line[1:]}.") for line in lines]
        return [*doubts, *shown, *parameters(study.tables(), origin, study.units)]

    fill_folder(folder, study.title, data, result.figures, blocks, subtitle=study.summary(), told=told)


def study_text(study: Study) -> str:
    """The study as a TOML file, defaults written out."""
    return _headed(study.tables())


def write_study(file: StudyFile, folder: Path, sweep: dict[str, list[float]] | None = None) -> None:
    """Write study.toml, perhaps with another sweep, and copies of the array files that it names."""
    tables: Any = file.study.tables()
    if sweep is not None:
        tables["sweep"] = sweep
    for place, numbers in file.study.written.arrays.items():
        table, key = reduce(getitem, place[:-1], tables), place[-1]
        if not isinstance(table[key], str):
            continue
        (folder / FOLDER).mkdir(exist_ok=True)
        name = array_name(place)
        np.save(folder / name, numbers, allow_pickle=False)
        table[key] = name
    (folder / "study.toml").write_text(_headed(tables), encoding="utf-8")


def _headed(tables: dict[str, Any]) -> str:
    return f"# The study as thermokin {__version__} ran it, every default written out.\n\n{toml_text(tables)}"
