"""Baths behind collapse operators that come without a word about them: those of thermal pairs of rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin.model.bath import Bath
from thermokin.model.detailed_balance import NEGLIGIBLE
from thermokin.model.opposed_jumps import JumpPair, MovedQuanta, touched_parts
from thermokin.model.read_baths import BALANCE, ReadBaths, fitted_temperature, reasons_alone
from thermokin.operators.outside import Dims

__all__ = ["recognised_baths"]


def recognised_baths(jumps: MovedQuanta, dims: Dims) -> ReadBaths:
    """Baths of the pairs of jumps whose rates obey local detailed balance at a positive temperature.

    Pairs of one temperature that act on the same parts of the space are one bath. Whatever allows two readings is
    none.

    Args:
        jumps: what each jump moves.
        dims: the parts of the space.

    Returns:
        The baths, and what is said of them and of the rest.
    """
    found, why = ReadBaths(), reasons_alone(jumps)
    groups: list[list[JumpPair]] = []
    for down, up in jumps.opposed(range(len(jumps.jumps))):
        reason = _no_pair(jumps, down, up)
        if reason:
            why.update(dict.fromkeys((*down, *up), reason))
            continue
        pair = jumps.pair(down[0], up[0])
        parts = touched_parts(jumps.jumps[pair.down], dims)
        home = next((g for g in groups if touched_parts(jumps.jumps[g[0].down], dims) == parts and _one(g, pair)), None)
        if home is None:
            groups.append([pair])
        else:
            home.append(pair)
    groups.sort(key=lambda group: min(min(pair.down, pair.up) for pair in group))
    for number, group in enumerate(groups, start=1):
        bath = Bath("bath" if len(groups) == 1 else f"bath {number}", fitted_temperature(group))
        found.take(bath, group)
        found.tell(bath, _places(group), "by their rates")
    found.tell_rest(why)
    return found


def _no_pair(jumps: MovedQuanta, down: Sequence[int], up: Sequence[int]) -> str:
    """Why jumps of one kind are no thermal pair; empty if they are one."""
    if not up:
        return "nothing undoes it; if that is a bath at temperature 0, say baths={tk.Bath('cold', 0.0): [...]}"
    if not down:
        return "nothing undoes it"
    if len(down) > 1 or len(up) > 1:
        return "several of them undo one another, which pairs are of one bath is not known; say baths={'hot': [...]}"
    if jumps.log_rates[[*down, *up]].max() < jumps.log_rates.max() + 2.0 * np.log(NEGLIGIBLE):
        return "the rates are rounding beside those of the others"
    pair = jumps.pair(down[0], up[0])
    if pair.particles != 0.0:
        return (
            "particles are moved, so that the rates alone tell neither temperature nor chemical potential; say "
            "baths={tk.Bath('lead', T, mu, tk.Fermi()): [...]}"
        )
    if abs(pair.entropy) <= BALANCE:
        return "both rates are equal, as at infinite temperature"
    if pair.entropy < 0.0:
        return (
            "the jump that gives energy is the faster one, as at a negative temperature, or from a lead above the "
            "level; say baths={tk.Bath('lead', T, mu, tk.Fermi()): [...]} with number_operator="
        )
    return ""


def _one(group: Sequence[JumpPair], pair: JumpPair) -> bool:
    """Whether a pair has the temperature of others."""
    temperature = fitted_temperature([*group, pair])
    return all(abs(each.entropy - each.quantum / temperature) <= BALANCE for each in (*group, pair))


def _places(pairs: Sequence[JumpPair]) -> list[int]:
    return sorted(place for pair in pairs for place in (pair.down, pair.up))
