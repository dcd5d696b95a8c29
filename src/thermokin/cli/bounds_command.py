"""The command `thermokin bounds`."""

from __future__ import annotations

import typer

from thermokin.cli.failures import plain_failures

__all__ = ["bounds"]


def bounds() -> None:
    """Print the catalogue of bounds. Statement, domain, equality case and reference of each."""
    with plain_failures():
        from thermokin.bounds import catalogue

        for entry in catalogue():
            rows = ("statement", entry.statement), ("domain", entry.domain), ("equality", entry.equality)
            typer.echo(f"{entry.name} ({entry.kind.value})")
            for label, text in (*rows, ("reference", entry.reference)):
                typer.echo(f"  {label:<10} {text}")
            typer.echo()
