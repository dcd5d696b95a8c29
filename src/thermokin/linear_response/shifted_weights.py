"""How what users count moves with a parameter: their functions are asked beside the point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.linear_response.table_change import TableChange
from thermokin.model.bath import Bath
from thermokin.model.current import Current
from thermokin.model.model import Model
from thermokin.numerics.differences import slopes

__all__ = ["changes_by_function"]

SHARE = 1.0 / 16.0  # of a number that may not change its sign
PARTED = 1e-9  # of the largest change of an energy: differences within one jump that are rounding


def changes_by_function(
    currents: Callable[[Model], tuple[Current, ...]], model: Model, change: TableChange
) -> tuple[FloatArray, ...]:
    """How the weights of currents that a function makes of a model move.

    Args:
        currents: the function.
        model: the model.
        change: of its table.

    Returns:
        By channel (k,), for each current.

    Raises:
        ArgumentError: if gaps that one jump has in common part, so that the function cannot tell them apart.
    """
    table = model.table
    energy = _by_channel(model, change)
    arrays = [energy, change.particles, change.temperature, change.potential, *change.named.values()]
    moving = any(array.any() for array in arrays) or (table.bathless.any() and change.amplitude.any())
    if not moving:
        return tuple(np.zeros(table.size) for _ in currents(model))

    def weights(step: float) -> list[FloatArray]:
        return [one.weights for one in currents(_shifted(model, change, energy, step))]

    found = slopes(weights, [one.weights for one in currents(model)], _step(model, change))
    return tuple(np.zeros(table.size) if one.value is None else np.asarray(one.value) for one in found)


def _by_channel(model: Model, change: TableChange) -> FloatArray:
    table = model.table
    held = np.diff(table.starts) > 0
    energy = np.zeros(table.size)
    energy[held] = change.energy[table.starts[:-1][held]]
    spread = np.abs(change.energy - energy[table.channel])
    if (spread > PARTED * max(float(np.abs(change.energy).max(initial=0.0)), change.scale)).any():
        entry = int(np.argmax(spread))
        raise ArgumentError(
            f"`parameters` part gaps that one jump has in common, that of levels {table.column[entry]} and "
            f"{table.row[entry]} among them; what it counts then is told for outputs in words alone, as "
            '"noise of heat from hot".',
            "parameters",
        )
    return energy


def _step(model: Model, change: TableChange) -> float:
    table = model.table
    temperatures = np.array([float(one.temperature) for one in model.baths])
    here = table.bathless[table.channel]
    size = np.abs(np.concatenate([temperatures, np.abs(table.amplitude[here])]))
    move = np.abs(np.concatenate([change.temperature, np.abs(change.amplitude[here])]))
    held = (move > 0.0) & (size > 0.0)
    if held.any():
        return SHARE * float((size[held] / move[held]).min())
    largest = max(float(np.abs(part).max(initial=0.0)) for part in (change.energy, change.potential))
    scale = float(np.abs(table.energy).max(initial=0.0)) or 1.0
    return SHARE * scale / largest if largest > 0.0 else SHARE


def _shifted(model: Model, change: TableChange, energy: FloatArray, step: float) -> Model:
    """The model a step on, to first order in its rates, and in what its jumps and baths are; its operators stay."""
    table = model.table
    baths = [
        Bath(
            bath.name,
            bath.temperature + step * change.temperature[place],
            bath.chemical_potential + step * change.potential[place],
            bath.statistics,
        )
        for place, bath in enumerate(model.baths)
    ]
    moved = replace(
        table,
        amplitude=table.amplitude + step * change.amplitude,
        energy=table.energy + step * energy,
        particles=table.particles + step * change.particles,
    )
    named = {name: model.named_weights[name] + step * moving for name, moving in change.named.items()}
    return Model.from_table(
        model.generator,
        model.energy,
        moved,
        baths,
        number=model.number,
        frame=model.frame,
        named_weights=named,
        dims=model.dims,
    )
