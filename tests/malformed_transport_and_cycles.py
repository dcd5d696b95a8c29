"""Study files about junctions and cycles that are wrong, each with the lines that must be said about it."""
# ruff: noqa: E501 - a line that the package says stays whole

from __future__ import annotations

from malformed_studies import Malformed

DOT = """\
[model]
name = "resonant_level"
energy = 0.6
left = 0.01
right = 0.01
[[leads]]
name = "hot"
temperature = 0.4
[[leads]]
name = "cold"
temperature = 0.1
chemical_potential = 0.3
[transport]
currents = ["particles from hot", "heat from hot"]
"""
OTTO = """\
[model]
name = "qubit"
gap = 2.0
[[baths]]
name = "hot"
temperature = 2.0
rate = 0.02
[[baths]]
name = "cold"
temperature = 0.5
rate = 0.02
[[legs]]
name = "heating"
duration = 60.0
baths = ["hot"]
[[legs]]
name = "expansion"
duration = 10.0
stop = { "model.gap" = 1.0 }
[[legs]]
name = "cooling"
duration = 60.0
baths = ["cold"]
[[legs]]
name = "compression"
duration = 10.0
stop = { "model.gap" = 2.0 }
[cycle]
currents = ["work", "heat from hot"]
"""

CORPUS: list[Malformed] = []


def changed(text: str, *edits: tuple[str, str]) -> str:
    """A sound study with parts exchanged."""
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def wrong(name: str, text: str, *lines: str) -> None:
    """One more wrong study."""
    CORPUS.append(Malformed(name, text, lines))
