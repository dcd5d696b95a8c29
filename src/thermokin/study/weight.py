"""What a study weighs: how many numbers it and its model hold, known from sizes before anything is read or built."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from thermokin.study.model_table import ModelTable
from thermokin.study.problem import Place
from thermokin.study.section import Sections

__all__ = ["LIGHT", "levels_of", "weight"]

LIGHT = 800_000  # numbers that a check takes in: about 160 MB and half a second
FEW = 4  # levels of a model that has no key for its size, or fewer
_Shapes = Mapping[Place, tuple[int, ...]]


def weight(sections: Sections, shapes: _Shapes) -> int:
    """The numbers of a study's arrays, and one for each pair of levels and each bath."""
    baths = sections.get("baths")
    touching = max(1, len(baths)) if isinstance(baths, tuple) else 1
    return sum(prod(shape) for shape in shapes.values()) + touching * levels_of(sections, shapes) ** 2


def levels_of(sections: Sections, shapes: _Shapes) -> int:
    """The levels of a study's model. How many; 0 where the model is not sound."""
    model = sections.get("model")
    for key in ("hamiltonian", "energies"):
        if ("model", key) in shapes:
            return shapes["model", key][0]
    if not isinstance(model, ModelTable):
        return 0
    return FEW if model.size is None else model.size
