"""Whether the sections of a counting study agree: the rules that bind two keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from thermokin.study.arrays import Arrays, hermitian_flaw
from thermokin.study.counting.bath_section import BathSection
from thermokin.study.counting.counting_section import CountingSection, DistributionSection
from thermokin.study.counting.current_words import QUANTITIES, terms_of
from thermokin.study.counting.model_section import BetweenBaths, IsingChain, XxzChain
from thermokin.study.counting.study import statistics_of
from thermokin.study.grid_section import Grid, grid_flaws
from thermokin.study.problem import Place, Problem, described
from thermokin.study.removal import number_flaw, removal_problem
from thermokin.study.section import Section, Sections
from thermokin.study.system_section import FermionicLevelSystem, LevelsSystem, OperatorsSystem
from thermokin.study.table_agreement import frequency_flaws
from thermokin.study.violation import nearest

__all__ = ["disagreements"]


def disagreements(sections: Sections, arrays: Arrays) -> list[Problem]:
    """The problems between keys that are each sound alone.

    Args:
        sections: the sound sections; those missing are not asked about.
        arrays: the sound arrays.

    Returns:
        The problems.
    """
    found = [problem for rule in _RULES for problem in rule(sections)]
    tables = [
        flaw
        for place, bath, model in _baths(sections)
        for flaw in frequency_flaws(place, statistics_of(model, bath), arrays)
    ]
    return [*found, *_number(sections, arrays), *_couplings(sections, arrays), *tables]


def _presence(sections: Sections) -> list[Problem]:
    model = sections.get("model")
    if not isinstance(model, Section) or "baths" not in sections:
        return []
    name = getattr(model, "name", "")
    if isinstance(model, BetweenBaths):
        ends = "left and right" if isinstance(model, XxzChain | IsingChain) else "hot and cold"
        need = f'must be left out for model "{name}", which has baths of its own'
        return [Problem(("baths",), need, f"their temperatures are model.{ends}")] if sections["baths"] else []
    need = f'must be given for model "{name}": one table [[baths]] for each bath'
    return [] if sections["baths"] else [Problem(("baths",), need)]


def _baths(sections: Sections) -> Iterator[tuple[Place, BathSection, Section]]:
    """Place and section of every bath of a system that takes them, with the system."""
    model, baths = sections.get("model"), sections.get("baths")
    if isinstance(model, Section) and not isinstance(model, BetweenBaths) and isinstance(baths, tuple):
        for index, bath in enumerate(baths):
            if isinstance(bath, BathSection):
                yield ("baths", index), bath, model


def _names(sections: Sections) -> list[Problem]:
    seen: dict[str, int] = {}
    found = []
    for place, bath, _ in _baths(sections):
        if bath.name in seen:
            found.append(Problem((*place, "name"), f"must be a name of its own, got {described(bath.name)} again"))
        seen[bath.name] = 1
    return found


def _rates(sections: Sections) -> list[Problem]:
    found = []
    for place, bath, _ in _baths(sections):
        if bath.rate is None and bath.spectrum is None:
            need = "must be given: rate of a flat spectrum, > 0, or else a table spectrum"
            found.append(Problem((*place, "rate"), need))
        if bath.rate is not None and bath.spectrum is not None:
            found.append(Problem((*place, "rate"), "must be left out beside a spectrum"))
    return found


def _statistics(sections: Sections) -> list[Problem]:
    found = []
    for place, bath, model in _baths(sections):
        allowed = _allowed_statistics(model)
        statistics = statistics_of(model, bath)
        if statistics not in allowed:
            names = " or ".join(f'"{name}"' for name in allowed)
            hint = 'a bath of two-level systems is "spin"' if statistics == "fermi" else ""
            need = f'must be {names} for model "{getattr(model, "name", "")}", got "{statistics}"'
            found.append(Problem((*place, "statistics"), need, hint))
        elif statistics != "fermi" and bath.chemical_potential != 0.0:
            need = f'must be 0 for a "{statistics}" bath, which exchanges no particles, got {bath.chemical_potential:g}'
            found.append(Problem((*place, "chemical_potential"), need))
    fermionic = any(statistics_of(model, bath) == "fermi" for _, bath, model in _baths(sections))
    system = sections.get("model")
    if isinstance(system, OperatorsSystem) and fermionic and system.number_operator is None:
        need = 'must be given for a "fermi" bath, which exchanges particles'
        found.append(Problem(("model", "number_operator"), need))
    return found


def _allowed_statistics(model: Section) -> tuple[str, ...]:
    if isinstance(model, FermionicLevelSystem):
        return ("fermi",)
    return ("bose", "fermi", "spin") if isinstance(model, OperatorsSystem) else ("bose", "spin")


def _number(sections: Sections, arrays: Arrays) -> list[Problem]:
    if not any(statistics_of(model, bath) == "fermi" for _, bath, model in _baths(sections)):
        return []
    flaw = number_flaw(arrays)
    return [] if flaw is None else [flaw]


def _couplings(sections: Sections, arrays: Arrays) -> list[Problem]:
    found = []
    for bath_place, bath, model in _baths(sections):
        place = (*bath_place, "coupling")
        if not isinstance(model, LevelsSystem | OperatorsSystem):
            if bath.coupling is not None:
                need = f'must be left out for model "{getattr(model, "name", "")}", which has one coupling'
                found.append(Problem(place, need, "levels and operators take any coupling"))
            continue
        if bath.coupling is None:
            if isinstance(model, OperatorsSystem):
                found.append(Problem(place, "must be given: what the bath couples to, rows of numbers or a file"))
            continue
        matrix = arrays.get(place)
        if matrix is None:
            continue
        if not (matrix - np.diag(np.diag(matrix)) if isinstance(model, LevelsSystem) else matrix).any():
            found.append(Problem(place, "must link at least two levels, got zeros"))
        else:
            fermionic = statistics_of(model, bath) == "fermi"
            flaw = removal_problem(place, arrays) if fermionic else hermitian_flaw(place, matrix)
            found += [] if flaw is None else [flaw]
    return found


def _temperatures(sections: Sections) -> dict[str, float] | None:
    """The temperature of each bath by its name; None if the baths are not known."""
    model, baths = sections.get("model"), sections.get("baths")
    if isinstance(model, BetweenBaths):
        names = ("left", "right") if isinstance(model, XxzChain | IsingChain) else ("hot", "cold")
        return {name: float(getattr(model, name)) for name in names}
    if not isinstance(model, Section) or not isinstance(baths, tuple) or not baths:
        return None
    return {bath.name: bath.temperature for bath in baths if isinstance(bath, BathSection)}


def _currents(sections: Sections) -> list[Problem]:
    counting = sections.get("counting")
    if not isinstance(counting, CountingSection):
        return []
    temperatures = _temperatures(sections)
    found = []
    for index, words in enumerate(counting.currents):
        place: Place = ("counting", "currents", index)
        problem = _words_flaw(place, words, temperatures)
        if problem is None and words in counting.currents[:index]:
            problem = Problem(place, f"must be named once, got {described(words)} again")
        found += [] if problem is None else [problem]
    return found


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
        return Problem(
            place,
            f"must come from a bath of the model ({names}), got {described(bath)}",
            near and f"did you mean {near}?",
        )
    coldest = min((value for name, value in temperatures.items() if bath in {None, name}), default=1.0)
    if quantity == "entropy_flow" and coldest == 0.0:
        return Problem(place, "must not count entropy that flows into a bath at temperature 0: it is infinite")
    return None


def _chosen(sections: Sections) -> list[Problem]:
    counting = sections.get("counting")
    if not isinstance(counting, CountingSection):
        return []
    found = []
    for name in ("spectrum", "distribution", "rate_function"):
        for index, words in enumerate(getattr(sections.get(name), "currents", None) or ()):
            if words not in counting.currents:
                known = " or ".join(f'"{one}"' for one in counting.currents)
                need = f"must be one of counting.currents, {known}, got {described(words)}"
                found.append(Problem((name, "currents", index), need))
    return found


def _grids(sections: Sections) -> list[Problem]:
    found = []
    for name in ("spectrum", "rate_function"):
        section = sections.get(name)
        found += grid_flaws(name, section) if isinstance(section, Grid) else []
    distribution = sections.get("distribution")
    if isinstance(distribution, DistributionSection):
        for index, (before, after) in enumerate(zip(distribution.times, distribution.times[1:], strict=False), start=1):
            if after <= before:
                need = f"must be > {before:g}, the time before it, got {after:g}"
                found.append(Problem(("distribution", "times", index), need))
                break
        potentials = {bath.chemical_potential for _, bath, _ in _baths(sections)}
        if distribution.initial_temperature is not None and len(potentials) > 1:
            need = "must be left out where baths have different chemical potentials: no Gibbs state is meant"
            found.append(Problem(("distribution", "initial_temperature"), need))
    counting = sections.get("counting")
    if isinstance(counting, CountingSection) and counting.method == "krylov" and sections.get("rate_function"):
        need = 'must be "auto", "dense" or "sparse" beside a table [rate_function], got "krylov"'
        found.append(Problem(("counting", "method"), need))
    return found


_RULES: tuple[Callable[[Sections], list[Problem]], ...] = (
    _presence,
    _names,
    _rates,
    _statistics,
    _currents,
    _chosen,
    _grids,
)
