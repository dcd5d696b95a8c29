"""The command `thermokin cite`: the references behind a study, a bound, a model or a verb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thermokin._errors import StudyError
from thermokin.cli.stopping import plain_failures, talk

if TYPE_CHECKING:
    from thermokin.views.references import References

__all__ = ["cite"]

_WHAT = 'A study file, or the name of a bound ("thermo-kinetic"), a library model, a verb, or an entry (spohn1978).'


def cite(
    what: Annotated[str, typer.Argument(help=_WHAT)],
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As entries of a BibTeX file.")] = False,
) -> None:
    """Print the references of a study, a bound, a model or a verb. A study is read, not run."""
    with plain_failures():
        found = _found(what)
        typer.echo(found.bibtex() if bibtex and found.keys else repr(found))
        if bibtex and "%" in found.bibtex():
            talk("lines that begin with % say what of an entry is still to be checked")


def _found(what: str) -> References:
    from thermokin.study.read import BUILT_IN, named_study, read_study
    from thermokin.views.references import cite as references_of

    if what.endswith(".toml") or what in BUILT_IN or Path(what).is_file():
        return read_study(*named_study(Path(what))).study.references()
    try:
        return references_of(what)
    except ValueError as error:
        raise StudyError(
            [str(error).replace("`what`", "it").replace("`thermokin bounds`", "thermokin bounds")]
        ) from error
