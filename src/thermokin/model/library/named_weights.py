"""Currents that a model knows by a name of its own."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from thermokin._typing import FloatArray
from thermokin.model.model import Model

__all__ = ["with_weights"]


def with_weights(model: Model, weights: Mapping[str, FloatArray]) -> Model:
    """The same model, of which `current(model, name)` is the current of these weights.

    Args:
        model: the model.
        weights: by name, (..., k), one per channel.

    Returns:
        The model.
    """
    made = copy(model)
    object.__setattr__(made, "named_weights", dict(weights))
    return made
