"""The command `thermokin explore`: a system on a page with sliders, or one figure with one slider in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from thermokin._errors import StudyError
from thermokin.cli.stopping import plain_failures, settle, talk

if TYPE_CHECKING:
    from thermokin.explorer.controller import Asked

__all__ = ["explore"]

_WHAT = "A library model, as three_level_maser (if left out), a built-in study, or a study file (TOML)."
_SET = "Where a number begins, as model.drive=0.1; may be given several times."


def explore(
    system: Annotated[str | None, typer.Argument(help=_WHAT)] = None,
    values: Annotated[list[str] | None, typer.Option("--set", help=_SET)] = None,
    tab: Annotated[str, typer.Option(help="The question that is open first, as counting or quench.")] = "",
    figure: Annotated[str, typer.Option(help="Which of its figures.")] = "",
    port: Annotated[int, typer.Option(help="Of the address; a free one if left out.", min=0, max=65535)] = 0,
    export: Annotated[Path | None, typer.Option(help="Write one figure with one slider to this file.")] = None,
    slide: Annotated[str | None, typer.Option(help="The number that its slider moves, as model.drive.")] = None,
    start: Annotated[float | None, typer.Option("--from", help="Its first value.")] = None,
    stop: Annotated[float | None, typer.Option("--to", help="Its last value.")] = None,
    points: Annotated[int, typer.Option(help="How many positions it has.")] = 29,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --export.")] = False,
) -> None:
    """Move the numbers of a system on a page in the browser, and see what follows; its address is printed on stdout."""
    with plain_failures(lambda: "nothing was written" if export is not None else "the page answers no more"):
        from thermokin.explorer.controller import Asked

        asked = Asked(tab, _moved(values or []), figure)
        if export is None:
            if slide is not None:
                _refuse("--slide: is for --export, and there is none")
            _serve(system, asked, port)
            return
        if slide is None:
            _refuse("--slide: must be given with --export: the number that the slider moves, as model.drive")
        from thermokin.explorer.export import Slide

        _export(system, asked, Slide(slide, start, stop, points), export, force)


def _refuse(line: str) -> NoReturn:
    raise StudyError([line])


def _moved(values: list[str]) -> dict[str, str]:
    """The numbers that --set names."""
    found = {}
    for one in values:
        name, sign, text = one.partition("=")
        if not (sign and name.strip()):
            _refuse(f"--set: must be a name and a value, as model.drive=0.1, got {one}")
        found[name.strip()] = text
    return found


def _serve(system: str | None, asked: Asked, port: int) -> None:
    """Serve the page until somebody interrupts."""
    try:
        from thermokin.explorer.server import serve
    except ModuleNotFoundError as error:
        from thermokin.explorer.explore import NEEDS_PANEL

        if (error.name or "").partition(".")[0] not in {"panel", "param", "bokeh", "tornado"}:
            raise
        raise StudyError([NEEDS_PANEL]) from error
    served = serve(system, asked, port)
    typer.echo(served.address)
    talk("whoever has this address has the page; Ctrl-C ends it")
    served.wait()


def _export(system: str | None, asked: Asked, slide: object, path: Path, force: bool) -> None:
    """Write the page of one slider."""
    from thermokin.explorer.controller import Explorer
    from thermokin.explorer.export import Slide, slider_page
    from thermokin.explorer.starts import begun_with
    from thermokin.explorer.subject import StudySubject

    if (path.exists() or path.is_symlink()) and not force:
        _refuse(f"--export: {path} is there already (--force replaces it)")
    if path.is_dir() or not path.parent.is_dir():
        _refuse(f"--export: {path} must be a file in a folder that is there")
    assert isinstance(slide, Slide)  # noqa: S101 - narrows the type, which is loaded late
    explorer = Explorer(StudySubject(*begun_with(system)))
    if asked.tab and asked.tab not in {one.name for one in explorer.tabs}:
        _refuse(f"--tab: must be one of {', '.join(one.name for one in explorer.tabs)}, got {asked.tab}")
    page = slider_page(explorer, asked, slide, lambda done, count: None)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StudyError([f"--export: {path} cannot be written: {error.strerror}"]) from error
    settle()
    typer.echo(path)
