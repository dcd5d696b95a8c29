"""A number of a system as the title of an axis: a short word and a symbol for its place in a study."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import fill
from typing import Any, Final

from thermokin.model.parameter import Parameter

__all__ = ["axis_title", "axis_words", "in_lines", "short_words"]

BOUND = "\u00a0"  # a blank at which no line ends
SYMBOLS: Final[Mapping[str, tuple[str, str]]] = {
    "temperature": ("temperature", "T"),
    "potential": ("chemical potential", "\\mu"),
    "chemical potential": ("chemical potential", "\\mu"),
    "rate": ("rate", "\\gamma"),
    "gap": ("gap", "\\Delta"),
    "energy": ("energy", "\\epsilon"),
    "coupling": ("coupling", "g"),
    "hopping": ("hopping", "t"),
    "drive": ("drive", "\\Omega"),
    "detuning": ("detuning", "\\delta"),
    "frequency": ("frequency", "\\omega"),
    "interaction": ("interaction", "U"),
    "field": ("field", "h"),
    "dephasing": ("dephasing", "\\gamma_\\phi"),
    "duration": ("duration", "\\tau"),
}
"""Word and symbol of what is measured, by the last word of a number's name."""


def axis_words(name: str, known: Parameter) -> dict[str, str]:
    """What the title of an axis says of a number.

    Args:
        name: its place, as "model.potential_right" or "baths.hot.temperature".
        known: what it is.

    Returns:
        `short`, its words, and `symbol`, as mathtext between dollars, where it has one.
    """
    *owners, key = name.split(".")
    words = key.split("_")
    if known.words.startswith("temperature of"):  # called by the name of its bath alone
        words = ["temperature", *words]
    what, which = (words[0], words[1:]) if words[0] in SYMBOLS else (" ".join(words), [])
    if len(owners) > 1:
        which = [owners[-1], *which]
    short, symbol = SYMBOLS.get(what, (what, ""))
    said = {"short": " ".join([*which, short])}
    if symbol and which and "_" not in symbol:
        symbol = f"{symbol}_\\mathrm{{{which[0][0]}}}" if len(which) == 1 else ""
    return said | ({"symbol": symbol} if symbol else {})


def in_lines(words: str, letters: int) -> str:
    """A title in lines, none of which breaks a unit.

    Args:
        words: the title, its unit in brackets.
        letters: of a line at most; a longer word keeps a line of its own.

    Returns:
        The lines.
    """
    bound = re.sub(r"\[[^\]]*\]", lambda unit: unit[0].replace(" ", BOUND), words)
    return fill(bound, letters, break_long_words=False).replace(BOUND, " ")


def short_words(name: str, attributes: Mapping[Any, Any]) -> str:
    """The words by which labelled data are called in a sentence.

    Args:
        name: of the axis or the column.
        attributes: of the data.

    Returns:
        Its short words, or the name without underscores.
    """
    return str(attributes.get("short", name.replace("_", " ")))


def axis_title(name: str, attributes: Mapping[Any, Any]) -> str:
    r"""The words of an axis and its symbol, without its unit.

    Args:
        name: of the axis.
        attributes: of the data along it.

    Returns:
        As "right chemical potential $\mu_\mathrm{r}$"; the long name where there are no short words.
    """
    if "short" not in attributes:
        return str(attributes.get("long_name", name))
    symbol = attributes.get("symbol", "")
    return f"{attributes['short']} ${symbol}$" if symbol else str(attributes["short"])
