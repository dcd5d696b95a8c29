"""Whether the sections of a quench agree: the rules that bind two keys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin.study.arrays import Arrays, hermitian_flaw
from thermokin.study.grid_section import grid_flaws
from thermokin.study.problem import Problem
from thermokin.study.quench.bath_section import BathSection
from thermokin.study.quench.model_section import (
    CoupledQubits,
    FermionicLevel,
    IsingChain,
    Levels,
    Operators,
    QutritLadder,
    QutritLambda,
    QutritV,
    RandomLevels,
)
from thermokin.study.quench.protocol_section import EquidistantSection, ReciprocalSection
from thermokin.study.quench.times_section import ListedTimes, TimeGrid
from thermokin.study.removal import NUMBER, conserved_number, number_flaw, removal_problem
from thermokin.study.section import Section, Sections
from thermokin.study.table_agreement import frequency_flaws

__all__ = ["disagreements", "statistics_of"]


def disagreements(sections: Sections, arrays: Arrays) -> list[Problem]:
    """The problems between keys that are each sound alone.

    Args:
        sections: the sound sections; those missing are not asked about.
        arrays: the sound arrays.

    Returns:
        The problems.
    """
    found = [problem for rule in _RULES for problem in rule(sections)]
    model, bath = sections.get("model"), sections.get("bath")
    if isinstance(model, Section) and isinstance(bath, BathSection):
        found += frequency_flaws(("bath",), statistics_of(model, bath), arrays)
    return [*found, *_coupling(sections, arrays)]


def statistics_of(model: Section, bath: BathSection) -> str:
    """The statistics of a study's bath, by name.

    Args:
        model: the section [model].
        bath: the section [bath].

    Returns:
        "bose", "fermi" or "spin".
    """
    return bath.statistics or ("fermi" if isinstance(model, FermionicLevel) else "bose")


def _energies(sections: Sections) -> list[Problem]:
    model = sections.get("model")
    if not isinstance(model, QutritLadder | QutritV | QutritLambda):
        return []
    if not model.energies[0] < model.energies[1] < model.energies[2]:
        return [Problem(("model", "energies"), f"must be ascending, got {list(model.energies)}")]
    if not all(model.couplings):
        return [Problem(("model", "couplings"), f"must not be 0, got {list(model.couplings)}")]
    return []


def _spectrum(sections: Sections) -> list[Problem]:
    model, bath = sections.get("model"), sections.get("bath")
    if not isinstance(model, Section) or not isinstance(bath, BathSection):
        return []
    if not isinstance(model, Levels | RandomLevels | Operators):
        if bath.spectrum is None:
            return []
        name = getattr(model, "name", "")
        need = f'must be left out for model "{name}", whose spectrum follows from model.rate'
        return [Problem(("bath", "spectrum"), need, "levels, random_levels and operators take any spectrum")]
    if model.rate is None and bath.spectrum is None:
        need = "must be given: rate of a flat spectrum, > 0, or else a table [bath.spectrum]"
        return [Problem(("model", "rate"), need)]
    if model.rate is not None and bath.spectrum is not None:
        return [Problem(("model", "rate"), "must be left out beside a table [bath.spectrum]")]
    return []


def _statistics(sections: Sections) -> list[Problem]:
    model, bath = sections.get("model"), sections.get("bath")
    if not isinstance(bath, BathSection) or not isinstance(model, Section):
        return []
    allowed = _allowed_statistics(model)
    statistics = statistics_of(model, bath)
    if statistics not in allowed:
        names = " or ".join(f'"{name}"' for name in allowed)
        hint = 'a bath of two-level systems is "spin"' if statistics == "fermi" else ""
        need = f'must be {names} for model "{getattr(model, "name", "")}", got "{statistics}"'
        return [Problem(("bath", "statistics"), need, hint)]
    if statistics != "fermi" and bath.chemical_potential != 0.0:
        need = f'must be 0 for a "{statistics}" bath, which exchanges no particles, got {bath.chemical_potential:g}'
        return [Problem(("bath", "chemical_potential"), need)]
    if isinstance(model, Operators) and statistics == "fermi" and model.number_operator is None:
        return [Problem(("model", "number_operator"), 'must be given for a "fermi" bath, which exchanges particles')]
    return []


def _allowed_statistics(model: Section) -> tuple[str, ...]:
    if isinstance(model, FermionicLevel):
        return ("fermi",)
    if isinstance(model, IsingChain | CoupledQubits):
        return ("bose",)
    return ("bose", "fermi", "spin") if isinstance(model, Operators) else ("bose", "spin")


def _coupling(sections: Sections, arrays: Arrays) -> list[Problem]:
    place = ("model", "coupling")
    matrix, model, bath = arrays.get(place), sections.get("model"), sections.get("bath")
    if matrix is None or not isinstance(model, Section):
        return []
    if not (matrix - np.diag(np.diag(matrix)) if isinstance(model, Levels) else matrix).any():
        return [Problem(place, "must link at least two levels, got zeros")]
    if isinstance(bath, BathSection) and statistics_of(model, bath) == "fermi":
        flaw = number_flaw(arrays) or removal_problem(place, arrays) or _potential_flaw(bath, arrays)
    else:
        flaw = hermitian_flaw(place, matrix)
    return [] if flaw is None else [flaw]


def _potential_flaw(bath: BathSection, arrays: Arrays) -> Problem | None:
    """A quench starts from a Gibbs state, which at a chemical potential needs a number that is conserved."""
    if bath.chemical_potential == 0.0 or NUMBER not in arrays or conserved_number(arrays) is not None:
        return None
    need = f"must be 0 where pairing breaks the particle number, got {bath.chemical_potential:g}"
    return Problem(("bath", "chemical_potential"), need, "measure the energies of levels from it")


def _temperatures(sections: Sections) -> list[Problem]:
    protocol = sections.get("protocol")
    if isinstance(protocol, ReciprocalSection):
        key, upper, lower = "hot", protocol.hot, protocol.cold
    elif isinstance(protocol, EquidistantSection):
        key, upper, lower = "target", protocol.target, protocol.cold
    else:
        return []
    if upper > lower:
        return []
    hint = "equal temperatures leave nothing to compare" if upper == lower else "exchange the two"
    return [Problem(("protocol", key), f"must be > protocol.cold = {lower:g}, got {upper:g}", hint)]


def _times(sections: Sections) -> list[Problem]:
    times = sections.get("times")
    if isinstance(times, ListedTimes):
        steps = zip(times.values, times.values[1:], strict=False)
        for index, (before, after) in enumerate(steps, start=1):
            if after <= before:
                need = f"must be > {before:g}, the time before it, got {after:g}"
                return [Problem(("times", "values", index), need)]
    return grid_flaws("times", times) if isinstance(times, TimeGrid) else []


_RULES: tuple[Callable[[Sections], list[Problem]], ...] = (_energies, _spectrum, _statistics, _temperatures, _times)
