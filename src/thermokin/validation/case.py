"""A case: one number with its source, and what this package makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Case", "Reference", "reference", "table_row"]

FILES = ("reference_cases.json", "bound_cases.json", "response_cases.json")


@dataclass(frozen=True)
class Case:
    """An expected number and this package's.

    Args:
        system: the set-up in words.
        quantity: what is compared.
        expected: the number of the source.
        ours: the number of this package.
        allowed: relative deviation allowed (absolute where the expected number is 0).
        source: where the expected number comes from.
    """

    system: str
    quantity: str
    expected: float
    ours: float
    allowed: float
    source: str

    @property
    def deviation(self) -> float:
        """|ours - expected| / |expected|, or |ours| where 0 is expected; inf where ours is not a number."""
        difference = abs(self.ours - self.expected)
        if self.ours == self.expected:
            return 0.0
        relative = difference / abs(self.expected) if self.expected else difference
        return relative if np.isfinite(relative) else float("inf")

    @property
    def holds(self) -> bool:
        """Whether the deviation is within what is allowed."""
        return self.deviation <= self.allowed


@dataclass(frozen=True)
class Reference:
    """One set-up of the packaged reference cases.

    Args:
        parameters: its numbers.
        expected: what must come out, by name.
        allowed: relative deviation.
        source: where the numbers come from.
    """

    parameters: Mapping[str, Any]
    expected: Mapping[str, Any]
    allowed: float
    source: str

    def cases(self, system: str, ours: Mapping[str, ArrayLike]) -> list[Case]:
        """The cases of this set-up. Of an array the entry that deviates most is shown.

        Args:
            system: the set-up in words.
            ours: this package's numbers, by the names of the expected ones.

        Returns:
            One case for each name.
        """
        return [self._case(system, name, np.asarray(value, dtype=np.float64)) for name, value in ours.items()]

    def _case(self, system: str, name: str, ours: np.ndarray) -> Case:
        expected = np.asarray(self.expected[name], dtype=np.float64)
        ours = np.broadcast_to(ours, expected.shape)
        entries = [
            Case(system, name, float(one), float(other), self.allowed, self.source)
            for one, other in zip(expected.ravel(), ours.ravel(), strict=True)
        ]
        worst = max(entries, key=lambda case: case.deviation)
        if len(entries) == 1:
            return worst
        quantity = f"{name} (worst of {len(entries)})"
        return Case(system, quantity, worst.expected, worst.ours, worst.allowed, worst.source)


@cache
def _references() -> dict[str, Reference]:
    texts = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in FILES)
    return {
        entry["name"]: Reference(entry["parameters"], entry["expected"], entry["tolerance"]["rtol"], entry["source"])
        for text in texts
        for entry in json.loads(text)["cases"]
    }


def reference(name: str) -> Reference:
    """The packaged set-up of that name.

    Args:
        name: of the set-up.

    Returns:
        Its parameters and expected numbers.
    """
    return _references()[name]


def table_row(system: str, source: str, numbers: Mapping[str, tuple[str, ArrayLike]]) -> list[Case]:
    """Cases whose expected numbers are printed with few digits: half a unit in the last place is allowed.

    Args:
        system: the set-up in words.
        source: where the numbers come from.
        numbers: by quantity, the expected number as printed and this package's.

    Returns:
        One case for each quantity.
    """
    found = []
    for quantity, (printed, ours) in numbers.items():
        expected = float(printed)
        allowed = 0.51 * _last_place(printed) / abs(expected) if expected else 0.51 * _last_place(printed)
        found.append(Case(system, quantity, expected, float(np.asarray(ours)), allowed, source))
    return found


def _last_place(printed: str) -> float:
    """One unit in the last place of a printed number."""
    mantissa, _, exponent = printed.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(10.0 ** (int(exponent or 0) - decimals))
