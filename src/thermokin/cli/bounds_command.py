"""The command `thermokin bounds`."""

from __future__ import annotations

from importlib.util import find_spec

import typer

from thermokin.cli.failures import CHECK_FAILED, talk

__all__ = ["bounds"]


def bounds() -> None:
    """Print the catalogue of bounds: statement, domain, equality case and reference of each.

    Raises:
        Exit: with code 1 if the catalogue is not part of this version.
    """
    if find_spec("thermokin.bounds.catalogue") is None:
        talk("the catalogue of bounds is not part of this version")
        raise typer.Exit(CHECK_FAILED)
