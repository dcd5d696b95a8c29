"""Whether model, baths and channels of a study agree: the rules that bind two keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin.model.parameter import Parameter
from thermokin.model.particle_removal import removal_flaw, shown_changes
from thermokin.operators.particle_number import number_changes, require_whole
from thermokin.study.arrays import Arrays, hermitian_flaw
from thermokin.study.model_table import ModelTable
from thermokin.study.problem import Place, Problem, described
from thermokin.study.section import Section
from thermokin.study.system import System, conserved_number, is_behind_channels, statistics_of

__all__ = ["NUMBER", "disagreements", "number_flaw", "removal_problem"]

NUMBER: Place = ("model", "number_operator")
MOST_SHOWN = 6  # elements that a hint names


def disagreements(draft: System) -> list[Problem]:
    """The problems between keys of the system that are each sound alone."""
    sound = isinstance(draft.sections.get("model"), ModelTable)
    return [problem for rule in _RULES for problem in rule(draft)] if sound else []


def _presence(draft: System) -> list[Problem]:
    table, sections = draft.table, draft.sections
    out = f'must be left out for model "{table.name}"'
    if table.has_no_baths:
        given = [name for name in ("bath", "baths", "channels") if sections.get(name)]
        return [Problem((name,), f"{out}, which has no baths") for name in given]
    if table.own_baths and "baths" in sections:
        need = f"{out}, which has baths of its own"
        return [Problem(("baths",), need, f"their temperatures are model.{' and '.join(table.own_baths)}")]
    if "bath" in sections and "baths" in sections:
        return [Problem(("bath",), "must be left out beside [[baths]]", "it is the singular of that")]
    if not table.own_baths and not {"bath", "baths", "channels"} & set(sections):
        need = f'must be given for model "{table.name}": one table [[baths]] for each bath'
        return [Problem(("baths",), need)]
    if "channels" in sections and table.made_by is not None:
        return [Problem(("channels",), out, "operators take any channels")]
    if table.own_baths and sections.get("bath") is not None:
        own = {"temperature": "which has baths of its own", "spectrum": "whose spectrum follows from model.rate"}
        given = [key for key in own if getattr(sections["bath"], key, None) is not None]
        return [Problem(("bath", key), f"{out}, {own[key]}") for key in given]
    return []


def _names(draft: System) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for place, name, _ in draft.bath_tables:
        if name in seen:
            found.append(Problem((*place, "name"), f"must be a name of its own, got {described(name)} again"))
        seen.add(name)
    channels = draft.sections.get("channels")
    for index, channel in enumerate(channels if isinstance(channels, tuple) else ()):
        if channel.bath is not None and channel.bath not in seen:
            names = ", ".join(sorted(seen)) or "none"
            need = f"must be one of the baths ({names}), got {described(channel.bath)}"
            found.append(Problem(("channels", index, "bath"), need))
    return found


def _spectra(draft: System) -> list[Problem]:
    """One rate or one spectrum for every contact."""
    table: Any = draft.table
    one: Any = draft.sections.get("bath")
    if one is not None:
        if table.own_baths:
            return []
        if table.made_by is not None and "spectrum" not in table.known:
            if one.spectrum is None:
                return []
            need = f'must be left out for model "{table.name}", whose spectrum follows from model.rate'
            return [Problem(("bath", "spectrum"), need, "levels, random_levels and operators take any spectrum")]
        rate = getattr(table, "rate", None)
        return _one_of(rate, one.spectrum, ("model",), "a table [bath.spectrum]")
    found = []
    for place, _, bath in draft.bath_tables:
        several = getattr(bath, "couplings", None)
        if several is None and not is_behind_channels(draft.sections, bath):
            found += _one_of(bath.rate, bath.spectrum, place, "a table spectrum")
        for index, coupling in enumerate(several or ()):
            found += _one_of(coupling.rate, coupling.spectrum, (*place, "couplings", index), "a table spectrum")
        for key in ("rate", "spectrum", "coupling") if several is not None else ():
            if getattr(bath, key) is not None:
                found.append(Problem((*place, key), "must be left out beside couplings, each of which has its own"))
    return found


def _one_of(rate: object, spectrum: object, place: Place, table: str) -> list[Problem]:
    if rate is None and spectrum is None:
        return [Problem((*place, "rate"), f"must be given: rate of a flat spectrum, > 0, or else {table}")]
    if rate is not None and spectrum is not None:
        beside = "a spectrum" if place[0] == "baths" else table
        return [Problem((*place, "rate"), f"must be left out beside {beside}")]
    return []


def _statistics(draft: System) -> list[Problem]:
    found = []
    fermionic = False
    for place, _, bath in draft.bath_tables:
        statistics = statistics_of(draft.table, bath)
        if statistics not in draft.table.allowed:
            names = " or ".join(f'"{name}"' for name in draft.table.allowed)
            hint = 'a bath of two-level systems is "spin"' if statistics == "fermi" else ""
            need = f'must be {names} for model "{draft.table.name}", got "{statistics}"'
            found.append(Problem((*place, "statistics"), need, hint))
            continue
        potential = bath.chemical_potential
        if statistics != "fermi" and potential != 0.0:
            need = f'must be 0 for a "{statistics}" bath, which exchanges no particles, got {potential:g}'
            found.append(Problem((*place, "chemical_potential"), need))
        fermionic = fermionic or statistics == "fermi"
    if draft.table.made_by is None and fermionic and getattr(draft.table, "number_operator", None) is None:
        need = 'must be given for a "fermi" bath, which exchanges particles'
        found.append(Problem(("model", "number_operator"), need))
    return found


def _couplings(draft: System) -> list[Problem]:
    found: list[Problem] = []
    if any(statistics_of(draft.table, bath) == "fermi" for _, _, bath in draft.bath_tables):
        flaw = number_flaw(draft.arrays)
        found += [] if flaw is None else [flaw]
    one = draft.sections.get("bath")
    if isinstance(one, Section):
        return found or _coupling_flaw(draft, ("model", "coupling"), one)
    operators = draft.table.made_by is None
    takes_any = operators or draft.table.known.get("coupling", Parameter()).axes == 2
    for place, _, bath in draft.bath_tables:
        own, several = bath.coupling, bath.couplings
        if not takes_any and (own is not None or several is not None):
            key = "coupling" if several is None else "couplings"
            need = f'must be left out for model "{draft.table.name}", which has one coupling'
            found.append(Problem((*place, key), need, "levels and operators take any coupling"))
        elif own is None and several is None and operators and not is_behind_channels(draft.sections, bath):
            need = "must be given: what the bath couples to, rows of numbers or a file"
            found.append(Problem((*place, "coupling"), need))
        else:
            found += _coupling_flaw(draft, (*place, "coupling"), bath)
            for index in range(len(several or ())):
                found += _coupling_flaw(draft, (*place, "couplings", index, "coupling"), bath)
    return found


def _gate_and_bias(draft: System) -> list[Problem]:
    table: Any = draft.table
    found: list[Problem] = []
    if table.made_by is not None:  # a number of its own may be called so
        return found
    if getattr(table, "gate", None) is not None and table.number_operator is None:
        found.append(Problem(NUMBER, "must be given beside model.gate, which lowers the energy of every particle"))
    kinds = [statistics_of(table, bath) for _, _, bath in draft.bath_tables]
    if getattr(table, "bias", None) is not None and kinds != ["fermi", "fermi"]:
        hint = "chemical_potential is of each bath"
        found.append(Problem(("model", "bias"), "must be left out: it is between two fermi baths, alone", hint))
    return found


def _coupling_flaw(draft: System, place: Place, bath: Section) -> list[Problem]:
    matrix = draft.arrays.get(place)
    if matrix is None:
        return []
    if not (matrix if draft.table.made_by is None else matrix - np.diag(np.diag(matrix))).any():
        return [Problem(place, "must link at least two levels, got zeros")]
    fermionic = statistics_of(draft.table, bath) == "fermi"
    flaw = removal_problem(place, draft.arrays) if fermionic else hermitian_flaw(place, matrix)
    return [] if flaw is None else [flaw]


def _frequencies(draft: System) -> list[Problem]:
    """Negative frequencies in the table of a bath that moves no particles: it is never asked there."""
    found = []
    for place, _, bath in draft.bath_tables:
        where, statistics = (*place, "spectrum", "frequencies"), statistics_of(draft.table, bath)
        numbers = draft.arrays.get(where)
        if statistics == "fermi" or numbers is None or not (numbers < 0.0).any():
            continue
        first = int(np.argmax(numbers < 0.0))
        need = f'must be >= 0 for a "{statistics}" bath, which moves no particles, got {numbers[first]:g}'
        found.append(Problem((*where, first), need, 'only a "fermi" bath is asked below 0'))
    return found


def _builder(draft: System) -> list[Problem]:
    """What the builder needs, and what it does not take."""
    table: Any = draft.table
    if table.made_by is not None:
        return []
    builder, bare = getattr(table, "builder", None), getattr(table, "energy_operator", None)
    found = []
    if builder == "local" and bare is None:
        found.append(Problem(("model", "energy_operator"), 'must be given for builder "local": the uncoupled parts'))
    if builder in ("davies", "unified") and bare is not None:
        need = f'must be left out beside builder "{builder}", which counts the energy of the Hamiltonian'
        found.append(Problem(("model", "energy_operator"), need, 'builder "local" counts it'))
    if builder != "unified" and getattr(table, "width", None) is not None:
        found.append(Problem(("model", "width"), 'must be left out where the builder is not "unified"'))
    return found


_RULES = (_presence, _builder, _names, _spectra, _statistics, _couplings, _gate_and_bias, _frequencies)


def number_flaw(arrays: Arrays) -> Problem | None:
    """What keeps the number operator from counting particles, which the Hamiltonian moves in pairs at most."""
    number = arrays.get(NUMBER)
    hamiltonian = arrays.get(("model", "energy_operator"), arrays.get(("model", "hamiltonian")))
    if number is None:
        return None
    try:
        require_whole(number.astype(np.complex128))
    except ValueError as error:
        return Problem(NUMBER, str(error).removeprefix("`number_operator` ").rstrip("."))
    if hamiltonian is None or conserved_number(arrays) is not None:
        return None
    changes = number_changes(hamiltonian.astype(np.complex128), number.astype(np.complex128))
    if all(change % 2 == 0 for change in changes):
        return None
    hint = (
        "pairing may break it, by two particles; what breaks it by one, such as a drive, can be put on a lead in "
        "Python only, without a number operator"
    )
    return Problem(NUMBER, "must commute with the Hamiltonian", hint)


def removal_problem(place: Place, arrays: Arrays) -> Problem | None:
    """What keeps a coupling from being the annihilation part that a Fermi bath needs."""
    coupling, number = arrays.get(place), arrays.get(NUMBER)
    if coupling is None or number is None or number_flaw(arrays) is not None:
        return None
    changes = removal_flaw(coupling.astype(np.complex128), number.astype(np.complex128))
    if not changes:
        return None
    need = f'must remove one particle for a "fermi" bath, but it changes the number by {shown_changes(changes)}'
    return Problem(place, need, _remedy(changes, coupling, number))


def _remedy(changes: tuple[int, ...], coupling: NDArray[Any], number: NDArray[Any]) -> str:
    if changes == (1,):
        return "it is the creation part; give the annihilation part, its transposed complex conjugate"
    counts = np.rint(np.real(np.diag(number)))
    if -1 not in changes or np.count_nonzero(number) != np.count_nonzero(np.diag(number)):
        return "give the annihilation part"
    kept = np.argwhere((counts[:, None] - counts[None, :] == -1.0) & (coupling != 0.0))
    if len(kept) > MOST_SHOWN:
        return "give the annihilation part: only elements whose row holds one particle less than their column"
    named = ", ".join(f"[{row}][{column}]" for row, column in kept)
    return f"give the annihilation part: keep {named} and set the others to 0"
