"""The command line."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """The command `thermokin`: run, check, validate, bounds, schema."""
    from thermokin.cli.app import app

    app()
