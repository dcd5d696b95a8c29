"""A current in words, "heat from hot - 0.5 heat from cold", and the current that they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from types import MappingProxyType

from thermokin._errors import ArgumentError
from thermokin.model.current import Current, activity, current, energy, entropy_flow, heat, particles
from thermokin.model.model import Model

__all__ = ["OF_ALL_BATHS", "QUANTITIES", "Term", "counted_in", "current_of", "terms_of", "unit_of"]


def _power(model: Model, bath: str | None) -> Current:
    """What a machine delivers, the heat of all its baths."""
    _require_no_bath("power", bath)
    return heat(model)


def _named(name: str) -> Callable[[Model, str | None], Current]:
    """What the jumps of some models count under a name of their own."""

    def counted(model: Model, bath: str | None) -> Current:
        _require_no_bath(name, bath)
        if name not in model.named_weights:
            raise ArgumentError(f"`currents` must not count {name}: no jump of this model counts any.", "currents")
        return current(model, name)

    return counted


def _require_no_bath(name: str, bath: str | None) -> None:
    if bath is not None:
        raise ArgumentError(f"`currents` must count {name} of the whole system, not from one bath.", "currents")


OF_ALL_BATHS: Mapping[str, str] = MappingProxyType(
    {"power": "energy", "ticks": "1", "magnetisation": "1", "entering": "1"}
)
"""What is counted of a whole system and not bath by bath, with its unit; power is known to every model."""
QUANTITIES: Mapping[str, tuple[Callable[[Model, str | None], Current], str]] = MappingProxyType(
    {
        "heat": (heat, "energy"),
        "energy": (energy, "energy"),
        "particles": (particles, "1"),
        "entropy_flow": (entropy_flow, "nats"),
        "activity": (activity, "1"),
        **{name: (_power if name == "power" else _named(name), unit) for name, unit in OF_ALL_BATHS.items()},
    }
)
"""What can be counted, with its unit."""
_TERM = re.compile(
    r"(?:(?P<factor>[0-9.]+(?:[eE][+-]?[0-9]+)?) )?(?P<quantity>[a-z_]+)(?: from (?P<bath>[A-Za-z0-9_-]+))?"
)
_SIGN = re.compile(r" ([+-]) ")


@dataclass(frozen=True)
class Term:
    """One part of a current.

    Args:
        factor: by which it is multiplied.
        quantity: what is counted.
        bath: where it comes from; all baths if None.
    """

    factor: float
    quantity: str
    bath: str | None


def terms_of(words: str) -> tuple[Term, ...]:
    """The terms "[factor] quantity [from bath]" of a current; a ValueError with the need if the words mean nothing."""
    signed = words[:2] in {"+ ", "- "}
    parts = _SIGN.split(f" {words}" if signed else f" + {words}")[1:]
    found = []
    for sign, text in zip(parts[::2], parts[1::2], strict=True):
        match = _TERM.fullmatch(text)
        if match is None:
            raise ValueError('must read "[factor] quantity [from bath]", terms joined by " + " or " - "')
        try:
            factor = float(match["factor"] or 1.0)
        except ValueError:
            raise ValueError("must have numbers as factors") from None
        found.append(Term(-factor if sign == "-" else factor, match["quantity"], match["bath"]))
    return tuple(found)


def unit_of(words: str, power: int = 1) -> str:
    """The unit of a current, to a power."""
    unit = QUANTITIES[terms_of(words)[0].quantity][1]
    return unit if power == 1 or unit == "1" else f"{unit}^{power}"


def counted_in(words: str) -> str:
    """The unit of a current, "charge" for particles, which may carry one."""
    return "charge" if terms_of(words)[0].quantity == "particles" else unit_of(words)


def current_of(model: Model, words: str) -> Current:
    """The current that is meant by sound words, which it bears as its name."""
    parts = []
    for term in terms_of(words):
        part = QUANTITIES[term.quantity][0](model, term.bath)
        parts.append(part if term.factor == 1.0 else term.factor * part)
    return replace(reduce(lambda one, other: one + other, parts), name=words)
