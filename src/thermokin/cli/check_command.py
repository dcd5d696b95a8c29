"""The command `thermokin check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from thermokin.cli.failures import plain_failures, talk

__all__ = ["check"]


def check(
    study: Annotated[Path, typer.Argument(help="The study file (TOML), or the name of a built-in study.")],
) -> None:
    """Say what is wrong with a study file. Each wrong key, its line, what was expected; nothing is run."""
    with plain_failures():
        from thermokin.study.built_in import named_study
        from thermokin.study.read import check_study

        for line in check_study(*named_study(study)):
            talk(line)
