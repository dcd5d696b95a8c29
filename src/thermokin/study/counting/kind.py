"""The counting study as a kind of study."""

from __future__ import annotations

import re

from thermokin.study.choice import Several
from thermokin.study.counting.agreement import disagreements
from thermokin.study.counting.bath_section import BathSection
from thermokin.study.counting.counting_section import (
    CountingSection,
    DistributionSection,
    RateFunctionGrid,
    SpectrumGrid,
)
from thermokin.study.counting.model_section import MODEL
from thermokin.study.counting.report_section import ReportSection
from thermokin.study.counting.study import CountingStudy
from thermokin.study.counting.task import counting_task
from thermokin.study.kind import Kind
from thermokin.study.problem import Problem
from thermokin.study.units_section import UnitsSection

__all__ = ["COUNTING"]

_BATH = re.compile(r"(?:`contacts\[(?P<index>\d+)\]|bath '(?P<name>[A-Za-z0-9_-]+)')")


def _refusal(error: Exception, study: CountingStudy) -> Problem | None:
    """What an error means that is about one of several baths."""
    message = str(error).strip().rstrip(".")
    if message.startswith("the tabulated spectrum covers"):
        return Problem(("baths",), f"must have spectra that cover the model's gaps: {message}")
    found = _BATH.search(message)
    names = [bath.name for bath in study.baths]
    if found is None or not names:
        return None
    index = names.index(found["name"]) if found["name"] in names else int(found["index"] or len(names))
    if index >= len(names):
        return None
    return Problem(("baths", index), f"must be a bath that the model can touch: {message}")


_TEMPERATURES = "each of [[baths]] has its own, and models between two baths have theirs in [model]"
COUNTING = Kind(
    mark="counting",
    study=CountingStudy,
    layouts={
        "model": MODEL,
        "baths": Several(BathSection),
        "counting": CountingSection,
        "spectrum": SpectrumGrid,
        "distribution": DistributionSection,
        "rate_function": RateFunctionGrid,
        "report": ReportSection,
        "units": UnitsSection,
    },
    defaults={
        "baths": (),
        "spectrum": None,
        "distribution": None,
        "rate_function": None,
        "report": ReportSection(),
        "units": UnitsSection(),
    },
    disagreements=disagreements,
    task=counting_task,
    refusal=_refusal,
    hints={"temperatures": _TEMPERATURES, "rate": "each of [[baths]] has its own"},
)
