"""A study run: its numbers calculated step by step, and all about it, provenance too, written into one folder."""

from __future__ import annotations

import os
import platform
import time
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from thermokin import __version__
from thermokin._errors import StudyError, ThermokinError, ValidityWarning
from thermokin.files.toml_text import toml_text
from thermokin.report.blocks import Block, Cell, Definitions, Heading, Level, Notice, Paragraph
from thermokin.report.dataset_file import write_dataset
from thermokin.report.folder import Existing, OutputFolder, Refuse, Replace
from thermokin.report.page import render
from thermokin.study.arrays import Arrays
from thermokin.study.built_in import BUILT_IN
from thermokin.study.problem import Place, described, one_line
from thermokin.study.read import StudyFile
from thermokin.study.result import Result, Tell
from thermokin.study.study import Study, Whole

__all__ = [
    "doubts",
    "existing_for",
    "free_folder",
    "parameters",
    "provenance",
    "run_study",
    "study_text",
    "write_result",
    "write_study",
]

CALCULATED = 0.3  # the share of a small study's time that is over when the drawing begins
FOLDER = "operators"
_PACKAGES = ("numpy", "scipy", "xarray", "h5netcdf", "matplotlib")


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


def study_text(study: Study) -> str:
    """The study as a TOML file, defaults written out."""
    return _headed(study.tables())


def write_study(file: StudyFile, folder: Path) -> None:
    """Write study.toml and copies of the array files that it names."""
    tables = file.study.tables()
    for place in _files(tables, file.study.system.arrays):
        (folder / FOLDER).mkdir(exist_ok=True)
        name = f"{FOLDER}/{'_'.join(str(step) for step in place[1:])}.npy"
        np.save(folder / name, file.study.system.arrays[place], allow_pickle=False)
        _parent(tables, place)[place[-1]] = name
    (folder / "study.toml").write_text(_headed(tables), encoding="utf-8")


def _headed(tables: dict[str, Any]) -> str:
    return f"# The study as thermokin {__version__} ran it, every default written out.\n\n{toml_text(tables)}"


def _files(tables: dict[str, Any], arrays: Arrays) -> list[Place]:
    return [place for place in arrays if isinstance(_parent(tables, place)[place[-1]], str)]


def _parent(tables: Any, place: Place) -> Any:
    """The table that holds the last key of a place."""
    for step in place[:-1]:
        tables = tables[step]
    return tables


def provenance(study: Study, seconds: float) -> dict[str, str]:
    """What somebody needs who wants the same numbers again."""
    found = {"thermokin": __version__, "Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    libraries = {
        f"{pool.get('internal_api', '?')} {pool.get('version') or '?'}, {pool.get('num_threads', '?')} threads"
        for pool in threadpool_info()
        if pool.get("user_api") == "blas"
    }
    found["BLAS"] = "; ".join(sorted(libraries)) or "unknown"
    found["platform"] = f"{platform.system()} {platform.machine()}"
    found["random seed"] = "none used" if study.seed is None else str(study.seed)
    found["wall time of the calculation"] = f"{seconds:.2f} s"
    found["finished"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return found


def doubts(file: StudyFile) -> list[Block]:
    """A notice for each truncation that shows; assumptions of the model have notices of their own."""
    return [Notice(Level.WARNING, f"{line[0].upper()}{line[1:]}.") for line in file.study.truncations()]


def parameters(file: StudyFile, seconds: float) -> list[Block]:
    """Parameters and provenance, for the end of a report."""
    entries = tuple(_entries(file.study.tables()))
    origin: tuple[tuple[str, Cell], ...] = tuple(provenance(file.study, seconds).items())
    asked: list[Block] = [Heading("Parameters"), Paragraph(_UNITS), Definitions(entries)]
    return [*asked, Heading("Provenance"), Definitions(origin)]


LONGEST_LIST = 200  # characters


_UNITS = (
    "As in study.toml, which can be run again. hbar = k_B = 1: energies and temperatures are in one unit, times in its "
    "inverse, entropies in nats. Heat is positive into the system."
)


def _entries(tables: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for key, value in tables.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found += _entries(value, f"{name}.")
        elif isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value):
            for index, entry in enumerate(value):
                found += _entries(entry, f"{name}[{index}].")
        elif isinstance(value, list | tuple):
            text = ", ".join(str(entry) for entry in value)
            found.append((name, text if len(text) <= LONGEST_LIST else described(value)))
        elif value is not None:
            found.append((name, _finite(value)))
    return found


def _finite(value: Any) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not np.isfinite(value):
        return "infinite" if value > 0 else "minus infinity"
    return value if isinstance(value, str | int | float) else str(value)
