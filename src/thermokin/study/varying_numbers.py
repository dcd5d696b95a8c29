"""Numbers of a system that a question varies, by their places: which there are, and whether each can move both ways."""

from __future__ import annotations

import numpy as np

from thermokin.model.parameter import REQUIRED, Parameter
from thermokin.study.any_system import AnySystem
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.sweep import Swept

__all__ = ["named_twice", "number_flaw", "numbers_known"]


def numbers_known(draft: AnySystem) -> bool:
    """Whether the tables that hold numbers of the system are sound."""
    given = [name for name in ("model", "bath", "baths") if name in draft.sections]
    return "model" in given and all(draft.sections[name] is not None for name in given)


def named_twice(place: Place, words: tuple[str, ...]) -> Problem | None:
    """The first of some words that stands there twice."""
    for index, one in enumerate(words):
        if one in words[:index]:
            return Problem((*place, index), f"must be named once, got {described(one)} again")
    return None


def number_flaw(place: Place, name: str, draft: AnySystem) -> Problem | None:
    """What keeps a number from being varied.

    Args:
        place: where it is named.
        name: by its place in the file, as "model.gap".
        draft: a system whose numbers are known.

    Returns:
        The problem; None if there is none.
    """
    known = draft.family.parameters
    real = {key: one for key, one in known.items() if not (one.role == "whole" or one.levels is not None or one.step)}
    if name not in real:
        near = nearest(name, list(real))
        hint = f"did you mean {near}?" if near else "its numbers are " + ", ".join(real)
        return Problem(place, "must name a number of the system that may vary", hint)
    swept = draft.sections.get("sweep")
    values = swept.axes.get(name) if isinstance(swept, Swept) else None
    end = _end(real[name], real[name].default if values is None else values)
    if end is None:
        return None
    return Problem(place, f"must not be at the end of its range, {end:g}, where it can move to one side alone")


def _end(known: Parameter, values: object) -> float | None:
    """The end of its range at which some value of a number is."""
    if values is REQUIRED or values is None:
        return None
    ends = (max(known.above, known.least), known.most)
    return next((end for end in ends if (np.asarray(values, dtype=np.float64) == end).any()), None)
