"""A study's sweep into a store: the study as workers know it, its plan, and the report of what was found."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._errors import StudyError
from thermokin._result import CONVENTIONS
from thermokin.files.toml_file import one_line, toml_text
from thermokin.report.folder import Existing, OutputFolder
from thermokin.study.read import StudyFile, read_study
from thermokin.study.run import write_result, write_study
from thermokin.study.study import Study
from thermokin.study.sweep import Swept
from thermokin.sweeps.column import Column
from thermokin.sweeps.fingerprint import fingerprint
from thermokin.sweeps.options import Options
from thermokin.sweeps.sweeping import Sweep
from thermokin.views.sweep_axes import about_axis

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["StudyTask", "sweep_of_study", "write_sweep_report"]

Files = tuple[tuple[str, bytes], ...]
_STANDING = re.compile(r", (?:no theorem here|a theorem at \d+ of \d+ points)$")


@dataclass(frozen=True, eq=False)
class StudyTask:
    """A study and its questions, as files, which any process can read.

    Args:
        files: names and contents; its sweep has one point.
    """

    files: Files

    @classmethod
    def of(cls, file: StudyFile) -> StudyTask:
        """That of a study that was read."""
        swept: Swept = file.study.written.sections["sweep"]
        with tempfile.TemporaryDirectory() as folder:
            write_study(file, Path(folder), {name: values[:1].tolist() for name, values in swept.axes.items()})
            paths = sorted(path for path in Path(folder).rglob("*") if path.is_file())
            return cls(tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths))

    def at(self, numbers: Mapping[str, Any], random: np.random.SeedSequence) -> Sequence[Column]:
        """What all questions find at some points.

        Args:
            numbers: of the study's family, by name.
            random: where questions that draw random numbers have their seeds from.

        Returns:
            The columns.
        """
        study, found = _study(self.files), list[Column]()
        for question, table in study.asked:
            assert question.swept is not None  # noqa: S101 - narrows the type: rules have refused the others
            if hasattr(table, "seed"):
                table = table.model_copy(update={"seed": int(random.generate_state(1)[0])})
            found += question.swept(study.system, table, numbers)
        # How many points a bound is a theorem at is known when all of them are.
        return [replace(one, words=_STANDING.sub("", one.words)) if "theorem" in one.said else one for one in found]


@lru_cache(maxsize=2)
def _study(files: Files) -> Study:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files:
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        return read_study(Path(folder) / "study.toml").study


def sweep_of_study(file: StudyFile, options: Options) -> Sweep:
    """The sweep that a study asks for.

    Args:
        file: the study.
        options: how it is computed.

    Returns:
        The sweep.

    Raises:
        StudyError: if it asks for none.
        SweepError: if the store holds something else, or zarr is missing.
    """
    system = file.study.system
    swept: Swept | None = system.sections.get("sweep")
    if swept is None:
        raise StudyError([f"{file.label}: must have a table [sweep], which names the numbers that vary"])
    known = system.family.parameters
    said = {name: about_axis(name, known[name]) for name in swept.axes}
    said["frequency"] = {"long_name": "frequency", "units": "1/time"}
    tables = {name: table for name, table in file.study.tables().items() if name not in {"sweep", "report"}}
    of = {"study": toml_text(tables)}
    of |= {".".join(map(str, place)): fingerprint(array) for place, array in file.study.written.arrays.items()}
    seeds = [table.seed for _, table in file.study.asked if hasattr(table, "seed")]
    about = {"title": file.study.title, "conventions": CONVENTIONS}
    if file.study.units is not None:
        about["comment"] = f"natural numbers, with a time of 1 {file.study.units.label('time')}; reports convert them"
    return Sweep(StudyTask.of(file), swept.axes, said, of, about, replace(options, seed=(seeds or [0])[0]))


def write_sweep_report(file: StudyFile, data: xr.Dataset, out: Path, existing: Existing) -> None:
    """Write report, figures and data of a sweep into a folder.

    Args:
        file: the study.
        data: what was found.
        out: the folder.
        existing: what happens to an earlier result there.

    Raises:
        StudyError: if it cannot be written.
    """
    begin = time.perf_counter()
    try:
        with OutputFolder(out, existing) as folder:
            write_result(file, file.study.of_sweep(data), folder, time.perf_counter() - begin, lambda what: None)
    except OSError as error:
        line = f"--out: {error}" if error.errno is None else f"{out}: cannot be written: {error.strerror}"
        raise StudyError([one_line(line.rstrip("."))]) from error
