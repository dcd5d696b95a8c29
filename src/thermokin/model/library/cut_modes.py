"""How much of a thermal mode is left where levels above some are cut off."""

from __future__ import annotations

from copy import copy

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.model import Model

__all__ = ["told_of_cut"]


def told_of_cut(model: Model, levels: int, frequency: FloatArray, temperature: FloatArray, instead: str) -> Model:
    """The model with a line of validity for the quanta that its modes lack.

    A mode at rest at the temperature T lacks the share L (e^{w/T} - 1) / (e^{L w/T} - 1) of its quanta if L levels are
    kept, and a current of quanta lacks about as much.

    Args:
        model: as its builder made it.
        levels: that are kept of each mode, L.
        frequency: of the modes, w (...) [energy].
        temperature: of the hottest bath (...) [energy].
        instead: what to do where too few are kept, as a clause.

    Returns:
        The same model, its other lines first.
    """
    with np.errstate(divide="ignore", over="ignore"):
        steps = np.asarray(frequency / temperature)[..., None] * np.arange(1.0, levels)
        ratio = np.asarray((1.0 + np.exp(steps).sum(axis=-1)) / levels)
    line = Assumption(
        name="truncation",
        statement=f"the number of quanta in a mode at the hottest temperature, over what {levels} levels lack of it,",
        ratio=ratio,
        instead=instead,
    )
    told = copy(model)
    object.__setattr__(told, "validity", (*model.validity, line))
    line.warn(model.batch_shape)
    return told
