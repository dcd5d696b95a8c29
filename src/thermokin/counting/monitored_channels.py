"""Sets of jump channels: by position, by bath, or as those that a current counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from thermokin._typing import BoolArray
from thermokin.model.current import Current
from thermokin.model.model import Model

__all__ = ["ChannelChoice", "monitored_channels"]

ChannelChoice: TypeAlias = int | Sequence[int] | str | Current


def monitored_channels(model: Model, chosen: ChannelChoice, name: str) -> BoolArray:
    """Which channels a choice names.

    Args:
        model: the model.
        chosen: a position or several, the name of a bath for all of its channels, or a current for all that it gives a
            weight other than zero.
        name: of the argument, for messages.

    Returns:
        (k,).

    Raises:
        ValueError: if the choice is empty or names what the model does not have.
        TypeError: if it is none of these.
    """
    size = model.table.size
    if isinstance(chosen, str):
        if chosen not in {bath.name for bath in model.baths}:
            known = ", ".join(repr(bath.name) for bath in model.baths) or "none"
            raise ValueError(f"`{name}` must be the name of a bath of the model ({known}), got {chosen!r}.")
        held = model.table.bath == model.bath_position(chosen)
    elif isinstance(chosen, Current):
        if chosen.model is not model:
            raise ValueError(f"`{name}`: current {chosen.name!r} belongs to another model; make it from this one.")
        held = (chosen.weights != 0.0).reshape(-1, size).any(axis=0)
    else:
        held = _of_positions(np.asarray(chosen), size, name)
    if not held.any():
        raise ValueError(f"`{name}` must name at least one channel.")
    return np.asarray(held)


def _of_positions(positions: np.ndarray, size: int, name: str) -> BoolArray:
    if positions.size and positions.dtype.kind not in "iu":
        raise TypeError(
            f"`{name}` must be positions of channels, the name of a bath, or a Current, got {positions.tolist()!r}."
        )
    wrong = positions[(positions < 0) | (positions >= size)]
    if wrong.size:
        raise ValueError(f"`{name}` must be positions from 0 to {size - 1}, got {int(wrong.ravel()[0])}.")
    held = np.zeros(size, dtype=bool)
    held[positions.astype(np.int64)] = True
    return held
