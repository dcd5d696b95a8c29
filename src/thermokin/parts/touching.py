"""Which parts each bath touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.gaussian.contacts import NormalModeContact, SiteContact
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.rate_contact import RateContact
from thermokin.model.bath import Bath
from thermokin.model.model import Model
from thermokin.operators.as_numbers import shown
from thermokin.parts.cluster_terms import touched_parts
from thermokin.parts.dissipated import NOBODY

__all__ = ["bath_temperatures", "touched_by_baths", "touched_by_mode_baths"]

Parts = tuple[int, ...]


def bath_temperatures(baths: Sequence[Bath], names: Sequence[str]) -> FloatArray:
    """Temperatures of baths (..., bath) [energy], NaN of what is none."""
    known = {bath.name: bath.temperature for bath in baths}
    found = [np.asarray(known.get(name, np.nan)) for name in names]
    return np.stack(np.broadcast_arrays(*found), axis=-1) if found else np.zeros(0)


def touched_by_baths(
    model: Model, dims: Parts, names: Sequence[str], given: Mapping[str, int | Sequence[int]] | None
) -> tuple[Parts, ...]:
    """The parts on which the operators act that baths touch: those of contacts, of models without these the jumps.

    Args:
        model: the model.
        dims: sizes of the parts.
        names: of the baths, "no bath" for jumps without one.
        given: the parts of some baths, as a user says them.

    Returns:
        The parts of each.

    Raises:
        ArgumentError: if a bath is unknown, or a part is none.
    """
    said = _said(given, names, len(dims))
    found = []
    for name in names:
        if name in said:
            found.append(said[name])
            continue
        mine = {part for one in model.contacts if one.bath.name == name for part in touched_parts(one.operator, dims)}
        if not mine:
            place = -1 if name == NOBODY else model.bath_position(name)
            for channel in np.flatnonzero(model.table.bath == place):
                mine.update(touched_parts(model.from_frame(model.table.jump(int(channel))), dims))
                if len(mine) == len(dims):
                    break
        found.append(tuple(sorted(mine)))
    return tuple(found)


def touched_by_mode_baths(
    model: GaussianModel, dims: Parts, names: Sequence[str], given: Mapping[str, int | Sequence[int]] | None
) -> tuple[Parts, ...]:
    """The groups of modes that hold the sites which baths touch.

    Args:
        model: the model.
        dims: how many neighbouring modes each part has.
        names: of the baths, "no bath" for jumps without one.
        given: the parts of some baths, as a user says them.

    Returns:
        The parts of each.

    Raises:
        ArgumentError: if a bath is unknown, or a part is none.
    """
    said = _said(given, names, len(dims))
    part = np.repeat(np.arange(len(dims)), dims)
    found: dict[str, set[int]] = {name: set() for name in names}
    for contact in model.contacts:
        name = NOBODY if contact.bath is None else contact.bath.name
        if isinstance(contact, SiteContact | NormalModeContact):
            sizes = np.abs(model.system.amplitudes(contact.site, "site"))
        elif isinstance(contact, RateContact):
            sizes = np.abs(np.diagonal(contact.loss + contact.gain, axis1=-2, axis2=-1))
        else:  # of one's own
            sizes = np.abs(contact.jumps(model.system, "contact").vectors).sum(axis=-1)
        found.setdefault(name, set()).update(int(one) for one in part[sizes.reshape(-1, model.modes).any(axis=0)])
    return tuple(said.get(name, tuple(sorted(found[name]))) for name in names)


def _said(given: Mapping[str, int | Sequence[int]] | None, names: Sequence[str], count: int) -> dict[str, Parts]:
    """What a user has said of baths, seen to be possible."""
    found = {}
    if given is not None and not isinstance(given, Mapping):
        raise ArgumentError(
            f"`baths` must say parts by the names of baths, as {{'hot': 0}}, got {shown(given)}.", "baths"
        )
    for name, parts in (given or {}).items():
        if name not in names:
            raise ArgumentError(
                f"`baths` must name baths of the model, {', '.join(map(repr, names)) or 'none'}, got {shown(name)}.",
                "baths",
            )
        some = tuple(parts) if isinstance(parts, Sequence | np.ndarray) else (parts,)
        if not some or any(isinstance(one, bool) or one not in range(count) for one in some):
            raise ArgumentError(f"`baths` must name parts from 0 to {count - 1}, got {shown(given)}.", "baths")
        found[name] = tuple(sorted({int(one) for one in some}))
    return found
