"""Tables in LaTeX, with the rules of the package booktabs."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from numpy.typing import NDArray

from thermokin.views.variable import Variable

__all__ = ["InLatex", "tabular"]

R = TypeVar("R")
LARGEST = 8  # rows and columns of a matrix that is written out

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
    def coordinates_of(self, result: R) -> tuple[Variable[Any], ...]:
        """What the axes of its variables are."""

    @abstractmethod
    def rows(self, result: R) -> list[tuple[str, str, str]]:
        """Name, numbers and unit of each line."""

    @abstractmethod
    def defined(self, result: R) -> tuple[Variable[Any], ...]:
        """The variables that this result has."""

    def latex(self, result: R) -> str:
        """The few lines as a table, and small matrices as tables of their own.

        Args:
            result: the result.

        Returns:
            Environments `tabular`, for the package booktabs.
        """
        shown = [one for one in self.defined(result) if len(one.axes) == 2 and one.is_made(result)]
        matrices = {one.name: one for one in shown if _is_small_matrix(one.of(result))}
        rows = [row for row in self.rows(result) if row[0] not in matrices]
        tables = [tabular(("quantity", "value", "unit"), rows)] if rows else []
        return "\n\n".join([*tables, *(self._matrix(result, one) for one in matrices.values())])

    def _matrix(self, result: R, variable: Variable[Any]) -> str:
        numbers = variable.of(result)
        down, along = (
            self._labels(result, axis, size) for axis, size in zip(variable.axes, numbers.shape, strict=True)
        )
        corner = variable.name if variable.unit == "1" else f"{variable.name} [{variable.unit}]"
        rows = ((label, *(f"{number:.6g}" for number in row)) for label, row in zip(down, numbers, strict=True))
        return tabular((corner, *along), list(rows))

    def _labels(self, result: R, axis: str, size: int) -> list[str]:
        """What stands beside the rows or above the columns: numbers from 1 where nothing has a name."""
        for one in self.coordinates_of(result):
            if one.axes == (axis,) and one.of(result).shape == (size,):
                names = one.of(result)
                return [f"{name:.6g}" if names.dtype.kind == "f" else str(name) for name in names]
        return [str(number) for number in range(1, size + 1)]


def _is_small_matrix(numbers: NDArray[Any]) -> bool:
    return numbers.ndim == 2 and numbers.dtype.kind in "iuf" and numbers.size > 1 and max(numbers.shape) <= LARGEST


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
