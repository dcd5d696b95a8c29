"""Tables in LaTeX, with the rules of the package booktabs."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

__all__ = ["InLatex", "tabular"]

R = TypeVar("R")

SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{one: f"\\{one}" for one in "&%$#_{}"},
}
NUMBER = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)")


class InLatex(Generic[R]):
    """What has a few lines has a table in LaTeX."""

    @abstractmethod
    def rows(self, result: R) -> list[tuple[str, str, str]]:
        """Name, numbers and unit of each line."""

    def latex(self, result: R) -> str:
        """The few lines as a table.

        Args:
            result: the result.

        Returns:
            An environment `tabular`, for the package booktabs.
        """
        return tabular(("quantity", "value", "unit"), self.rows(result))


def tabular(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table.

    Args:
        heads: of the columns.
        rows: texts, as many each as there are columns; numbers with an exponent are set as powers of ten.

    Returns:
        An environment `tabular`.
    """
    lines = [" & ".join(map(_cell, row)) + r" \\" for row in (heads, *rows)]
    body = [f"\\begin{{tabular}}{{{'l' * len(heads)}}}", r"\toprule", lines[0], r"\midrule", *lines[1:]]
    return "\n".join([*body, r"\bottomrule", r"\end{tabular}"])


def _cell(text: str) -> str:
    parts, last = [], 0
    for found in NUMBER.finditer(text):
        parts += [_escaped(text[last : found.start()]), f"${found[1]}\\times10^{{{int(found[2])}}}$"]
        last = found.end()
    return "".join([*parts, _escaped(text[last:])])


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(letter, letter) for letter in text)
