"""A study's sweep into a store: the study as workers know it, its plan, and the report of what was found."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._errors import ArgumentError, StudyError, SweepError
from thermokin._result import CONVENTIONS
from thermokin._typing import FloatArray
from thermokin.files.toml_file import one_line, toml_text
from thermokin.report.dataset_file import write_dataset
from thermokin.report.folder import Existing, OutputFolder
from thermokin.study.read import StudyFile, read_study
from thermokin.study.refined_sweep import axes_said, columns_at
from thermokin.study.run import write_result, write_study
from thermokin.study.study import Study
from thermokin.study.sweep import Swept
from thermokin.sweeps.column import Column
from thermokin.sweeps.engine import Tell
from thermokin.sweeps.fingerprint import fingerprint
from thermokin.sweeps.options import Options
from thermokin.sweeps.refinement import Refine, refined
from thermokin.sweeps.sweeping import Sweep, untold

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["RefinedSweep", "StudyTask", "sweep_of_study", "write_sweep_report"]

WHOLE = "refined.nc"
Files = tuple[tuple[str, bytes], ...]


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
        study = _study(self.files)
        return columns_at(study.system, study.asked, numbers, random)


@lru_cache(maxsize=2)
def _study(files: Files) -> Study:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files:
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        return read_study(Path(folder) / "study.toml").study


@dataclass(frozen=True, eq=False)
class RefinedSweep:
    """A sweep that is refined round after round, each a store in one folder, and the whole a file beside them.

    Args:
        begun: makes the sweep of some values.
        axes: the values to begin with.
        options: how each round is computed.
        refine: where more values are wanted.
    """

    begun: Callable[[Mapping[str, FloatArray], Options], Sweep]
    axes: Mapping[str, FloatArray]
    options: Options
    refine: Refine

    def said(self) -> str:
        """What is to come, in a few lines."""
        first = self.begun(self.axes, replace(self.options, store=None)).said()
        return f"{first}\nthat is the first round; then more where an output bends, up to {self.refine.most} points"

    def is_complete(self) -> bool:
        """Whether nothing is missing once it has run."""
        return True

    def run(self, tell: Tell = untold) -> xr.Dataset:
        """Compute what is missing.

        Args:
            tell: is told how far a round is.

        Returns:
            The data.

        Raises:
            SweepError: if it cannot begin or go on.
        """
        try:
            data = refined(self.begun, self.axes, self.options, self.refine, tell)
            if self.options.store is not None:
                write_dataset(Path(self.options.store) / WHOLE, data)
        except ArgumentError as error:
            raise SweepError(str(error)) from error
        except OSError as error:
            raise SweepError(f"`store` {self.options.store}: cannot be written: {error.strerror or error}.") from error
        return data


def sweep_of_study(file: StudyFile, options: Options) -> Sweep | RefinedSweep:
    """The sweep that a study asks for.

    Args:
        file: the study.
        options: how it is computed.

    Returns:
        The sweep.

    Raises:
        StudyError: if it asks for none.
        SweepError: if the store holds something else, zarr is missing, or parts are wanted of what is refined.
    """
    system = file.study.system
    swept: Swept | None = system.sections.get("sweep")
    if swept is None:
        raise StudyError([f"{file.label}: must have a table [sweep], which names the numbers that vary"])
    said, task = axes_said(system, swept), StudyTask.of(file)
    tables = {name: table for name, table in file.study.tables().items() if name not in {"sweep", "report"}}
    of = {"study": toml_text(tables)}
    of |= {".".join(map(str, place)): fingerprint(array) for place, array in file.study.written.arrays.items()}
    seeds = [table.seed for _, table in file.study.asked if hasattr(table, "seed")]
    about = {"title": file.study.title, "conventions": CONVENTIONS}
    if file.study.units is not None:
        about["comment"] = f"natural numbers, with a time of 1 {file.study.units.label('time')}; reports convert them"
    options = replace(options, seed=(seeds or [0])[0])

    def begun(axes: Mapping[str, FloatArray], options: Options) -> Sweep:
        return Sweep(task, axes, said, of, about, options)

    if swept.refine is None:
        return begun(swept.axes, options)
    if options.shard != (1, 1):
        raise SweepError("`shard` is for grids that are known beforehand; leave it out beside [sweep.refine].")
    return RefinedSweep(begun, swept.axes, options, swept.refine)


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
