"""The command line."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """The command `thermokin`: run, check, validate, bounds, schema."""
    try:
        from thermokin.cli.app import app

        app()
    except KeyboardInterrupt:  # before or after a command, which says more itself
        sys.exit(130)
