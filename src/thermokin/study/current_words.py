"""A current in words, "heat from hot - 0.5 heat from cold", and the current that they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from thermokin.model.current import Current, activity, energy, entropy_flow, heat, particles
from thermokin.model.model import Model
from thermokin.study.model_table import ModelTable
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.section import Sections

__all__ = ["QUANTITIES", "Chosen", "Some", "Term", "chosen", "current_of", "terms_of", "unit_of", "words_flaws"]

Words = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Words, ...], Field(strict=False, min_length=1, max_length=12)]
Chosen = Annotated[Some | None, Field(description="which of counting.currents; the first if left out")]
"""The type of a key that says which currents a question is about."""

QUANTITIES: Mapping[str, tuple[Callable[[Model, str | None], Current], str]] = MappingProxyType(
    {
        "heat": (heat, "energy"),
        "energy": (energy, "energy"),
        "particles": (particles, "1"),
        "entropy_flow": (entropy_flow, "nats"),
        "activity": (activity, "1"),
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
    """The terms of a current.

    Args:
        words: terms "[factor] quantity [from bath]", joined by + and -.

    Returns:
        The terms.

    Raises:
        ValueError: with the need, if the words mean nothing.
    """
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


def unit_of(words: str) -> str:
    """The unit of a current."""
    return QUANTITIES[terms_of(words)[0].quantity][1]


def current_of(model: Model, words: str) -> Current:
    """The current that is meant.

    Args:
        model: the model.
        words: the current, sound.

    Returns:
        The current, which bears the words as its name.

    Raises:
        ValueError: if no bath has a name that is mentioned.
    """
    parts = []
    for term in terms_of(words):
        part = QUANTITIES[term.quantity][0](model, term.bath)
        parts.append(part if term.factor == 1.0 else term.factor * part)
    return replace(reduce(lambda one, other: one + other, parts), name=words)


def chosen(sections: Sections, table: Any) -> tuple[str, ...]:
    """The currents that a question is about."""
    if table.currents is None:
        first: tuple[str, ...] = sections["counting"].currents[:1]
        return first
    named: tuple[str, ...] = table.currents
    return named


def words_flaws(place: Place, currents: tuple[str, ...], sections: Sections) -> list[Problem]:
    """What is wrong with currents in words."""
    temperatures, found = _temperatures(sections), []
    for index, words in enumerate(currents):
        problem = _words_flaw((*place, index), words, temperatures)
        if problem is None and words in currents[:index]:
            problem = Problem((*place, index), f"must be named once, got {described(words)} again")
        found += [] if problem is None else [problem]
    return found


def _temperatures(sections: Sections) -> dict[str, float] | None:
    """The temperature of each bath by its name; None if the baths are not known."""
    model, several_, one = sections.get("model"), sections.get("baths"), sections.get("bath")
    if isinstance(model, ModelTable) and model.own_baths:
        return {name: float(getattr(model, name)) for name in model.own_baths}
    if one is not None:
        return {"bath": one.temperature}
    if model is None or (not several_ and "channels" not in sections):
        return None
    return {bath.name: bath.temperature for bath in several_ or ()}


def _words_flaw(place: Place, words: str, temperatures: dict[str, float] | None) -> Problem | None:
    try:
        terms = terms_of(words)
    except ValueError as error:
        return Problem(place, f"{error}, got {described(words)}", 'as in "heat from hot - heat from cold"')
    unit = None
    for term in terms:
        if term.quantity not in QUANTITIES:
            near = nearest(term.quantity, list(QUANTITIES))
            hint = f"did you mean {near}?" if near else ""
            return Problem(place, f"must count one of {', '.join(QUANTITIES)}, got {described(term.quantity)}", hint)
        if unit not in {None, QUANTITIES[term.quantity][1]}:
            return Problem(place, f"must add amounts of one unit, got {described(words)}")
        unit = QUANTITIES[term.quantity][1]
        problem = None if temperatures is None else _bath_flaw(place, term.quantity, term.bath, temperatures)
        if problem is not None:
            return problem
    return None


def _bath_flaw(place: Place, quantity: str, bath: str | None, temperatures: dict[str, float]) -> Problem | None:
    if bath is not None and bath not in temperatures:
        near = nearest(bath, list(temperatures))
        names = ", ".join(temperatures) or "none"
        need = f"must come from a bath of the model ({names}), got {described(bath)}"
        return Problem(place, need, near and f"did you mean {near}?")
    coldest = min((value for name, value in temperatures.items() if bath in {None, name}), default=1.0)
    if quantity == "entropy_flow" and coldest == 0.0:
        return Problem(place, "must not count entropy that flows into a bath at temperature 0: it is infinite")
    return None
