"""Local detailed balance: which channel undoes which, and whether their rates agree with the bath's temperature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin.model.channel import Channel

__all__ = ["paired"]

ROUNDING = 1e-10  # relative mismatch of L_k against e^{s/2} L_r^+ that is taken for rounding


def paired(channels: Sequence[Channel]) -> list[int]:
    """The reverse of each channel: L_k = e^{s_k/2} L_r^+ with s_k the entropy flow of k (up to a phase).

    Args:
        channels: the channels of a hand-written model.

    Returns:
        Position of each channel's reverse: its own if it undoes itself, -1 if it has none (allowed without a bath, and
        for jumps that a bath at temperature 0 only makes downwards).

    Raises:
        ValueError: if a thermal channel has no reverse, or its rate violates local detailed balance.
    """
    reverse = [-1] * len(channels)
    for position, channel in enumerate(channels):
        if reverse[position] >= 0 or channel.bath is None:
            continue
        partner = _partner(position, channels, reverse)
        if partner >= 0:
            reverse[position], reverse[partner] = partner, position
        else:
            _refuse_unless_frozen(position, channel)
    return reverse


def _partner(position: int, channels: Sequence[Channel], taken: Sequence[int]) -> int:
    channel = channels[position]
    for other, candidate in enumerate(channels):
        if other < position or taken[other] >= 0 or candidate.bath != channel.bath:
            continue
        opposite = np.allclose(candidate.energy, -channel.energy, rtol=1e-12, atol=0.0)
        if opposite and np.array_equal(candidate.particles, -channel.particles) and _balanced(channel, candidate):
            return other
    return -1


def _balanced(channel: Channel, candidate: Channel) -> bool:
    """Whether L_k e^{-s/4} and L_r^+ e^{s/4} are one operator up to a phase; s = inf (temperature 0) needs L_k = 0."""
    flow = channel.entropy_flow[..., None, None]
    if np.isinf(flow).any():
        return False
    # The quarter powers share the factor between the two sides, so that neither overflows.
    one = channel.jump * np.exp(-flow / 4.0)
    two = candidate.jump.conj().swapaxes(-1, -2) * np.exp(flow / 4.0)
    one, two = np.broadcast_arrays(one, two)
    overlap = (one.conj() * two).sum(axis=(-2, -1), keepdims=True)
    size = np.abs(overlap)
    if (size == 0.0).any():
        return False
    difference = np.abs(two - one * (overlap / size)).max(axis=(-2, -1))
    return bool((difference <= ROUNDING * np.abs(one).max(axis=(-2, -1))).all())


def _refuse_unless_frozen(position: int, channel: Channel) -> None:
    assert channel.bath is not None  # noqa: S101 - narrows the type: bathless channels were skipped by the caller
    frozen = (channel.bath.temperature == 0.0) & (channel.energy <= 0.0)
    if not frozen.all():
        raise ValueError(
            f"`channels[{position}]` (bath {channel.bath.name!r}, energy {np.ravel(channel.energy)[0]:g}) has no channel that "
            "undoes it at the rate local detailed balance asks for, L_reverse = exp(-s/2) L^+ with s = -(energy - mu particles)/T; "
            "add that channel, or pass bath=None for a jump that is not thermal."
        )
