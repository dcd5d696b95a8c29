"""Whether the legs of a cycle agree: names that are known, numbers in their ranges, ends that meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from thermokin.model.parameter import Parameter
from thermokin.study.agreement import disagreements
from thermokin.study.cycle_system import CycleSystem
from thermokin.study.leg_table import numbers_in
from thermokin.study.model_table import ModelTable
from thermokin.study.problem import Place, Problem, described, nearest

__all__ = ["cycle_disagreements"]

ROUNDING = 1e-12
QUENCH = "let legs meet, or set cycle.quench = true, which books the work of the jump"
MATRICES = ("start_hamiltonian", "hamiltonian", "swing_hamiltonian")


def cycle_disagreements(draft: CycleSystem) -> list[Problem]:
    """The problems between keys of a cycle that are each sound alone."""
    found = [*_names(draft), *_baths(draft)]
    if not isinstance(draft.sections.get("model"), ModelTable):
        return found
    of_model = disagreements(draft.whole)
    found += [*of_model, *_hamiltonians(draft)]
    if of_model or draft.sections.get("baths", ()) is None:
        return found
    known = _driveable(draft)
    of_numbers = [problem for one in _every(draft) if (problem := _number_flaw(*one, known)) is not None]
    found += of_numbers
    return found if of_numbers or found else _meeting(draft, known)


def _names(draft: CycleSystem) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for index, leg in enumerate(draft.legs):
        if leg.name in seen:
            found.append(
                Problem(("legs", index, "name"), f"must be a name of its own, got {described(leg.name)} again")
            )
        seen.add(leg.name)
    return found


def _baths(draft: CycleSystem) -> list[Problem]:
    tables = draft.sections.get("baths", ())
    if tables is None:
        return []
    names, found = [bath.name for bath in tables], []
    if draft.legs and not draft.own_baths and names and not any(leg.baths for leg in draft.legs):
        need = "must touch a bath in one of them at least, or every state repeats itself"
        return [Problem(("legs",), need, f'baths = ["{names[0]}"] in the leg that does')]
    for index, leg in enumerate(draft.legs):
        place = ("legs", index, "baths")
        if leg.baths is not None and draft.own_baths:
            found.append(Problem(place, "must be left out for a model with baths of its own, all of which it touches"))
            continue
        for position, name in enumerate(leg.baths or ()):
            if name not in names:
                near = nearest(name, names)
                need = f"must be one of the baths ({', '.join(names) or 'none'}), got {described(name)}"
                found.append(Problem((*place, position), need, near and f'did you mean "{near}"?'))
    return found


def _hamiltonians(draft: CycleSystem) -> list[Problem]:
    if draft.whole.table.made_by is None:
        return []
    need = f'must be left out for model "{draft.whole.table.name}"'
    hint = "start, stop and swing drive its numbers"
    return [
        Problem(("legs", index, key), need, hint)
        for index, leg in enumerate(draft.legs)
        for key in MATRICES
        if getattr(leg, key) is not None
    ]


def _driveable(draft: CycleSystem) -> Mapping[str, Parameter]:
    """The numbers that a leg may move: those of the model and of rates, not what baths are."""
    every = draft.whole.family.parameters
    return {
        name: one
        for name, one in every.items()
        if not (one.role in {"whole", "temperature"} or one.levels is not None or one.step)
        and not name.endswith((".temperature", ".chemical_potential"))
    }


def _every(draft: CycleSystem) -> Iterator[tuple[Place, str, Any]]:
    for index, leg in enumerate(draft.legs):
        for key in ("start", "stop", "swing"):
            for name, place, value in numbers_in(getattr(leg, key)):
                yield ("legs", index, key, *place), name, value


def _number_flaw(place: Place, name: str, value: Any, known: Mapping[str, Parameter]) -> Problem | None:
    if name.endswith((".temperature", ".chemical_potential")):
        hint = "a leg of its own on another of [[baths]] does that"
        return Problem(place, "must not be what a bath is, which stays as it is", hint)
    if name not in known:
        near = nearest(name, list(known)) or next((one for one in known if one.endswith(f".{name}")), "")
        hint = f"did you mean {near}?" if near else "its numbers are " + ", ".join(known)
        return Problem(place, "must name a number of the model that can be driven", hint)
    swings = place[2] == "swing"
    parts = value if swings and isinstance(value, Mapping) else {"": value}
    if swings and isinstance(value, Mapping) and "amplitude" not in value:
        return Problem((*place, "amplitude"), "must be given")
    for key, number in parts.items():
        here = (*place, key) if key else place
        if isinstance(number, bool) or not isinstance(number, int | float):
            return Problem(here, f"must be a number, got {described(number)}")
        if not np.isfinite(float(number)):
            return Problem(here, f"must be finite, got {described(number)}")
    if not swings and (flaw := known[name].flaw(float(value))):
        return Problem(place, flaw)
    return None


def _meeting(draft: CycleSystem, known: Mapping[str, Parameter]) -> list[Problem]:
    """Legs that do not begin where the one before ends, a last one that does not come back, ranges that are left."""
    table = draft.sections.get("cycle")
    if not draft.legs or (table is None and "cycle" in draft.sections):
        return []
    meets = not getattr(table, "quench", False)
    now = {name: one.default for name, one in known.items() if isinstance(one.default, int | float)}
    first: dict[str, Any] = {}
    found: list[Problem] = []
    for index, leg in enumerate(draft.legs):
        for name, place, value in numbers_in(leg.start):
            if index and meets and not _same(value, now[name]):
                need = f"must be {now[name]:g}, where the leg before ends, got {value:g}"
                found.append(Problem(("legs", index, "start", *place), need, QUENCH))
            now[name] = value
        if not index:
            first = dict(now)
        before = dict(now)
        now |= {name: value for name, _, value in numbers_in(leg.stop)}
        found += _swings(draft, index, before, now, known)
    if not meets:
        return found
    for name, value in first.items():
        if not _same(value, now[name]):
            last, place = _last_move(draft, name)
            need = f"must come back to {value:g}, where the first leg begins, got {now[name]:g}: no period"
            found.append(Problem(("legs", last, *place), need, QUENCH))
    return [*found, *_matrices_meet(draft)]


def _swings(
    draft: CycleSystem, index: int, before: Mapping[str, Any], after: Mapping[str, Any], known: Mapping[str, Parameter]
) -> list[Problem]:
    """Numbers that swing out of their range, or that a phase sets off their path at the seams."""
    leg, found = draft.legs[index], []
    quench = getattr(draft.sections.get("cycle"), "quench", False)
    for name, place, value in numbers_in(leg.swing):
        parts = value if isinstance(value, Mapping) else {"amplitude": value}
        size = abs(float(parts["amplitude"]))
        here = ("legs", index, "swing", *place)
        low, high = min(before[name], after[name]) - size, max(before[name], after[name]) + size
        if flaw := known[name].flaw(low) or known[name].flaw(high):
            found.append(Problem(here, f"must keep {name} in its range, which swings from {low:g} to {high:g}: {flaw}"))
        offset = np.sin(leg.phase + float(parts.get("phase", 0.0)))
        if abs(offset * size) > ROUNDING and not quench and len(draft.legs) > 1:
            found.append(Problem(here, "must begin at 0, a phase of 0 or pi, beside other legs", QUENCH))
    return found


def _last_move(draft: CycleSystem, name: str) -> tuple[int, Place]:
    """The leg that moves a number last, and where that stands in it."""
    for index in reversed(range(len(draft.legs))):
        for key in ("stop", "start"):
            for one, place, _ in numbers_in(getattr(draft.legs[index], key)):
                if one == name:
                    return index, (key, *place)
    return len(draft.legs) - 1, ()


def _matrices_meet(draft: CycleSystem) -> list[Problem]:
    now = draft.arrays.get(("model", "hamiltonian"))
    if now is None:
        return []
    first, found, moved = now, [], len(draft.legs) - 1
    for index in range(len(draft.legs)):
        begin = draft.arrays.get(("legs", index, "start_hamiltonian"), now)
        if index and not _same(begin, now):
            need = "must be the Hamiltonian with which the leg before ends"
            found.append(Problem(("legs", index, "start_hamiltonian"), need, QUENCH))
        first = begin if not index else first
        now = draft.arrays.get(("legs", index, "hamiltonian"), begin)
        moved = index if ("legs", index, "hamiltonian") in draft.arrays else moved
    if not _same(first, now):
        need = "must come back to the Hamiltonian with which the first leg begins: no period"
        found.append(Problem(("legs", moved, "hamiltonian"), need, QUENCH))
    return found


def _same(one: Any, other: Any) -> bool:
    first, second = np.asarray(one), np.asarray(other)
    if first.shape != second.shape or np.array_equal(first, second):
        return True  # a size that differs is said elsewhere
    return bool(np.abs(first - second).max() <= ROUNDING * max(np.abs(first).max(), np.abs(second).max()))
