"""The command `thermokin schema`."""

from __future__ import annotations

import typer

__all__ = ["schema"]


def schema() -> None:
    """Print the JSON Schema of study files. Editors use it to complete and check TOML."""
    import json

    from thermokin.study.study import Study

    typer.echo(json.dumps(Study.model_json_schema(), indent=2))
