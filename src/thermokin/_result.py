"""What all results have in common: a few lines in place of a wall of numbers, labelled data, and a figure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from thermokin.lab_units.units import Units

__all__ = ["CONVENTIONS", "ArrayResult", "Result", "Shown", "register", "shown_by"]

CONVENTIONS = "hbar = k_B = 1; energy, heat, work and particles positive into the system; entropy in nats"
PACKAGE = __name__.partition(".")[0]


class Cited(Protocol):
    """Sources, as `thermokin.cite` gives them: printed they are a list."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the entries of the bibliography."""

    def bibtex(self) -> str:
        """The entries."""


class Shown(Protocol):
    """How one kind of result looks: what `thermokin.views.view.View` is for."""

    def text(self, result: Any) -> str:
        """A few lines of text."""

    def html(self, result: Any) -> str:
        """The same as a table of a notebook."""

    def latex(self, result: Any) -> str:
        """A table in LaTeX."""

    def dataset(self, result: Any) -> xr.Dataset:
        """The numbers, labelled."""

    def plot(self, result: Any, ax: Axes | Sequence[Axes] | NDArray[np.object_] | None) -> tuple[Figure, Any]:
        """The figure and its axes."""

    def report(self, result: Any, folder: str | Path) -> Path:
        """A page, figures and data in a folder."""


class Drawn(tuple[Any, Any]):
    """A figure and its axes; as the last value of a notebook's cell it is the picture."""

    __slots__ = ()

    def _repr_png_(self) -> object:
        picture = getattr(self[0], "_repr_png_", None)
        return None if picture is None else picture()


_VIEWS: dict[type, Shown] = {}


def register(kind: type, view: Shown) -> None:
    """Say how results of a kind look; a later word replaces an earlier one.

    Args:
        kind: a class of results; its subclasses look alike unless they have a view of their own.
        view: how they look.
    """
    _VIEWS[kind] = view


def shown_by(kind: type) -> Shown:
    """The view of a class or of the nearest of its bases; those of a room are loaded when one of them is wanted."""
    for base in kind.__mro__:
        parts = base.__module__.split(".")
        # By name, since views stand above the rooms whose results they show.
        if base not in _VIEWS and parts[0] == PACKAGE and len(parts) > 2:
            import_module(f"{PACKAGE}.views.{parts[1]}")
        if base in _VIEWS:
            return _VIEWS[base]
    raise TypeError(f"nothing says how {kind.__name__} looks; write a `thermokin.results.View` of it.")


class Result:
    """Numbers with what is known of their error. What it shows of itself is said by its view.

    Everything that this package calculates is a result: printed it is a few lines, in a notebook a table, and it gives
    itself as labelled data and as a figure. A class of one's own is one by its base, with a `View` that says how it
    looks.
    """

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        # A dataclass would write a wall of numbers unless the class itself has a `__repr__`.
        if "__repr__" not in vars(cls):
            cls.__repr__ = Result.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        return shown_by(type(self)).text(self)

    def _repr_html_(self) -> str:
        return shown_by(type(self)).html(self)

    def to_xarray(self) -> xr.Dataset:
        """The numbers that its view lists, as labelled data.

        Axes are named, those of a sweep after the parameters that vary along them, which are coordinates. Every
        variable has its meaning (`long_name`) and its unit (`units`); an error that the view lists stands beside it as
        `..._error`. Other numbers of the result are its attributes alone.

        Returns:
            The dataset. What is not defined here is left out.

        Cost:
            All that the result makes on first use, errors included.
        """
        return shown_by(type(self)).dataset(self)

    def to_latex(self) -> str:
        """The few lines as a table in LaTeX; a matrix of up to 8 rows and columns with its labels as one of its own.

        Returns:
            One environment `tabular` for each, for the package booktabs.
        """
        return shown_by(type(self)).latex(self)

    def plot(self, ax: Axes | Sequence[Axes] | NDArray[np.object_] | None = None) -> tuple[Figure, Any]:
        """A figure of the result.

        Args:
            ax: axes to draw in, or several of them where the figure has several panels; a new figure if None.

        Returns:
            The figure and its axes; nothing is shown.

        Raises:
            ValueError: if there are more points of a sweep than a figure can show, or not as many axes as panels.
        """
        drawn = shown_by(type(self)).plot(self, ax)
        return Drawn(drawn) if ax is None else drawn

    def report(self, folder: str | Path) -> Path:
        """Write report.html, figures and data into a folder, which appears when all is written, or not at all.

        Args:
            folder: where to; must not exist, be empty, or hold an earlier report.

        Returns:
            The folder.

        Raises:
            ValueError: for a result that figures cannot show, as one with leading axes.
            FileExistsError: if the folder holds anything else.
        """
        return shown_by(type(self)).report(self, folder)

    def cite(self) -> Cited:
        """The papers behind these numbers, see `thermokin.cite`; `.bibtex()` gives them for a bibliography.

        Returns:
            The references.
        """
        found: Cited = import_module(f"{PACKAGE}.views.references").cite(self)
        return found

    def in_units(self, units: Units) -> Result:
        """The result in units of the lab: lines, data, figures and report convert every number that has a unit.

        Args:
            units: made by `thermokin.units`.

        Returns:
            A result whose field `result` is this one; the numbers of that stay natural.
        """
        # By name, as views are.
        made: Result = import_module(f"{PACKAGE}.views.in_units").shown_in_units(self, units)
        return made


class ArrayResult(Result, NDArrayOperatorsMixin):
    """A result that reads as an array: NumPy and arithmetic take it for its `values`."""

    __hash__ = object.__hash__

    if TYPE_CHECKING:  # a field or a property of each class

        @property
        def values(self) -> NDArray[Any]:
            """The numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the values."""
        return np.shape(self.values)

    def __getattr__(self, name: str) -> Any:
        """What an array has and the result does not say otherwise: `ndim`, `swapaxes`, `max`, ..."""
        if name.startswith("_") or not hasattr(np.ndarray, name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(np.asarray(self.values), name)

    def __len__(self) -> int:
        """Length of the first axis."""
        return len(self.values)

    def __getitem__(self, index: Any) -> Any:
        """Elements of the values."""
        return self.values[index]

    def __array__(self, dtype: object = None, copy: object = None) -> NDArray[Any]:
        """The values."""
        return np.asarray(self.values, dtype=dtype)  # type: ignore[call-overload,no-any-return]

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        """What NumPy's functions of numbers make of the values."""
        arrays = [np.asarray(given) if isinstance(given, ArrayResult) else given for given in inputs]
        return getattr(ufunc, method)(*arrays, **keywords)
