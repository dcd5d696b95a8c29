"""Every kind of system that a study can be about, and which one a file means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any, Literal

from thermokin.study.agreement import disagreements
from thermokin.study.cycle_agreement import cycle_disagreements
from thermokin.study.cycle_system import CycleSystem
from thermokin.study.junction_agreement import junction_disagreements
from thermokin.study.junction_system import JunctionSystem
from thermokin.study.junction_table import junction_layouts
from thermokin.study.kind import Kind
from thermokin.study.leg_table import cycle_layouts
from thermokin.study.model_table import Asked, layouts
from thermokin.study.problem import MOST_TOLD, nearest
from thermokin.study.system import System

__all__ = ["KINDS", "kind_of"]


def _model_layouts(tables: Mapping[str, Any], temperatures: Literal["own", "set"]) -> Mapping[str, Any]:
    sets = temperatures == "set"
    alone = "baths" not in tables and ("bath" in tables or (sets and "channels" not in tables))
    return layouts(Asked("one" if alone else "several", temperatures))


KINDS: Mapping[str, Kind] = {
    "model": Kind("model", "a model on baths", _model_layouts, System, disagreements),
    "junction": Kind(
        "junction",
        "a junction of leads",
        lambda tables, temperatures: junction_layouts(),
        JunctionSystem,
        junction_disagreements,
        marks=("leads", "transport"),
        needed={"leads": "must be given: one table [[leads]] for each terminal"},
    ),
    "cycle": Kind(
        "cycle",
        "a driven model",
        lambda tables, temperatures: cycle_layouts(),
        CycleSystem,
        cycle_disagreements,
        marks=("legs", "cycle", "floquet"),
        needed={"legs": "must be given: one table [[legs]] for each part of the cycle"},
    ),
}


def kind_of(tables: Mapping[str, Any], questions: Collection[str]) -> Kind:
    """The kind of system that a file is about.

    Args:
        tables: of the file.
        questions: names of the tables by which questions are asked.

    Returns:
        The first whose tables it has, or, where it asks nothing that is known, seems to have; else models on baths.
    """
    for kind in KINDS.values():
        if any(mark in tables for mark in kind.marks):
            return kind
    if not any(name in tables for name in questions):
        for kind in KINDS.values():
            if any(nearest(name, list(kind.marks)) for name in islice(tables, MOST_TOLD)):
                return kind
    return KINDS["model"]
