"""A model in units of its own largest rate, so that single precision holds it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model

__all__ = ["in_units_of", "natural_unit"]

NATURAL = 2.0**40  # largest rate, or its inverse, up to which single precision holds squares and products


def natural_unit(model: Model) -> float:
    """A power of four near the largest rate or energy of a model; 1 where that is no extreme number.

    Args:
        model: the model, of one point.

    Returns:
        The unit [1/time].
    """
    parts = [model.generator.diagonal, np.square(np.abs(model.table.amplitude))]
    if model.generator.matrix is not None:
        parts.append(np.abs(model.generator.matrix))
    largest = max(float(np.abs(part).max(initial=0.0)) for part in parts)
    if largest == 0.0 or 1.0 / NATURAL <= largest <= NATURAL:
        return 1.0
    return float(4.0 ** round(np.log2(largest) / 2.0))


def in_units_of(model: Model, unit: float) -> Model:
    """The same model with all energies and rates divided by a power of four, which rounds nothing.

    Args:
        model: the model.
        unit: the unit [1/time].

    Returns:
        The model.
    """
    generator = model.generator
    matrix = None if generator.matrix is None else generator.matrix / unit
    table = replace(model.table, amplitude=model.table.amplitude / np.sqrt(unit))
    return Model.from_table(
        FrameOperator(generator.diagonal / unit, matrix), model.energy, table, model.baths, frame=model.frame
    )
