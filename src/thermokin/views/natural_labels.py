"""Labels of axes whose numbers stay natural while others are in units of the lab: they say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from thermokin.lab_units.asked import asked_units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["say_natural"]

_UNIT = re.compile(r"\[(?P<unit>[^\[\]]*\b(?:energy|time|temperature|amount|observable|parameter|output)\b[^\[\]]*)\]")


def say_natural(figure: Figure) -> None:
    """Add "natural" to every unit in words that labels and titles of a figure have while other units are asked for.

    Args:
        figure: drawn; it stays as it is where none are asked for.
    """
    if asked_units() is None:
        return
    for ax in figure.axes:
        said: list[Any] = [ax.xaxis.label, ax.yaxis.label, ax.title, ax._left_title, ax._right_title]  # type: ignore[attr-defined]
        for words in said:
            words.set_text(_UNIT.sub(_natural, words.get_text()))


def _natural(found: re.Match[str]) -> str:
    return found[0] if "natural" in found["unit"] else f"[{found['unit']}, natural]"
