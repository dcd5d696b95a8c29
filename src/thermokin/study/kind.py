"""A kind of system that studies are about: which tables say what it is, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from thermokin.study.any_system import AnySystem
from thermokin.study.arrays import Arrays
from thermokin.study.problem import Problem
from thermokin.study.section import Sections

__all__ = ["Kind"]


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of system.

    Args:
        name: as questions say which kind they are asked of.
        words: what messages call it.
        layouts: what stands under the names of its tables, from those of the file and whether a quench sets
            all temperatures, as `Asked` has it.
        system: makes it of sound tables and their arrays.
        disagreements: the problems between keys that are each sound alone.
        marks: tables by which a file says that it is about this kind.
        needed: tables without which there is no system, with what is said where one is missing.
    """

    name: str
    words: str
    layouts: Callable[[Mapping[str, Any], Literal["own", "set"]], Mapping[str, Any]]
    system: Callable[[Sections, Arrays], AnySystem]
    disagreements: Callable[[Any], list[Problem]]
    marks: tuple[str, ...] = ()
    needed: Mapping[str, str] = field(default_factory=dict)
