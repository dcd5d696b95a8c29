"""The command `thermokin schema`."""

from __future__ import annotations

import typer

from thermokin.cli.failures import plain_failures

__all__ = ["schema"]


def schema() -> None:
    """Print the JSON Schema of study files. Editors use it to complete and check TOML."""
    with plain_failures():
        import json

        from thermokin.study.language import schema as schema_of_studies

        typer.echo(json.dumps(schema_of_studies(), indent=2))
