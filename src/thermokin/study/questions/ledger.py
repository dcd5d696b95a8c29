"""The question [ledger]: what a system at rest, or a junction, exchanges and produces per time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.machines.steady_ledger import SteadyLedger, ledger_of, steady_ledger
from thermokin.study.junction_system import JunctionSystem
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.questions.counting import counting_of, method_of
from thermokin.study.questions.transport import TransportReport
from thermokin.study.section import Section
from thermokin.study.system import System
from thermokin.transport.transport_cumulants import transport_cumulants
from thermokin.views.steady_ledger import SteadyLedgerView
from thermokin.views.sweep_axes import DATA_ALONE, Column
from thermokin.views.variable import Variable

__all__ = ["LEDGER", "LEDGER_BETWEEN_LEADS", "LedgerTable"]

OF_MACHINE = {"heat", "power", "efficiency", "coefficient_of_performance", "share_of_carnot", "entropy_production"}


class LedgerTable(Section):
    """What the system exchanges and produces at rest; without the table nothing is said of it."""


class LedgerReport(Report):
    """What the report shows."""

    title: str = Field(default="The ledger at rest", min_length=1, max_length=200, description="its title")


def _answer(system: System, tell: Tell) -> SteadyLedger:
    tell("ledger at rest", 0.0)
    return ledger_of(counting_of(system))


def _between_leads(system: JunctionSystem, tell: Tell) -> SteadyLedger:
    tell("ledger between leads", 0.0)
    return steady_ledger(system.junction)


def _swept(system: System, numbers: Mapping[str, FloatArray]) -> list[Column]:
    model = system.family.at(numbers)
    told = OF_MACHINE if "machine" in system.sections else ()
    return _columns(ledger_of(Counting(model, method=method_of(system.sections))), told)


def _swept_between_leads(system: JunctionSystem, numbers: Mapping[str, FloatArray]) -> list[Column]:
    return _columns(steady_ledger(system.family.at(numbers)), ())


def _columns(found: SteadyLedger, told: Collection[str]) -> list[Column]:
    """Every entry that has a number somewhere, one column for each bath, with its error in the data alone."""
    columns = []
    for one in SteadyLedgerView().defined(found):
        if not one.shown or one.name in told:
            continue
        columns += _of_entry(found, one, one.of(found), {})
        if one.error is not None:
            doubt = replace(one, name=f"{one.name}_error", meaning=f"error of the {one.meaning}")
            columns += _of_entry(found, doubt, np.asarray(one.error(found)), DATA_ALONE)
    return columns


def _of_entry(found: SteadyLedger, one: Variable[SteadyLedger], values: FloatArray, said: Any) -> list[Column]:
    """The column of an entry, or one for each bath."""
    if not one.axes:
        return [Column(one.name, one.meaning, one.unit, values, said=said)]
    columns = []
    for place, bath in enumerate(found.names):
        words = one.meaning.replace("the bath", bath) if "the bath" in one.meaning else f"{one.meaning}, {bath}"
        columns.append(Column(f"{one.name} {bath}", words, one.unit, values[..., place], said=said))
    return columns


LEDGER = Question(
    name="ledger",
    tables={"ledger": LedgerTable},
    summary=lambda system, table: f"ledger at rest of {system.table.name}",
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=LedgerReport,
    cites=lambda system, table: [SteadyLedger, FiguresOfMerit],
    answer=lambda system, table, tell: _answer(system, tell),
    swept=lambda system, table, numbers: _swept(system, numbers),
)
LEDGER_BETWEEN_LEADS = Question(
    name="ledger",
    tables={"ledger": LedgerTable},
    summary=lambda system, table: "ledger between leads",
    report=TransportReport,
    cites=lambda system, table: [SteadyLedger, transport_cumulants],
    answer=lambda system, table, tell: _between_leads(system, tell),
    swept=lambda system, table, numbers: _swept_between_leads(system, numbers),
    kind="junction",
)
