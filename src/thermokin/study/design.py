"""Machines of a study's system by a search that is kept: the command `thermokin design`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from thermokin._errors import StudyError
from thermokin.study.questions.design import DESIGN, FalsificationTable, FrontTable, found_by
from thermokin.study.read import StudyFile, read_study

__all__ = ["study_with_store"]


def study_with_store(path: Path, store: Path | None, label: str | None = None) -> StudyFile:
    """A study whose question [design] is asked alone, with a folder that keeps each generation of its search.

    Args:
        path: the study.
        store: the folder; None keeps nothing.
        label: what messages call it; its path if None.

    Returns:
        The study.

    Raises:
        StudyError: with one line for each problem.
    """
    file = read_study(path, label)
    table = file.study.system.sections.get("design")
    if not isinstance(table, FrontTable | FalsificationTable):
        raise StudyError([f"{file.label}: the table [design] must be given: it says what is sought"])
    if store is not None and isinstance(table, FalsificationTable):
        raise StudyError([f'--store: is for kind = "front"; {file.label} seeks a falsification, which is made at once'])
    question = replace(DESIGN, answer=lambda system, table, tell: found_by(system, table, tell, store))
    return replace(file, study=replace(file.study, questions=(question,)))
