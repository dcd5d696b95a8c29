"""The command `thermokin design`: a search for machines, which can be interrupted and goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thermokin.cli.stopping import plain_failures, settle, talk

if TYPE_CHECKING:
    from thermokin.study.question import Tell

__all__ = ["design_with"]

OFTEN = 30.0  # seconds after which a line is said
_STORE = "A folder that keeps each generation of a front: killed or interrupted, the same command goes on from there."


def design_with(progress: Callable[[], AbstractContextManager[Tell]]) -> Callable[..., None]:
    """The command.

    Args:
        progress: a context with a progress bar, which gives whom to tell.

    Returns:
        It.
    """

    def design(
        study: Annotated[Path, typer.Argument(help="The study file (TOML), with a table [design].")],
        store: Annotated[Path | None, typer.Option(help=_STORE)] = None,
        out: Annotated[Path, typer.Option(help="The folder for report, figures and data.")] = Path("out"),
        force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in that folder.")] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and stop.")] = False,
    ) -> None:
        """Search for machines. A front, or what breaks an inequality, with a study of each; the path is on stdout."""
        with plain_failures(lambda: _kept(store)):
            from thermokin.report.folder import Refuse, Replace
            from thermokin.study.design import study_with_store
            from thermokin.study.run import free_folder, run_study

            file = study_with_store(study, store)
            for line in file.study.remarks():
                talk(f"{file.label}: {line}")
            if dry_run:
                kept = f"\nwould be kept in {store}" if store else ""
                typer.echo(
                    f"{file.label}: {file.study.summary()}\n{file.study.estimate()}{kept}\nwould be written to {out}"
                )
                return
            existing = Replace() if force else Refuse()
            free_folder(out, existing)
            talk(f"{file.label}: {file.study.summary()}")
            if store is not None and _generations(store):
                talk(f"{_generations(store)} generations are in {store} already")
            with progress() as tell:
                result = run_study(file, out, existing, _also_in_lines(tell))
            settle()
            for line in result.findings():
                talk(f"  {line}")
            typer.echo(out)

    return design


def _generations(store: Path) -> int:
    try:
        return sum(1 for _ in store.glob("generation_*.json"))
    except OSError:
        return 0


def _kept(store: Path | None) -> str:
    """What an interruption leaves."""
    if store is None:
        return "nothing was written; --store keeps each generation"
    return f"{_generations(store)} generations are in {store}; the same command goes on from there"


def _also_in_lines(tell: Tell) -> Tell:
    """Whom to tell, and a line now and then where no terminal shows a bar."""
    import sys

    said = time.monotonic()

    def told(what: str, fraction: float) -> None:
        nonlocal said
        tell(what, fraction)
        if not sys.stderr.isatty() and time.monotonic() - said > OFTEN:
            said = time.monotonic()
            talk(f"{what}: {100.0 * fraction:.0f} %")

    return told
