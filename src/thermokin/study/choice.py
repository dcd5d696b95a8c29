"""Tables that are more than one section: those whose keys depend on one of them, and those that may be given often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from thermokin.study.section import Section

__all__ = ["Choice", "Layout", "Several", "sections_of"]


@dataclass(frozen=True)
class Choice:
    """A table whose keys depend on one of them.

    Args:
        key: the key that decides; empty if only the other keys do.
        options: the section for each of its values.
        implied: the value that a table without the key stands for, or None.
        refused: values that are known and have no section, with the reason.
        either: what to say of a key of another option where no key decides.
    """

    key: str
    options: Mapping[str, type[Section]]
    implied: Callable[[dict[str, Any]], str | None] = lambda table: None
    refused: Mapping[str, str] = field(default_factory=dict)
    either: str = ""


@dataclass(frozen=True)
class Several:
    """An array of tables.

    Args:
        section: what each of them is.
        most: how many there may be.
    """

    section: type[Section]
    most: int = 100


Layout: TypeAlias = type[Section] | Choice | Several
"""What stands under a table's name."""


def sections_of(layout: Layout) -> list[type[Section]]:
    """The sections that a table can be.

    Args:
        layout: what stands under its name.

    Returns:
        At least one.
    """
    if isinstance(layout, Choice):
        return list(layout.options.values())
    return [layout.section] if isinstance(layout, Several) else [layout]
