"""Numbers of a study's system from a table of clicks: the command `thermokin infer`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from thermokin._errors import StudyError
from thermokin.files.toml_file import one_line
from thermokin.inference.clicks import Clicks
from thermokin.inference.read_clicks import read_clicks
from thermokin.lab_units.units import Units
from thermokin.study.questions.infer import INFER, InferTable, findings_of
from thermokin.study.read import StudyFile, read_study

__all__ = ["study_of_clicks"]


def study_of_clicks(records: Path, model: Path) -> tuple[StudyFile, Clicks]:
    """A study whose question [infer] is asked of the records in a file, and nothing else of it.

    Args:
        records: CSV or Parquet, with a line for each click.
        model: the study.

    Returns:
        The study, and the clicks.

    Raises:
        StudyError: with one line for each problem of the study, or one for that of the records.
    """
    file = read_study(model)
    system = file.study.system
    table = system.sections.get("infer")
    if not isinstance(table, InferTable):
        raise StudyError([f"{file.label}: the table [infer] must be given: it says which numbers are sought"])
    clicks = _clicks(records, table)
    for key in ("weights", "reverses", "detectors"):
        _require_known(file.label, key, getattr(table, key) or {}, clicks)
    question = replace(INFER, answer=lambda system, table, tell: findings_of(system, table, clicks, tell))
    return replace(file, study=replace(file.study, questions=(question,), units=_of_clicks(file.study.units))), clicks


def _require_known(label: str, key: str, given: Mapping[str, object], clicks: Clicks) -> None:
    for pair in given.items():
        for name in pair:
            if isinstance(name, str) and name not in clicks.names:
                known = ", ".join(clicks.names)
                raise StudyError([one_line(f"{label}: infer.{key}: {name!r} is no detector of the records: {known}")])


def _clicks(records: Path, table: InferTable) -> Clicks:
    try:
        return read_clicks(
            records,
            time=table.time,
            channel=table.channel or None,
            run=table.run or None,
            begin=table.begin,
            end=table.end,
            names=None if table.channels is None or not table.channel else list(table.channels),
            separator=table.separator,
        )
    except FileNotFoundError as error:
        raise StudyError([one_line(f"{records}: no such file")]) from error
    except (ValueError, ModuleNotFoundError, OSError) as error:
        said = str(error).removeprefix("`path`: ").removeprefix(records.name).lstrip(": ").rstrip(".")
        raise StudyError([one_line(f"{records}: {said}")]) from error


def _of_clicks(units: Units | None) -> Units | None:
    """The units in which results are shown: what records count are clicks, whatever they stand for."""
    return None if units is None else replace(units, amount="1")
