"""The command `thermokin sweep`: a study's sweep into a store that can be resumed."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thermokin._errors import StudyError, SweepError
from thermokin.cli.stopping import plain_failures, settle, talk

if TYPE_CHECKING:
    from thermokin.study.stored_sweep import RefinedSweep
    from thermokin.sweeps.engine import Progress
    from thermokin.sweeps.options import Options
    from thermokin.sweeps.sweeping import Sweep

__all__ = ["sweep"]

OFTEN = 30.0  # seconds after which a line is said where no terminal shows a bar
_EXECUTOR = "Who computes: serial, processes, or the address of a dask scheduler, as tcp://node:8786; processes if the "
_EXECUTOR += "work is worth it."


def sweep(
    study: Annotated[Path, typer.Argument(help="The study file (TOML), with a table [sweep].")],
    store: Annotated[Path, typer.Option(help="The folder that keeps what is computed (Zarr).")] = Path("sweep.zarr"),
    executor: Annotated[str | None, typer.Option(help=_EXECUTOR)] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes; all processors if left out.")] = None,
    shard: Annotated[str, typer.Option(help="Compute the k-th of n parts, as 2/8, for job arrays.")] = "1/1",
    chunk: Annotated[int | None, typer.Option(help="Points of a chunk at most; a second's work if left out.")] = None,
    most: Annotated[int | None, typer.Option(help="How many points are meant at most.")] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for a report, figures and data as well.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in the folder of --out.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say points, time and memory, and stop.")] = False,
) -> None:
    """Sweep a study into a store. Killed or interrupted, the same command goes on where it stopped; prints its path."""
    watch = _Watch(store)
    with plain_failures(lambda: watch.kept), _in_one_line():
        from thermokin.study.read import named_study, read_study
        from thermokin.study.stored_sweep import sweep_of_study

        file = read_study(*named_study(study))
        begun = sweep_of_study(file, _options(store, executor, workers, shard, chunk, most))
        for line in file.study.remarks():
            talk(f"{file.label}: {line}")
        talk(f"{file.label}: {file.study.summary()}")
        if dry_run:
            typer.echo(f"{begun.said()}\nwould be written to {store}")
            return
        existing = _existing(out, force) if out is not None else None
        with warnings.catch_warnings(record=True) as heard, watch.shown():
            warnings.simplefilter("always")
            data = begun.run(watch.tell)
        for line in dict.fromkeys(str(one.message) for one in heard):  # rounds of a refinement say the same
            talk(line)
        if out is not None and existing is not None:
            _report(file, begun, data, out, existing)
        settle()
        typer.echo(store if out is None else out)


def _options(
    store: Path, executor: str | None, workers: int | None, shard: str, chunk: int | None, most: int | None
) -> Options:
    from thermokin.sweeps.options import MOST_POINTS, Options, shard_of

    try:
        return Options(store, executor, workers, shard_of(shard), chunk, most=MOST_POINTS if most is None else most)
    except ValueError as error:
        raise SweepError(str(error)) from error


def _existing(out: Path, force: bool) -> Any:
    from thermokin.report.folder import Refuse, Replace
    from thermokin.study.run import free_folder

    existing = Replace() if force else Refuse()
    free_folder(out, existing)
    return existing


def _report(file: Any, begun: Sweep | RefinedSweep, data: Any, out: Path, existing: Any) -> None:
    from thermokin.study.stored_sweep import write_sweep_report

    if not begun.is_complete():
        talk("no report was written: other parts of the sweep are missing")
        return
    write_sweep_report(file, data.load(), out, existing)


@contextmanager
def _in_one_line() -> Iterator[None]:
    """What a sweep cannot do is said as what is wrong with a file is."""
    try:
        yield
    except SweepError as error:
        said = str(error).replace("most=", "--most ").replace("`most`", "--most").replace("`store`", "--store")
        raise StudyError([said.replace("`executor`", "--executor").replace("`shard`", "--shard")]) from error


@dataclass
class _Watch:
    """Shows how far a sweep is: a bar on a terminal, else a line now and then."""

    store: Path
    last: Progress | None = None
    begin: float = field(default_factory=time.monotonic)
    said: float = field(default_factory=time.monotonic)
    draw: Callable[[Progress], None] | None = None

    @property
    def kept(self) -> str:
        """What an interruption leaves."""
        if self.last is None:
            return "nothing was computed"
        one = self.last
        return f"{one.points} of {one.total} points are in {self.store}; the same command goes on from there"

    def tell(self, progress: Progress) -> None:
        """Show it."""
        if self.last is None and progress.points:
            talk(f"{progress.points} of {progress.total} points are in {self.store} already")
        self.last = progress
        if self.draw is not None:
            self.draw(progress)
        elif time.monotonic() - self.said > OFTEN:
            self.said = time.monotonic()
            left = "" if progress.left is None else f", {_clock(progress.left)} left"
            talk(f"{progress.points} of {progress.total} points{_failed(progress)}{left}")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """A context with the bar."""
        if not sys.stderr.isatty():  # before a library is loaded that draws the bar
            yield
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True)
        columns = (BarColumn(), TextColumn("{task.percentage:3.0f} %"), TextColumn("{task.description}"))
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=None)

            def draw(now: Any) -> None:
                left = "" if now.left is None else f", {_clock(now.left)} left"
                said = f"{now.points} of {now.total} points{_failed(now)}{left}"
                bar.update(task, completed=now.points, total=now.total, description=said)

            self.draw = draw
            yield


def _failed(progress: Progress) -> str:
    return f", {progress.failed} failed" if progress.failed else ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
