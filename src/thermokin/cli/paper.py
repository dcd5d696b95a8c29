"""The command `thermokin paper`: what this package makes of a paper."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thermokin.cli.stopping import CHECK_FAILED, plain_failures, settle, talk

if TYPE_CHECKING:
    from thermokin.papers.made import Made
    from thermokin.papers.paper import Paper
    from thermokin.report.folder import Existing

__all__ = ["paper"]


def paper(
    name: Annotated[str, typer.Argument(help="A number on arXiv, as 2103.07791; or list; or all.")] = "list",
    out: Annotated[Path, typer.Option(help="The folder for report, figure, data and card.")] = Path("out"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in that folder.")] = False,
) -> None:
    """Recalculate a published result. Figure, numbers with their deviation and origin, verdict, code; `list` names all.

    Raises:
        Exit: with code 1 if a number lies outside its tolerance.
    """
    with plain_failures():
        if name == "list":
            from thermokin.papers.made import list_lines

            for line in list_lines():
                typer.echo(line)
            return
        from thermokin.papers.registry import PAPERS, paper_of

        wanted = PAPERS if name == "all" else (paper_of(name),)
        failed = 0
        for one in wanted:
            folder = out / one.file_name if name == "all" else out
            failed += _write(one, folder, force=force, brief=name == "all")
        settle()
        if failed:
            raise typer.Exit(CHECK_FAILED)


def _write(one: Paper, out: Path, *, force: bool, brief: bool) -> int:
    """Calculate a paper, write its folder, say what it says; how many numbers deviate."""
    from thermokin.papers.folder import existing_for, write_paper
    from thermokin.papers.made import made
    from thermokin.report.folder import Replace
    from thermokin.study.run import free_folder

    existing: Existing = Replace() if force else existing_for(one, out)
    free_folder(out, existing)
    found = made(one)
    write_paper(found, out, existing)
    if brief:
        typer.echo(f"{one.id:<12} {len(found.rows) - found.failed} of {len(found.rows)} numbers agree; {found.verdict}")
        return found.failed
    for line in found.lines():
        typer.echo(line)
    typer.echo(f"\n{_tables(found)}\n{one.code}\n")
    talk(f"{len(found.rows) - found.failed} of {len(found.rows)} numbers agree ({found.origins})")
    typer.echo(out)
    return found.failed


def _tables(found: Made) -> str:
    """The claims one by one, and the numbers of each system."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=140)
    with console.capture() as shown:
        if found.claims is not None:
            claims = Table("claim", *found.claims.systems, "true", box=None, pad_edge=False)
            for claim, words, held in found.claims.rows:
                claims.add_row(claim, *words, held)
            console.print(claims)
            console.print()
        for system, rows in groupby(found.rows, key=lambda row: row.case.system):
            table = Table(
                "quantity", "expected", "thermokin", "deviation", "allowed", "", "origin", box=None, pad_edge=False
            )
            for row in rows:
                case = row.case
                numbers = (f"{case.expected:.9g}", f"{case.ours:.9g}", f"{case.deviation:.1e}", f"{case.allowed:.0e}")
                table.add_row(case.quantity, *numbers, "ok" if case.holds else "FAILS", row.origin.value)
            console.print(f"[bold]{system}[/bold]", highlight=False)
            console.print(table)
            console.print()
    return shown.get()
