"""The jump table of a model whose jumps are made by thermal contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.jump_table import JumpTable

__all__ = ["thermal_table"]


def thermal_table(parts: Sequence[ContactJumps], baths: Sequence[int], dimension: int) -> JumpTable:
    """The jump table of all contacts: per contact its emissions, then their reverses, then its dephasing.

    Args:
        parts: jumps of each contact.
        baths: position of each contact's bath.
        dimension: d.

    Returns:
        The table.
    """
    blocks = [_block(part, bath) for part, bath in zip(parts, baths, strict=True)]
    offsets = np.cumsum([0] + [len(block.bath) for block in blocks[:-1]])
    batch = np.broadcast_shapes(*(block.amplitude.shape[:-1] for block in blocks))
    energy_batch = np.broadcast_shapes(*(block.energy.shape[:-1] for block in blocks))
    amplitude = _joined([block.amplitude for block in blocks], batch)
    return JumpTable(
        dimension=dimension,
        channel=np.concatenate([b.channel + o for b, o in zip(blocks, offsets, strict=True)]).astype(np.int32),
        row=np.concatenate([block.row for block in blocks]),
        column=np.concatenate([block.column for block in blocks]),
        amplitude=amplitude if amplitude.imag.any() else np.ascontiguousarray(amplitude.real),
        bath=np.concatenate([block.bath for block in blocks]),
        energy=_joined([block.energy for block in blocks], energy_batch),
        particles=np.concatenate([block.particles for block in blocks]),
        reverse=np.concatenate([b.reverse + o for b, o in zip(blocks, offsets, strict=True)]).astype(np.int32),
    )


def _joined(arrays: Sequence[NDArray[Any]], batch: tuple[int, ...]) -> NDArray[Any]:
    return np.concatenate([np.broadcast_to(array, batch + array.shape[-1:]) for array in arrays], axis=-1)


def _block(part: ContactJumps, bath: int) -> JumpTable:
    found = part.clusters
    count = found.mean.shape[-1]
    thermal = found.label != found.zero if part.particles == 0.0 else np.ones(found.label.size, dtype=bool)
    exchanging = np.zeros(count, dtype=bool)  # clusters that exchange energy (or particles)
    exchanging[found.label[thermal]] = True
    moving = np.flatnonzero(exchanging)
    still = np.flatnonzero(~thermal)
    if still.size and not part.emission[..., still].any():
        still = still[:0]
    place = np.full(count, -1)
    place[moving] = np.arange(moving.size)
    entries = np.flatnonzero(thermal)
    energy = found.mean[..., moving]
    channel = place[found.label[entries]]
    dephasing = int(still.size > 0)
    return JumpTable(
        dimension=0,
        channel=np.concatenate([channel, channel + moving.size, np.full(still.size, 2 * moving.size)]).astype(np.int32),
        row=np.concatenate([found.row[entries], found.column[entries], found.row[still]]),
        column=np.concatenate([found.column[entries], found.row[entries], found.column[still]]),
        amplitude=np.concatenate(
            [part.emission[..., entries], part.absorption[..., entries], part.emission[..., still]], axis=-1
        ),
        bath=np.full(2 * moving.size + dephasing, bath, dtype=np.int32),
        energy=np.concatenate([-energy, energy, np.zeros((*energy.shape[:-1], dephasing))], axis=-1),
        particles=np.repeat([-part.particles, part.particles, 0.0], [moving.size, moving.size, dephasing]),
        reverse=np.concatenate(
            [np.arange(moving.size) + moving.size, np.arange(moving.size), np.full(dephasing, 2 * moving.size)]
        ).astype(np.int32),
    )
