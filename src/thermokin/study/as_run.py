"""The study as it was run: defaults filled in, array files copied beside it, so that the folder can be run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from thermokin import __version__
from thermokin.files.toml_text import toml_text
from thermokin.study.arrays import Arrays
from thermokin.study.problem import Place
from thermokin.study.read import StudyFile
from thermokin.study.study import Study

__all__ = ["study_text", "write_study"]

FOLDER = "operators"


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
