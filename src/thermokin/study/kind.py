"""A kind of study as one value: its tables, the rules between them, and how it becomes something that can be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, TypeVar

from thermokin.report.blocks import Block
from thermokin.study.arrays import Arrays
from thermokin.study.choice import Layout
from thermokin.study.problem import Problem
from thermokin.study.section import Section, Sections, Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Drawn", "Kind", "Result", "Task", "Tell"]

S = TypeVar("S", bound=Study)

Tell: TypeAlias = Callable[[str, float], None]
"""Is told what is being done and which fraction of the work is behind."""
Drawn: TypeAlias = dict[str, tuple[str, str]]
"""The SVG and the caption of each figure, by name."""


class Result(Protocol):
    """What came out of a run."""

    @property
    def figures(self) -> int:
        """How many figures there will be."""

    def findings(self) -> list[str]:
        """Lines for the terminal."""

    def dataset(self) -> xr.Dataset:
        """The labelled numbers."""

    def draw(self, folder: Path, told: Callable[[str], None]) -> Drawn:
        """Draw the figures into a new folder."""

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""


class Task(Protocol):
    """A sound study, ready to be run."""

    def summary(self) -> str:
        """The study in one line."""

    def remarks(self) -> list[str]:
        """What is in doubt, one line for each."""

    def truncations(self) -> list[str]:
        """Those of the remarks that the result does not repeat by itself."""

    def flaw(self) -> Problem | None:
        """The problem of a task that could be run but would show nothing."""

    def estimate(self) -> str:
        """What a run will take, in one line."""

    def calculate(self, tell: Tell) -> Result:
        """Everything that the report needs."""


@dataclass(frozen=True)
class Kind(Generic[S]):
    """One kind of study.

    Args:
        mark: the table by which its files are known.
        study: all of its tables.
        layouts: what stands under each table's name.
        defaults: what a table that is left out stands for; one without a default must be given.
        disagreements: finds the problems between keys that are sound alone.
        task: makes the task; may raise what the models raise.
        refusal: the problem that such an error stands for, where the kind knows more than the message says.
        arguments: keys by the arguments that they become, where the names differ.
        hints: what to say of keys that are not there, where somebody may look for them.
    """

    mark: str
    study: type[S]
    layouts: Mapping[str, Layout]
    defaults: Mapping[str, Section | tuple[Section, ...] | None]
    disagreements: Callable[[Sections, Arrays], list[Problem]]
    task: Callable[[S, Arrays], Task]
    refusal: Callable[[Exception, S], Problem | None] = lambda error, study: None
    arguments: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
