"""Equilibrium: whether all baths agree on one."""

from __future__ import annotations

import numpy as np

from thermokin.model.model import Model

__all__ = ["baths_agree"]


def baths_agree(model: Model) -> bool:
    """Whether all baths have one temperature and one chemical potential, and every jump has a bath.

    Then all currents vanish at rest, exactly.

    Args:
        model: the model.

    Returns:
        The answer.
    """
    if not model.baths or (model.table.bath < 0).any():
        return False
    first = model.baths[0]
    return all(
        np.array_equal(bath.temperature, first.temperature)
        and np.array_equal(bath.chemical_potential, first.chemical_potential)
        for bath in model.baths
    )
