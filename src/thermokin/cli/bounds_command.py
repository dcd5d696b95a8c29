"""The command `thermokin bounds`."""

from __future__ import annotations

import typer

from thermokin.cli.failures import plain_failures

__all__ = ["bounds"]


def bounds() -> None:
    """Print the catalogue of bounds. Statement, domain, equality case and reference of each."""
    with plain_failures():
        from thermokin.bounds import catalogue

        for theorem in catalogue():
            rows = ("statement", theorem.statement), ("domain", theorem.domain), ("equality", theorem.equality)
            typer.echo(f"{theorem.name} ({theorem.kind.value})")
            for label, text in (*rows, ("reference", theorem.reference)):
                typer.echo(f"  {label:<10} {text}")
            typer.echo()
