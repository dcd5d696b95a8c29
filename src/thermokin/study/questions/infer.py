"""The question [infer]: which numbers of the system make a record of clicks most likely, and what the record says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from thermokin._errors import ArgumentError
from thermokin.inference.clicks import Clicks
from thermokin.inference.detector import Detector
from thermokin.inference.findings import RecordFindings, record_findings
from thermokin.inference.infer import infer
from thermokin.model.parameter import REQUIRED
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.question import Question, Report, Tell
from thermokin.study.section import Finite, Section
from thermokin.study.system import System

__all__ = ["INFER", "InferTable", "findings_of"]

Word = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Word, ...], Field(strict=False, min_length=1, max_length=40)]
Jumps = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False, min_length=1)]


Efficiency = Annotated[float, Field(gt=0, le=1)]
Length = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class DetectorTable(Section):
    """What one detector misses and adds; what is left out is as [infer] says of all."""

    efficiency: Efficiency | None = Field(default=None, description="> 0 and <= 1")
    dead_time: Length | None = Field(default=None, description="for how long it misses all after a click, >= 0 [time]")
    dark_rate: Length | None = Field(default=None, description="clicks that no jump makes, >= 0 [1/time]")


class InferTable(Section):
    """Numbers of the system that are read from records of clicks; without the table there are none."""

    parameters: Some = Field(
        description='numbers of the system that are sought, as "model.rate"; the search begins at those of the file'
    )
    channels: Mapping[str, Jumps] | None = Field(
        default=None,
        description="a table: for each detector the numbers of the jumps at which it clicks, from 0, in the order of "
        "`model.channels`; left out where detectors are called like baths",
    )
    time: Word = Field(default="time", description="the column of times")
    channel: str = Field(default="channel", description='the column of detectors; "" for a single one')
    run: str = Field(default="", description='the column of runs; "" for one run')
    separator: str = Field(default=",", min_length=1, max_length=5, description="between columns")
    begin: Finite | None = Field(default=None, description="when watching began; the first click if left out [time]")
    end: Finite | None = Field(default=None, description="when it ended; the last click if left out [time]")
    efficiency: Efficiency = Field(default=1.0, description="of the detectors, > 0 and <= 1")
    dead_time: Length = Field(default=0.0, description="for how long a detector misses all after a click, >= 0 [time]")
    dark_rate: Length = Field(default=0.0, description="clicks of each detector that no jump makes, >= 0 [1/time]")
    detectors: Mapping[str, DetectorTable] | None = Field(
        default=None,
        description="a table: for a detector unlike the others, a table of what it misses and adds",
    )
    starts: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=1, description="at how many places a search begins, the numbers of the file the first of them"
    )
    seed: Annotated[int, Field(ge=0)] = Field(default=1, description="of the other places, >= 0")
    confidence: Annotated[float, Field(gt=0, lt=1)] = Field(default=0.95, description="of the intervals, > 0 and < 1")
    weights: Mapping[str, Finite] | None = Field(
        default=None, description="a table: what a click of each detector adds to the current; 1 each if left out"
    )
    reverses: Mapping[str, Word] | None = Field(
        default=None,
        description="a table: for a detector the one that clicks at the reversed jump, for entropy production",
    )
    resolved: bool = Field(
        default=False, description="whether every jump of the network is seen, each by a detector of its own"
    )


class InferReport(Report):
    """What the report shows."""

    title: str = Field(default="What a record of clicks says", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table, sections = draft.sections.get("infer"), draft.sections
    if not isinstance(table, InferTable):
        return []
    found: list[Problem] = []
    if table.begin is not None and table.end is not None and not table.end > table.begin:
        found.append(Problem(("infer", "end"), f"must be > infer.begin = {table.begin:g}, got {table.end:g}"))
    if sections.get("sweep") is not None:
        found.append(Problem(("sweep",), "must be left out: [infer] seeks numbers and takes one value of the others"))
    if table.channels is not None:
        names = list(table.channels)
        keys = ("weights", "reverses", "detectors")
        found += [one for key in keys for one in _strange(key, getattr(table, key), names)]
    known = all(sections[name] is not None for name in ("model", "bath", "baths") if name in sections)
    if "model" in sections and known:
        for index, name in enumerate(table.parameters):
            found += _flaws(("infer", "parameters", index), name, table.parameters[:index], draft)
    return found


def _strange(key: str, given: Mapping[str, object] | None, detectors: list[str]) -> list[Problem]:
    """Names under a key that are no detectors."""
    every = [name for pair in (given or {}).items() for name in pair if isinstance(name, str)]
    return [_no_detector(("infer", key), name, detectors) for name in dict.fromkeys(every) if name not in detectors]


def _no_detector(place: Place, name: str, detectors: list[str]) -> Problem:
    near = nearest(name, detectors)
    hint = f"did you mean {near}?" if near else f"they are {', '.join(detectors)}"
    return Problem(place, f"must name detectors, got {described(name)}", hint)


def _prepare(system: System, table: InferTable) -> Problem | None:
    count = system.model.table.size
    seen: dict[int, str] = {}
    for name, jumps in (table.channels or {}).items():
        for jump in jumps:
            if jump >= count:
                said = f"must number jumps of the model, from 0 to {count - 1}, got {jump}"
                return Problem(("infer", "channels", name), said)
            if jump in seen:
                said = f"must not hold jump {jump}, at which {described(seen[jump])} clicks"
                return Problem(("infer", "channels", name), said)
            seen[jump] = name
    return None


def _flaws(place: Place, name: str, before: tuple[str, ...], draft: System) -> list[Problem]:
    known = draft.family.parameters
    real = {key: one for key, one in known.items() if not (one.role == "whole" or one.levels is not None or one.step)}
    if name in before:
        return [Problem(place, f"must be named once, got {described(name)} again")]
    if name not in real:
        near = nearest(name, list(real))
        hint = f"did you mean {near}?" if near else "its numbers are " + ", ".join(real)
        return [Problem(place, f"must name a number of the system that may vary, got {described(name)}", hint)]
    if real[name].default is REQUIRED:
        return [Problem(place, "must have a number in the file, at which the search begins")]
    return []


def findings_of(system: System, table: InferTable, clicks: Clicks, tell: Tell) -> RecordFindings:
    """The answer to the question, of some records.

    Args:
        system: the system.
        table: the table [infer].
        clicks: the records.
        tell: is told what is being done and which fraction of the work is behind.

    Returns:
        The findings.
    """
    tell("fit", 0.0)
    fit = infer(
        clicks,
        system.family,
        {},
        table.parameters,
        channels=None if table.channels is None else {name: list(jumps) for name, jumps in table.channels.items()},
        detector=_detectors(table, clicks),
        confidence=table.confidence,
        starts=table.starts,
        seed=table.seed,
    )
    return record_findings(
        fit,
        weights=table.weights,
        reverses=table.reverses,
        resolved=table.resolved,
        told=lambda what, fraction: tell(what, 0.4 + 0.6 * fraction),
    )


def _detectors(table: InferTable, clicks: Clicks) -> dict[str, Detector]:
    """Each as its own table says, else as [infer] says of all."""
    own, found = table.detectors or {}, {}
    for name in clicks.names:
        told = own[name].model_dump(exclude_none=True) if name in own else {}
        every = {key: getattr(table, key) for key in DetectorTable.model_fields}
        found[name] = Detector(**{**every, **told})
    return found


def _refuse(system: System, table: InferTable, tell: Tell) -> RecordFindings:
    del system, table, tell
    said = "the table [infer] asks of records, which a run has not: thermokin infer CLICKS.csv --model STUDY.toml"
    raise ArgumentError(said, "infer")


INFER = Question(
    name="infer",
    tables={"infer": InferTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: f"{', '.join(table.parameters)} of {system.table.name} from clicks",
    cites=lambda system, table: ["infer"],
    answer=_refuse,
    report=InferReport,
)
