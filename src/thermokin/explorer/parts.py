"""The controls as components of Panel: native elements of a browser, drawn by `controls.js`."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

__all__ = ["STYLE", "ChoicePart", "FilesPart", "KnobPart", "OpenerPart", "StatusPart", "TabsPart", "TextPart"]


def _resource(name: str) -> str:
    return files("thermokin.explorer").joinpath(name).read_text(encoding="utf-8")


STYLE = _resource("page.css")


class Part(JSComponent):
    """One control; `part` says which function of the script draws it."""

    _esm = _resource("controls.js")
    _stylesheets: ClassVar[list[str]] = [STYLE]
    part: Any = param.String(default="")

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"sizing_mode": "stretch_width", **said})  # type: ignore[no-untyped-call]


class KnobPart(Part):
    """A slider with a field, or a list of words."""

    part = param.String(default="knob")
    place = param.String(default="")
    words = param.String(default="")
    unit = param.String(default="")
    text = param.String(default="")
    low = param.Number(default=0.0)
    high = param.Number(default=1.0)
    step = param.Number(default=0.01)
    choices = param.List(default=[])
    said = param.String(default="")
    flawed = param.Boolean(default=False)


class ChoicePart(Part):
    """One of several; hidden where there is nothing to choose."""

    part = param.String(default="choice")
    label = param.String(default="")
    options = param.List(default=[])
    titles = param.List(default=[])
    value = param.String(default="")


class TabsPart(ChoicePart):
    """One of several, side by side."""

    part = param.String(default="tabs")


class StatusPart(Part):
    """Whether numbers are up to date, and what is refused."""

    part = param.String(default="status")
    refused = param.List(default=[])
    busy = param.Boolean(default=False)
    done = param.Integer(default=0)


class TextPart(Part):
    """Text to copy."""

    part = param.String(default="text")
    label = param.String(default="")
    text = param.String(default="")


class FilesPart(Part):
    """Downloads of the figure, and the link: the browser wishes for a kind, and is given a file."""

    part = param.String(default="files")
    linked = param.Boolean(default=False)
    wish = param.String(default="")
    query = param.String(default="")
    called = param.String(default="")
    file = param.String(default="")


class OpenerPart(Part):
    """A study file that the browser reads: the server is given its text and never a path."""

    part = param.String(default="opener")
    called = param.String(default="")
    text = param.String(default="")
