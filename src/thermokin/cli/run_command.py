"""The command `thermokin run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from thermokin.cli.failures import plain_failures, talk
from thermokin.cli.stopping import settle

__all__ = ["run"]

_STUDY = "The study file (TOML), or the name of a built-in study: quench (also if left out)."


def run(
    study: Annotated[Path | None, typer.Argument(help=_STUDY)] = None,
    out: Annotated[Path, typer.Option(help="The folder for report, figures and data.")] = Path("out"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in that folder.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and stop.")] = False,
) -> None:
    """Run a study into a folder. It gets a report, figures and data; its path is printed on stdout."""
    before = _state(out)
    with plain_failures(lambda: "nothing was written" if _state(out) == before else f"the result in {out} is whole"):
        from thermokin.study.built_in import named_study
        from thermokin.study.read import read_study

        file = read_study(*named_study(study))
        for line in file.study.remarks():
            talk(f"{file.label}: {line}")
        if dry_run:
            typer.echo(f"{file.label}: {file.study.summary()}\n{file.study.estimate()}\nwould be written to {out}")
            return
        from thermokin.cli.late_progress import late_progress
        from thermokin.report.folder import Replace
        from thermokin.study.run import existing_for, free_folder, run_study

        existing = Replace() if force else existing_for(file, out)
        free_folder(out, existing)
        talk(f"{file.label}: {file.study.summary()}")
        with late_progress() as tell:
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
