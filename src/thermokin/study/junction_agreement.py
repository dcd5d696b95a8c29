"""Whether a scatterer and its leads agree: the rules that bind two keys of a junction."""

from __future__ import annotations

from thermokin.study.junction_system import JunctionSystem
from thermokin.study.junction_table import DotsTable, ScattererTable
from thermokin.study.problem import Problem, described

__all__ = ["junction_disagreements"]


def junction_disagreements(draft: JunctionSystem) -> list[Problem]:
    """The problems between keys of a junction that are each sound alone."""
    sound = isinstance(draft.sections.get("model"), ScattererTable)
    found = [*_names(draft), *_statistics(draft)]
    return [*found, *_windows(draft), *_terminals(draft), *_bias(draft), *_rates(draft)] if sound else found


def _names(draft: JunctionSystem) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for index, lead in enumerate(draft.leads):
        if lead.name in seen:
            need = f"must be a name of its own, got {described(lead.name)} again"
            found.append(Problem(("leads", index, "name"), need))
        seen.add(lead.name)
    return found


def _statistics(draft: JunctionSystem) -> list[Problem]:
    found = []
    for index, lead in enumerate(draft.leads):
        first = draft.leads[0].statistics
        if lead.statistics != first:
            need = f'must be "{first}", as of the first lead: a scatterer moves either fermions or bosons'
            found.append(Problem(("leads", index, "statistics"), f'{need}, got "{lead.statistics}"'))
        elif lead.statistics == "bose" and lead.chemical_potential != 0.0:
            need = f"must be 0 for a bose lead, got {lead.chemical_potential:g}"
            found.append(Problem(("leads", index, "chemical_potential"), need))
    return found


def _windows(draft: JunctionSystem) -> list[Problem]:
    low, high = (getattr(draft.table, key, None) for key in ("low", "high"))
    swept = getattr(draft.sections.get("sweep"), "axes", {})
    if low is None or high is None or high > low or {"model.low", "model.high"} & set(swept):
        return []
    return [Problem(("model", "high"), f"must be > model.low = {low:g}, got {high:g}")]


def _terminals(draft: JunctionSystem) -> list[Problem]:
    wanted = draft.table.leads
    if wanted is None or not draft.leads or len(draft.leads) == wanted:
        return []
    need = f'must be {wanted} tables, one for each terminal of "{draft.table.name}", got {len(draft.leads)}'
    return [Problem(("leads",), need)]


def _bias(draft: JunctionSystem) -> list[Problem]:
    swept = getattr(draft.sections.get("sweep"), "places", {})
    if not draft.leads or (draft.table.bias == 0.0 and "model.bias" not in swept):
        return []
    if len(draft.leads) == 2 and draft.leads[0].statistics == "fermi":
        return []
    place = swept.get("model.bias", ("model", "bias"))
    return [Problem(place, "must be left out: it is between two fermi leads", "chemical_potential is of each lead")]


def _rates(draft: JunctionSystem) -> list[Problem]:
    found = []
    sites = draft.arrays.get(("model", "hamiltonian"))
    for index, lead in enumerate(draft.leads):
        place = ("leads", index, "rates")
        numbers = draft.arrays.get(place)
        if not isinstance(draft.table, DotsTable):
            if lead.rates is not None:
                need = f'must be left out for model "{draft.table.name}"'
                found.append(Problem(place, need, 'sites of "dots" have rates into each lead'))
        elif lead.rates is None:
            found.append(Problem(place, 'must be given for model "dots": the rate of each site into this lead'))
        elif sites is not None and numbers is not None and len(numbers) != len(sites):
            found.append(Problem(place, f"must hold {len(sites)} numbers, one for each site, got {len(numbers)}"))
    return found
