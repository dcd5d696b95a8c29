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
from thermokin.study.arrays import Arrays, load_arrays
from thermokin.study.key_lines import key_lines, line_of
from thermokin.study.kind import Task
from thermokin.study.kinds import kind_of, others
from thermokin.study.parse import parse
from thermokin.study.problem import Problem, one_line
from thermokin.study.refusal import refusal
from thermokin.study.section import Study

__all__ = ["StudyFile", "read_study"]

LARGEST_FILE = 16_000_000
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
    label = one_line(str(path) if label is None else label)
    text = _text(path, label)
    tables = _tables(text, label)
    kind = kind_of(tables)
    parsed = parse(tables, kind, others(kind))
    arrays, flaws = load_arrays(parsed.sections, path.parent)
    problems = [*parsed.problems, *flaws, *kind.disagreements(parsed.sections, arrays)]
    if problems:
        raise StudyError(problem_lines(problems, text, label))
    study = kind.study(**parsed.sections)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)  # the task's remarks say it, with the key to change
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                task = kind.task(study, arrays)
    except (ValueError, TypeError, ArithmeticError, ThermokinError) as error:
        raise StudyError(problem_lines([refusal(error, study, kind)], text, label)) from error
    flaw = task.flaw()
    if flaw is not None:
        raise StudyError(problem_lines([flaw], text, label))
    return StudyFile(study, arrays, task, label, path, text)


def problem_lines(problems: Iterable[Problem], text: str, label: str) -> list[str]:
    """One line for each problem, as an editor or a terminal can follow it: file, line, key, need, finding.

    Args:
        problems: the problems.
        text: the file's text.
        label: the file's name.

    Returns:
        The lines, in the order of the file.
    """
    lines = key_lines(text)
    placed = [(line_of(problem.place, lines), problem) for problem in problems]
    placed.sort(key=lambda entry: entry[0] or 0)
    return [f"{label}:{line}: {problem.text()}" if line else f"{label}: {problem.text()}" for line, problem in placed]


def _text(path: Path, label: str) -> str:
    try:
        if path.is_dir():
            raise StudyError([f"{label}: must be a TOML file, got a folder"])
        if not path.exists():
            raise StudyError([f"{label}: no such file{_near_file(path)}"])
        if not path.is_file():
            raise StudyError([f"{label}: must be a TOML file, got something that is no plain file"])
        if path.stat().st_size > LARGEST_FILE:
            need = f"must be at most 16 MB, got {path.stat().st_size / 1e6:.0f} MB"
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
        return ""
    near = get_close_matches(path.name, names, n=1, cutoff=0.7)
    return f" (did you mean {one_line(near[0])}?)" if near else ""


def _tables(text: str, label: str) -> dict[str, Any]:
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
