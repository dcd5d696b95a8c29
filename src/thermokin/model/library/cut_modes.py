"""How much of a thermal mode is left where levels above some are cut off."""

from __future__ import annotations

from copy import copy

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.model import Model

__all__ = ["told_if_cut", "told_of_cut"]


def told_of_cut(model: Model, levels: int, frequency: FloatArray, temperature: FloatArray, instead: str) -> Model:
    """The model with a line of validity for the quanta that its modes lack, which warns where they are many.

    Args:
        model: as its builder made it.
        levels: that are kept of each mode, L.
        frequency: of the modes, w (...) [energy].
        temperature: of the hottest bath (...) [energy].
        instead: what to do where too few are kept, as a clause.

    Returns:
        The same model, its other lines first.
    """
    line = _line(levels, frequency, temperature, instead)
    line.warn(model.batch_shape)
    return _with_line(model, line)


def told_if_cut(model: Model, levels: int, frequency: FloatArray, temperature: FloatArray) -> Model:
    """The model with that line where the modes lack much, and as it is elsewhere.

    Nothing is warned of: levels are added until no number changes, and the first of them are meant to be few.

    Args:
        model: as its builder made it.
        levels: that are kept of each mode, L.
        frequency: of the modes, w (...) [energy].
        temperature: of the hottest bath that a mode touches (...) [energy].

    Returns:
        The same model, its other lines first.
    """
    line = _line(levels, frequency, temperature, "raise `levels`, or see by `truncated_cumulants` how many are enough")
    return _with_line(model, line) if line.in_doubt else model


def _line(levels: int, frequency: FloatArray, temperature: FloatArray, instead: str) -> Assumption:
    """A thermal mode lacks the share L (e^{w/T} - 1) / (e^{L w/T} - 1) of its quanta; a current lacks about as much."""
    with np.errstate(divide="ignore", over="ignore"):
        steps = np.asarray(frequency / temperature)[..., None] * np.arange(1.0, levels)
        ratio = np.asarray((1.0 + np.exp(steps).sum(axis=-1)) / levels)
        last = float(np.max(np.exp(-steps[..., -1]) / (1.0 + np.exp(-steps).sum(axis=-1))))
    return Assumption(
        name="truncation",
        statement=f"the number of quanta in a mode at the hottest temperature, over what {levels} levels lack of it, "
        f"the highest of them populated by up to {last:.2g},",
        ratio=ratio,
        instead=instead,
    )


def _with_line(model: Model, line: Assumption) -> Model:
    told = copy(model)
    object.__setattr__(told, "validity", (*model.validity, line))
    return told
