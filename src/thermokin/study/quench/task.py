"""A quench study ready to be run: what it amounts to, what is in doubt about it, what it takes, and its comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from thermokin.operators.gibbs import gibbs_populations
from thermokin.quench.protocol import QuenchPair
from thermokin.study.arrays import Arrays
from thermokin.study.kind import Tell
from thermokin.study.problem import Problem
from thermokin.study.quench.family import DISTANCE_VALUES, pair_of
from thermokin.study.quench.model_section import Oscillator
from thermokin.study.quench.protocol_section import ReciprocalSection
from thermokin.study.quench.standstill import standstill
from thermokin.study.quench.study import QuenchStudy
from thermokin.study.quench.times_section import times_of

if TYPE_CHECKING:
    from thermokin.quench.branch import Branch
    from thermokin.quench.comparison import Comparison
    from thermokin.study.quench.result import QuenchResult

__all__ = ["QuenchTask", "quench_task"]

VISIBLE = 1e-6  # population of the last level kept from which a truncation shows in the sixth digit
# Measured at 200 and 800 levels: matrices of N x N numbers, and arrays of N numbers per time, held at the peak.
MATRICES, SERIES, BASE = 30, 16, 190e6


def _both(read: Callable[[Branch], object]) -> Callable[[Comparison], object]:
    return lambda race: (read(race.heating), read(race.cooling))


# What the report needs, in the order in which it is calculated; results are kept by the comparison.
_STEPS: tuple[tuple[str, Callable[[Comparison], object]], ...] = (
    ("entropy production", _both(lambda side: side.ledger.entropy_production)),
    ("heat and its variance", _both(lambda side: side.heat.variance)),
    ("kinematics", _both(lambda side: side.kinematics.completion)),
    ("modes", _both(lambda side: side.modes)),
    ("bounds", _both(lambda side: side.bounds)),
    ("crossings", lambda race: race.crossings),
    ("verdicts", lambda race: race.verdicts),
)


@dataclass(frozen=True, eq=False)
class QuenchTask:
    """A quench study with its two quenches.

    Args:
        study: the study.
        pair: the two quenches.
    """

    study: QuenchStudy
    pair: QuenchPair

    def summary(self) -> str:
        """Model, protocol and times in words."""
        study, times = self.study, times_of(self.study.times)
        protocol, temperatures = study.protocol, self.pair.temperatures
        if isinstance(protocol, ReciprocalSection):
            between = f"reciprocal between {protocol.cold:g} and {protocol.hot:g}"
        else:
            partner = float(temperatures["hot"])
            between = f"equidistant from {protocol.target:g}: {protocol.cold:g} and its partner {partner:.6g}"
        levels = self.pair.heating.model.dimension
        return (
            f"{study.model.name} of {levels} levels, {between}, {len(times)} times from {times[0]:g} to {times[-1]:g}"
        )

    def remarks(self) -> list[str]:
        """What is in doubt, one line for each."""
        found = [
            f"the {assumption.name} assumption of {quench.name} is in doubt: {assumption.statement.rstrip(',')} is "
            f"{assumption.smallest:.3g}, below 10 (lower the rate){assumption.remedy}"
            for quench in (self.pair.heating, self.pair.cooling)
            for assumption in quench.model.validity
            if assumption.in_doubt
        ]
        return list(dict.fromkeys([*found, *self.truncations()]))

    def truncations(self) -> list[str]:
        """Where a truncation shows in the numbers, and where the end is not the bath's equilibrium."""
        return [*self._truncated(), *self._unlinked()]

    def _truncated(self) -> list[str]:
        model = self.study.model
        if not isinstance(model, Oscillator):
            return []
        hottest = float(self.pair.temperatures["hot"])
        last = float(gibbs_populations(model.frequency * np.arange(model.levels), hottest)[-1])
        if last <= VISIBLE:
            return []
        return [
            f"model.levels: the last of {model.levels} levels holds {last:.2g} of the population at temperature "
            f"{hottest:g}, so the truncation shows (raise model.levels)"
        ]

    def _unlinked(self) -> list[str]:
        model = self.pair.heating.model
        table, size = model.table, model.dimension
        if not model.generator.is_diagonal:
            return []
        links = sparse.coo_array((np.ones(table.row.size), (table.row, table.column)), shape=(size, size))
        groups = int(connected_components(links, directed=False, return_labels=False))
        if groups == 1:
            return []
        return [
            f"model: the {size} levels fall into {groups} groups that no jump links, each of which keeps its "
            "share of the population, so the end is not the Gibbs state of the bath"
        ]

    def flaw(self) -> Problem | None:
        """The problem of quenches in which nothing moves."""
        return standstill(self.pair)

    def estimate(self) -> str:
        """Points and memory of a run."""
        size, points = self.pair.heating.model.dimension, len(times_of(self.study.times))
        memory = BASE + 8.0 * (MATRICES * size**2 + SERIES * size * points)
        shown = f"{memory / 1e9:.1f} GB" if memory >= 1e9 else f"{memory / 1e6:.0f} MB"
        return (
            f"2 quenches of {size} levels at {points} times: {2 * size * points} populations, about {shown} of memory"
        )

    def calculate(self, tell: Tell) -> QuenchResult:
        """The comparison, with all that the report needs calculated.

        Args:
            tell: is told what is being done and which fraction of the calculation is behind.

        Returns:
            The result.
        """
        from thermokin.quench.comparison import compare  # here, so that a check loads no figures
        from thermokin.study.quench.result import QuenchResult

        tell("motion", 0.0)
        distances = [DISTANCE_VALUES[name] for name in self.study.report.distances]
        race = compare(self.pair, times_of(self.study.times), distances=distances)
        for position, (what, calculate) in enumerate(_STEPS, start=1):
            tell(what, position / (len(_STEPS) + 1))
            calculate(race)
        return QuenchResult(self.study, race)


def quench_task(study: QuenchStudy, arrays: Arrays) -> QuenchTask:
    """The task of a study.

    Args:
        study: the study.
        arrays: its arrays, by place.

    Returns:
        The task.

    Raises:
        ValueError: if a model refuses what the study says.
        UnreachableDistanceError: if no partner lies at the distance.
    """
    return QuenchTask(study, pair_of(study, arrays))
