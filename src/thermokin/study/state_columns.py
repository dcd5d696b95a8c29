"""Columns of a sweep from what a view says of states: one for each part, pair, bond or bath, at the last time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from thermokin._errors import HypothesisError
from thermokin.views.sweep_axes import Column
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["state_columns"]

EACH = {
    "part": ("the part", "part "),
    "pair": ("the pair", "parts "),
    "bond": ("the bond", "bond "),
    "bath": ("the bath", ""),
}
"""Words of an axis in meanings, and what stands there of one place of it."""


def state_columns(view: View[Any], result: Any, called: Mapping[str, str]) -> list[Column]:
    """All numbers of a result at every point.

    Args:
        view: of the result.
        result: of states with the leading axes of a sweep, and perhaps times.
        called: names in the data of those variables that other questions would call the same.

    Returns:
        The columns.
    """
    places = {one.axes[0]: one.of(result).tolist() for one in view.coordinates_of(result) if one.axes == (one.name,)}
    found: list[Column] = []
    for one in view.defined(result):
        try:
            values = one.of(result)
        except HypothesisError:
            continue
        axes = list(one.axes)
        if "time" in axes:
            values = np.take(values, -1, axis=axes.index("time") - len(axes))
            axes.remove("time")
        name = called.get(one.name, one.name)
        found += _of_places(one, name, values, [(axis, places[axis]) for axis in axes])
    return found


def _of_places(one: Variable[Any], name: str, values: Any, axes: list[tuple[str, list[Any]]]) -> Iterator[Column]:
    """One column, or one for each place of its axes."""
    for at in np.ndindex(*(len(places) for _, places in axes)):
        called, words = name, one.meaning
        for (axis, places), number in zip(axes, at, strict=True):
            word, before = EACH[axis]
            called, words = f"{called} {places[number]}", words.replace(word, f"{before}{places[number]}")
        yield Column(called, words, one.unit, values[(..., *at)])
