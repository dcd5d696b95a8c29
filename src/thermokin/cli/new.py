"""The command `thermokin new`: a commented study to begin from."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from thermokin.cli.stopping import plain_failures, talk

__all__ = ["new"]

_KIND = "What it is about, as --list says; quench if left out."


def new(
    kind: Annotated[str, typer.Argument(help=_KIND)] = "quench",
    path: Annotated[Path | None, typer.Argument(help="The file, or its folder; [kind].toml if left out.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Say which kinds there are, and stop.")] = False,
) -> None:
    """Write a commented study to begin from. It runs as it is; nothing is replaced; its path is printed on stdout."""
    with plain_failures():
        from thermokin.study.starter import starters, write_starter

        if listed:
            known = starters()
            width = max(map(len, known))
            for name, about in known.items():
                typer.echo(f"{name:<{width}}  {about}")
            return
        study, *beside = write_starter(kind, path)
        for one in beside:
            talk(f"{one}: the data that it reads")
        verb = "design" if kind == "design" else "run"
        words = ["infer", str(beside[0]), "--model", str(study)] if beside else [verb, str(study)]
        talk(f"run it with: thermokin {shlex.join([*words, '--out', study.stem])}")
        typer.echo(study)
