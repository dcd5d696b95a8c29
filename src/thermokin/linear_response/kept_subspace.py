"""Whether parameters leave the subspace alone in which a start ends, where a model keeps several steady states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, IntArray
from thermokin.linear_response.table_change import TableChange
from thermokin.linear_response.turned_change import jump_changes
from thermokin.model.model import Model

__all__ = ["require_kept", "require_levels_kept"]

LEFT = 1e-10  # of the largest element of a change: what leads out of a subspace by rounding
SLOPES = 10.0  # times the relative error of a change that is differentiated: the same


def require_kept(name: str, change: TableChange, model: Model, inside: ComplexArray) -> None:
    """Refuse a parameter that turns the subspace, or joins it to others.

    Args:
        name: of the parameter.
        change: that it makes, with all elements that jumps gain.
        model: that it is of.
        inside: an orthonormal basis of the subspace (d, r) in the frame.

    Raises:
        ArgumentError: if it does.
    """
    for matrices in (jump_changes(change, model), *_matrices(change)):
        moved = matrices @ inside
        leaving = moved - inside @ (inside.conj().T @ moved)
        _require_none(name, leaving, matrices, change)


def require_levels_kept(name: str, change: TableChange, model: Model, levels: IntArray) -> None:
    """The same of a subspace that some levels of the frame span.

    Args:
        name: of the parameter.
        change: that it makes, with all elements that jumps gain.
        model: that it is of.
        levels: of the subspace (r,).

    Raises:
        ArgumentError: if it does.
    """
    inside = np.zeros(model.dimension, dtype=bool)
    inside[levels] = True
    table, extra = model.table, change.extra
    for row, column, values in (
        (table.row, table.column, change.amplitude),
        (extra.row, extra.column, extra.amplitude),
    ):
        _require_none(name, values[inside[column] & ~inside[row]], values, change)
    for matrix in _matrices(change):
        _require_none(name, matrix[~inside][:, inside], matrix, change)


def _matrices(change: TableChange) -> list[NDArray[Any]]:
    return [*change.couplings, *(one for one in (change.generator, change.turning) if one is not None)]


def _require_none(name: str, leaving: NDArray[Any], whole: NDArray[Any], change: TableChange) -> None:
    rounding = LEFT + SLOPES * change.relative_error
    if np.abs(leaving).max(initial=0.0) > rounding * np.abs(whole).max(initial=0.0):
        raise ArgumentError(
            f"`parameters` hold {name!r}, which turns the subspace in which `initial` ends, or joins it to others: "
            "what the steady states are beside this point, and which of them the start ends in, is not worked out. "
            "Write the model inside one subspace, where its steady state is the only one, or derive at another point.",
            "parameters",
        )
