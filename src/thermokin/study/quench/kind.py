"""The quench study as a kind of study."""

from __future__ import annotations

from thermokin._errors import UnreachableDistanceError
from thermokin.study.kind import Kind
from thermokin.study.problem import Problem
from thermokin.study.quench.agreement import disagreements
from thermokin.study.quench.bath_section import BathSection
from thermokin.study.quench.model_section import MODEL
from thermokin.study.quench.protocol_section import PROTOCOL
from thermokin.study.quench.report_section import ReportSection
from thermokin.study.quench.study import QuenchStudy
from thermokin.study.quench.task import quench_task
from thermokin.study.quench.times_section import TIMES
from thermokin.study.units_section import UnitsSection

__all__ = ["QUENCH"]


def _refusal(error: Exception, study: QuenchStudy) -> Problem | None:
    """What an error means that names no key: a distance that no partner has, a table of rates that ends too early."""
    message = str(error).strip()
    if isinstance(error, UnreachableDistanceError):
        need = (
            f"must have a hot partner, but no start hotter than the target is farther from it than {error.largest:.6g}"
        )
        return Problem(("protocol", "cold"), need, "raise protocol.cold or lower protocol.target")
    if study.bath.spectrum is not None and message.startswith("the tabulated spectrum covers"):
        return Problem(("bath", "spectrum", "frequencies"), f"must cover the model's gaps: {message}".rstrip("."))
    return None


_THEIRS = "the temperatures of a study are those of [protocol]"
QUENCH = Kind(
    mark="protocol",
    study=QuenchStudy,
    layouts={
        "model": MODEL,
        "bath": BathSection,
        "protocol": PROTOCOL,
        "times": TIMES,
        "report": ReportSection,
        "units": UnitsSection,
    },
    defaults={"bath": BathSection(), "report": ReportSection(), "units": UnitsSection()},
    disagreements=disagreements,
    task=quench_task,
    refusal=_refusal,
    arguments={"operator": "coupling", "temperature": "cold"},
    hints={"temperature": _THEIRS, "temperatures": _THEIRS},
)
