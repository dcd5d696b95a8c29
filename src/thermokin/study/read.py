"""A study read from a file: everything about it checked, every problem named with its line."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from thermokin._errors import StudyError, ThermokinError, ValidityWarning
from thermokin.files.key_lines import key_lines, line_of
from thermokin.files.toml_file import one_line, read_toml, toml_text
from thermokin.study.arrays import Arrays, Found, find_arrays, read_arrays
from thermokin.study.kind import Kind
from thermokin.study.language import asked_in, meant_kind, read_tables
from thermokin.study.model_table import ModelTable
from thermokin.study.natural_numbers import limit_flaws, natural_numbers, power_law_flaws
from thermokin.study.problem import MOST_TOLD, Place, Problem
from thermokin.study.question import Question
from thermokin.study.section import Sections
from thermokin.study.study import Study
from thermokin.study.sweep import sweep_flaws
from thermokin.study.units_table import asked_for

__all__ = [
    "BUILT_IN",
    "LARGEST_FILE",
    "LIGHT",
    "StudyFile",
    "check_study",
    "levels_of",
    "named_study",
    "read_study",
    "study_of_tables",
    "weight",
]

LARGEST_FILE = 300_000  # bytes, to be checked or run: long dotted headers take up to 220 MB of memory then
LIGHT = 800_000  # numbers that a check takes in: about 160 MB and half a second
FEW = 4  # levels of a model that has no key for its size, or fewer
_Shapes = Mapping[Place, tuple[int, ...]]
BUILT_IN: Mapping[str, Path] = MappingProxyType(
    {name: Path(__file__).with_name(f"{name}.toml") for name in ("quench", "counting", "transport", "cycle")}
)


@dataclass(frozen=True, eq=False)
class StudyFile:
    """A study and the file that it came from.

    Args:
        study: the study, its defaults filled in.
        label: the file as messages name it.
        path: the file.
    """

    study: Study
    label: str
    path: Path


@dataclass(frozen=True, eq=False)
class _Draft:
    """A file whose tables have been read and whose arrays are known by their sizes."""

    path: Path
    label: str
    text: str
    kind: Kind
    asked: list[Question]
    tables: Mapping[str, Any]
    sections: Sections
    found: Found
    problems: list[Problem]

    @property
    def shapes(self) -> dict[Place, tuple[int, ...]]:
        return {place: array.shape for place, array in self.found.items()}

    @property
    def light(self) -> bool:
        """Whether it costs little to read the arrays and to build the model."""
        return weight(self.sections, self.shapes) <= LIGHT

    def disagreements(self, arrays: Arrays) -> list[Problem]:
        """The problems between keys that are sound alone."""
        draft = self.kind.system(self.sections, arrays)
        unsound = {name: table for name, table in self.tables.items() if self.sections.get(name) is None}
        return [
            *self.kind.disagreements(draft),
            *(problem for question in self.asked for problem in question.rules(draft)),
            *(problem for question in self.asked for problem in question.unsound(unsound)),
        ]

    def refuse(self, problems: list[Problem]) -> None:
        if problems:
            raise StudyError(problem_lines(problems, self.text, self.label))


def check_study(path: Path, label: str | None = None) -> list[str]:
    """What can be said of a study file within a moment, however large a model it asks for.

    Args:
        path: the file.
        label: what messages call it; its path if None.

    Returns:
        Remarks, and that it is sound: as it was built, or as far as sizes and single keys tell.

    Raises:
        StudyError: with one line for each problem, in the order of the file.
    """
    draft = _draft(path, label)
    if draft.light:
        study = _finished(draft).study
        return [f"{draft.label}: {line}" for line in [*study.remarks(), f"sound: {study.summary()}"]]
    draft.refuse([*draft.problems, *draft.disagreements({})])
    levels = levels_of(draft.sections, draft.shapes)
    return [f"{draft.label}: sound as far as keys and sizes tell: its {levels} levels are looked at by a run"]


def read_study(path: Path, label: str | None = None) -> StudyFile:
    """The study in a file.

    Args:
        path: the file.
        label: what messages call it; its path if None.

    Returns:
        The study, checked as far as that goes without running it.

    Raises:
        StudyError: with one line for each problem, in the order of the file.
    """
    draft = _draft(path, label)
    if not draft.light:
        draft.refuse(draft.problems)  # before much is read
    return _finished(draft)


def study_of_tables(tables: Mapping[str, Any], folder: Path, label: str) -> StudyFile:
    """The study that tables make which stand in no file.

    Args:
        tables: as TOML has them.
        folder: where array files are looked for.
        label: what messages call it; lines are those of `toml_text`.

    Returns:
        The study, checked as far as that goes without running it.

    Raises:
        StudyError: with one line for each problem, or if the model is larger than a check would build.
    """
    draft = _draft_of(toml_text(tables), tables, folder / label, label)
    if not draft.light:
        draft.refuse(draft.problems)
        levels = levels_of(draft.sections, draft.shapes)
        need = f"must be small enough to be followed at once, got {levels} levels"
        raise StudyError([f"{label}: model: {need} (thermokin run takes larger ones)"])
    return _finished(draft)


def _draft(path: Path, label: str | None) -> _Draft:
    label = one_line(str(path) if label is None else label)
    return _draft_of(*read_toml(path, label, LARGEST_FILE, BUILT_IN), path, label)


def _draft_of(text: str, tables: Mapping[str, Any], path: Path, label: str) -> _Draft:
    asked = asked_in(tables)
    sections, problems = read_tables(tables, asked)
    found, flaws = find_arrays(sections, path.parent)
    return _Draft(path, label, text, meant_kind(tables), asked, tables, sections, found, [*problems, *flaws])


def _finished(draft: _Draft) -> StudyFile:
    """The study with its arrays read and its models made."""
    arrays, flaws = read_arrays(draft.found)
    draft.refuse([*draft.problems, *flaws, *draft.disagreements(arrays)])
    written = draft.kind.system(draft.sections, arrays)
    draft.refuse(sweep_flaws(written, draft.asked))
    units = asked_for(draft.sections["units"])
    if units is None:
        study = Study(written, tuple(draft.asked))
    else:
        draft.refuse([*power_law_flaws(written), *limit_flaws(written)])
        system = draft.kind.system(*natural_numbers(written, units))
        study = Study(system, tuple(draft.asked), units, written)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)  # the study's remarks say it, with the key to change
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                problems = study.prepare()
    except (ValueError, TypeError, ArithmeticError, ThermokinError) as error:
        raise StudyError(problem_lines([study.blamed(error)], draft.text, draft.label)) from error
    draft.refuse(problems)
    return StudyFile(study, draft.label, draft.path)


def problem_lines(problems: Iterable[Problem], text: str, label: str) -> list[str]:
    """One line for each problem, as an editor or a terminal can follow it: file, line, key, need, finding."""
    every = list(problems)
    told = every[:MOST_TOLD]
    lines = key_lines(text, [problem.place for problem in told])
    placed = [(line_of(problem.place, lines), problem) for problem in told]
    placed.sort(key=lambda entry: entry[0] or 0)
    rest = [f"{label}: and {len(every) - len(told)} more problems"] if len(every) > len(told) else []
    said = [f"{label}:{line}: {problem.text()}" if line else f"{label}: {problem.text()}" for line, problem in placed]
    return [*said, *rest]


def weight(sections: Sections, shapes: _Shapes) -> int:
    """The numbers of a study's arrays, and one for each pair of levels and each bath."""
    baths = sections.get("baths")
    touching = max(1, len(baths)) if isinstance(baths, tuple) else 1
    return sum(prod(shape) for shape in shapes.values()) + touching * levels_of(sections, shapes) ** 2


def levels_of(sections: Sections, shapes: _Shapes) -> int:
    """The levels of a study's model. How many; 0 where the model is not sound."""
    model = sections.get("model")
    for key in ("hamiltonian", "energies"):
        if ("model", key) in shapes:
            return shapes["model", key][0]
    if not isinstance(model, ModelTable):
        return 0
    return FEW if model.size is None else model.size


def named_study(argument: Path | None) -> tuple[Path, str]:
    """The file that an argument means, and what messages call it."""
    if argument is None:
        return BUILT_IN["quench"], "built-in study"
    if str(argument) in BUILT_IN and not argument.exists():
        return BUILT_IN[str(argument)], f"built-in study {argument}"
    return argument, str(argument)
