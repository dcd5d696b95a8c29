"""The jump table of hand-written channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.detailed_balance import BathlessJump, bathless_pairs, paired
from thermokin.model.jump_table import NO_BATH, JumpTable, joined
from thermokin.operators.as_numbers import shown

__all__ = ["channel_table", "distinct_baths", "listed_channels"]

_REMEDY = (
    "wrap each jump operator L, the root of its rate inside and constant in time: tk.Channel(L, bath=None) where no "
    "thermal bath stands behind it, else tk.Channel(L, bath, energy); or let tk.from_qutip(H, [L, ...]) wrap them all"
)


def listed_channels(channels: object) -> tuple[Channel, ...]:
    """The channels, if they are a sequence of them.

    Args:
        channels: what was given as channels.

    Returns:
        The channels.

    Raises:
        TypeError: if they are anything else.
    """
    if not isinstance(channels, Sequence):
        raise TypeError(f"`channels` must be a list of Channel, got {shown(channels)}; {_REMEDY}.")
    for position, channel in enumerate(channels):
        if not isinstance(channel, Channel):
            raise TypeError(f"`channels[{position}]` must be a Channel, got {shown(channel)}; {_REMEDY}.")
    return tuple(channels)


def distinct_baths(channels: Sequence[Channel]) -> tuple[Bath, ...]:
    """The baths of the channels in order of first appearance; one name is one bath.

    Args:
        channels: the channels.

    Returns:
        The baths.

    Raises:
        ArgumentError: if two different baths have one name.
    """
    baths: dict[str, Bath] = {}
    for position, channel in enumerate(channels):
        if channel.bath is not None and baths.setdefault(channel.bath.name, channel.bath) != channel.bath:
            raise ArgumentError(
                f"`channels[{position}]` names a second, different bath {channel.bath.name!r}; give it its own name.",
                f"channels[{position}]",
            )
    return tuple(baths.values())


def channel_table(channels: Sequence[Channel], baths: tuple[Bath, ...], dimension: int) -> JumpTable:
    """The jump table, each channel with the one that undoes it.

    Args:
        channels: the channels.
        baths: their baths, in the order that the table counts them.
        dimension: d.

    Returns:
        The table.

    Raises:
        ArgumentError: if a jump has another dimension, or a thermal channel has no reverse.
    """
    for position, channel in enumerate(channels):
        if channel.elements.dimension != dimension:
            raise ArgumentError(
                f"`channels[{position}].jump` must have shape (..., {dimension}, {dimension}), "
                f"got {(*channel.elements.batch_shape, channel.elements.dimension, channel.elements.dimension)}.",
                f"channels[{position}].jump",
            )
    patterns = [channel.elements.places for channel in channels]
    entries = [channel.elements.values for channel in channels]
    amplitude = joined([np.zeros(0, dtype=np.complex128), *entries])
    where = np.concatenate([*patterns, np.zeros((0, 2), dtype=np.int64)])
    position_of = {bath.name: position for position, bath in enumerate(baths)}
    return JumpTable(
        dimension=dimension,
        channel=np.repeat(np.arange(len(channels)), [len(p) for p in patterns]).astype(np.int32),
        row=where[:, 0].astype(np.int32),
        column=where[:, 1].astype(np.int32),
        amplitude=amplitude if amplitude.imag.any() else np.ascontiguousarray(amplitude.real),
        bath=np.array([NO_BATH if c.bath is None else position_of[c.bath.name] for c in channels], dtype=np.int32),
        energy=_stacked([channel.energy for channel in channels]),
        particles=_stacked([channel.particles for channel in channels]),
        reverse=_reverse(channels),
    )


def _reverse(channels: Sequence[Channel]) -> NDArray[np.int32]:
    reverse = np.array(paired(channels), dtype=np.int32)
    bathless = [
        BathlessJump(position, channel.elements, _counts(channel))
        for position, channel in enumerate(channels)
        if channel.bath is None
    ]
    for position, partner in bathless_pairs(bathless).items():
        reverse[position] = partner
    return reverse


def _counts(channel: Channel) -> FloatArray:
    return np.stack(np.broadcast_arrays(channel.energy, channel.particles), axis=-1)


def _stacked(values: Sequence[FloatArray]) -> FloatArray:
    return np.stack(np.broadcast_arrays(*values), axis=-1) if values else np.zeros(0)
