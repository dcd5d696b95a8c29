"""The commands of the command line, and what holds for all of them. What they need is imported when they run."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated

import typer

from thermokin.cli.cite import cite
from thermokin.cli.design import design_with
from thermokin.cli.explore import explore
from thermokin.cli.new import new
from thermokin.cli.paper import paper
from thermokin.cli.stopping import CHECK_FAILED, plain_failures, settle, talk
from thermokin.cli.sweep import sweep

if TYPE_CHECKING:
    from thermokin.validation.case import Case

__all__ = ["app"]

PATIENCE = 2.0  # seconds before a progress bar appears
_CHECKED = "The study file (TOML), or a built-in study: quench, counting, transport, cycle."
_STUDY = "The study file (TOML), or a built-in study: quench (also if left out), counting, transport, cycle."


def run(
    study: Annotated[Path | None, typer.Argument(help=_STUDY)] = None,
    out: Annotated[Path, typer.Option(help="The folder for report, figures and data.")] = Path("out"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in that folder.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and stop.")] = False,
) -> None:
    """Run a study into a folder. It gets a report, figures and data; its path is printed on stdout."""
    before = _state(out)
    with plain_failures(lambda: "nothing was written" if _state(out) == before else f"the result in {out} is whole"):
        with _loading():
            from thermokin.study.read import named_study, read_study

        file = read_study(*named_study(study))
        for line in file.study.remarks():
            talk(f"{file.label}: {line}")
        if dry_run:
            typer.echo(f"{file.label}: {file.study.summary()}\n{file.study.estimate()}\nwould be written to {out}")
            return
        with _loading():
            from thermokin.report.folder import Replace
            from thermokin.study.run import existing_for, free_folder, run_study

        existing = Replace() if force else existing_for(file, out)
        free_folder(out, existing)
        talk(f"{file.label}: {file.study.summary()}")
        with _late_progress() as tell:
            result = run_study(file, out, existing, tell)
        settle()
        for line in result.findings():
            talk(f"  {line}")
        typer.echo(out)


def infer(
    clicks: Annotated[Path, typer.Argument(help="The clicks, one a line: a CSV or Parquet file.")],
    model: Annotated[Path, typer.Option(help="The study file (TOML) with a table [infer].")],
    out: Annotated[Path, typer.Option(help="The folder for report, figures and data.")] = Path("out"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in that folder.")] = False,
) -> None:
    """Read numbers of a study's system from clicks. It gets a report with intervals; its path is printed on stdout."""
    before = _state(out)
    with plain_failures(lambda: "nothing was written" if _state(out) == before else f"the result in {out} is whole"):
        from thermokin.report.folder import Refuse, Replace
        from thermokin.study.infer import study_of_clicks
        from thermokin.study.run import free_folder, run_study

        file, found = study_of_clicks(clicks, model)
        existing = Replace() if force else Refuse()
        free_folder(out, existing)
        talk(f"{file.label}: {file.study.summary()}: {found}")
        with _late_progress() as tell:
            result = run_study(file, out, existing, tell)
        settle()
        for line in result.findings():
            talk(f"  {line}")
        typer.echo(out)


def _state(folder: Path) -> tuple[int, int] | None:
    """What changes when a run puts its folder in place; None where there is none."""
    try:
        found = folder.stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns


@contextmanager
def _loading() -> Iterator[None]:
    """Imports, all of which stays: nobody looks for circles in it, now or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _late_progress() -> Iterator[Callable[[str, float], None]]:
    """A progress bar on stderr, for a terminal only, once the work takes longer than two seconds; NO_COLOR is honoured.

    Yields:
        A function to be told what is being done and which fraction of the work is behind.
    """
    if not sys.stderr.isatty():  # before a library is loaded that draws the bar
        yield lambda what, fraction: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = progress.add_task("starting", total=1.0)
    timer = Timer(PATIENCE, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda what, fraction: progress.update(task, description=what, completed=fraction)
    finally:
        timer.cancel()
        timer.join()
        progress.stop()


def check(
    study: Annotated[Path, typer.Argument(help=_CHECKED)],
) -> None:
    """Say what is wrong with a study file. Each wrong key, its line, what was expected; nothing is run."""
    with plain_failures():
        from thermokin.study.read import check_study, named_study

        for line in check_study(*named_study(study)):
            talk(line)


def validate() -> None:
    """Compare known results with ours. Exact and published numbers, each with its source and our deviation.

    Raises:
        Exit: with code 1 if a result lies outside its tolerance.
    """
    with plain_failures():
        from itertools import groupby

        from thermokin.papers.made import further_cases
        from thermokin.validation.registry import GROUPS, cases_of

        cases = []
        with _late_progress() as tell:
            for position, group in enumerate(GROUPS):
                tell(f"{group.__name__.replace('_', ' ')}", position / (len(GROUPS) + 1))
                cases += cases_of(group)
            tell("papers", len(GROUPS) / (len(GROUPS) + 1))
            cases += further_cases(cases)
        for (system, source), members in groupby(cases, key=lambda case: (case.system, case.source)):
            typer.echo(_table(system, source, members))
        failed = sum(not case.holds for case in cases)
        talk(f"{len(cases) - failed} of {len(cases)} results agree")
        if failed:
            raise typer.Exit(CHECK_FAILED)


def _table(system: str, source: str, members: Iterable[Case]) -> str:
    """The results of a system from one source, as text."""
    from rich.console import Console
    from rich.table import Table

    table = Table("quantity", "expected", "thermokin", "deviation", "allowed", "", box=None, pad_edge=False)
    for case in members:
        numbers = (f"{case.expected:.9g}", f"{case.ours:.9g}", f"{case.deviation:.1e}", f"{case.allowed:.0e}")
        table.add_row(case.quantity, *numbers, "ok" if case.holds else "FAILS")
    console = Console()
    with console.capture() as shown:
        console.print(f"[bold]{system}[/bold]  [dim](source: {source})[/dim]", highlight=False)
        console.print(table)
    return shown.get()


def bounds() -> None:
    """Print the catalogue of bounds by situation. Statement, domain, equality case and reference of each."""
    with plain_failures():
        from thermokin.bounds import Situation, catalogue

        told = set()
        for situation in Situation:
            typer.echo(f"== {situation.value} ==\n")
            for theorem in catalogue(situation):
                typer.echo(f"{theorem.name} ({theorem.kind.value})")
                if theorem.name in told:
                    typer.echo("  as above\n")
                    continue
                told.add(theorem.name)
                rows = ("statement", theorem.statement), ("domain", theorem.domain), ("equality", theorem.equality)
                for label, text in (*rows, ("bounds", theorem.bounded.name), ("reference", theorem.reference)):
                    typer.echo(f"  {label:<10} {text}")
                typer.echo()


def schema() -> None:
    """Print the JSON Schema of study files. Editors use it to complete and check TOML."""
    with plain_failures():
        import json

        from thermokin.study.language import schema as schema_of_studies

        typer.echo(json.dumps(schema_of_studies(), indent=2))


app = typer.Typer(
    name="thermokin",
    help="Quantum thermodynamics from a file to a report: heating against cooling, currents and their fluctuations.",
    epilog="Exit codes: 0 fine, 1 a check failed, 2 a bad file or usage, 129, 130 and 143 ended by SIGHUP, SIGINT and "
    "SIGTERM, 141 output unread.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (new, run, sweep, design_with(_late_progress), explore, infer, check, validate, paper, bounds, cite, schema)
for command in COMMANDS:
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        from thermokin import __version__

        typer.echo(f"thermokin {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Quantum thermodynamics from a file to a report: heating against cooling, currents and their fluctuations."""
