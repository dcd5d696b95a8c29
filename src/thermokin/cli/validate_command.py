"""The command `thermokin validate`."""

from __future__ import annotations

import typer

from thermokin.cli.failures import CHECK_FAILED, plain_failures, talk

__all__ = ["validate"]


def validate() -> None:
    """Compare exact and published results with this package: source, both numbers, deviation.

    Raises:
        Exit: with code 1 if a result lies outside its tolerance.
    """
    with plain_failures():
        from rich.console import Console
        from rich.table import Table

        from thermokin.cli.late_progress import late_progress
        from thermokin.study.validation.registry import GROUPS, cases_of

        cases = []
        with late_progress() as tell:
            for position, group in enumerate(GROUPS):
                tell(f"{group.__name__.replace('_', ' ')}", position / len(GROUPS))
                cases += cases_of(group)
    table = Table("case", "quantity", "expected", "thermokin", "deviation", "allowed", "", "source")
    for case in cases:
        numbers = (f"{case.expected:.10g}", f"{case.ours:.10g}", f"{case.deviation:.1e}", f"{case.allowed:.0e}")
        table.add_row(case.system, case.quantity, *numbers, "ok" if case.holds else "FAILS", case.source)
    console = Console()
    console.print(table, width=None if console.is_terminal else 200)
    failed = sum(not case.holds for case in cases)
    talk(f"{len(cases) - failed} of {len(cases)} results agree")
    if failed:
        raise typer.Exit(CHECK_FAILED)
