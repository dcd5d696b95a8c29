"""An SVG document inside a page: without prolog, with names of its own, in the page's colours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from thermokin.report.style import (
    COOLING,
    CYAN,
    DARK_GREY,
    GREEN,
    GREY,
    HEATING,
    INDIGO,
    INK,
    LIGHT_GREY,
    OCHRE,
    OLIVE,
    PAPER,
    PURPLE,
    ROSE,
)

COLOUR_NAMES: Final = {
    INK: "--ink",
    PAPER: "--paper",
    DARK_GREY: "--dark-grey",
    GREY: "--grey",
    LIGHT_GREY: "--light-grey",
    HEATING: "--heating",
    COOLING: "--cooling",
    GREEN: "--green",
    PURPLE: "--purple",
    OCHRE: "--ochre",
    CYAN: "--cyan",
    ROSE: "--rose",
    OLIVE: "--olive",
    INDIGO: "--indigo",
}
"""The style's colours as the page's CSS calls them, so that figures follow the page into the dark."""

_ROOT = re.compile(r"<svg\b.*</svg>", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_OPENING = re.compile(r"<svg\b[^>]*>")
_SIZE = re.compile(r'\s(?:width|height|version)="[^"]*"')
_VIEW = re.compile(r'viewBox="\S+ \S+ (?P<width>[\d.]+) (?P<height>[\d.]+)"')
_ACTIVE = re.compile(r"<(?:script|foreignObject|iframe)\b|\son\w+\s*=|javascript:", re.IGNORECASE)
_LINK = re.compile(r"""(?:\bhref\s*=\s*["']|url\(\s*["']?)(?!#|data:image/png;base64,)""", re.IGNORECASE)
_PAINT = re.compile("|".join(re.escape(colour) for colour in COLOUR_NAMES))
_PIXELS_PER_POINT = 1.9  # so that 7.5 pt of a printed figure read like 14 px on the screen


@dataclass(frozen=True)
class InlineSvg:
    """An SVG document made a part of a page.

    Attributes:
        element: the `svg` element; it fills the width it is given.
        width: the width at which its text reads like the page's [CSS pixel].
    """

    element: str
    width: float


def inline_svg(svg: str, name: str, description: str) -> InlineSvg:
    """An SVG document as a part of a page.

    Args:
        svg: the document.
        name: a name that no other SVG of the page has; every id in the document begins with it.
        description: plain text for readers who cannot see the figure.

    Returns:
        The element and its width.

    Raises:
        ValueError: if the text is no SVG with a viewBox, or holds scripts or links to outside.
    """
    found = _ROOT.search(svg)
    if found is None:
        raise ValueError(f"`svg` must be an SVG document, got {svg[:40]!r}.")
    body = _METADATA.sub("", found[0])
    if _ACTIVE.search(body) or _LINK.search(body):
        raise ValueError("`svg` must hold neither scripts nor links to outside.")
    opening = _OPENING.search(body)
    view = _VIEW.search(opening[0]) if opening else None
    if opening is None or view is None:
        raise ValueError("`svg` must give its size in a viewBox.")
    label = description.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    attributes = f' role="img" aria-label="{label}">'
    body = _SIZE.sub("", opening[0])[:-1] + attributes + body[opening.end() :]
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = re.sub(r'href="#', f'href="#{name}-', body)
    body = re.sub(r"url\(#", f"url(#{name}-", body)
    element = _PAINT.sub(lambda paint: f"var({COLOUR_NAMES[paint[0]]}, {paint[0]})", body)
    return InlineSvg(element, _PIXELS_PER_POINT * float(view["width"]))
