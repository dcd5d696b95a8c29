"""What must hold for an Onsager matrix: baths that agree, and no current between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.model.current import Current
from thermokin.model.model import Model
from thermokin.operators.as_numbers import in_sweep

__all__ = ["carriers_of", "require_equilibrium", "require_no_current"]

FLOWS = 1e-9  # of what jumps exchange back and forth: a larger rest flows


def require_equilibrium(model: Model) -> None:
    """Refuse baths that differ, and jumps that say nothing of a bath.

    Args:
        model: the model.

    Raises:
        HypothesisError: if baths differ or some jumps have no bath.
        ValueError: if there is no bath, or one at temperature 0.
    """
    if not model.baths:
        raise ValueError("an Onsager matrix is one of currents between baths, and this model has none.")
    table = model.table
    alone = table.bathless & ~table.idle
    if alone.any():
        raise HypothesisError(
            f"jump channel {int(np.argmax(alone))} has no bath, so that nothing says what it answers to; give it one."
        )
    leads = [bath for bath, carries in zip(model.baths, carriers_of(model), strict=True) if carries]
    for name, baths in (("temperature", model.baths), ("chemical_potential", leads)):
        for bath in baths[1:]:
            here, there = np.broadcast_arrays(getattr(baths[0], name), getattr(bath, name))
            if not np.array_equal(here, there):
                apart = _apart(baths[0], bath, name, here, there)
                raise apart
    if (model.baths[0].temperature == 0.0).any():
        raise ValueError("an Onsager matrix needs a temperature > 0: at 0 nothing fluctuates.")


def carriers_of(model: Model) -> list[bool]:
    """Which baths exchange particles.

    Args:
        model: the model.

    Returns:
        The answer for each bath.
    """
    table = model.table
    moved = (table.particles != 0.0).reshape(-1, table.size).any(axis=0)
    return [bool(moved[table.bath == number].any()) for number in range(len(model.baths))]


def _apart(one: Bath, two: Bath, name: str, here: FloatArray, there: FloatArray) -> HypothesisError:
    apart = np.asarray(here != there)
    place = np.unravel_index(int(np.argmax(apart)), apart.shape)
    symbol = {"temperature": "temperature", "chemical_potential": "chemical potential"}[name]
    return HypothesisError(
        f"an Onsager matrix belongs to equilibrium, but bath {one.name!r} has {symbol} {here[place]:g} and bath "
        f"{two.name!r} {there[place]:g}{in_sweep(apart) if apart.ndim else ''}. Give all baths the same; around a "
        "state that conducts, `thermokin.response` has the derivatives."
    )


def require_no_current(currents: Sequence[Current], rates: FloatArray) -> None:
    """Refuse a state in which something flows although the baths agree.

    Args:
        currents: of one model.
        rates: a_k (..., k), how often each channel jumps.

    Raises:
        HypothesisError: if a current is more than rounding of what goes back and forth.
    """
    for current in currents:
        flow, size = ((weights * rates).sum(axis=-1) for weights in (current.weights, np.abs(current.weights)))
        share = np.abs(flow) / np.where(size > 0.0, size, 1.0)
        if (share > FLOWS).any():
            raise HypothesisError(
                f"the baths agree, but {current.name} flows in the steady state{in_sweep(share > FLOWS)}, up to "
                f"{np.nanmax(share):.1e} of what jumps exchange: a drive or a local master equation keeps the system "
                "from equilibrium. Leave out the drive, or make the model with `thermokin.davies`."
            )
