"""Which jumps have a partner that undoes them, and which are their own partner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.model.current import Current
from thermokin.model.jump_entropy import jump_entropy
from thermokin.model.model import Model

__all__ = ["Pairing", "counted_jumps", "pairing"]


@dataclass(frozen=True, eq=False)
class Pairing:
    """How the channels of a model pair up.

    Args:
        reverse: (k,) the partner of each channel; its own number if it undoes itself, -1 if it has none.
        complete: whether every channel has a partner that happens at every point of a sweep, or lacks it only because
            its bath is at temperature 0.
    """

    reverse: IntArray
    complete: bool

    @property
    def idle(self) -> BoolArray:
        """(k,) which channels undo themselves: they feel no force."""
        return np.asarray(self.reverse == np.arange(self.reverse.size))


def pairing(model: Model) -> Pairing:
    """How the channels of a model pair up; a bathless jump L = L^+, such as pure dephasing, undoes itself.

    Args:
        model: the model.

    Returns:
        The pairing.
    """
    table = model.table
    # A model's construction has refused thermal jumps without a partner, those of a bath at temperature 0 excepted.
    bathless = jump_entropy(model)[..., table.bathless]
    return Pairing(table.reverse.astype(np.int64), bool(np.isfinite(bathless).all()))


def counted_jumps(pairs: Pairing, current: Current) -> FloatArray:
    """Weights of the activity that a bound needs: 0 for jumps that undo themselves and are not counted, else 1.

    Such jumps carry no information on any force, so that leaving them out only sharpens a bound.

    Args:
        pairs: the pairing of the model's channels.
        current: what is counted.

    Returns:
        (k,).
    """
    counted = (current.weights != 0.0).any(axis=tuple(range(current.weights.ndim - 1)))
    return np.where(pairs.idle & ~counted, 0.0, 1.0)
