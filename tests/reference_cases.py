"""Exact and published numbers with their set-ups, tolerances and sources, read from data/reference-cases.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_FILE = Path(__file__).parent / "data" / "reference-cases.json"


@dataclass(frozen=True)
class ReferenceCase:
    """One set-up in words and numbers, and what must come out of it."""

    name: str
    description: str
    parameters: dict[str, Any]
    expected: dict[str, Any]
    rtol: float
    atol: float
    source: str

    def agrees(self, key: str, value: Any) -> None:
        """Assert that a value has the expected shape and lies within the case's tolerance."""
        np.testing.assert_allclose(
            value,
            self.expected[key],
            rtol=self.rtol,
            atol=self.atol,
            strict=False,
            err_msg=f"{self.name}: {key} (source: {self.source})",
        )

    def all_agree(self, values: dict[str, Any]) -> None:
        """Assert that the values are all the expected ones, no key left out, each within tolerance."""
        assert set(values) == set(self.expected), set(values) ^ set(self.expected)
        for key, value in values.items():
            assert np.shape(value) == np.shape(self.expected[key]), key
            self.agrees(key, value)


def _load() -> dict[str, ReferenceCase]:
    entries = json.loads(_FILE.read_text(encoding="utf-8"))["cases"]
    return {
        entry["name"]: ReferenceCase(
            entry["name"],
            entry["description"],
            entry["parameters"],
            entry["expected"],
            entry["tolerance"]["rtol"],
            entry["tolerance"]["atol"],
            entry["source"],
        )
        for entry in entries
    }


CASES: dict[str, ReferenceCase] = _load()


def case(name: str) -> ReferenceCase:
    """The case with this name."""
    return CASES[name]
