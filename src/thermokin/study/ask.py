"""The verb `ask`: a study answered in Python, as `thermokin run` answers it in a folder."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._errors import StudyError, ThermokinError, ValidityWarning, users_level
from thermokin.lab_units.answers_of_studies import remembered
from thermokin.lab_units.units import Units
from thermokin.report.folder import OutputFolder, Replace
from thermokin.study.read import StudyFile, named_study, read_study, study_of_tables
from thermokin.study.run import refusal, require_few_points, study_text, write_result
from thermokin.views.answer import Whole

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from thermokin.model.family import Family

__all__ = ["StudyAnswers", "ask"]

_LINE = re.compile(r"^study:\d+: ")


@dataclass(frozen=True, eq=False, repr=False)
class StudyAnswers(Mapping[str, Any]):
    """What a study has found: the answer to each question by its name, as the Python calls give it.

    Attributes:
        file: the study.
        whole: its answers, and what is shown of them.
        seconds: that they took.

    Example:
        >>> import thermokin as tk
        >>> found = tk.ask("cycle")
        >>> list(found), found.figures, found["cycle"].cycle.period > 0.0
        (['cycle'], ('planes', 'ledger'), True)
    """

    file: StudyFile
    whole: Whole
    seconds: float

    def __getitem__(self, question: str) -> Any:
        answer = self.whole.answers[question]
        return answer if self.units is None else remembered(answer, self.units.tick)

    def __iter__(self) -> Iterator[str]:
        return iter(self.whole.answers)

    def __len__(self) -> int:
        return len(self.whole.answers)

    def __repr__(self) -> str:
        asked = ", ".join(self) or "nothing"
        lines = (f"  {line}" for line in self.whole.findings())
        return "\n".join([f"{self.file.study.title}: answers to {asked}", *lines])

    @property
    def units(self) -> Units | None:
        """The units of the file, in which all is shown; None for natural ones. Answers themselves are natural."""
        return self.whole.units

    @property
    def family(self) -> Family:
        """The system of the study: a function from the numbers of its file, natural ones, to a model."""
        found: Family = self.file.study.system.family
        return found

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures of the report."""
        return tuple(self.whole.figures)

    def plot(self, name: str = "") -> Figure:
        """A figure of the report.

        Args:
            name: one of `figures`; the first if empty.

        Returns:
            The figure; nothing is shown.

        Raises:
            ValueError: if there is none of that name.
        """
        figures = self.whole.figures
        if not figures or (name and name not in figures):
            raise ValueError(
                f"`name` must be one of {', '.join(figures) or 'none, there are no figures'}, got {name!r}."
            )
        return figures[name or next(iter(figures))]()[0]

    def to_xarray(self) -> xr.Dataset:
        """All numbers as labelled data, what a run writes into data.nc.

        Returns:
            The dataset, in the units of the file.
        """
        return self.whole.dataset()

    def text(self) -> str:
        """The study as a file, every default written out.

        Returns:
            TOML, which `thermokin run` takes.
        """
        return study_text(self.file.study)

    def report(self, folder: str | Path) -> Path:
        """Write what `thermokin run` writes: report.html, figures, data.nc and study.toml.

        Args:
            folder: where to; must not exist, be empty, or hold an earlier report.

        Returns:
            The folder.

        Raises:
            FileExistsError: if the folder holds anything else.
        """
        output = OutputFolder(folder, Replace())
        output.check()
        with output as inside, warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)  # said when the study was asked, and in the report
            write_result(self.file, self.whole, inside, self.seconds, lambda what: None)
        return output.target


def ask(study: str | Path | Mapping[str, Any]) -> StudyAnswers:
    """Answer the questions of a study, as `thermokin run` does, without a folder.

    Args:
        study: a file (TOML), the name of a built-in study ("quench", "counting", "transport", "cycle"), or the tables
            that such a file would have, as dictionaries of numbers, words, lists and arrays.

    Returns:
        The answers by question, each the object that the verb of that question gives; of a study with a table [sweep]
        labelled data of all of them as "sweep". `report(folder)` writes what a run writes.

    Raises:
        StudyError: with one line for each problem of the study, or if its numbers refuse what it asks.
        TypeError: if it is neither a file nor tables.

    Warns:
        ValidityWarning: of what is in doubt, in the words of `thermokin check`.

    Example:
        >>> import thermokin as tk
        >>> found = tk.ask({"model": {"name": "three_level_maser", "drive": 0.1, "hot": 5.0}, "machine": {}})
        >>> round(float(found["machine"].power), 6)
        0.001703
        >>> round(float(tk.figures_of_merit(tk.library.three_level_maser(0.1, 5.0)).power), 6)
        0.001703
    """
    if isinstance(study, str | Path):
        file = read_study(*named_study(Path(study)))
    elif isinstance(study, Mapping):
        file = _of_tables(study)
    else:
        raise TypeError(f"`study` must be a file, the name of a built-in study, or tables, got {type(study).__name__}.")
    require_few_points(file)
    for line in file.study.remarks():
        warnings.warn(f"{file.label}: {line}", ValidityWarning, stacklevel=users_level())
    begin = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            whole = file.study.answer(lambda what, fraction: None)
    except (ThermokinError, ValueError, ArithmeticError) as error:
        raise StudyError([refusal(file, error)]) from error
    return StudyAnswers(file, whole, time.perf_counter() - begin)


def _of_tables(tables: Mapping[str, Any]) -> StudyFile:
    """The study of tables, whose problems have places and no lines."""
    try:
        return study_of_tables(_plain(tables), Path(), "study")
    except StudyError as error:
        raise StudyError(_LINE.sub("study: ", line) for line in error.problems) from error


def _plain(value: Any) -> Any:
    """Tables as TOML has them: arrays and numbers of NumPy as lists and numbers."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
