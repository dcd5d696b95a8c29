"""Equilibrium: whether all baths agree on one."""

from __future__ import annotations

from thermokin.model.bath import one_temperature
from thermokin.model.model import Model

__all__ = ["baths_agree"]


def baths_agree(model: Model) -> bool:
    """Whether all baths have one temperature and one chemical potential, and every jump has a bath.

    Args:
        model: the model.

    Returns:
        The answer.
    """
    if not model.baths or (model.table.bath < 0).any():
        return False
    return one_temperature(model.baths)
