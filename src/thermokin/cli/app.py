"""The command line's frame: its commands and what holds for all of them."""

from __future__ import annotations

from typing import Annotated

import typer

from thermokin.cli.bounds_command import bounds
from thermokin.cli.check_command import check
from thermokin.cli.run_command import run
from thermokin.cli.schema_command import schema
from thermokin.cli.validate_command import validate

__all__ = ["app"]

app = typer.Typer(
    name="thermokin",
    help="Heating against cooling: the thermodynamics and kinetics of a quench, from a file to a report.",
    epilog="Exit codes: 0 fine, 1 a check failed, 2 a bad file or usage, 129, 130 and 143 ended by SIGHUP, SIGINT and "
    "SIGTERM, 141 output unread.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (run, check, validate, bounds, schema):
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
    """Heating against cooling: the thermodynamics and kinetics of a quench, from a file to a report."""
