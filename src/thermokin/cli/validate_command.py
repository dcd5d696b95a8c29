"""The command `thermokin validate`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from thermokin.cli.failures import CHECK_FAILED, plain_failures, talk

if TYPE_CHECKING:
    from thermokin.validation.case import Case

__all__ = ["validate"]


def validate() -> None:
    """Compare known results with ours. Exact and published numbers, each with its source and our deviation.

    Raises:
        Exit: with code 1 if a result lies outside its tolerance.
    """
    with plain_failures():
        from itertools import groupby

        from thermokin.cli.late_progress import late_progress
        from thermokin.validation.registry import GROUPS, cases_of

        cases = []
        with late_progress() as tell:
            for position, group in enumerate(GROUPS):
                tell(f"{group.__name__.replace('_', ' ')}", position / len(GROUPS))
                cases += cases_of(group)
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
