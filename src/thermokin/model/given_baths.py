"""Baths that a user names behind collapse operators, held against the rates of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from thermokin._errors import ArgumentError
from thermokin.model.bath import Bath
from thermokin.model.detailed_balance import FROZEN
from thermokin.model.opposed_jumps import JumpPair, MovedQuanta
from thermokin.model.read_baths import (
    BALANCE,
    LOCAL,
    ReadBaths,
    fitted_temperature,
    indefinite,
    listed_positions,
    reasons_alone,
)
from thermokin.operators.as_numbers import shown

__all__ = ["BathRows", "given_baths"]

BathRows: TypeAlias = Mapping["str | Bath", "int | Sequence[int]"]


def given_baths(jumps: MovedQuanta, given: BathRows) -> ReadBaths:
    """The baths that a user names, held against the rates.

    Args:
        jumps: what each jump moves.
        given: the positions of the jumps of each bath, by its name or by the bath itself.

    Returns:
        The baths, and what is said of them and of the rest.

    Raises:
        ArgumentError: if a position is none, or is given twice, or jumps and rates are not those of one bath.
        TypeError: if `given` is no mapping of names or baths to positions.
    """
    found, why = ReadBaths(), reasons_alone(jumps)
    for key, places in _checked_rows(given, len(jumps.jumps)):
        pairs, alone = _paired(jumps, key, places)
        bath = _bath(key, pairs, alone)
        if jumps.number is None and bath.statistics.moves_particles:
            raise ArgumentError(
                f"`number_operator` is needed for bath {bath.name!r}, a lead, whose jumps move particles.",
                "number_operator",
            )
        _require_balance(bath, pairs, alone)
        found.take(bath, pairs)
        for place in places:
            if place not in found.bath and jumps.jumps[place].largest > 0.0:
                found.bath[place] = bath
                found.quanta[place] = (float(jumps.quanta[place]), float(jumps.particles[place]))
        origin = "as given" if isinstance(key, Bath) else "by their rates"
        found.tell(bath, places, origin)
    for place in range(len(jumps.jumps)):
        if place not in found.bath:
            why.setdefault(place, "not named in `baths`")
    found.tell_rest(why)
    return found


def _paired(jumps: MovedQuanta, key: str | Bath, places: Sequence[int]) -> tuple[list[JumpPair], list[int]]:
    """The pairs among the jumps of a named bath, and those that nothing undoes."""
    name = _name(key)
    for place in places:
        if not jumps.definite[place]:
            raise ArgumentError(
                f"`c_ops[{place}]` is given to bath {name!r}, but {indefinite(jumps, place)}; {LOCAL}.", "baths"
            )
    pairs: list[JumpPair] = []
    alone: list[int] = []
    silent = [place for place in places if jumps.jumps[place].largest == 0.0]
    for down, up in jumps.opposed(places):
        if not up or not down:
            frozen = [*down, *up][: len(silent)]  # what undoes them is named, with a rate of zero
            pairs += [_frozen(jumps, place, silent.pop()) for place in frozen]
            alone += [*down, *up][len(frozen) :]
        elif len(down) != len(up):
            raise ArgumentError(
                f"`baths` gives {listed_positions((*down, *up))} to bath {name!r}, of which {len(down)} lower and "
                f"{len(up)} raise the energy, but each jump of a bath needs the one that undoes it; leave out what is "
                "not thermal.",
                "baths",
            )
        else:
            pairs += [jumps.pair(one, other) for one, other in zip(down, up, strict=True)]
    return pairs, alone


def _frozen(jumps: MovedQuanta, place: int, silent: int) -> JumpPair:
    """A jump with the operator of rate zero that stands for what undoes it."""
    quantum, particles = float(jumps.quanta[place]), float(jumps.particles[place])
    if quantum < 0.0:
        return JumpPair(place, silent, -quantum, -particles, np.inf)
    return JumpPair(silent, place, quantum, particles, -np.inf)


def _bath(key: str | Bath, pairs: Sequence[JumpPair], alone: Sequence[int]) -> Bath:
    """The bath, of a name by what the rates tell."""
    if isinstance(key, Bath):
        return key
    why = ""
    if any(pair.particles != 0.0 for pair in pairs):
        why = "its jumps move particles, and rates tell neither temperature nor chemical potential then"
    elif not pairs and not alone:
        why = "its jumps move no energy, and no temperature follows"
    elif alone:
        why = f"nothing undoes {listed_positions(alone)}: name what does"
    elif any(pair.entropy <= BALANCE for pair in pairs):
        why = "its rates are not those of a positive, finite temperature"
    if why:
        raise ArgumentError(
            f"`baths` gives a name alone, {key!r}, but {why}; give tk.Bath({key!r}, temperature) in place of the name, "
            "a lead's with chemical potential and statistics.",
            "baths",
        )
    known = [pair for pair in pairs if np.isfinite(pair.entropy)]
    return Bath(key, fitted_temperature(known) if known else 0.0)


def _require_balance(bath: Bath, pairs: Sequence[JumpPair], alone: Sequence[int]) -> None:
    """Refuse rates that are not those of a bath."""
    temperature, potential = float(bath.temperature), float(bath.chemical_potential)
    if alone and temperature > 0.0:
        raise ArgumentError(
            f"`baths` gives {listed_positions(alone)} to bath {bath.name!r} of temperature {temperature:g}, but "
            "nothing there undoes it; add the operator that does, or leave it out of `baths`.",
            "baths",
        )
    for pair in pairs:
        heat = pair.quantum - potential * pair.particles
        with np.errstate(divide="ignore"):
            asked = float(np.divide(heat, temperature)) if heat else 0.0
        frozen = abs(asked) > FROZEN and pair.entropy == np.copysign(np.inf, asked)
        if not frozen and not abs(pair.entropy - asked) <= BALANCE:
            raise ArgumentError(
                f"`c_ops[{pair.up}]` and `c_ops[{pair.down}]` have rates in the ratio {np.exp(-pair.entropy):.12g}, "
                f"bath {bath.name!r} of temperature {temperature:.12g} asks for exp(-(w - mu n)/T) = "
                f"{np.exp(-asked):.12g} with w = {pair.quantum:.12g}; make "
                "the rates of one temperature, or give them to another bath.",
                "baths",
            )


def _checked_rows(given: BathRows, count: int) -> list[tuple[str | Bath, tuple[int, ...]]]:
    if not isinstance(given, Mapping):
        raise TypeError(f"`baths` must be a mapping such as {{'hot': [0, 1], 'cold': [2, 3]}}, got {shown(given)}.")
    found: list[tuple[str | Bath, tuple[int, ...]]] = []
    seen: dict[int, str] = {}
    for key, places in given.items():
        if not isinstance(key, str | Bath):
            raise TypeError(f"`baths` must have names or baths as keys, got {shown(key)}.")
        if isinstance(key, Bath) and key.batch_shape:
            raise ArgumentError(f"`baths` must hold baths of one temperature, got {key.name!r} swept.", "baths")
        listed = _positions(places, _name(key), count)
        for place in listed:
            if place in seen:
                raise ArgumentError(
                    f"`baths` gives c_ops {place} to {seen[place]!r} and to {_name(key)!r}; a jump has one bath.",
                    "baths",
                )
            seen[place] = _name(key)
        found.append((key, listed))
    return found


def _positions(places: object, name: str, count: int) -> tuple[int, ...]:
    array = np.atleast_1d(np.asarray(places))
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= count:
        raise ArgumentError(
            f"`baths` must give {name!r} positions in `c_ops`, whole numbers from 0 to {count - 1}, got "
            f"{shown(places)}.",
            "baths",
        )
    return tuple(int(place) for place in array)


def _name(key: str | Bath) -> str:
    return key.name if isinstance(key, Bath) else key
