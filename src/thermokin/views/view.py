"""A view: what a result is, said as a table of its numbers, from which lines, labelled data and a figure are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import HypothesisError
from thermokin._result import register
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.views.as_figure import AsFigure
from thermokin.views.latex import InLatex
from thermokin.views.on_paper import OnPaper
from thermokin.views.sweep_axes import CONVENTIONS, SweepAxes, model_parameters
from thermokin.views.variable import Variable, labelled

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawings

__all__ = ["View"]

R = TypeVar("R")


class View(AsFigure[R], InLatex[R], OnPaper[R], Generic[R]):
    """How one kind of result looks; a subclass registers itself for the class `of=` when it is defined.

        class LevelsView(View[Levels], of=Levels):
            coordinates = (Variable("level", "number of the level", "1", ("level",)),)
            variables = (Variable("energies", "energies of the levels", "energy", ("level",)),)

    That is enough for lines, a table, labelled data and a figure; any of the methods may be written anew.

    Attributes:
        coordinates: what the axes of the variables after those of a sweep are, each with an axis of its own name.
        variables: the numbers; the first is drawn.
        panels: rows and columns of axes that the figure has.
    """

    coordinates: ClassVar[tuple[Variable[Any], ...]] = ()
    variables: ClassVar[tuple[Variable[Any], ...]] = ()

    def __init_subclass__(cls, of: type | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if of is not None:
            register(of, cls())

    def title(self, result: R) -> str:
        """What it is, in one line.

        Args:
            result: the result.

        Returns:
            The line.
        """
        return type(result).__name__

    def parameters(self, result: R) -> Mapping[str, Known]:
        """What may vary along the axes of a sweep.

        Args:
            result: the result.

        Returns:
            Numbers (...) by name; those of its model, if it has one.
        """
        model = getattr(result, "model", None)
        return model_parameters(model) if isinstance(model, Model) else {}

    def defined(self, result: R) -> tuple[Variable[Any], ...]:
        """The variables that this result has.

        Args:
            result: the result.

        Returns:
            All of them, unless a view says otherwise.
        """
        return self.variables

    def coordinates_of(self, result: R) -> tuple[Variable[Any], ...]:
        """The coordinates that this result has.

        Args:
            result: the result.

        Returns:
            All of them, unless a view says otherwise.
        """
        return self.coordinates

    def attributes(self, result: R) -> dict[str, str]:
        """What is said of the data as a whole.

        Args:
            result: the result.

        Returns:
            Texts by name.
        """
        return {"title": self.title(result), "conventions": CONVENTIONS}

    def dataset(self, result: R) -> xr.Dataset:
        """All numbers as labelled data.

        Args:
            result: the result.

        Returns:
            The dataset; a variable that is not defined here is left out.
        """
        import xarray as xr

        found = list(self._read(result))
        own = [(variable, variable.of(result)) for variable in self.coordinates_of(result)]
        shapes = [numbers.shape[: numbers.ndim - len(variable.axes)] for variable, numbers in (*found, *own)]
        taken = {
            name for variable, _ in (*found, *own) for name in (variable.name, f"{variable.name}s", *variable.axes)
        }
        sweep = SweepAxes.of(np.broadcast_shapes(*shapes), self.parameters(result), taken)
        coordinates = dict(sweep.coordinates)
        for variable, numbers in own:
            # An axis whose numbers differ from point to point is no coordinate of its own name.
            swept = numbers.ndim > len(variable.axes)
            coordinates[f"{variable.name}s" if swept else variable.name] = labelled(variable, numbers, sweep)
        data = {variable.name: labelled(variable, numbers, sweep) for variable, numbers in found}
        return xr.Dataset(data, coords=coordinates, attrs=self.attributes(result))

    def _read(self, result: R) -> Iterator[tuple[Variable[R], NDArray[Any]]]:
        for variable in self.defined(result):
            try:
                numbers = variable.of(result)
            except HypothesisError:
                continue
            yield variable, numbers
            if variable.error is not None:
                name, meaning = f"{variable.name}_error", f"error of the {variable.meaning}"
                error = np.broadcast_to(np.asarray(variable.error(result)), numbers.shape)
                yield Variable(name, meaning, variable.unit, variable.axes), error

    def rows(self, result: R) -> list[tuple[str, str, str]]:
        """The few lines after the title.

        Args:
            result: the result.

        Returns:
            Name, numbers and unit of each; of a large array its shape and its range.
        """
        coordinates, variables = self.coordinates_of(result), self.defined(result)
        names = _names(coordinates, result)
        lines = [*(one for one in coordinates if one.shown), *variables]
        rows = [one.row(result, names.get(one.axes, ())) for one in lines if one.is_made(result)]
        rest = [variable.name for variable in variables if not variable.is_made(result)]
        return [*rows, ("on demand", ", ".join(rest), "")] if rest else rows

    def text(self, result: R) -> str:
        """The result in a few lines.

        Args:
            result: the result.

        Returns:
            The title, and a line for each number or array.
        """
        rows = self.rows(result)
        width = max((len(name) for name, _, _ in rows), default=0)
        lines = [f"  {name:<{width}}  {numbers}{f'  [{unit}]' if unit else ''}" for name, numbers, unit in rows]
        return "\n".join([self.title(result), *lines])

    def findings(self, result: R) -> list[str]:
        """Lines that a study says of it in a terminal."""
        return self.text(result).splitlines()

    def html(self, result: R) -> str:
        """The same as a table.

        Args:
            result: the result.

        Returns:
            HTML.
        """
        cells = "".join(
            f"<tr style='vertical-align:top'><th style='text-align:left; white-space:nowrap'>{escape(name)}</th>"
            f"<td style='text-align:left'>{escape(numbers)}{f' <i>{escape(unit)}</i>' if unit else ''}</td></tr>"
            for name, numbers, unit in self.rows(result)
        )
        return f"<div><strong>{escape(self.title(result))}</strong><table>{cells}</table></div>"

    def figures(self, result: R) -> Drawings:
        """The figures of a report.

        Args:
            result: the result.

        Returns:
            What draws each, with its caption, by the name of its file.
        """
        return {type(result).__name__.lower(): lambda: (self.plot(result)[0], self.title(result))}


def _names(coordinates: Sequence[Variable[R]], result: R) -> dict[tuple[str, ...], list[str]]:
    """The words along each axis that has words, unless a line of their own says them."""
    found = {one.axes: one.of(result) for one in coordinates if not one.shown and one.axes == (one.name,)}
    return {axes: [str(word) for word in words] for axes, words in found.items() if words.dtype.kind == "U"}
