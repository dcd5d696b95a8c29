"""A counting study ready to be run: what it amounts to, what is in doubt about it, what it takes, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_blocks import population_blocks
from thermokin.model.model import Model
from thermokin.solvers.choice import chosen
from thermokin.solvers.method import Dense, Krylov
from thermokin.study.arrays import Arrays
from thermokin.study.counting.counts import METHODS, counts_of, truncated_study
from thermokin.study.counting.current_words import current_of
from thermokin.study.counting.model import model_of
from thermokin.study.counting.study import CountingStudy
from thermokin.study.kind import Tell
from thermokin.study.problem import Problem

if TYPE_CHECKING:
    from thermokin.study.counting.result import CountingResult

__all__ = ["CountingTask", "counting_task"]


@dataclass(frozen=True, eq=False)
class CountingTask:
    """A counting study with its model.

    Args:
        study: the study.
        arrays: its arrays, by place.
        model: its model.
    """

    study: CountingStudy
    arrays: Arrays
    model: Model

    def summary(self) -> str:
        """Model, baths and what is counted in words."""
        study = self.study
        baths = " and ".join(f"{bath.name} at {float(bath.temperature):g}" for bath in self.model.baths)
        counted = len(study.counting.currents)
        parts = [
            f"{study.model.name} of {self.model.dimension} levels on {baths}",
            f"{counted} {'current' if counted == 1 else 'currents'} to order {study.counting.order}",
        ]
        if study.spectrum is not None:
            parts.append(f"spectrum at {study.spectrum.points} frequencies")
        if study.distribution is not None:
            times = study.distribution.times
            parts.append(f"distribution at {len(times)} {'time' if len(times) == 1 else 'times'}")
        if study.rate_function is not None:
            parts.append(f"rate function from {study.rate_function.points} counting fields")
        return ", ".join(parts)

    def remarks(self) -> list[str]:
        """What is in doubt, one line for each."""
        return [
            f"the {assumption.name} assumption is in doubt: {assumption.statement.rstrip(',')} is "
            f"{assumption.smallest:.3g}, below 10 (lower the rates){assumption.remedy}"
            for assumption in self.model.validity
            if assumption.in_doubt
        ]

    def truncations(self) -> list[str]:
        """None: whether a truncation shows is judged on the cumulants, in the result."""
        return []

    def flaw(self) -> Problem | None:
        """None: a current that vanishes is a result too."""
        return None

    def estimate(self) -> str:
        """Size of the linear system, method and, where it is known beforehand, memory."""
        blocks = population_blocks(Liouvillian(self.model))
        if len(blocks) > 1:
            return f"{len(blocks)} sectors that nothing joins: the steady state is not the only one"
        (block,) = blocks
        method = chosen(block, METHODS[self.study.counting.method])
        size = f"{block.size} coordinates, solved by the method {type(method).__name__.lower()}"
        if isinstance(method, Dense):
            return f"{size}, about {_memory(BASE + 8.0 * DENSE * block.size**2)} of memory"
        if isinstance(method, Krylov):
            return f"{size}, about {_memory(BASE + 8.0 * VECTORS * self.model.dimension**2)} of memory"
        return f"{size}; the memory depends on how the factorisation fills in"

    def calculate(self, tell: Tell) -> CountingResult:
        """Everything that the study asks for.

        Args:
            tell: is told what is being done and which fraction of the calculation is behind.

        Returns:
            The result.
        """
        from thermokin.study.counting.result import CountingResult  # here, so that a check loads no figures

        coarse = truncated_study(self.study)
        truncated = None if coarse is None else lambda: model_of(coarse, self.arrays)
        return CountingResult(counts_of(self.study, self.model, truncated, tell))


# Measured at 344 to 1834 coordinates, and at 256 and 512 levels: matrices n x n, and vectors d^2, at the peak.
DENSE, VECTORS, BASE = 7, 45, 190e6


def _memory(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def counting_task(study: CountingStudy, arrays: Arrays) -> CountingTask:
    """The task of a study.

    Args:
        study: the study.
        arrays: its arrays, by place.

    Returns:
        The task.

    Raises:
        ValueError: if the model refuses what the study says.
    """
    model = model_of(study, arrays)
    for words in study.counting.currents:
        current_of(model, words)
    return CountingTask(study, arrays, model)
