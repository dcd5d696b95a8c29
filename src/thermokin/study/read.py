"""A study read from a file: everything about it checked, every problem named with its line."""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from thermokin._errors import StudyError, ThermokinError, ValidityWarning
from thermokin.study.arrays import Arrays, Found, find_arrays, read_arrays
from thermokin.study.built_in import BUILT_IN
from thermokin.study.dotted_depth import DEEPEST, too_deep
from thermokin.study.key_lines import key_lines, line_of
from thermokin.study.kind import Kind, Task
from thermokin.study.kinds import kind_of, others
from thermokin.study.parse import parse
from thermokin.study.problem import MOST_TOLD, Place, Problem, one_line
from thermokin.study.refusal import refusal
from thermokin.study.section import Sections, Study
from thermokin.study.weight import LIGHT, levels_of, weight

__all__ = ["StudyFile", "check_study", "read_study"]

LARGEST_FILE = 300_000  # bytes, to be checked or run: long dotted headers take up to 220 MB of memory then
_LINE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)$")


@dataclass(frozen=True, eq=False)
class StudyFile:
    """A study and the file that it came from.

    Args:
        study: the study, its defaults filled in.
        arrays: what its array keys and files hold, by place.
        task: what it asks for, ready to be run.
        label: the file as messages name it.
        path: the file.
        text: what it says.
    """

    study: Study
    arrays: Arrays
    task: Task
    label: str
    path: Path
    text: str


@dataclass(frozen=True, eq=False)
class _Draft:
    """A file whose tables have been read and whose arrays are known by their sizes."""

    path: Path
    label: str
    text: str
    kind: Kind[Any]
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
        task = _finished(draft).task
        return [f"{draft.label}: {line}" for line in [*task.remarks(), f"sound: {task.summary()}"]]
    draft.refuse([*draft.problems, *draft.kind.disagreements(draft.sections, {})])
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


def _draft(path: Path, label: str | None) -> _Draft:
    label = one_line(str(path) if label is None else label)
    text = _text(path, label)
    tables = _tables(text, label)
    kind = kind_of(tables)
    parsed = parse(tables, kind, others(kind))
    found, flaws = find_arrays(parsed.sections, path.parent)
    return _Draft(path, label, text, kind, parsed.sections, found, [*parsed.problems, *flaws])


def _finished(draft: _Draft) -> StudyFile:
    """The study with its arrays read and its task made."""
    kind, sections = draft.kind, draft.sections
    arrays, flaws = read_arrays(draft.found)
    draft.refuse([*draft.problems, *flaws, *kind.disagreements(sections, arrays)])
    study = kind.study(**sections)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)  # the task's remarks say it, with the key to change
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                task = kind.task(study, arrays)
    except (ValueError, TypeError, ArithmeticError, ThermokinError) as error:
        lines = problem_lines([refusal(error, study, kind)], draft.text, draft.label)
        raise StudyError(lines) from error
    flaw = task.flaw()
    draft.refuse([] if flaw is None else [flaw])
    return StudyFile(study, arrays, task, draft.label, draft.path, draft.text)


def problem_lines(problems: Iterable[Problem], text: str, label: str) -> list[str]:
    """One line for each problem, as an editor or a terminal can follow it: file, line, key, need, finding.

    Args:
        problems: the problems.
        text: the file's text.
        label: the file's name.

    Returns:
        The lines, in the order of the file; of very many problems the first, and how many more there are.
    """
    every = list(problems)
    told = every[:MOST_TOLD]
    lines = key_lines(text, [problem.place for problem in told])
    placed = [(line_of(problem.place, lines), problem) for problem in told]
    placed.sort(key=lambda entry: entry[0] or 0)
    rest = [f"{label}: and {len(every) - len(told)} more problems"] if len(every) > len(told) else []
    said = [f"{label}:{line}: {problem.text()}" if line else f"{label}: {problem.text()}" for line, problem in placed]
    return [*said, *rest]


def _text(path: Path, label: str) -> str:
    try:
        if path.is_dir():
            raise StudyError([f"{label}: must be a TOML file, got a folder"])
        if not path.exists():
            raise StudyError([f"{label}: no such file{_near_file(path)}"])
        if not path.is_file():
            raise StudyError([f"{label}: must be a TOML file, got something that is no plain file"])
        size = path.stat().st_size
        if size > LARGEST_FILE:
            need = f"must be at most {LARGEST_FILE / 1e6:g} MB, got {size / 1e6:.3g} MB"
            raise StudyError([f"{label}: {need} (keep matrices in .npy files)"])
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StudyError([f"{label}: must be a file that can be read: {reason}"]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        need = f"must be UTF-8 text, got the byte 0x{data[error.start]:02x}"
        raise StudyError([f"{label}:{line}: {need} (save the file as UTF-8)"]) from error


def _near_file(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        names = []
    shipped = [] if path.parent.parts else list(BUILT_IN)
    near = get_close_matches(path.name, [*names, *shipped], n=1, cutoff=0.7)
    if not near:
        return ""
    what = one_line(near[0]) if near[0] in names else f"the built-in study {near[0]}"
    return f" (did you mean {what}?)"


def _tables(text: str, label: str) -> dict[str, Any]:
    line = too_deep(text)
    if line is not None:
        raise StudyError([f"{label}:{line}: must have keys of at most {DEEPEST} parts, got a longer one"])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise StudyError([f"{label}: must be valid TOML, but its arrays or tables are nested too deeply"]) from error
    except ValueError as error:
        message = str(error)
        found = _LINE.search(message)
        if found is None:
            raise StudyError([one_line(f"{label}: must be valid TOML: {_lowered(message)}")]) from error
        what = f"{_lowered(message[: found.start()].strip())} at column {found['column']}"
        raise StudyError([one_line(f"{label}:{found['line']}: must be valid TOML: {what}")]) from error


def _lowered(text: str) -> str:
    if text == "Cannot overwrite a value":
        return "a key or table is given twice,"
    return text[:1].lower() + text[1:]
