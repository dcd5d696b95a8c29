"""What systems of studies have in common: sound tables, and a family whose numbers go by their places in the file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from thermokin.model.family import Family
from thermokin.study.arrays import Arrays
from thermokin.study.problem import Place
from thermokin.study.section import Sections

__all__ = ["AnySystem"]

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class AnySystem(ABC):
    """What a study says of its system.

    Args:
        sections: its sound tables.
        arrays: their arrays, by place.
    """

    sections: Sections
    arrays: Arrays
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What questions prepare, made once for the system."""
        if name not in self._kept:
            self._kept[name] = make()
        made: Made = self._kept[name]
        return made

    def kept(self, name: str) -> Any:
        """What was made once under a name; None if it was not."""
        return self._kept.get(name)

    @property
    def table(self) -> Any:
        """The table [model]."""
        return self.sections["model"]

    @property
    def bath_tables(self) -> tuple[tuple[Place, str, Any], ...]:
        """Place, name and table of every bath whose statistics follow from the model where the file leaves them out."""
        return ()

    @property
    def temperatures(self) -> tuple[str, ...]:
        """What the family calls the temperatures that a quench would set."""
        return ()

    @cached_property
    @abstractmethod
    def family(self) -> Family:
        """The systems of the study, by the numbers of its file."""

    @property
    def contact_places(self) -> tuple[Place, ...]:
        """Where what each contact couples to stands in the file."""
        return ()

    @property
    def numbers_of_a_point(self) -> int:
        """How many numbers one point of a sweep takes; 0 where a check does not make it."""
        return 0
