"""The command `thermokin run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thermokin.cli.failures import plain_failures, talk

if TYPE_CHECKING:
    from thermokin.quench.comparison import Comparison

__all__ = ["run"]


def run(
    study: Annotated[Path | None, typer.Argument(help="The study file (TOML); the built-in study if left out.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for report, figures and data.")] = Path("out"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in that folder.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and stop.")] = False,
) -> None:
    """Run a study into a folder. It gets a report, figures and data; its path is printed on stdout."""
    with plain_failures():
        from thermokin.study.estimate import estimate
        from thermokin.study.read import built_in, read_study
        from thermokin.study.remarks import remarks, summary

        file = read_study(study or built_in(), None if study else "built-in study")
        for line in remarks(file):
            talk(f"{file.label}: {line}")
        if dry_run:
            typer.echo(f"{file.label}: {summary(file)}\n{estimate(file)}\nwould be written to {out}")
            return
        from thermokin.cli.late_progress import late_progress
        from thermokin.report.folder import Replace
        from thermokin.study.run import existing_for, free_folder, run_study

        existing = Replace() if force else existing_for(file, out)
        free_folder(out, existing)
        talk(f"{file.label}: {summary(file)}")
        with late_progress() as tell:
            race = run_study(file, out, existing, tell)
        _say_verdicts(race)
        typer.echo(out)


def _say_verdicts(race: Comparison) -> None:
    for verdict in race.verdicts:
        answer = "open" if verdict.undecided else "yes " if verdict.holds else "no  "
        tie = " (a tie)" if verdict.tie else ""
        talk(f"  {answer} {verdict.statement}{tie}")
