"""How far heat of the local generator is off: fillings at bare frequencies in place of those that coupling makes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.model import Model

__all__ = ["local_error"]

FAINT = 4e-3  # difference of fillings n, over n (1 + n), below which a current is none that baths drive
LEAST = 1e-3  # of a frequency: where fillings are asked in place of frequencies below 0


def local_error(model: Model, contacts: Sequence[Contact]) -> float:
    """An estimate of the relative error of heat.

    The coupling V of the parts mixes a jump L of frequency w with others of frequency v: [V, L] has elements between
    levels v apart. As in two levels they become a pair, Omega = sqrt((w - v)^2 + 4 t^2) apart, which shares the
    filling; its mean over both less that at w, and the difference between both times the unlikeness of the shares, is
    held against the largest difference of two baths' fillings at w. What
    turns L out of itself, t / w, is the least that is missed.

    Args:
        model: a local model of one point, of baths that exchange energy alone.
        contacts: its contacts.

    Returns:
        The estimate.
    """
    coupling = model.generator.dense - model.energy.dense
    levels, table, found = model.energy.diagonal, model.table, 0.0
    baths = [contact.bath for contact in contacts]
    by_name = {contact.bath.name: contact for contact in contacts}
    for channel in np.flatnonzero(table.energy < 0.0):
        jump = table.jump(int(channel))
        mixed = coupling @ jump - jump @ coupling
        contact = by_name[model.baths[int(table.bath[channel])].name]
        found = max(found, _of_jump(jump, mixed, -float(table.energy[channel]), levels, contact, baths))
    return found


def _of_jump(
    jump: ComplexArray, mixed: ComplexArray, own: float, levels: FloatArray, contact: Contact, baths: Sequence[Bath]
) -> float:
    largest = float(np.abs(jump).max())
    turned = float(np.abs(mixed).max()) / (largest or 1.0) / own
    gaps = levels[None, :] - levels[:, None]
    linked = (np.abs(mixed) > 1e-13 * largest) & (gaps > 0.0) & (jump == 0.0)
    if largest == 0.0 or not linked.any():
        return turned
    apart, link = gaps[linked] - own, np.abs(mixed[linked]) / largest
    split = np.hypot(apart, 2.0 * link)
    tilt = np.abs(apart) / split
    middle, half = own + 0.5 * apart, np.where(apart < 0.0, -0.5, 0.5) * split
    near, far = (np.maximum(at, LEAST * own) for at in (middle - half, middle + half))
    low, high, here = (_felt(contact, at, own) for at in (near, far, np.full(near.shape, own)))
    off = np.abs(0.5 * (1.0 + tilt) * low + 0.5 * (1.0 - tilt) * high - here) + tilt * np.abs(high - low)
    filled = [float(_filling(bath, np.array([own]))[0]) for bath in baths]
    driven = max(max(filled) - min(filled), FAINT * max(filled) * (1.0 + max(filled)), 1e-300)
    return max(turned, float(off.max() / driven))


def _felt(contact: Contact, at: FloatArray, own: float) -> FloatArray:
    """G(v) n(v) / G(w)."""
    here = float(contact.spectrum.continued(np.array([own]))[0])
    return np.asarray(contact.spectrum.continued(at) / (here or 1.0) * _filling(contact.bath, at))


def _filling(bath: Bath, at: FloatArray) -> FloatArray:
    return np.asarray(bath.statistics.absorption(at, bath.temperature, bath.chemical_potential))
