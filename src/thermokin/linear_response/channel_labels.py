"""Names of jump channels, for tables and figures."""

from __future__ import annotations

import numpy as np

from thermokin.model.jump_table import NO_BATH
from thermokin.model.model import Model

__all__ = ["bath_labels", "channel_labels"]


def bath_labels(model: Model) -> tuple[str, ...]:
    """The names of a model's baths, and "no bath" where some jumps have none.

    Args:
        model: the model.

    Returns:
        The names.
    """
    names = tuple(bath.name for bath in model.baths)
    return (*names, "no bath") if model.table.bathless.any() else names


def channel_labels(model: Model) -> tuple[str, ...]:
    """What tells the channels of a model apart: bath, and the levels of the frame where one element makes the jump.

    Args:
        model: the model.

    Returns:
        A name for each channel, no two alike.
    """
    table = model.table
    counts, first = np.diff(table.starts), table.starts[:-1]
    names = []
    for number, bath in enumerate(table.bath):
        words = [] if bath == NO_BATH else [model.baths[bath].name]
        if counts[number] == 1:
            entry = int(first[number])
            words.append(f"{table.column[entry]} -> {table.row[entry]}")
        else:
            words.append(f"jump {number}")
        names.append(" ".join(words))
    twice = {name for name in names if names.count(name) > 1} if len(names) <= MOST_COMPARED else set(names)
    return tuple(f"{name} ({number})" if name in twice else name for number, name in enumerate(names))


MOST_COMPARED = 400  # channels up to which equal names are looked for
